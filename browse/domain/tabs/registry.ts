/**
 * The tabs of one session: their numbers, which one is current, which ones are gone. Pure; knows nothing of what a tab holds.
 *
 * A number is never used again. Only the user makes a tab current: a popup never does, and when the current tab goes,
 * the one that was current before it takes its place.
 */
import { fail } from '../../protocol/errors.ts';

export class Tabs<T> {
  #next = 1;
  readonly #open = new Map<number, T>();
  /** Numbers in the order in which they became current; the last one is. */
  #recent: number[] = [];

  /** Adds a tab under the next number; `current` makes it the current one, and so does being the only one. */
  add(make: (id: number) => T, current: boolean): T {
    return this.addAs(this.#next, make, current);
  }

  /** Adds a tab under a number it had before a restart. */
  addAs(id: number, make: (id: number) => T, current: boolean): T {
    this.#next = Math.max(this.#next, id + 1);
    const tab = make(id);
    this.#open.set(id, tab);
    if (current || this.#open.size === 1) this.select(id);
    return tab;
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
