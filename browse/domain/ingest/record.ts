/**
 * What an application logs, whatever form it came in, as a row of the log: bounded, in our words for levels, and without its
 * secrets before it goes anywhere. Pure. Knows no HTTP.
 */
import { bounded, boundedEvent } from '../traffic/entry.ts';
import type { EventFacts } from '../traffic/entry.ts';
import { redactBody } from '../traffic/redact.ts';
import type { SecretNames } from '../traffic/secrets.ts';
import { traceIdOf } from '../traffic/trace.ts';

/** One thing that was logged. `at` null: now. `rest`: all else that was said with it. */
export type AppRecord = {
  /** Milliseconds since the epoch. */
  readonly at: number | null;
  readonly level: string;
  readonly text: string;
  readonly trace: string | null;
  readonly service: string | null;
  readonly rest: Readonly<Record<string, unknown>>;
};
/** A row on its way to the log. */
export type AppRow = { readonly event: EventFacts; readonly trace: string | null };

/** Milliseconds that a clock elsewhere may be wrong. Older or newer times are not believed: they would be cleaned away at once. */
const PAST = 24 * 3_600_000;
const FUTURE = 3_600_000;
/** Characters of the name of a service, of a trace id, of all that is said beside the text. */
const NAME = 100;
const REST = 8_000;

const LEVELS: Readonly<Record<string, string>> = {
  trace: 'debug',
  verbose: 'debug',
  warn: 'warning',
  err: 'error',
  fatal: 'error',
  critical: 'error',
  panic: 'error',
  emergency: 'error',
  alert: 'error',
  notice: 'info',
  information: 'info',
};
const KNOWN = /^(debug|log|info|warning|error)$/;

/** A word, or a number as pino and bunyan count (10 trace ... 60 fatal), as one of our words. */
export function levelOf(value: unknown): string {
  if (typeof value === 'number') return value < 30 ? 'debug' : value < 40 ? 'info' : value < 50 ? 'warning' : 'error';
  if (typeof value !== 'string') return 'info';
  const word = value.trim().toLowerCase();
  const level = LEVELS[word] ?? word;
  return KNOWN.test(level) ? level : 'info';
}

/** A trace as `logs --trace` may ask for it: a W3C trace id by itself, or another word. Null for what is none. */
export function traceWord(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  return traceIdOf(value) ?? (/^[\w.:-]{4,100}$/.test(value) && !/^0+$/.test(value) ? value : null);
}

/** `trace`: of the request that brought it, for records that name none. */
export function rowOf(record: AppRecord, now: number, trace: string | null, secret: SecretNames): AppRow {
  const at = record.at !== null && record.at > now - PAST && record.at < now + FUTURE ? record.at : now;
  const rest = { ...record.rest, ...(record.at === null || at === record.at ? {} : { time: record.at }) };
  const detail = [
    ...(record.service === null ? [] : [`service: ${bounded(record.service, NAME)}`]),
    ...(Object.keys(rest).length === 0 ? [] : [bounded(redactBody(JSON.stringify(rest), 'application/json', secret), REST)]),
  ];
  const text = redactBody(record.text, null, secret);
  return {
    event: boundedEvent({ kind: 'app', at, level: record.level, text, url: null, line: null, column: null, detail }),
    trace: record.trace ?? trace,
  };
}

/** The service of a row, for its line. */
export function serviceOf({ detail }: Pick<EventFacts, 'detail'>): string | null {
  return detail[0]?.startsWith('service: ') ? detail[0].slice('service: '.length) : null;
}
