/** The daemon's rows that are printed from its own facts, and a start that fails. */
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import { serve } from '../support/site.ts';

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
    'sandbox',
    'folder',
  ]);
  for (const words of [['check'], ['daemon', 'status']]) expect((await user.ok(...words)).split('\n')[0]).toBe('Status: healthy');
  const status = await user.json('status');
  expect(Object.keys(status)).toEqual(
    expect.arrayContaining(['status', 'pid', 'uptime', 'build', 'protocol', 'startedAt', 'refreshedAt', 'session', 'browsers', 'sessions', 'tabs', 'running', 'memory']),
  );
  expect(status).toMatchObject({ status: 'healthy', session: 'default', sessions: ['default'], tabs: 1, running: [], refreshedAt: null });
  await user.ok('refresh');
  expect(await user.ok('status')).toMatch(/^refreshedAt: 20\d\d-.*Z \(\d+s ago\)$/m);
});

test('status names the commands that run, and on which tab', async () => {
  await using site = await serve();
  await using user = cli();
  await user.ok('url');
  const never = user.start(['goto', `${site.origin}/never`]);
  await site.seen('/never');
  expect(await user.json('status')).toMatchObject({ running: [{ command: 'goto', session: 'default', tab: 1 }] });
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
    expect(start.stderr).toMatch(/^The daemon could not start: .*port.*\. Run: browse doctor\n$/);
  } finally {
    taken.close();
    await once(taken, 'close');
  }
  expect(await user.ok('start', '--listen', '127.0.0.1:0')).toMatch(/^Server started \(pid \d+\)$/);
  expect(user.record()?.endpoint.kind).toBe('tcp');
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
