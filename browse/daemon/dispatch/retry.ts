/** What a browser's death means for the command under it: it runs again, or what it is told. Knows nothing of how either is done. */
import type { Context } from '../../commands/context.ts';
import type { Command } from '../../protocol/command.ts';
import { BrowseError } from '../../protocol/errors.ts';
import type { ResolvedTab } from './tab-resolution.ts';
import type { Services } from '../ports.ts';

/** Where a command got to. */
export type Progress = { place: ResolvedTab | null; begun: boolean };

/** What a command fails with when its browser ends under it. */
const ENDED: readonly string[] = ['browser-gone', 'page-closed', 'page-crashed', 'tab-gone'];
/** Milliseconds from the end of a dying browser's pages to its own. */
const DYING = 5;

/** Whether the browser died since the place was found. */
export function outlived({ place }: Progress): boolean {
  return place !== null && place.session.losses !== place.losses;
}

/** What to say of a command that failed with `failure`; `again` when it had not begun, or only looked, as its browser died. */
export async function afterDeath(
  { host, pool, clock }: Pick<Services, 'host' | 'pool' | 'clock'>,
  failure: BrowseError,
  { effect, repeatable }: Pick<Command<Context>, 'effect' | 'repeatable'>,
  at: Progress,
): Promise<BrowseError | 'again'> {
  if (!ENDED.includes(failure.code)) return failure;
  const look = (): void => {
    host.look();
    pool.look();
  };
  look();
  if (at.place !== null && !outlived(at)) {
    await clock.sleep(DYING);
    look();
  }
  const died = at.place === null ? failure.code !== 'tab-gone' : outlived(at);
  if (!died) return failure;
  if (!at.begun || effect === 'read') return 'again';
  const reason = 'the browser ended under it';
  return repeatable ? new BrowseError('browser-gone', { reason }) : new BrowseError('may-have-run', { reason });
}
