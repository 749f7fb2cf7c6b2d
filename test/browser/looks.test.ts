/** What a look shows of things that are hard to see: hidden from the tree, without a name, editable, behind a dialog. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allPages, INTERACTIVE, launchWalked, PLAIN, printed, type Walked } from '../support/walked.ts';

let walked: Walked;
beforeAll(async () => {
  walked = await launchWalked();
});
afterAll(() => walked[Symbol.asyncDispose]());

const FOLDED = { ...INTERACTIVE, options: false };

async function interactive(html: string): Promise<string[]> {
  await walked.content(html);
  return again();
}

async function again(): Promise<string[]> {
  return printed(await walked.capture(FOLDED), { interactive: true })
    .split('\n')
    .map((line) => line.replace(/@e\d+ /, ''));
}

async function caseOf(name: string, run = ''): Promise<string[]> {
  await walked.content(readFileSync(new URL(`../pages/cases/${name}.html`, import.meta.url), 'utf8'));
  if (run !== '') await walked.page.evaluate(run);
  return again();
}

// E3
describe('under aria-hidden', () => {
  test('what can be acted on is printed and marked', async () => {
    expect(await caseOf('aria-hidden')).toEqual(['[button] "Buy now" [aria-hidden]', '[textbox] "Coupon" [aria-hidden]']);
  });

  test('an icon with a listener of its own in a button is printed, one without is not', async () => {
    expect(
      await interactive(
        `<div role=button tabindex=0>Chip <svg aria-hidden=true width=20 height=20 data-testid=CancelIcon onclick="1"></svg></div>
         <button><svg aria-hidden=true width=20 height=20></svg> Plain</button><i aria-hidden=true class="fa fa-times" onclick="1">&nbsp;&nbsp;x</i>`,
      ),
    ).toEqual(['[button] "Chip"', '  [img] ~"CancelIcon" [clickable] [aria-hidden]', '[button] "Plain"', '[clickable] "x" [aria-hidden]']);
  });

  test('what nobody could hit is not: transparent, tiny, cut off, passing input on, under something else', async () => {
    expect(
      await interactive(
        `<div aria-hidden=true><button style="opacity:0">a</button><input style="width:1px;height:1px;padding:0;border:0;position:absolute"><button style="pointer-events:none">b</button>
         <div style="width:100px;height:50px;overflow:hidden;position:relative"><button style="position:absolute;left:300px">c</button></div>
         <button style="visibility:hidden">d</button><button style="position:fixed;left:0;top:300px">e</button></div><div style="position:fixed;left:0;top:290px;width:200px;height:80px;background:#fff">over it</div>`,
      ),
    ).toEqual(['']);
  });
});

// E4
describe('what announces itself', () => {
  test('stays in under a modal whose page is hidden from the tree', async () => {
    const said = `toasts.innerHTML = '<div role="status" style="position:fixed;bottom:0">Could not save</div>'`;
    expect(await caseOf('toast-under-modal', `open_.click(); ${said}`)).toEqual([
      '[dialog] "New item"',
      '  [button] "Save"',
      '[button] "Open" [aria-hidden]',
      '[status]: "Could not save"',
    ]);
  });

  test.each([
    ['a live region without a role', '<div aria-live=polite>Copied</div>', ['[note]: "Copied"']],
    [
      'a region of no size around a toast',
      '<section aria-live=polite><p style="position:fixed;top:9px">Undone</p></section>',
      ['[note]: "Undone"'],
    ],
    [
      'an alert beside a native modal',
      '<div role=alert>Lost</div><dialog id=d>Sure? <button>Yes</button></dialog><script>d.showModal()</script>',
      ['[dialog]', '  "Sure?"', '  [button] "Yes" [focused]', '[alert]: "Lost"'],
    ],
    [
      'not what is only for screen readers',
      '<div aria-live=polite style="position:absolute;width:1px;height:1px;overflow:hidden">Page loaded</div>',
      [''],
    ],
  ])('%s', async (_what, html, lines) => {
    expect(await interactive(html)).toEqual(lines);
  });
});

// E8, E13
describe('nameless things', () => {
  test('are told by their icon, and the characters of icon fonts hide no title', async () => {
    expect(await caseOf('icon-font')).toEqual([
      '[button] "Save"',
      '[button] "Add a cell"',
      '[button] "Cut"',
      '[button] "Copy"',
      '[button] "Paste"',
      '[button] ~"run"',
    ]);
  });

  test.each([
    ['the class of an icon', '<button><i class="fa-solid fa-trash fa-lg">&nbsp;</i></button>', 'trash'],
    ['the symbol that is drawn', '<button><svg><use href="/sprite.svg#icon-pencil"></use></svg></button>', 'pencil'],
    ['a class of the drawing', '<button><svg class="lucide lucide-arrow-left"></svg></button>', 'arrow-left'],
    ['a tooltip', '<button data-bs-original-title="Pin it"></button>', 'Pin it'],
    ['a test id', '<button data-testid="row-menu"></button>', 'row-menu'],
    ['the file of a picture', '<button><img src="/img/close-dark.svg?v=3"></button>', 'close-dark'],
    ['the name of a field', '<input name=zip>', 'zip'],
  ])('by %s', async (_what, html, hint) => {
    expect(await interactive(html)).toEqual([expect.stringContaining(`] ~"${hint}"`)]);
  });

  test('by their place in a grid, and not where they lie anywhere', async () => {
    const week = `<tr>${'<td><input type=checkbox>'.repeat(7)}</tr>`;
    const lines = await interactive(`<table>${week.repeat(4)}</table>`);
    expect(lines).toHaveLength(28);
    expect(new Set(lines).size).toBe(28);
    expect(lines[9]).toContain('~"row 2, column 3"');
    const scattered = [1, 2, 3, 4, 5].map((at) => `<input type=checkbox style="position:absolute;left:${at * 40}px;top:${at * 30}px">`);
    expect((await interactive(scattered.join(''))).join()).not.toContain('row 1, column');
  });

  test('a bundler gave a name say nothing', async () => {
    expect(await interactive('<button><img src="/assets/8f3a9c01d2.png"></button><button id=":r1:"></button>')).toEqual([
      '[button] (1 of 2)',
      '[button] (2 of 2)',
    ]);
  });
});

// C3, E14, E11
describe('what can be edited', () => {
  test('has a ref and its text, whatever its role', async () => {
    expect((await caseOf('contenteditable-roles')).map((line) => line.replace(/ \((?:row|under|in) .*\)/, ''))).toEqual([
      '[textbox] : Cell text',
      '[heading] [level=1] [editable] : Heading text',
      '[textbox] : Para text',
      '[listitem] [editable] : Item text',
      '[textbox] : Span text',
      '[list] [editable] : ul li',
      '  [listitem] ~"ul li"',
      '[textbox] : Pre text',
      '[textbox] : Sec',
      '[article] [editable] : Art',
      '[blockquote] [editable] : BQ',
      '[textbox] : Lab',
      '[figure] [editable] : fig',
      '[main] [editable] : Main text',
      '[gridcell] [editable] : gc',
      '[cell] [editable] : rc',
    ]);
  });

  test('shows its cells, headings, items and pictures, and a blank where blocks meet', async () => {
    const lines = await caseOf('editor-inside');
    expect(lines).toContain('[textbox] "Body" : Plan Some linked words A1 B1 one two');
    for (const line of [
      '[heading] "Plan" [level=3]',
      '[cell] "A1"',
      '[listitem] ~"two"',
      '[img] "Photo"',
      '[checkbox] "Done"',
      '[cell] "B2"',
    ])
      expect(lines.map((each) => each.trim())).toContain(line);
  });

  test('is a whole document too, and keeps its ref while it is written in', async () => {
    expect(await interactive('<h2>Letter</h2><p>Dear all<script>document.designMode = "on"</script>')).toEqual([
      '[textbox] : Letter Dear all',
      '  [heading] "Letter" [level=2]',
    ]);
    await walked.content('<h1 contenteditable>Old</h1>');
    const [node] = (await walked.capture(FOLDED)).nodes;
    await walked.page.evaluate('document.querySelector("h1").textContent = "New"');
    expect(await walked.world(`__browse.verify(${node?.pin}, "heading", "", null)`)).toBeNull();
  });
});

// E15
describe('behind a dialog', () => {
  test('what something covers is counted, and what lies outside of the view', async () => {
    expect(await caseOf('modal-background')).toEqual(['[dialog] "Delete 2 items?"', '  [button] "Cancel"', '  [button] "OK"']);
    const { nodes } = await walked.capture(FOLDED);
    expect(nodes.filter(({ behind, interactive: acts }) => behind === true && acts === true)).toHaveLength(41);
    expect(nodes.some(({ states }) => states?.includes('covered') === true)).toBe(false);
  });

  const PAGE = '<button>Behind</button><p>Text behind</p>';
  const COVER = 'position:fixed;inset:0;background:#0008';
  test.each([
    ['a native modal', `${PAGE}<dialog id=d><button>In</button></dialog><script>d.showModal()</script>`, '[button] "In" [focused]'],
    ['a cover around the dialog', `${PAGE}<div style="${COVER}"><div role=dialog><button>In</button></div></div>`, '[button] "In"'],
    [
      'a dialog that covers all itself',
      `${PAGE}<div role=dialog aria-modal=true style="${COVER}"><button>In</button></div>`,
      '[button] "In"',
    ],
  ])('of %s is not printed', async (_what, html, inside) => {
    expect((await interactive(html)).map((line) => line.trim())).toEqual(['[dialog]', inside]);
    expect(printed(await walked.capture(PLAIN))).not.toContain('Text behind');
    expect(printed(await walked.capture(PLAIN), { all: true })).toContain('Text behind');
  });

  test('that covers nothing hides nothing, and what lies above the cover stays', async () => {
    expect(await interactive('<button>Beside</button><div role=dialog aria-modal=true aria-label=D><button>In</button></div>')).toEqual([
      '[dialog] "D"',
      '  [button] "In"',
      '[button] "Beside"',
    ]);
    expect(
      await interactive(
        `${PAGE}<div style="${COVER}"></div><div role=dialog aria-label=D style="position:fixed;left:9px;top:9px;background:#fff"><button>In</button></div><div style="position:fixed;right:0;bottom:0;z-index:9"><button>Undo</button></div>`,
      ),
    ).toEqual(['[dialog] "D"', '  [button] "In"', '[button] "Undo"']);
  });
});

// E9
test('headings that part what can be acted on are printed, and then no twin repeats them', async () => {
  const part = (name: string): string => `<section><h2>${name}</h2><button>Edit</button><button>Drop</button></section>`;
  expect(await interactive(`<h1>Shop</h1>${part('Live')}${part('Test')}<h2>Empty</h2>`)).toEqual([
    '[heading] "Shop" [level=1]',
    '[heading] "Live" [level=2]',
    '[button] "Edit"',
    '[button] "Drop"',
    '[heading] "Test" [level=2]',
    '[button] "Edit"',
    '[button] "Drop"',
  ]);
  expect(await interactive('<h1>One</h1><button>A</button><button>B</button>')).toEqual(['[button] "A"', '[button] "B"']);
  expect(await interactive('<h2><a href=/1>News one</a></h2><h2><a href=/2>News two</a></h2>')).toEqual([
    '[link] "News one"',
    '[link] "News two"',
  ]);
});

// E16
test('a link around a block is not covered, and a long closed list is one line', async () => {
  const options = Array.from({ length: 44 }, (_, at) => `<option>Language ${at}`).join('');
  expect(
    await interactive(
      `<a href=/x><div>Block</div></a><select aria-label=Lang>${options}</select><select aria-label=Size><option>S<option>M</select>`,
    ),
  ).toEqual([
    '[link] "Block"',
    '[combobox] "Lang" ("Language 0" of 44)',
    '[combobox] "Size" : S',
    '  [option] "S" [selected]',
    '  [option] "M"',
  ]);
});

// E5
test('a text that is put together reads as the browser itself would have it', async () => {
  const lines = (text: string): string[] =>
    text
      .split('\n')
      .map((line) => line.replace(/ +/g, ' ').trim())
      .filter((line) => line !== '');
  for (const page of allPages().filter((name) => !/adversarial|clobbered/.test(name))) {
    await walked.open(`../${page}`);
    // What is in shadow trees and frames is what `innerText` does not know.
    const own = await walked.page.evaluate(() => {
      const root = document.body;
      const parts = [...root.querySelectorAll('*')].filter((part) => part.shadowRoot !== null || part.matches('iframe,object,embed'));
      if (parts.length > 0) return null;
      // Of a list, only what is chosen is read.
      for (const list of root.querySelectorAll('select')) list.remove();
      const said = root.innerText;
      root.appendChild(document.createElement('div')).attachShadow({ mode: 'open' });
      return said;
    });
    if (own === null) continue;
    const { parts } = (await walked.world('__browse.acts.pageText()')) as { readonly parts: readonly string[] };
    expect({ page, text: lines(parts.join('')) }).toEqual({ page, text: lines(own) });
  }
});
