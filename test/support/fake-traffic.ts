/** The store of traffic in memory, held to the same suite as SQLite, and a daemon's side over it without any process. */
import type { EventRow, RequestRow } from '../../browse/domain/traffic/entry.ts';
import { eventTest, newestOf, requestTest } from '../../browse/domain/traffic/filter.ts';
import type { EventFilter, Related, RequestFilter } from '../../browse/domain/traffic/filter.ts';
import { SqlRefusal, answer } from '../../browse/domain/traffic/ports.ts';
import type { Answers, Batch, Clearing, Matching, LogQuestion, TrafficReader, TrafficWriter } from '../../browse/domain/traffic/ports.ts';
import { RecentRequests } from '../../browse/daemon/logs/recent-requests.ts';
import { createRedactor } from '../../browse/domain/traffic/redact.ts';
import { WriteBuffer } from '../../browse/daemon/logs/write-buffer.ts';
import type { TrafficLog } from '../../browse/daemon/ports.ts';

/** Reading and writing in one. */
export class MemoryStore implements TrafficWriter, TrafficReader {
  readonly #requests = new Map<number, RequestRow>();
  readonly #events = new Map<number, EventRow>();
  #last = { request: 0, event: 0 };

  next(): { request: number; event: number } {
    return { request: this.#last.request + 1, event: this.#last.event + 1 };
  }

  put({ requests, events }: Batch): void {
    for (const row of requests) this.#requests.set(row.id, row);
    for (const row of events) this.#events.set(row.id, row);
    this.#last = {
      request: Math.max(this.#last.request, ...requests.map(({ id }) => id)),
      event: Math.max(this.#last.event, ...events.map(({ id }) => id)),
    };
  }

  clear({ kind, session, tab }: Clearing): number {
    const mine = (row: RequestRow | EventRow): boolean => row.session === session && (tab === null || row.tab === tab);
    if (kind === 'requests') return this.#remove(this.#requests, (row) => mine(row) && row.state !== 'pending');
    return this.#remove(this.#events, (row) => mine(row) && ['console', 'pageerror', 'dialog', 'download'].includes(row.kind));
  }

  #related(trace: string | null): Related {
    const traced = [...this.#requests.values()].filter((row) => row.traceId === trace || row.trace === trace);
    return new Set(traced.map((row) => (row.trace === trace ? row.traceId : row.trace)).filter((each) => each !== null));
  }

  #remove<Row>(rows: Map<number, Row>, test: (row: Row) => boolean): number {
    const going = [...rows].filter(([, row]) => test(row));
    for (const [id] of going) rows.delete(id);
    return going.length;
  }

  requests(filter: RequestFilter): Matching<RequestRow> {
    const { rows, total } = newestOf(newest(this.#requests), requestTest(filter), filter.limit);
    const light = { requestHeaders: [], responseHeaders: [], requestBody: null, responseBody: null };
    return { rows: filter.whole ? rows : rows.map((row) => ({ ...row, ...light })), total };
  }

  request(session: string, id: number): RequestRow | null {
    const row = this.#requests.get(id);
    return row?.session === session ? row : null;
  }

  events(filter: EventFilter): Matching<EventRow> {
    return newestOf(newest(this.#events), eventTest(filter, this.#related(filter.trace)), filter.limit);
  }

  frames(request: number, limit: number): Matching<EventRow> {
    return newestOf(newest(this.#events), (row) => row.request === request, limit);
  }

  sql(): never {
    throw new SqlRefusal('there is no SQL in memory');
  }

  close(): void {}
}

function newest<Row>(rows: ReadonlyMap<number, Row>): Row[] {
  return [...rows].sort(([one], [other]) => other - one).map(([, row]) => row);
}

/** What the pipeline needs, at once and without a process. */
export function fakeTraffic(): TrafficLog & { readonly store: MemoryStore; readonly learned: string[] } {
  const store = new MemoryStore();
  const waiting = new WriteBuffer(() => {});
  const learned: string[] = [];
  const recent = new RecentRequests();
  const redactor = createRedactor();
  const flush = async (): Promise<void> => {
    await waiting.settled();
    for (let taken = waiting.take(); taken !== null; taken = waiting.take()) {
      store.put({ requests: taken.batch.requests.map(redactor.request), events: taken.batch.events.map(redactor.event) });
      recent.keep(taken.batch.requests);
      taken.done();
    }
  };
  const desk: TrafficLog = {
    listener: (session, tabOf) => ({
      began: (key, whose, begin, redirectedFrom) => waiting.began(key, { session, tabOf, whose, trace: null, begin, redirectedFrom }),
      answered: (key, answered) => waiting.answered(key, answered),
      ended: (key, end) => waiting.ended(key, end),
      said: (whose, event, request) => waiting.said({ session, tabOf, whose, tab: null, trace: null, event, request }),
      secret: (value, partly) => desk.learn(value, partly),
      hold: () => () => {},
      recording: () => null,
    }),
    began: () => {},
    row: ({ event, session, tab, trace }) => desk.note(event, session, tab, trace),
    note: (event, session, tab, trace) => waiting.said({ session, tabOf: () => null, whose: () => null, tab, trace, event, request: null }),
    learn: (value, partly) => {
      learned.push(value);
      redactor.learn(value, partly);
    },
    hidden: (text) => learned.reduce((rest, value) => rest.replaceAll(value, ''), text),
    ask: async <Q extends LogQuestion>(question: Q) => {
      await flush();
      return answer(store, question) as Answers[Q['ask']];
    },
    replayable: (session, id) => recent.find(session, id),
    clear: async (what) => {
      await flush();
      recent.clear(what);
      return store.clear(what);
    },
    trouble: () => null,
  };
  return { ...desk, store, learned };
}
