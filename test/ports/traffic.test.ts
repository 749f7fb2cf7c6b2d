/** One suite for the store of traffic, in memory and on SQLite; then what a file on a disk may do to it. */
import Database from 'better-sqlite3';
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { MIGRATIONS } from '../../browse/adapters/sqlite/migrations.ts';
import { SqliteReader } from '../../browse/adapters/sqlite/reader.ts';
import { SqliteWriter } from '../../browse/adapters/sqlite/writer.ts';
import type { WriterOptions } from '../../browse/adapters/sqlite/writer.ts';
import { ANY_REQUEST, eventTest, newestOf, requestTest } from '../../browse/domain/traffic/filter.ts';
import type { EventFilter, RequestFilter } from '../../browse/domain/traffic/filter.ts';
import type { TrafficReader, TrafficWriter } from '../../browse/domain/traffic/ports.ts';
import { MemoryStore } from '../support/fake-traffic.ts';
import { temporaryFolder } from '../support/folder.ts';
import { random } from '../support/rounds.ts';
import { eventRow, requestRow } from '../support/traffic-rows.ts';

type Rig = Disposable & { readonly writer: TrafficWriter; readonly reader: TrafficReader };

const ANY_EVENT: EventFilter = {
  kinds: ['console', 'pageerror', 'frame', 'command'],
  errors: false,
  session: null,
  tab: null,
  since: null,
  grep: null,
  trace: null,
  after: null,
  limit: 1000,
};

function memory(): Rig {
  const store = new MemoryStore();
  return { writer: store, reader: store, [Symbol.dispose]: () => {} };
}

const quiet: WriterOptions = { now: Date.now, note: () => {} };

function sqlite(): Rig {
  const folder = temporaryFolder();
  const path = `${folder.path}/log.db`;
  const writer = new SqliteWriter(path, quiet);
  const reader = new SqliteReader(path);
  return {
    writer,
    reader,
    [Symbol.dispose]: () => {
      reader.close();
      writer.close();
      folder[Symbol.dispose]();
    },
  };
}

describe.each([
  ['in memory', memory],
  ['on SQLite', sqlite],
])('the store of traffic %s', (_, make) => {
  test('gives a row back as it was put, with all of its parts', () => {
    using rig = make();
    const row = requestRow({
      id: 3,
      initiator: { kind: 'script', url: 'http://h/a.js', line: 4 },
      phases: { dnsStart: 1, dnsEnd: 2, connectStart: 2, sslStart: -1, connectEnd: 3, requestStart: 3, responseStart: 9, responseEnd: 12 },
      requestHeaders: [
        ['A', '1'],
        ['A', '2'],
      ],
      responseHeaders: [['B', 'ü\n']],
      requestBody: '',
      responseBody: '{"a":1}',
    });
    const event = eventRow({ id: 5, detail: ['one', 'two'], request: 3, kind: 'frame', level: 'sent' });
    rig.writer.put({ requests: [row], events: [event] });
    expect(rig.reader.request('default', 3)).toEqual(row);
    expect(rig.reader.request('other', 3)).toBeNull();
    expect(rig.reader.events(ANY_EVENT)).toEqual({ rows: [event], total: 1 });
    expect(rig.reader.frames(3, 10)).toEqual({ rows: [event], total: 1 });
    expect(rig.writer.next()).toEqual({ request: 4, event: 6 });
  });

  test('a row that is put again replaces itself, and is read at once', () => {
    using rig = make();
    rig.writer.put({ requests: [requestRow({ state: 'pending', status: null })], events: [] });
    expect(rig.reader.requests(ANY_REQUEST).rows[0]?.state).toBe('pending');
    rig.writer.put({ requests: [requestRow()], events: [] });
    expect(rig.reader.requests(ANY_REQUEST)).toMatchObject({ rows: [{ state: 'done', status: 200 }], total: 1 });
  });

  test('the newest are given, oldest first, and all that match are counted', () => {
    using rig = make();
    rig.writer.put({
      requests: Array.from({ length: 50 }, (_, at) => requestRow({ id: at + 1, status: at % 2 ? 200 : 500, session: at < 40 ? 'a' : 'b' })),
      events: [],
    });
    const found = rig.reader.requests({ ...ANY_REQUEST, session: 'a', status: '5xx', limit: 3 });
    expect(found.rows.map(({ id }) => id)).toEqual([35, 37, 39]);
    expect(found.total).toBe(20);
  });

  test('whatever is asked for, just those rows are given and counted that the rule names', () => {
    using rig = make();
    const chance = random();
    const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T;
    const maybe = <T>(value: () => T): T | null => (chance() < 0.3 ? value() : null);
    const somewhere = () => ({
      at: Math.floor(chance() * 50),
      tab: pick([1, 2, null]),
      trace: pick(['t1', 't2', null]),
    });
    const requests = Array.from({ length: 300 }, (_, at) =>
      requestRow({
        ...somewhere(),
        id: at + 1,
        session: pick(['a', 'b']),
        method: pick(['GET', 'POST', 'get']),
        url: pick(['http://h/api/1', 'http://h/app.js']),
        type: pick(['fetch', 'script']),
        status: pick([200, 204, 304, 404, 500, 503, null]),
        state: pick(['done', 'pending', 'failed', 'aborted', 'redirected']),
      }),
    );
    const events = Array.from({ length: 300 }, (_, at) =>
      eventRow({
        ...somewhere(),
        id: at + 1,
        session: pick(['a', 'b', null]),
        kind: pick(['console', 'pageerror', 'command']),
        level: pick(['log', 'error']),
        text: pick(['hello', 'good bye']),
        detail: pick([[], ['hello again']]),
      }),
    );
    rig.writer.put({ requests, events });
    for (let round = 0; round < 200; round += 1) {
      const common = {
        session: maybe(() => pick(['a', 'b'])),
        tab: maybe(() => pick([1, 2, 3])),
        since: maybe(() => Math.floor(chance() * 60)),
        trace: maybe(() => pick(['t1', 't2'])),
        after: maybe(() => Math.floor(chance() * 310)),
        limit: pick([1, 5, 1_000]),
      };
      const asked: RequestFilter = {
        ...common,
        whole: chance() < 0.5,
        status: maybe(() => pick(['404', '5xx', '>=400', '>404', 'failed,5xx', 'pending', '2xx, 304'])),
        method: maybe(() => pick(['get', 'POST'])),
        type: maybe(() => pick(['Fetch', 'script'])),
        url: maybe(() => pick(['api', '**/*.js', 'http://h/{app.js,none}', '**', 'h/a'])),
        grep: maybe(() => pick(['post', '50\\d', 'none'])),
      };
      const found = rig.reader.requests(asked);
      const meant = newestOf(requests.toReversed(), requestTest(asked), asked.limit);
      expect({ asked, ids: found.rows.map(({ id }) => id), total: found.total }).toEqual({
        asked,
        ids: meant.rows.map(({ id }) => id),
        total: meant.total,
      });
      const kinds = pick([['console'], ['console', 'pageerror'], ['command']] as const);
      const wanted: EventFilter = { ...common, kinds, errors: chance() < 0.3, grep: maybe(() => pick(['hello', 'BYE'])) };
      const heard = rig.reader.events(wanted);
      const said = newestOf(events.toReversed(), eventTest(wanted), wanted.limit);
      expect({ wanted, ids: heard.rows.map(({ id }) => id), total: heard.total }).toEqual({
        wanted,
        ids: said.rows.map(({ id }) => id),
        total: said.total,
      });
    }
  });

  test('a list has neither headers nor bodies unless they are asked for', () => {
    using rig = make();
    rig.writer.put({ requests: [requestRow({ responseBody: 'x', requestHeaders: [['a', 'b']] })], events: [] });
    expect(rig.reader.requests(ANY_REQUEST).rows[0]).toMatchObject({ responseBody: null, requestHeaders: [] });
    expect(rig.reader.requests({ ...ANY_REQUEST, whole: true }).rows[0]).toMatchObject({ responseBody: 'x', requestHeaders: [['a', 'b']] });
  });

  test('a trace is a command with all it caused, on servers too; or a trace id with what was said around it', () => {
    using rig = make();
    const own = { trace: 'command-1' };
    rig.writer.put({
      requests: [
        requestRow({ id: 1, ...own, traceId: 'aaa' }),
        requestRow({ id: 2, ...own, traceId: 'bbb' }),
        requestRow({ id: 3, ...own }),
        requestRow({ id: 4, trace: 'command-2', traceId: 'ccc' }),
        requestRow({ id: 5, trace: null, traceId: 'aaa' }),
      ],
      events: [
        eventRow({ id: 1, ...own }),
        eventRow({ id: 2, kind: 'app', tab: null, trace: 'aaa' }),
        eventRow({ id: 3, kind: 'app', tab: null, trace: 'bbb' }),
        eventRow({ id: 4, kind: 'app', tab: null, trace: 'ccc' }),
        eventRow({ id: 5, trace: 'command-2' }),
        eventRow({ id: 6, trace: null }),
      ],
    });
    const asked = (trace: string): readonly (readonly number[])[] => [
      rig.reader.requests({ ...ANY_REQUEST, trace }).rows.map(({ id }) => id),
      rig.reader.events({ ...ANY_EVENT, kinds: ['console', 'app'], trace }).rows.map(({ id }) => id),
    ];
    expect(asked('command-1')).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(asked('aaa')).toEqual([
      [1, 5],
      [1, 2],
    ]);
    expect(asked('ccc')).toEqual([[4], [4, 5]]);
    expect(asked('nobody')).toEqual([[], []]);
  });

  test('clearing forgets what has ended, of that tab of that session, and gives no number away again', () => {
    using rig = make();
    rig.writer.put({
      requests: [
        requestRow({ id: 1 }),
        requestRow({ id: 2, state: 'pending' }),
        requestRow({ id: 3, tab: 2 }),
        requestRow({ id: 4, session: 'other' }),
      ],
      events: [eventRow({ id: 1 }), eventRow({ id: 2, kind: 'command' })],
    });
    expect(rig.writer.clear({ kind: 'requests', session: 'default', tab: 1 })).toBe(1);
    expect(rig.reader.requests(ANY_REQUEST).rows.map(({ id }) => id)).toEqual([2, 3, 4]);
    expect(rig.writer.clear({ kind: 'console', session: 'default', tab: null })).toBe(1);
    expect(rig.reader.events(ANY_EVENT).rows.map(({ kind }) => kind)).toEqual(['command']);
    expect(rig.writer.next()).toEqual({ request: 5, event: 3 });
  });
});

describe('the file of the store', () => {
  const put = (writer: SqliteWriter, id: number): void => writer.put({ requests: [requestRow({ id })], events: [] });
  const ids = (path: string): readonly number[] => {
    const reader = new SqliteReader(path);
    const { rows } = reader.requests(ANY_REQUEST);
    reader.close();
    return rows.map(({ id }) => id);
  };

  test('a deleted file is made again with the next row, and its numbers begin anew', () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/log.db`;
    const writer = new SqliteWriter(path, quiet);
    put(writer, 1);
    const before = writer.generation();
    rmSync(path);
    expect(writer.generation()).toBe(before + 1);
    put(writer, 2);
    expect(ids(path)).toEqual([2]);
    writer.close();
  });

  test('a row lands in the file that took its place, whose own rows stay', () => {
    using folder = temporaryFolder();
    const [path, other] = [`${folder.path}/log.db`, `${folder.path}/other.db`];
    const theirs = new SqliteWriter(other, quiet);
    put(theirs, 40);
    theirs.close();
    const writer = new SqliteWriter(path, quiet);
    put(writer, 1);
    renameSync(other, path);
    expect(writer.next().request).toBe(41);
    put(writer, 41);
    expect(ids(path)).toEqual([40, 41]);
    writer.close();
  });

  test('opening again closes the handle and keeps every row; the same file keeps its numbers', () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/log.db`;
    const writer = new SqliteWriter(path, quiet);
    put(writer, 1);
    const before = writer.generation();
    expect(writer.reopen()).toBe(1);
    expect(writer.generation()).toBe(before);
    expect(ids(path)).toEqual([1]);
    writer.close();
  });

  test('an older schema is brought to the newest with its rows in it', () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/log.db`;
    const old = new SqliteWriter(path, quiet);
    put(old, 1);
    old.close();
    const writer = new SqliteWriter(path, { ...quiet, migrations: [...MIGRATIONS, 'ALTER TABLE requests ADD COLUMN mood TEXT'] });
    writer.close();
    const database = new Database(path);
    expect(database.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length + 1);
    expect(database.prepare('SELECT id, mood FROM requests').get()).toEqual({ id: 1, mood: null });
    database.close();
  });

  test('a newer schema is set aside whole, and said', () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/log.db`;
    const newer = new SqliteWriter(path, { ...quiet, migrations: [...MIGRATIONS, 'CREATE TABLE later (a)'] });
    put(newer, 9);
    newer.close();
    const notes: string[] = [];
    const writer = new SqliteWriter(path, { ...quiet, note: (text) => notes.push(text) });
    put(writer, 1);
    expect(ids(path)).toEqual([1]);
    expect(ids(`${path}.schema-${MIGRATIONS.length + 1}`)).toEqual([9]);
    expect(notes).toEqual([expect.stringMatching(/set aside as .*newer browse/)]);
    writer.close();
  });

  test.each([
    ['text', Buffer.from('this is no database at all, though it is long enough to be one'.repeat(100))],
    ['a torn header', Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(8_000, 0xff)])],
  ])('%s in its place is set aside and said, and rows are kept again', (_, bytes) => {
    using folder = temporaryFolder();
    const path = `${folder.path}/log.db`;
    writeFileSync(path, bytes);
    const notes: string[] = [];
    const writer = new SqliteWriter(path, { ...quiet, note: (text) => notes.push(text) });
    put(writer, 1);
    expect(ids(path)).toEqual([1]);
    expect(readFileSync(`${path}.damaged`)).toEqual(bytes);
    expect(notes).toHaveLength(1);
    writer.close();
  });

  test('what was under way when its daemon ended is aborted, once', () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/log.db`;
    const writer = new SqliteWriter(path, quiet);
    writer.put({ requests: [requestRow({ id: 1, state: 'pending' }), requestRow({ id: 2 })], events: [] });
    writer.abandon('its daemon ended');
    const reader = new SqliteReader(path);
    expect(reader.requests(ANY_REQUEST).rows.map(({ state, failure }) => [state, failure])).toEqual([
      ['aborted', 'its daemon ended'],
      ['done', null],
    ]);
    reader.close();
    writer.close();
  });

  test('what is too old goes, and what is too much goes from the oldest on and gives its room back', () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/log.db`;
    const now = 1_000_000_000_000;
    const writer = new SqliteWriter(path, { ...quiet, now: () => now, limits: { age: 1_000, bytes: 1_000_000 } });
    const body = 'x'.repeat(20_000);
    writer.put({ requests: [requestRow({ id: 1, at: now - 2_000 })], events: [eventRow({ id: 1, at: now - 2_000 })] });
    writer.put({ requests: Array.from({ length: 200 }, (_, at) => requestRow({ id: at + 2, at: now, responseBody: body })), events: [] });
    for (let round = 0; round < 5; round += 1) writer.clean();
    const left = ids(path);
    expect(left.length).toBeGreaterThan(20);
    expect(left.length).toBeLessThan(60);
    expect(left.at(-1)).toBe(201);
    expect(left).toEqual(left.map((_, at) => 202 - left.length + at));
    writer.close();
    expect(statSync(path).size).toBeLessThan(1_300_000);
  });

  test('the user alone can read it', () => {
    using folder = temporaryFolder();
    const before = process.umask(0o077);
    const writer = new SqliteWriter(`${folder.path}/log.db`, quiet);
    put(writer, 1);
    process.umask(before);
    for (const name of readdirSync(folder.path)) expect(statSync(`${folder.path}/${name}`).mode & 0o777, name).toBe(0o600);
    writer.close();
  });
});

describe('SQL of the user', () => {
  const rig = (): Disposable & { readonly path: string; readonly reader: SqliteReader } => {
    const folder = temporaryFolder();
    const path = `${folder.path}/log.db`;
    const writer = new SqliteWriter(path, quiet);
    writer.put({ requests: Array.from({ length: 30 }, (_, at) => requestRow({ id: at + 1, status: at < 10 ? 500 : 200 })), events: [] });
    const reader = new SqliteReader(path);
    return {
      path,
      reader,
      [Symbol.dispose]: () => {
        reader.close();
        writer.close();
        folder[Symbol.dispose]();
      },
    };
  };

  test('is answered with columns and rows, and cut at the cap', () => {
    using it = rig();
    expect(it.reader.sql('select status, count(*) as n from requests group by status order by 1', 10)).toEqual({
      columns: ['status', 'n'],
      rows: [
        [200, 20],
        [500, 10],
      ],
      more: false,
    });
    expect(it.reader.sql('-- all\nselect id from requests', 5)).toMatchObject({ rows: { length: 5 }, more: true });
    expect(it.reader.sql('with a as (select 1 as b) select b from a', 5).rows).toEqual([[1]]);
  });

  test.each([
    ['delete from requests', /only SELECT/],
    ['with a as (select 1) delete from requests returning id', /would change|readonly/],
    ['update requests set url = 1', /only SELECT/],
    ['pragma user_version = 9', /only SELECT/],
    ["attach '/tmp/x.db' as x", /only SELECT/],
    ["vacuum into '/tmp/x.db'", /only SELECT/],
    ['select 1; delete from requests', /more than one statement/],
    ['select absent from requests', /no such column/],
    ['selekt', /only SELECT/],
    ['', /only SELECT/],
    ["select load_extension('/tmp/x.so')", /not authorized|no such function/],
  ])('%j is refused with its reason, and nothing changes', (text, reason) => {
    using it = rig();
    expect(() => it.reader.sql(text, 5)).toThrow(reason);
    expect(it.reader.requests(ANY_REQUEST).total).toBe(30);
    expect(existsSync('/tmp/x.db')).toBe(false);
  });

  test('a cell and an answer have a largest size', () => {
    using it = rig();
    const [[cell]] = it.reader.sql("select replace(hex(zeroblob(1000000)), '00', 'ab')", 5).rows as [[string]];
    expect(cell.length).toBeLessThan(30_000);
    expect(it.reader.sql("select replace(hex(zeroblob(10000)), '00', 'ab') from requests a, requests b", 1000)).toMatchObject({
      more: true,
    });
  });
});
