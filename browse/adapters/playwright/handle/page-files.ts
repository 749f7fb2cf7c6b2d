/** Files that a page asked for, and what became of them: counts that only grow, so that two looks tell what lies between. */

/** Those of one page. */
export class PageFiles {
  /** Asked for as such. */
  asked = 0;
  /** Downloads that began. */
  came = 0;
  /** Navigations that came to nothing, as those to a file do. */
  failures = 0;
  /** Where the last of them led; null when that is not known. */
  failed: string | null = null;
  #arrival = Promise.withResolvers<void>();

  /** A file is about to be asked for by an act of ours, or was by the page. */
  expect(): void {
    this.asked += 1;
  }

  /** A navigation came to nothing. */
  fail(url: string | null): void {
    this.failures += 1;
    this.failed = url;
  }

  /** A download began. */
  arrive(): void {
    this.came += 1;
    this.#arrival.resolve();
    this.#arrival = Promise.withResolvers();
  }

  /** Resolves when the next download begins. */
  next(): Promise<void> {
    return this.#arrival.promise;
  }
}
