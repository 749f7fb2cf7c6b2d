/** `--listen`: the same daemon on a loopback port. */
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import { daemonOf, ended, recordOf, statusOf } from '../support/daemons.ts';
import { end } from '../support/processes.ts';

test('on a loopback port the daemon takes the same commands, behind the same token, and stops as well', async () => {
  await using shell = cli();
  await shell.ok('start', '--listen', '127.0.0.1:0');
  const record = recordOf(shell);
  if (record.endpoint.kind !== 'tcp') throw new Error('it listens on a socket');
  const origin = `http://127.0.0.1:${record.endpoint.port}`;
  expect(await shell.ok('goto', 'data:text/html,here')).toContain('Navigated');
  expect((await statusOf(shell)).pid).toBe(record.process.pid);
  const ask = (headers: Record<string, string>) => fetch(`${origin}/status`, { method: 'POST', headers }).then(({ status }) => status);
  expect(await ask({})).toBe(401);
  expect(await ask({ authorization: `Bearer ${record.token}` })).toBe(200);
  expect(await ask({ authorization: `Bearer ${record.token}`, origin: 'http://evil.example' })).toBe(403);
  expect(await ask({ authorization: `Bearer ${record.token}`, referer: 'http://evil.example/' })).toBe(403);
  expect(await shell.ok('restart')).toMatch(/^Restarted/);
  expect(recordOf(shell).endpoint.kind).toBe('tcp');
  await shell.stop();
});

test('a port that is taken is said by start itself, and nothing is left', async () => {
  await using shell = cli();
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  try {
    const run = await shell.run(['start', '--listen', `127.0.0.1:${(other.address() as AddressInfo).port}`]);
    expect(run.exit, String(run)).toBe(4);
    expect(run.stderr).toMatch(/could not start.*(in use|taken|EADDRINUSE)/i);
    expect(shell.record()).toBeNull();
  } finally {
    other.close();
  }
});

test("a dead daemon's port that is a stranger's by now is told nothing", async () => {
  await using shell = cli();
  await shell.ok('start', '--listen', '127.0.0.1:0');
  const { endpoint } = recordOf(shell);
  if (endpoint.kind !== 'tcp') throw new Error('it listens on a socket');
  const everybody = shell.processes();
  end(daemonOf(shell));
  await ended(everybody);
  const heard: string[] = [];
  const stranger = createServer((socket) => socket.on('data', (data) => heard.push(data.toString()))).listen(endpoint.port, '127.0.0.1');
  await once(stranger, 'listening');
  try {
    expect(await shell.ok('url')).toBe('about:blank');
    expect(heard).toEqual([]);
  } finally {
    stranger.close();
  }
});

test('a wrong --listen or --idle is a usage error of start, and starts nothing', async () => {
  await using shell = cli();
  for (const argv of [
    ['start', '--listen', '0.0.0.0:80'],
    ['start', '--idle', 'soon'],
  ]) {
    const run = await shell.run(argv);
    expect(run.exit, String(run)).toBe(2);
    expect(run.stderr).toContain('browse help start');
  }
  expect(shell.record()).toBeNull();
});
