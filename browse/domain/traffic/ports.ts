/**
 * The ports of traffic: what a session hands over, where rows are put, and how they are asked for. One suite runs on the
 * store in memory and on SQLite.
 */
import type { EventFilter, RequestFilter } from './filter.ts';
import type { EventFacts, EventRow, RequestAnswer, RequestBegin, RequestEnd, RequestRow } from './entry.ts';
import type { TimeLimit } from '../ports/machine.ts';
import type { Page } from '../ports/page.ts';

/** The page it belongs to: null as long as that is not known, undefined if there is none, as for a service worker. */
export type Whose = () => Page | null | undefined;

/**
 * Hears of everything a session's pages and workers do on the network and in the console, from before their first script.
 * `key` is the request object: nothing else ever pairs an answer with its request.
 */
export type TrafficListener = {
  began(key: object, whose: Whose, begin: RequestBegin, redirectedFrom: object | null): void;
  answered(key: object, answer: RequestAnswer): void;
  /** Resolves when all there is to know has come. Called once per request. */
  ended(key: object, end: Promise<RequestEnd>): void;
  /** `request` is the key of the WebSocket that a frame belongs to. */
  said(whose: Whose, event: EventFacts, request: object | null): void;
  /** This goes into a password field, `partly` key by key: it is hidden from now on, wherever it appears. */
  secret(value: string, partly: boolean): void;
  /** Nothing is handed on until the function that it gives is called: something may turn out to be a secret. */
  hold(): () => void;
  /** Since when every body is recorded, of whatever type; null: only those of {@link bodyRefusal}. */
  recording(): number | null;
};

/** What is put in one step. */
export type Batch = { readonly requests: readonly RequestRow[]; readonly events: readonly EventRow[] };

/** The writing side. Fails with an Error whose message says what the disk or the file refused. */
export interface TrafficWriter {
  /** The next free number of a request and of an event. No number is ever used again. */
  next(): { readonly request: number; readonly event: number };
  /** All of it, or nothing. A row that is there already is replaced. */
  put(batch: Batch): void;
  /** Removes what has ended; tells how many rows. */
  clear(what: Clearing): number;
  close(): void;
}
export type Clearing = { readonly kind: 'requests' | 'console'; readonly session: string; readonly tab: number | null };

/** `total`: how many match, of which `rows` are the newest, oldest first. */
export type Matching<Row> = { readonly rows: readonly Row[]; readonly total: number };
export type SqlTable = {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** There were more rows than the cap. */
  readonly more: boolean;
};

/** The reading side. */
export interface TrafficReader {
  requests(filter: RequestFilter): Matching<RequestRow>;
  request(session: string, id: number): RequestRow | null;
  events(filter: EventFilter): Matching<EventRow>;
  /** Frames of one WebSocket, oldest first. */
  frames(request: number, limit: number): Matching<EventRow>;
  /** Rejects with a SqlRefusal. */
  sql(text: string, cap: number): SqlTable;
  close(): void;
}

/** The statement is wrong, or would change something. */
export class SqlRefusal extends Error {
  override readonly name = 'SqlRefusal';
}

/** A question to the reading side, as it travels. */
export type LogQuestion =
  | { readonly ask: 'requests'; readonly filter: RequestFilter }
  | { readonly ask: 'request'; readonly session: string; readonly id: number }
  | { readonly ask: 'events'; readonly filter: EventFilter }
  | { readonly ask: 'frames'; readonly request: number; readonly limit: number }
  | { readonly ask: 'sql'; readonly text: string; readonly cap: number };

/** What each question is answered with. */
export type Answers = {
  requests: Matching<RequestRow>;
  request: RequestRow | null;
  events: Matching<EventRow>;
  frames: Matching<EventRow>;
  sql: SqlTable;
};

/** All it takes to repeat a request. */
export type Replayable = Pick<RequestRow, 'method' | 'url' | 'requestHeaders' | 'requestBody'>;

/** What a command may ask and do. */
export interface TrafficQueries {
  /** With everything that was heard before. Fails with `query-refused`, `query-late`, `log-unavailable`. */
  ask<Q extends LogQuestion>(question: Q, bound: TimeLimit): Promise<Answers[Q['ask']]>;
  /** How many rows went. */
  clear(what: Clearing): Promise<number>;
  /** A request with its secrets, from memory; null when they are no longer there. */
  replayable(session: string, id: number): Replayable | null;
  /** Hides a value from now on, wherever it appears. */
  learn(value: string, partly: boolean): void;
  /** What a person should know now: the disk refuses. Null when all is well. */
  trouble(): string | null;
}

/** Carries a question out. */
export function answer(reader: TrafficReader, question: LogQuestion): Answers[LogQuestion['ask']] {
  switch (question.ask) {
    case 'requests':
      return reader.requests(question.filter);
    case 'request':
      return reader.request(question.session, question.id);
    case 'events':
      return reader.events(question.filter);
    case 'frames':
      return reader.frames(question.request, question.limit);
    case 'sql':
      return reader.sql(question.text, question.cap);
  }
}
