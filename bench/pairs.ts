/** Sides by turns, so that a busy moment of the machine hits all of them, and what their samples say. Pure but for the sides. */
import { interval, median } from './statistics.ts';

/** Does what is measured once; gives milliseconds. */
export type Side = () => number | Promise<number>;

/** What a comparison came to; `ours` and `other` are medians. */
export type Comparison = {
  readonly ours: number;
  readonly other: number;
  /** The median over the pairs of ours / other, or of ours - other. */
  readonly value: number;
  /** 95 %. */
  readonly interval: readonly [number, number];
};

export type Pair = readonly [ours: number, other: number];

/** How many pairs each comparison takes. `BENCH_ROUNDS` caps every count, for a quick look that proves nothing. */
export function rounds(wanted: number): number {
  const cap = Number(process.env['BENCH_ROUNDS'] ?? Number.NaN);
  return cap > 0 ? Math.min(cap, wanted) : wanted;
}

/** `count` pairs, the side that goes first changing; `warm` pairs before them count for nothing. */
export async function interleave(count: number, ours: Side, other: Side, warm = 2): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  for (let round = 0; round < warm + rounds(count); round++) {
    let pair: Pair;
    if (round % 2 === 0) {
      const first = await ours();
      pair = [first, await other()];
    } else {
      const first = await other();
      pair = [await ours(), first];
    }
    if (round >= warm) pairs.push(pair);
  }
  return pairs;
}

/** How many times as long ours takes. */
export function ratio(pairs: readonly Pair[]): Comparison {
  return compare(pairs, (ours, other) => ours / other);
}

/** How much longer ours takes. */
export function difference(pairs: readonly Pair[]): Comparison {
  return compare(pairs, (ours, other) => ours - other);
}

function compare(pairs: readonly Pair[], by: (ours: number, other: number) => number): Comparison {
  const each = pairs.map(([ours, other]) => by(ours, other));
  return {
    ours: median(pairs.map(([ours]) => ours)),
    other: median(pairs.map(([, other]) => other)),
    value: median(each),
    interval: interval(each),
  };
}
