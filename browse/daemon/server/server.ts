/**
 * The daemon's HTTP face: the gate, the routes, JSON in and out. One function from a request to an answer, without a port.
 *
 *     POST /v1/argv · POST /v1/NAME · GET|POST /v1/status, /status · POST /v1/refresh, /refresh · POST /v1/stop, /stop
 *     GET /v1/ping · POST /v1/fate · POST /v1/changes
 */
import { isObject } from '../../base/json.ts';
import { clientIdentityFrom } from '../../protocol/client-identity.ts';
import { BrowseError } from '../../protocol/errors.ts';
import type { ErrorBody, ErrorCode, ErrorData } from '../../protocol/errors.ts';
import type { BuildInfo, DaemonRecord } from '../../protocol/record.ts';
import { SERVICES } from '../../protocol/status.ts';
import type { ProcessFacts, ServiceName, Status } from '../../protocol/status.ts';
import type { ArgvReply, ArgvRequest, ChangesReply, ChangesRequest, PingReply, StopReply, StopRequest } from '../../protocol/wire.ts';
import { refusal } from '../../adapters/http/request-gate.ts';
import { createCommandLedger } from './idempotency.ts';
import type { Control, Dispatch, NamedCall } from '../ports.ts';
import type { Handler, Incoming, Outgoing } from '../../adapters/http/handler.ts';

/** Largest body taken, in bytes. */
const BODY_LIMIT = 16 * 1024 * 1024;
/** Seconds after which a draining daemon's successor is there. */
const RETRY_AFTER = '1';

export type ServerParts = {
  readonly record: () => DaemonRecord;
  /** The pipeline; its modules load while we listen already. */
  readonly dispatch: Promise<Dispatch>;
  /** The pipeline if it is loaded. */
  readonly loaded: () => Dispatch | null;
  readonly control: Control;
  readonly draining: () => boolean;
  /** Begins the end on the next turn of the event loop, after the answer is on its way. */
  readonly stop: (request: StopRequest) => { withinMs: number };
  /** Waits for news. */
  readonly changes: (request: ChangesRequest, caller: AbortSignal) => Promise<ChangesReply>;
  /** A command begins (+1) or is over (-1). */
  readonly activity: (change: 1 | -1) => void;
  /** What the first command after a loss must be told; empty once it was. */
  readonly takeNotices: () => readonly string[];
  /** Reports our own bug; returns the id on screen. */
  readonly report: (error: unknown) => string;
  /** A client of that build has come. */
  readonly met: (build: BuildInfo) => void;
  /** Who would lose its work with this daemon, besides the commands that run. */
  readonly keptBy: () => readonly string[];
  /** Called after a command's answer, with its session's tabs possibly changed. */
  readonly afterCommand: () => void;
};

const json = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Outgoing => ({
  status,
  headers: {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  },
  body: JSON.stringify(value),
});

const refused = (error: BrowseError): Outgoing =>
  json(
    error.http,
    { ok: false, error: error.body(), retryable: error.retryable },
    error.http === 503 ? { 'retry-after': RETRY_AFTER } : {},
  );

const failure = <C extends ErrorCode>(code: C, data: ErrorData<C>): Outgoing => refused(new BrowseError(code, data));

/** A body that must be a JSON object; an empty one is `{}`. */
async function bodyOf(incoming: Incoming): Promise<Record<string, unknown>> {
  const text = await incoming.body(BODY_LIMIT);
  if (text === null) throw new BrowseError('too-large', { limit: BODY_LIMIT });
  if (text === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BrowseError('malformed', { problem: 'the body is not JSON' });
  }
  if (!isObject(value)) throw new BrowseError('malformed', { problem: 'the body is not a JSON object' });
  return value;
}

/** A command line as it must arrive. */
function argvRequest(body: Record<string, unknown>): ArgvRequest {
  const strings = (value: unknown): boolean => Array.isArray(value) && value.every((each) => typeof each === 'string');
  const wrong =
    typeof body['id'] !== 'string' || body['id'].length < 8 || body['id'].length > 64
      ? 'id'
      : !strings(body['argv'])
        ? 'argv'
        : typeof body['cwd'] !== 'string' || !/^(\/|[A-Za-z]:[\\/])/.test(body['cwd'])
          ? 'cwd'
          : body['env'] !== undefined && !(isObject(body['env']) && strings(Object.values(body['env'])))
            ? 'env'
            : body['stdin'] !== undefined && typeof body['stdin'] !== 'string'
              ? 'stdin'
              : body['spent'] !== undefined && !(Number(body['spent']) >= 0)
                ? 'spent'
                : null;
  if (wrong !== null) throw new BrowseError('malformed', { problem: `${wrong} is missing or of the wrong kind` });
  return { umask: 0o077, tty: false, env: {}, build: { version: '', id: '', stamp: 0, protocol: 0 }, ...body } as unknown as ArgvRequest;
}

/** What a call by name may say of its caller; the rest of the body is the command's input. */
function namedCall(body: Record<string, unknown>): { call: NamedCall; input: unknown } {
  const { id, cwd, env, stdin, session, tab, timeout, input, ...rest } = body;
  const base = argvRequest({
    id: id ?? crypto.randomUUID(),
    argv: [],
    cwd: cwd ?? '/',
    ...(env === undefined ? {} : { env }),
    ...(stdin === undefined ? {} : { stdin }),
  });
  const call = {
    ...base,
    ...(typeof session === 'string' ? { session } : {}),
    ...(typeof tab === 'number' ? { tab } : {}),
    ...(typeof timeout === 'number' ? { timeout } : {}),
  };
  return { call, input: input ?? rest };
}

/** One turn of the event loop: the news that a caller has left, sent before he was served, arrives before his command begins. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Requests → answers. Never rejects. */
export function createHandler(parts: ServerParts): Handler {
  const once = createCommandLedger();

  const argv = async (incoming: Incoming): Promise<Outgoing> => {
    const request = argvRequest(await bodyOf(incoming));
    parts.met(request.build);
    if (parts.draining()) return failure('draining', {});
    // Whoever waits for the pipeline to load is there already: a daemon with a short idle time must not leave under him.
    parts.activity(1);
    try {
      const dispatch = await parts.dispatch;
      await nextTurn();
      if (parts.draining()) return failure('draining', {});
      const ran = once.run(request.id, async () => {
        if (incoming.caller.aborted) return leftAlready(request.id);
        return withNotices(await dispatch.argv(request, incoming.caller), parts.takeNotices());
      });
      return ran === 'repeated' ? failure('repeated', { id: request.id }) : json(200, await ran);
    } finally {
      parts.activity(-1);
      parts.afterCommand();
    }
  };

  const named = async (name: string, incoming: Incoming): Promise<Outgoing> => {
    const { call, input } = namedCall(await bodyOf(incoming));
    if (parts.draining()) return failure('draining', {});
    parts.activity(1);
    try {
      const dispatch = await parts.dispatch;
      if (parts.draining()) return failure('draining', {});
      const answer: { http: number; body: unknown } = { http: 500, body: null };
      const ran = once.run(call.id, async () => {
        Object.assign(answer, await dispatch.command(name, input, call, incoming.caller));
        return { id: call.id, exit: 0, stdout: '', stderr: '' };
      });
      if (ran === 'repeated') return failure('repeated', { id: call.id });
      await ran;
      return json(answer.http, answer.body, answer.http === 503 ? { 'retry-after': RETRY_AFTER } : {});
    } finally {
      parts.activity(-1);
      parts.afterCommand();
    }
  };

  const stop = async (incoming: Incoming): Promise<Outgoing> => {
    const body = await bodyOf(incoming);
    const running = parts.loaded()?.running().length ?? 0;
    const kept = parts.keptBy();
    if (body['whenIdle'] === true && running + kept.length > 0)
      return json(409, { ok: false, error: { code: 'busy', message: [`${running} commands run`, ...kept].join(', ') }, retryable: true });
    const by = clientIdentityFrom(body['by']);
    const { withinMs } = parts.stop({ restore: body['restore'] === true, ...(by === null ? {} : { by }) });
    const { process, refreshedAt } = parts.record();
    return json(200, { ok: true, refreshedAt, process, withinMs } satisfies StopReply);
  };

  const refresh = async (incoming: Incoming, service?: ServiceName): Promise<Outgoing> => {
    await bodyOf(incoming);
    if (parts.draining()) return failure('draining', {});
    return json(200, { ok: true, ...(await parts.control.refresh(service)) });
  };

  const route = async (incoming: Incoming): Promise<Outgoing> => {
    const path = incoming.target.split('?', 1)[0] ?? '/';
    const get = incoming.method === 'GET';
    if (!get && incoming.method !== 'POST') return failure('no-route', { path });
    switch (path) {
      case '/v1/ping': {
        const { process, nonce } = parts.record();
        const kept = parts.keptBy();
        return json(200, {
          pid: process.pid,
          nonce,
          state: parts.draining() ? 'draining' : 'ready',
          running: parts.loaded()?.running().length ?? 0,
          ...(kept.length === 0 ? {} : { kept }),
        } satisfies PingReply);
      }
      case '/status':
      case '/v1/status':
        return json(200, { ok: true, ...parts.control.status(), ...whatRuns(parts.loaded()) });
    }
    if (get) return failure('no-route', { path });
    switch (path) {
      case '/v1/argv':
        return argv(incoming);
      case '/stop':
      case '/v1/stop':
        return stop(incoming);
      case '/refresh':
      case '/v1/refresh':
        return refresh(incoming);
      case '/v1/changes': {
        const { heard, withinMs } = await bodyOf(incoming);
        if (parts.draining()) return failure('draining', {});
        return json(200, await parts.changes({ heard: Number(heard), withinMs: Number(withinMs) || 0 }, incoming.caller));
      }
      case '/v1/fate':
        return json(200, once.fate(String((await bodyOf(incoming))['id'])));
    }
    const service = SERVICES.find((each) => path === `/refresh/${each}` || path === `/v1/refresh/${each}`);
    if (service !== undefined) return refresh(incoming, service);
    const name = /^\/v1\/([a-z][a-z-]*)$/.exec(path)?.[1];
    return name === undefined ? failure('no-route', { path }) : named(name, incoming);
  };

  return async (incoming) => {
    const no = refusal(incoming.header, parts.record().token);
    if (no !== null) return no.code === 'forbidden' ? failure('forbidden', { header: no.header }) : failure('unauthorized', {});
    try {
      return await route(incoming);
    } catch (error) {
      return error instanceof BrowseError ? refused(error) : failure('internal', { id: parts.report(error) });
    }
  };
}

/** Nothing, while the pipeline is not loaded. */
function whatRuns(dispatch: Dispatch | null): Omit<Status, keyof ProcessFacts | 'session'> {
  const { browsers, sessions, saved, tabs } = dispatch?.counts() ?? { browsers: [], sessions: [], saved: [], tabs: 0 };
  return { browsers, sessions, saved, tabs, running: dispatch?.running() ?? [] };
}

/** The caller went away while his command waited at the door: nothing ran. */
function leftAlready(id: string): ArgvReply {
  const error: ErrorBody = new BrowseError('interrupted', { command: 'command', outcome: 'did not run' }).body();
  return { id, exit: 130, stdout: '', stderr: `${error.message}\n`, error };
}

function withNotices(reply: ArgvReply, notices: readonly string[]): ArgvReply {
  return notices.length === 0 ? reply : { ...reply, stderr: notices.map((line) => `${line}\n`).join('') + reply.stderr };
}
