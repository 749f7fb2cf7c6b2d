/** The pool's own door over real sockets, with browsers that exist only here: every message, and whoever misbehaves. */
import { connect, type Socket } from 'node:net';
import { existsSync, rmSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { poolListeners } from '../../browse/daemon/browsers/pool-listeners.ts';
import type { DoorAddress } from '../../browse/protocol/pool.ts';
import { fakeEngine } from '../support/fake-engine.ts';
import { fakePool } from '../support/fake-pool.ts';
import { temporaryFolder } from '../support/folder.ts';
import { fakeClock } from '../support/machine.ts';
import { eventually } from '../support/processes.ts';
import { lineClient, type LineClient } from '../support/lines.ts';
import type { Engine } from '../../browse/domain/ports/browser.ts';

type Rig = AsyncDisposable & {
  address(port?: number): Promise<DoorAddress>;
  client(): Promise<LineClient>;
  present(): number;
  shutdowns(): number;
  /** From now on a launch waits for it. */
  hold(): { release(): void };
  /** Launches that wait. */
  launching(): number;
};

function rig(): Rig {
  const folder = temporaryFolder();
  const path = `${folder.path}/p.sock`;
  const engine = fakeEngine({});
  let gate: Promise<void> = Promise.resolve();
  let [present, shutdowns, launching] = [0, 0, 0];
  const late: Engine = {
    launch: async (options, bound) => {
      launching += 1;
      await gate;
      launching -= 1;
      return engine.launch(options, bound);
    },
    join: (options, bound) => engine.join(options, bound),
  };
  const pool = fakePool(late, fakeClock(), folder.path);
  const doors = poolListeners({
    path: () => path,
    gone: (each) => rmSync(each, { force: true }),
    token: () => 'the-token',
    parts: {
      pool,
      env: {},
      shutdown: () => void shutdowns++,
      report: String,
      present: (change) => void (present += change),
    },
  });
  return {
    address: (port) => doors.open(port ?? null),
    async client() {
      await doors.open(null);
      return lineClient(path);
    },
    present: () => present,
    shutdowns: () => shutdowns,
    launching: () => launching,
    hold() {
      const held = Promise.withResolvers<void>();
      gate = held.promise;
      return { release: () => held.resolve() };
    },
    async [Symbol.asyncDispose]() {
      await doors.close();
      expect(existsSync(path)).toBe(false);
      folder[Symbol.dispose]();
    },
  };
}

const MALFORMED = { type: 'error', code: 'malformed', message: expect.any(String) };

test('P-31: every message has its reply, in order, and errors have a code and a message', async () => {
  await using door = rig();
  await using client = await door.client();
  const browser = { type: 'browser', cdp_endpoint: 'http://127.0.0.1:9300', playwright_endpoint: null, port: 9300 };
  for (const [message, reply] of [
    [{ type: 'ping' }, { type: 'pong' }],
    [{ type: 'list_browsers' }, { type: 'browsers', list: [] }],
    [{ type: 'spawn_browser', browser: 'chromium', headless: true, port: 9300 }, browser],
    [{ type: 'get_browser', port: 9300 }, browser],
    [
      { type: 'spawn_browser', browser: 'firefox', headless: false },
      { type: 'browser', cdp_endpoint: null, playwright_endpoint: null, port: 9222 },
    ],
    [
      { type: 'list_browsers' },
      {
        type: 'browsers',
        list: [
          { port: 9222, browser: 'firefox', headless: false, created_at: 1_800_000_000 },
          { port: 9300, browser: 'chromium', headless: true, created_at: 1_800_000_000 },
        ],
      },
    ],
    [{ type: 'kill_browser', port: 9300 }, { type: 'ok' }],
    [
      { type: 'get_browser', port: 9300 },
      { type: 'error', code: 'port-unknown', message: 'The pool has no browser on port 9300' },
    ],
    [
      { type: 'spawn_browser', browser: 'chromium', headless: true, port: 80 },
      { type: 'error', code: 'port-outside', message: expect.any(String) },
    ],
    [{ type: 'shutdown' }, { type: 'ok' }],
  ] as const)
    expect(await client.ask(message)).toEqual(reply);
  expect(door.shutdowns()).toBe(1);
});

test('P-31: what is malformed or unknown is an error, and the connection goes on', async () => {
  await using door = rig();
  await using client = await door.client();
  for (const line of [
    '{',
    '',
    'null',
    '[]',
    '"ping"',
    '{}',
    '{"type":7}',
    '\u0000\u0001',
    '{"type":"spawn_browser","browser":"opera","headless":true}',
  ])
    expect(await client.say(line), line).toEqual(MALFORMED);
  for (const message of [
    { type: 'spawn_browser', browser: 'chromium', headless: 'yes' },
    { type: 'spawn_browser', browser: 'chromium', headless: true, port: '9222' },
    { type: 'get_browser' },
    { type: 'kill_browser', port: null },
  ])
    expect(await client.ask(message)).toEqual(MALFORMED);
  expect(await client.ask({ type: 'constructor' })).toMatchObject({ type: 'error', code: 'unknown-message' });
  // In one packet, with the line ends of another platform, and in pieces.
  client.socket.write('{"type":"ping"}\r\n{"type":"nope"}\n{"type":"pi');
  expect([await client.next(), await client.next()]).toEqual([{ type: 'pong' }, expect.objectContaining({ code: 'unknown-message' })]);
  client.socket.write('ng"}\n');
  expect(await client.next()).toEqual({ type: 'pong' });
});

const SPAWN = { type: 'spawn_browser', browser: 'chromium', headless: true };

test('a browser that is owned ends with the connection that spawned it, however that ends, and no other one does', async () => {
  await using door = rig();
  await using other = await door.client();
  const ports = async (): Promise<readonly number[]> =>
    ((await other.ask({ type: 'list_browsers' })) as { list: { port: number }[] }).list.map(({ port }) => port);
  expect(await other.ask({ ...SPAWN, owned: 'yes' })).toEqual(MALFORMED);
  await other.ask(SPAWN);
  const owner = await door.client();
  for (const port of [9300, 9301]) await owner.ask({ ...SPAWN, port, owned: true });
  await owner.ask({ ...SPAWN, port: 9302 });
  // Killed by somebody else, and its port another's by now.
  await other.ask({ type: 'kill_browser', port: 9301 });
  await other.ask({ ...SPAWN, port: 9301 });
  expect(await ports()).toEqual([9222, 9300, 9301, 9302]);
  // Who hangs up on his side hears the end when it is gone.
  owner.socket.end();
  await once(owner.socket, 'close');
  expect(await ports()).toEqual([9222, 9301, 9302]);

  const killed = await door.client();
  await killed.ask({ ...SPAWN, port: 9300, owned: true });
  killed.socket.destroy();
  await eventually('the browser of a killed client to end', async () => !(await ports()).includes(9300));
  // One that leaves before he has it.
  const hasty = await door.client();
  const held = door.hold();
  hasty.socket.write(`${JSON.stringify({ ...SPAWN, port: 9300, owned: true })}\n`);
  await eventually('it to be asked for', () => door.launching() === 1);
  hasty.socket.destroy();
  held.release();
  await eventually('everybody but one to be gone', () => door.present() === 1);
  expect(await ports()).toEqual([9222, 9301, 9302]);
});

test('who owns a browser is never the idlest one, and takes nobody’s room', async () => {
  await using door = rig();
  const owners = [];
  for (let at = 0; at < 130; at++) {
    const owner = await door.client();
    expect(await owner.ask({ ...SPAWN, owned: true })).toMatchObject({ port: 9222 + at });
    owners.push(owner);
  }
  const idle = [];
  for (let at = 0; at < 140; at++) idle.push(await door.client());
  await eventually('those beyond the limit to be gone', () => door.present() === 130 + 128);
  await using late = await door.client();
  expect(await late.ask({ type: 'list_browsers' })).toMatchObject({ list: { length: 130 } });
  for (const { socket } of [...owners, ...idle]) socket.destroy();
  await eventually(
    'their browsers to end',
    async () => ((await late.ask({ type: 'list_browsers' })) as { list: object[] }).list.length === 0,
  );
});

test('P-50: each connection has a handler of its own: pings are answered while another one spawns', async () => {
  await using door = rig();
  await using slow = await door.client();
  const held = door.hold();
  const spawned = slow.ask({ type: 'spawn_browser', browser: 'chromium', headless: true });
  await using other = await door.client();
  const from = performance.now();
  for (let at = 0; at < 20; at++) expect(await other.ask({ type: 'ping' })).toEqual({ type: 'pong' });
  expect(performance.now() - from).toBeLessThan(1000);
  held.release();
  expect(await spawned).toMatchObject({ type: 'browser', port: 9222 });
});

test('lines of a megabyte, binary and a flood without reading cost nobody anything', async () => {
  await using door = rig();
  await using client = await door.client();
  const before = process.memoryUsage.rss();
  for (let at = 0; at < 8; at++) {
    const answered = client.say('x'.repeat(1024 * 1024));
    expect(await answered).toMatchObject({ type: 'error', code: 'too-large' });
  }
  const garbage = Buffer.alloc(512 * 1024, 0xff);
  client.socket.write(garbage);
  client.socket.write('\n');
  expect(await client.next()).toMatchObject({ type: 'error', code: 'too-large' });
  // Speaks and does not listen.
  const deaf = (await door.client()).socket;
  deaf.pause();
  const flood = '{"type":"list_browsers"}\n'.repeat(2000);
  for (let at = 0; at < 40; at++) deaf.write(flood);
  for (let at = 0; at < 20; at++) expect(await client.ask({ type: 'ping' })).toEqual({ type: 'pong' });
  expect(process.memoryUsage.rss() - before).toBeLessThan(150 * 1024 * 1024);
  deaf.destroy();
});

test('a thousand idle connections leave room: the ones idle longest give way to whoever comes', async () => {
  await using door = rig();
  await using working = await door.client();
  const held = door.hold();
  const spawned = working.ask({ type: 'spawn_browser', browser: 'chromium', headless: true });
  const idle: Socket[] = [];
  for (let at = 0; at < 1000; at++) idle.push((await door.client()).socket);
  await eventually('most of them to be gone', () => door.present() <= 129);
  await using late = await door.client();
  expect(await late.ask({ type: 'ping' })).toEqual({ type: 'pong' });
  held.release();
  expect(await spawned).toMatchObject({ type: 'browser' });
  for (const socket of idle) socket.destroy();
});

test.each(['GET / HTTP/1.1\r\n', 'POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n{"type":"shutdown"}\n'])(
  'P-10: a first line that looks like HTTP is hung up on, and nothing behind it is done: %j',
  async (request) => {
    await using door = rig();
    await using client = await door.client();
    client.socket.write(request.slice(0, 3));
    client.socket.write(request.slice(3));
    await once(client.socket, 'close');
    expect([client.received(), door.shutdowns()]).toEqual(['', 0]);
  },
);

test('P-10: over TCP the token goes first, whatever else is said first ends the connection; a web page cannot get in', async () => {
  await using door = rig();
  const address = await door.address(0);
  if (!('address' in address)) throw new Error('a port was asked for');
  expect(address.token).toBe('the-token');
  const [host = '', port = ''] = address.address.split(':');
  expect(host).toBe('127.0.0.1');
  const there = { host, port: Number(port) };
  for (const line of ['{"type":"ping"}', '{"type":"shutdown"}', '{"type":"hello","token":"wrong"}', '{"type":"hello"}', 'x']) {
    await using client = await lineClient(there);
    expect(await client.say(line)).toMatchObject({ type: 'error', code: line === 'x' ? 'malformed' : 'unauthorized' });
    await once(client.socket, 'close');
  }
  const fetched = await fetch(`http://${address.address}/`, { method: 'POST', body: '{"type":"shutdown"}\n' }).catch(() => 'refused');
  expect(fetched).toBe('refused');
  expect(door.shutdowns()).toBe(0);
  await using client = await lineClient(there);
  client.socket.write('{"type":"hello","token":"the-token"}\n{"type":"ping"}\n');
  expect([await client.next(), await client.next()]).toEqual([{ type: 'ok' }, { type: 'pong' }]);
  // A second asker hears of the same door; another program's port is refused.
  expect(await door.address(0)).toEqual(address);
  await expect(door.address(Number(port))).rejects.toMatchObject({ code: 'port-busy' });
});

test('P-10: the socket is its owner alone, and opened once', async () => {
  await using door = rig();
  const [first, second] = await Promise.all([door.address(), door.address()]);
  expect(second).toEqual(first);
  if (!('path' in first)) throw new Error('a socket was asked for');
  expect(statSync(first.path).mode & 0o777).toBe(0o600);
  const socket = connect(first.path);
  await once(socket, 'connect');
  await eventually('the connection to count', () => door.present() === 1);
  socket.destroy();
  await eventually('its end to count', () => door.present() === 0);
});
