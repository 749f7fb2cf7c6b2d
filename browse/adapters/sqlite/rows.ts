/** Rows as columns and back. Headers, phases, initiators and details are JSON in their columns. */
import { SOURCE_OF } from '../../domain/traffic/entry.ts';
import type { EventRow, RequestRow } from '../../domain/traffic/entry.ts';

const REQUEST_COLUMNS = [
  'id',
  'at',
  'session',
  'tab',
  'trace',
  'traceId',
  'method',
  'url',
  'type',
  'frame',
  'initiator',
  'state',
  'status',
  'statusText',
  'mime',
  'protocol',
  'remote',
  'answeredBy',
  'failure',
  'durationMs',
  'bodySize',
  'transferSize',
  'phases',
  'redirectedFrom',
  'redirectedTo',
  'requestHeaders',
  'responseHeaders',
  'requestBody',
  'responseBody',
  'bodyEncoding',
  'bodyNote',
] as const satisfies readonly (keyof RequestRow)[];
const JSON_COLUMNS = new Set<string>(['initiator', 'phases', 'requestHeaders', 'responseHeaders', 'detail']);

const EVENT_COLUMNS = [
  'id',
  'at',
  'session',
  'tab',
  'trace',
  'source',
  'kind',
  'level',
  'text',
  'url',
  'line',
  'column',
  'detail',
  'request',
];

const insert = (table: string, columns: readonly string[]): string =>
  `INSERT OR REPLACE INTO ${table} (${columns.map((name) => `"${name}"`).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;

export const PUT_REQUEST = insert('requests', REQUEST_COLUMNS);
export const PUT_EVENT = insert('events', EVENT_COLUMNS);

const LEFT_OUT: Readonly<Record<string, string>> = {
  requestHeaders: `'[]'`,
  responseHeaders: `'[]'`,
  requestBody: 'NULL',
  responseBody: 'NULL',
};
/** All a list needs of `requests`; what may be large is empty. */
export const LIST_COLUMNS = REQUEST_COLUMNS.map((name) => (name in LEFT_OUT ? `${LEFT_OUT[name]} AS ${name}` : name)).join(', ');

const cell = (name: string, value: unknown): unknown => (JSON_COLUMNS.has(name) && value !== null ? JSON.stringify(value) : value);

/** In the order of {@link PUT_REQUEST}. */
export function requestCells(row: RequestRow): readonly unknown[] {
  return REQUEST_COLUMNS.map((name) => cell(name, row[name]));
}

/** In the order of {@link PUT_EVENT}. */
export function eventCells(row: EventRow): readonly unknown[] {
  const all: Readonly<Record<string, unknown>> = { ...row, source: SOURCE_OF[row.kind] };
  return EVENT_COLUMNS.map((name) => cell(name, all[name]));
}

function parsed(found: unknown): Record<string, unknown> {
  const row = { ...(found as Record<string, unknown>) };
  for (const name of Object.keys(row)) {
    const value = row[name];
    if (JSON_COLUMNS.has(name) && typeof value === 'string') row[name] = JSON.parse(value);
  }
  return row;
}

/** A row of `requests`. */
export function requestFrom(found: unknown): RequestRow {
  return parsed(found) as unknown as RequestRow;
}

/** A row of `events`. */
export function eventFrom(found: unknown): EventRow {
  const { source: _, ...row } = parsed(found);
  return row as unknown as EventRow;
}
