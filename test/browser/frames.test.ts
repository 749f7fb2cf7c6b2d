/** Frames: one capture over all of them, and acts in frames of the same site and of another one (another process). */
import { expect, test } from 'vitest';
import { within } from '../support/browser.ts';
import { CLICK, failureOf, matching, named, nodesOf } from '../support/finding.ts';
import { openStage } from '../support/stage.ts';

const stage = openStage();
const { show, js } = stage;
const report = (name: string): string =>
  `<script>addEventListener('message', (event) => { (globalThis.${name} ??= []).push(event.data) })</script>`;
const INNER = `<title>Inner</title><body style="margin:0"><h2>Inside</h2><button onclick="parent.postMessage('clicked', '*')">Go</button><input aria-label=Name oninput="parent.postMessage(this.value, '*')">`;

const places = [
  ['of the same site', () => stage.site.origin],
  ['of another site', () => stage.site.elsewhere],
] as const;

test.each(places)('a frame %s is captured in place and acted in', async (_, origin) => {
  stage.site.on('/inner', INNER);
  await show(
    `<h1>Outside</h1><iframe src="${origin()}/inner" title=Frame style="margin:50px 0 0 70px;border:5px solid;padding:3px;width:300px;height:200px"></iframe><button>After</button>${report('told')}`,
  );
  const nodes = await nodesOf(stage.page);
  const names = nodes.filter(({ name }) => name !== '').map(({ name, depth }) => `${depth > 0 ? '' : '+'}${name}`);
  expect(names.map((name) => name.replace('+', ''))).toEqual(expect.arrayContaining(['Outside', 'Inside', 'Go', 'Name', 'After']));
  const frame = nodes.find(({ role }) => role === 'iframe');
  const inside = nodes.find(({ name }) => name === 'Inside');
  expect(inside?.depth).toBeGreaterThan(frame?.depth ?? Infinity);
  expect(nodes.findIndex(({ name }) => name === 'Inside')).toBeLessThan(nodes.findIndex(({ name }) => name === 'After'));

  await stage.page.click(await named(stage.page, 'button', 'Go'), CLICK, within(3000));
  await stage.page.fill(await named(stage.page, 'textbox', 'Name'), 'Ann', within(3000));
  await stage.page.append(await named(stage.page, 'textbox', 'Name'), 'e', within(3000));
  await stage.page.type('tte', within(3000));
  await stage.page.waitForFunction(`globalThis.told?.at(-1) === 'Annette'`, within(3000));
  expect(((await js('told')) as string[])[0]).toBe('clicked');
});

test.each(places)('a box in a frame %s is told in the coordinates of the tab', async (_, origin) => {
  stage.site.on('/inner', '<body style="margin:0"><button style="position:absolute;left:20px;top:30px;width:80px;height:40px">Go</button>');
  await show(
    `<body style="margin:0"><iframe src="${origin()}/inner" style="position:absolute;left:100px;top:50px;border:5px solid;padding:0;width:300px;height:200px"></iframe>`,
  );
  expect(await stage.page.box(await named(stage.page, 'button', 'Go'), within())).toEqual({ x: 125, y: 85, width: 80, height: 40 });
});

test.each(places)('an element far down in a frame %s far down the page is scrolled to', async (_, origin) => {
  stage.site.on(
    '/inner',
    `<body style="margin:0"><div style="height:1500px"></div><button onclick="parent.postMessage('deep', '*')">Deep</button>`,
  );
  await show(
    `<div style="height:3000px"></div><iframe src="${origin()}/inner" style="width:300px;height:150px"></iframe>${report('told')}`,
  );
  await stage.page.click(await named(stage.page, 'button', 'Deep'), CLICK, within(4000));
  await expect.poll(() => js('globalThis.told?.[0]'), { timeout: 2000 }).toBe('deep');
});

test.each(places)('an element in a scaled frame %s is hit', async (_, origin) => {
  stage.site.on(
    '/inner',
    `<body style="margin:0"><button style="position:absolute;left:200px;top:100px;width:40px;height:20px" onclick="parent.postMessage('hit', '*')">Go</button>`,
  );
  await show(
    `<body style="margin:0"><iframe src="${origin()}/inner" style="transform:scale(0.5);transform-origin:0 0;width:400px;height:300px;border:0"></iframe>${report('told')}`,
  );
  await stage.page.click(await named(stage.page, 'button', 'Go'), CLICK, within(3000));
  await expect.poll(() => js('globalThis.told?.[0]'), { timeout: 2000 }).toBe('hit');
});

test.each(places)('an overlay of the page above a frame %s keeps the click out of both', async (_, origin) => {
  stage.site.on('/inner', INNER);
  await show(
    `<iframe src="${origin()}/inner"></iframe><div class=veil style="position:fixed;inset:0" onclick="globalThis.veiled = true"></div>${report('told')}`,
  );
  const failure = await failureOf(stage.page.click(await named(stage.page, 'button', 'Go'), CLICK, within(1500)));
  expect(failure).toMatchObject({ code: 'not-actionable', message: expect.stringContaining('covered by <div class="veil">') });
  expect(await js('[globalThis.veiled ?? null, globalThis.told ?? null]')).toEqual([null, null]);
});

test.each(places)('a frame %s that comes over the target with the pointer gets nothing', async (_, origin) => {
  stage.site.on(
    '/ad',
    `<body style="margin:0;height:100vh" onclick="parent.postMessage('stolen', '*')" onmousedown="parent.postMessage('pressed', '*')">Ad`,
  );
  await show(`<body style="margin:0"><button id=b style="width:200px;height:100px" onclick="globalThis.n = 1">Pay</button>
    <iframe id=ad src="${origin()}/ad" style="position:fixed;left:0;top:0;width:400px;height:300px;border:0;display:block;visibility:hidden"></iframe>
    <script>b.addEventListener('mousemove', () => { ad.style.visibility = 'visible' })</script>${report('told')}`);
  const failure = await failureOf(stage.page.click(await named(stage.page, 'button', 'Pay'), CLICK, within(1500)));
  expect(['not-actionable', 'act-broken']).toContain(failure.code);
  expect(await js('[globalThis.n ?? null, globalThis.told ?? null]')).toEqual([null, null]);
});

test('a ref into a frame that navigated or went is stale', async () => {
  stage.site.on('/inner', INNER);
  await show(`<iframe id=f src="${stage.site.elsewhere}/inner"></iframe>`);
  const go = await named(stage.page, 'button', 'Go');
  await js(`f.src = '/inner?again'; new Promise((done) => { f.onload = () => done(null) })`);
  await nodesOf(stage.page);
  expect(await failureOf(stage.page.click(go, CLICK, within(1000)))).toMatchObject({
    code: 'ref-stale',
    message: expect.stringContaining('the page navigated'),
  });
  const again = await named(stage.page, 'button', 'Go');
  await js('f.remove(); null');
  expect(await failureOf(stage.page.fill(again, 'x', within(1000)))).toMatchObject({ code: 'ref-stale' });
});

test('a frame whose process hangs is named, and the rest of the page is captured and clicked', async () => {
  stage.site.on('/hang', `<button>Never</button><script>addEventListener('message', () => { for (;;); })</script>`);
  await show(`<button onclick="globalThis.n = 1">Go</button><iframe id=f src="${stage.site.elsewhere}/hang"></iframe>`);
  await js(`f.contentWindow.postMessage('go', '*'); null`);
  await expect
    .poll(async () => (await nodesOf(stage.page)).find(({ role }) => role === 'iframe')?.states, { timeout: 10_000 })
    .toContain('not responding');
  await stage.page.click(await named(stage.page, 'button', 'Go'), CLICK, within(3000));
  expect(await js('n')).toBe(1);
});

test('a selector finds in frames what the page itself does not have', async () => {
  stage.site.on('/inner', INNER);
  await show(`<iframe src="${stage.site.elsewhere}/inner"></iframe>${report('told')}`);
  await stage.page.click(await matching(stage.page, 'text=Go'), CLICK, within(3000));
  await expect.poll(() => js('globalThis.told?.[0]'), { timeout: 2000 }).toBe('clicked');
});

test('frames in frames, down to the third level and across sites', async () => {
  stage.site.on('/c', `<button onclick="top.postMessage('c', '*')">Bottom</button>`);
  stage.site.on('/b', `<p>B</p><iframe src="${stage.site.origin}/c"></iframe>`);
  await show(`<p>A</p><iframe src="${stage.site.elsewhere}/b" style="height:300px"></iframe>${report('told')}`);
  const nodes = await nodesOf(stage.page);
  const frames = nodes.filter(({ role }) => role === 'iframe').map(({ depth }) => depth);
  expect(frames).toHaveLength(2);
  expect(nodes.find(({ name }) => name === 'Bottom')?.depth).toBeGreaterThan(Math.max(...frames));
  await stage.page.click(await named(stage.page, 'button', 'Bottom'), CLICK, within(3000));
  await stage.page.waitForFunction(`globalThis.told?.[0] === 'c'`, within(2000));
});
