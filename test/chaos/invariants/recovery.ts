/** Ten seconds after the last blow a command succeeds. */
import { AFTERMATH, type History, type Violation } from '../history.ts';

export function slowRecoveries({ recoveries }: History): readonly Violation[] {
  return recoveries.flatMap(({ at, after, ms, crowd }): Violation[] => {
    if (ms !== null && ms <= AFTERMATH * crowd) return [];
    return [{ kind: 'recovered in time', at, what: `after ${after.join(' and ')}: ${ms === null ? 'no command succeeded' : `${ms} ms`}` }];
  });
}
