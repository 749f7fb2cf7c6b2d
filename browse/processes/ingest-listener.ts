/**
 * What the port for logs answers: `GET /health`, and `POST /ingest/KEY` (with `/v1/logs` behind it for OTLP) to whoever has the
 * key and comes from a page that may. Everything else is 404 and says nothing. Knows no port and no process.
 */
import { allows } from '../domain/ingest/origins.ts';
import { recordsInLines } from '../domain/ingest/lines.ts';
import { recordsInOtlp } from '../domain/ingest/otlp.ts';
import type { Rater } from '../domain/ingest/rates.ts';
import { rowOf } from '../domain/ingest/record.ts';
import type { AppRow } from '../domain/ingest/record.ts';
import type { SecretNames } from '../domain/traffic/secrets.ts';
import { traceIdOf } from '../domain/traffic/trace.ts';
import { BrowseError, fail } from '../protocol/errors.ts';
import { isOwnHost, sameSecret } from '../adapters/http/request-gate.ts';
import type { ServedProject } from '../domain/messages/ingest.ts';
import { BodyLate } from '../adapters/http/handler.ts';
import type { Handler, Incoming, Outgoing } from '../adapters/http/handler.ts';

/** Bytes of one body. */
export const BODY = 1024 * 1024;
/** Milliseconds that a body may take. */
export const PATIENCE = 10_000;

const PATH = /^\/ingest\/([\w-]{1,100})(\/v1\/logs)?$/;
const NOTHING: Outgoing = { status: 404, headers: {}, body: '' };
const JSON_TYPE = { 'content-type': 'application/json' };

export type ListenerParts = {
  readonly projects: () => readonly ServedProject[];
  readonly rater: Rater;
  readonly secret: SecretNames;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Hands rows on; why they cannot be taken, or null. */
  readonly put: (project: ServedProject, rows: readonly AppRow[]) => Promise<string | null>;
  /** Something was refused. */
  readonly refused: () => void;
};

/** Never rejects, but for what is our own bug. */
export function createListener(parts: ListenerParts): Handler {
  return async (incoming) => {
    const path = incoming.target.split('?', 1)[0] ?? '';
    if (!isOwnHost(incoming.header('host'))) return NOTHING;
    if (path === '/health' && incoming.method === 'GET') return { status: 200, headers: JSON_TYPE, body: '{"ok":true}' };
    const [, key = '', otlp] = PATH.exec(path) ?? [];
    const project = key === '' ? undefined : parts.projects().find((each) => sameSecret(each.key, key));
    if (project === undefined || (incoming.method !== 'POST' && incoming.method !== 'OPTIONS')) return NOTHING;
    const origin = incoming.header('origin');
    const page = origin !== null && allows(project.origins, origin) ? openTo(origin) : {};
    try {
      if (origin !== null && !allows(project.origins, origin)) return fail('forbidden', { header: 'Origin' });
      if (incoming.method === 'OPTIONS') return origin === null ? NOTHING : { status: 204, headers: { ...page, ...PREFLIGHT }, body: '' };
      const accepted = await take(parts, incoming, project, otlp !== undefined);
      // An empty object is the whole answer of OTLP.
      return { status: 200, headers: { ...page, ...JSON_TYPE }, body: otlp === undefined ? JSON.stringify({ accepted }) : '{}' };
    } catch (error) {
      if (!(error instanceof BrowseError)) throw error;
      parts.refused();
      return refusal(error, page);
    }
  };
}

/** How many rows. Fails with `too-fast`, `too-large`, `body-late`, `body-unreadable`, `malformed`, `log-unavailable`. */
async function take(parts: ListenerParts, incoming: Incoming, project: ServedProject, otlp: boolean): Promise<number> {
  // One page, or one kind of program: what the others of the project send is not counted with it.
  const client = [project.key, incoming.header('origin') ?? '', incoming.header('user-agent') ?? ''].join(' ').slice(0, 500);
  const wait = parts.rater.begin(client, parts.now());
  if (wait > 0) return fail('too-fast', { seconds: wait });
  try {
    const encoding = incoming.header('content-encoding') ?? 'identity';
    if (encoding !== 'identity') fail('body-unreadable', { what: encoding.slice(0, 40) });
    if (/protobuf/i.test(incoming.header('content-type') ?? '')) fail('body-unreadable', { what: 'protobuf' });
    const body = await bodyOf(incoming);
    // What cannot be read costs its sender as much.
    parts.rater.spend(client, 0, body.length, parts.now());
    const records = otlp ? recordsInOtlp(body) : recordsInLines(body);
    parts.rater.spend(client, records.length, 0, parts.now());
    const trace = traceIdOf(incoming.header('traceparent') ?? '');
    const now = parts.now();
    const rows = records.map((record) => rowOf(record, now, trace, parts.secret));
    const reason = rows.length === 0 ? null : await parts.put(project, rows);
    return reason === null ? rows.length : fail('log-unavailable', { reason });
  } finally {
    parts.rater.over(client);
  }
}

async function bodyOf(incoming: Incoming): Promise<string> {
  try {
    return (await incoming.body(BODY)) ?? fail('too-large', { limit: BODY });
  } catch (error) {
    if (error instanceof BodyLate) return fail('body-late', { ms: PATIENCE });
    // Who left does not read the answer.
    return error instanceof BrowseError ? Promise.reject(error) : fail('malformed', { problem: 'the body was cut short' });
  }
}

const PREFLIGHT = {
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers': 'content-type, traceparent, tracestate, baggage',
  'access-control-max-age': '600',
  'access-control-allow-private-network': 'true',
};

/** A beacon comes with credentials, which are not looked at. */
function openTo(origin: string): Record<string, string> {
  return { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true', 'vary': 'origin' };
}

/** `message` beside the error is what an exporter of OTLP reads. */
function refusal(error: BrowseError, page: Readonly<Record<string, string>>): Outgoing {
  const { code, message } = error.body();
  const seconds = code === 'too-fast' ? (error.data as { seconds: number }).seconds : error.retryable ? 1 : 0;
  return {
    // A disk that is full is no fault of the one who posts.
    status: code === 'log-unavailable' ? 503 : error.http,
    headers: {
      ...page,
      ...JSON_TYPE,
      ...(seconds > 0 ? { 'retry-after': String(seconds) } : {}),
      // What was not read of a body is not read on.
      ...(error.http === 413 || error.http === 408 || error.http === 429 ? { connection: 'close' } : {}),
    },
    body: JSON.stringify({ ok: false, error: { code, message }, message }),
  };
}
