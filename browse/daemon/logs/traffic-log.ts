/**
 * The daemon's side of traffic: rows wait here until the store has them. Takes what sessions hear, numbers it, hands it over
 * in batches, keeps it while the disk refuses, and asks on behalf of commands. Nothing here waits for a disk or blocks a page.
 *
 *   began ──► pending row ──► ended ──► final row          waiting ──(every 100 ms)──► store ──► acknowledged, forgotten
 */
import { deferred } from '../../base/deferred.ts';
import { oneLine } from '../../base/escape.ts';
import type { Deferred } from '../../base/deferred.ts';
import { createRedactor } from '../../domain/traffic/redact.ts';
import type { EventFacts } from '../../domain/traffic/entry.ts';
import type { TrafficListener, Whose, Clearing, LogQuestion, Answers, Replayable } from '../../domain/traffic/ports.ts';
import { BrowseError, fail } from '../../protocol/errors.ts';
import { atMost } from '../../domain/timeouts.ts';
import { LogQueries } from './queries.ts';
import { RecentRequests } from './recent-requests.ts';
import { limitsOf } from '../../domain/traffic/retention.ts';
import type { RetentionLimits } from '../../domain/traffic/retention.ts';
import { ChildExited, ChildClient } from './child-client.ts';
import type { Beginning, ReadReply, WriteReply, WriteRequest } from '../../domain/messages/store.ts';
import { WriteBuffer } from './write-buffer.ts';
import type { TimeLimit, Clock } from '../../domain/ports/machine.ts';
import type { TrafficLog, LoggedEvent, TabOf } from '../ports.ts';

export type TrafficLogParts = {
  readonly path: string;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string>>;
  /** For the log. */
  readonly note: (text: string) => void;
  /** For the next answer. */
  readonly warn: (text: string) => void;
  /** There is something new to ask for. */
  readonly heard: () => void;
};

/** Milliseconds that a row waits before it is handed over: with the store's own commit well below a quarter of a second. */
const BEAT = 100;
/** Batches on the way at once: the next one does not wait for a store that is slow to say that it has the last. */
const FLIGHTS = 4;
/** The same while the disk refuses, or the store will not start. */
const PAUSE = 1_000;
/** Milliseconds that a query waits for what has just ended to be complete. */
const SETTLING = 700;
/** Milliseconds that a query may take. */
const QUERY_CAP = 5_000;
/** Typed secrets that a store which is started again is told. */
const SECRETS = 200;
/** Milliseconds that rows are held back at most. */
const HELD = 5_000;
/** Stores that may end one after another before it is said. */
const EXITS = 3;
/** The same with every body, for a file. */
const WHOLE_CAP = 20_000;
/** Milliseconds that the store has to end. */
const FAREWELL = 1_500;

type Child = ChildClient<WriteReply & { n?: number }>;
/** The process of the store, the number of the file it writes, and how many stores before it ended without taking anything. */
type Store = { readonly child: Child; readonly file: number; readonly exits: number };

/**
 *   idle ──first use──► writing ──the store or its disk says no──► refused ──a batch is taken──► writing
 *   all ──close──► closed
 */
type StoreState =
  | { readonly at: 'idle' }
  | ({ readonly at: 'writing' } & Store)
  | ({ readonly at: 'refused'; readonly reason: string } & Store)
  | { readonly at: 'closed' };

export class StoredTrafficLog implements TrafficLog {
  readonly #parts: TrafficLogParts;
  readonly #waiting: WriteBuffer;
  readonly #questions: LogQueries;
  readonly #secrets: Extract<WriteRequest, { do: 'learn' }>[] = [];
  readonly #recent = new RecentRequests();
  readonly #traces = new Map<string, string>();
  readonly #redactor = createRedactor();
  #limits: RetentionLimits = limitsOf();
  #state: StoreState = { at: 'idle' };
  #timer: NodeJS.Timeout | null = null;
  readonly #flights = new Set<Promise<void>>();
  #readying: Promise<Child | null> | null = null;
  #held: Deferred<void> | null = null;
  #holders = 0;

  constructor(parts: TrafficLogParts) {
    this.#parts = parts;
    this.#waiting = new WriteBuffer(() => {
      parts.heard();
      this.#wake(BEAT);
    });
    const reader = (): ChildClient<ReadReply> => new ChildClient<ReadReply>(['__store', 'read', parts.path], parts.env, () => {});
    this.#questions = new LogQueries(reader, parts.clock, () => this.#request((n) => ({ do: 'mend', n })));
  }

  listener(session: string, tabOf: TabOf, recording: () => number | null = () => null): TrafficListener {
    // By the time there are rows it is there.
    void this.#ready().catch(() => {});
    const traceOf = (whose: Whose): string | null => {
      const page = whose();
      const tab = page ? tabOf(page) : null;
      return tab === null ? null : (this.#traces.get(`${session} ${tab}`) ?? null);
    };
    return {
      began: (key, whose, begin, redirectedFrom) =>
        this.#waiting.began(key, { session, tabOf, whose, trace: traceOf(whose), begin, redirectedFrom }),
      answered: (key, answer) => this.#waiting.answered(key, answer),
      ended: (key, end) => this.#waiting.ended(key, end),
      said: (whose, event, request) => this.#waiting.said({ session, tabOf, whose, tab: null, trace: traceOf(whose), event, request }),
      secret: (value, partly) => this.learn(value, partly),
      hold: () => this.#hold(),
      recording,
    };
  }

  began(session: string, tab: number, command: string): void {
    this.#traces.set(`${session} ${tab}`, command);
  }

  note(event: EventFacts, session: string | null, tab: number | null, trace: string | null): void {
    this.#waiting.said({ session, tabOf: () => null, whose: () => undefined, tab, trace, event, request: null });
  }

  row({ event, session, tab, trace }: LoggedEvent): void {
    this.note(event, session, tab, trace);
  }

  /** How long and how much is kept from now on. */
  keep(limits: RetentionLimits): void {
    this.#limits = limits;
    this.#store?.child.send({ do: 'keep', limits } satisfies WriteRequest);
  }

  learn(value: string, partly: boolean): void {
    const learned = { do: 'learn', value, partly } as const satisfies WriteRequest;
    this.#redactor.learn(value, partly);
    this.#secrets.push(learned);
    if (this.#secrets.length > SECRETS) this.#secrets.shift();
    this.#store?.child.send(learned);
  }

  hidden(text: string): string {
    return this.#redactor.known(text);
  }

  async ask<Q extends LogQuestion>(question: Q, bound: TimeLimit): Promise<Answers[Q['ask']]> {
    await this.flush();
    await this.#ready();
    const cap = question.ask === 'requests' && question.filter.whole ? WHOLE_CAP : QUERY_CAP;
    return this.#questions.ask(question, Math.min(cap, bound.timeout * 0.8), bound.signal);
  }

  replayable(session: string, id: number): Replayable | null {
    return this.#recent.find(session, id);
  }

  async clear(what: Clearing): Promise<number> {
    await this.flush();
    this.#recent.clear(what);
    const reply = await this.#request((n) => ({ do: 'clear', n, what }));
    return reply.count ?? 0;
  }

  /** Lets go of the database and opens it again, with whatever schema it has by now; tells how many handles were closed. */
  async reopen(): Promise<number> {
    const readers = this.#questions.end();
    const reply = await this.#request((n) => ({ do: 'reopen', n }));
    return (reply.count ?? 0) + readers;
  }

  trouble(): string | null {
    if (this.#state.at !== 'refused') return null;
    return `The log database cannot be written (${this.#state.reason}): ${this.#waiting.size} rows are kept in memory meanwhile`;
  }

  /** Waits until the store has all that was heard up to now, or cannot take it. */
  async flush(): Promise<void> {
    await this.#held?.promise;
    await atMost(this.#parts.clock, SETTLING, this.#waiting.settled());
    this.#waiting.retell();
    const mark = this.#waiting.mark();
    while (this.#waiting.before(mark) && !this.#is('closed')) {
      await this.#held?.promise;
      await this.#pump();
      if (this.#is('refused')) return;
    }
  }

  /** Hands everything over and ends the store. */
  async close(): Promise<void> {
    await atMost(this.#parts.clock, FAREWELL, this.flush()).catch(() => {});
    const store = this.#store;
    this.#state = { at: 'closed' };
    if (this.#timer) clearTimeout(this.#timer);
    this.#questions.end();
    if (store === null) return;
    await atMost(this.#parts.clock, FAREWELL, store.child.end());
    if (!store.child.over) store.child.kill();
  }

  get #store(): Store | null {
    return this.#state.at === 'writing' || this.#state.at === 'refused' ? this.#state : null;
  }

  /** A question that an `await` may have changed the answer of. */
  #is(at: StoreState['at']): boolean {
    return this.#state.at === at;
  }

  /** Several may hold at once; a page that never answers does not hold for ever. */
  #hold(): () => void {
    this.#held ??= deferred<void>();
    this.#holders += 1;
    let over = false;
    const release = (): void => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      this.#holders -= 1;
      if (this.#holders > 0) return;
      this.#held?.resolve();
      this.#held = null;
      if (this.#waiting.left > 0) this.#wake(BEAT);
    };
    const timer = setTimeout(release, HELD);
    return release;
  }

  #wake(ms: number): void {
    if (this.#timer !== null || this.#is('closed')) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#pump();
    }, ms);
  }

  /** Hands over one batch and waits for it; where there is none to hand, waits for one that is on the way. */
  #pump(): Promise<void> {
    const most = this.#is('refused') || this.#waiting.suspicious ? 1 : FLIGHTS;
    if (this.#held !== null || this.#waiting.left === 0 || this.#flights.size >= most)
      return this.#flights.size === 0 ? Promise.resolve() : Promise.race(this.#flights);
    const flight = this.#hand()
      .catch((error: unknown) => {
        // It was killed, perhaps: the next one takes what this one did not acknowledge.
        if (!(error instanceof ChildExited) || (this.#store?.exits ?? 0) > EXITS)
          this.#refused(error instanceof Error ? error.message : String(error));
      })
      .finally(() => {
        this.#flights.delete(flight);
        if (this.#waiting.left > 0) this.#wake(this.#is('refused') ? PAUSE : this.#waiting.suspicious ? 0 : BEAT);
      });
    this.#flights.add(flight);
    return flight;
  }

  async #hand(): Promise<void> {
    const child = await this.#ready();
    const store = this.#store;
    if (child === null || store === null) return;
    const taken = this.#waiting.take();
    if (taken === null) return;
    const asked = child.ask((n) => ({ do: 'put', n, batch: taken.batch, file: store.file }) satisfies WriteRequest);
    // More than one batch was waiting.
    if (this.#waiting.left > 0) void this.#pump();
    const reply = await asked.catch((error: unknown) => {
      taken.ended();
      for (const text of this.#waiting.takeAside()) this.#parts.warn(text);
      throw error;
    });
    if ('note' in reply || reply.trouble !== undefined || reply.next) taken.back();
    if ('note' in reply) return;
    if (reply.trouble !== undefined) return this.#refused(reply.trouble);
    if (reply.next) {
      this.#number(reply.next);
      return this.#hand();
    }
    taken.done();
    for (const each of reply.aside ?? []) this.#parts.warn(`A row of the log was set aside: ${oneLine(each)}`);
    this.#recent.keep(taken.batch.requests);
    if (this.#state.at === 'refused') this.#parts.note(`the log database is written again (it was: ${this.#state.reason})`);
    if (this.#store !== null) this.#state = { at: 'writing', child: this.#store.child, file: this.#store.file, exits: 0 };
    const lost = this.#waiting.takeLost();
    if (lost > 0) this.#parts.warn(`${lost} rows of the log were dropped: there was no room for them`);
  }

  /** A store that has said where numbers begin; null while there can be none. */
  #ready(): Promise<Child | null> {
    this.#readying ??= this.#open().finally(() => {
      this.#readying = null;
    });
    return this.#readying;
  }

  async #open(): Promise<Child | null> {
    const state = this.#state;
    if (state.at === 'closed') return null;
    if (state.at !== 'idle' && !state.child.over) return state.child;
    const child: Child = new ChildClient(['__store', 'write', this.#parts.path], this.#parts.env, (reply) => {
      if ('note' in reply) this.#parts.warn(reply.note);
    });
    this.#state = state.at === 'idle' ? { at: 'writing', child, file: 0, exits: 0 } : { ...state, child, exits: state.exits + 1 };
    child.send({ do: 'keep', limits: this.#limits } satisfies WriteRequest);
    for (const learned of this.#secrets) child.send(learned);
    const hello = await child.ask((n) => ({ do: 'hello', n }) satisfies WriteRequest);
    if ('note' in hello) return null;
    // Not `over`: the process is there, its file is not.
    if (hello.trouble !== undefined) this.#refused(hello.trouble);
    if (hello.next) this.#number(hello.next);
    this.#waiting.again();
    return child;
  }

  #number(next: Beginning): void {
    if (this.#state.at === 'writing' || this.#state.at === 'refused') this.#state = { ...this.#state, file: next.file };
    this.#waiting.number(next);
  }

  #refused(reason: string): void {
    const first = this.#state.at === 'writing';
    if (this.#state.at === 'writing' || this.#state.at === 'refused') this.#state = { ...this.#state, at: 'refused', reason };
    if (!first) return;
    this.#parts.note(`the log database cannot be written: ${reason}`);
    this.#parts.warn(`The log database cannot be written (${reason}); rows are kept in memory until it can`);
  }

  async #request(make: (n: number) => WriteRequest): Promise<Exclude<WriteReply, { note: string }>> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const child = (await this.#ready()) ?? fail('log-unavailable', { reason: 'the store is closing' });
        const reply = await child.ask(make);
        if ('note' in reply || (reply.next && attempt < 3)) {
          if ('next' in reply && reply.next) this.#number(reply.next);
          continue;
        }
        if (reply.trouble !== undefined) return fail('log-unavailable', { reason: reply.trouble });
        return reply;
      } catch (error) {
        if (error instanceof BrowseError || attempt === 3) throw error;
      }
    }
  }
}
