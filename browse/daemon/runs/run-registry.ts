/**
 * What goes on of the caller's own code: begun, listed, ended by its end, by its time, by its caller or by somebody else. Each is
 * a process group, and is in the list until that is gone.
 */
import { deferred } from '../../base/deferred.ts';
import type { RunFacts } from '../../domain/runs.ts';
import type { Worker } from '../../domain/workers.ts';
import { BrowseError, fail } from '../../protocol/errors.ts';
import type { TimeLimit, Clock } from '../../domain/ports/machine.ts';

/** Milliseconds that a process has to end in. */
const GRACE = 500;
/** How long before its caller would give up a run is ended, in milliseconds, so that it can still tell how far it came. */
const AHEAD = 250;

/** One that goes on. */
export class Run {
  readonly id: string;
  readonly session: string;
  readonly what: string;
  readonly from: number;
  worker: Worker | null = null;
  readonly #clock: Clock;
  readonly #stop = deferred<BrowseError>();
  readonly #over = deferred<void>();
  readonly #late = new AbortController();

  constructor(id: string, session: string, what: string, clock: Clock) {
    this.id = id;
    this.session = session;
    this.what = what;
    this.#clock = clock;
    this.from = clock.elapsed();
  }

  /** Resolves with why it is to end, when it is. */
  get stopped(): Promise<BrowseError> {
    return this.#stop.promise;
  }

  /** Resolves when nothing of it is left. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  get ms(): number {
    return Math.round(this.#clock.elapsed() - this.from);
  }

  facts(): RunFacts {
    const { id, session, what, ms } = this;
    return { id, session, what, ms };
  }

  stop(why: BrowseError): void {
    this.#stop.resolve(why);
  }

  /** Ends it when its time is up or its caller leaves. */
  limit({ timeout, signal }: TimeLimit): void {
    const leave = (): void => this.stop(new BrowseError('interrupted', { command: 'run', outcome: 'may have run' }));
    signal.addEventListener('abort', leave, { once: true, signal: this.#late.signal });
    if (signal.aborted) leave();
    void this.#clock.sleep(Math.max(1, timeout - AHEAD), this.#late.signal).then(() => {
      if (!this.#late.signal.aborted) this.stop(new BrowseError('run-late', { ms: timeout }));
    });
  }

  /** Whether it has its answer; its process may still be there. */
  answered = false;

  /** It has an answer: its process has so many milliseconds to end by itself. */
  async finish(lingerMs: number): Promise<void> {
    this.#late.abort();
    this.answered = true;
    const { worker } = this;
    if (worker !== null) {
      const waited = new AbortController();
      const ended = worker.ended.then(() => true);
      const itself = await Promise.race([
        ended,
        this.#stop.promise.then(() => false),
        this.#clock.sleep(lingerMs, waited.signal).then(() => false),
      ]);
      waited.abort();
      if (!itself) await worker.end(GRACE);
    }
    this.#over.resolve();
  }
}

export class RunList {
  readonly #clock: Clock;
  readonly #runs = new Map<string, Run>();
  #numbers = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(session: string, what: string): Run {
    const run = new Run(`r${++this.#numbers}`, session, what, this.#clock);
    this.#runs.set(run.id, run);
    void run.over.then(() => this.#runs.delete(run.id));
    return run;
  }

  /** Those that have no answer yet. */
  all(): readonly Run[] {
    return [...this.#runs.values()].filter(({ answered }) => !answered);
  }

  /** Fails with `run-unknown`. */
  async cancel(session: string, id: string | null, by: string): Promise<readonly RunFacts[]> {
    const meant = this.all().filter((each) => each.session === session && (id === null || each.id === id));
    if (meant.length === 0)
      return fail('run-unknown', { what: id === null ? `No run in session ${session}` : `No run ${id} in session ${session}` });
    const facts = meant.map((each) => each.facts());
    for (const each of meant) each.stop(new BrowseError('run-cancelled', { id: each.id, by }));
    await Promise.all(meant.map(({ over }) => over));
    return facts;
  }

  async close(): Promise<void> {
    const all = [...this.#runs.values()];
    for (const each of all) each.stop(new BrowseError('interrupted', { command: 'run', outcome: 'ran, and was cut off' }));
    await Promise.all(all.map(({ over }) => over));
  }
}
