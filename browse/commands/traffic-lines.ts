/** Rows of traffic as lines of ours. Whatever a page or a server wrote stays on its line, with control characters escaped. */
import { oneLine, shortUrl, wholeLine } from '../base/escape.ts';
import { sizeText } from '../base/size.ts';
import { milliseconds } from '../protocol/args.ts';
import { fail } from '../protocol/errors.ts';
import type { EventRow, RequestRow } from '../domain/traffic/entry.ts';
import { BadPattern, globPattern, statusTest, wordPattern } from '../domain/traffic/filter.ts';

function duration(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms)}ms` : `${(ms / 1000).toFixed(1)}s`;
}

/** What became of a request: `200`, `302 redirected to #13`, `failed (net::ERR_CONNECTION_REFUSED)`. */
function outcome(row: RequestRow): string {
  const status = row.status === null ? '' : String(row.status);
  switch (row.state) {
    case 'pending':
      return status === '' ? 'pending' : `${status} pending`;
    case 'redirected':
      return `${status} redirected${row.redirectedTo === null ? '' : ` to #${row.redirectedTo}`}`;
    case 'failed':
    case 'aborted':
      return `${status === '' ? '' : `${status} `}${row.state} (${oneLine(row.failure ?? 'no reason given')})`;
    case 'done':
      return status === '' ? 'done without an answer' : status;
  }
}

/** `#12 GET url → 200 (12ms, 34B)`. */
export function requestLine(row: RequestRow): string {
  const ended = row.state !== 'pending';
  const facts = [
    ...(ended && row.durationMs !== null ? [duration(row.durationMs)] : []),
    ...(ended && row.bodySize !== null ? [sizeText(row.bodySize)] : []),
    ...(row.answeredBy === 'cache' ? ['from cache'] : row.answeredBy === 'service-worker' ? ['from service worker'] : []),
  ];
  const first = `#${row.id} ${oneLine(row.method)} ${shortUrl(row.url)} → ${outcome(row)}`;
  return facts.length === 0 ? first : `${first} (${facts.join(', ')})`;
}

/** `[iso] [level] text`, then where it was said. */
export function eventLine(row: EventRow): string {
  const place =
    row.url === null
      ? ''
      : ` (${shortUrl(row.url)}${row.line === null ? '' : `:${row.line}${row.column === null ? '' : `:${row.column}`}`})`;
  return `[${new Date(row.at).toISOString()}] [${wholeLine(row.level)}] ${wholeLine(row.text)}${place}`;
}

/** A line for each, and one for equal ones in a row: `(×12)`, with the time of the last. */
export function eventLines(rows: readonly EventRow[]): string[] {
  const said = ({ kind, level, text, url, line, column }: EventRow): string => JSON.stringify([kind, level, text, url, line, column]);
  const lines: string[] = [];
  let [before, times]: [string | null, number] = [null, 0];
  for (const row of rows) {
    const now = said(row);
    times = now === before ? times + 1 : 1;
    if (times > 1) lines.pop();
    lines.push(times > 1 ? `${eventLine(row)} (×${times})` : eventLine(row));
    before = now;
  }
  return lines;
}

/** `5m`, `30s`, `500`, or an ISO time → milliseconds since the epoch. Fails with `usage`. */
export function sinceFrom(text: string | undefined, now: number, name: string): number | null {
  if (text === undefined) return null;
  const hours = /^(\d+(?:\.\d+)?)h$/.exec(text);
  const ago = hours ? Number(hours[1]) * 3_600_000 : milliseconds(text);
  const at = ago === null ? Date.parse(text) : now - ago;
  if (Number.isFinite(at)) return at;
  return fail('usage', {
    problem: `--since takes a time such as 5m, 30s or 2026-01-31T12:00:00Z, not ${JSON.stringify(text)}`,
    hint: `browse help ${name}`,
  });
}

/** Says what is wrong with a pattern before anything is asked. Fails with `usage`. */
export function checked(kind: 'url' | 'status' | 'grep', text: string | undefined, name: string): string | null {
  return text === undefined ? null : readable(kind, text, `--${kind}`, name);
}

/** The same for a pattern that is called otherwise. */
export function readable(kind: 'url' | 'status' | 'grep', text: string, called: string, name: string): string {
  try {
    if (kind === 'url') globPattern(text);
    else if (kind === 'status') statusTest(text);
    else wordPattern(text);
    return text;
  } catch (error) {
    if (!(error instanceof BadPattern)) throw error;
    return fail('usage', { problem: `${called} ${JSON.stringify(text)} cannot be read: ${error.message}`, hint: `browse help ${name}` });
  }
}

/** What a list says of those it leaves out. */
export function leftOut(shown: number, total: number, noun: string): string[] {
  return total > shown ? [`(the newest ${shown} of ${total} ${noun}; --limit N shows more)`] : [];
}
