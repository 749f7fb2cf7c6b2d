/**
 * The commands between their begin and their end: cut short when their caller leaves or the daemon drains.
 * That no id runs twice is held before they come here.
 *
 *   begin ──► running ──► end            draining: nothing begins any more; what runs gets a grace, then is cut
 */
import { deferred } from '../../base/deferred.ts';
import type { Deferred } from '../../base/deferred.ts';
import { fail } from '../../protocol/errors.ts';
import type { Running } from '../../protocol/status.ts';
import { atMost } from '../../domain/timeouts.ts';
import type { Clock } from '../../domain/ports/machine.ts';

type Entry = {
  readonly id: string;
  readonly command: string;
  readonly from: number;
  session: string | null;
  tab: number | null;
  readonly cut: AbortController;
  /** A question of somebody who follows the log: work of nobody's. */
  readonly follower: boolean;
  drained: boolean;
};

/** A command between its begin and its end. */
export type RunningCommand = {
  /** Aborts when the caller leaves or the daemon drains. */
  readonly signal: AbortSignal;
  /** Whether the daemon is going, which cuts it off. */
  draining(): boolean;
  end(): void;
};

export class RunningCommands {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  #draining = false;
  #idle: Deferred<void> | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Fails with `draining`. */
  begin(id: string, command: string, caller: AbortSignal, follower = false): RunningCommand {
    if (this.#draining) fail('draining', {});
    const entry: Entry = {
      id,
      command,
      from: this.#clock.elapsed(),
      session: null,
      tab: null,
      cut: new AbortController(),
      follower,
      drained: false,
    };
    this.#entries.set(id, entry);
    const leave = (): void => entry.cut.abort();
    if (caller.aborted) leave();
    else caller.addEventListener('abort', leave, { once: true });
    return {
      signal: entry.cut.signal,
      draining: () => this.#draining,
      end: () => {
        caller.removeEventListener('abort', leave);
        this.#entries.delete(id);
        if (this.#entries.size === 0) this.#idle?.resolve();
      },
    };
  }

  /** Where it works, once that is known. */
  locate(id: string, session: string, tab: number): void {
    const entry = this.#entries.get(id);
    if (entry) Object.assign(entry, { session, tab });
  }

  /** Without who follows the log: he is there as long as he likes. */
  running(): readonly Running[] {
    const now = this.#clock.elapsed();
    return [...this.#entries.values()]
      .filter(({ follower }) => !follower)
      .map(({ id, command, session, tab, from }) => ({ id, command, session, tab, ms: Math.round(now - from) }));
  }

  /** Resolves when nothing runs any more: by itself within the grace, or cut. Nobody waits for a tab that does not answer. */
  async drain(graceMs: number, answers: (session: string, tab: number) => Promise<boolean>): Promise<void> {
    this.#draining = true;
    if (this.#entries.size === 0) return;
    this.#idle = deferred();
    const cut = (entry: Entry): void => {
      entry.drained = true;
      entry.cut.abort();
    };
    for (const entry of this.#entries.values()) {
      if (entry.session === null || entry.tab === null) continue;
      void answers(entry.session, entry.tab).then((well) => {
        if (!well && this.#entries.has(entry.id)) cut(entry);
      });
    }
    await atMost(this.#clock, graceMs, this.#idle.promise);
    for (const entry of this.#entries.values()) cut(entry);
    // Cut commands end within the queue's own grace; past that nobody is left to tell.
    await atMost(this.#clock, 1_000, this.#idle.promise);
  }
}
