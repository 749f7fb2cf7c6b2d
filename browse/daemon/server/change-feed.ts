/**
 * Who waits for news of the daemon: a panel that is told when the log has heard something or when the daemon ends. Whoever
 * waits is somebody who is there, so a daemon that is watched does not end for want of use. Knows no rows and no socket.
 */
import type { ChangesReply, ChangesRequest } from '../../protocol/wire.ts';

/** Milliseconds that one question waits at most. */
const LONGEST = 60_000;

export class ChangeFeed {
  readonly #present: (change: 1 | -1) => void;
  readonly #waiting = new Set<() => void>();
  #heard = 0;
  #over = false;

  /** `present` hears who comes and who leaves. */
  constructor(present: (change: 1 | -1) => void) {
    this.#present = present;
  }

  /** There is news. */
  hear(): void {
    this.#heard += 1;
    this.#wake();
  }

  /** The daemon ends: everybody is answered now. */
  end(): void {
    this.#over = true;
    this.#wake();
  }

  /** Resolves with news since `heard`, without any after `withinMs`, or when the caller leaves. */
  async next({ heard, withinMs }: ChangesRequest, caller: AbortSignal): Promise<ChangesReply> {
    if (heard === this.#heard && !this.#over && !caller.aborted) {
      this.#present(1);
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, Math.min(Math.max(0, withinMs), LONGEST));
      this.#waiting.add(resolve);
      caller.addEventListener('abort', () => resolve(), { once: true });
      await promise;
      clearTimeout(timer);
      this.#waiting.delete(resolve);
      this.#present(-1);
    }
    return { heard: this.#heard };
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
  }
}
