/**
 * How often a repeated test repeats: reduced and seeded in `npm test`, in full in `npm run soak`.
 * `BROWSE_TEST_ROUNDS=full` or a number that caps every count; `BROWSE_TEST_SEED` replays a run.
 */

const wanted = process.env['BROWSE_TEST_ROUNDS'];

/** Whether this run takes the full figures. */
export const FULL = wanted === 'full';

/** The seed of every generated input; the same in every run unless it is given. */
export const SEED = Number(process.env['BROWSE_TEST_SEED'] ?? 20_261_121);

/** `full` in a soak, else `reduced`, or less where the environment says so. */
export function rounds(full: number, reduced: number): number {
  if (FULL) return full;
  return wanted === undefined ? reduced : Math.max(1, Math.min(full, Number(wanted)));
}

/** Numbers in [0, 1), the same for the same seed. */
export function random(seed: number = SEED): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
