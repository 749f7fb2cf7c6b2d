/** Browsers that somebody else started, or a server for us: what is ours in them, what is not, and that we notice when they are gone. */
import { readFileSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright';
import { expect, test } from 'vitest';
import { findExecutables } from '../../browse/adapters/playwright/launch/executables.ts';
import { joinThrough } from '../../browse/adapters/playwright/internals/server-side.ts';
import type { Message, Transport } from '../../browse/adapters/playwright/internals/server-side.ts';
import { makeJoined } from '../../browse/adapters/playwright/connect/joined.ts';
import { join } from '../../browse/adapters/playwright/connect/joining.ts';
import { registerEngine } from '../../browse/adapters/playwright/page/selectors.ts';
import { openCdpTunnel } from '../../browse/adapters/playwright/connect/cdp-tunnel.ts';
import { Deadline } from '../../browse/base/deadline.ts';
import { launchBrowser, within } from '../support/browser.ts';
import { CLICK, failureOf, matching, named } from '../support/finding.ts';
import { temporaryFolder } from '../support/folder.ts';
import { playwrightServer } from '../support/playwright-server.ts';
import { eventually } from '../support/processes.ts';
import { rounds } from '../support/rounds.ts';
import { serve } from '../support/site.ts';
import { BrowseError } from '../../browse/protocol/errors.ts';
import type { Page, PageEvent } from '../../browse/domain/ports/page.ts';
import type { Browser } from '../../browse/domain/ports/browser.ts';

const plain = { userAgent: null, viewport: null, headers: [] };
const at = (endpoint: string) => ({ endpoint, headers: {}, grid: null, headed: false });

/** A page that was there before us listens first, and swaps the label. */
const SWAPPING = `<script>
    globalThis.seen = [];
    addEventListener('click', (event) => { if (event.target.id === 'b') seen.push(event.target.textContent); }, true);
  </script><button id=b>Keep</button><script>
    const b = document.getElementById('b');
    setInterval(() => { b.textContent = b.textContent === 'Keep' ? 'Delete' : 'Keep'; }, 5);
  </script>`;

test('the guard stands before the first script of pages and frames in the browser of a Playwright server, and no click is told as done that met another label', async () => {
  await using site = await serve({ '/swap': SWAPPING, '/opener': '<button onclick="window.open(\'/swap\')">Open</button>' });
  await using far = await launchBrowser('of a Playwright server');
  site.on('/framing', `<iframe src="${site.origin.replace('127.0.0.1', 'localhost')}/swap" width=300 height=100></iframe>`);
  const attack = async (page: Page, keep: Awaited<ReturnType<typeof matching>>): Promise<{ done: number; refused: number }> => {
    const ends = { done: 0, refused: 0 };
    for (let round = 0; round < rounds(100, 5); round++) {
      try {
        await page.click({ ...keep, name: 'Keep', role: 'button', twin: null }, CLICK, within(1500));
        ends.done += 1;
      } catch (error) {
        if (!(error instanceof BrowseError) || !['ref-stale', 'act-broken'].includes(error.code)) throw error;
        ends.refused += 1;
      }
    }
    return ends;
  };
  const { page, session } = far;
  await page.goto(`${site.origin}/swap`, 'load', within());
  await attack(page, await matching(page, '#b'));
  expect(await page.evaluate('seen.filter((text) => text !== "Keep")', null, within()), 'in the page').toEqual([]);

  const windows: Page[] = [];
  session.onPage((opened) => void windows.push(opened));
  await page.goto(`${site.origin}/opener`, 'load', within());
  await page.click(await named(page, 'button', 'Open'), CLICK, within());
  const popup = await eventually('the window', () => windows[0]);
  await popup.waitForLoad('load', within());
  const ends = await attack(popup, await matching(popup, '#b'));
  // The server lets a new window run as soon as it has seen it: our guard may come after the page's own listener there, which then
  // hears of a click that is held back. Nobody is told that such a click was done.
  const seen = (await popup.evaluate('seen', null, within())) as string[];
  expect(seen.filter((text) => text === 'Keep').length, 'in the window').toBeGreaterThanOrEqual(ends.done);
  expect(seen.length).toBeLessThanOrEqual(ends.done + ends.refused);
  await popup.close();

  await page.goto(`${site.origin}/framing`, 'load', within());
  await page.enterFrame({ kind: 'url', url: '/swap' }, within());
  await attack(page, await matching(page, '#b'));
  expect(await page.evaluate('seen.filter((text) => text !== "Keep")', null, within()), 'in the frame').toEqual([]);
}, 180_000);

test('in a browser that others use too, theirs is neither seen nor touched, and ours is gone when we leave', async () => {
  await using site = await serve({ '/asks': '<title>Asks</title><button onclick="document.title = confirm(\'Sure?\')">Ask</button>' });
  const executablePath = findExecutables(true, process.env).found[0]?.path ?? '';
  const server = await chromium.launchServer({ executablePath, host: '127.0.0.1' });
  try {
    const other = await chromium.connect(server.wsEndpoint());
    const theirs = await (await other.newContext()).newPage();
    const asked: string[] = [];
    // Only they answer it: a second client that hears of it would dismiss it.
    theirs.on('dialog', (dialog) => {
      asked.push(dialog.message());
      void dialog.accept();
    });
    const browser = await join(at(server.wsEndpoint()), within(30_000));
    expect(browser).toMatchObject({ single: false, pid: 0, cdpEndpoint: null });
    const session = await browser.newSession(plain);
    const told: Page[] = [];
    session.onPage((page) => void told.push(page));
    const page = await session.newPage();
    await page.goto(`${site.origin}/cookie?ours=1`, 'load', within());
    await theirs.goto(`${site.origin}/asks`);
    await theirs.click('button');
    await expect.poll(() => theirs.title()).toBe('true');
    const popup = theirs.waitForEvent('popup');
    await theirs.evaluate('void window.open("/asks")');
    await (await popup).close();
    expect([asked, told]).toEqual([['Sure?'], []]);
    expect(await theirs.context().cookies()).toEqual([]);

    const root = await other.newBrowserCDPSession();
    const contexts = async (): Promise<number> => (await root.send('Target.getBrowserContexts')).browserContextIds.length;
    // Theirs, ours, and that of the page through which ours is reached.
    expect(await contexts()).toBe(3);
    // Not even from within: the page that carries the tunnel, and theirs, never come through it.
    const far = await chromium.connect(server.wsEndpoint());
    const inside = await joinThrough(await openCdpTunnel(far, new Deadline(within(20_000))), 20_000);
    const again = theirs.waitForEvent('popup');
    await theirs.evaluate('void window.open("/asks")');
    await (await again).close();
    const mine = await (await inside.newContext()).newPage();
    expect(inside.contexts().flatMap((context) => context.pages())).toEqual([mine]);
    await inside.close();
    await far.close();

    await browser.close(within(5000));
    await eventually('what was ours to go', async () => (await contexts()) === 1);
    expect(await theirs.evaluate('1 + 1')).toBe(2);
    await other.close();
  } finally {
    await server.close();
  }
});

test('files go to a browser elsewhere by their contents, at most 50 MiB, and come from it as they are', async () => {
  using folder = temporaryFolder();
  await using site = await serve({
    '/files': `<input type=file id=f multiple onchange="Promise.all([...this.files].map(async (f) => f.name + ' ' + f.type + ' ' + await f.text())).then((all) => document.title = all.join('; '))">
      <a href="data:text/plain,got" download="got.txt">Get</a>`,
  });
  await using far = await launchBrowser('of a Playwright server');
  const { page, events } = far;
  await page.goto(`${site.origin}/files`, 'load', within());
  const [one, two, big] = ['one.txt', 'zwei ☃.png', 'big.bin'].map((name) => `${folder.path}/${name}`) as [string, string, string];
  writeFileSync(one, 'first ☃');
  writeFileSync(two, 'second');
  writeFileSync(big, Buffer.alloc(50 * 1024 * 1024 + 1));
  await page.upload(await matching(page, '#f'), [one, two], within());
  await expect.poll(() => page.title(within())).toBe('one.txt text/plain first ☃; zwei ☃.png image/png second');
  expect(await failureOf(page.upload(await matching(page, '#f'), [big], within()))).toMatchObject({
    code: 'unsuited',
    message: expect.stringContaining('at most 50 MiB in all'),
  });
  await page.click(await named(page, 'link', 'Get'), CLICK, within());
  const download = await eventually('the download', () => events.find((event: PageEvent) => event.kind === 'download'));
  if (download.kind === 'download') await download.save(`${folder.path}/got.txt`);
  expect(readFileSync(`${folder.path}/got.txt`, 'utf8')).toBe('got');
});

/** A browser of a Playwright server, over a line that does with each message what `pass` makes of it. */
async function over(endpoint: string, pass: (message: Message, send: (message: Message) => void) => void): Promise<Browser> {
  const deadline = new Deadline(within(30_000));
  await registerEngine();
  const far = await chromium.connect(endpoint);
  const tunnel = await openCdpTunnel(far, deadline);
  const line: Transport = { send: (message) => pass(message, (each) => tunnel.send(each)), close: () => tunnel.close() };
  Object.assign(tunnel, { onmessage: (message: Message) => line.onmessage?.(message), onclose: () => line.onclose?.() });
  const way = { endpoint: 'line', single: null, cdpEndpoint: null, leave: () => far.close(), beat: 60_000 };
  return makeJoined(await joinThrough(line, 20_000), way, deadline);
}

const COUNTING = '<button onclick="globalThis.n = (globalThis.n ?? 0) + 1">Go</button><label>Name <input></label>';

test('an input that reaches the browser when its time is up is held back, and the click did not happen', async () => {
  await using server = await playwrightServer();
  await using site = await serve({ '/late': COUNTING });
  // Everything from an input on is on its way for longer than the click may take, in its order.
  const waiting: Message[] = [];
  let slow = 0;
  const browser = await over(server.endpoint, (message, send) => {
    if (slow > 0 && waiting.length === 0 && message.method?.startsWith('Input.'))
      setTimeout(() => {
        for (const each of waiting.splice(0)) send(each);
      }, slow);
    else if (waiting.length === 0) return send(message);
    waiting.push(message);
  });
  const page = await (await browser.newSession(plain)).newPage();
  await page.goto(`${site.origin}/late`, 'load', within());
  const go = await named(page, 'button', 'Go');
  for (let round = 0; round < rounds(20, 3); round++) {
    slow = 1500;
    const failure = await failureOf(page.click(go, CLICK, within(1200)));
    expect(['page-hung', 'not-actionable']).toContain(failure.code);
    slow = 0;
    await expect.poll(() => page.responds(within(2000)), { timeout: 10_000 }).toBe(true);
  }
  expect(await page.evaluate('globalThis.n ?? 0', null, within())).toBe(0);
  await page.click(go, CLICK, within());
  expect(await page.evaluate('n', null, within())).toBe(1);
  await browser.close(within(5000));
});

test.each([3_600_000, -3_600_000])('a machine whose clock is %i ms ahead is worked with in time', async (ahead) => {
  await using server = await playwrightServer();
  await using site = await serve({ '/clock': COUNTING });
  // The clock is set before our code asks for it; in our world, where no page sees it.
  const browser = await over(server.endpoint, (message, send) => {
    const { expression } = (message.params ?? {}) as { expression?: string };
    const asks = message.method === 'Runtime.evaluate' && expression?.startsWith('[__browse.document');
    const set = `Date.now = ((now) => () => now() + ${ahead})(Date.now); ${expression}`;
    send(asks ? ({ ...message, params: { ...message.params, expression: set } } as Message) : message);
  });
  const page = await (await browser.newSession(plain)).newPage();
  await page.goto(`${site.origin}/clock`, 'load', within());
  expect(await page.click(await named(page, 'button', 'Go'), CLICK, within())).toMatchObject({ name: 'Go' });
  expect(await page.fill(await named(page, 'textbox', 'Name'), 'Ann', within())).toMatchObject({ value: 'Ann' });
  // What was given up is given up over there too: it is not done when it could be.
  await page.evaluate('document.querySelector("input").disabled = true', null, within());
  const late = await failureOf(page.fill(await named(page, 'textbox', 'Name'), 'late', within(1500)));
  expect(['not-actionable', 'page-hung']).toContain(late.code);
  await page.evaluate('document.querySelector("input").disabled = false', null, within());
  expect((await page.query('input', 1, within())).count).toBe(1);
  expect(
    await page.evaluate('new Promise((done) => setTimeout(() => done(document.querySelector("input").value), 100))', null, within()),
  ).toBe('Ann');
  await browser.close(within(5000));
});

test('megabytes of any text pass whole in both directions', async () => {
  await using far = await launchBrowser('of a Playwright server');
  const text = 'aé☃😀"\\\n'.repeat(100_000);
  expect(await far.page.evaluate(`(${JSON.stringify(text)}).length`, null, within(30_000))).toBe(text.length);
  expect(await far.page.evaluate("'aé☃😀\"\\\\\\n'.repeat(100000)", null, within(30_000))).toBe(text);
});

test('a browser that answers no more without hanging up is noticed, and said once', async () => {
  await using server = await playwrightServer();
  const browser = await join(at(server.endpoint), within(30_000), 300);
  const lost: string[] = [];
  browser.onCrash(() => lost.push('lost'));
  await browser.newSession(plain);
  process.kill(server.pid, 'SIGSTOP');
  try {
    await eventually('the silence to be noticed', () => lost.length > 0, 10_000);
    expect(await failureOf(browser.newSession(plain))).toMatchObject({ code: 'browser-gone', exit: 4 });
  } finally {
    process.kill(server.pid, 'SIGCONT');
  }
  await browser.close(within(5000));
  expect(lost).toEqual(['lost']);
});

test('a server of another version, of another engine, without the path, or that is none, is told apart in one line', async () => {
  await using server = await playwrightServer();
  await using site = await serve({ '/': 'a page' });
  const why = async (endpoint: string, more: object = {}): Promise<string> =>
    ((await failureOf(join({ ...at(endpoint), ...more }, within(20_000)))) as unknown as { message: string }).message.replace(
      /^.*?: (?=\D)/,
      '',
    );
  const old = { headers: { 'User-Agent': 'Playwright/1.50.0 (x)' } };
  expect(await why(server.endpoint, old)).toMatch(/^it runs Playwright 1\.\d+, which no other version can join, and this is 1\.50$/);
  expect(await why(server.endpoint.replace('/pw', '/none'))).toBe('it answered 400');
  expect(await why(`${server.endpoint}?browser=firefox`)).toMatch(/^(?:Executable doesn't exist at|it has firefox)/);
  expect(await why(site.origin)).toMatch(/^(?:it answered 404|what answers there is no browser)/);
  expect(await why(`${site.origin.replace('http', 'ws')}/`)).toMatch(/^it answered \d+$/);
  expect(await why(`http://127.0.0.1:${server.port}`, { grid: { capabilities: null } })).toBe('what answers there is no Selenium Grid');
  expect(server.browsers()).toBe(0);
  // Its address over HTTP is enough: it tells its path.
  const browser = await join(at(`http://127.0.0.1:${server.port}`), within(30_000));
  expect(server.browsers()).toBe(1);
  await browser.close(within(5000));
  await eventually('the server to end the browser that it started', () => server.browsers() === 0, 10_000);
});
