/** The port for logs with its own process: a change of port, a flood, a kill and a full disk cost nobody else a row. */
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { clock } from '../../browse/adapters/node/clock.ts';
import type { Values } from '../../browse/domain/configuration/keys.ts';
import { LogServer } from '../../browse/daemon/ingest/supervisor.ts';
import type { SessionSettings } from '../../browse/domain/session.ts';
import type { EventFacts } from '../../browse/domain/traffic/entry.ts';
import { failureOf } from '../support/finding.ts';
import { within } from '../support/patience.ts';
import { freePorts, post } from '../support/posting.ts';
import { eventually, look } from '../support/processes.ts';

type Rig = AsyncDisposable & {
  readonly server: LogServer;
  readonly settings: Record<string, SessionSettings>;
  readonly taken: { readonly session: string | null; readonly trace: string | null; readonly event: EventFacts }[];
  readonly learned: string[];
  state: { trouble: string | null; active: number };
};

const config = (port: number | null, origins: readonly string[] | null = null): Values => ({
  ...(port === null ? {} : { 'logs.port': port }),
  ...(origins === null ? {} : { 'logs.origins': origins }),
});

function rig(port: number): Rig {
  const settings: Record<string, SessionSettings> = {};
  const taken: Rig['taken'] = [];
  const learned: string[] = [];
  const state: Rig['state'] = { trouble: null, active: 0 };
  let keys = 0;
  const server = new LogServer({
    clock,
    env: process.env as Record<string, string>,
    traffic: {
      note: (event, session, _, trace) => void taken.push({ event, session, trace }),
      trouble: () => state.trouble,
      learn: (value) => void learned.push(value),
    },
    settings: {
      all: () => settings,
      session: (name) => settings[name] ?? {},
      async setSession(name, value) {
        settings[name] = value;
      },
    },
    configuration: config(port),
    random: (length) => String((keys += 1)).padStart(length, '0'),
    active: () => void (state.active += 1),
    note: () => {},
    warn: () => {},
  });
  return { server, settings, taken, learned, state, [Symbol.asyncDispose]: () => server.close() };
}

test('another port and other origins hold from a refresh on, in place, and no row that was answered for is lost', async () => {
  const [first = 0, second = 0] = await freePorts(2);
  const made = rig(first);
  const { server, settings, taken, learned } = made;
  await using _ = made;
  expect(server.facts()).toMatchObject({ state: 'off', address: null, pid: null });
  const served = await server.serve('shop', ['https://dev.example']);
  expect(served).toMatchObject({ session: 'shop', address: `http://127.0.0.1:${first}` });
  expect(served.origins).toContain('https://dev.example');
  const key = settings['shop']?.logs?.key ?? '';
  expect([served.url.endsWith(`/ingest/${key}`), learned.includes(key), key.length]).toEqual([true, true, 32]);
  // Another project has another key, and who serves again the same one.
  const other = await server.serve('blog', []);
  expect(other.url).not.toBe(served.url);
  expect((await server.serve('shop', [])).origins).toEqual(served.origins);
  const { pid } = server.facts();

  let sent = 0;
  const going = new AbortController();
  const answered: string[] = [];
  let port = first;
  const posting = Promise.all(
    [1, 2, 3].map(async (who) => {
      while (!going.signal.aborted) {
        const row = `row ${(sent += 1)}`;
        const { status } = await post(`http://127.0.0.1:${port}/ingest/${key}`, `{"msg":"${row}"}`, { 'user-agent': `app-${who}` });
        expect([200, 0, 429], `app-${who}`).toContain(status);
        if (status === 200) answered.push(row);
        // The old port is closed: the application reads its configuration again.
        if (status === 0) port = second;
      }
    }),
  );
  await eventually('rows at the first port', () => answered.length > 20);
  await server.refresh(config(second, ['https://other.example']), settings);
  const before = answered.length;
  await eventually('rows at the second port', () => port === second && answered.length > before + 20);
  going.abort();
  await posting;
  const texts = taken.map(({ event }) => event.text);
  expect(texts.toSorted()).toEqual([...new Set(texts)].toSorted());
  expect(answered.toSorted()).toEqual(texts.toSorted());
  expect(sent).toBeGreaterThan(40);
  expect(server.facts()).toMatchObject({ state: 'listening', address: `http://127.0.0.1:${second}`, pid, rows: taken.length });
  expect((await post(`http://127.0.0.1:${first}/ingest/${key}`, '{}')).status).toBe(0);
  const url = `http://127.0.0.1:${second}/ingest/${key}`;
  const allowed = await post(url, '{}', { origin: 'https://other.example' });
  expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([200, 'https://other.example']);
  expect((await post(url, '{}', { origin: 'https://dev.example' })).status).toBe(200);
  expect((await post(url, '{}', { origin: 'http://localhost:3000' })).status).toBe(403);
  expect((await post(`http://127.0.0.1:${second}/ingest/${other.url.slice(-32)}`, '{}', { origin: 'https://dev.example' })).status).toBe(
    403,
  );

  expect(await server.stop('blog')).toBe(true);
  expect(await server.stop('blog')).toBe(false);
  expect((await post(`http://127.0.0.1:${second}/ingest/${other.url.slice(-32)}`, '{}')).status).toBe(404);
  expect((await post(url, '{}')).status).toBe(200);
  expect(await server.stop('shop')).toBe(true);
  expect(server.facts()).toMatchObject({ state: 'off', pid: null });
  expect((await post(url, '{}')).status).toBe(0);
  expect(look(pid ?? 0)).toBeNull();
});

test('a port that cannot be had is told, and changes nothing: not at the first time, and not at a refresh', async () => {
  const [first = 0] = await freePorts(1);
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port: held } = holder.address() as { port: number };
  try {
    const made = rig(held);
    await using _ = made;
    const { server, settings } = made;
    const refused = await failureOf(server.serve('shop', []));
    expect([refused.code, refused.message]).toEqual(['port-unusable', `Cannot listen on 127.0.0.1:${held}: the port is taken`]);
    expect([settings['shop'], server.facts().state]).toEqual([{}, 'failed']);
    await server.refresh(config(first), settings);
    const { url } = await server.serve('shop', []);
    expect((await failureOf(server.refresh(config(held), settings))).code).toBe('port-unusable');
    expect(server.facts()).toMatchObject({ state: 'listening', address: `http://127.0.0.1:${first}` });
    expect((await post(url, '{}')).status).toBe(200);
    // A refresh that fails behind it takes it back.
    const undo = await server.refresh(config(first, ['https://a.example']), settings);
    expect((await post(url, '{}', { origin: 'http://localhost:1' })).status).toBe(403);
    await undo();
    expect((await post(url, '{}', { origin: 'http://localhost:1' })).status).toBe(200);
  } finally {
    await new Promise((resolve) => holder.close(resolve));
  }
});

test('one that floods waits, and others do not; a kill -9 is made good; a disk that refuses is told to whoever posts', async () => {
  const [port = 0] = await freePorts(1);
  const made = rig(port);
  const { server, taken, state } = made;
  await using _ = made;
  const { url } = await server.serve('shop', []);
  const flooding = new AbortController();
  let [floods, refusals] = [0, 0];
  const flood = Promise.all(
    Array.from({ length: 12 }, async () => {
      while (!flooding.signal.aborted) {
        const { status } = await post(url, '{"msg":"flood"}\n'.repeat(200), { 'user-agent': 'flood' });
        floods += 1;
        if (status === 429) refusals += 1;
      }
    }),
  );
  await eventually('the flood to be refused', () => refusals > 20, within(20_000));
  for (let at = 0; at < 20; at += 1) expect((await post(url, '{"msg":"mine"}', { 'user-agent': 'mine' })).status).toBe(200);
  flooding.abort();
  await flood;
  expect(taken.filter(({ event }) => event.text === 'mine')).toHaveLength(20);
  // What was taken of the flood is what one client may send.
  expect(taken.length).toBeLessThan(floods * 200);
  await eventually('the refusals to be told', () => server.facts().refused > 20);

  const before = server.facts().pid ?? 0;
  process.kill(before, 'SIGKILL');
  const again = await eventually('another process', () => (server.facts().pid ?? before) !== before && server.facts().pid, within(10_000));
  expect(again).not.toBe(before);
  expect((await post(url, '{"msg":"after"}', { 'user-agent': 'mine' })).status).toBe(200);
  expect(taken.at(-1)).toMatchObject({ session: 'shop', event: { kind: 'app', text: 'after' } });

  // One that hangs is told as such, and is replaced: a refresh never waits for it.
  process.kill(again, 'SIGSTOP');
  const hangs = await failureOf(server.refresh(config(port, ['https://a.example']), made.settings));
  expect([hangs.code, hangs.message]).toEqual(['port-unusable', expect.stringContaining('its process does not answer')]);
  await eventually('the third process', () => ![before, again, null].includes(server.facts().pid), within(10_000));
  expect((await post(url, '{}', { 'user-agent': 'mine', 'origin': 'http://localhost:1' })).status).toBe(200);

  state.trouble = 'the disk is full';
  const busy = await post(url, '{"msg":"lost"}', { 'user-agent': 'mine' });
  expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '1']);
  expect(busy.body).toContain('the disk is full');
  state.trouble = null;
  expect((await post(url, '{"msg":"well"}', { 'user-agent': 'mine' })).status).toBe(200);
  expect(taken.map(({ event }) => event.text)).not.toContain('lost');
  expect(state.active).toBeGreaterThan(0);
});
