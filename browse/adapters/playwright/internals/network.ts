/**
 * The other file of private ground, for traffic: Playwright's server-side requests, and what its public ones do not tell
 * (initiator, cache, the status on the wire, bytes of the body). `test/browser/internals.test.ts` fails when a name is gone.
 * Must not know what is made of it.
 */
import type { BrowserContext } from 'playwright';
import { serverContext } from './server-side.ts';
import type { ServerPage } from './server-side.ts';

type Pair = { readonly name: string; readonly value: string };

/** The server's side of a request: one object per hop, from its begin to its end. */
export interface ServerRequest {
  readonly _redirectedFrom: ServerRequest | null;
  readonly _responseEndTiming: number;
  wallTimeMs(): number;
  url(): string;
  method(): string;
  resourceType(): string;
  isNavigationRequest(): boolean;
  headers(): readonly Pair[];
  postDataBuffer(): Uint8Array | null | undefined;
  frame(): { readonly _page: ServerPage; url(): string } | null;
  failure(): { readonly errorText: string } | null;
  internalRawRequestHeaders(): Promise<readonly Pair[]>;
  _existingResponse(): ServerResponse | null;
}

export interface ServerResponse {
  status(): number;
  statusText(): string;
  headerValue(name: string): string | undefined;
  headers(): readonly Pair[];
  request(): ServerRequest;
  timing(): {
    readonly startTime: number;
    readonly domainLookupStart: number;
    readonly domainLookupEnd: number;
    readonly connectStart: number;
    readonly secureConnectionStart: number;
    readonly connectEnd: number;
    readonly requestStart: number;
    readonly responseStart: number;
  };
  fromServiceWorker(): boolean;
  internalRawResponseHeaders(): Promise<readonly Pair[]>;
  internalSizes(): Promise<{ readonly transferSize: number; readonly responseBodySize: number }>;
  internalServerAddr(): Promise<{ readonly ipAddress: string; readonly port: number } | null>;
  internalHttpVersion(): Promise<string>;
  internalBody(): Promise<Uint8Array>;
}

export interface ServerWebSocket {
  url(): string;
  wallTimeMs(): number | undefined;
  on(event: 'request', listener: (sent: { readonly headers: readonly Pair[] }) => void): void;
  on(
    event: 'response',
    listener: (answer: { readonly status: number; readonly statusText: string; readonly headers: readonly Pair[] }) => void,
  ): void;
  on(
    event: 'framesent' | 'framereceived',
    listener: (frame: { readonly opcode: number; readonly data: string; readonly wallTimeMs?: number }) => void,
  ): void;
  on(event: 'socketerror', listener: (message: string) => void): void;
  on(event: 'close', listener: () => void): void;
}

export interface ServerConsoleMessage {
  page(): ServerPage | null;
  type(): string;
  text(): string;
  args(): readonly { preview(): string }[];
  location(): { readonly url: string; readonly lineNumber: number; readonly columnNumber: number };
  timestamp(): number;
}

export type ServerPageError = {
  readonly error: Error;
  readonly location?: { readonly url: string; readonly lineNumber: number; readonly columnNumber: number };
};

/** The request that was redirected to this one. */
export function redirectedFrom(request: ServerRequest): ServerRequest | null {
  return request._redirectedFrom;
}

/** The page of a request; null for one of a worker that no page owns. */
export function pageOf(request: ServerRequest): ServerPage | null {
  return request.frame()?._page ?? null;
}

/** The response as far as it has come; null without one. */
export function existingResponse(request: ServerRequest): ServerResponse | null {
  return request._existingResponse();
}

/** When the body ended, in milliseconds since the request began; -1 while it has not. */
export function responseEndOf(request: ServerRequest): number {
  return request._responseEndTiming;
}

/** What a context announces, for its pages, popups and workers alike. */
export type ContextEvents = {
  request: [ServerRequest];
  response: [ServerResponse];
  requestfinished: [{ readonly request: ServerRequest; readonly response: ServerResponse | null }];
  requestfailed: [ServerRequest];
  websocket: [ServerWebSocket, ServerPage];
  console: [ServerConsoleMessage];
  pageerror: [ServerPageError, ServerPage];
};

/** Listens to a context, from before its first page. */
export function onContext<E extends keyof ContextEvents>(
  context: BrowserContext,
  event: E,
  listener: (...args: ContextEvents[E]) => void,
): void {
  (serverContext(context) as unknown as { on(event: E, listener: (...args: ContextEvents[E]) => void): void }).on(event, listener);
}

type Sent = {
  readonly requestId: string;
  readonly initiator?: { readonly type?: string; readonly url?: string; readonly lineNumber?: number; readonly stack?: Stack };
};
type Stack = { readonly callFrames?: readonly { readonly url: string; readonly lineNumber: number }[]; readonly parent?: Stack };
type Payload = { readonly fromDiskCache?: boolean; readonly fromPrefetchCache?: boolean };
type ExtraInfo = {
  readonly responses: readonly (ServerResponse | undefined)[];
  readonly responseReceivedExtraInfo: readonly ({ readonly statusCode?: number } | undefined)[];
};
interface Tracker {
  servedFromCache(requestId: string): boolean;
  _patchHeaders(info: ExtraInfo, index: number): void;
}
interface Session {
  on(event: 'Network.dataReceived', listener: (event: { readonly requestId: string; readonly dataLength: number }) => void): void;
}
interface Manager {
  readonly _requestIdToRequest: Map<string, { readonly request: ServerRequest; readonly _requestId: string }>;
  readonly _responseExtraInfoTracker: Tracker;
  readonly _sessions: Map<Session, unknown>;
  addSession(session: Session, ...rest: unknown[]): Promise<void>;
  _onRequest(sentBy: unknown, sent: Sent, ...rest: unknown[]): void;
  _createResponse(request: { readonly _requestId: string }, payload: Payload, hasExtraInfo: boolean): ServerResponse;
}

const initiators = new WeakMap<ServerRequest, NonNullable<Sent['initiator']>>();
const cached = new WeakSet<ServerResponse>();
const onTheWire = new WeakMap<ServerResponse, number>();
const bytes = new WeakMap<ServerRequest, number>();
let sending: Sent | null = null;
let patched = false;

function count(manager: Manager, session: Session): void {
  session.on('Network.dataReceived', ({ requestId, dataLength }) => {
    const request = manager._requestIdToRequest.get(requestId)?.request;
    if (request) bytes.set(request, (bytes.get(request) ?? 0) + dataLength);
  });
}

/** From the first page on, every page, popup and worker is heard in full. Nothing was requested before. */
export function hearNetwork(page: ServerPage): void {
  if (patched) return;
  patched = true;
  const manager = page.delegate._networkManager as Manager;
  const prototype = Object.getPrototypeOf(manager) as Manager;
  const tracker = Object.getPrototypeOf(manager._responseExtraInfoTracker) as Tracker;
  const { addSession, _onRequest, _createResponse } = prototype;
  const { _patchHeaders } = tracker;
  prototype.addSession = function (this: Manager, session, ...rest): Promise<void> {
    count(this, session);
    return addSession.call(this, session, ...rest);
  };
  prototype._onRequest = function (this: Manager, sentBy, sent, ...rest): void {
    const before = sending;
    sending = sent;
    try {
      _onRequest.call(this, sentBy, sent, ...rest);
    } finally {
      sending = before;
    }
  };
  prototype._createResponse = function (this: Manager, request, payload, hasExtraInfo): ServerResponse {
    const memory = this._responseExtraInfoTracker.servedFromCache(request._requestId);
    const response = _createResponse.call(this, request, payload, hasExtraInfo);
    if (memory || payload.fromDiskCache || payload.fromPrefetchCache) cached.add(response);
    return response;
  };
  tracker._patchHeaders = function (this: Tracker, info, index): void {
    const status = info.responseReceivedExtraInfo[index]?.statusCode;
    const response = info.responses[index];
    if (response && status !== undefined) onTheWire.set(response, status);
    _patchHeaders.call(this, info, index);
  };
  for (const session of manager._sessions.keys()) count(manager, session);
}

/** What made the page ask. Known from the request's own announcement on. */
export function initiatorOf(
  request: ServerRequest,
): { readonly kind: string; readonly url: string | null; readonly line: number | null } | null {
  const known = initiators.get(request) ?? sending?.initiator;
  if (!known) return null;
  initiators.set(request, known);
  const frame = known.stack?.callFrames?.[0] ?? known.stack?.parent?.callFrames?.[0];
  const line = frame?.lineNumber ?? known.lineNumber ?? null;
  return { kind: known.type ?? 'other', url: frame?.url ?? known.url ?? null, line: line === null ? null : line + 1 };
}

/** Whether a cache answered without the network. */
export function fromCache(response: ServerResponse): boolean {
  return cached.has(response);
}

/** The status the server sent: 304 where the page is told 200. Known with the headers. */
export function wireStatus(response: ServerResponse): number {
  return onTheWire.get(response) ?? response.status();
}

/** Bytes of the body that came so far, decoded. */
export function bytesOf(request: ServerRequest): number {
  return bytes.get(request) ?? 0;
}

/** Names that this file needs and that Playwright no longer has. */
export function missingNetworkInternals(page: ServerPage): readonly string[] {
  const manager = page.delegate._networkManager as Manager;
  const wanted: readonly [string, boolean][] = [
    ['NetworkManager._createResponse', typeof manager._createResponse === 'function'],
    ['NetworkManager._onRequest', typeof manager._onRequest === 'function'],
    ['NetworkManager.addSession', typeof manager.addSession === 'function'],
    ['NetworkManager._sessions', manager._sessions instanceof Map && manager._sessions.size > 0],
    ['NetworkManager._responseExtraInfoTracker._patchHeaders', typeof manager._responseExtraInfoTracker._patchHeaders === 'function'],
    ['NetworkManager._responseExtraInfoTracker.servedFromCache', typeof manager._responseExtraInfoTracker.servedFromCache === 'function'],
  ];
  return wanted.flatMap(([name, there]) => (there ? [] : [name]));
}
