/** Who uses the same thing waits for those before him, in order; whoever gives up leaves no gap. */
import type { TimeLimit, Clock } from '../../../domain/ports/machine.ts';

export class KeyedLock {
  readonly #clock: Pick<Clock, 'sleep'>;
  readonly #last = new Map<string, Promise<void>>();

  constructor(clock: Pick<Clock, 'sleep'>) {
    this.#clock = clock;
  }

  /** Resolves with what ends the turn, or with null when the bound ran out before it came. */
  async take(name: string, { timeout, signal }: TimeLimit): Promise<(() => void) | null> {
    const before = this.#last.get(name) ?? Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const behind = before.then(() => promise);
    this.#last.set(name, behind);
    void behind.then(() => {
      if (this.#last.get(name) === behind) this.#last.delete(name);
    });
    const over = new AbortController();
    const late = this.#clock.sleep(timeout, AbortSignal.any([signal, over.signal])).then(() => false);
    const came = await Promise.race([before.then(() => true), late]);
    over.abort();
    if (came && !signal.aborted) return resolve;
    resolve();
    return null;
  }
}
