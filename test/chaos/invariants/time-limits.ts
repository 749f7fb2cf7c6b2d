/** A time limit that was given bounds everything from the client's start on, plus a second. */
import type { History, Violation } from '../history.ts';
import { printed } from './printed.ts';

/** Milliseconds past its limit in which a client must have said so. */
const GRACE = 1_000;

export function lateCommands({ ran }: History): readonly Violation[] {
  return ran.flatMap(({ timeout, run, fate, crowd, until }): Violation[] => {
    if (timeout === null || fate === 'frozen' || run.ms <= timeout + GRACE * crowd) return [];
    return [{ kind: 'time limit kept', at: until, what: `${run.ms.toFixed(0)} ms, and it was given ${timeout}\n${printed(run)}` }];
  });
}
