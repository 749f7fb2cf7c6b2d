/** The pool as a user has it: spawned, listed, used beside the default browser, killed; and nothing of it outlives the daemon. */
import { createServer, type Server } from 'node:net';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PoolRow } from '../../browse/protocol/pool.ts';
import { cli, type Cli } from '../support/cli.ts';
import { browsersOf, daemonOf, ended, statusOf } from '../support/daemons.ts';
import { lineClient } from '../support/lines.ts';
import { within } from '../support/patience.ts';
import { present } from '../support/present.ts';
import { end, eventually, look } from '../support/processes.ts';
import { rounds } from '../support/rounds.ts';
import { serve } from '../support/site.ts';

const listed = async (shell: Cli): Promise<readonly PoolRow[]> => (await shell.json<{ browsers: PoolRow[] }>('pool', 'list')).browsers;

/** Listens on the lowest port of the pool that is free now, as another program would. */
async function stranger(): Promise<{ server: Server; port: number }> {
  for (let port = 9222; port <= 10221; port++) {
    const server = createServer();
    const listens = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(true));
    });
    if (listens) return { server, port };
  }
  throw new Error('no port of the pool is free');
}

test('P-07, P-44: browsers have ports of their own; one that is killed leaves the others working, and stop leaves nothing', async () => {
  await using site = await serve();
  await using shell = cli();
  const { server, port: busy } = await stranger();
  try {
    await shell.ok('goto', `${site.origin}/form.html`);
    const refused = await shell.run(['pool', 'spawn', '--port', String(busy)]);
    expect([refused.exit, refused.stderr]).toEqual([5, `Port ${busy} is taken by another program. Run: browse pool spawn\n`]);
    for (const outside of ['9221', '10222']) expect((await shell.run(['pool', 'spawn', '--port', outside])).exit).toBe(2);

    const from = Math.floor(Date.now() / 1000);
    const rows = await Promise.all(Array.from({ length: 5 }, () => shell.json<PoolRow>('pool', 'spawn')));
    const ports = rows.map(({ port }) => port ?? 0).toSorted((a, b) => a - b);
    expect(new Set(ports).size).toBe(5);
    expect(ports.every((port) => port > busy && port <= 10221)).toBe(true);
    for (const row of rows) {
      expect(row).toMatchObject({ browser: 'chromium', headless: true, cdp_endpoint: `http://127.0.0.1:${row.port}` });
      expect(row.created_at).toBeGreaterThanOrEqual(from);
      expect(row.created_at).toBeLessThanOrEqual(Date.now() / 1000);
      expect((await fetch(`${row.cdp_endpoint}/json/version`)).status).toBe(200);
    }
    const [first, second] = rows as [PoolRow, PoolRow];
    expect(await listed(shell)).toMatchObject([{ port: null, cdp_endpoint: null }, ...ports.map((port) => ({ port, state: 'running' }))]);

    const inSecond = ['--browser', String(second.port)];
    await shell.ok('goto', `${site.origin}/links.html`, ...inSecond);
    await shell.ok('goto', `${site.origin}/links.html`, '--browser', String(first.port));
    const victim = present(look(first.pid), 'the first browser');
    end(victim);
    await ended([victim]);
    expect((await listed(shell)).find(({ port }) => port === first.port)).toMatchObject({ state: 'crashed', cdp_endpoint: null });
    const gone = await shell.run(['url', '--browser', String(first.port)]);
    expect([gone.exit, gone.stderr]).toEqual([
      4,
      `The browser on port ${first.port} (pid ${first.pid}) has crashed, and its tabs are gone. Run: browse pool kill ${first.port}\n`,
    ]);
    expect(await shell.ok('url', ...inSecond)).toBe(`${site.origin}/links.html`);
    expect(await shell.ok('url')).toBe(`${site.origin}/form.html`);
    expect(await shell.ok('pool', 'kill', String(first.port))).toBe(`Killed the browser on port ${first.port} (pid ${first.pid})`);
    expect((await shell.run(['pool', 'get', String(first.port)])).exit).toBe(3);
    await eventually('five browsers to be left', () => browsersOf(shell).length === 5);
    await shell.stop();
    expect(await Promise.allSettled(ports.map((port) => fetch(`http://127.0.0.1:${port}/json/version`)))).toMatchObject(
      ports.map(() => ({ status: 'rejected' })),
    );
  } finally {
    server.close();
  }
});

test('P-10, P-31, P-50: the pool answers on its own socket and port, whoever misbehaves there, and a web page cannot reach it', async () => {
  await using site = await serve();
  await using shell = cli();
  await shell.ok('goto', `${site.origin}/form.html`);
  const inRun = (): readonly string[] => readdirSync(join(shell.home, 'run')).filter((name) => name.endsWith('.sock'));
  expect(inRun()).toHaveLength(1);
  const path = await shell.ok('pool', 'socket');
  expect([path.startsWith(join(shell.home, 'run')), statSync(path).mode & 0o777]).toEqual([true, 0o600]);
  await using client = await lineClient(path);
  expect(await client.ask({ type: 'ping' })).toEqual({ type: 'pong' });
  expect(await client.say('no json')).toMatchObject({ type: 'error', code: 'malformed' });
  expect(await client.say('x'.repeat(1024 * 1024))).toMatchObject({ type: 'error', code: 'too-large' });
  client.socket.write(Buffer.alloc(4096, 0xfe));
  expect(await client.say('')).toMatchObject({ type: 'error', code: 'malformed' });

  await using spawning = await lineClient(path);
  const asked = spawning.ask({ type: 'spawn_browser', browser: 'chromium', headless: true });
  const from = performance.now();
  for (let at = 0; at < 20; at++) expect(await client.ask({ type: 'ping' })).toEqual({ type: 'pong' });
  expect(performance.now() - from).toBeLessThan(within(1000));
  const spawned = (await asked) as { port: number; cdp_endpoint: string };
  expect(spawned).toMatchObject({ type: 'browser', cdp_endpoint: `http://127.0.0.1:${spawned.port}` });
  expect(await client.ask({ type: 'list_browsers' })).toMatchObject({
    list: [{ port: spawned.port, browser: 'chromium', headless: true }],
  });
  expect(await listed(shell)).toMatchObject([{ port: null }, { port: spawned.port }]);

  const idle = await Promise.all(Array.from({ length: 300 }, () => lineClient(path)));
  await using late = await lineClient(path);
  expect(await late.ask({ type: 'get_browser', port: spawned.port })).toEqual(spawned);
  for (const each of idle) each.socket.destroy();
  expect(await late.ask({ type: 'kill_browser', port: spawned.port })).toEqual({ type: 'ok' });
  expect(await late.ask({ type: 'get_browser', port: spawned.port })).toMatchObject({ type: 'error', code: 'port-unknown' });

  const [address = '', hello = ''] = (await shell.ok('pool', 'socket', '--port', '0')).split('\n');
  const posted = `fetch('http://${address}', { method: 'POST', mode: 'no-cors', body: '\\n{"type":"shutdown"}\\n' }).catch(() => 'refused')`;
  expect(await shell.ok('js', posted)).toBe('refused');
  await using remote = await lineClient({ host: '127.0.0.1', port: Number(address.split(':')[1]) });
  expect([await remote.say(hello), await remote.ask({ type: 'ping' })]).toEqual([{ type: 'ok' }, { type: 'pong' }]);

  const everybody = shell.processes();
  expect(await remote.ask({ type: 'shutdown' })).toEqual({ type: 'ok' });
  await ended(everybody, 10_000);
  expect([shell.record(), inRun()]).toEqual([null, []]);
});

test('P-77: session status shows browser, port, endpoint and source, and an uptime that grows', async () => {
  await using shell = cli();
  await shell.ok('url');
  type Status = { browser: string; port: number | null; cdp_endpoint: string | null; source: string; uptime: number };
  const first = await shell.json<Status>('session', 'status');
  expect(first).toMatchObject({ browser: expect.stringMatching(/Chrom/), port: null, cdp_endpoint: null, source: 'launched' });
  expect(first.uptime).toBeGreaterThan(0);
  await eventually('the uptime to grow', async () => (await shell.json<Status>('session', 'status')).uptime > first.uptime);
  const { port } = await shell.json<PoolRow>('pool', 'spawn');
  expect(await shell.json('session', 'status', '--browser', String(port))).toMatchObject({
    port,
    cdp_endpoint: `http://127.0.0.1:${port}`,
    source: 'spawned',
  });
});

test('a profile in use is refused by the name of its process; it keeps what a page stored when its browser is killed', async () => {
  await using site = await serve();
  await using shell = cli();
  await using other = cli();
  const profile = join(shell.cwd, 'profile');
  const row = await shell.json<PoolRow>('pool', 'spawn', '--profile', 'profile');
  expect(row.profile).toBe(profile);
  const there = ['--browser', String(row.port)];
  await shell.ok('goto', `${site.origin}/form.html`, ...there);
  await shell.ok('js', 'localStorage.setItem("kept", "yes")', ...there);
  const refused = await other.run(['pool', 'spawn', '--profile', profile]);
  expect([refused.exit, refused.stderr]).toEqual([
    5,
    expect.stringMatching(new RegExp(`^The profile ${profile} is in use by \\S+ \\(pid ${row.pid}\\)\\. Run: browse pool list\n$`)),
  ]);
  await shell.ok('pool', 'kill', String(row.port));
  const again = await other.json<PoolRow>('pool', 'spawn', '--profile', profile);
  await other.ok('goto', `${site.origin}/form.html`, '--browser', String(again.port));
  expect(await other.ok('js', 'localStorage.getItem("kept")', '--browser', String(again.port))).toBe('yes');
});

test('a daemon that is killed takes its pool along, and the next one removes what was left', async () => {
  await using shell = cli();
  await shell.ok('url');
  await Promise.all([shell.ok('pool', 'spawn'), shell.ok('pool', 'spawn')]);
  // A browser that forks looks like two for a moment.
  const browsers = await eventually('three browsers', () => {
    const seen = browsersOf(shell);
    return seen.length === 3 && seen;
  });
  const daemon = daemonOf(shell);
  end(daemon);
  await ended([daemon, ...browsers], 10_000);
  await shell.ok('url');
  expect(await listed(shell)).toMatchObject([{ port: null }]);
  await eventually('the old temp folder to go', () => readdirSync(join(shell.home, 'tmp')).length === 1);
  expect((await statusOf(shell)).browsers).toHaveLength(1);
  await shell.stop();
  expect(existsSync(join(shell.home, 'tmp')) ? readdirSync(join(shell.home, 'tmp')) : []).toEqual([]);
});

test('spawned and killed again and again, alone and many at once, nothing is left: no process, port, folder or descriptor', async () => {
  await using shell = cli();
  await shell.ok('url');
  const daemon = daemonOf(shell);
  const descriptors = (): number => readdirSync(`/proc/${daemon.pid}/fd`).length;
  // Without what is just being written, under a name for that moment.
  const folders = (): readonly string[] =>
    readdirSync(join(shell.home, 'tmp', readdirSync(join(shell.home, 'tmp'))[0] ?? '')).filter((name) => !/^owner\.json\.\d+$/.test(name));
  const round = async (): Promise<readonly number[]> => {
    const rows = await Promise.all([1, 2].map(() => shell.json<PoolRow>('pool', 'spawn')));
    await shell.ok('url', '--browser', String(rows[0]?.port));
    await Promise.all(rows.map(({ port }) => shell.ok('pool', 'kill', String(port))));
    return rows.map(({ pid }) => pid);
  };
  // What is loaded once is there by then.
  await round();
  const [before, at] = [descriptors(), folders()];
  const pids: number[] = [];
  for (let turn = 0; turn < rounds(100, 2); turn++) pids.push(...(await round()));
  const many = await Promise.all(Array.from({ length: rounds(20, 5) }, () => shell.json<PoolRow>('pool', 'spawn')));
  expect(new Set(many.map(({ port }) => port)).size).toBe(many.length);
  await Promise.all(many.map(({ port }) => shell.ok('pool', 'kill', String(port))));
  await eventually('every browser but the default one to end', () => browsersOf(shell).length === 1);
  expect([...pids, ...many.map(({ pid }) => pid)].filter((pid) => look(pid) !== null)).toEqual([]);
  await eventually('the descriptors to be those of before', () => descriptors() <= before);
  expect(folders()).toEqual(at);
  expect(await listed(shell)).toMatchObject([{ port: null }]);
  expect(await shell.json('session', 'list')).toMatchObject({ sessions: [{ name: expect.stringMatching(/^work-/) }] });
});
