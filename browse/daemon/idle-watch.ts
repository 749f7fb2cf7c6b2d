/** When a daemon that nobody uses ends: the rule is `domain/lifecycle/idle`, this is its timer. */
import { clock } from '../adapters/node/clock.ts';
import type { EndReason } from '../protocol/asker.ts';
import { idleLeft } from '../domain/lifecycle/idle.ts';
import type { DaemonOptions } from '../protocol/launch.ts';

/** A one-shot daemon whose command never comes ends after this long, in milliseconds. */
const ONCE_PATIENCE = 30_000;

/** Ends a daemon that nobody uses: one timer, set for when it could be. */
export function watchIdle(
  options: DaemonOptions,
  activity: () => { last: number; present: number; headed: boolean },
  commands: () => number,
  end: (reason: EndReason, keepTabs: boolean) => void,
): void {
  const limit = options.once ? ONCE_PATIENCE : options.idle;
  const look = (): void => {
    if (options.once && commands() > 0) return;
    const left = idleLeft(activity(), limit, clock.elapsed());
    if (left === 0) return end(options.once ? 'once' : 'idle', false);
    setTimeout(look, Math.min(left ?? 60_000, 60_000)).unref();
  };
  look();
}
