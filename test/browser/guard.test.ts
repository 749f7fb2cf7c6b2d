/** The guard, by count: pages that change or move the focus while we act. */
import { expect, test } from 'vitest';
import { within } from '../support/browser.ts';
import { CLICK, failureOf, matching, named } from '../support/finding.ts';
import { rounds } from '../support/rounds.ts';
import { openStage } from '../support/stage.ts';
import { BrowseError } from '../../browse/protocol/errors.ts';

const stage = openStage();
const { show, js } = stage;

/** Runs an act that may fail with one of these codes only. */
async function attempt(act: Promise<unknown>, codes: readonly string[]): Promise<'done' | 'refused'> {
  try {
    await act;
    return 'done';
  } catch (error) {
    if (error instanceof BrowseError && codes.includes(error.code)) return 'refused';
    throw error;
  }
}

test('a button that changes its label every 5 ms is never clicked under another label', async () => {
  await show(`<button id=b>Keep</button><script>
    const seen = []; const b = document.getElementById('b');
    setInterval(() => { b.textContent = b.textContent === 'Keep' ? 'Delete' : 'Keep'; }, 5);
    for (const type of ['pointerdown', 'mousedown', 'click']) b.addEventListener(type, () => seen.push(type + ' ' + b.textContent));
  </script>`);
  const keep = { ...(await matching(stage.page, '#b')), name: 'Keep', role: 'button', twin: null };
  const count = rounds(500, 60);
  const ends = { done: 0, refused: 0 };
  for (let round = 0; round < count; round += 1)
    ends[await attempt(stage.page.click(keep, CLICK, within(1500)), ['ref-stale', 'act-broken'])] += 1;
  const seen = (await js('seen')) as string[];
  expect(seen.filter((event) => event.includes('Delete'))).toEqual([]);
  expect(seen.filter((event) => event === 'click Keep')).toHaveLength(ends.done);
  expect(ends.done + ends.refused).toBe(count);
  expect(ends.refused, 'the page must have been caught at it').toBeGreaterThan(0);
});

test('the same with the page listening first on window, in the capture phase', async () => {
  await show(`<script>
    const seen = [];
    addEventListener('click', (event) => { if (event.target.id === 'b') seen.push('click ' + event.target.textContent); }, true);
  </script><button id=b>Keep</button><script>
    const b = document.getElementById('b');
    setInterval(() => { b.textContent = b.textContent === 'Keep' ? 'Delete' : 'Keep'; }, 5);
  </script>`);
  const keep = { ...(await matching(stage.page, '#b')), name: 'Keep', role: 'button', twin: null };
  for (let round = 0; round < rounds(300, 40); round += 1)
    await attempt(stage.page.click(keep, CLICK, within(1500)), ['ref-stale', 'act-broken']);
  expect(((await js('seen')) as string[]).filter((event) => event.includes('Delete'))).toEqual([]);
});

const STEALING = `<input id=secret type=password aria-label=Password><input id=public aria-label=Public><script>
  const secret = document.getElementById('secret'), other = document.getElementById('public');
  let stealing = null;
  const steal = (ms) => { clearInterval(stealing); stealing = setInterval(() => other.focus(), ms); };
  let leaked = 0;
  other.addEventListener('input', () => { leaked += 1; });
</script>`;

test('fill never puts a value into the field that steals the focus', async () => {
  await show(STEALING);
  await js('steal(1)');
  const password = await named(stage.page, 'textbox', 'Password');
  const count = rounds(200, 40);
  for (let round = 0; round < count; round += 1) {
    const filled = await stage.page.fill(password, `secret ${round}`, within(1500));
    expect(filled).toMatchObject({ secret: true, value: null });
    expect(await js('secret.value')).toBe(`secret ${round}`);
  }
  expect(await js('[leaked, other.value]')).toEqual([0, '']);
});

test('fill stops when the focus it gives makes the page exchange the field', async () => {
  await show(`<input id=a aria-label=Password><script>
    const a = document.getElementById('a');
    a.addEventListener('focus', () => { a.setAttribute('aria-label', 'Comment'); });
  </script>`);
  const password = await named(stage.page, 'textbox', 'Password');
  expect(await failureOf(stage.page.fill(password, 'hunter2', within(1000)))).toMatchObject({
    code: 'ref-stale',
    message: expect.stringContaining('its name is now "Comment"'),
  });
  expect(await js('a.value')).toBe('');
});

test('type never puts a character into the field that steals the focus, and says how many arrived', async () => {
  await show(STEALING);
  for (let round = 0; round < rounds(60, 12); round += 1) {
    await js(
      // A theft that came too late for the round before must not come before the first key of this one.
      `clearTimeout(window.theft); secret.value = ''; secret.focus(); secret.onkeydown = () => { secret.onkeydown = null; window.theft = setTimeout(() => other.focus(), ${round % 9}); }; null`,
    );
    const typing = stage.page.type('correct horse battery', within(3000));
    const ended = await typing.then(
      ({ typed }) => typed,
      (error: unknown) => {
        expect(error).toMatchObject({ code: 'focus-moved' });
        return ((error as BrowseError).data as { typed: number }).typed;
      },
    );
    expect(await js('[leaked, other.value]')).toEqual([0, '']);
    expect(await js('secret.value.length')).toBe(ended);
  }
});

test('append never puts a character into the field that steals the focus', async () => {
  await show(STEALING);
  const password = await named(stage.page, 'textbox', 'Password');
  await js('steal(3)');
  for (let round = 0; round < rounds(60, 12); round += 1) {
    await attempt(stage.page.append(password, 'abcdefgh', within(600)), ['focus-moved', 'not-actionable']);
    expect(await js('[leaked, other.value]')).toEqual([0, '']);
  }
});

test('press never reaches the field that steals the focus', async () => {
  await show(STEALING);
  await js(`other.addEventListener('keydown', () => { leaked += 1; })`);
  for (let round = 0; round < rounds(100, 25); round += 1) {
    await js(`secret.focus(); setTimeout(() => other.focus(), ${round % 4})`);
    const focused = js('document.activeElement.id');
    const started = await focused;
    const ended = await attempt(stage.page.press('x', within(1500)), ['focus-moved']);
    const { leaked, other } = (await js('({ leaked, other: other.value })')) as { leaked: number; other: string };
    // Where the focus had moved before the press began, that field is the one that had it at the start.
    expect([ended, other]).toEqual(leaked > 0 ? ['done', 'x'] : [started === 'public' ? 'refused' : ended, '']);
    await js(`leaked = 0; other.value = ''; secret.value = ''`);
  }
});

test('keys pressed inside a keydown handler that moves the focus do not reach the next field', async () => {
  await show(`<input id=a aria-label=A><input id=b aria-label=B><script>
    const a = document.getElementById('a'), b = document.getElementById('b');
    a.addEventListener('keydown', (event) => { if (event.key === 'c') b.focus(); });
    a.focus();
  </script>`);
  const failure = await failureOf(stage.page.type('abcdef', within(2000)));
  expect(failure).toMatchObject({ code: 'focus-moved', data: { typed: 2, total: 6 } });
  expect(await js('[a.value, b.value]')).toEqual(['ab', '']);
});

test('a relabelling by the page itself at the press stops the click halfway and says so', async () => {
  await show(`<button id=b>Keep</button><script>
    const b = document.getElementById('b'); let clicks = 0;
    b.addEventListener('mousedown', () => { b.textContent = 'Delete'; });
    b.addEventListener('click', () => { clicks += 1; });
  </script>`);
  const keep = await named(stage.page, 'button', 'Keep');
  expect(await failureOf(stage.page.click(keep, CLICK, within(1000)))).toMatchObject({
    code: 'act-broken',
    message: expect.stringContaining('its name is now "Delete"'),
  });
  expect(await js('clicks')).toBe(0);
});

test('a guard that is armed lets events made by the page itself alone', async () => {
  await show(`<button id=b>Keep</button><button id=c>Other</button><script>
    let others = 0;
    const b = document.getElementById('b'), c = document.getElementById('c');
    c.addEventListener('click', () => { others += 1; });
    b.addEventListener('mousedown', () => c.click());
  </script>`);
  await stage.page.click(await named(stage.page, 'button', 'Keep'), CLICK, within(1000));
  expect(await js('others')).toBe(1);
});

test('a click is found by the page exactly as a person would have made it', async () => {
  await show(`<button id=b>Go</button><script>
    const seen = [];
    for (const type of ['pointerdown', 'mousedown', 'focus', 'pointerup', 'mouseup', 'click', 'dblclick', 'contextmenu', 'auxclick'])
      document.getElementById('b').addEventListener(type, (event) => { seen.push(type + (event.isTrusted ? '' : ' untrusted') + (event.shiftKey ? ' shift' : '')); if (type === 'contextmenu') event.preventDefault(); });
  </script>`);
  const go = await named(stage.page, 'button', 'Go');
  await stage.page.click(go, CLICK, within());
  expect(await js('seen.splice(0)')).toEqual(['pointerdown', 'mousedown', 'focus', 'pointerup', 'mouseup', 'click']);
  await stage.page.click(go, { ...CLICK, count: 2, modifiers: ['Shift'] }, within());
  expect(await js('seen.splice(0)')).toEqual(
    [
      'pointerdown',
      'mousedown',
      'pointerup',
      'mouseup',
      'click',
      'pointerdown',
      'mousedown',
      'pointerup',
      'mouseup',
      'click',
      'dblclick',
    ].map((type) => `${type} shift`),
  );
  await stage.page.click(go, { ...CLICK, button: 'right' }, within());
  expect((await js('seen.splice(0)')) as string[]).toContain('contextmenu');
  await stage.page.click(go, { ...CLICK, button: 'middle' }, within());
  expect((await js('seen.splice(0)')) as string[]).toContain('auxclick');
});

test('nothing of the guard or the walk shows in the world of the page', async () => {
  await show('<button>Go</button>');
  await stage.page.click(await named(stage.page, 'button', 'Go'), CLICK, within());
  expect(
    await js(`Object.getOwnPropertyNames(globalThis).filter((name) => /^_*(browse|playwright|pw)/i.test(name) && !/^Browser/.test(name))`),
  ).toEqual([]);
});

test('nothing we do changes the document by itself', async () => {
  await show(`<button id=b>Go</button><input id=i aria-label=Name><select aria-label=S><option>a<option>b</select><label><input type=checkbox> C</label><script>
    let records = 0;
    new MutationObserver((list) => { records += list.length }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  </script>`);
  await stage.page.click(await named(stage.page, 'button', 'Go'), CLICK, within());
  await stage.page.hover(await named(stage.page, 'button', 'Go'), { force: false }, within());
  await stage.page.fill(await named(stage.page, 'textbox', 'Name'), 'x', within());
  await stage.page.append(await named(stage.page, 'textbox', 'Name'), 'y', within());
  await stage.page.select(await named(stage.page, 'combobox', 'S'), ['b'], within());
  await stage.page.setChecked(await named(stage.page, 'checkbox', 'C'), true, within());
  await stage.page.query('button', 5, within());
  expect(await js('new Promise((done) => setTimeout(() => done(records)))')).toBe(0);
});

test('an act whose caller left while it waited does not run later', async () => {
  await show(`<button id=b disabled onclick="globalThis.gone = 1">Go</button><button onclick="globalThis.n = 1">Other</button>`);
  const go = await matching(stage.page, '#b');
  const other = await named(stage.page, 'button', 'Other');
  const caller = new AbortController();
  const clicking = failureOf(stage.page.click(go, CLICK, { timeout: 4000, signal: caller.signal }));
  await js('new Promise((done) => setTimeout(done, 100)).then(() => null)');
  caller.abort();
  expect(await clicking).toMatchObject({ code: 'interrupted', exit: 130, message: expect.stringContaining('did not run') });
  await js(`b.disabled = false; new Promise((done) => setTimeout(done, 200)).then(() => null)`);
  await stage.page.click(other, CLICK, within());
  expect(await js('[globalThis.gone ?? null, n]')).toEqual([null, 1]);
});
