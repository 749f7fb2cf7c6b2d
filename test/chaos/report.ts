/** What a run prints: how much was done, what fell, what was broken, and how to see it again. */
import { AFTERMATH, felt, type History, type Violation } from './history.ts';

/** How the run was asked for. */
export type Asked = { readonly seed: number; readonly seconds: number; readonly only: readonly string[] };

/** The command line of the same run. */
export function reproduction({ seed, seconds, only }: Asked): string {
  const kinds = only.length === 0 ? '' : ` --only ${only.map((kind) => JSON.stringify(kind)).join(',')}`;
  return `npm run chaos -- --seconds ${seconds} --seed ${seed}${kinds}`;
}

/** How many of each, the most frequent first. */
export function counted(kinds: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a);
}

const table = (title: string, kinds: readonly string[]): string =>
  [`${title}: ${kinds.length}`, ...counted(kinds).map(([kind, count]) => `  ${String(count).padStart(5)}  ${kind}`)].join('\n');

/** Violations of a kind that are printed whole: one cause has many. */
const SHOWN = 4;

/** The first of each kind. */
function firstOf(broken: readonly Violation[]): readonly Violation[] {
  const seen = new Map<string, number>();
  return broken.filter(({ kind }) => {
    const count = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, count);
    return count <= SHOWN;
  });
}

/** The whole report. */
export function report(history: History, broken: readonly Violation[], asked: Asked): string {
  const acts = history.ran.filter(({ act }) => act !== null);
  const recovered = history.recoveries.flatMap(({ ms }) => (ms === null ? [] : [ms])).toSorted((a, b) => a - b);
  const lines = [
    ...firstOf(broken).map((violation) => told(violation, history, asked)),
    `seed ${asked.seed}, ${asked.seconds} s`,
    `commands: ${history.ran.length} (${counted(history.ran.map(({ run }) => String(run.exit ?? run.signal)))
      .map(([exit, count]) => `exit ${exit}: ${count}`)
      .join(', ')})`,
    `acts: ${acts.length}, done ${acts.filter(({ marker }) => (history.ledger.get(marker ?? '') ?? 0) > 0).length}`,
    `recovered: ${recovered.length} of ${history.recoveries.length}, median ${recovered[Math.floor(recovered.length / 2)] ?? '-'} ms, longest ${recovered.at(-1) ?? '-'} ms`,
    table(
      'faults',
      history.blows.map(({ kind }) => kind),
    ),
    table(
      'violations',
      broken.map(({ kind }) => kind),
    ),
  ];
  return lines.join('\n');
}

function told({ kind, at, what }: Violation, history: History, asked: Asked): string {
  const before = felt(history, at, at).map((blow) => `  ${blow.from}-${blow.until} ${blow.kind}: ${blow.what}`);
  return [
    `VIOLATION ${kind}, seed ${asked.seed}, at ${at} ms`,
    what,
    before.length === 0 ? `nothing had fallen for ${AFTERMATH} ms` : `what had fallen:\n${before.join('\n')}`,
    `again: ${reproduction(asked)}\n`,
  ].join('\n');
}
