/**
 * What is kept of traffic: a row per request object and a row per thing that a page, a command or the daemon said.
 * Plain data and its sizes. Knows nothing of where it comes from or where it is stored.
 */

/** In the order and the spelling of the wire. */
export type HeaderPair = readonly [name: string, value: string];
export type HeaderPairs = readonly HeaderPair[];

/** `redirected`: answered by another address, which is a row of its own. `aborted`: given up by the page, not by the network. */
export type RequestState = 'pending' | 'done' | 'failed' | 'aborted' | 'redirected';
/** Who answered. */
export type AnsweredBy = 'network' | 'cache' | 'service-worker';

/** Milliseconds from the start of the request, -1 for what did not happen. */
export type RequestTiming = {
  readonly dnsStart: number;
  readonly dnsEnd: number;
  readonly connectStart: number;
  readonly sslStart: number;
  readonly connectEnd: number;
  readonly requestStart: number;
  readonly responseStart: number;
  readonly responseEnd: number;
};

/** What made the page ask: `parser`, `script`, `preload` ..., and where it stands. */
export type Initiator = { readonly kind: string; readonly url: string | null; readonly line: number | null };

/** How a request begins. */
export type RequestBegin = {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  readonly url: string;
  /** document, xhr, fetch, script, stylesheet, image, websocket ... */
  readonly type: string;
  /** URL of the frame that asked; null for a worker. */
  readonly frame: string | null;
  readonly initiator: Initiator | null;
  readonly requestHeaders: HeaderPairs;
  readonly requestBody: string | null;
};

/** What is known once headers have come. */
export type RequestAnswer = { readonly status: number; readonly statusText: string; readonly mime: string | null };

/** How a request ends. Sizes are bytes: of the body as the page got it, and of all that went over the wire. */
export type RequestEnd = {
  readonly state: RequestState;
  readonly status: number | null;
  readonly statusText: string;
  readonly mime: string | null;
  readonly protocol: string | null;
  readonly remote: string | null;
  readonly answeredBy: AnsweredBy;
  readonly failure: string | null;
  readonly durationMs: number | null;
  readonly bodySize: number | null;
  readonly transferSize: number | null;
  readonly phases: RequestTiming | null;
  /** Null where the provisional ones of the begin are all there is. */
  readonly requestHeaders: HeaderPairs | null;
  readonly responseHeaders: HeaderPairs;
  readonly responseBody: string | null;
  /** How the body is written where it is no text; null where it is one. */
  readonly bodyEncoding: 'base64' | null;
  /** Why no body is kept; null when it is. */
  readonly bodyNote: string | null;
};

/** One request object, for good under one number. */
export type RequestRow = RequestBegin &
  Omit<RequestEnd, 'requestHeaders'> & {
    readonly id: number;
    readonly session: string;
    readonly tab: number | null;
    /** The command after which it began. */
    readonly trace: string | null;
    /** W3C trace id that it was sent with: what servers log of it has the same. */
    readonly traceId: string | null;
    readonly redirectedFrom: number | null;
    readonly redirectedTo: number | null;
  };

/** What a row of events is about. */
export type EventKind = 'console' | 'pageerror' | 'dialog' | 'download' | 'frame' | 'app' | 'command' | 'notice' | 'internal';
/** What `logs --source` may ask for. */
export type LogSource = 'network' | 'console' | 'app' | 'daemon' | 'command';

/** The source that a kind belongs to. */
export const SOURCE_OF: Readonly<Record<EventKind, LogSource>> = {
  console: 'console',
  pageerror: 'console',
  dialog: 'console',
  download: 'console',
  frame: 'network',
  app: 'app',
  command: 'command',
  notice: 'daemon',
  internal: 'daemon',
};

/** Something said, with the place in a source where it was. Lines and columns count from 1. */
export type EventFacts = {
  readonly kind: EventKind;
  readonly at: number;
  /** debug, log, info, warning, error; sent and received for frames of a WebSocket. */
  readonly level: string;
  readonly text: string;
  readonly url: string | null;
  readonly line: number | null;
  readonly column: number | null;
  /** Arguments, a stack. */
  readonly detail: readonly string[];
};
export type EventRow = EventFacts & {
  readonly id: number;
  readonly session: string | null;
  readonly tab: number | null;
  /** The command after which it was said; of an application, the trace that it named. */
  readonly trace: string | null;
  /** The request of a WebSocket's frame. */
  readonly request: number | null;
};

/** Largest body that is kept, in bytes. */
export const BODY_LIMIT = 256 * 1024;
/** Largest body that a HAR recording keeps, and all of one recording, in bytes. */
export const RECORDED_BODY = 8 * 1024 * 1024;
export const RECORDED_BODIES = 48 * 1024 * 1024;
/** Largest text of an event, and of a frame of a WebSocket, in characters. */
export const TEXT_LIMIT = 16 * 1024;
/** Longest URL that is kept, in characters: a data: URL is a whole document. */
export const URL_LIMIT = 8 * 1024;
/** Longest value of one header, and how many are kept. */
const HEADER_LIMIT = 8 * 1024;
const HEADER_COUNT = 200;
/** Most arguments of one console message. */
const DETAIL_COUNT = 20;

const BODY_TYPES = new Set(['xhr', 'fetch', 'document']);
const TEXTUAL = /^(?:text\/|application\/(?:json|javascript|ecmascript|xml|graphql|x-www-form-urlencoded|x-ndjson)\b)|\+(?:json|xml)\b/i;

/** Whether the content type is that of text. Without one nobody can say. */
export function textual(mime: string | null): boolean {
  return mime !== null && TEXTUAL.test(mime);
}

/** Why the body of this answer is not to be kept; null when it is. */
export function bodyRefusal(type: string, mime: string | null, bytes: number | null): string | null {
  if (!BODY_TYPES.has(type)) return `bodies of type ${type} are not kept`;
  if (!textual(mime)) return `it is not text (${mime ?? 'no content type'})`;
  if (bytes !== null && bytes > BODY_LIMIT) return `it is larger than ${BODY_LIMIT} bytes (${bytes})`;
  return null;
}

/** Cuts by whole characters and says how much there was. */
export function bounded(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const unit = text.charCodeAt(limit - 1);
  const end = unit >= 0xd800 && unit <= 0xdbff ? limit - 1 : limit;
  return `${text.slice(0, end)}… (${text.length} characters)`;
}

/** Headers of a hostile server, bounded. */
export function boundedHeaders(headers: HeaderPairs): HeaderPairs {
  return headers.slice(0, HEADER_COUNT).map(([name, value]) => [bounded(name, 200), bounded(value, HEADER_LIMIT)]);
}

/** An event of a hostile page, bounded. */
export function boundedEvent(event: EventFacts): EventFacts {
  return {
    ...event,
    text: bounded(event.text, TEXT_LIMIT),
    url: event.url === null ? null : bounded(event.url, URL_LIMIT),
    detail: event.detail.slice(0, DETAIL_COUNT).map((each) => bounded(each, TEXT_LIMIT)),
  };
}

/** What is not known of a request that has only begun. */
export const UNANSWERED = {
  state: 'pending',
  status: null,
  statusText: '',
  mime: null,
  protocol: null,
  remote: null,
  answeredBy: 'network',
  failure: null,
  durationMs: null,
  bodySize: null,
  transferSize: null,
  phases: null,
  responseHeaders: [],
  responseBody: null,
  bodyEncoding: null,
  bodyNote: 'the answer has not come',
} as const satisfies Omit<RequestEnd, 'requestHeaders'>;

/** How a request ends whose page went away under it. */
export function cutOff(reason: string): RequestEnd {
  return { ...UNANSWERED, state: 'aborted', failure: reason, bodyNote: reason, requestHeaders: null };
}
