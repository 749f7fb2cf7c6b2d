/**
 * Rows on their way to the store: what a request object has come to, numbered when it is first handed over, kept until it is
 * acknowledged, bounded in memory. Several batches may be on the way at once. Knows no process and no file.
 */
import { cutOff } from '../../domain/traffic/entry.ts';
import type { EventRow, RequestAnswer, RequestEnd } from '../../domain/traffic/entry.ts';
import type { Batch } from '../../domain/traffic/ports.ts';
import { Suspects } from './suspects.ts';
import { eventRowOf, eventSize, ownerOf, requestRowOf, requestSize, setAsideNote, tabOf } from './waiting-rows.ts';
import type { BegunRequest, Event, Live, Said } from './waiting-rows.ts';

/** What was handed over and is not acknowledged. */
type Flight = {
  readonly requests: readonly (readonly [Live, number])[];
  readonly events: readonly Event[];
  /** The oldest `changed` in it. */
  readonly since: number;
  readonly size: number;
};
export type Taken = {
  readonly batch: Batch;
  /** The store has it. */
  done(): void;
  /** The store does not have it: it waits again, before all that is younger. */
  back(): void;
  /** The same, and the store is gone, perhaps by one of these rows. */
  ended(): void;
};

/** Rows and characters of one batch. */
const BATCH_ROWS = 500;
const BATCH_SIZE = 2_000_000;
/** Rows that are remembered for the tab that they lack. */
const UNTOLD = 1_000;
/** Characters that may wait altogether: past that the oldest are dropped, and it is said. */
const ROOM = 64_000_000;

export class WriteBuffer {
  readonly #wake: () => void;
  /** Every request that has not ended. */
  readonly #live = new Map<object, Live>();
  #requests = new Set<Live>();
  /** Ended a moment ago: a redirect is announced after the end of the request before it. */
  readonly #recent = new WeakMap<object, Live>();
  #events = new Set<Event>();
  readonly #flights = new Set<Flight>();
  /** Put before anybody knew the tab of their page: they are put again as soon as somebody does. */
  readonly #untold = new Set<Live | Event>();
  /** In the order of their begin, which is that of their numbers. */
  #unnumbered: Live[] = [];
  readonly #ending = new Set<Promise<unknown>>();
  #step = 0;
  #next = { request: 1, event: 1 };
  #size = 0;
  #lost = 0;
  readonly #suspects = new Suspects<Live | Event>();
  #aside: string[] = [];

  constructor(wake: () => void) {
    this.#wake = wake;
  }

  /** Rows that the store does not have, those on the way among them. */
  get size(): number {
    return [...this.#flights].reduce((sum, { requests, events }) => sum + requests.length + events.length, this.left);
  }

  /** Rows that are not on the way. */
  get left(): number {
    return this.#requests.size + this.#events.size;
  }

  began(key: object, { begin, redirectedFrom, ...owner }: BegunRequest): void {
    const from = redirectedFrom === null ? null : (this.#live.get(redirectedFrom) ?? this.#recent.get(redirectedFrom) ?? null);
    const live: Live = {
      owner,
      begin,
      from,
      to: null,
      tab: null,
      id: null,
      answer: null,
      end: null,
      changed: 0,
      size: 0,
      aside: false,
      order: this.#step,
    };
    this.#live.set(key, live);
    this.#unnumbered.push(live);
    if (from) {
      from.to = live;
      this.#touch(from);
    }
    this.#touch(live);
  }

  answered(key: object, answer: RequestAnswer): void {
    const live = this.#live.get(key);
    if (!live) return;
    live.answer = answer;
    this.#touch(live);
  }

  ended(key: object, end: Promise<RequestEnd>): void {
    const live = this.#live.get(key);
    if (!live) return;
    this.#recent.set(key, live);
    const done = end.then(
      (facts) => facts,
      () => cutOff('what became of it is not known'),
    );
    const settled = done.then((facts) => {
      live.end = facts;
      this.#live.delete(key);
      this.#touch(live);
      this.#ending.delete(settled);
    });
    this.#ending.add(settled);
  }

  said(said: Said): void {
    const socket = said.request === null ? null : (this.#live.get(said.request) ?? null);
    this.#step += 1;
    const size = eventSize(said.event);
    this.#events.add({ said, socket, id: null, changed: this.#step, size });
    this.#grow(size);
  }

  /** Whether a row may be one that the store ends by: then only one is sent at a time. */
  get suspicious(): boolean {
    return this.#suspects.any;
  }

  /** What has ended is complete. */
  async settled(): Promise<void> {
    await Promise.all(this.#ending);
  }

  mark(): number {
    return this.#step;
  }

  /** Whether something of that time or before still waits, or is on the way. */
  before(mark: number): boolean {
    const [request] = this.#requests;
    const [event] = this.#events;
    const flights = [...this.#flights].map(({ since }) => since);
    return [request?.changed, event?.changed, ...flights].some((changed) => changed !== undefined && changed <= mark);
  }

  /** The numbers from here on are free. What has a number that may be another's gets a new one. */
  number(next: { readonly request: number; readonly event: number }): void {
    if (next.request > this.#next.request || next.event > this.#next.event) this.#untold.clear();
    if (next.request > this.#next.request) {
      this.#next.request = next.request;
      const away = [...this.#flights].flatMap(({ requests }) => requests.map(([live]) => live));
      const all = new Set([...this.#live.values(), ...this.#requests, ...away]);
      for (const live of all) live.id = null;
      this.#unnumbered = [...all].toSorted((one, other) => one.order - other.order);
    }
    if (next.event > this.#next.event) {
      this.#next.event = next.event;
      for (const event of [...this.#events, ...[...this.#flights].flatMap(({ events }) => events)]) event.id = null;
    }
  }

  /** The store is a new one: it is told of all that is under way. */
  again(): void {
    for (const live of this.#live.values()) this.#touch(live);
  }

  /** The oldest that wait. */
  take(): Taken | null {
    this.retell();
    const requests: [Live, number][] = [];
    const events: Event[] = [];
    let size = 0;
    const alone = this.#suspects.next((row) => this.#requests.has(row as Live) || this.#events.has(row as Event));
    for (const live of alone === null ? this.#requests : []) {
      if (requests.length === BATCH_ROWS || size > BATCH_SIZE) break;
      requests.push([live, live.changed]);
      size += live.size;
    }
    for (const event of alone === null ? this.#events : []) {
      if (events.length === BATCH_ROWS || size > BATCH_SIZE) break;
      events.push(event);
      size += event.size;
    }
    if (alone !== null) {
      size = alone.size;
      if ('begin' in alone) requests.push([alone, alone.changed]);
      else events.push(alone);
    }
    if (requests.length + events.length === 0) return null;
    for (const live of this.#unnumbered.splice(0)) this.#numbered(live);
    const batch: Batch = {
      requests: requests.map(([live]) => requestRowOf(live, (each) => this.#numbered(each))),
      events: events.map((event) => this.#eventRow(event)),
    };
    for (const [live] of requests) this.#requests.delete(live);
    for (const event of events) this.#events.delete(event);
    const since = Math.min(requests[0]?.[1] ?? Infinity, events[0]?.changed ?? Infinity);
    const flight: Flight = { requests, events, since, size };
    this.#flights.add(flight);
    return {
      batch,
      done: () => {
        if (!this.#flights.delete(flight)) return;
        this.#size -= size;
        for (const row of [...requests.map(([live]) => live), ...events]) this.#suspects.forget(row);
        // By what was written: the tab may have become known since.
        batch.requests.forEach(({ tab }, at) => this.#tabless(tab, requests[at]?.[0]));
        batch.events.forEach(({ tab }, at) => this.#tabless(tab, events[at]));
      },
      back: () => this.#back(flight),
      ended: () => {
        const aside = this.#suspects.ended([...requests.map(([live]) => live), ...events]);
        this.#back(flight);
        if (aside !== null) this.#setAside(aside);
      },
    };
  }

  /** What was put without its tab waits again, once that is known. */
  retell(): void {
    for (const row of this.#untold) {
      if (tabOf(ownerOf(row)) === null) continue;
      this.#untold.delete(row);
      if ('begin' in row) this.#touch(row);
      else {
        this.#step += 1;
        this.#events.add({ ...row, changed: this.#step });
        this.#size += row.size;
      }
    }
  }

  /** How many rows were dropped since the last time. */
  takeLost(): number {
    const lost = this.#lost;
    this.#lost = 0;
    return lost;
  }

  /** What was set aside since the last time, in words. */
  takeAside(): readonly string[] {
    return this.#aside.splice(0);
  }

  /** A note takes its place. */
  #setAside(row: Live | Event): void {
    if ('begin' in row) {
      row.aside = true;
      this.#leave(row);
    } else if (this.#events.delete(row)) this.#size -= row.size;
    const note = setAsideNote(row, row.id, Date.now());
    this.#aside.push(note.event.text);
    this.said(note);
  }

  /** A row that was put with this tab: without one it is remembered, unless it belongs to no page. */
  #tabless(tab: number | null, row: Live | Event | undefined): void {
    if (tab !== null || row === undefined || ownerOf(row).whose() === undefined) return;
    this.#untold.add(row);
    const [oldest] = this.#untold;
    if (this.#untold.size > UNTOLD && oldest) this.#untold.delete(oldest);
  }

  #touch(live: Live): void {
    if (live.aside) return;
    this.#step += 1;
    this.#leave(live);
    live.changed = this.#step;
    live.size = requestSize(live);
    // At the end: the set is in the order of `changed`.
    this.#requests.add(live);
    this.#grow(live.size);
  }

  #leave(live: Live): void {
    if (this.#requests.delete(live)) this.#size -= live.size;
  }

  #back(flight: Flight): void {
    if (!this.#flights.delete(flight)) return;
    this.#size -= flight.size;
    // What has changed since waits already, as it is now.
    const requests = flight.requests.filter(([live, changed]) => live.changed === changed).map(([live]) => live);
    // Flights come back in any order, and the sets are in the order of `changed`.
    this.#requests = new Set([...requests, ...this.#requests].toSorted((one, other) => one.changed - other.changed));
    this.#events = new Set([...flight.events, ...this.#events].toSorted((one, other) => one.changed - other.changed));
    this.#grow([...requests, ...flight.events].reduce((sum, each) => sum + each.size, 0));
  }

  #grow(size: number): void {
    this.#size += size;
    while (this.#size > ROOM) {
      const [event] = this.#events;
      const [live] = this.#requests;
      if (event !== undefined && (live === undefined || event.changed < live.changed)) {
        this.#events.delete(event);
        this.#size -= event.size;
        this.#suspects.forget(event);
      } else if (live !== undefined) {
        this.#leave(live);
        this.#suspects.forget(live);
      } else break;
      this.#lost += 1;
    }
    this.#wake();
  }

  #numbered(live: Live): number {
    live.id ??= this.#next.request++;
    return live.id;
  }

  #eventRow(event: Event): EventRow {
    event.id ??= this.#next.event++;
    return eventRowOf(event, event.id, (live) => this.#numbered(live));
  }
}
