/** Which rows are meant: by tab, URL, status, method, type, time, level and words. Pure; the same for every store. */
import type { EventKind, EventRow, RequestRow } from './entry.ts';

export type RequestFilter = {
  /** Null: of every session. */
  readonly session: string | null;
  readonly tab: number | null;
  /** Milliseconds since the epoch. */
  readonly since: number | null;
  readonly url: string | null;
  readonly status: string | null;
  readonly method: string | null;
  readonly type: string | null;
  readonly grep: string | null;
  readonly trace: string | null;
  /** Rows above this number only. */
  readonly after: number | null;
  readonly limit: number;
  /** With headers and bodies, which a list needs not. */
  readonly whole: boolean;
};

export type EventFilter = Pick<RequestFilter, 'session' | 'tab' | 'since' | 'grep' | 'trace' | 'after' | 'limit'> & {
  readonly kinds: readonly EventKind[];
  /** Page errors and what was logged as an error. */
  readonly errors: boolean;
};

/** Everything, newest 1000. */
export const ANY_REQUEST: RequestFilter = {
  session: null,
  tab: null,
  since: null,
  url: null,
  status: null,
  method: null,
  type: null,
  grep: null,
  trace: null,
  after: null,
  limit: 1000,
  whole: false,
};

/** A pattern that cannot be read; the message says why. */
export class BadPattern extends Error {
  override readonly name = 'BadPattern';
}

/**
 * A URL glob: `**` any characters, `*` any but a slash, `{a,b}` either. Without any of these: a part of the URL.
 * Fails with BadPattern.
 */
export function globPattern(glob: string): RegExp {
  if (glob === '') throw new BadPattern('it is empty');
  const escape = (text: string): string => text.replace(/[$^+.()|[\]\\/]/g, String.raw`\$&`);
  if (!/[*{}]/.test(glob)) return new RegExp(escape(glob).replaceAll('?', String.raw`\?`));
  let source = '';
  let open = false;
  for (let at = 0; at < glob.length; at += 1) {
    const char = glob[at] as string;
    if (char === '*') {
      const many = glob[at + 1] === '*';
      while (glob[at + 1] === '*') at += 1;
      source += many ? '.*' : '[^/]*';
    } else if (char === '{') {
      if (open) throw new BadPattern('a { inside a {');
      open = true;
      source += '(?:';
    } else if (char === '}') {
      if (!open) throw new BadPattern('a } without its {');
      open = false;
      source += ')';
    } else if (char === ',' && open) source += '|';
    else if (char === '?') source += String.raw`\?`;
    else source += escape(char);
  }
  if (open) throw new BadPattern('a { without its }');
  return new RegExp(`^${source}$`);
}

/** A regular expression of the caller's. Fails with BadPattern. */
export function wordPattern(text: string): RegExp {
  try {
    return new RegExp(text, 'iu');
  } catch (error) {
    throw new BadPattern((error as Error).message.replace(/^Invalid regular expression: /, ''));
  }
}

/** One of the words of a status filter: statuses from `least` to `most`, or a state. */
export type StatusPart = { readonly least: number; readonly most: number } | { readonly state: string };

/** `404`, `5xx`, `>=400`, `failed`, `pending`, `aborted`, `redirected`; several with commas. Fails with BadPattern. */
export function statusParts(text: string): readonly StatusPart[] {
  return text.split(',').map((part): StatusPart => {
    const word = part.trim().toLowerCase();
    const digits = /^([1-5])xx$/.exec(word);
    if (digits) return { least: Number(digits[1]) * 100, most: Number(digits[1]) * 100 + 99 };
    if (/^[1-5]\d\d$/.test(word)) return { least: Number(word), most: Number(word) };
    const least = /^>=?\s*(\d{3})$/.exec(word);
    if (least) return { least: Number(least[1]) + (word.includes('=') ? 0 : 1), most: 999 };
    if (['pending', 'failed', 'aborted', 'redirected', 'done'].includes(word)) return { state: word };
    throw new BadPattern(`${JSON.stringify(part)} is no status`);
  });
}

/** Whether a row has one of these statuses. Fails with BadPattern. */
export function statusTest(text: string): (row: Pick<RequestRow, 'state' | 'status'>) => boolean {
  const parts = statusParts(text);
  return ({ state, status }) =>
    parts.some((part) => ('state' in part ? part.state === state : status !== null && status >= part.least && status <= part.most));
}

/** Whether a request is meant. A trace is the id of the command that it began after, or its own W3C trace id. Fails with BadPattern. */
export function requestTest(filter: RequestFilter): (row: RequestRow) => boolean {
  const url = filter.url === null ? null : globPattern(filter.url);
  const status = filter.status === null ? null : statusTest(filter.status);
  const grep = filter.grep === null ? null : wordPattern(filter.grep);
  const method = filter.method?.toUpperCase() ?? null;
  const type = filter.type?.toLowerCase() ?? null;
  return (row) =>
    (filter.session === null || row.session === filter.session) &&
    (filter.tab === null || row.tab === filter.tab) &&
    (filter.since === null || row.at >= filter.since) &&
    (filter.after === null || row.id > filter.after) &&
    (filter.trace === null || row.trace === filter.trace || row.traceId === filter.trace) &&
    (method === null || row.method.toUpperCase() === method) &&
    (type === null || row.type === type) &&
    (status === null || status(row)) &&
    (url === null || url.test(row.url)) &&
    (grep === null || grep.test(`${row.method} ${row.url} ${row.status ?? ''} ${row.failure ?? ''}`));
}

/** What goes with a trace: the commands that its requests began after, and the trace ids of the requests of a command. */
export type Related = ReadonlySet<string>;
const NOTHING: Related = new Set();

/**
 * Whether an event is meant. With a command goes what servers logged of its requests, with a trace id what pages and commands
 * said around its requests. Fails with BadPattern.
 */
export function eventTest(filter: EventFilter, related: Related = NOTHING): (row: EventRow) => boolean {
  const grep = filter.grep === null ? null : wordPattern(filter.grep);
  return (row) =>
    filter.kinds.includes(row.kind) &&
    // What belongs to no session is the daemon's own, and everybody's.
    (filter.session === null || row.session === null || row.session === filter.session) &&
    (filter.tab === null || row.tab === filter.tab) &&
    (filter.since === null || row.at >= filter.since) &&
    (filter.after === null || row.id > filter.after) &&
    (filter.trace === null || row.trace === filter.trace || (row.trace !== null && related.has(row.trace))) &&
    (!filter.errors || row.kind === 'pageerror' || row.level === 'error') &&
    (grep === null || grep.test(row.text) || row.detail.some((each) => grep.test(each)));
}

/** Characters of bodies that an answer holds at most. */
const ROOM = 64_000_000;

/** The newest of what passes, oldest first; all are counted. `newest` gives rows from the newest on. */
export function newestOf<Row>(
  newest: Iterable<Row>,
  test: (row: Row) => boolean,
  limit: number,
  sizeOf: (row: Row) => number = () => 0,
): { rows: Row[]; total: number } {
  let room = ROOM;
  const rows: Row[] = [];
  let total = 0;
  for (const row of newest) {
    if (!test(row)) continue;
    total += 1;
    room -= sizeOf(row);
    if (rows.length < limit && room > 0) rows.push(row);
  }
  return { rows: rows.reverse(), total };
}
