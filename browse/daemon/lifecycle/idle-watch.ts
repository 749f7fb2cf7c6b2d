/** When a daemon that nobody uses ends: the rule is `domain/lifecycle/idle`, this is its timer. */
import { clock } from '../../adapters/node/clock.ts';
import { idleLeft } from '../../domain/lifecycle/idle.ts';
import type { Activity } from '../../domain/lifecycle/idle.ts';

/** A one-shot daemon whose command never comes ends after this long, in milliseconds. */
const ONCE_PATIENCE = 30_000;

/** Milliseconds between two looks at the latest: the limit is configured, and may become a shorter one. */
const LOOK = 60_000;

type Watched = {
  /** It ends with its first command, which may never come. */
  readonly once: boolean;
  /** Milliseconds; 0 never. */
  readonly limit: () => number;
  readonly activity: () => Activity;
  /** How many there were. */
  readonly commands: () => number;
  readonly end: (reason: 'once' | 'idle') => void;
};

/** Ends a daemon that nobody uses: one timer, set for when it could be. */
export function watchIdle({ once, limit, activity, commands, end }: Watched): void {
  const look = (): void => {
    if (once && commands() > 0) return;
    const left = idleLeft(activity(), once ? ONCE_PATIENCE : limit(), clock.elapsed());
    if (left === 0) return end(once ? 'once' : 'idle');
    setTimeout(look, Math.min(left ?? LOOK, LOOK)).unref();
  };
  look();
}
