/** The page goes elsewhere before, or while, we act: the element that was printed, or nothing on whatever came after. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PATIENCE, adversary, refused, right, touched, type Adversary, type Outcome, type Scene } from '../../support/adversary.ts';
import { within } from '../../support/browser.ts';
import { rounds } from '../../support/rounds.ts';

let rig: Adversary;
beforeAll(async () => {
  rig = await adversary();
});
afterAll(() => rig[Symbol.asyncDispose]());

const NAVIGATED = { done: false, code: 'ref-stale', message: 'The element (button "Pay") is stale: the page navigated' };

/** Opens the page, takes the ref of Pay, lets the page go elsewhere, clicks. */
async function payAfter(leave: (scene: Scene) => Promise<unknown>, look = false): Promise<{ outcome: Outcome; events: readonly string[] }> {
  const scene = await rig.scene();
  await scene.open('pointer.html');
  await scene.snapshot();
  const target = scene.ref('button', 'Pay');
  await leave(scene);
  // A diff pins the elements of the page that came, under the same numbers within their document.
  if (look) await scene.snapshot({}, false);
  const outcome = await scene.click(target);
  const { events } = await scene.state();
  await scene.page.close();
  return { outcome, events };
}

const trap = (): string => `${rig.site.origin}/adversarial/trap.html`;
const farTrap = (): string => `${rig.site.elsewhere}/adversarial/trap.html`;

describe('before the act', () => {
  test.each<[string, (scene: Scene) => Promise<unknown>]>([
    ['a page like it of the same site', ({ page }) => page.goto(trap(), 'load', within())],
    ['a page like it of another site, in a new renderer process', ({ page }) => page.goto(farTrap(), 'load', within())],
    ['the same page again', ({ page }) => page.goto(page.url(), 'load', within())],
    ['a reload', ({ page }) => page.reload({ hard: false }, 'load', within())],
    [
      'a navigation by the page itself',
      async ({ page, later }) => {
        await later(30, `location.href = 'trap.html'`);
        await page.waitForUrl('**/trap.html', within());
        await page.waitForLoad('load', within());
      },
    ],
    [
      'away and on again',
      async ({ page }) => {
        await page.goto(trap(), 'load', within());
        await page.goto(farTrap(), 'load', within());
      },
    ],
  ])('after %s the ref is stale and the new page is untouched', async (_, leave) => {
    expect(await payAfter(leave)).toEqual({ outcome: NAVIGATED, events: [] });
    expect(await payAfter(leave, true)).toEqual({ outcome: NAVIGATED, events: [] });
  });

  test('away and back: the same document from the cache, or stale', async () => {
    const { outcome, events } = await payAfter(async ({ page }) => {
      await page.goto(farTrap(), 'load', within());
      await page.history('back', 'load', within());
    });
    expect({ outcome, clicked: events.includes('click Pay'), untouched: events.length === 0 }).toEqual({
      outcome: outcome.done ? outcome : NAVIGATED,
      clicked: outcome.done,
      untouched: !outcome.done,
    });
  });

  test('back and forward: the ref of the later page is stale too', async () => {
    const scene = await rig.scene();
    await scene.open('trap.html');
    await scene.open('pointer.html');
    await scene.snapshot();
    const target = scene.ref('button', 'Pay');
    await scene.page.history('back', 'load', within());
    const outcome = await scene.click(target);
    const { events } = await scene.state();
    await scene.page.close();
    expect({ outcome, events }).toEqual({ outcome: NAVIGATED, events: [] });
  });

  test('a same-document navigation that leaves the node leaves the ref', async () => {
    const { outcome, events } = await payAfter(({ js }) => js(`{ history.pushState(1, '', '?elsewhere'); location.hash = 'there' }`));
    expect(outcome).toMatchObject({ done: true });
    expect(new Set(events.map((event) => event.replace(/^\w+ /, '')))).toEqual(new Set(['Pay']));
  });

  test('a same-document navigation that draws the page anew makes it stale', async () => {
    const { outcome, events } = await payAfter(({ js }) => js(`{ history.pushState(1, '', '?elsewhere'); document.body.innerHTML += '' }`));
    expect({ outcome, events }).toEqual({
      outcome: { done: false, code: 'ref-stale', message: 'The element (button "Pay") is stale: the element left the page' },
      events: [],
    });
  });

  test('a document written anew makes it stale', async () => {
    const { outcome, events } = await payAfter(({ js }) =>
      js(
        `{ document.open(); document.write('<script src="ledger.js"></' + 'script><button data-mark="Pay (new)">Pay</button>'); document.close(); await new Promise((done) => setTimeout(done, 100)) }`,
      ),
    );
    expect(outcome).toMatchObject({ done: false, code: 'ref-stale' });
    expect(events).toEqual([]);
  });

  test('a closed tab is gone, in words', async () => {
    const scene = await rig.scene();
    await scene.open('pointer.html');
    await scene.snapshot();
    const target = scene.ref('button', 'Pay');
    await scene.page.close();
    expect(await scene.click(target)).toMatchObject({ done: false, code: 'page-closed' });
  });
});

describe('while we act', () => {
  /** Whatever happens, nothing on the page that comes is touched; what is said to be done was done on the page that was. */
  function never({ outcome, events }: { outcome: Outcome; events: readonly string[] }): void {
    expect(touched({ events, fields: [] }).filter((mark) => mark !== 'Pay')).toEqual([]);
    const end = outcome.done ? (events.includes('mousedown Pay') ? 'pressed' : 'done, and nothing was pressed') : outcome.code;
    expect(['pressed', 'ref-stale', 'may-have-run', 'act-broken', 'not-actionable', 'timeout']).toContain(end);
  }

  test('a page that leaves at some moment is clicked before or not at all', { timeout: rounds(200, 8) * 5_000 }, async () => {
    const times = rounds(200, 8);
    const ends: Record<string, number> = {};
    for (let at = 0; at < times; at += 1) {
      const scene = await rig.scene();
      await scene.open('pointer.html');
      await scene.snapshot();
      const target = scene.ref('button', 'Pay');
      await scene.later(20 + ((at * 3) % 40), `location.href = 'trap.html'`);
      const outcome = await scene.click(target);
      await scene.page.waitForUrl('**/trap.html', within());
      await scene.page.waitForLoad('load', within());
      const { events } = await scene.state();
      await scene.page.close();
      never({ outcome, events });
      const end = outcome.done ? 'done' : outcome.code;
      ends[end] = (ends[end] ?? 0) + 1;
    }
    expect(Object.values(ends).reduce((sum, count) => sum + count, 0)).toBe(times);
  });

  test('a page that leaves as soon as the pointer comes', async () => {
    never(await payAfter(({ js }) => js(`{ target.addEventListener('mouseover', () => { location.href = 'trap.html' }) }`)));
  });

  test('a page that leaves at the press', async () => {
    never(await payAfter(({ js }) => js(`{ target.addEventListener('pointerdown', () => { location.href = 'trap.html' }) }`)));
  });

  test('a page whose next page is under way is not clicked behind its back, and what comes is untouched', async () => {
    const held = rig.site.hold('/adversarial/trap.html');
    const scene = await rig.scene();
    await scene.open('pointer.html');
    await scene.snapshot();
    const target = scene.ref('button', 'Pay');
    await scene.later(30, `location.href = 'trap.html'`);
    await held.arrived;
    // The browser lets nobody ask a page that is on its way elsewhere.
    const early = await scene.click(target, { patience: 300 });
    expect(await scene.page.responds(within(300))).toBe(true);
    const late = scene.click(target);
    held.release();
    const outcomes = [early, await late];
    await scene.page.waitForUrl('**/trap.html', within());
    await scene.page.waitForLoad('load', within());
    const { events } = await scene.state();
    await scene.page.close();
    expect(touched({ events, fields: [] }).filter((mark) => mark !== 'Pay')).toEqual([]);
    expect(outcomes.map((outcome) => outcome.done)).toEqual([false, false]);
    expect(outcomes[0]).toMatchObject({
      code: 'page-leaving',
      message: expect.stringMatching(/trap\.html, which has not answered for 300 ms$/),
    });
    expect(outcomes[1]).toMatchObject({ code: 'ref-stale' });
  });
});

describe('an act that sends the page on its way to a server that takes its time', () => {
  const CASES: readonly (readonly [act: string, html: string, run: (scene: Scene) => Promise<unknown>])[] = [
    [
      'a click',
      '<button>Go</button>',
      ({ page, ref }) => page.click(ref('button', 'Go'), { button: 'left', count: 1, modifiers: [], force: false }, within(PATIENCE)),
    ],
    [
      'a choice',
      '<select aria-label="S"><option>a<option>b</select>',
      ({ page, ref }) => page.select(ref('combobox', 'S'), ['b'], within(PATIENCE)),
    ],
    ['a fill', '<input aria-label="S">', ({ page, ref }) => page.fill(ref('textbox', 'S'), 'b', within(PATIENCE))],
    ['a tick', '<input type="checkbox" aria-label="S">', ({ page, ref }) => page.setChecked(ref('checkbox', 'S'), true, within(PATIENCE))],
    ['a key', '<input aria-label="S" autofocus>', ({ page }) => page.press('Enter', within(PATIENCE))],
    ['text', '<input aria-label="S" autofocus>', ({ page }) => page.type('abc\n', within(PATIENCE))],
  ];
  test.each(CASES)('%s is done, and said to be', async (_, html, run) => {
    rig.site.on(
      '/adversarial/leaving',
      `<!doctype html><title>Leaving</title><script src="ledger.js"></script><form action="slow">${html}</form>
<script>const element = document.forms[0].elements[0]; if (element.type !== 'submit') element.addEventListener('change', () => document.forms[0].requestSubmit()); element.focus()</script>`,
    );
    const held = rig.site.hold('/adversarial/slow');
    const scene = await rig.scene();
    await scene.open('leaving');
    await scene.snapshot();
    const outcome = await scene.attempt(run(scene));
    const asked = rig.site.count('/adversarial/slow');
    held.release();
    await scene.page.close();
    expect(outcome).toMatchObject({ done: true });
    expect(asked).toBeGreaterThan(0);
  });

  test('what was given up while the page was away is not done when it stays', async () => {
    rig.site.on('/adversarial/nothing', (_, response) => void response.writeHead(204).end());
    const held = rig.site.hold('/adversarial/nothing');
    const scene = await rig.scene();
    await scene.open('fields.html');
    await scene.snapshot();
    const [secret, colour, pay] = [scene.ref('textbox', 'Password'), scene.ref('combobox', 'Colour'), scene.ref('checkbox', 'Agree')];
    const before = await scene.state();
    await scene.later(30, `location.href = 'nothing'`);
    await held.arrived;
    const outcomes = await Promise.all([
      scene.attempt(scene.page.fill(secret, 'hunter2', within(300))),
      scene.attempt(scene.page.select(colour, ['g'], within(300))),
      scene.attempt(scene.page.setChecked(pay, true, within(300))),
    ]);
    held.release();
    expect(outcomes.map((outcome) => !outcome.done && outcome.code)).toEqual(['page-leaving', 'page-leaving', 'page-leaving']);
    // The page is asked again once it stays; what waited for it comes first.
    await scene.page.waitForFunction('true', within());
    expect(await scene.state()).toEqual(before);
    await scene.page.close();
  });
});

describe('in another tab', () => {
  test('a ref of one tab is refused by another that shows the same page, and neither is touched', async () => {
    const [first, second] = [await rig.scene(), await rig.scene()];
    await first.open('pointer.html');
    await second.open('pointer.html');
    await first.snapshot();
    await second.snapshot();
    const outcome = await second.click(first.ref('button', 'Pay'));
    const state = await second.state();
    expect({ outcome, events: state.events }).toEqual({ outcome: NAVIGATED, events: [] });
    await first.page.close();
    await second.page.close();
  });

  test('the same number means each tab its own element', async () => {
    const [first, second] = [await rig.scene(), await rig.scene()];
    await first.open('pointer.html');
    await second.open('list.html');
    await first.snapshot();
    const number = first.number('button', 'Pay');
    await second.snapshot();
    const before = await first.state();
    const outcome = await first.click(first.resolve(number));
    right({ outcome, before, after: await first.state() }, 'Pay');
    await first.page.close();
    await second.page.close();
  });

  test('a number that a tab has not printed is unknown, and says what there is', async () => {
    const scene = await rig.scene();
    await scene.open('pointer.html');
    expect(() => scene.resolve(1)).toThrow(/^Ref @e1 not found: this tab has no snapshot/);
    await scene.snapshot();
    expect(() => scene.resolve(99)).toThrow(/^Ref @e99 not found: this document has @e1-@e3$/);
    await scene.page.close();
  });

  test('an element in a tab behind is clicked there', async () => {
    const [first, second] = [await rig.scene(), await rig.scene()];
    await first.open('pointer.html');
    await first.snapshot();
    await second.open('trap.html');
    await second.page.bringToFront();
    const before = await first.state();
    const outcome = await first.click(first.ref('button', 'Pay'));
    right({ outcome, before, after: await first.state() }, 'Pay');
    await first.page.close();
    await second.page.close();
  });

  test('a refused act in a frame of a closed popup leaves the opener as it was', async () => {
    const scene = await rig.scene();
    await scene.open('pointer.html');
    await scene.snapshot();
    const before = await scene.state();
    const target = scene.ref('button', 'Pay');
    await scene.js(
      `{ const popup = open('trap.html'); await new Promise((done) => { popup.onload = done }); popup.document.body.append(target); popup.close() }`,
    );
    const outcome = await scene.click(target);
    refused({ outcome, before, after: await scene.state() }, { code: 'ref-stale', says: /the element left the page$/ });
    await scene.page.close();
  });
});
