/**
 * `drag` with real drag libraries: the result is where a hand at the same page puts it, in 8 of 8 tries, and the page is
 * never left in the middle of a drag. `wanted` is the part of the page's state that the drag is about.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright';
import { sharedCli } from '../support/shared-cli.ts';
import { dragBy, hand, pointOf, type Pace, type Point } from './support/hand.ts';
import { js, open, said, shown } from './support/looks.ts';
import { startNodeRed } from './support/node-red.ts';
import { servePage } from './support/pages.ts';

const TRIES = 8;

type Drag = {
  readonly what: string;
  readonly from: string;
  readonly to: string;
  /** Points inside of `from` and `to` in place of their centres. */
  readonly points?: readonly [Point, Point];
  readonly pace?: Pace;
  /** Pixels by which a position may differ from the hand's; 0 where positions are slots. */
  readonly within?: number;
  readonly flags?: readonly string[];
  readonly wanted: Readonly<Record<string, unknown>>;
};

const PAGES: Readonly<Record<string, readonly Drag[]>> = {
  // D1
  sortablejs: [
    { what: 'an item of a native list', from: '#A', to: '#C', wanted: { native: 'B C A D' } },
    { what: 'an item upwards', from: '#D', to: '#A', wanted: { native: 'D A B C' } },
    { what: 'an item of a list that draws its own copy', from: '#E', to: '#G', wanted: { drawn: 'F G E H' } },
    { what: 'an item into another list', from: '#F', to: '#Y', wanted: { drawn: 'E G H', other: 'X Y F' } },
  ],
  'dnd-kit': [
    { what: 'an item by the pointer sensor', from: '#A', to: '#C', wanted: { pointer: 'B C A D' } },
    // D3
    { what: 'an item after a delay', from: '#E', to: '#G', pace: { hold: 400 }, flags: ['--hold', '400'], wanted: { delay: 'F G E H' } },
    { what: 'a card into a zone', from: '#card', to: '#right', wanted: { zone: 'right' } },
  ],
  pragmatic: [{ what: 'a card into a column', from: '#one', to: '#done', wanted: { todo: 'two', done: 'one' } }],
  // D4
  'jquery-ui': [
    { what: 'a helper that is a clone', from: '#clone', to: '#bin', wanted: { dropped: 'clone', helpers: 0 } },
    { what: 'the element itself', from: '#plain', to: '#bin', wanted: { dropped: 'plain', helpers: 0 } },
    { what: 'an item of a sortable list', from: '#A', to: '#C', wanted: { sort: 'B C A D', helpers: 0 } },
  ],
  gridstack: [
    { what: 'a widget to another grid', from: '#at-a', to: '#two', wanted: { one: 'b:5,0 c:10,0', placeholders: 0 } },
    { what: 'a widget onto another', from: '#at-a', to: '#at-b', wanted: { placeholders: 0 } },
    {
      what: 'a new widget from the palette',
      from: '#fresh .grid-stack-item-content',
      to: '#two',
      pace: { raw: true },
      wanted: { placeholders: 0 },
    },
  ],
  'react-flow': [
    { what: 'a node', from: '[data-id="a"]', to: '[data-id="c"]', within: 5, wanted: { edges: '' } },
    { what: 'an edge between handles', from: '[data-id="a"] .source', to: '[data-id="c"] .target', wanted: { edges: 'a>c' } },
  ],
  html5: [
    { what: 'a card into a zone', from: '#one', to: '#to', wanted: { from: 'two', to: 'one', shut: '' } },
    { what: 'a card into a zone that takes none', from: '#one', to: '#shut', wanted: { from: 'one two', to: '', shut: '' } },
  ],
  canvas: [
    {
      what: 'a box that is drawn',
      from: '#board',
      to: '#board',
      points: [
        { x: 40, y: 40 },
        { x: 200, y: 120 },
      ],
      within: 2,
      wanted: { boxes: '180,100' },
    },
    {
      what: 'a chip onto the canvas',
      from: '#chip',
      to: '#board',
      within: 2,
      wanted: { boxes: expect.stringMatching(/^20,20 23\d,13\d$/) as string },
    },
  ],
  svg: [
    { what: 'a circle of D3', from: '#d3', to: '#filled', within: 2, wanted: { d3: '350,70' } },
    { what: 'a circle that captures the pointer', from: '#own', to: '#filled', within: 2, wanted: { own: '350,70' } },
    { what: 'a circle onto an outline', from: '#d3', to: '#outline', flags: ['--force'], within: 2, wanted: { d3: '350,210' } },
  ],
};

const shell = sharedCli();
const handAt = hand();

/** The operand of `drag` for a point of an element: `@eN+x,y`. */
async function withPoint(selector: string, { x, y }: Point): Promise<string> {
  const [first] = await shown(shell(), '-s', selector);
  return `${first?.ref ?? selector}+${x},${y}`;
}

type Try = { readonly state: unknown; readonly down: unknown; readonly answer: string };

/** Equal texts but for numbers that differ by no more than `within`. */
function alike(state: unknown, wanted: unknown, within: number): boolean {
  const [left, right] = [JSON.stringify(state), JSON.stringify(wanted)];
  const numbers = (text: string): readonly number[] => (text.match(/-?\d+/g) ?? []).map(Number);
  if (left.replaceAll(/-?\d+/g, '#') !== right.replaceAll(/-?\d+/g, '#')) return false;
  const others = numbers(right);
  return numbers(left).every((number, at) => Math.abs(number - (others[at] ?? Number.NaN)) <= within);
}

/** One try that did not end as by hand, as a failed test shows it. */
const differs = ({ state, down, answer }: Try, wanted: unknown, answers: RegExp, within = 0): string | null =>
  alike(state, wanted, within) && down === false && answers.test(answer)
    ? null
    : `${JSON.stringify(state)}${down === true ? ', the button is still down' : ''}, ${answer}`;

async function handDrag(page: Page, { from, to, points, pace }: Drag): Promise<void> {
  await dragBy(page, await pointOf(page, from, points?.[0]), await pointOf(page, to, points?.[1]), pace);
}

describe.each(Object.entries(PAGES))('%s', (name, drags) => {
  let origin: string;
  let close: () => PromiseLike<void>;
  beforeAll(async () => {
    const site = await servePage('drags', name);
    origin = site.origin;
    close = () => site[Symbol.asyncDispose]();
  });
  afterAll(() => close());

  test.each(drags)('$what lands where a hand puts it, 8 of 8', async (drag) => {
    const page = await handAt(origin);
    const before = await page.evaluate('__state()');
    await handDrag(page, drag);
    await page.waitForFunction('!__down()');
    const byHand = await page.evaluate('__state()');
    await page.context().close();
    expect(byHand).toMatchObject(drag.wanted);
    const moved = JSON.stringify(byHand) !== JSON.stringify(before);
    expect(moved || drag.to === '#shut').toBe(true);

    // A goal that takes nothing: the answer must not pretend that it did.
    const answer = drag.to === '#shut' ? /^1: |nothing|no change/i : /^0: /;
    const wrong = [];
    for (let round = 0; round < TRIES; round += 1) {
      await open(shell(), origin);
      const [from, to] =
        drag.points === undefined
          ? [drag.from, drag.to]
          : [await withPoint(drag.from, drag.points[0]), await withPoint(drag.to, drag.points[1])];
      const run = await shell().run(['drag', from, to, ...(drag.flags ?? [])]);
      const got = { state: await js(shell(), '__state()'), down: await js(shell(), '__down()'), answer: said(run) };
      wrong.push(differs(got, byHand, answer, drag.within));
    }
    const bad = wrong.filter((each) => each !== null);
    expect(bad, `by hand: ${JSON.stringify(byHand)}\n${bad.join('\n')}`).toEqual([]);
  });
});

describe('node-red', () => {
  // D4
  test('a node of the palette lands on the workspace where a hand puts it, 8 of 8', async () => {
    await using red = await startNodeRed();
    const [from, to] = ['.red-ui-palette-node[data-palette-type="inject"]', '#red-ui-workspace-chart'];
    const state = `(() => { const all = []; RED.nodes.eachNode(({ type, x, y }) => all.push([type, x, y].join())); return all; })()`;
    const began = `RED.nodes.eachNode && document.querySelector('${from}') !== null && document.querySelector('#red-ui-loading-progress')?.offsetParent == null`;

    const page = await handAt(red.origin, began);
    await dragBy(page, await pointOf(page, from), await pointOf(page, to));
    const byHand = await page.evaluate(state);
    await page.context().close();
    expect(byHand).toEqual([expect.stringMatching(/^inject,\d+,\d+$/)]);

    const wrong = [];
    for (let round = 0; round < TRIES; round += 1) {
      // What was drawn is not deployed: a page that is opened again asks before it leaves, a new tab does not.
      await shell().ok('newtab', red.origin);
      await shell().ok('wait', '--fn', began);
      const run = await shell().run(['drag', from, to]);
      wrong.push(differs({ state: await js(shell(), state), down: false, answer: said(run) }, byHand, /^0: /));
    }
    const bad = wrong.filter((each) => each !== null);
    expect(bad, `by hand: ${JSON.stringify(byHand)}\n${bad.join('\n')}`).toEqual([]);
  }, 400_000);
});
