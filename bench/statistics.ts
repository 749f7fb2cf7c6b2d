/** Medians and their uncertainty. Pure. */

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The 95 % interval of the median, by resampling (2,000 times, always the same draw). */
export function interval(values: readonly number[]): readonly [number, number] {
  let state = 1;
  const next = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const medians = Array.from({ length: 2_000 }, () => median(values.map(() => values[Math.floor(next() * values.length)] ?? 0)));
  const sorted = medians.sort((a, b) => a - b);
  return [sorted[50] ?? Number.NaN, sorted[1_949] ?? Number.NaN];
}
