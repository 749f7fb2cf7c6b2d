/** There is one daemon. One that was frozen and has lost its record to another sees so, and leaves. */
import type { History, Violation } from '../history.ts';

/** Milliseconds in which the old one may still be on its way out beside the new one. */
const HANDING_OVER = 3_000;
/** Milliseconds that one that was replaced may live after it goes on. */
const LEAVING = 5_000;

export function crowdedDaemons({ looks, thawed, blows }: History): readonly Violation[] {
  const found: Violation[] = [];
  let since: number | null = null;
  for (const { at, daemons } of looks) {
    // A replaced one is watched by itself.
    const running = daemons.filter(({ frozen, pid }) => !frozen && !thawed.some((each) => each.pid === pid));
    const held = blows.some((blow) => blow.kind === 'freeze' && blow.from <= at && blow.until + HANDING_OVER >= at);
    if (running.length <= 1 || held) since = null;
    else if (since === null) since = at;
    else if (at - since > HANDING_OVER) {
      found.push({
        kind: 'one daemon',
        at,
        what: `${running.length} daemons for ${at - since} ms: ${running.map(({ pid }) => pid).join(', ')}`,
      });
      since = null;
    }
  }
  for (const { at, pid, ms, crowd } of thawed) {
    if (ms !== null && ms <= LEAVING * crowd) continue;
    found.push({
      kind: 'one daemon',
      at,
      what: `daemon ${pid}, replaced while it was frozen, ${ms === null ? 'did not leave' : `left after ${ms} ms`}`,
    });
  }
  return found;
}
