/** Logs of applications: how each form is read, who may post, how much, and what becomes a row. */
import { describe, expect, test } from 'vitest';
import { recordsInLines } from '../../browse/domain/ingest/lines.ts';
import { allows, LOOPBACK, originProblem } from '../../browse/domain/ingest/origins.ts';
import { recordsInOtlp } from '../../browse/domain/ingest/otlp.ts';
import { createRater } from '../../browse/domain/ingest/rates.ts';
import { levelOf, rowOf, serviceOf } from '../../browse/domain/ingest/record.ts';
import { secretNames } from '../../browse/domain/traffic/secrets.ts';
import { traceIdOf, traceIn } from '../../browse/domain/traffic/trace.ts';
import { parseConfiguration } from '../../browse/daemon/configuration/user-configuration.ts';
import { failureOf } from '../support/finding.ts';

const T = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = `00-${T}-00f067aa0ba902b7-01`;
const NOW = Date.parse('2026-05-01T12:00:00Z');

describe('traces', () => {
  test.each([
    [PARENT, T],
    [T, T],
    [T.toUpperCase(), T],
    [`${PARENT}-more`, T],
    ['0'.repeat(32), null],
    ['00-00000000000000000000000000000000-00f067aa0ba902b7-01', null],
    ['0192aa10-1111-7abc-8def-0123456789ab', null],
    ['', null],
  ])('the trace id of %j', (text, id) => {
    expect(traceIdOf(text)).toBe(id);
  });

  test('a request has the one of its traceparent, however that is spelled', () => {
    expect(traceIn([['Accept', '*/*'], ['TraceParent', PARENT]])).toBe(T); // prettier-ignore
    expect(traceIn([['tracestate', 'a=b']])).toBeNull();
  });
});

describe('JSON lines', () => {
  test('pino, winston, bare text and a list are read, and what has no name of its own is kept', async () => {
    const lines = [
      `{"level":40,"time":${NOW},"msg":"slow","pid":7,"traceparent":"${PARENT}"}`,
      '',
      `{"level":"error","message":"boom","timestamp":"2026-05-01T11:59:00Z","service":"api","trace_id":"${T}"}`,
      '"just a text"',
      '{"level":"info","count":3}',
    ].join('\n');
    expect(recordsInLines(lines)).toEqual([
      { at: NOW, level: 'warning', text: 'slow', trace: T, service: null, rest: { pid: 7 } },
      { at: NOW - 60_000, level: 'error', text: 'boom', trace: T, service: 'api', rest: {} },
      { at: null, level: 'info', text: 'just a text', trace: null, service: null, rest: {} },
      { at: null, level: 'info', text: '{"count":3}', trace: null, service: null, rest: {} },
    ]);
    expect(recordsInLines('[{"text":"a"},{"text":"b","session":"s1"}]').map(({ text, rest }) => [text, rest])).toEqual([
      ['a', {}],
      ['b', { session: 's1' }],
    ]);
    expect(recordsInLines('{\n  "msg": "of several lines"\n}')).toHaveLength(1);
    expect(recordsInLines('  \n')).toEqual([]);
  });

  test.each([
    ['{bad', 'line 1 is no JSON'],
    ['{"a":1}\n{"b"', 'line 2 is no JSON'],
    ['[1]', 'record 1 is neither an object nor a text'],
    ['null', 'record 1 is neither an object nor a text'],
    ['{}\n'.repeat(5_001), 'more than 5000 records'],
    [`[${'{},'.repeat(5_000)}{}]`, 'more than 5000 records'],
  ])('all of it is refused when a part cannot be read: %#', async (body, problem) => {
    const error = await failureOf(Promise.try(() => recordsInLines(body)));
    expect([error.code, error.message]).toEqual(['malformed', expect.stringContaining(problem)]);
  });
});

describe('OTLP', () => {
  const request = (record: object, resource: readonly object[] = []): string =>
    JSON.stringify({
      resourceLogs: [{ resource: { attributes: resource }, scopeLogs: [{ scope: { name: 'lib' }, logRecords: [record] }] }],
    });

  test('a record has its time, level, text, trace, service and attributes', () => {
    const [record] = recordsInOtlp(
      request(
        {
          timeUnixNano: `${NOW}000000`,
          severityNumber: 17,
          body: { stringValue: 'boom' },
          traceId: T.toUpperCase(),
          spanId: '00f067aa0ba902b7',
          attributes: [
            { key: 'n', value: { intValue: '3' } },
            { key: 'list', value: { arrayValue: { values: [{ boolValue: true }] } } },
            { key: 'map', value: { kvlistValue: { values: [{ key: 'x', value: { doubleValue: 1.5 } }] } } },
          ],
        },
        [
          { key: 'service.name', value: { stringValue: 'api' } },
          { key: 'host.name', value: { stringValue: 'h' } },
        ],
      ),
    );
    expect(record).toEqual({
      at: NOW,
      level: 'error',
      text: 'boom',
      trace: T,
      service: 'api',
      rest: { n: '3', list: [true], map: { x: 1.5 }, spanId: '00f067aa0ba902b7', resource: { 'host.name': 'h' } },
    });
    const [bare] = recordsInOtlp(request({ body: { kvlistValue: { values: [] } }, severityText: 'WARN' }));
    expect(bare).toMatchObject({ at: null, level: 'warning', text: '{}', trace: null, service: 'lib' });
    expect(recordsInOtlp(request({ eventName: 'session.start' }))[0]?.text).toBe('session.start');
    expect(recordsInOtlp('{}')).toEqual([]);
  });

  test.each([
    'no json',
    '[]',
    '{"resourceLogs":{}}',
    '{"resourceLogs":[1]}',
    request({ body: 'text' }),
    request({ body: Array.from({ length: 30 }).reduce((inner) => ({ arrayValue: { values: [inner] } }), {}) as object }),
    JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: Array.from({ length: 5_001 }, () => ({})) }] }] }),
  ])('what is none is refused: %#', async (body) => {
    expect((await failureOf(Promise.try(() => recordsInOtlp(body)))).code).toBe('malformed');
  });
});

describe('rows', () => {
  const record = { at: null, level: 'info', text: 'hello', trace: null, service: null, rest: {} };
  const secret = secretNames(['inner_note']);

  test('a row has no secret, in its text or beside it, and a bounded size', () => {
    const { event } = rowOf(
      {
        ...record,
        text: '{"password":"hunter22","a":1}',
        service: 'api',
        rest: { user: 'ada', auth: { token: ['one', 'two'] }, innerNote: 'mine', url: 'http://h/?access_token=abcdef' },
      },
      NOW,
      null,
      secret,
    );
    expect(event.text).toBe('{"password":"****","a":1}');
    expect(event.detail[1]).not.toMatch(/one|two|mine|abcdef/);
    expect(event.detail[1]).toContain('"user":"ada"');
    expect(serviceOf(event)).toBe('api');
    const large = rowOf({ ...record, text: 'x'.repeat(100_000), rest: { y: 'y'.repeat(100_000) } }, NOW, null, secret).event;
    expect(large.text.length + large.detail.join('').length).toBeLessThan(30_000);
  });

  test('a time that cannot be is not believed, and kept beside; a trace of its own goes before that of the request', () => {
    expect(rowOf({ ...record, at: NOW - 1_000 }, NOW, PARENT, secret).event.at).toBe(NOW - 1_000);
    const { event } = rowOf({ ...record, at: 1_000 }, NOW, null, secret);
    expect([event.at, event.detail]).toEqual([NOW, ['{"time":1000}']]);
    expect(rowOf(record, NOW, 'of-the-request', secret).trace).toBe('of-the-request');
    expect(rowOf({ ...record, trace: T }, NOW, 'of-the-request', secret).trace).toBe(T);
  });

  test.each([
    [10, 'debug'],
    [60, 'error'],
    ['FATAL', 'error'],
    ['Warn', 'warning'],
    ['silly\u001b', 'info'],
    [null, 'info'],
  ])('the level %j', (given, level) => {
    expect(levelOf(given)).toBe(level);
  });
});

describe('origins', () => {
  test.each([
    ['http://localhost:5173', true],
    ['http://LOCALHOST:5173', true],
    ['http://localhost', true],
    ['http://[::1]:3000', true],
    ['http://localhost.evil.example', false],
    ['http://localhost:80@evil.example', false],
    ['http://evil.example:5173', false],
    ['null', false],
    ['', false],
  ])('by default %j may post: %s', (origin, may) => {
    expect(allows(LOOPBACK, origin)).toBe(may);
  });

  test('a configured one is that one', () => {
    expect(allows(['https://a.example'], 'https://a.example')).toBe(true);
    expect(allows(['https://a.example'], 'https://a.example:8443')).toBe(false);
    expect(allows(['https://a.example'], 'http://a.example')).toBe(false);
    for (const good of ['https://a.example', 'http://localhost:*', 'http://[::1]:3000']) expect(originProblem(good)).toBeNull();
    for (const bad of ['*', 'a.example', 'https://a.example/x', 'ftp://a.example', 'https://a.example:443', 'null'])
      expect(originProblem(bad), bad).not.toBeNull();
  });
});

describe('rates', () => {
  const rate = (perSecond: number, burst: number) => ({ perSecond, burst });
  const own = { requests: rate(1, 3), rows: rate(10, 10), bytes: rate(100, 100), atOnce: 2 };
  const all = { requests: rate(100, 100), rows: rate(100, 100), bytes: rate(1_000, 1_000), atOnce: 3 };
  const go = (rater: ReturnType<typeof createRater>, client: string, now: number): number => {
    const wait = rater.begin(client, now);
    if (wait === 0) rater.over(client);
    return wait;
  };

  test('one client that floods waits, another does not, and time makes it good', () => {
    const rater = createRater(own, all);
    expect([1, 2, 3, 4].map(() => go(rater, 'a', 0))).toEqual([0, 0, 0, 1]);
    expect(go(rater, 'b', 0)).toBe(0);
    expect(go(rater, 'a', 1_000)).toBe(0);
  });

  test('rows and bytes may make a debt, which is waited for', () => {
    const rater = createRater(own, all);
    rater.spend('a', 40, 0, 0);
    expect(go(rater, 'a', 0)).toBe(4);
    expect(go(rater, 'a', 4_000)).toBe(0);
    rater.spend('c', 0, 600, 4_000);
    expect(go(rater, 'c', 4_000)).toBe(6);
  });

  test('so many at once of one, so many of all; names that are made up pass no total', () => {
    const rater = createRater(own, all);
    expect([rater.begin('a', 0), rater.begin('a', 0), rater.begin('a', 0)]).toEqual([0, 0, 1]);
    expect([rater.begin('b', 0), rater.begin('c', 0)]).toEqual([0, 1]);
    rater.over('a');
    expect(rater.begin('c', 0)).toBe(0);
    const flooded = createRater(own, all);
    const waits = Array.from({ length: 3_000 }, (_, at) => go(flooded, `made-up-${at}`, 0));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(100);
  });
});

describe('the configuration', () => {
  test('names a port and origins, or leaves them to us', () => {
    const read = (text: string): unknown => (parseConfiguration(text, '/c.json', '/') as { readonly values?: unknown }).values;
    expect(read('{}')).toEqual({});
    expect(read('{"logs":{"port":4318,"origins":["http://localhost:*"]}}')).toEqual({
      'logs.port': 4318,
      'logs.origins': ['http://localhost:*'],
    });
  });

  test.each([
    '{',
    '[]',
    '{"log":{}}',
    '{"logs":[]}',
    '{"logs":{"prot":1}}',
    '{"logs":{"port":0}}',
    '{"logs":{"port":"80"}}',
    '{"logs":{"port":70000}}',
    '{"logs":{"origins":"x"}}',
    '{"logs":{"origins":["*"]}}',
    '{"logs":{"origins":[1]}}',
    '{"browser":[]}',
    '{"browser":{"cdp":"yes"}}',
    '{"browser":{"cdp":true,"port":9222}}',
  ])('%s is refused with a reason', (text) => {
    expect(parseConfiguration(text, '/c.json', '/')).toHaveProperty('problem');
  });
});
