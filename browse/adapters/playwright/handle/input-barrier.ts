/**
 * Inputs on their way to a page. The guard that judges them stays armed until the page has handled them, and no other is armed
 * before: an input that is late would meet an open door, or pass for the next one. Must not know what they do.
 */
import { setTimeout } from 'node:timers/promises';
import type { Deadline } from '../../../base/deadline.ts';

/** Milliseconds after which an input that nobody has acknowledged is lost. */
const LOST = 10_000;

/** Those of one page. */
export class InputBarrier {
  #underWay: Promise<unknown> = Promise.resolve();
  readonly #sending: () => void;

  /** `sending` is called for each input before it goes out. */
  constructor(sending: () => void) {
    this.#sending = sending;
  }

  /** Notes inputs that are being sent; the promise settles when the page has handled them. */
  sent<T>(inputs: Promise<T>): Promise<T> {
    this.#sending();
    const end = new AbortController();
    const lost = setTimeout(LOST, undefined, { ref: false, signal: end.signal });
    this.#underWay = Promise.allSettled([this.#underWay, Promise.race([inputs.finally(() => end.abort()), lost])]);
    lost.catch(() => {});
    return inputs;
  }

  /** Fails as the deadline does while some are under way. */
  async handled(deadline: Deadline): Promise<void> {
    await deadline.race(this.#underWay);
  }

  /** Runs it once all are handled. */
  afterwards(act: () => void): void {
    void this.#underWay.then(act);
  }
}
