/** The daemon's HTTP face from request to answer: first without a port, then over both kinds of endpoint with the real client. */
import { request } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sendFromNode } from '../../browse/adapters/http/node-client.ts';
import { listen } from '../../browse/adapters/http/server.ts';
import { deferred } from '../../browse/base/deferred.ts';
import { createHandler } from '../../browse/daemon/server/server.ts';
import type { ServerParts } from '../../browse/daemon/server/server.ts';
import type { Dispatch } from '../../browse/daemon/ports.ts';
import type { DaemonRecord, Endpoint } from '../../browse/protocol/record.ts';
import type { ArgvReply } from '../../browse/protocol/wire.ts';
import { temporaryFolder } from '../support/folder.ts';
import { REFRESHED, WELL } from '../support/process-facts.ts';
import type { Handler, HttpServer, Incoming } from '../../browse/adapters/http/handler.ts';

const record: DaemonRecord = {
  process: { pid: 7, birth: '1', boot: 'b', namespace: 'n' },
  nonce: 'aa',
  endpoint: { kind: 'unix', path: '/s' },
  token: 'secret',
  build: { version: '1', id: 'id', stamp: 1, protocol: 1 },
  startedAt: '2026-01-01T00:00:00.000Z',
  refreshedAt: null,
  state: 'ready',
};

type Rig = {
  readonly handler: Handler;
  readonly ran: string[];
  readonly stops: unknown[];
  state: { draining: boolean; running: number; notices: string[]; broken: boolean; kept: string[] };
  /** Ids of the builds whose clients came. */
  met: string[];
};

/** `loading`: resolves when the pipeline is there. */
function rig(argv?: (id: string, caller: AbortSignal) => Promise<Partial<ArgvReply>>, loading: Promise<unknown> = Promise.resolve()): Rig {
  const ran: string[] = [];
  const stops: unknown[] = [];
  const state = { draining: false, running: 0, notices: [] as string[], broken: false, kept: [] as string[] };
  const met: string[] = [];
  const dispatch: Dispatch = {
    async argv(asked, caller) {
      ran.push(asked.argv.join(' '));
      return { id: asked.id, exit: 0, stdout: `${asked.argv.join(' ')}\n`, stderr: 'own\n', ...(await argv?.(asked.id, caller)) };
    },
    async command(name, input) {
      ran.push(name);
      return { http: 200, body: { name, input } };
    },
    running: () => Array.from({ length: state.running }, (_, at) => ({ id: String(at), command: 'x', session: null, tab: null, ms: 1 })),
    counts: () => ({ browsers: [], sessions: ['default'], saved: [], tabs: 2 }),
    open: async () => [],
    reconfigure: async () => ({ reseated: [], failed: [] }),
    drain: async () => {},
    save: async () => ({ sessions: [], lost: [] }),
    restoreAll: async () => {},
    tend: async () => {},
  };
  const parts: ServerParts = {
    record: () => record,
    dispatch: loading.then(() => dispatch),
    loaded: () => dispatch,
    control: {
      status: () => {
        if (state.broken) throw new Error('a secret of ours');
        return { ...WELL, pid: 7, build: 'id', startedAt: '', logBytes: 1 };
      },
      refresh: async (service) => ({
        ...REFRESHED,
        pid: 7,
        refreshedAt: '2026-01-02T00:00:00.000Z',
        changed: [service === undefined ? 'a.userAgent' : `of ${service}`],
        closedHandles: 1,
      }),
    },
    draining: () => state.draining,
    stop: (asked) => {
      stops.push(asked);
      return { withinMs: 100 };
    },
    changes: async ({ heard }) => ({ heard: heard + 1 }),
    activity: () => {},
    takeNotices: () => state.notices.splice(0),
    report: () => 'bug-1',
    afterCommand: () => {},
    met: (build) => void met.push(build.id),
    keptBy: () => state.kept,
  };
  return { handler: createHandler(parts), ran, stops, state, met };
}

type Asked = {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Record<string, string | null>;
  readonly caller?: AbortSignal;
};

async function ask(
  handler: Handler,
  target: string,
  { method = 'POST', body = '', headers = {}, caller = new AbortController().signal }: Asked = {},
): Promise<{ status: number; headers: Readonly<Record<string, string>>; json: Record<string, unknown> }> {
  const all: Record<string, string | null> = { host: 'localhost', authorization: 'Bearer secret', ...headers };
  const incoming: Incoming = {
    method,
    target,
    header: (name) => all[name] ?? null,
    body: async (limit) => (body.length > limit ? null : body),
    caller,
  };
  const outgoing = await handler(incoming);
  return { status: outgoing.status, headers: outgoing.headers, json: JSON.parse(outgoing.body) as Record<string, unknown> };
}

const argvBody = (change: Record<string, unknown> = {}): string =>
  JSON.stringify({ id: crypto.randomUUID(), argv: ['url'], cwd: '/', env: {}, umask: 63, tty: false, ...change });

describe('a request', () => {
  test('without the token, from a page or to another name is refused before anything is read', async () => {
    const { handler, ran } = rig();
    expect((await ask(handler, '/v1/argv', { body: argvBody(), headers: { authorization: null } })).status).toBe(401);
    for (const header of ['origin', 'referer'])
      expect((await ask(handler, '/v1/argv', { body: argvBody(), headers: { [header]: 'http://localhost' } })).status).toBe(403);
    expect((await ask(handler, '/v1/stop', { headers: { host: 'evil.example' } })).status).toBe(403);
    expect(ran).toEqual([]);
  });

  test.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['no id', argvBody({ id: undefined })],
    ['a short id', argvBody({ id: 'x' })],
    ['words that are none', argvBody({ argv: [1] })],
    ['a relative folder', argvBody({ cwd: 'here' })],
    ['variables that are no text', argvBody({ env: { A: 1 } })],
    ['stdin that is no text', argvBody({ stdin: 1 })],
  ])('with %s is a 400 in JSON', async (_name, body) => {
    const { handler, ran } = rig();
    const answer = await ask(handler, '/v1/argv', { body });
    expect(answer).toMatchObject({ status: 400, json: { ok: false, retryable: false, error: { code: 'malformed' } } });
    expect(ran).toEqual([]);
  });

  test('that is too large is a 413, one to nowhere a 404, and GET changes nothing', async () => {
    const { handler, stops } = rig();
    expect((await ask(handler, '/v1/argv', { body: 'x'.repeat(17 * 1024 * 1024) })).status).toBe(413);
    for (const path of ['/', '/v1/', '/v1/UPPER', '/v2/argv', '/v1/a/b']) expect((await ask(handler, path)).status).toBe(404);
    for (const path of ['/stop', '/v1/stop', '/refresh', '/v1/argv', '/v1/fate', '/v1/click'])
      expect((await ask(handler, path, { method: 'GET' })).status).toBe(404);
    expect((await ask(handler, '/status', { method: 'DELETE' })).status).toBe(404);
    expect(stops).toEqual([]);
  });

  test('that meets our own bug tells its number and nothing else', async () => {
    const { handler, state } = rig();
    state.broken = true;
    const answer = await ask(handler, '/v1/status');
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer.json)).toContain('bug-1');
    expect(JSON.stringify(answer.json)).not.toContain('secret');
  });
});

describe('a command', () => {
  test('runs once, and carries what its caller must be told first', async () => {
    const { handler, ran, state } = rig();
    state.notices = ['tabs are lost'];
    const body = argvBody();
    expect((await ask(handler, '/v1/argv', { body })).json).toMatchObject({ exit: 0, stdout: 'url\n', stderr: 'tabs are lost\nown\n' });
    expect(await ask(handler, '/v1/argv', { body })).toMatchObject({ status: 409, json: { error: { code: 'repeated' } } });
    expect(ran).toEqual(['url']);
  });

  test('whose caller left while it waited at the door does not run', async () => {
    const { handler, ran } = rig();
    const answer = await ask(handler, '/v1/argv', { body: argvBody(), caller: AbortSignal.abort() });
    expect(answer.json).toMatchObject({ exit: 130, error: { code: 'interrupted' } });
    expect(ran).toEqual([]);
  });

  test('to a draining daemon is a 503 that says when to come back', async () => {
    const { handler, ran, state } = rig();
    state.draining = true;
    for (const [path, body] of [
      ['/v1/argv', argvBody()],
      ['/v1/url', '{}'],
      ['/refresh', ''],
    ] as const) {
      const answer = await ask(handler, path, { body });
      expect(answer).toMatchObject({ status: 503, json: { ok: false, retryable: true, error: { code: 'draining' } } });
      expect(answer.headers['retry-after']).toBe('1');
    }
    expect(ran).toEqual([]);
  });

  test.each(['/v1/argv', '/v1/url'])(
    'that waited at %s for the pipeline to load does not run when the daemon drains by then',
    async (path) => {
      const loaded = deferred<void>();
      const { handler, ran, state } = rig(undefined, loaded.promise);
      const body = path === '/v1/argv' ? argvBody() : '{}';
      const waiting = ask(handler, path, { body });
      // The handler has looked once by now, and waits.
      await new Promise((resolve) => setImmediate(resolve));
      state.draining = true;
      loaded.resolve();
      expect(await waiting).toMatchObject({ status: 503, json: { error: { code: 'draining' } } });
      expect(ran).toEqual([]);
      // Nothing of it is remembered: the next daemon may be given the same id.
      state.draining = false;
      expect((await ask(handler, path, { body })).status).toBe(200);
    },
  );

  test('by name gets its input, with or without an envelope', async () => {
    const { handler } = rig();
    expect((await ask(handler, '/v1/goto', { body: '{"url":"x","tab":2}' })).json).toEqual({ name: 'goto', input: { url: 'x' } });
    expect((await ask(handler, '/v1/goto', { body: '{"input":{"url":"x"},"session":"s"}' })).json).toEqual({
      name: 'goto',
      input: { url: 'x' },
    });
  });

  test('can be asked about: running, done with its answer, never seen and then forbidden', async () => {
    const gate = deferred<void>();
    const { handler, ran } = rig(() => gate.promise.then(() => ({})));
    const id = crypto.randomUUID();
    const fate = async (of: string) => (await ask(handler, '/v1/fate', { body: JSON.stringify({ id: of }) })).json;
    const running = ask(handler, '/v1/argv', { body: argvBody({ id }) });
    await expect.poll(() => ran).toEqual(['url']);
    expect(await fate(id)).toEqual({ state: 'running' });
    gate.resolve();
    await running;
    expect(await fate(id)).toMatchObject({ state: 'done', reply: { id } });
    const late = crypto.randomUUID();
    expect(await fate(late)).toEqual({ state: 'unknown' });
    expect((await ask(handler, '/v1/argv', { body: argvBody({ id: late }) })).status).toBe(409);
  });
});

describe('the life of the daemon', () => {
  test('D-28: refresh and stop answer with ok and the time, under both names', async () => {
    const { handler, stops } = rig();
    for (const path of ['/refresh', '/v1/refresh'])
      expect((await ask(handler, path)).json).toMatchObject({
        ok: true,
        refreshedAt: '2026-01-02T00:00:00.000Z',
        changed: ['a.userAgent'],
        closedHandles: 1,
      });
    for (const path of ['/refresh/logs', '/v1/refresh/logs'])
      expect((await ask(handler, path)).json).toMatchObject({ ok: true, changed: ['of logs'], closedHandles: 1 });
    expect((await ask(handler, '/refresh/nothing')).status).toBe(404);
    for (const path of ['/stop', '/v1/stop'])
      expect((await ask(handler, path, { body: '{"restore":true}' })).json).toMatchObject({
        ok: true,
        refreshedAt: null,
        process: record.process,
        withinMs: 100,
      });
    expect(stops).toEqual([{ restore: true }, { restore: true }]);
  });

  test('a stop carries who asked for it, as far as that is plain', async () => {
    const { handler, stops } = rig();
    const by = { pid: 4242, tty: 'pts/3', command: 'browse stop' };
    for (const said of [by, { ...by, command: 'browse\u001b[2Jstop' }, 'somebody'])
      expect((await ask(handler, '/v1/stop', { body: JSON.stringify({ by: said }) })).status).toBe(200);
    expect(stops).toEqual([{ restore: false, by }, { restore: false }, { restore: false }]);
  });

  test('news is waited for until there is some; a daemon that ends sends everybody away; status tells what runs', async () => {
    const { handler, state } = rig();
    expect((await ask(handler, '/v1/changes', { body: '{"heard":4,"withinMs":1000}' })).json).toEqual({ heard: 5 });
    expect((await ask(handler, '/v1/changes', { method: 'GET' })).status).toBe(404);
    state.running = 1;
    const told = (await ask(handler, '/v1/status', { method: 'GET' })).json;
    expect(told).toMatchObject({ ok: true, sessions: ['default'], tabs: 2, running: [{ command: 'x' }] });
    state.draining = true;
    expect((await ask(handler, '/v1/changes', { body: '{"heard":4,"withinMs":1000}' })).status).toBe(503);
  });

  test('a stop that may only happen when idle is refused while something runs', async () => {
    const { handler, stops, state } = rig();
    state.running = 1;
    expect((await ask(handler, '/v1/stop', { body: '{"whenIdle":true}' })).status).toBe(409);
    expect(stops).toEqual([]);
    state.running = 0;
    expect((await ask(handler, '/v1/stop', { body: '{"whenIdle":true}' })).status).toBe(200);
  });

  test('so is one while somebody is at work in a browser of ours, which ping tells; a stop that is meant is not', async () => {
    const { handler, stops, state } = rig();
    state.kept = ['1 Playwright client'];
    const refused = await ask(handler, '/v1/stop', { body: '{"whenIdle":true}' });
    expect([refused.status, JSON.stringify(refused.json)]).toEqual([409, expect.stringContaining('1 Playwright client')]);
    expect((await ask(handler, '/v1/ping', { method: 'GET' })).json).toMatchObject({ running: 0, kept: ['1 Playwright client'] });
    expect((await ask(handler, '/v1/stop', { body: '{}' })).status).toBe(200);
    expect(stops).toHaveLength(1);
  });

  test('the build of whoever sends a command is heard of', async () => {
    const { handler, met } = rig();
    const build = { version: '9', id: 'newer', stamp: 9, protocol: 1 };
    await ask(handler, '/v1/argv', { body: JSON.stringify({ id: 'command-1', argv: ['url'], cwd: '/', build }) });
    expect(met).toEqual(['newer']);
  });

  test('ping tells who answers, whether it drains and what runs', async () => {
    const { handler, state } = rig();
    expect((await ask(handler, '/v1/ping', { method: 'GET' })).json).toEqual({ pid: 7, nonce: 'aa', state: 'ready', running: 0 });
    Object.assign(state, { draining: true, running: 2 });
    expect((await ask(handler, '/v1/ping', { method: 'GET' })).json).toEqual({ pid: 7, nonce: 'aa', state: 'draining', running: 2 });
  });
});

const endpoints: readonly [string, (folder: string) => Endpoint][] = [
  ['a unix socket', (folder) => ({ kind: 'unix', path: join(folder, 'a.sock') })],
  ['a loopback port', () => ({ kind: 'tcp', host: '127.0.0.1', port: 0 })],
];

describe.each(endpoints)('over %s', (_name, endpointIn) => {
  async function served(handler: Handler, work: (server: HttpServer) => Promise<void>): Promise<void> {
    using folder = temporaryFolder();
    const server = await listen(endpointIn(folder.path), handler);
    try {
      await work(server);
    } finally {
      await server.close(0);
    }
  }

  test('a command and its long answer travel whole', async () => {
    const long = 'é'.repeat(1_000_000);
    await served(rig(async () => ({ stdout: long })).handler, async ({ endpoint }) => {
      const answer = await sendFromNode({ endpoint, token: 'secret', method: 'POST', path: '/v1/argv', body: argvBody() });
      expect(answer.status).toBe(200);
      expect((JSON.parse(answer.body) as ArgvReply).stdout).toBe(long);
    });
  });

  test('a caller who leaves is noticed', async () => {
    const left = deferred<void>();
    const { handler, ran } = rig(async (_id, caller) => {
      caller.addEventListener('abort', () => left.resolve());
      await left.promise;
      return {};
    });
    await served(handler, async ({ endpoint }) => {
      const leave = new AbortController();
      const asked = sendFromNode({ endpoint, token: 'secret', method: 'POST', path: '/v1/argv', body: argvBody(), signal: leave.signal });
      asked.catch(() => {});
      await expect.poll(() => ran).toEqual(['url']);
      leave.abort();
      await expect(asked).rejects.toMatchObject({ kind: 'aborted' });
      await left.promise;
    });
  });

  test('nobody there is "refused", a connection that breaks is "lost"', async () => {
    let gone: Endpoint | null = null;
    await served(
      async () => Promise.reject(new Error('x')),
      async ({ endpoint }) => {
        gone = endpoint;
        expect((await sendFromNode({ endpoint, token: 'secret', method: 'GET', path: '/' })).status).toBe(500);
      },
    );
    await expect(sendFromNode({ endpoint: gone as unknown as Endpoint, token: 'secret', method: 'GET', path: '/' })).rejects.toMatchObject({
      kind: 'refused',
    });
    const hang = rig(() => new Promise(() => {}));
    using folder = temporaryFolder();
    const server = await listen(endpointIn(folder.path), hang.handler);
    const asked = sendFromNode({ endpoint: server.endpoint, token: 'secret', method: 'POST', path: '/v1/argv', body: argvBody() });
    asked.catch(() => {});
    await expect.poll(() => hang.ran).toEqual(['url']);
    await server.close(0);
    await expect(asked).rejects.toMatchObject({ kind: 'lost' });
  });

  test('a close delivers what is being answered', async () => {
    const gate = deferred<void>();
    const { handler, ran } = rig(() => gate.promise.then(() => ({ stdout: 'x'.repeat(3_000_000) })));
    using folder = temporaryFolder();
    const server = await listen(endpointIn(folder.path), handler);
    const asked = sendFromNode({ endpoint: server.endpoint, token: 'secret', method: 'POST', path: '/v1/argv', body: argvBody() });
    await expect.poll(() => ran).toEqual(['url']);
    const closed = server.close(5_000);
    gate.resolve();
    expect((JSON.parse((await asked).body) as ArgvReply).stdout).toHaveLength(3_000_000);
    await closed;
  });
});

test('a body larger than the limit is refused while it arrives', async () => {
  using folder = temporaryFolder();
  const server = await listen({ kind: 'unix', path: join(folder.path, 'a.sock') }, async (incoming) => ({
    status: (await incoming.body(1000)) === null ? 413 : 200,
    headers: {},
    body: '',
  }));
  try {
    const status = await new Promise((resolve) => {
      const asked = request({ socketPath: join(folder.path, 'a.sock'), method: 'POST', path: '/' }, (response) =>
        resolve(response.statusCode),
      );
      asked.on('error', () => resolve('cut'));
      asked.end('x'.repeat(100_000));
    });
    expect([413, 'cut']).toContain(status);
  } finally {
    await server.close(0);
  }
});
