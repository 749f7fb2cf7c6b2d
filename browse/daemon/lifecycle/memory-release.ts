/**
 * Gives memory back while nobody asks for anything: garbage that the engine would collect some time, and code that it has compiled
 * on the way. A daemon lives for days, and what it has done must not show.
 */
import type { Clock } from '../../domain/ports/machine.ts';

/** Nobody has asked for so long, in milliseconds: whoever types or runs command after command is not held up. */
const REST = 1000;
/** Growth that is worth it, in bytes: it takes a tenth of a second, and the next command some milliseconds longer. */
const WORTH = 8_000_000;

type MemoryParts = {
  readonly clock: Clock;
  /** Bytes that the process holds. */
  readonly resident: () => number;
  /** Whether anybody is at work without a command. */
  readonly others: () => boolean;
  /** May be over only after it has returned. */
  readonly giveBack: () => void;
};

/** Hears of every command that begins or ends. */
export class MemoryRelease {
  readonly #parts: MemoryParts;
  #running = 0;
  #last = 0;
  #waiting = false;
  /** What it held when it was at rest, at the least; null when that is to be seen. Nothing at first: what a start leaves goes too. */
  #level: number | null = 0;

  constructor(parts: MemoryParts) {
    this.#parts = parts;
  }

  /** A command has begun (1) or ended (-1). */
  stir(change: 1 | -1): void {
    this.#running += change;
    this.#last = this.#parts.clock.elapsed();
    if (!this.#waiting) void this.#rest();
  }

  async #rest(): Promise<void> {
    const { clock, others } = this.#parts;
    this.#waiting = true;
    for (;;) {
      const left = this.#last + REST - clock.elapsed();
      if (left > 0) await clock.sleep(left);
      else if (this.#running > 0 || others() || !this.#look()) break;
      else await clock.sleep(REST);
    }
    this.#waiting = false;
  }

  /** Whether memory was given back, so that what is left is to be seen. */
  #look(): boolean {
    const resident = this.#parts.resident();
    const worth = this.#level !== null && resident > this.#level + WORTH;
    if (worth) this.#parts.giveBack();
    this.#level = worth ? null : Math.min(resident, this.#level ?? resident);
    return worth;
  }
}
