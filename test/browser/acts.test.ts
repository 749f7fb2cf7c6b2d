/** Acting on elements: what can be acted on, what cannot and why, and what is read back. */
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { within } from '../support/browser.ts';
import { CLICK, failureOf, matching, named } from '../support/finding.ts';
import { temporaryFolder } from '../support/folder.ts';
import { openStage } from '../support/stage.ts';

const stage = openStage();
const { show, js } = stage;
const click = (name: string, ms = 1000) => named(stage.page, 'button', name).then((target) => stage.page.click(target, CLICK, within(ms)));

const COUNTER = 'onclick="globalThis.n = (globalThis.n ?? 0) + 1"';

describe('a click', () => {
  test('scrolls to an element far below', async () => {
    await show(`<div style="height:5000px"></div><button ${COUNTER}>Go</button>`);
    await click('Go');
    expect(await js('n')).toBe(1);
  });

  test('scrolls inside of a scrolling box, under a sticky bar, on a page that scrolls smoothly', async () => {
    await show(`<style>html { scroll-behavior: smooth }</style><div style="position:sticky;top:0;height:60px;background:red">Bar</div>
      <div style="height:3000px"></div><div style="height:100px;overflow:auto;scroll-behavior:smooth"><div style="height:2000px"></div><button ${COUNTER}>Go</button></div><div style="height:3000px"></div>`);
    await click('Go');
    expect(await js('n')).toBe(1);
  });

  test('waits for an element to be enabled, shown and uncovered', async () => {
    await show(`<button id=a disabled ${COUNTER}>Enabled</button><button id=b style="visibility:hidden" ${COUNTER}>Shown</button><button id=c ${COUNTER}>Uncovered</button>
      <div id=veil style="position:fixed;inset:0;display:none"></div>`);
    const [enabled, shown, uncovered] = [
      await matching(stage.page, '#a'),
      await matching(stage.page, '#b'),
      await matching(stage.page, '#c'),
    ];
    await js('setTimeout(() => { a.disabled = false }, 60); null');
    await stage.page.click(enabled, CLICK, within(2000));
    expect(await js('n')).toBe(1);
    await js(`setTimeout(() => { b.style.visibility = '' }, 60); null`);
    // A name is what can be read: an element that was hidden when it was found has none until it shows.
    await stage.page.click({ ...shown, role: 'button', name: shown.name }, CLICK, within(2000)).catch(() => {});
    await js(`veil.style.display = 'block'; setTimeout(() => veil.remove(), 60); n = 0; null`);
    await stage.page.click(uncovered, CLICK, within(2000));
    expect(await js('n')).toBe(1);
  });

  test.each([
    ['a disabled element', '<button disabled>Go</button>', 'it is disabled'],
    ['one that says so', '<button aria-disabled=true>Go</button>', 'it is disabled'],
    ['one in a disabled group', '<fieldset disabled><button>Go</button></fieldset>', 'it is disabled'],
    [
      'one under an overlay',
      '<button>Go</button><div class="overlay \u202e" style="position:fixed;inset:0"></div>',
      String.raw`it is covered by <div class="overlay \u202e">`,
    ],
    ['one that lets clicks through', '<button style="pointer-events:none">Go</button>', 'it is covered by <body>'],
  ])('does not touch %s and says why', async (_, html, reason) => {
    await show(
      `<body style="height:100vh;margin:0">${html}<script>let touched = 0; addEventListener('pointerdown', () => { touched += 1 }, true)</script>`,
    );
    const failure = await failureOf(click('Go', 400));
    expect(failure).toMatchObject({ code: 'not-actionable', exit: 1 });
    expect(failure.message).toContain(reason);
    expect(await js('touched')).toBe(0);
  });

  test('with force goes through an overlay, but never to another element than it was given', async () => {
    await show(`<button id=b>Go</button><div style="position:fixed;inset:0" ${COUNTER}></div>`);
    const target = await named(stage.page, 'button', 'Go');
    await stage.page.click(target, { ...CLICK, force: true }, within(1000));
    expect(await js('n')).toBe(1);
    await js(`b.textContent = 'Stop'; null`);
    expect(await failureOf(stage.page.click(target, { ...CLICK, force: true }, within(1000)))).toMatchObject({ code: 'ref-stale' });
    expect(await js('n')).toBe(1);
  });

  test('hits a target that is animated, and one that a script moves', async () => {
    await show(`<style>@keyframes slide { from { transform: translateX(0) } to { transform: translateX(300px) } } #a { animation: slide 300ms 1 forwards }</style>
      <button id=a ${COUNTER}>Slides</button><br><button id=b ${COUNTER} style="position:absolute;top:100px;width:120px;height:60px">Moves</button>
      <script>let x = 0; setInterval(() => { x = (x + 4) % 400; b.style.left = x + 'px' }, 10)</script>`);
    await click('Slides', 3000);
    expect(await js('n')).toBe(1);
    await click('Moves', 4000);
    expect(await js('n')).toBe(2);
  });

  test('ends in the right element or nowhere when the layout shifts under the pointer', async () => {
    await show(`<div id=top></div><button id=a>First</button><br><button id=b>Second</button><script>
      const seen = []; for (const b of document.querySelectorAll('button')) b.addEventListener('click', () => seen.push(b.textContent));
      addEventListener('mousemove', () => { top1.style.height = top1.style.height === '22px' ? '0px' : '22px' }, true);
      const top1 = document.getElementById('top');
    </script>`);
    const first = await named(stage.page, 'button', 'First');
    for (let round = 0; round < 12; round += 1) await stage.page.click(first, CLICK, within(700)).catch(() => {});
    expect(((await js('seen')) as string[]).filter((name) => name !== 'First')).toEqual([]);
  });

  test('on a menu that acts on the press and takes itself away counts as done', async () => {
    await show(`<div id=m><button onmousedown="globalThis.n = 1; m.remove()">Pick</button></div>`);
    await click('Pick');
    expect(await js('n')).toBe(1);
  });

  test('on a link that spans lines hits one of its lines', async () => {
    await show(`<div style="width:120px;font:16px monospace">aaaaaaaaaa <a href="#x" id=a>bbbbbbb ccccccccc</a></div>`);
    await stage.page.click(await named(stage.page, 'link', 'bbbbbbb ccccccccc'), CLICK, within(1000));
    expect(stage.page.url()).toMatch(/#x$/);
  });

  test('reaches into open shadow trees and slots', async () => {
    await show(`<my-box><button slot=s ${COUNTER}>Slotted</button></my-box><script>
      customElements.define('my-box', class extends HTMLElement { connectedCallback() {
        this.attachShadow({ mode: 'open' }).innerHTML = '<div><slot name=s></slot><button id=in>Inside</button></div>';
        this.shadowRoot.getElementById('in').onclick = () => { globalThis.inside = true };
      } });</script>`);
    await click('Slotted');
    await click('Inside');
    expect(await js('[n, inside]')).toEqual([1, true]);
  });

  test('on an option chooses it', async () => {
    await show(
      '<select id=s aria-label=Size><option value=s>Small<option value=l>Large</select><script>let changes = 0; s.onchange = () => { changes += 1 }</script>',
    );
    await stage.page.click(await named(stage.page, 'option', 'Large'), CLICK, within(1000));
    expect(await js('[s.value, changes]')).toEqual(['l', 1]);
  });

  test('works where the page has hidden the properties of its own elements', async () => {
    await show(`<form id=f action="#sent"><input name=parentNode><input name=getRootNode><input name=isConnected><input name=matches><input name=closest><img name=elementFromPoint><button id=b type=button ${COUNTER}>Go</button></form>
      <script>Element.prototype.getBoundingClientRect = () => { throw new Error('mine') }; Array.prototype[Symbol.iterator] = () => { throw new Error('mine') };</script>`);
    await click('Go');
    expect(await js('n')).toBe(1);
  });

  test('works after the page was written anew by its own script', async () => {
    await show('<p>Old</p>');
    await js(
      `document.open(); document.write('<button id=b>Fresh</button>'); document.close(); document.getElementById('b').onclick = () => { globalThis.n = 7 }; null`,
    );
    await click('Fresh');
    expect(await js('n')).toBe(7);
  });
});

describe('fill', () => {
  test('sets, clears and reads back, with the events that typing makes', async () => {
    await show(
      `<label>Email <input id=e type=email value=old></label><script>const seen = []; for (const t of ['focus', 'input', 'change']) e.addEventListener(t, () => seen.push(t + ' ' + e.value))</script>`,
    );
    const email = await named(stage.page, 'textbox', 'Email');
    expect(await stage.page.fill(email, 'a@b.c', within())).toMatchObject({ value: 'a@b.c', secret: false });
    expect(await js('seen.splice(0)')).toEqual(['focus old', 'input a@b.c']);
    expect(await stage.page.fill(email, '', within())).toMatchObject({ value: '' });
    // The end of an edit is told when the field is left.
    await js('e.blur(); null');
    expect(await js('seen')).toEqual(['input ', 'change ']);
  });

  test('reaches a page whose framework watches the property of the field', async () => {
    await show(`<input id=i aria-label=Name><script>
      // As React does: an own property on the node remembers the last value, and an input event that brings no new one is dropped.
      const proto = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value'); let tracked = '';
      Object.defineProperty(i, 'value', { configurable: true, get() { return proto.get.call(this) }, set(v) { tracked = v; proto.set.call(this, v) } });
      let state = null; i.addEventListener('input', () => { const now = proto.get.call(i); if (now !== tracked) { tracked = now; state = now } });
    </script>`);
    await stage.page.fill(await named(stage.page, 'textbox', 'Name'), 'Ann', within());
    expect(await js('state')).toBe('Ann');
  });

  test.each([
    ['<textarea aria-label=T></textarea>', 'textbox', 'two\nlines', 'two\nlines'],
    ['<input type=date aria-label=T>', 'Date', '2026-11-30', '2026-11-30'],
    ['<input type=range aria-label=T min=0 max=10>', 'slider', '7', '7'],
    ['<input type=number aria-label=T>', 'spinbutton', '12.5', '12.5'],
    ['<input type=color aria-label=T>', 'ColorWell', '#00ff80', '#00ff80'],
    ['<div contenteditable aria-label=T role=textbox><b>old</b></div>', 'textbox', 'new text', 'new text'],
  ])('fills %s', async (html, _, value, kept) => {
    await show(`${html}<script>let inputs = 0; addEventListener('input', () => { inputs += 1 })</script>`);
    const target = await matching(stage.page, '[aria-label=T]');
    expect(await stage.page.fill(target, value, within())).toMatchObject({ value: kept });
    expect(await js('inputs')).toBeGreaterThan(0);
    expect(await stage.page.fill(target, value, within())).toMatchObject({ value: kept });
  });

  test.each([
    ['<input type=checkbox aria-label=T>', 'unsuited', 'check or uncheck it'],
    ['<select aria-label=T><option>a</select>', 'unsuited', 'select one of its options'],
    ['<input type=file aria-label=T>', 'unsuited', 'upload them'],
    ['<button aria-label=T>x</button>', 'unsuited', 'it is no field but <button>'],
    ['<input readonly aria-label=T>', 'not-actionable', 'it is read-only'],
    ['<input disabled aria-label=T>', 'not-actionable', 'it is disabled'],
    ['<input maxlength=3 aria-label=T>', 'value-refused', 'at most 3 characters'],
    ['<input type=date aria-label=T>', 'value-refused', 'a date such as'],
    ['<input type=number aria-label=T>', 'value-refused', 'takes numbers'],
  ])('does not touch %s and says why', async (html, code, words) => {
    await show(`${html}<script>let touched = 0; for (const t of ['input', 'change']) addEventListener(t, () => { touched += 1 })</script>`);
    const failure = await failureOf(stage.page.fill(await matching(stage.page, '[aria-label=T]'), 'long text', within(400)));
    expect(failure).toMatchObject({ code });
    expect(failure.message).toContain(words);
    expect(await js('touched')).toBe(0);
  });
});

describe('select', () => {
  test('picks by value, then by label, and the empty option by an empty text', async () => {
    await show('<select id=s aria-label=S><option value="">None<option value=a>B<option value=b>A</select>');
    const target = await named(stage.page, 'combobox', 'S');
    expect(await stage.page.select(target, ['a'], within())).toMatchObject({ selected: ['a'] });
    expect(await stage.page.select(target, ['A'], within())).toMatchObject({ selected: ['b'] });
    expect(await stage.page.select(target, [''], within())).toMatchObject({ selected: [''] });
  });

  test('lists the real options for one that is not there, and changes nothing', async () => {
    await show(
      '<select id=s aria-label=S><option value=a>Apple<option>b</select><script>let n = 0; s.onchange = () => { n += 1 }</script>',
    );
    const failure = await failureOf(stage.page.select(await named(stage.page, 'combobox', 'S'), ['z'], within(300)));
    expect(failure).toMatchObject({ code: 'no-option', message: 'No option "z": there are "a" (Apple), "b"' });
    expect(await js('n')).toBe(0);
  });

  test('picks several in a list that takes them, all or none', async () => {
    await show('<select id=s multiple aria-label=S><option>a<option>b<option>c</select>');
    const target = await named(stage.page, 'listbox', 'S');
    expect(await stage.page.select(target, ['a', 'c'], within())).toMatchObject({ selected: ['a', 'c'] });
    expect(await failureOf(stage.page.select(target, ['b', 'z'], within(300)))).toMatchObject({ code: 'no-option' });
    expect(await js('[...s.selectedOptions].map((o) => o.value)')).toEqual(['a', 'c']);
  });
});

describe('check', () => {
  test('clicks only when it must, and looks at the result', async () => {
    await show('<label><input type=checkbox id=c> Terms</label><script>let n = 0; c.onclick = () => { n += 1 }</script>');
    const box = await named(stage.page, 'checkbox', 'Terms');
    await stage.page.setChecked(box, true, within(1000));
    await stage.page.setChecked(box, true, within(1000));
    expect(await js('[c.checked, n]')).toEqual([true, 1]);
    await stage.page.setChecked(box, false, within(1000));
    expect(await js('[c.checked, n]')).toEqual([false, 2]);
  });

  test('uses the label of a box that the page hides', async () => {
    await show(
      '<style>#c { position:absolute; opacity:0; width:0; height:0 }</style><input type=checkbox id=c><label for=c>Painted</label>',
    );
    await stage.page.setChecked(await matching(stage.page, '#c'), true, within(1000));
    expect(await js('c.checked')).toBe(true);
  });

  test('works on switches and says when a box does not follow', async () => {
    await show(`<div role=switch tabindex=0 aria-checked=false aria-label=Dark onclick="this.setAttribute('aria-checked', 'true')">x</div>
      <label><input type=checkbox id=c onclick="event.preventDefault()"> Stubborn</label><input type=radio aria-label=One checked>`);
    await stage.page.setChecked(await named(stage.page, 'switch', 'Dark'), true, within(1000));
    expect(await failureOf(stage.page.setChecked(await named(stage.page, 'checkbox', 'Stubborn'), true, within(1000)))).toMatchObject({
      code: 'value-refused',
    });
    expect(await failureOf(stage.page.setChecked(await named(stage.page, 'radio', 'One'), false, within(1000)))).toMatchObject({
      code: 'unsuited',
    });
  });
});

describe('upload', () => {
  test('gives files to an input, to its label, and to the chooser that a button opens', async () => {
    using folder = temporaryFolder();
    const [a, b] = [`${folder.path}/a.txt`, `${folder.path}/b.txt`];
    writeFileSync(a, 'one');
    writeFileSync(b, 'two');
    await show(`<label>Photos <input type=file multiple id=f></label><input type=file id=g hidden><button onclick="g.click()">Choose</button>
      <script>const seen = []; for (const i of [f, g]) i.onchange = async () => seen.push(...await Promise.all([...i.files].map(async (x) => x.name + ':' + await x.text())))</script>`);
    await stage.page.upload(await matching(stage.page, '#f'), [a, b], within(2000));
    await stage.page.waitForFunction('seen.length === 2', within(2000));
    expect(await js('seen.splice(0)')).toEqual(['a.txt:one', 'b.txt:two']);
    await stage.page.upload(await named(stage.page, 'button', 'Choose'), [b], within(3000));
    await stage.page.waitForFunction('seen.length === 1', within(2000));
    expect(await js('seen')).toEqual(['b.txt:two']);
  });

  test('refuses several files for an input of one', async () => {
    using folder = temporaryFolder();
    writeFileSync(`${folder.path}/a`, '');
    await show('<input type=file id=f aria-label=F>');
    const target = await matching(stage.page, '#f');
    expect(await failureOf(stage.page.upload(target, [`${folder.path}/a`, `${folder.path}/a`], within(1000)))).toMatchObject({
      code: 'unsuited',
      message: expect.stringContaining('one file'),
    });
  });
});

describe('keys', () => {
  test('type and press go to what has the focus, and append behind what a field holds', async () => {
    await show('<input id=i aria-label=N value=ab><textarea id=t aria-label=T></textarea>');
    const field = await named(stage.page, 'textbox', 'N');
    expect(await stage.page.append(field, 'cd', within())).toMatchObject({ typed: 2 });
    expect(await js('i.value')).toBe('abcd');
    await stage.page.press('Backspace', within());
    expect(await stage.page.type('é漢!', within())).toMatchObject({ typed: 3 });
    expect(await js('i.value')).toBe('abcé漢!');
    await stage.page.press('Control+A', within());
    await stage.page.press('Delete', within());
    expect(await js('i.value')).toBe('');
    await stage.page.press('Tab', within());
    await stage.page.type('x\ny', within());
    expect(await js('[document.activeElement.id, t.value]')).toEqual(['t', 'x\ny']);
  });

  test('a key that there is none of is a usage error', async () => {
    await show('<input>');
    expect(await failureOf(stage.page.press('Foo', within(1000)))).toMatchObject({
      code: 'usage',
      exit: 2,
      message: 'There is no key "Foo"',
    });
  });

  test('Enter submits a form and answers with the address it led to', async () => {
    await show('<form action="/empty-form.html"><input id=i name=q aria-label=Q></form>');
    await stage.page.fill(await named(stage.page, 'textbox', 'Q'), 'x', within());
    expect((await stage.page.press('Enter', within())).url).toBe(`${stage.site.origin}/empty-form.html?q=x`);
  });

  test('a line break that submits the form keeps the rest out of the next page', async () => {
    stage.site.on('/next', '<input id=n autofocus><script>n.focus()</script>');
    await show('<form action="/next"><input id=i name=q aria-label=Q></form>');
    await stage.page.append(await named(stage.page, 'textbox', 'Q'), '', within());
    expect(await failureOf(stage.page.type('ab\ncd', within(2000)))).toMatchObject({ code: 'focus-moved', data: { typed: 3, total: 5 } });
    await stage.page.waitForUrl('**/next*', within());
    await stage.page.waitForLoad('load', within());
    expect(await js('n.value')).toBe('');
  });
});

test('hover brings out what a page shows on it', async () => {
  await show(
    `<style>#m { display: none } #h:hover #m { display: block }</style><div id=h><button>Menu</button><div id=m><button ${COUNTER}>Item</button></div></div>`,
  );
  const menu = await named(stage.page, 'button', 'Menu');
  await stage.page.hover(menu, { force: false }, within());
  await stage.page.hover(menu, { force: false }, within());
  await click('Item');
  expect(await js('n')).toBe(1);
});

test('reading an element: text, markup, attributes, style, state and box, all verified', async () => {
  await show(
    '<style>#a { color: rgb(1, 2, 3) }</style><a id=a href="/x" data-k=v>A <b>link</b></a><input id=p type=password value=secret aria-label=P>',
  );
  const link = await named(stage.page, 'link', 'A link');
  expect(await stage.page.text(link, within())).toBe('A link');
  expect(await stage.page.html(link, within())).toBe('<a id="a" href="/x" data-k="v">A <b>link</b></a>');
  expect(await stage.page.attributes(link, within())).toEqual({ 'id': 'a', 'href': '/x', 'data-k': 'v' });
  expect(await stage.page.style(link, 'color', within())).toBe('rgb(1, 2, 3)');
  expect(await stage.page.is(link, 'visible', within())).toBe(true);
  expect(await stage.page.box(link, within())).toMatchObject({ x: 8, width: expect.any(Number) });
  const password = await matching(stage.page, '#p');
  expect(await stage.page.text(password, within())).toBe('');
  expect(await stage.page.html(password, within())).not.toContain('secret');
  await js(`a.textContent = 'Other'; null`);
  const reads = [
    () => stage.page.text(link, within()),
    () => stage.page.attributes(link, within()),
    () => stage.page.is(link, 'visible', within()),
    () => stage.page.evaluate('(e) => e.id', link, within()),
  ];
  for (const read of reads) {
    expect(await failureOf(read())).toMatchObject({ code: 'ref-stale', message: expect.stringContaining('its name is now "Other"') });
  }
});
