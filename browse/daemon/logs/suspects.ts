/**
 * Rows that were on the way when the store ended. One of them may be what it ended by: from then on each goes by itself, and one by
 * which two stores ended is set aside, so that no page can end the log of all sessions. Knows no row's content.
 */

/** Stores that may end by one row that was sent by itself. */
const ENDS = 2;

export class Suspects<Row extends object> {
  /** How many stores ended by it alone. */
  readonly #ends = new Map<Row, number>();

  get any(): boolean {
    return this.#ends.size > 0;
  }

  /** A store ended with these on the way. Gives the one that is to be set aside; null for none. */
  ended(rows: readonly Row[]): Row | null {
    const [alone] = rows;
    if (alone === undefined) return null;
    if (rows.length > 1) {
      for (const row of rows) if (!this.#ends.has(row)) this.#ends.set(row, 0);
      return null;
    }
    const ends = (this.#ends.get(alone) ?? 0) + 1;
    this.#ends.set(alone, ends);
    if (ends < ENDS) return null;
    this.#ends.delete(alone);
    return alone;
  }

  /** It was written, or is not waited for any more. */
  forget(row: Row): void {
    this.#ends.delete(row);
  }

  /** The next one to send by itself, of those that wait. */
  next(waits: (row: Row) => boolean): Row | null {
    for (const row of this.#ends.keys()) if (waits(row)) return row;
    return null;
  }
}
