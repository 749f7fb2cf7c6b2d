/**
 * The last requests as they were, secrets included: in memory only, for as long as there is room, for whoever asks to repeat one.
 * Nothing of it ever reaches a file. Knows no store.
 */
import type { RequestRow } from '../../domain/traffic/entry.ts';
import type { Clearing, Replayable } from '../../domain/traffic/ports.ts';

/** Requests, and characters of all of them together. */
const COUNT = 2_000;
const ROOM = 8_000_000;

type Kept = { readonly row: Replayable; readonly session: string; readonly tab: number | null; readonly size: number };

export class RecentRequests {
  /** The newest last. */
  readonly #rows = new Map<number, Kept>();
  readonly #room: number;
  #size = 0;

  constructor(room = ROOM) {
    this.#room = room;
  }

  /** The oldest give way. A row that comes again, with more, takes the place of the one before. */
  keep(rows: readonly RequestRow[]): void {
    for (const { id, session, tab, method, url, requestHeaders, requestBody } of rows) {
      this.#drop(id);
      const size = requestHeaders.reduce((sum, [name, value]) => sum + name.length + value.length, url.length + (requestBody?.length ?? 0));
      this.#rows.set(id, { row: { method, url, requestHeaders, requestBody }, session, tab, size });
      this.#size += size;
      while (this.#size > this.#room || this.#rows.size > COUNT) this.#drop(this.#rows.keys().next().value ?? id);
    }
  }

  /** Null when there is none any more. */
  find(session: string, id: number): Replayable | null {
    const kept = this.#rows.get(id);
    return kept?.session === session ? kept.row : null;
  }

  /** Forgets what is cleared from the log. */
  clear({ kind, session, tab }: Clearing): void {
    if (kind !== 'requests') return;
    for (const [id, kept] of this.#rows) if (kept.session === session && (tab === null || kept.tab === tab)) this.#drop(id);
  }

  #drop(id: number): void {
    this.#size -= this.#rows.get(id)?.size ?? 0;
    this.#rows.delete(id);
  }
}
