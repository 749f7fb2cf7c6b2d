/** What is said of an act is what the ledger says (DESIGN 9, "What is said of an act"). */
import { untrueOf } from '../../support/act-cases.ts';
import type { History, Violation } from '../history.ts';
import { printed } from './printed.ts';

/** Answers that the ledger contradicts. A client that was killed has said nothing. */
export function brokenTruths({ ran, ledger }: History): readonly Violation[] {
  return ran.flatMap(({ act, marker, run, until, fate }): Violation[] => {
    if (act === null || marker === null || run.exit === null || fate === 'starved') return [];
    const begun = ledger.get(marker) ?? 0;
    const said = (): readonly string[] => {
      try {
        return untrueOf(act, run, begun);
      } catch {
        // A failure that is no JSON: another invariant speaks of it.
        return [];
      }
    };
    return said().map((what) => ({ kind: 'answer true to the ledger', at: until, what: `${what}\n${printed(run)}` }));
  });
}
