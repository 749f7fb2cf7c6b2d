/** Dragging: native drags, pages that follow the mouse, and what stops a drag before it can move the wrong thing. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { within } from '../support/browser.ts';
import { failureOf, matching } from '../support/finding.ts';
import { openStage } from '../support/stage.ts';
import type { DragEnd, DragHow } from '../../browse/domain/ports/page.ts';

const stage = openStage();
const { show, js } = stage;
const HAND: DragHow = { hold: 0, steps: null, force: false };
const drag = async (from: string, to: string, how: Partial<DragHow> = {}, ms = 6000): Promise<unknown> => {
  const end = async (selector: string): Promise<DragEnd> => {
    const [, name = selector, x, y] = /^(.*)\+(\d+),(\d+)$/.exec(selector) ?? [];
    return { identity: await matching(stage.page, name), point: x === undefined ? null : { x: Number(x), y: Number(y) } };
  };
  return stage.page.drag(await end(from), await end(to), { ...HAND, ...how }, within(ms));
};
const page = (name: string): string => readFileSync(new URL(`../pages/cases/${name}.html`, import.meta.url), 'utf8');

/** Two lists of cards moved by the browser's own drag and drop. */
const NATIVE = `<style>.card,.box{width:160px;height:40px;margin:8px;background:#ddd}.box{height:90px}</style>
<script>globalThis.log = []</script>
<div class=card id=a draggable=true ondragstart="event.dataTransfer.setData('text/plain', this.id)">Apple</div>
<div class=card id=b draggable=true ondragstart="event.dataTransfer.setData('text/plain', this.id)">Berry</div>
<div class=box id=bin ondragover="event.preventDefault()" ondrop="log.push(event.dataTransfer.getData('text/plain') + ' in bin'); event.preventDefault()">Bin</div>
<div class=box id=keep ondragover="event.preventDefault()" ondrop="log.push(event.dataTransfer.getData('text/plain') + ' in keep'); event.preventDefault()">Keep</div>
<div class=box id=shut>Shut</div>`;

/** Boxes that follow the mouse, as libraries for boards and canvases do it. */
const POINTER = `<style>body{margin:0}.box{position:absolute;width:90px;height:50px;background:#ccc}</style>
<div class=box id=a style="left:20px;top:20px">Apple</div><div class=box id=to style="left:400px;top:300px">Place</div>
<div class=box id=other style="left:600px;top:300px">Other</div>
<script>
  globalThis.log = [];
  let held = null, dx = 0, dy = 0;
  document.onpointerdown = (event) => {
    held = event.target.closest('.box'); if (!held) return;
    dx = event.clientX - held.offsetLeft; dy = event.clientY - held.offsetTop; held.style.zIndex = 9;
  };
  document.onpointermove = (event) => { if (held) { held.style.left = event.clientX - dx + 'px'; held.style.top = event.clientY - dy + 'px'; globalThis.moved?.(event); } };
  document.onpointerup = () => { if (held) log.push(held.id + ' at ' + held.offsetLeft + ',' + held.offsetTop); held = null; };
</script>`;

describe('a drag', () => {
  test('of the browser drops the one element on the other', async () => {
    await show(NATIVE);
    await drag('#b', '#bin');
    await drag('#a', '#keep');
    expect(await js('log')).toEqual(['b in bin', 'a in keep']);
  });

  test('moves what follows the mouse, also when that lies over the destination in the end', async () => {
    await show(POINTER);
    const acted = await drag('#a', '#to');
    expect(acted).toMatchObject({ name: expect.any(String) });
    expect(await js('log')).toEqual(['a at 400,300']);
  });

  test('reorders a list that changes places while it is dragged', async () => {
    await show(`<style>li{height:40px;width:200px;list-style:none;background:#eee;margin:4px}</style>
      <ul id=list><li id=one>One<li id=two>Two<li id=three>Three</ul><script>
      let held = null;
      list.onpointerdown = (event) => { held = event.target.closest('li'); };
      document.onpointermove = (event) => { const over = held && document.elementFromPoint(event.clientX, event.clientY)?.closest('li');
        if (over && over !== held) over.compareDocumentPosition(held) & 2 ? over.after(held) : over.before(held); };
      document.onpointerup = () => { held = null; };
    </script>`);
    await drag('#one', '#three');
    expect(await js('[...list.children].map(({ id }) => id).join()')).toBe('two,three,one');
  });

  test('scrolls to a destination that is out of view', async () => {
    await show(NATIVE.replace('<div class=box id=keep', '<div style="height:3000px"></div><div class=box id=keep'));
    await drag('#a', '#keep');
    expect(await js('log')).toEqual(['a in keep']);
  });

  test('onto what takes nothing says so', async () => {
    await show(NATIVE);
    const failure = await failureOf(drag('#a', '#shut'));
    expect(failure.code).toBe('unsuited');
    expect(failure.message).toContain('the page does not take it there');
    expect(await js('log')).toEqual([]);
  });

  test.each([
    ['is renamed under the drag', `document.getElementById('to').textContent = 'Trash'`, 'its name is now'],
    ['is taken away under the drag', `document.getElementById('to').remove()`, 'the element left the page'],
    [
      'is covered under the drag',
      `document.getElementById('other').style.cssText = 'left:300px;top:200px;width:400px;height:300px;z-index:5'`,
      'covered by',
    ],
  ])('whose destination %s puts the element back', async (_, change, reason) => {
    await show(POINTER.replace('class=box id=to', 'class=box role=button id=to'));
    await js(`globalThis.moved = (event) => { if (event.clientX > 70) { globalThis.moved = null; ${change} } }; null`);
    const failure = await failureOf(drag('#a', '#to'));
    expect(failure.code).toBe('act-broken');
    expect(failure.message).toContain(reason);
    expect(failure.message).toContain('it was put back');
    expect(await js('log')).toEqual(['a at 20,20']);
  });

  test('of an element that the page exchanges at the press moves nothing', async () => {
    await show(POINTER.replace('class=box id=a', 'class=box role=button id=a'));
    await js(
      `globalThis.addEventListener('pointermove', () => { document.getElementById('a').textContent = 'Other' }, { once: true, capture: true }); null`,
    );
    const failure = await failureOf(drag('#a', '#to'));
    expect(['ref-stale', 'act-broken']).toContain(failure.code);
    expect(await js('log')).toEqual([]);
  });

  test('between two frames is refused before anything moves', async () => {
    await show(`${POINTER}<iframe srcdoc="<button>Inside</button>" style="margin-top:400px"></iframe>`);
    const inside = await matching(stage.page, 'button');
    const failure = await failureOf(
      stage.page.drag({ identity: await matching(stage.page, '#a'), point: null }, { identity: inside, point: null }, HAND, within(2000)),
    );
    expect(failure.message).toContain('another frame');
    expect(await js('log')).toEqual([]);
  });
});

const order = (list: string): Promise<unknown> =>
  js(`[...document.querySelectorAll('${list} > *')].map((each) => each.textContent).join(' ')`);

describe('a drag lands where a hand would put it', () => {
  // D1
  test('in a list that rests after each change', async () => {
    for (const [from, to, wanted] of [
      ['A', 'C', 'B C A D'],
      ['D', 'A', 'D A B C'],
      ['A', 'D', 'B C D A'],
      ['B', 'C', 'A C B D'],
    ]) {
      await show(page('sortable-quiet'));
      await drag(`text="${from}"`, `text="${to}"`);
      expect(await order('#u')).toBe(wanted);
    }
  });

  // D2
  test('at the middle of a goal that the dragged element covers', async () => {
    await show(page('drop-shift'));
    await drag('#a', '#b');
    expect(await js('log.textContent')).toContain('let go at 89,69');
    expect(await js('log.textContent')).toContain('inside: true');
  });

  // D3
  test('at a point of a goal, from a point of what is dragged', async () => {
    await show(`${POINTER}<script>addEventListener('pointerup', (event) => log.push(event.clientX + ' ' + event.clientY))</script>`);
    await drag('#a+5,6', '#to+10,20');
    expect(await js('log')).toEqual(['a at 405,314', '410 320']);
  });

  test('after the hold that the page waits for, and not without', async () => {
    await show(`<style>.box{position:absolute;width:90px;height:50px;background:#ccc}</style><div class=box id=a style="left:20px;top:20px">Apple</div>
      <div class=box id=to style="left:300px;top:200px">Place</div><script>log = []; let timer, held = false;
      a.onpointerdown = () => { timer = setTimeout(() => { held = true }, 250) };
      onpointermove = (event) => { if (!held && Math.hypot(event.clientX - 65, event.clientY - 45) > 5) clearTimeout(timer); if (held) a.style.left = event.clientX + 'px' };
      onpointerup = () => { if (held) log.push('dropped'); held = false; clearTimeout(timer) }</script>`);
    expect(await drag('#a', '#to')).toMatchObject({ unchanged: true });
    expect(await js('log')).toEqual([]);
    expect(await drag('#a', '#to', { hold: 400 })).toMatchObject({ unchanged: false });
    expect(await js('log')).toEqual(['dropped']);
  });

  test('on a goal that is only an outline, with force', async () => {
    await show(`<svg width=600 height=300><rect id=to x=300 y=180 width=100 height=60 fill=none stroke=#333 /><circle id=a cx=60 cy=60 r=20 fill=red /></svg>
      <script>log = []; let held = false; a.onpointerdown = () => { held = true }; onpointerup = (event) => { if (held) log.push(Math.round(event.offsetX) + ',' + Math.round(event.offsetY)); held = false }</script>`);
    expect(await failureOf(drag('#a', '#to', {}, 3000))).toMatchObject({ code: 'act-broken' });
    await js('log.splice(0); null');
    await drag('#a', '#to', { force: true });
    expect(await js('log.length')).toBe(1);
  });

  // D4
  test.each(['same', 'extra', 'none', 'text', 'wrap'])('where the page drags a copy of its own (%s)', async (kind) => {
    await show(page('drag-clone'));
    await drag(`[data-k=${kind}]`, '#canvas');
    expect(await js('log.textContent')).toBe(`dropped ${kind}`);
  });

  test('where a placeholder takes the slot under the pointer', async () => {
    for (const [from, to, wanted] of [
      ['A', 'C', 'B C A'],
      ['C', 'A', 'C A B'],
      ['A', 'B', 'B A C'],
    ]) {
      await show(page('drag-chase'));
      await drag(`div.b:text-is("${from}")`, `div.b:text-is("${to}")`);
      expect(await js('log.textContent')).toBe(wanted);
    }
  });
});

describe('a drag that is given up', () => {
  // D4
  test.each([
    [
      'the goal is covered by something that stays',
      `globalThis.cover = document.body.appendChild(document.createElement('div')); cover.style.cssText = 'position:fixed;inset:200px 0 0 300px;background:red;z-index:9'`,
    ],
    ['the goal has gone', `document.getElementById('to').remove()`],
  ])('ends with a release that the page hears, outside of any goal: %s', async (_, change) => {
    await show(
      `${POINTER}<script>ups = []; addEventListener('pointerup', (event) => ups.push(event.target.id || event.target.localName))</script>`,
    );
    await js(`globalThis.moved = (event) => { if (event.clientX > 120) { globalThis.moved = null; ${change} } }; null`);
    expect(await failureOf(drag('#a', '#to'))).toMatchObject({ code: 'act-broken' });
    expect(await js('[ups.length, ["to", "other"].includes(ups[0]), held]')).toEqual([1, false, null]);
  });
});

test('a goal that changes places with another one is followed, and the other one gets nothing', async () => {
  await show(`${POINTER}<script>ups = []; addEventListener('pointerup', (event) => {
    ups.push(document.elementsFromPoint(event.clientX, event.clientY).map((each) => each.id).filter((id) => id === 'to' || id === 'other').join()) })</script>`);
  await js(`globalThis.moved = (event) => { if (event.clientX > 120) { globalThis.moved = null; const [one, two] = ['to', 'other'].map((id) => document.getElementById(id));
    [one.style.left, two.style.left] = [two.style.left, one.style.left] } }; null`);
  await drag('#a', '#to');
  expect(await js('ups')).toEqual(['to']);
});
