/** Going somewhere, what an act sets off, dialogs, downloads and windows. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser, within, type OpenBrowser } from '../support/browser.ts';
import { CLICK, failureOf, matching, named } from '../support/finding.ts';
import { temporaryFolder } from '../support/folder.ts';
import { rounds } from '../support/rounds.ts';
import { serve, type Site } from '../support/site.ts';
import type { Dialog, Page, PageEvent } from '../../browse/domain/ports/page.ts';

let open: OpenBrowser;
let site: Site;
let page: Page;
let events: PageEvent[];
const popups: { page: Page; opener: Page | null }[] = [];
beforeAll(async () => {
  site = await serve();
  open = await launchBrowser();
  open.session.onPage((popup, opener) => popups.push({ page: popup, opener }));
});
afterAll(async () => {
  await open?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  page = await open.session.newPage();
  events = [];
  popups.length = 0;
  page.onEvent((event) => events.push(event));
  return async () => {
    for (const popup of popups) await popup.page.close();
    await page.close();
  };
});

async function show(html: string): Promise<void> {
  site.on('/page', html);
  await page.goto(`${site.origin}/page`, 'load', within());
}
const js = (source: string): Promise<unknown> => page.evaluate(source, null, within());
const dialogs = (): Dialog[] => events.flatMap((event) => (event.kind === 'dialog' ? [event.dialog] : []));

describe('goto', () => {
  test('answers with the address and the status, an error page included', async () => {
    expect(await page.goto(`${site.origin}/status/404`, 'load', within())).toEqual({ url: `${site.origin}/status/404`, status: 404 });
    expect(await page.goto(`${site.origin}/redirect?to=/status/200`, 'load', within())).toEqual({
      url: `${site.origin}/status/200`,
      status: 200,
    });
    expect(await page.goto('about:blank', 'load', within())).toEqual({ url: 'about:blank', status: null });
    expect(await page.goto('data:text/html,<p>x', 'load', within())).toMatchObject({ status: null });
    await page.goto(`${site.origin}/status/200`, 'load', within());
    expect(await page.goto(`${site.origin}/status/200#there`, 'load', within())).toEqual({
      url: `${site.origin}/status/200#there`,
      status: null,
    });
  });

  test('says what is in the way', async () => {
    const port = await new Promise<number>((resolve) => {
      const closed = createServer().listen(0, '127.0.0.1', () => {
        const { port: free } = closed.address() as AddressInfo;
        closed.close(() => resolve(free));
      });
    });
    const reasons: [string, string][] = [
      [`http://127.0.0.1:${port}/`, 'the connection was refused'],
      ['http://no-such-host.invalid/', 'no such host'],
      [`${site.origin}/empty`, 'the server answered 204'],
      [`https://127.0.0.1:${site.port}/`, 'TLS failed'],
      ['file:///no/such/file.html', 'there is no such file'],
      ['nonsense://x', ''],
    ];
    for (const [url, reason] of reasons) {
      const failure = await failureOf(page.goto(url, 'load', within()));
      expect(failure).toMatchObject({ code: 'navigation-failed', exit: 1 });
      expect(failure.message).toContain(reason);
      expect(failure.message).not.toMatch(/\n|net::|Call log/);
    }
  });

  test('says that an address is a download, when the file has begun to come', async () => {
    const failure = await failureOf(page.goto(`${site.origin}/download`, 'load', within()));
    expect(failure).toMatchObject({ code: 'download-not-page', exit: 1 });
    expect(events).toContainEqual(expect.objectContaining({ kind: 'download', suggestedName: 'a.txt' }));
  });

  test('ends at its deadline, and at once when the caller leaves', async () => {
    const from = performance.now();
    expect(await failureOf(page.goto(`${site.origin}/never`, 'load', within(400)))).toMatchObject({ code: 'timeout' });
    const caller = new AbortController();
    const going = failureOf(page.goto(`${site.origin}/never?again`, 'load', { timeout: 20_000, signal: caller.signal }));
    await site.seen('/never', 2);
    caller.abort();
    expect(page.url()).toBe('about:blank');
    expect(await going).toMatchObject({ code: 'interrupted' });
    expect(performance.now() - from).toBeLessThan(5000);
    expect(await page.goto(`${site.origin}/status/200`, 'load', within())).toMatchObject({ status: 200 });
  });

  test('waits as far as it is asked', async () => {
    const never = site.hold('/later');
    expect(await failureOf(page.goto(`${site.origin}/later`, 'commit', within(300)))).toMatchObject({ code: 'timeout' });
    never.release();
    await page.goto('about:blank#here', 'load', within());
    const image = site.hold('/late.png');
    site.on('/page', '<p>Text</p><img src="/late.png">');
    await page.goto(`${site.origin}/page`, 'commit', within());
    await page.goto(`${site.origin}/page`, 'domcontentloaded', within());
    expect(await failureOf(page.goto(`${site.origin}/page`, 'load', within(300)))).toMatchObject({ code: 'timeout' });
    image.release();
    await page.goto(`${site.origin}/page`, 'load', within());
    await page.goto(`${site.origin}/page`, 'networkidle', within());
  });
});

test('a navigation that was given up, at whatever moment, does not arrive under the next one', async () => {
  for (let round = 0; round < rounds(100, 20); round += 1) {
    await page.goto(`${site.origin}/status/200`, 'load', within());
    const never = site.hold('/later');
    expect(await failureOf(page.goto(`${site.origin}/later`, 'commit', within(1 + round * 2.3)))).toMatchObject({ code: 'timeout' });
    never.release();
    expect(await page.goto(`about:blank#${round}`, 'load', within())).toMatchObject({ url: `about:blank#${round}` });
    expect(await page.evaluate('location.href', null, within())).toBe(`about:blank#${round}`);
    // A step back may be so quick that it cannot be stopped any more: then it is over first.
    await page.history('back', 'commit', within(1 + round * 0.7)).catch(() => {});
    expect(await page.goto(`about:blank#x${round}`, 'load', within())).toMatchObject({ url: `about:blank#x${round}` });
  }
});

test('back, forward and reload; null where there is nowhere to go', async () => {
  await page.goto(`${site.origin}/status/200?a`, 'load', within());
  await page.goto(`${site.origin}/status/200?b`, 'load', within());
  expect(await page.history('forward', 'load', within())).toBeNull();
  expect(await page.history('back', 'load', within())).toEqual({ url: `${site.origin}/status/200?a` });
  expect(await page.history('forward', 'load', within())).toEqual({ url: `${site.origin}/status/200?b` });
  expect(await page.reload({ hard: false }, 'load', within())).toEqual({ url: `${site.origin}/status/200?b`, status: 200 });
  expect(await page.reload({ hard: true }, 'load', within())).toEqual({ url: `${site.origin}/status/200?b`, status: 200 });
});

describe('what a click sets off', () => {
  const PAGE = `<a href="/slow?ms=80">Link</a><form action="/slow"><input type=hidden name=ms value=80><button>Send</button></form>
    <button onclick="location.href = '/slow?ms=80'">Script</button><button onclick="history.pushState({}, '', '/pushed')">Push</button>
    <a href="/slow?ms=80" target=_blank>Blank</a><button onclick="window.open('/slow?ms=80')">Window</button>
    <a href="/download">File</a><a href="/download" download>Named</a><button onclick="location.href = '/download'">Script file</button>
    <button onclick="const a = document.createElement('a'); a.href = window.URL.createObjectURL(new Blob(['downloaded\\n'])); a.download = 'a.txt'; a.click()">Made up</button><button onclick="alert('Stop \\u202e here'); globalThis.after = 1">Alert</button>`;

  test.each([
    ['Link', 'link', '/slow?ms=80'],
    ['Send', 'button', '/slow?ms=80'],
    ['Script', 'button', '/slow?ms=80'],
    ['Push', 'button', '/pushed'],
  ])('a navigation by %s is awaited up to its commit', async (name, role, path) => {
    await show(PAGE);
    expect((await page.click(await named(page, role, name), CLICK, within())).url).toBe(`${site.origin}${path}`);
    expect(page.url()).toBe(`${site.origin}${path}`);
  });

  test.each([
    ['Blank', 'link'],
    ['Window', 'button'],
  ])('a window opened by %s is reported with its opener before the click answers', async (name, role) => {
    await show(PAGE);
    expect((await page.click(await named(page, role, name), CLICK, within())).url).toBe(`${site.origin}/page`);
    expect(popups).toHaveLength(1);
    expect(popups[0]?.opener).toBe(page);
    await popups[0]?.page.waitForLoad('load', within());
    expect(popups[0]?.page.url()).toBe(`${site.origin}/slow?ms=80`);
    expect(await popups[0]?.page.evaluate('document.title', null, within())).toBe('Slow');
  });

  test.each(['window.open("/slow?ms=20", "_blank", "noopener")', 'window.open("/slow?ms=20", "_blank", "width=300,height=200")'])(
    'a window opened by %s is reported too',
    async (script) => {
      await show(`<button onclick='${script}'>Open</button>`);
      await page.click(await named(page, 'button', 'Open'), CLICK, within());
      expect(popups).toHaveLength(1);
    },
  );

  test('a window that is closed as soon as it opened holds nobody up', async () => {
    await show(`<button onclick="window.open('/slow').close()">Open</button>`);
    const from = performance.now();
    await page.click(await named(page, 'button', 'Open'), CLICK, within());
    expect(performance.now() - from).toBeLessThan(3000);
    expect(popups).toEqual([]);
  });

  test.each([
    ['File', 'link'],
    ['Named', 'link'],
    ['Script file', 'button'],
    ['Made up', 'button'],
  ])('a download by %s is reported before the click answers, and can be saved', async (name, role) => {
    using folder = temporaryFolder();
    await show(PAGE);
    await page.click(await named(page, role, name), CLICK, within());
    const reported = (): boolean => events.some((event) => event.kind === 'download');
    // A file that a script makes up gives no sign beforehand.
    expect(reported() || name === 'Made up').toBe(true);
    await expect.poll(reported).toBe(true);
    const download = events.find((event) => event.kind === 'download');
    expect(download).toMatchObject({ suggestedName: 'a.txt' });
    await download?.save(`${folder.path}/saved.txt`);
    expect(readFileSync(`${folder.path}/saved.txt`, 'utf8')).toBe('downloaded\n');
    expect(page.url()).toBe(`${site.origin}/page`);
  });

  test('a dialog ends the click at once, and is answered later', async () => {
    await show(PAGE);
    const alert = await named(page, 'button', 'Alert');
    const from = performance.now();
    expect(await page.click(alert, CLICK, within())).toMatchObject({ name: 'Alert' });
    expect(performance.now() - from).toBeLessThan(3000);
    expect(dialogs()).toMatchObject([{ kind: 'alert', message: 'Stop \u202e here' }]);
    expect(await page.title(within(300))).toBe('');
    await dialogs()[0]?.accept();
    expect(await js('after')).toBe(1);
  });
});

test('prompts and confirmations take their answers', async () => {
  await show('<p>x');
  const asked = js(`[prompt('Name?', 'Ann'), confirm('Sure?')]`);
  await expect.poll(() => dialogs().length).toBe(1);
  expect(dialogs()[0]).toMatchObject({ kind: 'prompt', message: 'Name?', defaultValue: 'Ann' });
  await dialogs()[0]?.accept('Bob');
  await expect.poll(() => dialogs().length).toBe(2);
  await dialogs()[1]?.dismiss();
  expect(await asked).toEqual(['Bob', false]);
});

test('closing a tab asks nothing, whatever the page would like to ask', async () => {
  await show(
    `<button>Go</button><script>addEventListener('beforeunload', (event) => { event.preventDefault(); event.returnValue = 'x' })</script>`,
  );
  await page.click(await named(page, 'button', 'Go'), CLICK, within());
  await page.close();
  expect(events.at(-1)).toEqual({ kind: 'closed' });
  expect(dialogs()).toEqual([]);
  expect(await failureOf(page.text(null, within(500)))).toMatchObject({ code: 'page-closed' });
});

describe('scripts', () => {
  test.each([
    ['1 + 1', 2],
    ['await Promise.resolve(3)', 3],
    ['async () => 4', 4],
    ['() => ({ a: [1, null, "x"] })', { a: [1, null, 'x'] }],
    ['{ a: 1 }', { a: 1 }],
    ['const x = 5; x * 2', 10],
    ['let y = 1; for (const z of [1, 2]) y += z; y', 4],
    ['new Map([["k", 1]])', [['k', 1]]],
    ['document.body', '<body></body>'],
    ['NaN', 'NaN'],
    ['undefined', undefined],
    ['null', null],
    ['10n', '10n'],
    ['new Date(0)', '1970-01-01T00:00:00.000Z'],
    ['const a = {}; a.self = a; a', { self: '[circular]' }],
    ['"a\\nb"', 'a\nb'],
    ['const s = { q: 1 }; ({ x: s, y: [s, s] })', { x: { q: 1 }, y: [{ q: 1 }, { q: 1 }] }],
    [
      '({ f() { return 1 }, s: Symbol("q"), b: 5n, z: -0, n: undefined })',
      { f: 'f() { return 1 }', s: 'Symbol(q)', b: '5n', z: 0, n: null },
    ],
    ['new Proxy([{ a: 1 }, new Proxy({ b: [2] }, {})], {})', [{ a: 1 }, { b: [2] }]],
    ['[new URL("http://a.test/"), new DOMPoint(1, 2), new Uint8Array([1, 2])]', ['http://a.test/', { x: 1, y: 2, z: 0, w: 1 }, [1, 2]]],
    ['({ e: document.createElement("i"), t: new Text("x"), w: window, r: /a/g })', { e: '<i></i>', t: 'x', w: '[window]', r: '/a/g' }],
    ['JSON.parse(`{"__proto__": {"a": 1}}`)', JSON.parse('{"__proto__":{"a":1}}') as unknown],
    ['new Set([[1], "x"])', [[1], 'x']],
  ])('%s is a value', async (source, value) => {
    await page.goto('about:blank', 'load', within());
    expect(await js(source)).toEqual(value);
  });

  // F8
  test('a value is taken apart where no method of the page has a say, whatever it changed', async () => {
    await show(`<p id=p>hi</p><script>
      const lie = () => 'a lie';
      for (const each of [Array, Object, String, Number, Map, Set, Node, Function, RegExp]) each.prototype.toJSON = lie;
      for (const each of ['from', 'isArray']) Array[each] = lie;
      for (const each of ['keys', 'entries', 'fromEntries']) Object[each] = lie;
      JSON.stringify = JSON.parse = lie;
      Array.prototype.includes = Array.prototype.push = Array.prototype.map = lie;
      Array.prototype[Symbol.iterator] = lie;
      Object.defineProperty(Array.prototype, '0', { set: lie, configurable: true });
    </script>`);
    expect(await js('({ a: [1, 2], m: { n: [[]] }, s: "x" })')).toMatchObject({ a: [1, 2], m: { n: [[]] }, s: 'x' });
    expect(await js('[new Proxy({ a: [1] }, {}), new Proxy([1, 2], {})]')).toMatchObject([{ a: [1] }, [1, 2]]);
    expect(await js('document.querySelectorAll("p")')).toEqual(['<p id="p">hi</p>']);
    expect(await failureOf(js('({ get a() { throw new Error("no") } })'))).toMatchObject({ code: 'script-failed' });
    // Ten million parts, were each copied that many times.
    expect(await js('let deep = [1]; for (let i = 0; i < 18; i++) deep = [deep, deep, deep]; deep')).toHaveLength(3);
    expect(await js('const far = {}; let at = far; for (let i = 0; i < 5000; i++) at = at.next = {}; far')).toHaveProperty('next');
  });

  test.each([
    ['throw new Error("it broke")', 'Error: it broke'],
    ['Promise.reject(new TypeError("later"))', 'TypeError: later'],
    ['throw "text"', 'text'],
    ['nope', 'ReferenceError: nope is not defined'],
    ['1 +', 'SyntaxError'],
  ])('%s fails with the words of the page', async (source, words) => {
    const failure = await failureOf(js(source));
    expect(failure).toMatchObject({ code: 'script-failed', exit: 1 });
    expect(failure.message).toContain(words);
    expect(failure.message).not.toContain('\n');
  });

  test('the element that is named comes as the argument', async () => {
    await show('<button id=b data-k=v>Go</button>');
    expect(await page.evaluate('(element) => element.dataset.k', await matching(page, '#b'), within())).toBe('v');
  });

  test('one that navigates says so, one that never ends is cut off', async () => {
    await show('<p>x');
    expect(await failureOf(page.evaluate(`location.href = '/status/200'; new Promise(() => {})`, null, within(3000)))).toMatchObject({
      code: 'script-failed',
      message: expect.stringContaining('navigated'),
    });
    expect(await failureOf(page.evaluate('new Promise(() => {})', null, within(300)))).toMatchObject({ exit: 1 });
  });
});

describe('waits', () => {
  test('for a text, a selector, its going, a script and an address', async () => {
    await show('<p id=p hidden>Here I am</p><p id=q>Busy</p>');
    await js(`setTimeout(() => { p.hidden = false; q.remove(); globalThis.ready = true; history.pushState({}, '', '/there') }, 80); null`);
    await Promise.all([
      page.waitForText('Here I am', within(3000)),
      page.waitForSelector('#p', 'visible', within(3000)),
      page.waitForSelector('#q', 'hidden', within(3000)),
      page.waitForFunction('globalThis.ready', within(3000)),
      page.waitForUrl('**/there', within(3000)),
    ]);
    expect(await failureOf(page.waitForText('Never', within(200)))).toMatchObject({ code: 'timeout' });
    expect(await failureOf(page.waitForSelector('#q', 'visible', within(200)))).toMatchObject({ code: 'timeout' });
    expect(await failureOf(page.waitForSelector('p[', 'visible', within(2000)))).toMatchObject({ code: 'selector-invalid', exit: 2 });
    expect(await failureOf(page.waitForFunction('nope.x', within(2000)))).toMatchObject({ code: 'script-failed' });
  });
});

describe('a wait for an address', () => {
  const wait = (glob: string, ms = 3000): ReturnType<typeof failureOf> => failureOf(page.waitForUrl(glob, within(ms)));

  test('goes on when a navigation is cut off by the next, or is a file', async () => {
    await show('<p>x');
    await js(`setTimeout(() => { location.href = '/never' }, 50); setTimeout(() => { location.href = '/download' }, 150);
      setTimeout(() => { location.href = '/status/200' }, 400); null`);
    expect(await page.waitForUrl('**/status/200', within(5000))).toBe(`${site.origin}/status/200`);
  });

  test('ends with what is in the way, unless the page about it is what was waited for', async () => {
    await show('<p>x');
    await js(`setTimeout(() => { location.href = 'http://no-such-host.invalid/a' }, 50); null`);
    expect(await wait('**/done')).toMatchObject({
      code: 'navigation-failed',
      message: 'Cannot open http://no-such-host.invalid/a: no such host (DNS)',
    });
    for (let round = 0; round < 5; round += 1) {
      await show('<p>x');
      await js(`setTimeout(() => { location.href = 'http://no-such-host.invalid/b' }, 20); null`);
      expect(await page.waitForUrl('chrome-error:**', within(3000))).toMatch(/^chrome-error:/);
    }
  });
});

describe('selectors', () => {
  test('of every kind count what they match, in document order', async () => {
    await show('<ul><li>One <b>x</b><li class=c>Two<li>Three</ul><button>Go</button>');
    for (const selector of ['css=li', 'li', 'xpath=//li', '//li', 'role=listitem', 'ul >> li']) {
      const { count, found } = await page.query(selector, 2, within());
      expect([selector, count, found.length]).toEqual([selector, 3, 2]);
    }
    expect(await page.query('role=button[name="Go"]', 5, within())).toMatchObject({
      count: 1,
      found: [{ visible: true, identity: { role: 'button', name: 'Go' } }],
    });
    expect(await page.query('text=Two', 5, within())).toMatchObject({ count: 1 });
    expect(await page.query('.none', 5, within())).toMatchObject({ count: 0, found: [] });
    for (const wrong of ['li[', 'xpath=//[', 'role=', 'nosuch=1']) {
      expect(await failureOf(page.query(wrong, 5, within()))).toMatchObject({ code: 'selector-invalid', exit: 2 });
    }
  });
});
