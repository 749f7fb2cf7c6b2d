/**
 * Hears what a session does on the network and in the console, and takes all a row needs when its request ends. Every fact is
 * read from the request object it belongs to; a URL pairs nothing. Must not know tabs, numbers or where rows go.
 */
import type { BrowserContext } from 'playwright';
import {
  BODY_LIMIT,
  TEXT_LIMIT,
  UNANSWERED,
  URL_LIMIT,
  bodyRefusal,
  bounded,
  boundedEvent,
  boundedHeaders,
  cutOff,
} from '../../../domain/traffic/entry.ts';
import type { EventFacts, HeaderPairs, RequestTiming, RequestEnd, RequestState } from '../../../domain/traffic/entry.ts';
import type { TrafficListener, Whose } from '../../../domain/traffic/ports.ts';
import { Bodies } from './bodies.ts';
import type { ServerPage } from '../internals/server-side.ts';
import {
  bytesOf,
  fromCache,
  hearNetwork,
  initiatorOf,
  onContext,
  wireStatus,
  existingResponse,
  pageOf,
  redirectedFrom,
  responseEndOf,
} from '../internals/network.ts';
import type { ServerConsoleMessage, ServerPageError, ServerRequest, ServerResponse, ServerWebSocket } from '../internals/network.ts';
import type { Page } from '../../../domain/ports/page.ts';

/** Milliseconds that headers and sizes may come after their request's end; then it is kept without them. */
const LATE = 500;
/** The same for a body: a page that hangs keeps its bodies to itself. */
const BODY_LATE = 10_000;
const NOBODY: Whose = () => undefined;

/** Ties server-side pages to those of the port, whenever they become known. */
export type TrafficCapture = {
  know(page: ServerPage, port: Page): void;
  /** The page is gone: what it still waited for never comes. */
  gone(page: ServerPage): void;
};

/** Listens to a context from before its first page. */
export function captureTraffic(context: BrowserContext, listener: TrafficListener): TrafficCapture {
  const ports = new WeakMap<ServerPage, Page>();
  const open = new Map<object, ServerPage | null>();
  const bodies = new Bodies(() => listener.recording());
  const whose =
    (page: ServerPage | null): Whose =>
    () =>
      page === null ? undefined : (ports.get(page) ?? null);
  const end = (key: object, facts: Promise<RequestEnd>): void => {
    if (open.delete(key)) listener.ended(key, facts);
  };

  onContext(context, 'request', (request) => {
    const page = pageOf(request);
    open.set(request, page);
    bodies.stir(page, request.isNavigationRequest());
    listener.began(request, whose(page), beginOf(request), redirectedFrom(request));
  });
  onContext(context, 'response', (response) => {
    listener.answered(response.request(), {
      status: response.status(),
      statusText: bounded(response.statusText(), 200),
      mime: mimeOf(response),
    });
  });
  onContext(context, 'requestfinished', ({ request, response }) => end(request, finished(request, response, bodies)));
  onContext(context, 'requestfailed', (request) => end(request, failed(request, bodies)));
  onContext(context, 'console', (message) => {
    const page = message.page();
    listener.said(page ? whose(page) : NOBODY, boundedEvent(consoleFacts(message)), null);
  });
  onContext(context, 'pageerror', (thrown, page) => listener.said(whose(page), boundedEvent(errorFacts(thrown)), null));
  onContext(context, 'websocket', (socket, page) => {
    open.set(socket, page);
    hearSocket(socket, whose(page), listener, (facts) => end(socket, Promise.resolve(facts)));
  });

  return {
    know(page, port) {
      hearNetwork(page);
      ports.set(page, port);
    },
    gone(page) {
      for (const [key, owner] of open) if (owner === page) end(key, Promise.resolve(cutOff('the page closed')));
    },
  };
}

function beginOf(request: ServerRequest): Parameters<TrafficListener['began']>[2] {
  return {
    at: Math.round(request.wallTimeMs()),
    method: bounded(request.method(), 40),
    url: bounded(request.url(), URL_LIMIT),
    type: request.resourceType(),
    frame: frameUrl(request),
    initiator: initiatorOf(request),
    requestHeaders: pairs(request.headers()),
    requestBody: sentBody(request),
  };
}

function frameUrl(request: ServerRequest): string | null {
  const url = request.frame()?.url();
  return url === undefined ? null : bounded(url, URL_LIMIT);
}

function pairs(headers: readonly { readonly name: string; readonly value: string }[]): HeaderPairs {
  return boundedHeaders(headers.map(({ name, value }) => [name, value]));
}

function sentBody(request: ServerRequest): string | null {
  const data = request.postDataBuffer();
  if (!data) return null;
  if (data.length > BODY_LIMIT) return `(${data.length} bytes, which are not kept)`;
  const text = Buffer.from(data).toString('utf8');
  return text.includes('\u0000') || text.includes('\uFFFD') ? `(${data.length} bytes, which are not text)` : text;
}

function mimeOf(response: ServerResponse): string | null {
  const type = response.headerValue('content-type');
  return type === undefined ? null : bounded(type, 200);
}

async function finished(request: ServerRequest, response: ServerResponse | null, bodies: Bodies): Promise<RequestEnd> {
  if (response === null) return { ...UNANSWERED, state: 'done', requestHeaders: null, bodyNote: 'there was no answer' };
  const redirected = response.status() >= 300 && response.status() < 400 && response.headerValue('location') !== undefined;
  return answered(request, response, bodies, redirected ? 'redirected' : 'done', null);
}

async function failed(request: ServerRequest, bodies: Bodies): Promise<RequestEnd> {
  const text = request.failure()?.errorText ?? '';
  const state: RequestState = /ERR_ABORTED|^$/.test(text) ? 'aborted' : 'failed';
  const failure = bounded(text === '' ? 'the browser gave it up' : text, 500);
  const response = existingResponse(request);
  if (response === null) {
    const [headers] = await inTime(request.internalRawRequestHeaders());
    return { ...cutOff(failure), state, requestHeaders: headers ? pairs(headers) : null };
  }
  return answered(request, response, bodies, state, failure);
}

/** All there is to know of an answer. */
async function answered(
  request: ServerRequest,
  response: ServerResponse,
  bodies: Bodies,
  state: RequestState,
  failure: string | null,
): Promise<RequestEnd> {
  const mime = mimeOf(response);
  const came = bytesOf(request);
  const refusal =
    state === 'redirected'
      ? 'a redirect has none'
      : failure === null
        ? bodies.recording
          ? null
          : bodyRefusal(request.resourceType(), mime, came)
        : 'the request did not end well';
  const asked = refusal === null ? bodies.take(pageOf(request), response, mime) : null;
  const taking = asked === null ? null : inTime(asked, BODY_LATE);
  const [sent, received, sizes, remote, protocol] = await allInTime([
    request.internalRawRequestHeaders(),
    response.internalRawResponseHeaders(),
    response.internalSizes(),
    response.internalServerAddr(),
    response.internalHttpVersion(),
  ] as const);
  const body =
    taking === null ? null : ((await taking)[0] ?? { text: null, encoding: null, bytes: null, note: 'the page does not give it out' });
  const phases = phasesOf(request, response);
  return {
    state,
    status: wireStatus(response),
    statusText: bounded(response.statusText(), 200),
    mime,
    protocol: protocol[0] ?? null,
    remote: remote[0] ? `${remote[0].ipAddress}:${remote[0].port}` : null,
    answeredBy: response.fromServiceWorker() ? 'service-worker' : fromCache(response) ? 'cache' : 'network',
    failure,
    durationMs: phases.responseEnd < 0 ? null : Math.round(phases.responseEnd * 10) / 10,
    bodySize: body?.bytes ?? (came > 0 ? came : (sizes[0]?.responseBodySize ?? 0)),
    transferSize: sizes[0]?.transferSize ?? null,
    phases,
    requestHeaders: sent[0] ? pairs(sent[0]) : null,
    responseHeaders: pairs(received[0] ?? response.headers()),
    responseBody: body?.text ?? null,
    bodyEncoding: body?.encoding ?? null,
    bodyNote: body === null ? (refusal ?? 'too many came at once') : body.note,
  };
}

function phasesOf(request: ServerRequest, response: ServerResponse): RequestTiming {
  const timing = response.timing();
  return {
    dnsStart: timing.domainLookupStart,
    dnsEnd: timing.domainLookupEnd,
    connectStart: timing.connectStart,
    sslStart: timing.secureConnectionStart,
    connectEnd: timing.connectEnd,
    requestStart: timing.requestStart,
    responseStart: timing.responseStart,
    responseEnd: responseEndOf(request),
  };
}

/** At most so late; nothing when it fails or does not come. */
async function inTime<T>(work: Promise<T>, late = LATE): Promise<[T] | []> {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<[]>((resolve) => {
    timer = setTimeout(() => resolve([]), late);
  });
  try {
    return await Promise.race([
      work.then(
        (value): [T] => [value],
        (): [] => [],
      ),
      passed,
    ]);
  } finally {
    clearTimeout(timer);
  }
}

/** As {@link inTime} of each, with one timer for all of them. */
async function allInTime<W extends readonly Promise<unknown>[]>(works: W): Promise<{ [K in keyof W]: [Awaited<W[K]>] | [] }> {
  const came: ([unknown] | [])[] = works.map(() => []);
  const each = works.map((work, at) => work.then((value) => (came[at] = [value])).catch(() => {}));
  await inTime(Promise.all(each));
  return came as { [K in keyof W]: [Awaited<W[K]>] | [] };
}

function consoleFacts(message: ServerConsoleMessage): EventFacts {
  const { url, lineNumber, columnNumber } = message.location();
  const type = message.type();
  return {
    kind: 'console',
    at: Math.round(message.timestamp()),
    level: type === 'warn' ? 'warning' : type === 'assert' ? 'error' : bounded(type, 40),
    text: message.text(),
    url: url === '' ? null : url,
    line: url === '' ? null : lineNumber + 1,
    column: url === '' ? null : columnNumber + 1,
    detail: message.args().map((each) => each.preview()),
  };
}

function errorFacts({ error, location }: ServerPageError): EventFacts {
  const there = location !== undefined && location.url !== '';
  return {
    kind: 'pageerror',
    at: Date.now(),
    level: 'error',
    text: `${error.name ? `${error.name}: ` : ''}${error.message}`,
    url: there ? location.url : null,
    line: there ? location.lineNumber + 1 : null,
    column: there ? location.columnNumber + 1 : null,
    detail: error.stack ? [error.stack] : [],
  };
}

/** Its frames are rows of their own, tied to the socket's. */
function hearSocket(socket: ServerWebSocket, whose: Whose, listener: TrafficListener, end: (facts: RequestEnd) => void): void {
  const at = Math.round(socket.wallTimeMs() ?? Date.now());
  let [requestHeaders, responseHeaders]: [HeaderPairs, HeaderPairs] = [[], []];
  let [status, statusText, failure]: [number | null, string, string | null] = [null, '', null];
  let bytes = 0;
  listener.began(
    socket,
    whose,
    {
      at,
      method: 'GET',
      url: bounded(socket.url(), URL_LIMIT),
      type: 'websocket',
      frame: null,
      initiator: null,
      requestHeaders: [],
      requestBody: null,
    },
    null,
  );
  socket.on('request', ({ headers }) => {
    requestHeaders = pairs(headers);
  });
  socket.on('response', (answer) => {
    ({ status } = answer);
    statusText = bounded(answer.statusText, 200);
    responseHeaders = pairs(answer.headers);
    listener.answered(socket, { status, statusText, mime: null });
  });
  const frame =
    (level: 'sent' | 'received') =>
    ({ opcode, data, wallTimeMs }: { readonly opcode: number; readonly data: string; readonly wallTimeMs?: number }): void => {
      if (level === 'received') bytes += data.length;
      const text = opcode === 1 ? data : `(binary, base64) ${data}`;
      listener.said(
        whose,
        {
          kind: 'frame',
          at: Math.round(wallTimeMs ?? Date.now()),
          level,
          text: bounded(text, TEXT_LIMIT),
          url: null,
          line: null,
          column: null,
          detail: [],
        },
        socket,
      );
    };
  socket.on('framesent', frame('sent'));
  socket.on('framereceived', frame('received'));
  socket.on('socketerror', (message) => {
    failure = bounded(message, 500);
  });
  socket.on('close', () => {
    end({
      ...UNANSWERED,
      state: failure === null ? 'done' : 'failed',
      status,
      statusText,
      failure,
      durationMs: Date.now() - at,
      bodySize: bytes,
      requestHeaders,
      responseHeaders,
      bodyNote: 'a WebSocket has frames',
    });
  });
}
