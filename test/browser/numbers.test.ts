/** Numbers over random lives of a page: none is given twice in one document, an element keeps its own, and memory stays flat. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keep } from '../../browse/domain/snapshot/render.ts';
import { RefTable } from '../../browse/domain/snapshot/refs.ts';
import type { SnapshotNode } from '../../browse/domain/snapshot/tree.ts';
import { adversary, tell, type Adversary } from '../support/adversary.ts';
import { within } from '../support/browser.ts';
import { SEED, random, rounds } from '../support/rounds.ts';
import type { CaptureOptions, Page } from '../../browse/domain/ports/page.ts';

let rig: Adversary;
beforeAll(async () => {
  rig = await adversary({ '/life': LIFE, '/life-frame': FRAME });
});
afterAll(() => rig[Symbol.asyncDispose]());

/** Every element that can be acted on has a name that no other one ever had; a life is a list of turns. */
const LIFE = `<!doctype html><title>Life</title><ul></ul><div id=tools></div><iframe src=/life-frame></iframe><script>
let made = 0;
const seed = Math.random().toString(36).slice(2, 8);
const button = () => Object.assign(document.createElement('button'), { textContent: 'n' + seed + (made += 1) });
const list = document.querySelector('ul');
const pick = (at) => list.children[Math.floor(at * list.children.length)];
const item = () => { const li = document.createElement('li'); li.append(button()); return li; };
const kept = [];
const turns = {
  add: (at) => list.insertBefore(item(), pick(at) ?? null),
  banner: () => document.body.prepend(button()),
  remove: (at) => pick(at)?.remove(),
  take: (at) => { const li = pick(at); if (li) { kept.push(li); li.remove(); } },
  back: (at) => { const li = kept.pop(); if (li) list.insertBefore(li, pick(at) ?? null); },
  reorder: () => list.append(...[...list.children].reverse()),
  hide: (at) => { const li = pick(at); if (li) li.hidden = !li.hidden; },
  virtual: () => list.replaceChildren(...Array.from({ length: 30 }, item)),
  move: (at) => { const li = pick(at); if (li) document.getElementById('tools').append(li.firstChild ?? ''); },
  frame: () => new Promise((done) => { const frame = document.querySelector('iframe'); frame.onload = done; frame.contentWindow.location.replace('/life-frame?' + Math.random()); }),
};
for (let at = 0; at < 5; at += 1) list.append(item());
</script>`;
const FRAME = `<!doctype html><button></button><script>document.querySelector('button').textContent = 'f' + Math.random().toString(36).slice(2)</script>`;
const TURNS = ['add', 'banner', 'remove', 'take', 'back', 'reorder', 'hide', 'virtual', 'move', 'frame'];

const ALL: CaptureOptions = { interactive: true, within: null, viewport: false, boxes: false, urls: false, clickable: true };

type Look = {
  readonly anew: boolean;
  readonly options: Partial<CaptureOptions>;
  readonly depth: number | null;
  readonly part: string | null;
};
const LOOKS: readonly Look[] = [
  { anew: true, options: {}, depth: null, part: null },
  { anew: true, options: { interactive: false }, depth: null, part: null },
  { anew: true, options: { interactive: false }, depth: 2, part: null },
  { anew: true, options: {}, depth: null, part: '#tools' },
  { anew: true, options: { viewport: true, boxes: true }, depth: null, part: null },
  // As a diff and `find` do.
  { anew: false, options: {}, depth: null, part: null },
];

/** What a look printed: number by the name of what can be acted on. */
async function look(page: Page, refs: RefTable, { anew, options, depth, part }: Look): Promise<ReadonlyMap<string, number>> {
  const scope = part === null ? null : ((await page.query(part, 1, within())).found[0]?.identity ?? null);
  const capture = await page.capture({ ...ALL, ...options, within: scope }, within());
  const printed = keep(capture.nodes, { interactive: options.interactive ?? true, compact: false, depth });
  refs.meet(capture.documents, anew);
  refs.number(printed);
  return new Map(
    printed.flatMap(({ name, identity }: SnapshotNode) =>
      identity === null ? [] : [[keyOf(name, identity), refs.numberOf(identity.pin) ?? 0]],
    ),
  );
}

const keyOf = (name: string, { pin, role }: NonNullable<SnapshotNode['identity']>): string =>
  /^[nf]\w+$/.test(name) && role === 'button' ? name : `${pin.document}/${pin.index}`;

// H2
test('no number means two elements in one document, and no element has two', { timeout: 300_000 }, async () => {
  const chance = random();
  const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T;
  const page = await rig.open.session.newPage();
  const refs = new RefTable();
  const lives = rounds(1_000, 40);
  let looks = 0;
  let restarts = 0;
  for (let life = 0; life < lives; life += 1) {
    if (life % 4 < 2) await page.goto(`${rig.site.origin}/life?${life}`, 'load', within());
    else await page.history(life % 4 === 2 ? 'back' : 'forward', 'load', within());
    const meant = new Map<number, string>();
    const own = new Map<string, number>();
    const highest = refs.size;
    for (let turn = 0; turn < 4; turn += 1) {
      for (let step = 0; step < 3; step += 1)
        await page.evaluate(`Promise.resolve(turns.${pick(TURNS)}(${chance()})).then(() => 0)`, null, within());
      const how = pick(LOOKS);
      const printed = await look(page, refs, how);
      const numbers = [...printed.values()];
      if (turn === 0 && how.anew) restarts += 1;
      const begins = numbers.every((number, at) => number === at + 1);
      const goesOn = numbers.every((number) => number > highest);
      expect({ turn, numbers, right: turn > 0 || (how.anew ? begins : goesOn) }).toEqual({ turn, numbers, right: true });
      for (const [key, number] of printed) {
        expect({ number, means: meant.get(number) ?? key }).toEqual({ number, means: key });
        expect({ key, has: own.get(key) ?? number }).toEqual({ key, has: number });
        meant.set(number, key);
        own.set(key, number);
      }
      looks += 1;
    }
  }
  await page.close();
  tell(`seed ${SEED}: ${lives} lives, ${looks} looks, ${restarts} began at 1`);
  expect(restarts).toBeGreaterThan(lives / 4);
});

// H2
test('looks at a virtual list leave neither nodes in the page nor refs behind', { timeout: 240_000 }, async () => {
  const page = await rig.open.session.newPage();
  await page.goto(`${rig.site.origin}/life`, 'load', within());
  const refs = new RefTable();
  const [looks, items] = [rounds(100, 30), rounds(1_000, 500)];
  const renew = `(list.replaceChildren(...Array.from({ length: ${items} }, item)), 0)`;
  const sizes: number[] = [];
  let last = 0;
  for (let at = 0; at < looks; at += 1) {
    await page.evaluate(renew, null, within());
    const numbers = [...(await look(page, refs, LOOKS[0] as Look)).values()];
    expect(numbers.filter((number) => number > last).length).toBeGreaterThanOrEqual(items);
    last = Math.max(...numbers);
    sizes.push(refs.size);
  }
  await page.close();
  tell(`${looks} looks at ${items} new elements each: ${last} numbers, at most ${Math.max(...sizes)} refs at once`);
  expect(last).toBeGreaterThan(looks * items);
  expect(Math.max(...sizes)).toBeLessThan((looks * items * 2) / 3);
});
