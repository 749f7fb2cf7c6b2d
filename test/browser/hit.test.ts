/** Who may be hit, and who gets the keys: the part that was meant, whatever lies in it, around it, or takes its place at the press. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { within } from '../support/browser.ts';
import { CLICK, failureOf, matching, nodesOf } from '../support/finding.ts';
import { openStage } from '../support/stage.ts';
import type { Acted } from '../../browse/domain/ports/page.ts';

const stage = openStage();
const { show, js } = stage;

const open = (name: string): Promise<void> => show(readFileSync(new URL(`../pages/cases/${name}.html`, import.meta.url), 'utf8'));
const click = async (selector: string, count: 1 | 2 = 1): Promise<Acted> =>
  stage.page.click(await matching(stage.page, selector), { ...CLICK, count }, within(2000));

// A3
describe('a part that acts by itself', () => {
  test.each([
    ['#r1', 'open r1; '],
    ['#r2', 'open r2; '],
    ['#r3', 'open r3; '],
  ])('in the middle of %s is not hit: another point of the element is', async (row, log) => {
    await open('centre');
    await click(row);
    expect(await js(`document.getElementById('log').textContent`)).toBe(log);
  });

  test.each([
    ['a button', '<button onclick="n = 1" style="position:absolute;inset:0">Delete</button>'],
    ['a link', '<a href="#gone" onclick="n = 1" style="position:absolute;inset:0">Delete</a>'],
    ['a field', '<input aria-label=Delete onclick="n = 1" style="position:absolute;inset:0;width:200px;height:40px;border:0;padding:0">'],
    [
      'the label of another control',
      '<input type=checkbox id=x hidden onclick="n = 1"><label for=x style="position:absolute;inset:0">Delete</label>',
    ],
    ['a widget', '<span role=menuitem onclick="n = 1" style="position:absolute;inset:0">Delete</span>'],
  ])('and covers the whole element (%s) is named, and nothing is touched', async (_, part) => {
    await show(
      `<div id=row onclick="m = 1" style="position:relative;width:200px;height:40px;cursor:pointer">${part}</div><script>var n = 0, m = 0</script>`,
    );
    const failure = await failureOf(click('#row'));
    expect(failure).toMatchObject({ code: 'not-actionable', message: expect.stringContaining('covered by a part that acts by itself') });
    expect(await js('[n, m]')).toEqual([0, 0]);
  });

  test('that comes under the pointer gets nothing', async () => {
    await show(`<div id=row onclick="m = 1" style="position:relative;width:200px;height:40px;cursor:pointer">Open</div><script>var n = 0, m = 0;
      row.addEventListener('mouseover', () => { row.innerHTML = '<button style="position:absolute;inset:0;width:200px;height:40px" onclick="n = 1">Open</button>' })</script>`);
    await failureOf(click('#row'));
    expect(await js('n')).toBe(0);
  });

  test.each([
    ['the picture in a button', '<button id=t onclick="n = 1"><img alt=Save width=20 height=20></button>'],
    ['a text in a link', '<a id=t href="#" onclick="n = 1"><span><b>Go</b></span></a>'],
    [
      'a box drawn by a role around a native one',
      '<span id=t role=checkbox aria-label=Yes><input type=checkbox onclick="n = 1" style="width:40px;height:40px"></span>',
    ],
    [
      'the inside of a component',
      '<x-b id=t tabindex=0></x-b><script>customElements.define("x-b", class extends HTMLElement { constructor() { super(); this.attachShadow({ mode: "open" }).innerHTML = "<button>In</button>"; this.onclick = () => { n = 1 } } })</script>',
    ],
  ])('is none that only makes the element what it is: %s', async (_, html) => {
    await show(`<script>var n = 0</script>${html}`);
    await click('#t');
    expect(await js('n')).toBe(1);
  });
});

// A6
test.each(['C', 'H', 'W'])('what hovering moves in the document is clicked as the same node (%s)', async (letter) => {
  await open('raise');
  const { identity } = (await nodesOf(stage.page)).find(({ name }) => name === letter) ?? {};
  await stage.page.click(identity ?? (await matching(stage.page, `text="${letter}"`)), CLICK, within(2000));
  expect(await js(`document.getElementById('log').textContent`)).toBe(`hit ${letter}; `);
});

// A7
test.each(['mouseenter', 'pointerenter', 'mouseover'])('a part is hovered over, and what lies around it is told (%s)', async (type) => {
  await show(`<div id=outer><div id=card>Card <button id=b>B</button></div></div><script>var told = [];
    for (const part of [outer, card, b]) part.addEventListener('${type}', (event) => { if (event.target === part) told.push(part.id) })</script>`);
  await stage.page.hover(await matching(stage.page, '#b'), { force: false }, within(2000));
  expect(await js('told')).toEqual(type === 'mouseover' ? ['b'] : ['outer', 'card', 'b']);
});

test('the menu that a card opens when it is entered is open after a hover over its button', async () => {
  await open('hover-inside');
  await stage.page.hover(await matching(stage.page, '#b'), { force: false }, within(2000));
  expect(await js('menu.hidden')).toBe(false);
});

// A15
describe('a press without its click', () => {
  test.each([
    ['is covered by an element at pointerdown', `b.addEventListener('pointerdown', cover)`],
    ['is covered by an element at mousedown', `b.addEventListener('mousedown', cover)`],
    ['is covered by a frame at pointerdown', `b.addEventListener('pointerdown', frame)`],
    ['is covered by a frame at mousedown', `b.addEventListener('mousedown', frame)`],
    ['is put elsewhere in the document', `b.addEventListener('mousedown', () => document.body.append(b))`],
    ['disables itself', `b.addEventListener('mousedown', () => { b.disabled = true })`],
  ])('whose button %s is not said to be done', async (_, script) => {
    await show(`<div><button id=b style="width:100px;height:40px">Go</button></div><script>var clicks = 0; addEventListener('click', () => { clicks += 1 });
      const over = (tag) => { const e = document.createElement(tag); e.style = 'position:fixed;inset:0;border:0;width:100%;height:100%'; document.body.append(e) };
      const cover = () => over('div'), frame = () => over('iframe'); ${script}</script>`);
    const failure = await failureOf(click('#b'));
    expect(['act-broken', 'may-have-run']).toContain(failure.code);
    expect(await js('clicks')).toBe(0);
  });
});

// A16
describe('a label', () => {
  test.each([
    ['label[for=a]', 'a'],
    ['label[for=b]', 'b'],
    ['label[for=c]', 'c'],
    ['label[for=d]', 'd'],
    ['text=Wrap F', 'f'],
  ])('that is clicked (%s) changes its control, and the answer says so', async (selector, id) => {
    await open('label-for');
    expect(await click(selector)).toMatchObject({ control: { checked: true } });
    expect(await js(`document.getElementById('${id}').checked`)).toBe(true);
    expect(await js(`document.querySelectorAll(':checked').length`)).toBe(1);
  });

  test('that is clicked twice changes it twice, and gets one dblclick', async () => {
    await show(
      `<label id=l>Yes <input type=checkbox id=c></label><script>var seen = []; for (const type of ['click', 'change', 'dblclick']) document.addEventListener(type, (event) => seen.push(type + ' ' + event.target.id))</script>`,
    );
    await stage.page.click(await matching(stage.page, '#l'), { ...CLICK, count: 2 }, within(2000));
    expect(await js('seen')).toEqual(['click l', 'click c', 'change c', 'click l', 'click c', 'change c', 'dblclick l'].filter(Boolean));
  });

  test.each([
    ['at mousedown', `l.addEventListener('mousedown', () => { l.htmlFor = 'other' })`],
    ['at pointerdown', `l.addEventListener('pointerdown', () => { l.htmlFor = 'other' })`],
    ['in its own click', `l.addEventListener('click', () => { l.htmlFor = 'other' })`],
    ['by giving its id away', `l.addEventListener('click', () => { c.id = 'x'; other.id = 'c' })`],
  ])('that is pointed at another control %s changes neither', async (_, script) => {
    await show(
      `<input type=checkbox id=c hidden><input type=checkbox id=other hidden><label id=l for=c>Yes</label><script>const l = document.getElementById('l'), c = document.getElementById('c'), other = document.getElementById('other'); ${script}</script>`,
    );
    expect(await failureOf(click('#l'))).toMatchObject({ code: 'act-broken' });
    expect(await js('[c.checked, other.checked]')).toEqual([false, false]);
  });
});

// B16
describe('a cell that becomes a field at the press', () => {
  test('is edited, in its place', async () => {
    await open('edit-on-press');
    await click('td');
    await js('new Promise((done) => setTimeout(() => done(null), 20))');
    expect(await js('document.activeElement.parentElement.tagName')).toBe('TD');
    expect(await stage.page.type('9', within())).toMatchObject({ typed: 1, field: { role: 'textbox' } });
    await click('li span');
  });

  test.each([
    [
      'replaced by a field',
      `b.addEventListener('mousedown', () => { const i = document.createElement('input'); i.style = 'width:100px;height:30px'; b.replaceWith(i) })`,
    ],
    ['made editable', `b.addEventListener('mousedown', () => { b.innerHTML = '<textarea style="width:100px;height:30px"></textarea>' })`],
  ])('is edited when it is %s', async (_, script) => {
    await show(
      `<div id=b style="width:100px;height:30px;cursor:pointer">Ann</div><script>var clicks = []; addEventListener('click', (event) => clicks.push(event.target.tagName)); ${script}</script>`,
    );
    await click('#b');
    expect(((await js('clicks')) as string[]).filter((tag) => tag === 'BUTTON')).toEqual([]);
  });

  test.each([
    [
      'another button',
      `b.addEventListener('mousedown', () => { const n = document.createElement('button'); n.textContent = 'Delete'; n.style = b.style.cssText; n.onclick = () => { bad = 1 }; b.replaceWith(n) })`,
    ],
    ['a field that was there', `b.addEventListener('mousedown', () => { b.append(old) })`],
    ['another name', `b.addEventListener('mousedown', () => { b.textContent = 'Delete'; b.onclick = () => { bad = 1 } })`],
  ])('is none where the press brings %s', async (_, script) => {
    await show(
      `<div role=button id=b style="width:100px;height:30px;cursor:pointer">Ann</div><input id=old style="width:90px;height:25px" onclick="bad = 1"><script>var bad = 0; ${script}</script>`,
    );
    await click('#b').catch(() => null);
    expect(await js('bad')).toBe(0);
  });

  const ROW = `<ul><li><span id=s style="display:inline-block;width:120px">Milk</span> <button id=b onclick="n = 1">Add</button><li>Tea <button>Add</button></ul>`;
  const rename = `s.textContent = 'Bread'`;

  test.each([
    ['at the press', `b.onmousedown = () => { ${rename} }`],
    ['a microtask after the press', `b.onmousedown = () => { Promise.resolve().then(() => { ${rename} }) }`],
    ['when the focus comes', `b.onfocus = () => { ${rename} }`],
    ['at a press that it lets nothing else hear of', `b.onmousedown = (event) => { event.stopPropagation(); ${rename} }`],
    ['at the release', `b.onmouseup = () => { ${rename} }`],
  ])('a row that renames itself %s gets its click', async (_, script) => {
    await show(`${ROW}<script>var n = 0; ${script}</script>`);
    await click('#b');
    expect(await js('n')).toBe(1);
  });

  // What comes after every listener of the page stands for a timer or an answer of the server between two events of the mouse.
  test.each([
    ['press', 'mousedown', 'b.onmousedown = (event) => event.preventDefault();'],
    ['release of the pointer', 'pointerup', ''],
    ['release of the mouse', 'mouseup', ''],
  ])('a row that is filled with other data after its %s gets no click', async (_, type, script) => {
    await show(
      `${ROW}<script>var n = 0; ${script} b.addEventListener('${type}', () => addEventListener('${type}', () => { ${rename} }, { once: true }))</script>`,
    );
    expect(await failureOf(click('#b'))).toMatchObject({ code: 'act-broken', message: expect.stringContaining('Bread') });
    expect(await js('n')).toBe(0);
  });
});

// A8b
describe('a page that moves the focus inside its own beforeinput', () => {
  const ED = '<div id=ed contenteditable style="width:200px;height:40px" aria-label=Private role=textbox></div>';
  test.each([
    ['into a field', `ed.addEventListener('beforeinput', () => pub.focus())`],
    ['into an editable element', `ed.addEventListener('beforeinput', () => div.focus())`],
    ['by the selection', `ed.addEventListener('beforeinput', (event) => { event.stopPropagation(); getSelection().collapse(div, 0) })`],
    [
      'in the capture phase at the window',
      `addEventListener('beforeinput', (event) => { event.stopImmediatePropagation(); pub.focus() }, true)`,
    ],
    [
      'into a frame of its own',
      `ed.addEventListener('beforeinput', () => { const d = frames[0].document.body; d.contentEditable = 'true'; d.focus() })`,
    ],
    ['by taking the element away', `ed.addEventListener('beforeinput', () => { ed.remove(); pub.focus() })`],
  ])('%s gets no character of it', async (_, script) => {
    for (const field of [ED, '<input id=ed aria-label=Private>', '<textarea id=ed aria-label=Private></textarea>']) {
      await show(
        `${field}<input id=pub aria-label=Public><div id=div contenteditable style="height:20px"></div><iframe></iframe><script>${script}</script>`,
      );
      const failure = await failureOf(stage.page.append(await matching(stage.page, '#ed'), 'hunter2', within(2000)));
      expect(failure.code).toBe('focus-moved');
      expect(await js(`[pub.value, div.textContent, frames[0].document.body.textContent]`)).toEqual(['', '', '']);
    }
  });
});

// A10
describe('keys without a field', () => {
  test('are answered with what had the focus', async () => {
    await show('<label>Search <input id=s></label><button id=b>Go</button>');
    expect(await stage.page.press('a', within())).toMatchObject({ field: null });
    await stage.page.focus(await matching(stage.page, '#s'), within());
    expect(await stage.page.press('a', within())).toMatchObject({ field: { role: 'textbox', name: 'Search' } });
    expect(await stage.page.type('bc', within())).toMatchObject({ typed: 2, field: { role: 'textbox', name: 'Search' } });
    await stage.page.press('Tab', within());
    expect(await stage.page.press('Shift', within())).toMatchObject({ field: { role: 'button', name: 'Go' } });
  });

  const BOXES = `<input id=a maxlength=1 aria-label=One><input id=b maxlength=1 aria-label=Two><input id=c maxlength=1 aria-label=Three>
    <script>a.oninput = () => b.focus(); b.oninput = () => c.focus(); a.focus()</script>`;

  test('stay in the field that had it, where the page moves it on into one that was there', async () => {
    await show(BOXES);
    expect(await failureOf(stage.page.type('123', within(2000)))).toMatchObject({ code: 'focus-moved' });
    expect(await js('[a.value, b.value, c.value]')).toEqual(['1', '', '']);
  });

  test('go from box to box when that is asked for', async () => {
    await show(BOXES);
    expect(await stage.page.type('123', within(2000), 'always')).toMatchObject({ typed: 3 });
    expect(await js('[a.value, b.value, c.value]')).toEqual(['1', '2', '3']);
  });

  const SHEET = (type: string): string => `<div id=cell tabindex=0>12</div><input id=editor type=${type} hidden><script>
    cell.addEventListener('keydown', () => { editor.hidden = false; editor.focus() }); cell.focus()</script>`;

  test('go into the editor that the page opens for them', async () => {
    await show(SHEET('text'));
    expect(await stage.page.type('77', within(2000))).toMatchObject({ typed: 2 });
    expect(await js('editor.value')).toBe('77');
    await show(SHEET('text'));
    await stage.page.press('7', within());
    await stage.page.press('8', within());
    expect(await js('editor.value')).toBe('78');
  });

  test.each([
    ['a password field', SHEET('password')],
    ['a field that could be seen before', SHEET('text').replace(' hidden>', '>')],
    [
      'a field that is opened by no key',
      `<div id=cell tabindex=0>12</div><input id=editor hidden><script>setInterval(() => { editor.hidden = false; editor.focus() }, 1); cell.focus()</script>`,
    ],
  ])('do not go into %s', async (_, html) => {
    await show(html);
    await js('cell.focus()');
    await stage.page.type('hunter2', within(2000)).catch(() => null);
    const value = String(await js('editor.value'));
    expect(html.includes('setInterval') ? value === '' || value === 'hunter2' : value === '').toBe(true);
  });
});

// B12
describe('what the page asks a person for', () => {
  test.each(['text=Choose document', 'text=Upload photo', '#g'])('a file (%s) is said', async (selector) => {
    await show(`${readFileSync(new URL('../pages/cases/file-button.html', import.meta.url), 'utf8')}<input type=file id=g>`);
    expect(await click(selector)).toMatchObject({ asks: 'chooser' });
  });

  test('a print-out is said, and nothing where there was none', async () => {
    await show(
      '<button id=p onclick="print()">Print</button><button id=q onclick="dispatchEvent(new Event(\'beforeprint\'))">Not</button>',
    );
    expect(await click('#p')).toMatchObject({ asks: 'print' });
    expect((await click('#q')).asks).toBeUndefined();
  });
});
