/** Traffic as it is made to be: answers of one's own, delays, no network, a slow one; for pages to come too, and across a restart. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import { serve } from '../support/site.ts';
import { sharedDaemon } from '../support/shared-cli.ts';

const freshUser = sharedDaemon();

const ask = (path: string): string =>
  `fetch('${path}', { cache: 'no-store' }).then(async (r) => [r.status, r.headers.get('content-type'), await r.text()].join(' '), (e) => 'failed')`;

test('route answers with a status, a body or a file, stops or holds up requests, and unroute lets them through again', async () => {
  await using site = await serve({
    '/api/items': (_, response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end('real'),
  });
  await using user = cli();
  await user.ok('goto', `${site.origin}/status/200`);
  expect(await user.ok('routes')).toBe('(no routes)');
  expect(await user.ok('route', '**/api/items', '--status', '503')).toBe('Route set: **/api/items → status 503');
  expect(await user.ok('js', ask('/api/items'))).toMatch(/^503 /);
  await user.ok('route', '**/api/items', '--body', '[{"id":1}]');
  expect(await user.ok('js', ask('/api/items'))).toBe('200 application/json [{"id":1}]');
  writeFileSync(join(user.cwd, 'a.css'), 'b{}');
  await user.ok('route', '**/api/items', '--file', 'a.css', '--status', '201');
  expect(await user.ok('js', ask('/api/items'))).toBe('201 text/css b{}');
  expect(site.count('/api/items')).toBe(0);
  await user.ok('route', '**/api/items', '--delay', '300');
  expect(
    Number(
      await user.ok(
        'js',
        `(async () => { const t = performance.now(); await ${ask('/api/items')}; return Math.round(performance.now() - t); })()`,
      ),
    ),
  ).toBeGreaterThan(290);
  expect(site.count('/api/items')).toBe(1);
  await user.ok('route', '/api/', '--abort');
  expect(await user.ok('routes')).toBe('**/api/items → delay 300ms\n/api/ → abort');
  expect(await user.ok('js', ask('/api/items'))).toBe('failed');
  expect(await user.ok('network', '--status', 'failed', '--no-fence')).toMatch(/→ failed \(net::ERR_BLOCKED_BY_CLIENT/);
  await user.ok('restart', '--restore');
  expect(await user.ok('js', ask('/api/items'))).toBe('failed');
  expect(await user.ok('unroute')).toBe('Routes removed: 2');
  expect(await user.ok('js', ask('/api/items'))).toBe('200 text/plain real');
});

test('routes that make no sense are usage errors that say why', async () => {
  await using user = freshUser();
  const no = async (...argv: string[]): Promise<string> => {
    const run = await user.run(argv);
    expect(run.exit, String(run)).toBe(2);
    return run.stderr;
  };
  expect(await no('route', '**/{a', '--abort')).toBe('The glob "**/{a" cannot be read: a { without its }. Run: browse help route\n');
  expect(await no('route', '**')).toContain('route needs --abort, --status, --body, --file, --har or --delay');
  expect(await no('route', '**', '--abort', '--status', '500')).toContain('--abort or an answer, not both');
  expect(await no('route', '**', '--body', 'a', '--file', 'b')).toContain('one of --body, --file and --har');
  expect(await no('route', '**', '--status', '999')).toContain('--status takes 100 to 599');
  expect(await no('route', '**', '--file', 'nowhere.txt')).toMatch(/There is no file \S+nowhere\.txt/);
  expect(await no('unroute', '**/none')).toContain('There is no route "**/none"');
  expect(await no('throttle', '2g')).toContain('PROFILE takes slow-3g, 3g, 4g, off');
});

test('a page is answered from a HAR file that was exported before, with the server gone', async () => {
  const site = await serve({
    '/page': `<title>busy</title><script>fetch('/redirect?to=/api').then((r) => r.json()).then((v) => (document.title = v.name))</script>`,
    '/api': (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"name":"Ada"}'),
  });
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/page`);
  await user.ok('wait', '--fn', 'document.title === "Ada"');
  await user.ok('har', 'export', 'page.har');
  await site[Symbol.asyncDispose]();
  expect((await user.run(['goto', `${site.origin}/page`])).exit).toBe(1);
  await user.ok('route', `${site.origin}/**`, '--har', 'page.har');
  expect(await user.ok('goto', `${site.origin}/page`)).toBe(`Navigated to ${site.origin}/page (200)`);
  await user.ok('wait', '--fn', 'document.title === "Ada"');
});

test('offline cuts open pages and new ones off, throttle slows both down, and off ends it', async () => {
  await using site = await serve({ '/api': (_, response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end('real') });
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/status/200`);
  expect(await user.ok('offline', 'on')).toBe('Offline');
  expect(await user.ok('js', ask('/api'))).toBe('failed');
  expect((await user.run(['newtab', `${site.origin}/status/200`])).stderr).toMatch(/Cannot open .*: the network cannot reach it/);
  expect(await user.ok('offline', 'off')).toBe('Online');
  expect(await user.ok('js', ask('/api'), '--tab', '1')).toBe('200 text/plain real');
  expect(await user.ok('throttle', '3g')).toBe('Throttle 3g: 562ms latency, 1440 kbit/s down');
  const timed = `(async () => { const t = performance.now(); await ${ask('/api')}; return Math.round(performance.now() - t); })()`;
  expect(Number(await user.ok('js', timed, '--tab', '1'))).toBeGreaterThan(500);
  await user.ok('newtab', `${site.origin}/status/200`);
  expect(Number(await user.ok('js', timed))).toBeGreaterThan(500);
  expect(await user.ok('throttle', 'off')).toBe('Throttle off');
  expect(Number(await user.ok('js', timed))).toBeLessThan(500);
});
