/** Who can be clicked: every element that listens for input itself, however that was set, and no container that only passes it on. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keep } from '../../browse/domain/snapshot/render.ts';
import { launchBrowser, within, type OpenBrowser } from '../support/browser.ts';
import { serve, type Site } from '../support/site.ts';

let open: OpenBrowser;
let site: Site;
beforeAll(async () => {
  [open, site] = await Promise.all([launchBrowser(), serve({})]);
});
afterAll(async () => {
  await open[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

/** What `-i` lists of a page: name and role of all that acts. */
async function acting(html: string, change?: string): Promise<readonly string[]> {
  site.on('/page', `<!doctype html><title>Page</title>${html}`);
  await open.page.goto(`${site.origin}/page`, 'load', within());
  if (change !== undefined) await open.page.evaluate(change, null, within());
  const options = { interactive: true, within: null, viewport: false, boxes: false, urls: false, clickable: true };
  const { nodes } = await open.page.capture(options, within());
  return keep(nodes, { interactive: true, compact: false, depth: null }).flatMap(({ interactive, name, role }) =>
    interactive ? [`${role} ${name}`] : [],
  );
}

const LISTENED = ['click', 'mousedown', 'pointerdown', 'touchstart', 'keydown'];

describe('an element with a listener of its own has a line', () => {
  // E1
  test.each(LISTENED)('for %s, by addEventListener', async (type) => {
    const html = `<div id=a>One</div><div id=b>Two</div><script>a.addEventListener('${type}', () => {})</script>`;
    expect(await acting(html)).toEqual(['clickable One']);
  });

  // E1
  test.each([
    ['a property', '<div id=a>One</div><script>a.onclick = () => {}</script>'],
    ['an attribute', '<div onclick="0">One</div>'],
    [
      'a passive listener of an object',
      '<div id=a>One</div><script>a.addEventListener("touchstart", { handleEvent() {} }, { passive: true })</script>',
    ],
    [
      'a listener that runs once, in the capture phase',
      '<div id=a>One</div><script>a.addEventListener("click", () => {}, { once: true, capture: true })</script>',
    ],
    ['React', '<div id=a>One</div><div id=r></div><script>r.__reactContainer$x = {}; a.__reactProps$x = { onClick() {} }</script>'],
    ['Solid', '<div id=a>One</div><script>document._$DX_DELEGATE = {}; a.$$click = () => {}</script>'],
    ['Svelte', '<div id=a>One</div><script>globalThis.__svelte = {}; a[Symbol("events")] = { click() {} }</script>'],
    ['Svelte 5.0', '<div id=a>One</div><script>globalThis.__svelte = {}; a.__click = () => {}</script>'],
    [
      'jQuery, for another element',
      '<section id=s><div class=x>One</div><p>Two</p></section><script>s.jQuery371 = { events: { click: [{ selector: ".x" }] } }; globalThis.jQuery = {}; s.addEventListener("click", () => {})</script>',
    ],
    [
      'an open shadow tree',
      '<x-a></x-a><script>const d = document.createElement("div"); d.textContent = "One"; d.onclick = () => {}; document.querySelector("x-a").attachShadow({ mode: "open" }).append(d)</script>',
    ],
  ])('by %s', async (_how, html) => {
    expect(await acting(html)).toEqual(['clickable One']);
  });

  // E1
  test('where it is a shape of a drawing, a picture or a cell', async () => {
    const html =
      '<svg width=90 height=40><circle cx=20 cy=20 r=15><title>Round</title></circle></svg><img id=i alt=Map width=30 height=30 src=data:,><table><tr><th>H</th></tr><tr><td id=t>Day 9</td></tr></table><script>document.querySelector("circle").onclick = i.onclick = t.onclick = () => {}</script>';
    expect(await acting(html)).toEqual([expect.stringMatching(/^clickable/), 'img Map', 'cell Day 9']);
  });

  test('where hundreds of others listen too', async () => {
    const html = `<body><script>for (let at = 0; at < 300; at += 1) document.body.append(Object.assign(document.createElement('div'), { textContent: 'n' + at, onclick() {} }), document.createElement('div'))</script>`;
    expect(await acting(html)).toEqual(Array.from({ length: 300 }, (_, at) => `clickable n${at}`));
  });

  test('until it is taken away, and again when it comes back', async () => {
    const html = '<div id=a>One</div><script>const f = () => {}; a.addEventListener("click", f)</script>';
    expect(await acting(html)).toEqual(['clickable One']);
    expect(await acting(html, 'a.removeEventListener("click", f)')).toEqual([]);
    expect(await acting(html, 'a.removeEventListener("click", f); a.addEventListener("keydown", f)')).toEqual(['clickable One']);
  });
});

describe('each part that acts has a line of its own', () => {
  // A4, E2
  test.each([
    [
      'items with listeners in a list with the cursor',
      '<ul style="cursor:pointer"><li>Share<li>Mute</ul><script>for (const li of document.querySelectorAll("li")) li.addEventListener("click", () => {})</script>',
      ['clickable Share', 'clickable Mute'],
    ],
    [
      'parts with a cursor of their own',
      '<style>.d, .d li { cursor: pointer }</style><div class=d id=d><b>Size</b><ul><li>Small<li>Large</ul></div><script>d.onclick = () => {}</script>',
      ['clickable Size', 'clickable Small', 'clickable Large'],
    ],
    // A19
    [
      'days in a panel that takes the focus',
      '<style>td { cursor: pointer }</style><div tabindex=0><button>Prev</button><table><tr><td title=a>9<td title=b>10</table></div>',
      ['button Prev', 'clickable 9', 'clickable 10'],
    ],
    [
      'cards in a list that takes the focus',
      '<div tabindex=0><div style="cursor:pointer">One</div><div onclick="0">Two</div></div>',
      ['clickable One', 'clickable Two'],
    ],
    [
      'a node of a diagram with its handles',
      '<div role=group tabindex=0 aria-label=Node><div style="cursor:pointer">In</div><button>Edit</button></div>',
      ['clickable In', 'button Edit'],
    ],
  ])('%s', async (_what, html, lines) => {
    expect((await acting(html)).filter((line) => !line.startsWith('group'))).toEqual(lines);
  });
});

// E1
describe('what only passes input on has none', () => {
  test.each([
    ['a container of buttons', '<div id=a><button>Go</button></div><script>a.onclick = () => {}</script>', ['button Go']],
    ['a container of listening parts', '<div id=a><p id=b>Go</p></div><script>a.onclick = b.onclick = () => {}</script>', ['clickable Go']],
    [
      'the body and the root',
      '<p>Text</p><script>document.body.onclick = document.documentElement.onclick = document.onclick = onclick = () => {}</script>',
      [],
    ],
    [
      'the root of React',
      '<div id=r><p>Text</p></div><script>r.__reactContainer$x = {}; r.addEventListener("click", () => {})</script>',
      [],
    ],
  ])('%s', async (_what, html, lines) => {
    expect(await acting(html)).toEqual(lines);
  });

  test('but it has where it shows that it acts itself', async () => {
    const html = '<div id=a aria-label=Card>Text <button>Go</button></div><script>a.onclick = () => {}</script>';
    expect(await acting(html)).toEqual(['clickable Card', 'button Go']);
  });
});

test('what the page says of its listeners adds marks and nothing else: names, numbers and controls stay', async () => {
  const html = `<button>Pay</button><p>Text</p><script>
    globalThis.getEventListeners = () => { throw new Error('no') };
    globalThis.TouchEvent = class { constructor() { throw new Error('no') } };
    for (const p of document.querySelectorAll('p, body')) p.__reactContainer$x = {};</script>`;
  expect(await acting(html)).toEqual(['button Pay']);
});
