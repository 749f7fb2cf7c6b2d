/** The page moves, covers, relabels or removes things while the pointer is on its way: never a neighbour, never a lie. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  PATIENCE,
  adversary,
  refused,
  right,
  rightOrRefused,
  trial,
  type Adversary,
  type Refusal,
  type Scene,
  type Trial,
} from '../../support/adversary.ts';
import { within } from '../../support/browser.ts';

let rig: Adversary;
beforeAll(async () => {
  rig = await adversary();
});
afterAll(() => rig[Symbol.asyncDispose]());

const pay = (change: string): Promise<Trial> => trial(rig, { page: 'pointer.html', target: ['button', 'Pay'], change });
const RENAMED: Refusal = { code: 'ref-stale', says: /its name is now "Delete everything"$/ };
const LEFT: Refusal = { code: 'ref-stale', says: /the element left the page$/ };
const cannot = (reason: RegExp): Refusal => ({
  code: 'not-actionable',
  says: new RegExp(`^Cannot click button "Pay": .*${reason.source}.*nothing was touched$`),
});

describe('before the act', () => {
  test.each<[string, string, Refusal]>([
    ['a changed label', 'mutate.relabel()', RENAMED],
    ['a hidden button (display)', 'mutate.hide()', cannot(/it is hidden/)],
    ['a button made invisible, which has no name then', 'mutate.veilVisibility()', { code: 'ref-stale', says: /its name is now ""$/ }],
    ['a disabled button', 'mutate.disable()', cannot(/it is disabled/)],
    ['an inert button', 'mutate.inert()', cannot(/it is (inert|covered)/)],
    ['a covered button', 'mutate.cover()', cannot(/covered by <div id="veil">/)],
    ['a button that lets pointers through', 'mutate.deaf()', cannot(/covered by/)],
    ['a button behind a modal dialog', 'mutate.openDialog()', cannot(/(covered|inert)/)],
  ])('%s is refused', async (_, change, refusal) => refused(await pay(change), refusal));

  test.each([
    ['shifted down by a banner', 'mutate.shift()'],
    ['moved to the end of the page by a portal', 'mutate.portal()'],
    ['that changed places with its neighbour', 'mutate.swapWith()'],
    ['far below the viewport', 'mutate.farDown()'],
    ['that slides across the page', 'mutate.slide()'],
  ])('a button %s is clicked where it is', async (_, change) => right(await pay(change), 'Pay'));
});

describe('while the pointer arrives', () => {
  test.each([
    ['relabels itself under the pointer', 'mutate.relabelOnHover()', RENAMED],
    ['is relabelled at any move of the pointer', 'mutate.relabelOnMove()', RENAMED],
    ['is removed under the pointer', 'mutate.removeOnHover()', LEFT],
    ['is exchanged for a twin under the pointer', 'mutate.cloneOnHover()', LEFT],
    ['is disabled under the pointer', 'mutate.disableOnHover()', cannot(/it is disabled/)],
    ['is covered by an overlay that appears under the pointer', 'mutate.coverOnHover()', cannot(/covered by <div id="veil">/)],
    ['is covered by a modal dialog that opens under the pointer', 'mutate.openDialogOnHover()', cannot(/(covered|inert)/)],
  ])('a button that %s is refused', async (_, change, refusal) => refused(await pay(change), refusal));

  test('a button that a banner pushes away under the pointer is found again', async () => right(await pay('mutate.shiftOnHover()'), 'Pay'));
  test('a button that a banner pushes away at every move is never mistaken', async () =>
    void rightOrRefused(await pay('mutate.shiftOnMove()'), 'Pay', ['not-actionable']));

  test('an overlay that is a frame of its own gets nothing', async () => {
    const found = await pay('mutate.coverByFrame()');
    refused(found, { code: ['not-actionable', 'may-have-run'], says: /covered by|nothing in the page saw the click/ });
  });

  test.each([0, 2, 5, 8, 12, 20, 40])(
    'a layout shift %s ms later ends on the button, or between press and release and nowhere else',
    async (ms) => void rightOrRefused(await pay(`mutate.shiftAfter(${ms})`), 'Pay', ['act-broken', 'not-actionable']),
  );
});

describe('between press and release', () => {
  const HALFWAY: Refusal = { code: 'act-broken', says: /^The click on button "Pay" was stopped halfway: at / };

  async function halfway(change: string, reached: readonly string[]): Promise<void> {
    const { outcome, after } = await pay(change);
    expect({ outcome, events: after.events }).toEqual({
      outcome: { done: false, code: HALFWAY.code, message: expect.stringMatching(HALFWAY.says) },
      events: reached,
    });
  }

  test('a button that becomes another at the press gets no click', () => halfway('mutate.relabelOnPress()', ['pointerdown Pay']));
  test('a button that becomes another at mousedown gets no click', () =>
    halfway('mutate.relabelOnMousedown()', ['pointerdown Pay', 'mousedown Pay']));
  test('an overlay that opens at the press gets nothing', () => halfway('mutate.coverOnPress()', ['pointerdown Pay', 'mousedown Pay']));
  test('a neighbour that slides under the pressed pointer gets nothing', () =>
    halfway('mutate.shiftOnPress()', ['pointerdown Pay', 'mousedown Pay']));

  test('a button that goes at the press, as menus do, has been clicked', async () => {
    const { outcome, after } = await pay('mutate.removeOnPress()');
    expect(outcome).toMatchObject({ done: true });
    expect(after.events.filter((event) => !event.endsWith(' Pay') && /click|down/.test(event))).toEqual([]);
  });
});

test('a list that its button opens at the press, over itself, gets nothing, and the click is done', async () => {
  const change = `target.setAttribute('aria-expanded', 'false'); target.addEventListener('mousedown', () => { target.setAttribute('aria-expanded', 'true'); veil() })`;
  const { outcome, after } = await pay(change);
  expect({ outcome, events: after.events }).toEqual({
    outcome: expect.objectContaining({ done: true }),
    events: ['pointerdown Pay', 'mousedown Pay'],
  });
});

test('a context menu that opens under the pointer gets no release, and the click is done', async () => {
  const change = `target.addEventListener('contextmenu', (event) => { event.preventDefault(); veil() })`;
  const act = (scene: Scene, target: Parameters<Scene['click']>[0]): ReturnType<Scene['attempt']> =>
    scene.attempt(scene.page.click(target, { button: 'right', count: 1, modifiers: [], force: false }, within(PATIENCE)));
  right(await trial(rig, { page: 'pointer.html', target: ['button', 'Pay'], change, act }), 'Pay');
});

test('a slider that holds the pressed pointer on its rail gets the whole press', async () => {
  const change = `{ const rail = document.createElement('div'); target.before(rail); rail.append(target); rail.dataset.mark = 'Pay'; target.addEventListener('pointerdown', (event) => rail.setPointerCapture(event.pointerId)) }`;
  const { outcome, after } = await trial(rig, { page: 'pointer.html', target: ['button', 'Pay'], change });
  expect(outcome).toMatchObject({ done: true });
  expect(after.events).toContain('pointerup Pay');
});

describe('all the time', () => {
  test.each([
    ['runs across the page', 'mutate.run()'],
    ['rides on a conveyor', 'mutate.conveyor()'],
    ['is animated without end', 'mutate.spin()'],
    ['changes places with its neighbour every 5 ms', 'mutate.swapPlacesEvery(5)'],
    ['changes places with its neighbour every 16 ms', 'mutate.swapPlacesEvery(16)'],
  ])(
    'a button that %s is clicked or refused',
    async (_, change) => void rightOrRefused(await pay(change), 'Pay', ['not-actionable', 'act-broken', 'page-hung']),
  );

  test('a label swapped every 5 ms: the click lands on the printed one or nowhere', { timeout: 120_000 }, async () => {
    const scene = await rig.scene();
    await scene.open('pointer.html');
    await scene.snapshot();
    const target = scene.ref('button', 'Pay');
    await scene.js('mutate.swapLabelsEvery(5)');
    const ends = { right: 0, refused: 0 };
    for (let at = 0; at < 40; at += 1) {
      await scene.js('ledger.clear()');
      const before = await scene.state();
      const outcome = await scene.click(target, { patience: 300 });
      const after = await scene.state();
      const clicks = after.events.filter((event) => event.startsWith('click '));
      expect(clicks).toEqual(outcome.done ? ['click Pay'] : []);
      const end = outcome.done ? 'right' : outcome.code;
      expect(['right', 'ref-stale', 'act-broken', 'not-actionable']).toContain(end);
      const untouched = end === 'ref-stale' || end === 'not-actionable';
      expect(after).toEqual(untouched ? before : after);
      ends[outcome.done ? 'right' : 'refused'] += 1;
    }
    await scene.page.close();
    expect(ends.right + ends.refused).toBe(40);
    expect(ends.refused).toBeGreaterThan(0);
  });
});

describe('other ways to press', () => {
  const acts: Readonly<Record<string, (scene: Scene, target: Parameters<Scene['click']>[0]) => ReturnType<Scene['attempt']>>> = {
    'click --force': (scene, target) => scene.click(target, { force: true }),
    'click --double': (scene, target) =>
      scene.attempt(scene.page.click(target, { button: 'left', count: 2, modifiers: [], force: false }, within(PATIENCE))),
    'click --button right': (scene, target) =>
      scene.attempt(scene.page.click(target, { button: 'right', count: 1, modifiers: [], force: false }, within(PATIENCE))),
    'click --button middle': (scene, target) =>
      scene.attempt(scene.page.click(target, { button: 'middle', count: 1, modifiers: [], force: false }, within(PATIENCE))),
    'hover': (scene, target) => scene.attempt(scene.page.hover(target, { force: false }, within(PATIENCE))),
  };
  test.each(Object.keys(acts).filter((name) => name !== 'hover'))(
    '%s on a button that relabels itself under the pointer is refused',
    async (name) =>
      refused(
        await trial(rig, {
          page: 'pointer.html',
          target: ['button', 'Pay'],
          change: 'mutate.relabelOnHover()',
          act: acts[name] ?? (() => Promise.reject(new Error(name))),
        }),
        RENAMED,
      ),
  );

  test.each(Object.keys(acts))('%s on a relabelled button is refused', async (name) =>
    refused(
      await trial(rig, {
        page: 'pointer.html',
        target: ['button', 'Pay'],
        change: 'mutate.relabel()',
        act: acts[name] ?? (() => Promise.reject(new Error(name))),
      }),
      RENAMED,
    ),
  );

  test.each(['shiftOnHover()', 'shiftOnMove()', 'swapPlacesEvery(5)', 'conveyor()'])(
    'a forced click on a button that the page takes from under the pointer (%s) reaches it or nothing',
    async (change) => {
      const act = acts['click --force'] ?? (() => Promise.reject(new Error()));
      const found = await trial(rig, { page: 'pointer.html', target: ['button', 'Pay'], change: `mutate.${change}`, act });
      rightOrRefused(found, 'Pay', ['not-actionable', 'act-broken', 'ref-stale']);
    },
  );

  test('a forced click on a covered button reaches what covers it only as asked', async () => {
    const { after } = await trial(rig, {
      page: 'pointer.html',
      target: ['button', 'Pay'],
      change: 'mutate.cover()',
      act: acts['click --force'] ?? (() => Promise.reject(new Error())),
    });
    expect(after.events.filter((event) => / (Cancel|Delete account)$/.test(event))).toEqual([]);
  });
});

test('a virtual list that recycles its rows when it scrolls: the row that was printed or none', async () => {
  rig.site.on('/adversarial/windowed', WINDOWED);
  for (const name of ['Delete']) {
    const found = await trial(rig, { page: 'windowed', target: ['button', name, 3], change: '(scrollBy(0, 4000), paint())' });
    refused(found, { code: 'ref-stale', says: /its (row|list item|block) is now "Person \d+"$/ });
    rightOrRefused(await trial(rig, { page: 'windowed', target: ['button', name, 11] }), 'delete Person 11', ['ref-stale']);
  }
});

test.each(['relabelOnScroll', 'swapOnScroll'])(
  'what happens because we scroll (%s) is seen',
  async (change) =>
    void rightOrRefused(await pay(`mutate.farDown(); mutate.${change}()`), 'Pay', ['ref-stale', 'not-actionable', 'act-broken']),
);

/** Twelve nodes show whatever part of a thousand people is in view. */
const WINDOWED = `<!doctype html><title>Windowed</title><script src="ledger.js"></script>
<style>body { margin: 0 } #all { height: 60000px; position: relative } li { position: absolute; height: 60px; list-style: none }</style>
<ul id="all"></ul><script>
  const rows = Array.from({ length: 14 }, () => {
    const row = document.createElement('li');
    row.innerHTML = '<span></span> <button>Delete</button>';
    all.append(row);
    return row;
  });
  const paint = () => {
    const first = Math.floor(scrollY / 60);
    rows.forEach((row, at) => {
      row.style.top = (first + at) * 60 + 'px';
      row.firstChild.textContent = 'Person ' + (first + at);
      row.lastChild.dataset.mark = 'delete Person ' + (first + at);
    });
  };
  addEventListener('scroll', paint);
  paint();
</script>`;
