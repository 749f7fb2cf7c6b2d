/** The daemon's rows that are printed from its own facts, and a start that fails. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../browse/commands/index.ts';
import { cli } from '../support/cli.ts';
import { serve } from '../support/site.ts';

/** That of the folder it runs in. */
const NAMED = expect.stringMatching(/^(?:work|user-\d+)/) as string;

test('status tells what runs, line by line and as JSON, under each of its names', async () => {
  await using site = await serve();
  await using user = cli();
  await user.ok('goto', `${site.origin}/form.html`);
  const lines = (await user.ok('status')).split('\n');
  expect(lines[0]).toBe('Status: healthy');
  expect(lines.map((line) => line.split(':')[0])).toEqual([
    'Status',
    'pid',
    'uptime',
    'build',
    'refreshedAt',
    'session',
    'browsers',
    'tabs',
    'running',
    'memory',
    'log',
    'specs',
    'tests',
    'logs',
    'sandbox',
    'folder',
  ]);
  for (const words of [['check'], ['daemon', 'status']]) expect((await user.ok(...words)).split('\n')[0]).toBe('Status: healthy');
  const status = await user.json('status');
  expect(Object.keys(status)).toEqual(
    expect.arrayContaining([
      'status',
      'pid',
      'uptime',
      'build',
      'protocol',
      'startedAt',
      'refreshedAt',
      'session',
      'browsers',
      'sessions',
      'tabs',
      'running',
      'memory',
    ]),
  );
  expect(status).toMatchObject({ status: 'healthy', session: NAMED, sessions: [NAMED], tabs: 1, running: [], refreshedAt: null });
  await user.ok('refresh');
  expect(await user.ok('status')).toMatch(/^refreshedAt: 20\d\d-.*Z \(\d+s ago\)$/m);
});

test('status names the commands that run, and on which tab', async () => {
  await using site = await serve();
  await using user = cli();
  await user.ok('url');
  const never = user.start(['goto', `${site.origin}/never`]);
  await site.seen('/never');
  expect(await user.json('status')).toMatchObject({ running: [{ command: 'goto', session: NAMED, tab: 1 }] });
  never.child.kill('SIGINT');
  expect((await never.done).exit).toBe(130);
});

test('a start that fails says the reason itself: here the port is taken', async () => {
  await using user = cli();
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  try {
    const start = await user.run(['start', '--listen', `127.0.0.1:${(taken.address() as AddressInfo).port}`]);
    expect(start.exit, String(start)).toBe(4);
    expect(start.stderr).toMatch(/^The daemon could not start: .*port.*\? Run: browse doctor\n$/);
  } finally {
    taken.close();
    await once(taken, 'close');
  }
  expect(await user.ok('start', '--listen', '127.0.0.1:0')).toMatch(/^Server started \(pid \d+\)$/);
  expect(user.record()?.endpoint.kind).toBe('tcp');
  expect(await user.ok('url')).toBe('about:blank');
});

test('a daemon that never gets ready is given up on, and nothing is done to its process', async () => {
  await using user = cli();
  const stranger = spawn('sleep', ['300']);
  try {
    await once(stranger, 'spawn');
    const stat = readFileSync(`/proc/${stranger.pid}/stat`, 'utf8');
    const process = {
      pid: stranger.pid,
      birth: stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19],
      boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      namespace: readlinkSync('/proc/self/ns/pid'),
    };
    const run = join(user.home, 'run');
    mkdirSync(run, { recursive: true, mode: 0o700 });
    const build = { version: '0.1.0', id: 'another', stamp: 0, protocol: 1 };
    const record = {
      process,
      nonce: 'aaaaaaaa',
      endpoint: { kind: 'unix', path: join(run, 'a.sock') },
      token: 'x',
      build,
      startedAt: '2026-01-01T00:00:00.000Z',
      refreshedAt: null,
      state: 'starting',
    };
    writeFileSync(join(run, 'daemon.json'), JSON.stringify(record), { mode: 0o600 });
    const late = await user.run(['url', '--timeout', '700'], { limit: 20_000 });
    expect([late.exit, late.stdout], String(late)).toEqual([4, '']);
    expect(late.stderr).toMatch(/^Gave up after \d+ ms of waiting for the daemon to start; nothing was run\. Run: browse status\n$/);
    expect(stranger.exitCode).toBeNull();
  } finally {
    stranger.kill('SIGKILL');
    await once(stranger, 'exit');
  }
  expect(await user.ok('url')).toBe('about:blank');
});

test('help is printed without a daemon, whole and for one command', async () => {
  await using user = cli();
  expect(await user.ok('help')).toContain('\n  click SEL');
  expect(await user.ok('help', 'click')).toMatch(/^browse click SEL \[flags\]\n/);
  expect(await user.ok('tap', '--help')).toMatch(/^browse click SEL \[flags\]\n/);
  expect(await user.ok('help', 'tab', 'list')).toMatch(/^browse tabs\n/);
  expect(await user.ok('--version')).toMatch(/^browse \d+\.\d+\.\d+/);
  const none = await user.run(['help', 'clck']);
  expect([none.exit, none.stdout]).toEqual([2, '']);
  expect(user.record()).toBeNull();
});

test('help as JSON is a schema of what each command takes', async () => {
  await using user = cli();
  type Schema = Record<string, { scope: string; input: { properties: Record<string, object>; required?: string[] } }>;
  const all = await user.json<Schema>('help');
  expect(Object.keys(all)).toEqual(COMMANDS.map(({ name }) => name));
  expect(all['click']).toMatchObject({
    scope: 'tab',
    input: {
      properties: { selector: { type: 'string' }, button: { enum: ['left', 'right', 'middle'] } },
      required: ['selector'],
      additionalProperties: false,
    },
  });
  // A name, an alias, the flag --help, and a word that several commands begin with.
  for (const words of [
    ['help', 'click'],
    ['help', 'tap'],
    ['click', '--help'],
  ])
    expect(await user.json<Schema>(...words)).toEqual({ click: all['click'] });
  expect(Object.keys(await user.json<Schema>('help', 'pool'))).toEqual(Object.keys(all).filter((name) => name.startsWith('pool ')));
  const none = await user.run(['help', 'clck', '--json']);
  expect([none.exit, (JSON.parse(none.stdout) as { error: { code: string } }).error.code]).toEqual([2, 'usage']);
  expect(user.record()).toBeNull();
});
