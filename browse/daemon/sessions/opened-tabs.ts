/**
 * Tabs that no command opened: how many of them pages may open between two commands, and which programs that joined may have opened
 * them. Knows no pages.
 */

/** Tabs that pages may open between two commands. */
const KEPT = 20;

export class OpenedTabs {
  #kept = 0;
  #closed = 0;
  /** Tabs of programs that joined: who may have opened each. */
  readonly #guests = new Map<number, Set<number>>();

  /** Whether one more is kept; one that is not is counted, and to be closed. */
  takes(): boolean {
    if (this.#kept >= KEPT) {
      this.#closed += 1;
      return false;
    }
    this.#kept += 1;
    return true;
  }

  /** What was closed since the last answer, in words. */
  takeTally(): string | null {
    const closed = this.#closed;
    [this.#kept, this.#closed] = [0, 0];
    return closed === 0 ? null : `${closed} further tabs were closed: ${KEPT} that pages open are kept between two commands`;
  }

  /** A tab that came by itself (`from` null) while those were there, or from one of theirs. */
  opened(tab: number, from: number | null, guests: readonly number[]): void {
    const makers = from === null ? guests : [...(this.#guests.get(from) ?? [])];
    if (makers.length > 0) this.#guests.set(tab, new Set(makers));
  }

  /** The tabs that are nobody's any more when that one has left. */
  left(guest: number): readonly number[] {
    return [...this.#guests].flatMap(([tab, makers]) => {
      makers.delete(guest);
      return makers.size === 0 && this.#guests.delete(tab) ? [tab] : [];
    });
  }
}
