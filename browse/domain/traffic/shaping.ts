/** What a session's traffic is made to be: answers of our own, no network, a slow one. Plain data and its rules. Pure. */
import { globPattern } from './filter.ts';

/** What happens to requests whose address is like the glob. The last one that was set wins. */
export type RouteRule = {
  readonly glob: string;
  readonly abort: boolean;
  /** Null: 200 where there is a body, else whatever the server says. */
  readonly status: number | null;
  readonly body: string | null;
  readonly contentType: string | null;
  /** Absolute; its text is the body, read at each request. */
  readonly file: string | null;
  /** Absolute; answers come from this HAR file, and what is not in it goes to the network. */
  readonly har: string | null;
  readonly delayMs: number;
};

/** Bytes per second and milliseconds; -1 is no limit. */
export type Throttle = { readonly name: string; readonly latency: number; readonly download: number; readonly upload: number };

const kilobits = (count: number): number => (count * 1000) / 8;

/** The profiles of browsers' own tools. */
export const THROTTLES: readonly Throttle[] = [
  { name: 'slow-3g', latency: 2000, download: kilobits(400), upload: kilobits(400) },
  { name: '3g', latency: 562, download: kilobits(1_440), upload: kilobits(675) },
  { name: '4g', latency: 170, download: kilobits(8_100), upload: kilobits(1_350) },
  { name: 'off', latency: 0, download: -1, upload: -1 },
];

/** The rule for an address; null when there is none. */
export function ruleFor(rules: readonly RouteRule[], url: string): RouteRule | null {
  return rules.findLast(({ glob }) => globPattern(glob).test(url)) ?? null;
}

/** Whether an answer of ours takes the place of the server's. */
export function answersItself(rule: RouteRule): boolean {
  return rule.status !== null || rule.body !== null || rule.file !== null;
}

/** What a body looks like when nobody says. */
export function contentTypeOf(body: string): string {
  const text = body.trimStart();
  if (text.startsWith('<')) return 'text/html; charset=utf-8';
  try {
    JSON.parse(body);
    return 'application/json';
  } catch {
    return 'text/plain; charset=utf-8';
  }
}

/** `abort`, `status 503, delay 200ms`: what a rule does, in words. */
export function ruleText(rule: RouteRule): string {
  return [
    ...(rule.abort ? ['abort'] : []),
    ...(rule.status === null ? [] : [`status ${rule.status}`]),
    ...(rule.body === null ? [] : [`body of ${rule.body.length} characters`]),
    ...(rule.file === null ? [] : [`file ${rule.file}`]),
    ...(rule.har === null ? [] : [`har ${rule.har}`]),
    ...(rule.delayMs === 0 ? [] : [`delay ${rule.delayMs}ms`]),
  ].join(', ');
}

export type Recorded = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly base64: boolean;
};

type HarEntry = {
  readonly request?: { readonly method?: string; readonly url?: string };
  readonly response?: {
    readonly status?: number;
    readonly redirectURL?: string;
    readonly headers?: readonly { readonly name: string; readonly value: string }[];
    readonly content?: { readonly text?: string; readonly encoding?: string; readonly size?: number };
  };
};

/** Headers that no longer hold for a body that is given out decoded and whole. */
const STALE = new Set(['content-encoding', 'content-length', 'transfer-encoding', 'connection', 'keep-alive']);

/** A HAR file that was read. */
export type Recording = ReadonlyMap<string, NonNullable<HarEntry['response']>>;

const requested = (method: string, url: string): string => `${method} ${url}`;

/** The answers of a HAR file, the first one of each request. Fails with an Error for text that is no HAR. */
export function recordingOf(text: string): Recording {
  const parsed = JSON.parse(text) as { readonly log?: { readonly entries?: unknown } };
  const entries = parsed.log?.entries;
  if (!Array.isArray(entries)) throw new Error('it has no log.entries');
  const found = new Map<string, NonNullable<HarEntry['response']>>();
  for (const { request, response } of entries as readonly HarEntry[]) {
    if (request?.url === undefined || request.method === undefined || (response?.status ?? 0) <= 0 || response === undefined) continue;
    const key = requested(request.method, request.url);
    if (!found.has(key)) found.set(key, response);
  }
  return found;
}

/** Statuses that have no body. */
const BODILESS = new Set([204, 205, 304]);

/** The recorded answer to a request, redirects followed; null when there is none, or its body was not kept. */
export function recordedIn(recording: Recording, method: string, url: string): Recorded | null {
  let wanted = url;
  for (let hops = 0; hops < 20; hops += 1) {
    const found = recording.get(requested(method, wanted));
    if (!found) return null;
    if (found.redirectURL) {
      wanted = found.redirectURL;
      continue;
    }
    const { text, size } = found.content ?? {};
    // An empty answer in its place would be another one than the server's.
    if (text === undefined && size !== 0 && !BODILESS.has(found.status ?? 200)) return null;
    const headers = (found.headers ?? []).filter(({ name }) => !STALE.has(name.toLowerCase()) && !name.startsWith(':'));
    return {
      status: found.status ?? 200,
      headers: Object.fromEntries(headers.map(({ name, value }) => [name.toLowerCase(), value])),
      body: text ?? '',
      base64: found.content?.encoding === 'base64',
    };
  }
  return null;
}
