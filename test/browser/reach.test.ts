/** Reaching elements without acting on them: the focus, scrolling, and what a field holds. */
import { describe, expect, test } from 'vitest';
import { within } from '../support/browser.ts';
import { failureOf, matching } from '../support/finding.ts';
import { openStage } from '../support/stage.ts';

const stage = openStage();
const { show, js } = stage;
const at = (selector: string) => matching(stage.page, selector);

describe('the focus', () => {
  test('is given to a field, a part of a shadow tree and a tabbable element', async () => {
    await show(
      '<input id=a><div id=b tabindex=-1>B</div><x-host id=h></x-host><script>h.attachShadow({ mode: "open" }).innerHTML = "<input id=c>"</script>',
    );
    for (const id of ['a', 'b']) {
      await stage.page.focus(await at(`#${id}`), within());
      expect(await js('document.activeElement.id')).toBe(id);
    }
    await stage.page.focus(await at('#c'), within());
    expect(await js('h.shadowRoot.activeElement.id')).toBe('c');
  });

  test.each([
    ['an element that takes none', '<p id=a>Text</p>', 'unsuited', 'went nowhere'],
    ['a field whose page moves it on', '<input id=a onfocus="b.focus()"><input id=b>', 'unsuited', 'id=\\"b\\"|id="b"'],
    ['a disabled field', '<input id=a disabled>', 'not-actionable', 'it is disabled'],
  ])('is not claimed for %s', async (_, html, code, reason) => {
    await show(html);
    const failure = await failureOf(stage.page.focus(await at('#a'), within(400)));
    expect(failure.code).toBe(code);
    expect(failure.message).toMatch(new RegExp(reason));
  });
});

describe('scrolling', () => {
  test('brings an element into view and goes by pixels and to both ends', async () => {
    await show('<div style="height:3000px">Long</div><p id=end>End</p>');
    const { page } = stage;
    expect(await page.scroll(await at('#end'), null, within())).toMatchObject({ moved: expect.any(Number) });
    expect(await js('document.getElementById("end").getBoundingClientRect().bottom <= innerHeight')).toBe(true);
    expect(await page.scroll(null, { to: 'top' }, within())).toMatchObject({ at: 0 });
    expect(await page.scroll(null, { by: 250 }, within())).toMatchObject({ moved: 250, at: 250 });
    const bottom = await page.scroll(null, { to: 'bottom' }, within());
    expect(bottom.at).toBe(bottom.most);
    expect(await page.scroll(null, { by: 100 }, within())).toMatchObject({ moved: 0 });
  });

  test('finds what scrolls around an element, and what fills the window where the page does not scroll', async () => {
    await show(`<style>html,body{margin:0;height:100%;overflow:hidden}</style>
      <div id=app style="height:100%;overflow:auto"><div style="height:4000px">App<div id=box style="height:100px;overflow:auto"><p style="height:900px;margin:0" id=inner>Inner</p></div></div></div>`);
    expect(await stage.page.scroll(null, { by: 300 }, within())).toMatchObject({ moved: 300 });
    expect(await js('[app.scrollTop, box.scrollTop]')).toEqual([300, 0]);
    await stage.page.scroll(await at('#inner'), { to: 'bottom' }, within());
    expect(await js('[app.scrollTop, box.scrollTop]')).toEqual([300, 800]);
  });

  test('lets a list that draws what comes into view do so before it answers', async () => {
    await show(`<div id=list style="height:200px;overflow:auto;position:relative"><div style="height:40000px"></div></div><script>
      const draw = () => { list.querySelectorAll('p').forEach((p) => p.remove());
        for (let i = 0; i < 10; i += 1) { const p = document.createElement('p'); const n = Math.floor(list.scrollTop / 20) + i;
          p.textContent = 'Row ' + n; p.style.cssText = 'position:absolute;margin:0;top:' + n * 20 + 'px'; list.append(p); } };
      list.onscroll = draw; draw();</script>`);
    await stage.page.scroll(await at('#list'), { by: 10_000 }, within());
    expect(await js('list.querySelector("p").textContent')).toBe('Row 500');
  });
});

test('what a field holds is told for every kind of field, and never a password', async () => {
  await show(`<input id=a value=one><textarea id=b>two\nlines</textarea><select id=c multiple><option value=x selected>X<option value=y selected>Y</select>
    <div id=d contenteditable>three</div><input id=e type=password value=secret><progress id=f value=3 max=10></progress>
    <div id=g role=slider aria-valuenow=40 tabindex=0>Volume</div><p id=h>Text</p><label id=i>Label <input value=labelled></label>`);
  const held: Record<string, string | null> = {};
  for (const id of 'abcdefghi') held[id] = await stage.page.value(await at(`#${id}`), within());
  expect(held).toEqual({
    a: 'one',
    b: 'two\nlines',
    c: 'x\ny',
    d: 'three',
    e: '••••',
    f: '3',
    g: '40',
    h: null,
    i: 'labelled',
  });
});
