/** Filling plain fields: the events that a hand's typing makes, in its order, and an answer that is what the page took. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { within } from '../support/browser.ts';
import { CLICK, failureOf, matching } from '../support/finding.ts';
import { temporaryFolder } from '../support/folder.ts';
import { openStage } from '../support/stage.ts';

const stage = openStage();
const { show, js } = stage;
const page = (name: string): string => readFileSync(new URL(`../pages/cases/${name}.html`, import.meta.url), 'utf8');
const fill = async (selector: string, value: string, ms = 3000): ReturnType<typeof stage.page.fill> =>
  stage.page.fill(await matching(stage.page, selector), value, within(ms));
const focus = async (selector: string): Promise<unknown> => stage.page.focus(await matching(stage.page, selector), within());
const press = (key: string): Promise<unknown> => stage.page.press(key, within());

/** Notes what the page hears of edits and of the ends of edits. */
const HEARD = `<script>heard = []; for (const type of ['input', 'change', 'blur', 'click', 'submit']) addEventListener(type, (event) => {
  if (event.type === 'submit') event.preventDefault();
  heard.push(event.type + ' ' + event.target.id);
}, true)</script>`;
const heard = (): Promise<unknown> => js('heard.splice(0).join(", ")');

// C4
describe('the change of a field that was filled', () => {
  test('never comes when Escape takes the edit back', async () => {
    await show(page('change'));
    await fill('#n', 'new');
    expect(await js('log.textContent')).not.toContain('change');
    await press('Escape');
    await js('n.blur(); null');
    expect(await js('log.textContent')).toMatch(/input (keyup )?keydown cancelled .*blur $/);
    expect(await js('log.textContent')).not.toContain('SAVED');
  });

  test('comes once, before the blur, when the field is left', async () => {
    await show(`<input id=a value=old aria-label=A><input id=b aria-label=B>${HEARD}`);
    await fill('#a', 'new');
    expect(await heard()).toBe('input a');
    await press('Tab');
    expect(await heard()).toBe('change a, blur a');
    await focus('#a');
    await focus('#b');
    expect(await heard()).toBe('blur b, blur a');
  });

  test('comes before the next field is filled, and before another list is chosen', async () => {
    await show(
      `<input id=a aria-label=A><textarea id=b aria-label=B></textarea><select id=c aria-label=C><option>x<option>y</select>${HEARD}`,
    );
    await fill('#a', 'one');
    await fill('#b', 'two');
    expect(await heard()).toBe('input a, change a, blur a, input b');
    await stage.page.select(await matching(stage.page, '#c'), ['y'], within());
    expect(await heard()).toBe('change b, input c, change c');
  });

  test('comes at Enter, before the submission', async () => {
    await show(`<form id=f><input id=a aria-label=A><button id=s>Go</button></form><input id=b aria-label=B>${HEARD}`);
    await fill('#a', 'one');
    await press('Enter');
    expect(await heard()).toBe('input a, change a, click s, submit f');
    await fill('#b', 'two');
    await press('Enter');
    expect(await heard()).toBe('blur a, input b, change b');
  });

  test('comes before the submission also where the page keeps the keys to itself', async () => {
    await show(`<form id=f><input id=a aria-label=A><button id=s>Go</button></form>${HEARD}
      <script>a.addEventListener('beforeinput', (event) => event.stopImmediatePropagation())</script>`);
    await fill('#a', 'one');
    await press('Enter');
    expect(await heard()).toBe('input a, change a, click s, submit f');
  });

  test('does not come where the page keeps Enter from ending the edit', async () => {
    await show(`<form id=f><input id=a aria-label=A></form>${HEARD}<script>a.onkeypress = (event) => event.preventDefault()</script>`);
    await fill('#a', 'one');
    await press('Enter');
    expect(await heard()).toBe('input a');
  });

  test('comes when a button is clicked, before the click', async () => {
    await show(`<form id=f><input id=a aria-label=A><button id=s>Go</button></form>${HEARD}`);
    await fill('#a', 'one');
    await stage.page.click(await matching(stage.page, '#s'), CLICK, within());
    expect(await heard()).toBe('input a, change a, blur a, click s, submit f');
  });

  test('comes once when keys follow the fill', async () => {
    await show(`<input id=a aria-label=A>${HEARD}`);
    await fill('#a', 'one');
    await stage.page.append(await matching(stage.page, '#a'), '!', within());
    await js('a.blur(); null');
    expect(await heard()).toBe('input a, input a, change a, blur a');
  });

  test('does not come for the value that was there', async () => {
    await show(`<input id=a value=same aria-label=A>${HEARD}`);
    await fill('#a', 'same');
    await js('a.blur(); null');
    expect(await heard()).toBe('input a, blur a');
  });

  test.each([
    ['date', '2026-11-30'],
    ['time', '13:45'],
    ['color', '#00ff80'],
    ['range', '7'],
  ])('comes at once in a field of type %s, whose value is chosen', async (type, value) => {
    await show(`<input id=a type=${type} aria-label=A>${HEARD}`);
    await fill('#a', value);
    expect(await heard()).toBe('input a, change a');
    await js('a.blur(); null');
    expect(await heard()).toBe('blur a');
  });

  test('comes at once in a field that does not keep the focus', async () => {
    await show(`<input id=a aria-label=A onfocus="b.focus()"><input id=b aria-label=B>${HEARD}`);
    await fill('#a', 'one');
    expect(await heard()).toBe('blur a, input a, change a');
  });

  test('comes in a field inside of a shadow tree, too', async () => {
    await show(`<x-box id=x></x-box><script>
      customElements.define('x-box', class extends HTMLElement { connectedCallback() {
        this.attachShadow({ mode: 'open' }).innerHTML = '<input id=a aria-label=A>';
        globalThis.seen = []; for (const t of ['change', 'blur']) this.shadowRoot.getElementById('a').addEventListener(t, () => seen.push(t)) } })</script>`);
    await fill('#a', 'one');
    await press('Tab');
    expect(await js('seen.join()')).toBe('change,blur');
  });
});

// B9
describe('a value that the page does not keep', () => {
  const DIGITS = `oninput="this.value = this.value.replace(/\\D/g, '')"`;
  test.each([
    [
      'digits only',
      `<input id=a value=12 aria-label=A oninput="if (/\\D/.test(this.value)) this.value = '12'">`,
      'abc',
      'the page made it "12"',
    ],
    ['digits only, emptied', `<input id=a aria-label=A ${DIGITS}>`, 'abc', 'the page made it ""'],
    ['a controlled field', `<input id=a value=kept aria-label=A oninput="this.value = 'kept'">`, 'other words', 'the page made it "kept"'],
    [
      'one that is set back in a task',
      `<input id=a value=kept aria-label=A oninput="queueMicrotask(() => { a.value = 'kept' })">`,
      'xyz',
      'the page made it "kept"',
    ],
    ['one that cannot be emptied', `<input id=a value=kept aria-label=A oninput="this.value = 'kept'">`, '', 'the page made it "kept"'],
    [
      'a date of sections',
      `<input id=a value="MM/DD/YYYY" aria-label=A oninput="this.value = 'MM/DD/YYYY'">`,
      '2026',
      'the page made it "MM/DD/YYYY"',
    ],
    ['a slider', `<input id=a type=range max=10 aria-label=A>`, '70', 'a number from 0 to 10'],
  ])('is refused: %s', async (_, html, value, words) => {
    await show(html);
    const failure = await failureOf(fill('#a', value));
    expect(failure).toMatchObject({ code: 'value-refused', exit: 1 });
    expect(failure.message).toContain(words);
  });

  test.each([
    [`<input id=a aria-label=A ${DIGITS}>`, '(555) 010-9999', '5550109999'],
    [`<input id=a aria-label=A oninput="this.value = this.value.toUpperCase()">`, 'abc', 'ABC'],
    [`<input id=a aria-label=A oninput="this.value = '$' + Number(this.value).toFixed(2)">`, '12', '$12.00'],
    [`<input id=a aria-label=A oninput="this.value = this.value.slice(0, 5)">`, 'abcdefgh', 'abcde'],
    [`<input id=a value=12 aria-label=A oninput="this.value = this.value === '' ? '0' : this.value">`, '', '0'],
    [`<input id=a value="1,234" aria-label=A oninput="this.value = '1,234'">`, '1234', '1,234'],
  ])('counts as formatted where it is there in another form: %s', async (html, value, now) => {
    await show(html);
    expect(await fill('#a', value)).toMatchObject({ value: now, altered: true });
  });

  test('is no other one when its lines end otherwise', async () => {
    await show('<textarea id=a aria-label=A></textarea>');
    expect(await fill('#a', 'one\r\ntwo')).toMatchObject({ value: 'one\ntwo', altered: false });
  });

  test('is told without it when it is a secret', async () => {
    await show(`<input id=a type=password aria-label=A oninput="this.value = 'mine'">`);
    const failure = await failureOf(fill('#a', 'hunter2'));
    expect(failure).toMatchObject({ code: 'value-refused' });
    expect(failure.message).not.toMatch(/hunter2|mine/);
  });
});

// C5
describe('a field whose focus makes the page shut it', () => {
  test('is told with what opened', async () => {
    await show(page('disable-on-focus'));
    const failure = await failureOf(fill('#n', 'Ada', 4000));
    expect(failure).toMatchObject({ code: 'act-broken', exit: 1 });
    expect(failure.message).toContain(String.raw`giving it the focus made it disabled, and the page showed "Session ends soon Stay"`);
    expect(await js('n.value')).toBe('');
  });

  test('is filled when the page opens it again', async () => {
    await show(
      `<input id=n aria-label=N onfocus="if (!this.dataset.once) { this.dataset.once = 1; this.readOnly = true; setTimeout(() => { this.readOnly = false }, 80) }">`,
    );
    expect(await fill('#n', 'Ada')).toMatchObject({ value: 'Ada' });
  });

  test.each([
    ['read-only', 'this.readOnly = true', 'made it read-only'],
    ['hidden', `this.style.display = 'none'`, 'made it hidden'],
    ['inert', 'this.parentElement.inert = true', 'made it inert'],
  ])('is told when it is %s then', async (_, change, words) => {
    await show(`<div><input id=n aria-label=N onfocus="${change}"></div>`);
    const failure = await failureOf(fill('#n', 'Ada', 700));
    expect(failure).toMatchObject({ code: 'act-broken' });
    expect(failure.message).toContain(words);
  });
});

// C6, C8
describe('choosing', () => {
  test.each([
    ['transparent', 'style="opacity:0" onfocus="drawn.hidden = false"'],
    ['of one pixel', 'style="position:absolute;width:1px;height:1px;clip:rect(0 0 0 0)" onfocus="drawn.hidden = false"'],
    ['in plain sight', 'onfocus="drawn.hidden = false"'],
    ['under what is drawn', 'style="position:absolute;z-index:-1" onfocusin="drawn.hidden = false"'],
  ])('in a native list %s leaves the drawn one shut', async (_, attributes) => {
    await show(`<select id=s aria-label=S ${attributes}><option>a<option>b</select><div id=drawn hidden>Drawn</div>
      <script>heard = []; for (const t of ['input', 'change']) s.addEventListener(t, () => heard.push(t + s.value))</script>`);
    expect(await stage.page.select(await matching(stage.page, '#s'), ['b'], within())).toMatchObject({ selected: ['b'] });
    expect(await js('[drawn.hidden, heard.join()]')).toEqual([true, 'inputb,changeb']);
  });

  test('the empty text leaves none of a list of several', async () => {
    await show('<select id=s multiple aria-label=S><option selected>a<option selected>b</select>');
    const list = await matching(stage.page, '#s');
    expect(await stage.page.select(list, [''], within())).toMatchObject({ selected: [] });
    expect(await js('s.selectedOptions.length')).toBe(0);
  });

  test('a suggestion of a field fills it, by value or label', async () => {
    await show(`<input id=i list=l aria-label=I><datalist id=l><option value=fr>France<option value=de label=Germany></datalist>
      <script>heard = []; i.oninput = () => heard.push(i.value)</script>`);
    const field = await matching(stage.page, '#i');
    expect(await stage.page.select(field, ['fr'], within())).toMatchObject({ selected: ['fr'] });
    expect(await stage.page.select(field, ['Germany'], within())).toMatchObject({ selected: ['de'] });
    expect(await js('heard.join()')).toBe('fr,de');
    expect(await failureOf(stage.page.select(field, ['es'], within()))).toMatchObject({
      code: 'no-option',
      message: 'No option "es": there are "fr" (France), "de" (Germany)',
    });
    expect(await stage.page.select(field, [''], within())).toMatchObject({ selected: [''] });
  });
});

// C10
describe('a page that listens to keys', () => {
  const FILTER = `<input id=q value=ap aria-label=Q><ul id=l><li>apple<li>berry</ul>`;
  test.each([
    ['keyup', `q.addEventListener('keyup', () => filter())`],
    ['keydown, later', `q.addEventListener('keydown', () => setTimeout(filter))`],
    [
      'keyup at the document, real keys only by their length',
      `document.addEventListener('keyup', (event) => { if (event.key.length === 1 || event.key === 'Backspace') filter() })`,
    ],
  ])('hears of the fill, and of the emptying: %s', async (_, listener) => {
    await show(
      `${FILTER}<script>shown = 'never'; const filter = () => { shown = [...l.children].map((li) => li.textContent).filter((text) => text.includes(q.value)).join() }; ${listener}</script>`,
    );
    await fill('#q', 'err');
    await stage.page.waitForFunction(`shown === 'berry'`, within(1000));
    await fill('#q', '');
    await stage.page.waitForFunction(`shown === 'apple,berry'`, within(1000));
  });

  test('gets no Enter for a text that ends with a line', async () => {
    await show(
      `<textarea id=t aria-label=T></textarea><script>sent = 0; t.onkeydown = (event) => { if (event.key === 'Enter') sent += 1 }</script>`,
    );
    await fill('#t', 'one\n');
    expect(await js('sent')).toBe(0);
  });
});

// B8
describe('typed text', () => {
  const type = (text: string): ReturnType<typeof stage.page.type> => stage.page.type(text, within(2000));

  test('that nothing takes is told: no field has the focus', async () => {
    await show(page('typed-into-nothing'));
    expect(await failureOf(type('hello'))).toMatchObject({
      code: 'value-refused',
      exit: 1,
      message: expect.stringContaining('nothing that takes text has the focus'),
    });
  });

  test.each([
    ['<input id=a aria-label=A value=x readonly>', 'it is read-only'],
    ['<input id=a aria-label=A type=number>', 'takes numbers'],
    ['<input id=a aria-label=A type=checkbox>', 'it is a checkbox'],
    ['<input id=a aria-label=A type=range>', 'a slider takes no text'],
    ['<input id=a aria-label=A maxlength=3 value=abc>', 'it takes at most 3 characters'],
    [`<input id=a aria-label=A onkeydown="if (!/\\d/.test(event.key)) event.preventDefault()">`, 'the page kept none of it'],
    [`<textarea id=a aria-label=A onbeforeinput="event.preventDefault()"></textarea>`, 'the page kept none of it'],
    ['<div id=a aria-label=A role=textbox tabindex=0>x</div>', 'nothing listens to keys'],
    ['<button id=a>B</button>', 'nothing listens to keys'],
  ])('that %s does not take is told', async (html, words) => {
    await show(html);
    await js('a.focus(); null');
    const failure = await failureOf(type('hello'));
    expect(failure).toMatchObject({ code: 'value-refused' });
    expect(failure.message).toContain(words);
  });

  test.each([
    ['<input id=a aria-label=A maxlength=3>', 'hello', 3],
    ['<input id=a aria-label=A type=number>', '1x2y', 2],
    ['<input id=a aria-label=A>', 'é漢!', 3],
    ['<textarea id=a aria-label=A></textarea>', 'x\ny', 3],
    ['<div id=a contenteditable></div>', 'word', 4],
    [`<input id=a aria-label=A onkeydown="if (event.key === 'l') event.stopImmediatePropagation()">`, 'hello', 5],
    [`<div id=a tabindex=0 onkeydown="this.textContent += event.key">x</div>`, 'hello', 5],
    [`<div id=a tabindex=0 onkeydown="event.preventDefault()">x</div>`, 'hello', 5],
    [`<button id=a>B</button><script>document.addEventListener('keyup', () => {})</script>`, 'hello', 5],
    [
      `<button id=a>B</button><script>addEventListener('keydown', (event) => { event.stopImmediatePropagation() }, true)</script>`,
      'hello',
      5,
    ],
    ['<input id=a type=date>', '11302026', 8],
    [`<input id=a aria-label=A onkeydown="if (!/\\d/.test(event.key)) event.preventDefault()">`, '1x2y', 2],
    [`<input id=a aria-label=A readonly onkeydown="event.preventDefault()">`, 'ab', 2],
    ['<form onsubmit="return false"><input id=a></form>', 'x\n', 2],
  ])('is counted as the page took it: %s', async (html, text, typed) => {
    await show(html);
    await js('a.focus(); null');
    expect(await type(text)).toMatchObject({ typed, total: [...text].length });
  });

  test('behind what a field holds is counted alike', async () => {
    await show('<input id=a type=number aria-label=A value=1><input id=b aria-label=B maxlength=4 value=ab>');
    const [a, b] = [await matching(stage.page, '#a'), await matching(stage.page, '#b')];
    expect(await failureOf(stage.page.append(a, 'abc', within(2000)))).toMatchObject({ code: 'value-refused' });
    expect(await stage.page.append(b, 'cdef', within(2000))).toMatchObject({ typed: 2, total: 4 });
  });
});

// C8
describe('a folder', () => {
  const filled = (): Disposable & { readonly path: string } => {
    const folder = temporaryFolder();
    for (const name of ['a.txt', 'b.txt']) writeFileSync(`${folder.path}/${name}`, name);
    return folder;
  };
  const give = async (selector: string, files: readonly string[]): Promise<unknown> =>
    stage.page.upload(await matching(stage.page, selector), files, within(4000));

  test('goes into a field that takes folders, with its files, and is told of once', async () => {
    using folder = filled();
    await show(
      `<input id=f type=file webkitdirectory aria-label=F><script>heard = []; f.onchange = () => heard.push([...f.files].map((file) => file.name).sort().join())</script>`,
    );
    await give('#f', [folder.path]);
    expect(await js('heard')).toEqual(['a.txt,b.txt']);
  });

  test('goes through the chooser that a button opens', async () => {
    using folder = filled();
    await show(
      `<input id=f type=file webkitdirectory hidden><button id=b onclick="f.click()">Folder</button><script>heard = []; f.onchange = () => heard.push(f.files.length)</script>`,
    );
    await give('#b', [folder.path]);
    await stage.page.waitForFunction('heard.length === 1', within(2000));
    expect(await js('heard')).toEqual([2]);
  });

  test.each([
    ['<input id=f type=file aria-label=F>', (folder: string) => [folder], 'it takes files, not a folder'],
    ['<input id=f type=file webkitdirectory aria-label=F>', (folder: string) => [`${folder}/a.txt`], 'it takes a folder, not files'],
    [
      '<input id=g type=file hidden><button id=f onclick="g.click()">Files</button>',
      (folder: string) => [folder],
      'it takes files, not a folder',
    ],
    [
      '<input id=g type=file hidden webkitdirectory><button id=f onclick="g.click()">Folder</button>',
      (folder: string) => [`${folder}/a.txt`],
      'it takes a folder, not files',
    ],
  ])('is told from files: %s', async (html, files, words) => {
    using folder = filled();
    await show(html);
    const failure = await failureOf(give('#f', files(folder.path)));
    expect(failure).toMatchObject({ code: 'unsuited' });
    expect(failure.message).toContain(words);
  });
});
