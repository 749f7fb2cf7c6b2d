/**
 * Rows as HAR 1.2, as other tools open it and Playwright's `routeFromHAR` replays it. Times are milliseconds; -1 is "not known".
 * What was hidden stays hidden. Pure.
 */
import type { EventRow, HeaderPairs, RequestRow } from './entry.ts';

type NameValue = { readonly name: string; readonly value: string };

export type Har = { readonly log: Readonly<Record<string, unknown>> & { readonly entries: readonly unknown[] } };

/** Rows that have ended, in the order in which they began. `frames` are those of WebSockets, by the number of their request; `isoOf` writes a time. */
export function harOf(
  rows: readonly RequestRow[],
  frames: ReadonlyMap<number, readonly EventRow[]>,
  version: string,
  isoOf: (at: number) => string,
): Har {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const entries = rows
    .filter(({ state }) => state !== 'pending')
    .toSorted((one, other) => one.at - other.at || one.id - other.id)
    .map((row) => ({ startedDateTime: isoOf(row.at), ...entryOf(row, byId, frames.get(row.id)) }));
  return { log: { version: '1.2', creator: { name: 'browse', version }, pages: [], entries } };
}

function entryOf(row: RequestRow, byId: ReadonlyMap<number, RequestRow>, frames: readonly EventRow[] | undefined): object {
  const timings = timingsOf(row);
  const protocol = row.protocol ?? 'HTTP/1.1';
  return {
    time: Math.max(0, row.durationMs ?? 0),
    request: {
      method: row.method,
      url: row.url,
      httpVersion: protocol,
      cookies: [],
      headers: named(row.requestHeaders),
      queryString: queryOf(row.url),
      ...(row.requestBody === null
        ? {}
        : {
            postData: {
              mimeType: valueOf(row.requestHeaders, 'content-type') ?? 'application/octet-stream',
              params: [],
              text: row.requestBody,
            },
          }),
      headersSize: -1,
      bodySize: row.requestBody === null ? 0 : new TextEncoder().encode(row.requestBody).length,
    },
    response: {
      status: row.status ?? -1,
      statusText: row.statusText,
      httpVersion: protocol,
      cookies: [],
      headers: named(row.responseHeaders),
      content: {
        size: row.bodySize ?? -1,
        mimeType: row.mime ?? 'x-unknown',
        ...bodyOf(row),
      },
      redirectURL: redirectOf(row, byId),
      headersSize: -1,
      bodySize: -1,
      ...(row.transferSize === null ? {} : { _transferSize: row.transferSize }),
      ...(row.failure === null ? {} : { _failureText: row.failure }),
    },
    cache: {},
    timings,
    ...(row.remote === null ? {} : serverOf(row.remote)),
    _resourceType: row.type,
    _fromCache: row.answeredBy === 'cache' ? 'disk' : undefined,
    _number: row.id,
    ...(frames === undefined ? {} : { _webSocketMessages: frames.map(messageOf) }),
  };
}

/**
 * What a replay answers with. One whose body was not kept refers to a file that is not there: Playwright then goes on to the server
 * in place of an empty answer, and other tools do not look at it.
 */
function bodyOf(row: RequestRow): object {
  const { responseBody, bodyEncoding, bodyNote, status, state } = row;
  if (responseBody !== null) return { text: responseBody, ...(bodyEncoding === null ? {} : { encoding: bodyEncoding }) };
  const comment = bodyNote ?? '';
  // A size of 0 is also that of what came from a cache.
  const none = row.bodySize === 0 && row.answeredBy === 'network' && (row.transferSize ?? 0) > 0;
  const empty = state === 'redirected' || status === 204 || status === 304 || row.method === 'HEAD' || none;
  return empty ? { comment } : { comment, _file: 'body-not-kept' };
}

/** Whether a row lacks a body that there was. */
export function lacksBody(row: RequestRow): boolean {
  return row.state === 'done' && row.type !== 'websocket' && '_file' in bodyOf(row);
}

function named(headers: HeaderPairs): NameValue[] {
  // Several of one name come as one of several lines.
  return headers.flatMap(([name, value]) => value.split('\n').map((line) => ({ name, value: line })));
}

function valueOf(headers: HeaderPairs, wanted: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
}

function queryOf(url: string): NameValue[] {
  const query = /\?([^#]*)/.exec(url)?.[1] ?? '';
  if (query === '') return [];
  return query.split('&').map((pair) => {
    const at = pair.indexOf('=');
    return at === -1 ? { name: decoded(pair), value: '' } : { name: decoded(pair.slice(0, at)), value: decoded(pair.slice(at + 1)) };
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function redirectOf(row: RequestRow, byId: ReadonlyMap<number, RequestRow>): string {
  if (row.state !== 'redirected') return '';
  const next = row.redirectedTo === null ? undefined : byId.get(row.redirectedTo);
  return next?.url ?? valueOf(row.responseHeaders, 'location') ?? '';
}

/** `[::1]:80`, `127.0.0.1:80`. */
function serverOf(remote: string): object {
  const found = /^(.*):(\d+)$/.exec(remote);
  return found ? { serverIPAddress: (found[1] ?? '').replace(/^\[|\]$/g, ''), _serverPort: Number(found[2]) } : {};
}

function timingsOf({ phases, durationMs }: RequestRow): object {
  const none = { blocked: -1, dns: -1, connect: -1, ssl: -1, send: 0, wait: Math.max(0, durationMs ?? 0), receive: 0 };
  if (phases === null || phases.responseStart < 0) return none;
  const span = (from: number, to: number): number => (from < 0 || to < 0 ? -1 : Math.max(0, to - from));
  return {
    blocked: -1,
    dns: span(phases.dnsStart, phases.dnsEnd),
    connect: span(phases.connectStart, phases.connectEnd),
    ssl: span(phases.sslStart, phases.connectEnd),
    send: 0,
    wait: Math.max(0, span(phases.requestStart, phases.responseStart)),
    receive: Math.max(0, span(phases.responseStart, phases.responseEnd)),
  };
}

function messageOf(frame: EventRow): object {
  const binary = frame.text.startsWith('(binary, base64) ');
  return {
    type: frame.level === 'sent' ? 'send' : 'receive',
    time: frame.at / 1000,
    opcode: binary ? 2 : 1,
    data: binary ? frame.text.slice('(binary, base64) '.length) : frame.text,
  };
}
