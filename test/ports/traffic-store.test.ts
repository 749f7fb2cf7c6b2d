/** The daemon's side of traffic with the store's own processes: what is killed, late, full or replaced costs no row and no command. */
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { clock } from '../../browse/adapters/node/clock.ts';
import { SqliteReader } from '../../browse/adapters/sqlite/reader.ts';
import { SqliteWriter } from '../../browse/adapters/sqlite/writer.ts';
import { StoredTrafficLog } from '../../browse/daemon/logs/traffic-log.ts';
import { ANY_REQUEST } from '../../browse/domain/traffic/filter.ts';
import type { EventFilter } from '../../browse/domain/traffic/filter.ts';
import { within } from '../support/browser.ts';
import { failureOf } from '../support/finding.ts';
import { temporaryFolder } from '../support/folder.ts';
import { eventRow, requestRow } from '../support/traffic-rows.ts';

const ANY_EVENT: EventFilter = {
  session: null,
  tab: null,
  since: null,
  after: null,
  kinds: ['console', 'dialog', 'download', 'app'],
  errors: false,
  trace: null,
  grep: null,
  limit: 10_000,
};

type Rig = AsyncDisposable & {
  readonly traffic: StoredTrafficLog;
  readonly path: string;
  readonly warnings: readonly string[];
  /** Begins and ends requests with these addresses. */
  hear(...urls: readonly string[]): void;
  addresses(): Promise<readonly string[]>;
  /** Processes of the store, by what they do. */
  pids(what: 'write' | 'read'): readonly number[];
};

function rig(file = 'log.db'): Rig {
  const folder = temporaryFolder();
  const path = `${folder.path}/${file}`;
  const warnings: string[] = [];
  const traffic = new StoredTrafficLog({
    path,
    clock,
    env: process.env as Record<string, string>,
    note: () => {},
    heard: () => {},
    warn: (text) => warnings.push(text),
  });
  const listener = traffic.listener('default', () => 1);
  return {
    traffic,
    path,
    warnings,
    hear(...urls) {
      for (const url of urls) {
        const key = {};
        const { requestHeaders, ...row } = requestRow({ url, at: Date.now() });
        listener.began(key, () => null, { ...row, requestHeaders }, null);
        listener.ended(key, Promise.resolve({ ...row, requestHeaders: null }));
      }
    },
    addresses: async () => (await traffic.ask({ ask: 'requests', filter: ANY_REQUEST }, within())).rows.map(({ url }) => url),
    pids: (what) =>
      readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
        .filter((pid) => {
          try {
            return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`__store\0${what}\0${path}`);
          } catch {
            return false;
          }
        }),
    [Symbol.asyncDispose]: async () => {
      await traffic.close();
      folder[Symbol.dispose]();
    },
  };
}

test('a question is answered with everything that was heard before it', async () => {
  await using it = rig();
  for (let n = 0; n < 5; n += 1) {
    it.hear(`/${n}`);
    expect(await it.addresses()).toHaveLength(n + 1);
  }
  expect(await it.traffic.ask({ ask: 'request', session: 'default', id: 3 }, within())).toMatchObject({ id: 3, url: '/2', status: 200 });
});

test('closing hands over what is left and ends every process', async () => {
  await using it = rig();
  await it.addresses();
  it.hear(...Array.from({ length: 2_000 }, (_, n) => `/${n}`));
  await it.traffic.close();
  expect([...it.pids('write'), ...it.pids('read')]).toEqual([]);
  const reader = new SqliteReader(it.path);
  expect(reader.requests(ANY_REQUEST).total).toBe(2_000);
  reader.close();
});

test('a store that is killed between any two rows is started again, and no row is lost', async () => {
  await using it = rig();
  const expected: string[] = [];
  for (let round = 0; round < 10; round += 1) {
    for (let n = 0; n < 50; n += 1) expected.push(`/${round}.${n}`);
    it.hear(...expected.slice(-50));
    if (round % 2) await it.traffic.flush();
    for (const pid of it.pids('write')) process.kill(pid, 'SIGKILL');
  }
  expect(await it.addresses()).toEqual(expected);
  const found = await it.traffic.ask({ ask: 'sql', text: 'SELECT * FROM pragma_integrity_check', cap: 5 }, within());
  expect(found.rows).toEqual([['ok']]);
});

// F1
test('every character that ends a line somewhere, steers or is not seen is kept as it was in every text, and no store ends by it', async () => {
  await using it = rig();
  it.hear('/first');
  await it.addresses();
  const [before] = it.pids('write');
  const points = Array.from({ length: 0x110000 }, (_, point) => point).filter(
    (point) =>
      (point < 0xd800 || point > 0xdfff) &&
      /[\ufe0f\u034f\u180b\u17b4\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u3164\u115f\u1160\uffa0\u2800]/u.test(String.fromCodePoint(point)),
  );
  expect(points.length).toBeGreaterThan(200);
  const texts = points.map((point) => `a${String.fromCodePoint(point)}b`);
  for (const text of texts) {
    it.hear(`/${text}`);
    const { kind, at, level, line, column } = eventRow();
    for (const each of ['console', 'dialog', 'download', 'app'] as const)
      it.traffic.note({ kind: each, at, level, line, column, text, url: null, detail: [text] }, 'default', 1, null);
    it.traffic.note({ kind, at, level, line, column, text: 'lone \ud800 half', url: null, detail: [] }, 'default', 1, null);
  }
  expect(await it.addresses()).toEqual(['/first', ...texts.map((text) => `/${text}`)]);
  const found = await it.traffic.ask({ ask: 'events', filter: { ...ANY_EVENT, kinds: ['app'] } }, within());
  expect(found.rows.map(({ text, detail }) => [text, ...detail])).toEqual(texts.map((text) => [text, text]));
  const counted = await it.traffic.ask({ ask: 'sql', text: 'SELECT count(*) FROM events', cap: 5 }, within());
  expect(counted.rows).toEqual([[points.length * 5]]);
  expect(it.pids('write')).toEqual([before]);
  expect(it.warnings).toEqual([]);
});

test('a row that cannot be written for what it is is set aside and said, and those beside it are kept', async () => {
  await using it = rig();
  it.hear('/a');
  const { kind, level, line, column } = eventRow();
  it.traffic.note({ kind, at: Number.NaN, level, line, column, text: 'never', url: null, detail: [] }, 'default', 1, null);
  it.traffic.note({ kind, at: 5, level, line, column, text: 'kept', url: null, detail: [] }, 'default', 1, null);
  it.hear('/b');
  expect(await it.addresses()).toEqual(['/a', '/b']);
  const found = await it.traffic.ask({ ask: 'events', filter: ANY_EVENT }, within());
  expect(found.rows.map(({ text }) => text)).toEqual(['kept']);
  expect(it.warnings).toEqual([expect.stringMatching(/^A row of the log was set aside: event 1 \(/)]);
  expect(it.traffic.trouble()).toBeNull();
});

test('each question of the documentation has a view that answers it', async () => {
  await using it = rig();
  it.hear('https://shop.test/a');
  const { at, line, column } = eventRow();
  const say = (kind: 'console' | 'pageerror' | 'command', level: string, text: string): void =>
    it.traffic.note({ kind, at, level, line, column, text, url: null, detail: [] }, 'default', 1, null);
  say('console', 'log', 'well');
  say('console', 'error', 'bad');
  say('pageerror', 'error', 'thrown');
  say('command', 'info', 'click @e1');
  const ask = async (text: string): Promise<readonly (readonly unknown[])[]> =>
    (await it.traffic.ask({ ask: 'sql', text, cap: 10 }, within())).rows;
  expect(await it.addresses()).toEqual(['https://shop.test/a']);
  expect(await ask('SELECT source, text FROM timeline WHERE event IS NOT NULL ORDER BY event')).toEqual([
    ['console', 'log well'],
    ['console', 'error bad'],
    ['console', 'error thrown'],
    ['command', 'info click @e1'],
  ]);
  expect(await ask('SELECT text FROM problems')).toEqual([['bad'], ['thrown']]);
  expect(await ask('SELECT text, time FROM commands')).toEqual([['click @e1', '1970-01-01T00:00:01.000Z']]);
  expect(await ask('SELECT host, requests FROM hosts')).toEqual([['shop.test', 1]]);
  for (const view of ['failed_requests', 'slow_requests']) expect(Array.isArray(await ask(`SELECT * FROM ${view}`))).toBe(true);
});

test('a query that does not end is stopped with its process, and others are answered meanwhile', async () => {
  await using it = rig();
  it.hear('/a');
  await it.addresses();
  const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n';
  const started = performance.now();
  const late = failureOf(it.traffic.ask({ ask: 'sql', text: endless, cap: 5 }, within(2_000)));
  it.hear('/b');
  expect(await it.addresses()).toEqual(['/a', '/b']);
  expect(performance.now() - started).toBeLessThan(1_500);
  expect((await late).code).toBe('query-late');
  // It is killed, and is gone a moment later.
  await expect.poll(() => it.pids('read')).toHaveLength(1);
});

test('a question that makes no sense, or would change something, is refused with the reason', async () => {
  await using it = rig();
  it.hear('/a');
  const refused = await failureOf(it.traffic.ask({ ask: 'sql', text: 'DELETE FROM requests', cap: 5 }, within()));
  expect([refused.code, refused.message]).toEqual([
    'query-refused',
    'The log does not answer this: only SELECT, WITH, VALUES and EXPLAIN are carried out',
  ]);
  expect(await it.addresses()).toEqual(['/a']);
});

test('while the file cannot be written rows wait in memory and it is said once; then they are all there', async () => {
  await using it = rig('gone/log.db');
  it.hear('/a', '/b');
  const refused = await failureOf(it.addresses());
  expect(refused.code).toBe('log-unavailable');
  expect(it.traffic.trouble()).toMatch(/cannot be written \(.+\): 2 rows are kept in memory/);
  it.hear('/c');
  await it.traffic.flush();
  expect(it.warnings).toEqual([expect.stringMatching(/^The log database cannot be written \(.+\); rows are kept in memory until it can$/)]);
  mkdirSync(it.path.replace('/log.db', ''), { mode: 0o700 });
  await it.traffic.flush();
  expect(it.traffic.trouble()).toBeNull();
  expect(await it.addresses()).toEqual(['/a', '/b', '/c']);
});

test('a row lands in the file that was deleted or replaced meanwhile, and no other row is touched', async () => {
  await using it = rig();
  it.hear('/a');
  await it.addresses();
  rmSync(it.path);
  it.hear('/b');
  expect(await it.addresses()).toEqual(['/b']);
  for (const end of ['', '-wal', '-shm']) rmSync(it.path + end, { force: true });
  const other = new SqliteWriter(it.path, { now: Date.now, note: () => {} });
  other.put({ requests: [requestRow({ id: 70, url: '/theirs' })], events: [] });
  other.close();
  it.hear('/c');
  const { rows } = await it.traffic.ask({ ask: 'requests', filter: ANY_REQUEST }, within());
  expect(rows.map(({ id, url }) => [id, url])).toEqual([
    [70, '/theirs'],
    [71, '/c'],
  ]);
  expect(await it.traffic.reopen()).toBeGreaterThanOrEqual(1);
  expect(await it.addresses()).toEqual(['/theirs', '/c']);
});

test('a secret that was learned stays one for a store that was started again', async () => {
  await using it = rig();
  it.traffic.learn('hunter2222', false);
  it.hear('/a?x=hunter2222');
  expect(await it.addresses()).toEqual(['/a?x=****']);
  for (const pid of it.pids('write')) process.kill(pid, 'SIGKILL');
  it.hear('/b?x=hunter2222');
  expect(await it.addresses()).toEqual(['/a?x=****', '/b?x=****']);
});
