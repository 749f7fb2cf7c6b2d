/**
 * One warm vitest: a process that opened a project's vitest and runs what it is asked for, one run at a time.
 *
 *   starting ──► ready ──► running ──► ready ...      any of them ──► ended
 */
import { testWord } from '../../../domain/unit-tests.ts';
import type { TestAsk, TestRefusal, TestWord } from '../../../domain/unit-tests.ts';
import type { Worker, WorkerEnd } from '../../../domain/workers.ts';

/** Characters of what it printed itself that are kept for the case that it dies. */
const LAST_PRINTED = 2_000;

/** How a run ended. */
export type TestsRan =
  | Exclude<TestWord, { kind: 'ready' } | { kind: 'refused' }>
  | { readonly kind: 'refused'; readonly refusal: TestRefusal }
  | { readonly kind: 'ended'; readonly how: string };

export class TestWorker {
  readonly #worker: Worker;
  #version: string | null = null;
  #running = false;
  #printed = '';
  #heard: ((ran: TestsRan) => void) | null = null;
  /** What it said or did when nobody listened. */
  #early: TestsRan | null = null;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.onOutput((_, text) => (this.#printed = (this.#printed + text).slice(-LAST_PRINTED)));
    worker.onMessage((message) => {
      const word = testWord(message);
      if (word?.kind === 'ready') this.#version = word.version;
      else if (word !== null) this.#tell(word);
    });
    void worker.ended.then((end) => this.#tell({ kind: 'ended', how: this.#howEnded(end) }));
  }

  get pid(): number {
    return this.#worker.pid;
  }
  /** Of vitest; null until it is known. */
  get version(): string | null {
    return this.#version;
  }
  get running(): boolean {
    return this.#running;
  }
  get ended(): Promise<WorkerEnd> {
    return this.#worker.ended;
  }

  /** Never rejects. One at a time. */
  async run(ask: Extract<TestAsk, { kind: 'run' }>): Promise<TestsRan> {
    this.#running = true;
    try {
      return await new Promise<TestsRan>((resolve) => {
        if (this.#early !== null) return resolve(this.#early);
        this.#heard = resolve;
        this.#worker.tell(ask);
      });
    } finally {
      this.#heard = null;
      this.#running = false;
    }
  }

  /** Has the run under way end with a report of how far it came, if it still can. */
  cut(withinMs: number): void {
    this.#worker.tell({ kind: 'cut', withinMs } satisfies TestAsk);
  }

  end(graceMs: number): Promise<WorkerEnd> {
    return this.#worker.end(graceMs);
  }

  #tell(ran: TestsRan): void {
    if (this.#heard !== null) return this.#heard(ran);
    // A word that nobody waited for is of a run that is over; an end or a refusal stays true.
    if (ran.kind === 'ended' || ran.kind === 'refused') this.#early ??= ran;
  }

  #howEnded({ code, signal, reason }: WorkerEnd): string {
    const last = this.#printed.trim().split('\n').slice(-3).join(' ').trim();
    const how = reason ?? (signal === null ? `it exited with status ${code}` : `it was ended by ${signal}`);
    return last === '' ? how : `${how}; it said last: ${last}`;
  }
}
