/** HAR files: what they hold is what the server sent, other tools read them, and Playwright replays them. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { expect, test } from 'vitest';
import { findExecutables } from '../../browse/adapters/playwright/launch/executables.ts';
import { cli } from '../support/cli.ts';
import { serve } from '../support/site.ts';

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

test('har export writes what was requested before anybody asked, by address and time', async () => {
  await using site = await serve();
  await using user = cli();
  await user.ok('goto', `${site.origin}/status/201`);
  await user.ok('goto', `${site.origin}/status/202`);
  expect(await user.ok('har', 'export', 'some.har', '--url', '**/status/202')).toBe(
    `HAR saved: ${join(user.cwd, 'some.har')} (1 requests)`,
  );
  const refused = await user.run(['har', 'export', join(user.cwd, 'no/such/folder.har')]);
  expect([refused.exit, refused.stderr.split('\n')]).toEqual([5, [expect.stringContaining('no/such/folder.har'), '']]);
  expect((await user.run(['har', 'export', 'x.har', '--url', '{a'])).exit).toBe(2);
});
