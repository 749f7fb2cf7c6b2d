/** No act is done twice. A page may load again: `goto` is none of them. */
import type { History, Violation } from '../history.ts';

export function repeatedActs({ ran, ledger }: History): readonly Violation[] {
  return ran.flatMap(({ act, marker, until }): Violation[] => {
    const begun = marker === null ? 0 : (ledger.get(marker) ?? 0);
    if (act === null || act === 'goto' || begun <= 1) return [];
    return [{ kind: 'no act twice', at: until, what: `${marker} was done ${begun} times` }];
  });
}
