/** No session acts with the cookies of another. */
import type { History, Violation } from '../history.ts';

export function strangersActs({ strangers }: History): readonly Violation[] {
  return strangers.map(({ at, marker, cookie }) => ({
    kind: 'sessions apart',
    at,
    what: `${marker} was done with the cookie of ${cookie}`,
  }));
}
