/** Dragging: native drags, pages that follow the mouse, and what stops a drag before it can move the wrong thing. */
import { describe, expect, test } from 'vitest';
import { within } from '../support/browser.ts';
import { failureOf, matching } from '../support/finding.ts';
import { openStage } from '../support/stage.ts';

const stage = openStage();
const { show, js } = stage;
const drag = async (from: string, to: string, ms = 3000): Promise<unknown> =>
  stage.page.drag(await matching(stage.page, from), await matching(stage.page, to), within(ms));

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
    expect(await js('log')).toEqual(['a at 400,301']);
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
    const failure = await failureOf(stage.page.drag(await matching(stage.page, '#a'), inside, within(2000)));
    expect(failure.message).toContain('another frame');
    expect(await js('log')).toEqual([]);
  });
});
