/** Acts that came to something else than was asked: what is told is what the page has. */
import { describe, expect, test } from 'vitest';
import { within } from '../support/browser.ts';
import { CLICK, failureOf, matching, named, nodesOf } from '../support/finding.ts';
import { openStage } from '../support/stage.ts';
import { BrowseError } from '../../browse/protocol/errors.ts';

const stage = openStage();
const { show, js } = stage;

const LIST = `<label>Size <select id=size oninput="this.value = 'a'"><option value=a>A<option value=b>B</select></label>`;

test('a list whose page takes the choice back has refused it, by value and by its option', async () => {
  await show(LIST);
  const size = await named(stage.page, 'combobox', 'Size');
  expect(await failureOf(stage.page.select(size, ['b'], within(1000)))).toMatchObject({
    code: 'value-refused',
    message: expect.stringContaining('the page made it "a" (A)'),
  });
  const option = await matching(stage.page, 'option[value=b]');
  const clicked = await failureOf(stage.page.click(option, CLICK, within(1000)));
  expect(clicked.message).toContain('the page made it "a" (A)');
});

test('a double click whose first click took the element away was stopped halfway', async () => {
  await show(`<button id=b onclick="globalThis.n = (globalThis.n ?? 0) + 1; this.remove()">Go</button>`);
  const failure = await failureOf(stage.page.click(await matching(stage.page, '#b'), { ...CLICK, count: 2 }, within(1500)));
  expect(failure).toMatchObject({ code: 'act-broken' });
  expect(await js('n')).toBe(1);
});

test('a frame is no target of the pointer: what is in it is', async () => {
  await show('<iframe title=Pay srcdoc="<button onclick=\'document.title=1\'>Pay now</button>"></iframe>');
  const frame = await named(stage.page, 'iframe', 'Pay');
  for (const act of [stage.page.click(frame, CLICK, within(1000)), stage.page.hover(frame, { force: false }, within(1000))])
    expect(await failureOf(act)).toMatchObject({
      code: 'unsuited',
      message: expect.stringContaining('it is a frame: name an element in it'),
    });
  await stage.page.click(await named(stage.page, 'button', 'Pay now'), CLICK, within());
});

test('a key whose page moves the focus at its first event says where the rest was held back', async () => {
  await show(`<form onsubmit="globalThis.sent = 1; return false"><input id=a onkeydown="b.focus()"></form><input id=b aria-label=Other>`);
  await stage.page.focus(await matching(stage.page, '#a'), within());
  expect(await stage.page.press('Enter', within())).toMatchObject({ held: expect.stringContaining('id="b"') });
  expect(await js('globalThis.sent ?? 0')).toBe(0);
  await js('b.focus(); null');
  expect(await stage.page.press('Enter', within())).toMatchObject({ held: null });
});

describe('a secret', () => {
  const shown = async (): Promise<string> =>
    JSON.stringify([await nodesOf(stage.page), await stage.page.value(await matching(stage.page, 'input'), within())]);

  test('stays one when the page shows the field', async () => {
    await show('<label>Pw <input type=password></label>');
    await stage.page.fill(await named(stage.page, 'textbox', 'Pw'), 'sekrit', within());
    await js('document.querySelector("input").type = "text"; null');
    expect(await js('document.querySelector("input").value')).toBe('sekrit');
    expect(await shown()).not.toContain('sekrit');
    expect(await shown()).toContain('••••');
  });

  test('stays one when it was typed', async () => {
    await show('<label>Pw <input type=password></label>');
    await stage.page.append(await named(stage.page, 'textbox', 'Pw'), 'sekrit', within());
    await js('document.querySelector("input").type = "text"; null');
    expect(await shown()).not.toContain('sekrit');
  });

  test('that the caller calls one is one in any field', async () => {
    await show('<label>Token <input></label><label>Notes <textarea></textarea></label>');
    expect(await stage.page.fill(await named(stage.page, 'textbox', 'Token'), 'sekrit', within(), 'secret')).toMatchObject({
      value: null,
      secret: true,
    });
    await stage.page.fill(await named(stage.page, 'textbox', 'Notes'), 'sekrit', within(), 'secret');
    expect(await js('document.querySelector("textarea").value')).toBe('sekrit');
    expect(await shown()).not.toContain('sekrit');
  });
});

test('a page that navigates again and again is never a bug of ours', async () => {
  await show(`<p>Here</p><script>setTimeout(() => { location.href = '/page?' + Math.random() }, 15)</script>`);
  const codes = new Set<string>();
  for (let round = 0; round < 6; round += 1) {
    const tries = [
      () => stage.page.text(null, within(1000)),
      () => stage.page.html(null, within(1000)),
      () => stage.page.query('p', 1, within(1000)),
      () => stage.page.scroll(null, { by: 10 }, within(1000)),
      () => stage.page.press('a', within(1000)),
    ];
    for (const attempt of tries) {
      const code = await attempt().then(
        () => 'done',
        (error: unknown) => (error instanceof BrowseError ? error.code : String(error)),
      );
      codes.add(code);
    }
  }
  // The next one stays.
  stage.site.on('/page', '<p>Here');
  const known = ['done', 'page-moved', 'ref-stale', 'may-have-run', 'page-hung', 'page-leaving', 'focus-moved'];
  expect([...codes].filter((code) => !known.includes(code))).toEqual([]);
});
