/** Rows of traffic for tests: everything has a default. */
import { UNANSWERED } from '../../browse/domain/traffic/entry.ts';
import type { EventRow, RequestRow } from '../../browse/domain/traffic/entry.ts';

/** A request that ended well, unless told otherwise. */
export function requestRow(own: Partial<RequestRow> = {}): RequestRow {
  return {
    ...UNANSWERED,
    id: 1,
    at: 1_000,
    session: 'default',
    tab: 1,
    trace: null,
    traceId: null,
    method: 'GET',
    url: 'http://localhost/api/items?page=2',
    type: 'fetch',
    frame: 'http://localhost/',
    initiator: null,
    requestHeaders: [],
    requestBody: null,
    state: 'done',
    status: 200,
    statusText: 'OK',
    durationMs: 12,
    bodySize: 34,
    redirectedFrom: null,
    redirectedTo: null,
    bodyNote: null,
    ...own,
  };
}

/** A line of the console, unless told otherwise. */
export function eventRow(own: Partial<EventRow> = {}): EventRow {
  return {
    id: 1,
    at: 1_000,
    session: 'default',
    tab: 1,
    trace: null,
    request: null,
    kind: 'console',
    level: 'log',
    text: 'hello',
    url: 'http://localhost/app.js',
    line: 3,
    column: 7,
    detail: [],
    ...own,
  };
}
