/** Refs into frames, of this site and of another: never into a frame that came after, or lies where it lay. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  adversary,
  refused,
  right,
  rightOrRefused,
  touched,
  trial,
  type Adversary,
  type Refusal,
  type Trial,
} from '../../support/adversary.ts';

let rig: Adversary;
beforeAll(async () => {
  rig = await adversary();
});
afterAll(() => rig[Symbol.asyncDispose]());

const NAVIGATED: Refusal = { code: 'ref-stale', says: /^The element \(button "Pay"\) is stale: the page navigated$/ };

describe.each([
  ['of this site', 'frames.html'],
  ['of another site', 'frames.html?far'],
])('a frame %s', (_, page) => {
  /** Clicks the button of the second frame. */
  const pay = (change?: string): Promise<Trial> =>
    trial(rig, { page, target: ['button', 'Pay', 1], ...(change === undefined ? {} : { change }) });

  test('is clicked into where it is', async () => right(await pay(), 'Pay two'));
  test('is clicked into when it changed places with its twin', async () => right(await pay('mutate.swap()'), 'Pay two'));
  test('is clicked into when it was scaled, padded and framed', async () => right(await pay('mutate.zoom()'), 'Pay two'));
  // A frame of another process follows a scroll a moment later: the pointer may meet what was there before, and is held back.
  test('is clicked into when it went out of view, or held back between press and release', async () =>
    void rightOrRefused(await pay('mutate.scroll()'), 'Pay two', ['act-broken']));
  test('that was reloaded is stale', async () => refused(await pay('await mutate.reload()'), NAVIGATED));
  test('that went to another page is stale', async () => {
    const { outcome, after } = await pay('await mutate.navigate()');
    expect({ outcome, events: after.events }).toEqual({
      outcome: { done: false, code: 'ref-stale', message: expect.stringMatching(NAVIGATED.says) },
      events: [],
    });
  });
  test('that was moved in the document, and so loaded anew, is stale', async () =>
    refused(await pay('await mutate.reinsert()'), NAVIGATED));
  test('that was removed is stale', async () => refused(await pay('mutate.remove()'), NAVIGATED));
  test('that is hidden is refused', async () =>
    refused(await pay('mutate.hide()'), { code: ['not-actionable', 'ref-stale'], says: /nothing was touched$|is stale: / }));
  test('that is covered is refused', async () =>
    refused(await pay('mutate.cover()'), { code: 'not-actionable', says: /covered by <div id="veil">/ }));

  test.each(['swapEvery(5)', 'swapEvery(17)', 'swapOnHover()', 'moveOnHover()'])(
    'that changes places (%s) is clicked into or refused',
    async (change) => void rightOrRefused(await pay(`mutate.${change}`), 'Pay two', ['not-actionable', 'act-broken']),
  );

  test('that loads another page when the pointer comes: never the other page', async () => {
    const { outcome, after } = await pay('mutate.reloadOnHover()');
    expect(touched(after).filter((mark) => mark !== 'Pay two')).toEqual([]);
    expect(['done', 'ref-stale', 'not-actionable', 'may-have-run', 'act-broken']).toContain(outcome.done ? 'done' : outcome.code);
  });

  test('that was reloaded keeps its text fields', async () =>
    refused(
      await trial(rig, {
        page,
        target: ['textbox', 'Card', 1],
        change: 'await mutate.reload()',
        act: (scene, target) => scene.fill(target, '4111'),
      }),
      {
        code: 'ref-stale',
        says: /^The element \(textbox "Card"\) is stale: the page navigated$/,
      },
    ));

  test.each([true, false])('that went to another page stays stale after any look (a snapshot: %s)', async (anew) => {
    const scene = await rig.scene();
    await scene.open(page);
    await scene.snapshot();
    const target = scene.ref('button', 'Pay', 1);
    await scene.js('mutate.navigate()');
    await scene.snapshot({}, anew);
    const outcome = await scene.click(target);
    const { events } = await scene.state();
    await scene.page.close();
    expect({ outcome, events }).toEqual({
      outcome: { done: false, code: 'ref-stale', message: expect.stringMatching(NAVIGATED.says) },
      events: [],
    });
  });

  test('that went to another page: its number is not given to the newcomer by a diff', async () => {
    const scene = await rig.scene();
    await scene.open(page);
    await scene.snapshot();
    const number = scene.number('button', 'Pay', 1);
    await scene.js('mutate.navigate()');
    await scene.snapshot({}, false);
    expect(scene.number('button', 'Delete account')).toBeGreaterThan(number);
    expect(() => scene.resolve(number)).toThrow(/is stale: the page navigated/);
    await scene.page.close();
  });
});
