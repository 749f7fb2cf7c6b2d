/** Work that comes one after another, in the order in which it was asked for; one that fails holds up nobody. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }

  /** Resolves when all that was asked for before is over. */
  async over(): Promise<void> {
    await this.#last;
  }
}
