/** HAR files: what they hold is what the server sent, other tools read them, and Playwright replays them. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { expect, test } from 'vitest';
import { findExecutables } from '../../browse/adapters/playwright/launch/executables.ts';
import { cli } from '../support/cli.ts';
import { serve } from '../support/site.ts';
import { ROOT } from '../support/sources.ts';

type Har = {
  readonly log: {
    readonly version: string;
    readonly creator: { readonly name: string };
    readonly entries: readonly {
      readonly startedDateTime: string;
      readonly time: number;
      readonly request: {
        readonly method: string;
        readonly url: string;
        readonly headers: readonly object[];
        readonly postData?: { readonly text: string };
      };
      readonly response: {
        readonly status: number;
        readonly redirectURL: string;
        readonly content: { readonly text?: string; readonly mimeType: string; readonly size: number };
      };
      readonly timings: Readonly<Record<'send' | 'wait' | 'receive', number>>;
    }[];
  };
};

const PAGE = `<title>busy</title><script>
  (async () => {
    const first = await (await fetch('/api?n=1')).json();
    const landed = await (await fetch('/redirect?to=/api%3Fn=2')).json();
    const posted = await (await fetch('/api?n=3', { method: 'POST', body: 'a=1&password=hunter22', headers: { 'content-type': 'application/x-www-form-urlencoded' } })).json();
    document.title = 'done ' + [first.n, landed.n, posted.n];
  })();</script>`;

test('har stop writes what was requested since har start, and Playwright replays the page from it without the server', async () => {
  const site = await serve({
    '/page': PAGE,
    '/api': ({ url }, response) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ n: Number(/n=(\d)/.exec(url)?.[1]) })),
  });
  await using user = cli();
  await user.ok('goto', `${site.origin}/status/404`);
  expect((await user.run(['har', 'stop', 'x.har'])).stderr).toBe('Nothing is being recorded. Run: browse har start\n');
  expect(await user.ok('har', 'start')).toBe('HAR recording started');
  await user.ok('goto', `${site.origin}/page`);
  await user.ok('wait', '--fn', 'document.title.startsWith("done")');
  const path = join(user.cwd, 'all.har');
  expect(await user.ok('har', 'stop', 'all.har')).toBe(`HAR saved: ${path} (5 requests)`);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const { log } = JSON.parse(readFileSync(path, 'utf8')) as Har;
  expect([log.version, log.creator.name]).toEqual(['1.2', 'browse']);
  const seen = log.entries.map(({ request, response }) => [
    request.method,
    request.url.replace(site.origin, ''),
    response.status,
    response.redirectURL,
  ]);
  expect(seen).toEqual([
    ['GET', '/page', 200, ''],
    ['GET', '/api?n=1', 200, ''],
    ['GET', '/redirect?to=/api%3Fn=2', 302, `${site.origin}/api?n=2`],
    ['GET', '/api?n=2', 200, ''],
    ['POST', '/api?n=3', 200, ''],
  ]);
  expect(log.entries[1]?.response.content).toEqual({ size: 7, mimeType: 'application/json', text: '{"n":1}' });
  expect(log.entries[4]?.request.postData?.text).toBe('a=1&password=****');
  for (const { startedDateTime, time, timings } of log.entries) {
    expect(new Date(startedDateTime).toISOString()).toBe(startedDateTime);
    expect(Math.min(time, timings.send, timings.wait, timings.receive)).toBeGreaterThanOrEqual(0);
  }
  await site[Symbol.asyncDispose]();
  const browser = await chromium.launch({
    executablePath: findExecutables(true, process.env).found[0]?.path ?? '',
    chromiumSandbox: false,
  });
  try {
    const page = await browser.newPage();
    // The body that was posted is hidden in the file: the recorded one is matched by address.
    await page.routeFromHAR(path, { notFound: 'abort' });
    await page.route('**/api?n=3', (route) => route.fulfill({ json: { n: 3 } }));
    await page.goto(`${site.origin}/page`);
    await page.waitForFunction(() => document.title.startsWith('done'));
    expect(await page.title()).toBe('done 1,2,3');
  } finally {
    await browser.close();
  }
});

// F4
const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64');
const BYTES = Buffer.from(Array.from({ length: 512 }, (_, at) => at % 256));
const FIVE_MEGABYTES = JSON.stringify({ rows: 'x'.repeat(5 * 1024 * 1024) });
const SCRIPT = `const fields = { password: document.title, token: "shown" };
  const bytes = async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer());
  (async () => {
    const binary = await bytes('/some.bin');
    const { rows } = await (await fetch('/large.json')).json();
    await document.fonts.load('16px icons');
    await document.querySelector('img').decode();
    const said = [binary.every((each, at) => each === at % 256), binary.length, rows.length, document.querySelector('img').naturalWidth,
      document.fonts.check('16px icons'), getComputedStyle(document.querySelector('p')).color, fields.password, inline.secret];
    document.querySelector('p').textContent = said.join(' ');
    document.title = 'done';
  })();`;
const WHOLE = `<title>whole</title><link rel=stylesheet href=/style.css><img src=/pixel.png><p>not run</p>
  <script>const inline = { secret: String(1 + 1), password: 'kept out' };</script><script src=/app.js></script>`;
const RESULT = 'true 512 5242880 1 true rgb(1, 2, 3) whole 2';

test('a recording has every body, and what Playwright and route --har make of it works: script, style, font, image, bytes, 5 MB', async () => {
  const of = (type: string, body: string | Buffer) => (_: unknown, response: ServerResponse) =>
    void response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
  const fonts = join(ROOT, 'node_modules/playwright-core/lib/vite/traceViewer');
  const font = readFileSync(join(fonts, readdirSync(fonts).find((name) => name.endsWith('.ttf')) ?? ''));
  const site = await serve({
    '/whole': WHOLE,
    '/app.js': of('text/javascript', SCRIPT),
    '/style.css': of('text/css', '@font-face { font-family: icons; src: url(/icons.ttf) } p { color: rgb(1, 2, 3) }'),
    '/icons.ttf': of('font/ttf', font),
    '/pixel.png': of('image/png', PIXEL),
    '/some.bin': of('application/octet-stream', BYTES),
    '/large.json': of('application/json', FIVE_MEGABYTES),
  });
  await using user = cli();
  const url = `${site.origin}/whole`;
  const result = async (): Promise<string> => {
    await user.ok('goto', url);
    await user.ok('wait', '--fn', 'document.title === "done"');
    return user.ok('text', 'p', '--no-fence');
  };
  expect(await result()).toBe(RESULT);
  // Before a recording bodies of text alone are kept, and it is said what a file lacks.
  const before = await user.ok('har', 'export', 'before.har');
  expect(before.split('\n').slice(1)).toEqual([
    expect.stringMatching(/^ {2}\d × (?:bodies of type|it is not text|it is larger)/),
    ...Array.from({ length: 4 }, () => expect.stringMatching(/^ {2}\d × /)),
    'A replay asks the server for what has no body',
  ]);
  await user.ok('har', 'start');
  expect(await result()).toBe(RESULT);
  expect(await user.ok('har', 'stop', 'whole.har')).toBe(`HAR saved: ${join(user.cwd, 'whole.har')} (7 requests)`);
  // What is not kept is asked of the server.
  await user.ok('route', '**', '--har', 'before.har');
  expect(await result()).toBe(RESULT);
  await user.ok('unroute', '**');
  await site[Symbol.asyncDispose]();
  await user.ok('route', '**', '--har', 'whole.har');
  expect(await result()).toBe(RESULT);
  const browser = await chromium.launch({
    executablePath: findExecutables(true, process.env).found[0]?.path ?? '',
    chromiumSandbox: false,
  });
  try {
    const page = await browser.newPage();
    await page.routeFromHAR(join(user.cwd, 'whole.har'), { notFound: 'abort' });
    await page.goto(url);
    await page.waitForFunction(() => document.title === 'done');
    expect(await page.textContent('p')).toBe(RESULT);
  } finally {
    await browser.close();
  }
  // What looks like a secret in the document is none of what it runs on.
  expect(readFileSync(join(user.cwd, 'whole.har'), 'utf8')).not.toContain('kept out');
});

test('har export writes what was requested before anybody asked, by address and time', async () => {
  await using site = await serve();
  await using user = cli();
  await user.ok('goto', `${site.origin}/status/201`);
  await user.ok('goto', `${site.origin}/status/202`);
  expect(await user.ok('har', 'export', 'some.har', '--url', '**/status/202')).toBe(`HAR saved: ${join(user.cwd, 'some.har')} (1 request)`);
  const refused = await user.run(['har', 'export', join(user.cwd, 'no/such/folder.har')]);
  expect([refused.exit, refused.stderr.split('\n')]).toEqual([5, [expect.stringContaining('no/such/folder.har'), '']]);
  expect((await user.run(['har', 'export', 'x.har', '--url', '{a'])).exit).toBe(2);
});
