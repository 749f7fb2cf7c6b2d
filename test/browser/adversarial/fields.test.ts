/** Text goes into the field that was printed, whole, or nowhere: a password never into another field. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  PATIENCE,
  adversary,
  refused,
  trial,
  type Adversary,
  type Outcome,
  type PageState,
  type Refusal,
  type Scene,
  type Trial,
} from '../../support/adversary.ts';
import { within } from '../../support/browser.ts';
import { rounds } from '../../support/rounds.ts';

let rig: Adversary;
beforeAll(async () => {
  rig = await adversary();
});
afterAll(() => rig[Symbol.asyncDispose]());

const SECRET = 'hunter2-of-ours';
const LEFT: Refusal = { code: 'ref-stale', says: /the element left the page$/ };
const page = 'fields.html';

/** Fields that hold any of the secret, by mark. */
const holders = ({ fields }: PageState): readonly string[] =>
  fields.filter((field) => /h?unt|2-of/.test(field)).map((field) => field.replace(/=.*/s, ''));

const fill = (change: string, name = 'Password'): Promise<Trial> =>
  trial(rig, { page, target: ['textbox', name], change, act: (scene, target) => scene.fill(target, SECRET) });

const append = (change: string): Promise<Trial> =>
  trial(rig, {
    page,
    target: ['textbox', 'Password'],
    change,
    act: (scene, target) => scene.attempt(scene.page.append(target, SECRET, within(PATIENCE))),
  });

/** The secret is whole in the field of this mark and in no other. */
function filled({ outcome, after }: Trial, mark: string): void {
  expect({ outcome, holders: holders(after) }).toEqual({ outcome: expect.objectContaining({ done: true }), holders: [mark] });
  expect(after.fields).toContain(`${mark}=${SECRET}`);
}

/** Nothing of the secret is anywhere. */
function unfilled({ outcome, after }: Trial, { code, says }: Refusal): void {
  expect({ outcome, holders: holders(after) }).toEqual({
    outcome: { done: false, code, message: expect.stringMatching(says) },
    holders: [],
  });
}

describe('fill', () => {
  test('a field relabelled before is refused', async () =>
    refused(await fill('mutate.swapLabels()'), { code: 'ref-stale', says: /\(textbox "Password"\) is stale: its name is now "Comment"$/ }));
  test('a re-rendered password field is refused', async () => refused(await fill('mutate.renewSecret()'), LEFT));
  test('a disabled field is refused', async () =>
    refused(await fill('mutate.disable()'), { code: 'not-actionable', says: /it is disabled/ }));
  test('a hidden field is refused', async () => refused(await fill('mutate.hide()'), { code: 'not-actionable', says: /it is hidden/ }));

  test('a password field re-rendered as it gets the focus: the secret is nowhere', async () =>
    unfilled(await fill('mutate.renewSecretOnFocus()'), LEFT));
  test('a form rendered anew as it gets the focus: the secret is nowhere', async () =>
    unfilled(await fill('mutate.renewAllOnFocus()'), LEFT));
  test('a field taken away as it gets the focus: the secret is nowhere', async () => unfilled(await fill('mutate.moveSecretAway()'), LEFT));
  test('labels exchanged as it gets the focus: the secret is nowhere', async () =>
    unfilled(await fill('mutate.swapLabelsOnFocus()'), { code: 'ref-stale', says: /its name is now "Comment"$/ }));
  test('a field locked as it gets the focus: the secret is nowhere', async () =>
    unfilled(await fill('mutate.lockOnFocus()'), { code: 'act-broken', says: /giving it the focus made it read-only$/ }));

  test.each(['stealFocus()', 'stealFocusLater()', 'stealFocusEvery(1)', 'stealFocusEvery(0)'])(
    'a page that takes the focus away (%s) does not get the secret',
    async (steal) => filled(await fill(`mutate.${steal}`), 'password'),
  );

  test('a page that turns the password field into a public one gets no secret printed', async () => {
    const scene = await rig.scene();
    await scene.open(page);
    await scene.snapshot();
    await scene.js('mutate.revealOnFocus()');
    const answer = await scene.attempt(
      scene.page.fill(scene.ref('textbox', 'Password'), SECRET, within(PATIENCE)).then((done) => {
        expect(JSON.stringify(done)).not.toContain(SECRET);
      }),
    );
    await scene.page.close();
    expect(answer).toMatchObject({ done: true });
  });

  test('an editor whose focus is taken away keeps its text, and the other field too', async () => {
    const found = await fill('mutate.stealEditor()', 'Editor');
    unfilled(found, { code: 'value-refused', says: /does not take the focus$/ });
    expect(found.after.fields).toContain('editor=Text');
  });
});

describe('type and press', () => {
  test('a password field that loses the focus at once: nothing is typed elsewhere', async () => {
    const found = await append('mutate.stealFocus()');
    expect({ done: found.outcome.done, holders: holders(found.after) }).toEqual({ done: false, holders: [] });
    expect(found.outcome).toMatchObject({ code: 'not-actionable', message: expect.stringMatching(/does not take the focus/) });
  });

  test.each(['stealOnKey()', 'stealOnBeforeInput()', 'stealFocusEvery(1)', 'stealAfterKeys(3)'])(
    'a page that takes the focus while we type (%s): the rest is held back and counted',
    async (steal) => {
      const found = await append(`mutate.${steal}`);
      const { outcome, after } = found;
      expect(after.fields).toContain('comment=');
      const typed = after.fields.find((field) => field.startsWith('password='))?.slice('password='.length) ?? '';
      expect(SECRET.startsWith(typed)).toBe(true);
      const counted = `Typed ${typed.length} of ${SECRET.length} characters`;
      const end = outcome.done ? (typed === SECRET ? 'whole' : 'said to be whole') : outcome.code;
      const told = outcome.done || outcome.code !== 'focus-moved' || outcome.message.includes(counted);
      expect({ end, told }).toEqual({ end: expect.stringMatching(/^(?:whole|focus-moved|not-actionable)$/), told: true });
    },
  );

  test('type without an element goes on into the focused one only', async () => {
    const scene = await rig.scene();
    await scene.open(page);
    await scene.js('{ mutate.focusSecret(); mutate.stealAfterKeys(3) }');
    const outcome = await scene.attempt(scene.page.type(SECRET, within(PATIENCE)));
    const { fields } = await scene.state();
    await scene.page.close();
    expect(outcome).toMatchObject({
      done: false,
      code: 'focus-moved',
      message: expect.stringContaining(`Typed 3 of ${SECRET.length} characters`),
    });
    expect(fields).toContain(`password=${SECRET.slice(0, 3)}`);
    expect(fields).toContain('comment=');
  });

  test('a key that would go to another field is held back', async () => {
    const scene = await rig.scene();
    await scene.open(page);
    await scene.js('{ mutate.focusSecret(); mutate.stealOnKey() }');
    const outcome = await scene.attempt(scene.page.press('x', within(PATIENCE)));
    const { fields } = await scene.state();
    await scene.page.close();
    expect(fields).toContain('comment=');
    expect(outcome.done ? 'done' : outcome.code).toMatch(/^(?:done|focus-moved)$/);
  });

  test(
    'no secret lands in another field in many runs on a page that steals the focus all the time',
    { timeout: rounds(60, 4) * 8_000 },
    async () => {
      const runs = rounds(60, 4);
      const scene = await rig.scene();
      const ends: Record<string, number> = {};
      for (let at = 0; at < runs; at += 1) {
        await scene.open(page);
        await scene.snapshot();
        const target = scene.ref('textbox', 'Password');
        await scene.js(`{ mutate.stealFocusEvery(${1 + (at % 4)}) }`);
        const act = at % 2 === 0 ? scene.page.fill(target, SECRET, within(PATIENCE)) : scene.page.append(target, SECRET, within(PATIENCE));
        const outcome: Outcome = await scene.attempt(act);
        const state = await scene.state();
        expect(state.fields).toContain('comment=');
        const end = outcome.done ? 'done' : outcome.code;
        ends[end] = (ends[end] ?? 0) + 1;
      }
      await scene.page.close();
      expect(Object.keys(ends).filter((end) => !['done', 'focus-moved', 'not-actionable'].includes(end))).toEqual([]);
    },
  );
});

describe('choices and files', () => {
  const select = (change: string): Promise<Trial> =>
    trial(rig, {
      page,
      target: ['combobox', 'Colour'],
      change,
      act: (scene, target) => scene.attempt(scene.page.select(target, ['g'], within(PATIENCE))),
    });
  const check = (change: string, name = 'Agree'): Promise<Trial> =>
    trial(rig, {
      page,
      target: ['checkbox', name],
      change,
      act: (scene, target) => scene.attempt(scene.page.setChecked(target, true, within(PATIENCE))),
    });

  test('a list relabelled before is refused', async () =>
    refused(await select('mutate.relabelSelect()'), { code: 'ref-stale', says: /its name is now "Country"$/ }));
  test('an option that went is refused, and the real ones are listed', async () =>
    refused(await select('mutate.renewOptions()'), { code: 'no-option', says: /"r" \(Rouge\), "b" \(Bleu\)/ }));
  test('a box relabelled before is refused', async () =>
    refused(await check('mutate.relabelBox()'), { code: 'ref-stale', says: /its name is now "Sell my data"$/ }));
  test("labels that point at each other's boxes are refused", async () =>
    refused(await check('mutate.crossLabels()'), { code: 'ref-stale', says: /its name is now "Send me spam"$/ }));

  test('a label that comes to mean another box under the pointer ticks neither', async () => {
    const act = (scene: Scene): Promise<Outcome> =>
      scene.find('label[for=agree]').then((label) => scene.attempt(scene.page.setChecked(label, true, within(PATIENCE))));
    const { outcome, after } = await trial(rig, { page, target: ['checkbox', 'Agree'], change: 'mutate.crossLabelsOnHover()', act });
    expect(after.fields).toContain('spam=false');
    expect(outcome.done).toBe(after.fields.includes('agree=true'));
  });

  test('an option is chosen by what it was printed as', async () => {
    const scene = await rig.scene();
    await scene.open(page);
    await scene.snapshot();
    const option = scene.ref('option', 'Green');
    await scene.js('{ document.querySelectorAll("#colour option")[1].textContent = "Grey" }');
    const outcome = await scene.click(option);
    const { fields } = await scene.state();
    await scene.page.close();
    expect(outcome).toMatchObject({ done: false, code: 'ref-stale' });
    expect(fields).toContain('colour=r');
  });

  test.each([
    ['re-rendered', 'mutate.renewFile()', LEFT],
    ['relabelled', 'mutate.relabelFile()', { code: 'ref-stale', says: /its name is now "Passport"/ }],
  ] as const)('a %s file field gets no file', async (_, change, refusal) => {
    const act = (scene: Scene, target: Parameters<Scene['click']>[0]): Promise<Outcome> =>
      scene.attempt(scene.page.upload(target, [process.execPath], within(PATIENCE)));
    refused(await trial(rig, { page, target: ['button', 'Picture'], change, act }), refusal);
  });
});
