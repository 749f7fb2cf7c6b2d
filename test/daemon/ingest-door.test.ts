/** What the port for logs answers to whom: first without a port, then over one with clients that are slow or send too much. */
import { request } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { listen } from '../../browse/adapters/http/server.ts';
import { BODY, createListener } from '../../browse/processes/ingest-listener.ts';
import type { ServedProject } from '../../browse/domain/messages/ingest.ts';
import { createRater } from '../../browse/domain/ingest/rates.ts';
import type { AppRow } from '../../browse/domain/ingest/record.ts';
import { secretNames } from '../../browse/domain/traffic/secrets.ts';
import type { Handler, Outgoing } from '../../browse/adapters/http/handler.ts';
import { BodyLate } from '../../browse/adapters/http/handler.ts';

const KEY = 'a'.repeat(32);
const T = '4bf92f3577b34da6a3ce929d0e0e4736';

type Rig = {
  readonly handler: Handler;
  readonly put: { readonly session: string; readonly rows: readonly AppRow[] }[];
  state: { busy: string | null; refused: number };
  ask(
    method: string,
    target: string,
    sent?: { body?: string | Error | null; headers?: Readonly<Record<string, string>> },
  ): Promise<Outgoing>;
};

function rig(rater = createRater()): Rig {
  const projects: ServedProject[] = [
    { key: KEY, session: 'shop', origins: ['http://localhost:*'] },
    { key: 'b'.repeat(32), session: 'blog', origins: [] },
  ];
  const put: Rig['put'] = [];
  const state: Rig['state'] = { busy: null, refused: 0 };
  const handler = createListener({
    projects: () => projects,
    rater,
    secret: secretNames([]),
    now: () => 1_000_000_000_000,
    async put({ session }, rows) {
      if (state.busy === null) put.push({ session, rows });
      return state.busy;
    },
    refused: () => void (state.refused += 1),
  });
  return {
    handler,
    put,
    state,
    ask(method, target, { body = '', headers = {} } = {}) {
      const all: Readonly<Record<string, string>> = { host: 'localhost:7717', ...headers };
      const caller = new AbortController().signal;
      const read = async (): Promise<string | null> => {
        if (body instanceof Error) throw body;
        return body;
      };
      return handler({ method, target, header: (name) => all[name] ?? null, body: read, caller });
    },
  };
}

test('there is a health and the address of a project; everything else is one and the same nothing', async () => {
  const { ask } = rig();
  expect(await ask('GET', '/health')).toMatchObject({ status: 200, body: '{"ok":true}' });
  const nothing = { status: 404, headers: {}, body: '' };
  const asked: readonly (readonly [string, string, Readonly<Record<string, string>>?])[] = [
    ['GET', '/'],
    ['POST', '/health'],
    ['GET', `/ingest/${KEY}`],
    ['PUT', `/ingest/${KEY}`],
    ['POST', '/ingest/'],
    ['POST', `/ingest/${KEY}x`],
    ['POST', `/ingest/${KEY.slice(1)}`],
    ['POST', `/ingest/${KEY}/v1/traces`],
    ['POST', `/ingest/${KEY}/../health`],
    ['OPTIONS', `/ingest/${KEY}`],
    ['POST', '/v1/argv'],
    ['POST', '/refresh'],
    // Whoever has no key does not learn which origins there are.
    ['POST', '/ingest/wrong', { origin: 'http://localhost:3000' }],
    ['OPTIONS', '/ingest/wrong', { origin: 'http://localhost:3000' }],
    // A name of theirs that leads here.
    ['GET', '/health', { host: 'evil.example:7717' }],
    ['POST', `/ingest/${KEY}`, { host: 'evil.example:7717' }],
  ];
  for (const [method, target, headers] of asked)
    expect(await ask(method, target, headers ? { headers } : {}), `${method} ${target}`).toEqual(nothing);
});

test('lines and OTLP become rows of the session that has the key, with the trace of the request', async () => {
  const { ask, put } = rig();
  const headers = { traceparent: `00-${T}-00f067aa0ba902b7-01` };
  expect(await ask('POST', `/ingest/${KEY}`, { body: '{"msg":"a"}\n{"msg":"b","trace":"other"}', headers })).toMatchObject({
    status: 200,
    body: '{"accepted":2}',
  });
  const otlp = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'c' } }] }] }] });
  expect(await ask('POST', `/ingest/${'b'.repeat(32)}/v1/logs`, { body: otlp })).toMatchObject({ status: 200, body: '{}' });
  expect(await ask('POST', `/ingest/${KEY}?x=1`, { body: '' })).toMatchObject({ status: 200, body: '{"accepted":0}' });
  const seen = put.map(({ session, rows }) => [session, rows.map(({ event, trace }) => [event.text, event.kind, trace])]);
  expect(seen).toEqual([
    ['shop', [['a', 'app', T], ['b', 'app', 'other']]], // prettier-ignore
    ['blog', [['c', 'app', null]]],
  ]);
});

test('a page of an origin that may can read its answers, errors too; another one can post nothing', async () => {
  const { ask, put, state } = rig();
  const own = { origin: 'http://localhost:5173' };
  const open = { 'access-control-allow-origin': own.origin, 'access-control-allow-credentials': 'true', 'vary': 'origin' };
  const preflight = await ask('OPTIONS', `/ingest/${KEY}`, { headers: own });
  expect(preflight).toMatchObject({ status: 204, headers: { ...open, 'access-control-allow-methods': 'POST' } });
  expect(preflight.headers['access-control-allow-headers']).toContain('traceparent');
  expect((await ask('POST', `/ingest/${KEY}`, { body: '{}', headers: own })).headers).toMatchObject(open);
  const wrong = await ask('POST', `/ingest/${KEY}`, { body: '{', headers: own });
  expect([wrong.status, wrong.headers['access-control-allow-origin']]).toEqual([400, own.origin]);
  for (const origin of ['https://evil.example', 'null', 'http://localhost.evil.example']) {
    for (const method of ['POST', 'OPTIONS']) {
      const no = await ask(method, `/ingest/${KEY}`, { body: '{}', headers: { origin } });
      expect([no.status, Object.keys(no.headers).filter((name) => name.startsWith('access-'))]).toEqual([403, []]);
      expect(JSON.parse(no.body)).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    }
  }
  // Its project names none.
  expect((await ask('POST', `/ingest/${'b'.repeat(32)}`, { body: '{}', headers: own })).status).toBe(403);
  expect([put.length, state.refused]).toEqual([1, 8]);
});

test('each way to post badly has its own answer, and leaves nothing behind', async () => {
  const { ask, put, state } = rig();
  const post = async (body: string | Error | null, headers: Readonly<Record<string, string>> = {}) => {
    const { status, headers: said, body: text } = await ask('POST', `/ingest/${KEY}`, { body, headers });
    const { error, message } = JSON.parse(text) as { error: { code: string; message: string }; message: string };
    expect(message).toBe(error.message);
    return { status, code: error.code, message, again: said['retry-after'] };
  };
  expect(await post('{"a":1}\n{bad')).toMatchObject({ status: 400, code: 'malformed', message: 'Malformed request: line 2 is no JSON' });
  expect(await post(null)).toMatchObject({ status: 413, code: 'too-large', message: `The request is larger than ${BODY} bytes` });
  expect(await post(new BodyLate())).toMatchObject({ status: 408, code: 'body-late', again: '1' });
  expect(await post(new Error('reset'))).toMatchObject({ status: 400, message: 'Malformed request: the body was cut short' });
  expect(await post('{}', { 'content-encoding': 'gzip' })).toMatchObject({ status: 415, code: 'body-unreadable' });
  expect(await post('{}', { 'content-type': 'application/x-protobuf' })).toMatchObject({ status: 415, code: 'body-unreadable' });
  state.busy = 'the disk is full';
  expect(await post('{}')).toMatchObject({ status: 503, code: 'log-unavailable', again: '1' });
  expect([put.length, state.refused]).toEqual([0, 7]);
});

test('one that floods is told when to come again; others are not', async () => {
  const rate = (perSecond: number, burst: number) => ({ perSecond, burst });
  const own = { requests: rate(1, 3), rows: rate(10, 10), bytes: rate(100, 100), atOnce: 2 };
  const { ask, put } = rig(createRater(own));
  const flood = await Promise.all(Array.from({ length: 20 }, () => ask('POST', `/ingest/${KEY}`, { body: '{}' })));
  expect(flood.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(3);
  const refused = flood.find(({ status }) => status === 429);
  expect(refused?.headers['retry-after']).toBe('1');
  expect(JSON.parse(refused?.body ?? '')).toMatchObject({ error: { code: 'too-fast' } });
  const page = { origin: 'http://localhost:5173' };
  expect((await ask('POST', `/ingest/${KEY}`, { body: '{}', headers: page })).status).toBe(200);
  expect((await ask('POST', `/ingest/${KEY}`, { body: '{}', headers: { 'user-agent': 'another' } })).status).toBe(200);
  expect((await ask('POST', `/ingest/${'b'.repeat(32)}`, { body: '{}' })).status).toBe(200);
  expect(put.at(-1)?.session).toBe('blog');
});

test('over a port: a hundred megabytes and a body that never ends are refused, and the next one is served', async () => {
  const { handler, put } = rig();
  const server = await listen({ kind: 'tcp', host: '127.0.0.1', port: 0 }, handler, { ms: 300 });
  const port = server.endpoint.kind === 'tcp' ? server.endpoint.port : 0;
  const post = (length: number | null, body: readonly string[]): Promise<number> =>
    new Promise((resolve) => {
      const headers = { host: 'localhost', ...(length === null ? {} : { 'content-length': length }) };
      const asked = request({ host: '127.0.0.1', port, method: 'POST', path: `/ingest/${KEY}`, agent: false, headers }, (answer) => {
        resolve(answer.statusCode ?? 0);
        asked.destroy();
      });
      asked.on('error', () => resolve(-1));
      for (const part of body) asked.write(part);
      if (length === null) asked.end();
    });
  const slow = connect(port, '127.0.0.1');
  const ended = new Promise<string>((resolve) => {
    let said = '';
    slow.on('data', (part: Buffer) => (said += part.toString()));
    slow.on('close', () => resolve(said));
  });
  slow.write(`POST /ingest/${KEY} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{`);
  try {
    expect(await post(100_000_000, ['x'])).toBe(413);
    expect(
      await post(
        null,
        Array.from({ length: 20 }, () => 'x'.repeat(100_000)),
      ),
    ).toBe(413);
    expect(await post(null, ['{"msg":"well"}'])).toBe(200);
    expect(await ended).toMatch(/^HTTP\/1\.1 408 /);
    expect(put).toHaveLength(1);
  } finally {
    slow.destroy();
    await server.close(0);
  }
});
