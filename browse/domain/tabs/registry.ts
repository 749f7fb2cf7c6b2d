/**
 * The tabs of one session: their numbers, which one is current, which ones are gone. Pure; knows nothing of what a tab holds.
 *
 * A number is never used again, in this daemon or the next. Only the user makes a tab current: a popup never does, and when the current tab goes,
 * the one that was current before it takes its place.
 */
import { fail } from '../../protocol/errors.ts';

export class Tabs<T> {
  #next: number;
  readonly #took: (id: number) => void;
  readonly #open = new Map<number, T>();
  /** Numbers of an earlier daemon, and the ones that their tabs have now. */
  readonly #renamed = new Map<number, number>();
  /** Numbers in the order in which they became current; the last one is. */
  #recent: number[] = [];

  /** Numbers begin with `first`; `took` hears of each before it is used. */
  constructor(first = 1, took: (id: number) => void = () => {}) {
    this.#next = first;
    this.#took = took;
  }

  /** Adds a tab under the next number; `current` makes it the current one, and so does being the only one. */
  add(make: (id: number) => T, current: boolean): T {
    return this.addAs(this.#next, make, current);
  }

  /** Adds a tab under a number it had before a restart. */
  addAs(id: number, make: (id: number) => T, current: boolean): T {
    if (id >= this.#next) {
      this.#next = id + 1;
      this.#took(id);
    }
    const tab = make(id);
    this.#open.set(id, tab);
    if (current || this.#open.size === 1) this.select(id);
    return tab;
  }

  /** The next number, for a tab that had another before: who asks for that one is told. */
  nextFor(before: number): number {
    this.#renamed.set(before, this.#next);
    this.#took(this.#next);
    this.#next += 1;
    return this.#next - 1;
  }

  /** Makes a tab the current one. Fails with `tab-gone`. */
  select(id: number): T {
    const tab = this.get(id);
    this.#recent = this.#recent.filter((each) => each !== id);
    this.#recent.push(id);
    return tab;
  }

  /** The tab of that number. Fails with `tab-gone`, telling a closed one from one that never was. */
  get(id: number): T {
    const tab = this.#open.get(id);
    if (tab !== undefined) return tab;
    const now = this.#renamed.get(id);
    if (now !== undefined && this.#open.has(now)) return fail('tab-gone', { tab: id, reason: `since the daemon ended it is tab ${now}` });
    return fail('tab-gone', { tab: id, reason: id < this.#next ? 'it was closed' : 'there is no such tab' });
  }

  /** Whether that number is open now. */
  has(id: number): boolean {
    return this.#open.has(id);
  }

  /** Forgets a tab; false when it was not there. The one that was current before it becomes current. */
  remove(id: number): boolean {
    if (!this.#open.delete(id)) return false;
    this.#recent = this.#recent.filter((each) => each !== id);
    const last = [...this.#open.keys()].at(-1);
    if (this.#recent.length === 0 && last !== undefined) this.#recent.push(last);
    return true;
  }

  /** The number of the current tab; null when none is open. */
  get current(): number | null {
    return this.#recent.at(-1) ?? null;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Open tabs by number. */
  list(): readonly T[] {
    return [...this.#open.entries()].toSorted(([a], [b]) => a - b).map(([, tab]) => tab);
  }
}
