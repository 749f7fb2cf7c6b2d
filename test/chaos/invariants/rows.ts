/** A row of the log that was written stays, and every command that was answered has one, but for what a blow may take. */
import type { Blow, History, Violation } from '../history.ts';

/** Milliseconds in which a row is on its way to the disk. */
const ON_ITS_WAY = 5_000;

export function lostRows({ ran, rests, blows }: History): readonly Violation[] {
  const found: Violation[] = [];
  const told = new Set<string>();
  for (const { at, rows } of rests) {
    if (rows === null) continue;
    const there = new Set(rows);
    for (const { marker, told: named, run, until } of ran) {
      if (marker === null || !named || run.exit !== 0 || until > at || there.has(marker) || told.has(marker)) continue;
      if (blows.some((blow) => excuses(blow, until, at))) continue;
      told.add(marker);
      found.push({ kind: 'rows kept', at, what: `the log has no row of ${marker}, which was answered ${at - until} ms before` });
    }
  }
  return found;
}

/** Whether a blow may have taken a row that was written at a time before it. */
function excuses(blow: Blow, written: number, seen: number): boolean {
  if (blow.from > seen) return false;
  if (blow.rows === 'all') return blow.until >= written - ON_ITS_WAY;
  return blow.rows === 'newest' && blow.from <= written + ON_ITS_WAY && blow.until >= written - ON_ITS_WAY;
}
