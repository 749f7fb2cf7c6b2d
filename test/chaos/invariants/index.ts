/** Everything that must hold of a run of chaos. Each subject has a file, and is a pure function of the history. */
import type { History, Violation } from '../history.ts';
import { brokenTruths } from './answers.ts';
import { crowdedDaemons } from './one-daemon.ts';
import { lateCommands } from './time-limits.ts';
import { leftovers } from './leftovers.ts';
import { lostRows } from './rows.ts';
import { slowRecoveries } from './recovery.ts';
import { strangersActs } from './sessions.ts';
import { repeatedActs } from './once.ts';
import { wrongEndings } from './endings.ts';

export type Invariant = (history: History) => readonly Violation[];

/** By the kind of what they find. */
export const INVARIANTS: Readonly<Record<string, Invariant>> = {
  'one daemon': crowdedDaemons,
  'answer true to the ledger': brokenTruths,
  'no act twice': repeatedActs,
  'sessions apart': strangersActs,
  'time limit kept': lateCommands,
  'rows kept': lostRows,
  'nothing left': leftovers,
  'recovered in time': slowRecoveries,
  'ended as documented': wrongEndings,
};

/** What a history breaks, in the order of time. A run in which nothing was done or nothing fell has shown nothing. */
export function violations(history: History): readonly Violation[] {
  const { ledger, blows, rests } = history;
  const idle = ledger.size === 0 || blows.length === 0 || rests.length === 0;
  const nothing: Violation = {
    kind: 'nothing was shown',
    at: 0,
    what: `${ledger.size} acts, ${blows.length} blows, ${rests.length} rests`,
  };
  const broken = Object.values(INVARIANTS).flatMap((invariant) => invariant(history));
  return [...(idle ? [nothing] : []), ...broken].toSorted((a, b) => a.at - b.at);
}
