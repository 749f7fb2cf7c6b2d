/**
 * JSON as applications log it: an object a line (pino, bunyan, winston, our own front end), one object, or a list of them.
 * Pure. All of it is understood, or none.
 */
import { fail } from '../../protocol/errors.ts';
import { levelOf, traceWord } from './record.ts';
import type { AppRecord } from './record.ts';

/** Records that one request may bring. */
export const MOST = 5_000;

const TEXT = ['message', 'msg', 'text', 'body'];
const LEVEL = ['level', 'severity', 'lvl', 'levelname'];
const TIME = ['time', 'timestamp', 'ts', '@timestamp', 'at'];
const TRACE = ['trace', 'traceId', 'trace_id', 'traceID', 'traceparent', 'trace.id'];
const SERVICE = ['service', 'service.name', 'logger', 'name'];

type Fields = Readonly<Record<string, unknown>>;

/** Fails with `malformed`, which names the line. */
export function recordsInLines(body: string): readonly AppRecord[] {
  const whole = body.trim();
  if (whole === '') return [];
  const single = parsed(whole);
  const values = single === undefined ? linesOf(whole) : Array.isArray(single) ? (single as unknown[]) : [single];
  if (values.length > MOST) fail('malformed', { problem: `more than ${MOST} records in one request` });
  return values.map((value, at) => recordOf(value, at + 1));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function linesOf(text: string): unknown[] {
  const lines = text.split('\n');
  if (lines.length > MOST * 2) fail('malformed', { problem: `more than ${MOST} records in one request` });
  return lines.flatMap((line, at) => {
    if (line.trim() === '') return [];
    const value = parsed(line);
    return value === undefined ? fail('malformed', { problem: `line ${at + 1} is no JSON` }) : [value];
  });
}

function recordOf(value: unknown, line: number): AppRecord {
  if (typeof value === 'string') return { at: null, level: 'info', text: value, trace: null, service: null, rest: {} };
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return fail('malformed', { problem: `record ${line} is neither an object nor a text` });
  const fields = value as Fields;
  const taken = new Set<string>();
  const first = <T>(names: readonly string[], read: (found: unknown) => T | null): T | null => {
    for (const name of names) {
      const found = fields[name] === undefined ? null : read(fields[name]);
      if (found === null) continue;
      taken.add(name);
      return found;
    }
    return null;
  };
  const text = first(TEXT, textOf);
  const level = first(LEVEL, (found) => (typeof found === 'string' || typeof found === 'number' ? levelOf(found) : null));
  const at = first(TIME, timeOf);
  const trace = first(TRACE, traceWord);
  const service = first(SERVICE, (found) => (typeof found === 'string' && found !== '' ? found : null));
  const rest = Object.fromEntries(Object.entries(fields).filter(([name]) => !taken.has(name)));
  // A record without a text of its own is all there is to say.
  return { at, level: level ?? 'info', text: text ?? JSON.stringify(rest), trace, service, rest: text === null ? {} : rest };
}

function textOf(found: unknown): string | null {
  return typeof found === 'string' ? found : found === null ? null : JSON.stringify(found);
}

/** Milliseconds or seconds since the epoch, or an ISO time. */
function timeOf(found: unknown): number | null {
  if (typeof found === 'number') return found < 1e11 ? found * 1000 : found;
  if (typeof found !== 'string') return null;
  // oxlint-disable-next-line no-restricted-globals -- it reads a text and no clock
  const at = Date.parse(found);
  return Number.isNaN(at) ? null : at;
}
