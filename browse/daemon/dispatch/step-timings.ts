/** How long each step of one command took, for `--timing`. */
import type { Clock } from '../../domain/ports/machine.ts';

export class StepTimings {
  readonly #clock: Clock;
  /** On the daemon's monotonic clock. */
  readonly began: number;
  #last: number;
  readonly #marks: [string, number][] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.began = this.#last = clock.elapsed();
  }

  /** Ends the phase of that name. */
  mark(name: string): void {
    const now = this.#clock.elapsed();
    this.#marks.push([name, now - this.#last]);
    this.#last = now;
  }

  /** One line, in milliseconds. */
  text(): string {
    const parts = [...this.#marks, ['daemon', this.#clock.elapsed() - this.began] as const];
    return `timing: ${parts.map(([name, ms]) => `${name} ${ms.toFixed(2)} ms`).join(', ')}\n`;
  }
}
