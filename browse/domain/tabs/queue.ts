/**
 * One command at a time on one tab. Who waits can leave; who runs can be cut off. Pure but for the clock it is given.
 *
 *   waiting ──turn──► running ──settles──► free
 *      │ caller left: did not run     │ caller left or deadline: 0.5-1 s to end by itself, then the tab is freed anyway
 *      │ deadline: names what it waited behind, as a time-out does that comes after a wait
 */
import { BrowseError, fail } from '../../protocol/errors.ts';
import type { ErrorData } from '../../protocol/errors.ts';
import { deferred } from '../../base/deferred.ts';
import type { Deferred } from '../../base/deferred.ts';
import type { TimeLimit, Clock } from '../ports/machine.ts';

/** How long work may go on after its caller left or its deadline passed, before the tab is freed without it. */
export const GRACE = 800;

type Waiter = { readonly label: string; readonly turn: Deferred<void> };

export class TabQueue {
  readonly #clock: Clock;
  readonly #tab: number;
  #running: string | null = null;
  readonly #waiting: Waiter[] = [];

  constructor(tab: number, clock: Clock) {
    this.#tab = tab;
    this.#clock = clock;
  }

  /** The command that runs now, or null. */
  get running(): string | null {
    return this.#running;
  }

  /**
   * Runs `work` when everything before it is done. `work` gets what is left of the bound and must obey it; if it does not,
   * it is left behind. Fails with `tab-busy` (never ran), `interrupted`, `timeout`, or as `work` does.
   */
  async run<T>(label: string, bound: TimeLimit, work: (bound: TimeLimit) => Promise<T>): Promise<T> {
    const from = this.#clock.elapsed();
    const behind = this.#ahead();
    if (behind !== null) await this.#turn(label, bound);
    this.#running = label;
    const waited = this.#clock.elapsed() - from;
    const left = Math.max(1, bound.timeout - waited);
    try {
      if (bound.signal.aborted) fail('interrupted', { command: label, outcome: 'did not run' });
      return await this.#bounded(label, { timeout: left, signal: bound.signal }, work);
    } catch (error) {
      if (behind === null || !(error instanceof BrowseError) || error.code !== 'timeout') throw error;
      throw new BrowseError('timeout', { ...(error.data as ErrorData<'timeout'>), waited: { ms: Math.round(waited), behind } });
    } finally {
      this.#release();
    }
  }

  /** Ends the wait of everyone who has not begun. */
  refuse(error: BrowseError): void {
    for (const waiter of this.#waiting.splice(0)) waiter.turn.reject(error);
  }

  /** What a newcomer waits behind, in words; null when it is his turn. */
  #ahead(): string | null {
    const more = this.#waiting.length;
    return this.#running === null || more === 0 ? this.#running : `${this.#running} and ${more} more`;
  }

  async #turn(label: string, bound: TimeLimit): Promise<void> {
    const waiter: Waiter = { label, turn: deferred() };
    this.#waiting.push(waiter);
    const ended = new AbortController();
    const leave = (error: () => never): void => {
      const at = this.#waiting.indexOf(waiter);
      if (at === -1) return;
      this.#waiting.splice(at, 1);
      try {
        error();
      } catch (reason) {
        waiter.turn.reject(reason);
      }
    };
    const left = (): void => leave(() => fail('interrupted', { command: label, outcome: 'did not run' }));
    bound.signal.addEventListener('abort', left, { once: true });
    if (bound.signal.aborted) left();
    void this.#clock.sleep(bound.timeout, ended.signal).then(() => {
      if (!ended.signal.aborted) leave(() => fail('tab-busy', { tab: this.#tab, behind: this.#running ?? label, ms: bound.timeout }));
    });
    try {
      await waiter.turn.promise;
    } finally {
      ended.abort();
      bound.signal.removeEventListener('abort', left);
    }
  }

  async #bounded<T>(label: string, bound: TimeLimit, work: (bound: TimeLimit) => Promise<T>): Promise<T> {
    const settled = new AbortController();
    const working = work(bound);
    working.catch(() => {});
    const cut = async (): Promise<never> => {
      const gone = deferred<'left'>();
      const leave = (): void => gone.resolve('left');
      bound.signal.addEventListener('abort', leave, { once: true });
      if (bound.signal.aborted) leave();
      const why = await Promise.race([gone.promise, this.#clock.sleep(bound.timeout, settled.signal).then(() => 'late' as const)]);
      bound.signal.removeEventListener('abort', leave);
      await this.#clock.sleep(GRACE, settled.signal);
      if (why === 'left') fail('interrupted', { command: label, outcome: 'may have run' });
      return fail('timeout', { what: label, ms: Math.round(bound.timeout) });
    };
    const cutting = cut();
    cutting.catch(() => {});
    try {
      return await Promise.race([working, cutting]);
    } finally {
      settled.abort();
    }
  }

  /** Hands the tab to the next in line, without a moment in between in which a newcomer could take it. */
  #release(): void {
    const next = this.#waiting.shift();
    this.#running = next?.label ?? null;
    next?.turn.resolve();
  }
}
