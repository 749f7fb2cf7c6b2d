/** Whether a command's browser died under it, and whether it runs again in the next one. What it is told is said in `act-outcome.ts`. */
import type { ActFacts } from '../../domain/ports/page.ts';
import type { BrowseError } from '../../protocol/errors.ts';
import type { ResolvedTab } from './tab-resolution.ts';
import type { Services } from '../ports.ts';

/** Where a command got to. `died`: its browser ended under it. */
export type Progress = { place: ResolvedTab | null; begun: boolean; died: boolean; facts: ActFacts };

/** What a command fails with when its browser ends under it. */
const ENDED: readonly string[] = ['browser-gone', 'page-closed', 'page-crashed', 'tab-gone'];
/** Milliseconds from the end of a dying browser's pages to its own. */
const DYING = 5;

/** Whether the browser died since the place was found. */
export function outlived({ place }: Progress): boolean {
  return place !== null && place.session.losses !== place.losses;
}

/** Whether the browser died under a command that failed with `failure`. */
export async function browserDied(
  { host, pool, clock }: Pick<Services, 'host' | 'pool' | 'clock'>,
  failure: BrowseError,
  at: Progress,
): Promise<boolean> {
  if (!ENDED.includes(failure.code)) return false;
  const look = (): void => {
    host.look();
    pool.look();
  };
  look();
  if (at.place !== null && !outlived(at)) {
    await clock.sleep(DYING);
    look();
  }
  return at.place === null ? failure.code !== 'tab-gone' : outlived(at);
}
