/** Logs of one's own applications beside what their pages do: one time line, one port that moves in place, and who may not post. */
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LogLine } from '../../browse/commands/logs.ts';
import type { Refreshed } from '../../browse/protocol/status.ts';
import { cli } from '../support/cli.ts';
import { statusOf } from '../support/daemons.ts';
import { freePorts, post } from '../support/posting.ts';
import { eventually } from '../support/processes.ts';
import { serve } from '../support/site.ts';

const T = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = `00-${T}-00f067aa0ba902b7-01`;

/** `[source] what it is about` of each row, in order. */
function told(lines: readonly LogLine[]): string[] {
  return lines.map((line) => `[${line.source}] ${'request' in line ? new URL(line.request.url).pathname : line.event.text}`);
}

// F3
test('daemons of one user listen each on a port of its own, and none of them loses a line', async () => {
  await using one = cli();
  await using two = cli();
  const served = await Promise.all([one, two].map((user) => user.ok('logs', 'serve')));
  const urls = served.map((text) => /^JSON lines, sendBeacon: (\S+)$/m.exec(text)?.[1] ?? '');
  expect(new Set(urls.map((url) => new URL(url).port)).size).toBe(2);
  const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => post(urls[at % 2] ?? '', `{"msg":"line ${at}"}`)));
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  const lines = await Promise.all([one, two].map((user) => user.json<readonly LogLine[]>('logs', '--source', 'app')));
  expect(lines.map((each) => told(each).length)).toEqual([10, 10]);
});

test('a trace shows the page, its console and the server in one time line; no secret and no key is kept', async () => {
  await using user = cli();
  let url = '';
  await using site = await serve({
    '/': `<title>shop</title><script>
      window.run = async (url) => {
        console.log('asking');
        await fetch('/api', { headers: { traceparent: '${PARENT}' } }).then((r) => r.text());
        navigator.sendBeacon(url, JSON.stringify({ level: 'info', msg: 'sent as a beacon', trace: '${T}', password: 'PLANTED-beacon' }));
        const headers = { 'content-type': 'application/json', traceparent: '${PARENT}' };
        const answer = await fetch(url, { method: 'POST', headers, body: '{"msg":"posted by the page","token":"PLANTED-page"}' });
        console.log('done');
        return answer.json();
      };</script>`,
    '/api': async ({ headers }, response) => {
      const [, traceId] = String(headers['traceparent']).split('-');
      const logRecords = [{ severityNumber: 17, traceId, body: { stringValue: 'api_key=PLANTED-server out of stock' } }];
      const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'stock' } }] };
      await post(`${url}/v1/logs`, JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] }), {
        'content-type': 'application/json',
      });
      response.end('none left');
    },
  });
  const served = await user.ok('logs', 'serve');
  url = /^JSON lines, sendBeacon: (\S+)$/m.exec(served)?.[1] ?? '';
  expect(served).toMatch(/^Listening on http:\/\/127\.0\.0\.1:77\d\d for logs of work-[0-9a-f]{6}\n/);
  const slow = saysNothingMore(url);
  await user.ok('goto', site.origin);
  const answer = await user.json<{ readonly value: unknown }>('js', `run(${JSON.stringify(url)})`);
  expect(JSON.stringify(answer)).toContain('"accepted":1');
  // The beacon is on its way by itself.
  const timeline = await eventually('all of the trace', async () => {
    const lines = await user.json<readonly LogLine[]>('logs', '--trace', PARENT);
    return told(lines).includes('[app] sent as a beacon') && lines;
  });
  const all = told(timeline);
  for (const line of ['[network] /api', '[console] asking', '[app] posted by the page', '[console] done']) expect(all).toContain(line);
  expect(all).toContain('[app] api_key=**** out of stock');
  expect(all.indexOf('[network] /api')).toBeLessThan(all.indexOf('[app] api_key=**** out of stock'));
  expect(all.indexOf('[app] api_key=**** out of stock')).toBeLessThan(all.indexOf('[console] done'));
  expect(await user.ok('logs', '--trace', T, '--source', 'app')).toMatch(
    new RegExp(`\\[app\\] \\[error\\] api_key=\\*{4} out of stock \\(stock, trace ${T}\\)`),
  );
  // The same by the command that began it.
  const command = timeline.flatMap((line) => ('event' in line && line.event.text.startsWith('js ') ? [line.event.trace ?? ''] : []))[0];
  expect(
    told(await user.json<readonly LogLine[]>('logs', '--trace', command ?? '')).filter((line) => line.startsWith('[app]')),
  ).toHaveLength(3);
  const id = timeline.flatMap((line) => ('request' in line && line.request.url.endsWith('/api') ? [line.request.id] : []))[0];
  expect(await user.ok('request', `${id}`)).toContain(`\ntrace id: ${T}\n`);

  const key = url.slice(-32);
  const holding = (word: string): string[] =>
    readdirSync(user.home, { recursive: true, encoding: 'utf8' }).filter((name) => {
      const path = join(user.home, name);
      return !name.startsWith('tmp/') && statSync(path).isFile() && readFileSync(path).includes(word);
    });
  expect(holding('out of stock').some((name) => name.startsWith('log.db'))).toBe(true);
  expect(holding('PLANTED-')).toEqual([]);
  expect(holding(key)).toEqual(['run/settings.json']);
  expect(statSync(join(user.home, 'run/settings.json')).mode & 0o777).toBe(0o600);
  // It held up nobody, and is let go of after ten seconds.
  expect(await slow).toMatch(/^HTTP\/1\.1 408 /);
});

test('D-15: port and origins change in place, rows go on; who has no key, a wrong origin or too much gets nowhere', async () => {
  await using user = cli();
  await using site = await serve({ '/': '<title>page</title>' });
  const [first = 0, second = 0] = await freePorts(2);
  const config = join(user.home, 'config.json');
  // A checked-out folder configures nothing.
  writeFileSync(join(user.cwd, 'config.json'), JSON.stringify({ logs: { port: second } }));
  await user.ok('start');
  writeFileSync(config, JSON.stringify({ logs: { port: first } }));
  await user.ok('refresh');
  const { url, address } = await user.json<{ readonly url: string; readonly address: string }>('logs', 'serve');
  expect(address).toBe(`http://127.0.0.1:${first}`);
  const { pid } = await statusOf(user);

  const status = async (to: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<number> =>
    (await post(to, body, headers)).status;
  expect(await status(url, '{"msg":"first"}')).toBe(200);
  expect(await status(`${address}/ingest/${'x'.repeat(32)}`, '{}')).toBe(404);
  expect(await status(`${address}/v1/status`, '{}')).toBe(404);
  expect(await status(url, '{', {})).toBe(400);
  expect(await status(url, '{}', { origin: 'https://evil.example' })).toBe(403);
  expect(await large(url)).toBe(413);
  const flood = await Promise.all(Array.from({ length: 100 }, () => status(url, '{"m":1}\n'.repeat(400), { 'user-agent': 'flood' })));
  expect(flood.filter((each) => each === 429).length).toBeGreaterThan(20);
  expect(await status(url, '{"msg":"in between"}', { 'user-agent': 'other' })).toBe(200);
  await user.ok('goto', site.origin);
  const fetched = `fetch(${JSON.stringify(url)}, { method: 'POST', body: '{}' }).then((r) => r.status, () => 'refused')`;
  expect(await user.ok('js', fetched)).toBe('200');

  writeFileSync(config, JSON.stringify({ logs: { port: second, origins: ['https://dev.example'] } }));
  const refreshed = await user.json<Refreshed>('refresh', 'logs');
  expect(refreshed).toMatchObject({ pid, changed: ['config.logs.port', 'config.logs.origins'] });
  expect(refreshed.closedHandles).toBeGreaterThanOrEqual(1);
  const moved = url.replace(String(first), String(second));
  expect(await status(url, '{}')).toBe(0);
  const allowed = await post(moved, '{"msg":"second"}', { origin: 'https://dev.example' });
  expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([200, 'https://dev.example']);
  expect(await user.ok('js', fetched.replace(String(first), String(second)))).toBe('refused');
  expect((await user.json<Refreshed>('refresh')).changed).toEqual([]);
  expect(await user.ok('status')).toMatch(
    new RegExp(
      `^logs: running, pid \\d+, http://127\\.0\\.0\\.1:${second} for work-[0-9a-f]{6}; \\d+ rows taken, \\d+ requests refused; last refreshed \\d+s ago$`,
      'm',
    ),
  );

  // Nothing of a configuration that cannot be read is used.
  writeFileSync(config, '{"logs": {"port": "x"}}');
  const broken = await user.run(['refresh', 'logs']);
  expect([broken.exit, broken.stderr]).toEqual([4, expect.stringContaining('"logs.port" is a number from 1 to 65535')]);
  expect(await status(moved, '{"msg":"third"}')).toBe(200);
  writeFileSync(config, JSON.stringify({ logs: { port: second } }));
  const kept = await user.ok(
    'logs',
    'sql',
    "SELECT text FROM events WHERE kind = 'app' AND text IN ('first', 'in between', 'second', 'third')",
    '--no-fence',
  );
  expect(kept).toBe('text\nfirst\nin between\nsecond\nthird');
  for (const end of ['', '-wal', '-shm']) rmSync(join(user.home, `log.db${end}`), { force: true });
  await user.ok('refresh', 'logs');
  expect(await status(moved, '{"msg":"in the new file"}')).toBe(200);
  expect(await user.ok('logs', '--source', 'app', '--no-fence')).toMatch(/\[app\] \[info\] in the new file$/);

  // It outlives the daemon, under the same address.
  await user.ok('restart');
  await eventually('the port to be there again', async () => (await status(moved, '{"msg":"after"}')) === 200);
  expect(await user.ok('logs', '--source', 'app', '--no-fence')).toMatch(/\[app\] \[info\] after$/);
  expect(await user.ok('logs', 'serve', '--stop')).toMatch(/^Logs of work-[0-9a-f]{6} are not taken any more$/);
  expect(await status(moved, '{}')).toBe(0);
  expect(await user.ok('status')).toContain('\nlogs: idle, kept; no port for applications');
});

/** Begins to post, and never goes on; resolves with what it is told in the end. */
function saysNothingMore(url: string): Promise<string> {
  const { hostname, port, pathname } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let said = '';
    socket.setEncoding('utf8').on('data', (text: string) => (said += text));
    socket.on('close', () => resolve(said));
    socket.on('error', () => {});
    socket.write(`POST ${pathname} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{`);
  });
}

/** Announces a hundred megabytes and sends until it is told to stop. */
function large(url: string): Promise<number> {
  return new Promise((resolve) => {
    const asked = request(url, { method: 'POST', agent: false, headers: { 'content-length': 100_000_000 } }, (answer) => {
      resolve(answer.statusCode ?? 0);
      asked.destroy();
    });
    asked.on('error', () => resolve(-1));
    asked.write('x'.repeat(1_000_000));
  });
}
