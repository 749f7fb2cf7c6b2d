/** A stop leaves no process and no file of a running daemon. */
import type { History, Violation } from '../history.ts';

export function leftovers({ rests }: History): readonly Violation[] {
  return rests.flatMap(({ at, left }) => left.map((what) => ({ kind: 'nothing left', at, what })));
}
