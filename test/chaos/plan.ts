/** What the users will do and what the demon will do to them, made of a seed: the same seed, the same plan. Pure. */
import { ACTS } from '../support/act-ledger.ts';
import type { Act } from '../support/act-ledger.ts';
import { random } from '../support/rounds.ts';

/** A look at a page, as its words. */
const LOOKS = [
  ['snapshot', '-i'],
  ['text'],
  ['tabs'],
  ['url'],
  ['title'],
  ['js', '1+1'],
  ['console'],
  ['network'],
  ['value', '#still'],
  // Makes the settings file, which is hit too.
  ['useragent', 'Chaos/1'],
] as const;

/** One thing that a user does. */
export type Work =
  | { readonly kind: 'act'; readonly act: Act; readonly byRef: boolean; readonly timeout: number }
  | { readonly kind: 'look'; readonly words: readonly string[]; readonly timeout: number };

/** One blow; `draws` choose its victim and how long it lasts. */
export type PlannedBlow = { readonly kind: string; readonly draws: readonly number[] };

/** Blows that fall together, after `pause` milliseconds; then everybody recovers. */
export type Burst = { readonly pause: number; readonly blows: readonly PlannedBlow[] };

export type Plan = {
  readonly seed: number;
  readonly users: readonly { readonly session: string; readonly work: readonly Work[] }[];
  readonly bursts: readonly Burst[];
};

/** Things to do that no user comes to the end of. */
const ENOUGH = 4_000;
const BURSTS = 2_000;
/** Numbers a blow may draw. */
const DRAWS = 6;

/** `kinds` are the blows to choose from: each as often as it stands there. */
export function planOf(seed: number, users: number, kinds: readonly string[]): Plan {
  const of = (stream: number): (() => number) => random(seed * 1_000 + stream);
  return {
    seed,
    users: Array.from({ length: users }, (_, at) => {
      const next = of(at);
      return { session: `user-${at}`, work: Array.from({ length: ENOUGH }, () => workOf(next)) };
    }),
    bursts: burstsOf(of(999), kinds),
  };
}

function workOf(next: () => number): Work {
  const timeout = 3_000 + Math.floor(next() * 5_000);
  if (next() < 0.3) return { kind: 'look', words: [...chosen(LOOKS, next())], timeout };
  return { kind: 'act', act: chosen(ACTS, next()), byRef: next() < 0.4, timeout };
}

/** Every kind comes once before any comes again. */
function burstsOf(next: () => number, kinds: readonly string[]): readonly Burst[] {
  let left: string[] = [];
  const draw = (): PlannedBlow => {
    if (left.length === 0) left = [...kinds];
    const [kind = ''] = left.splice(Math.floor(next() * left.length), 1);
    return { kind, draws: Array.from({ length: DRAWS }, next) };
  };
  return Array.from({ length: BURSTS }, () => {
    const pause = 300 + Math.floor(next() ** 2 * 2_500);
    const count = next() < 0.7 ? 1 : next() < 0.7 ? 2 : 3;
    return { pause, blows: Array.from({ length: count }, draw) };
  });
}

/** The element that a number in [0, 1) stands for. */
export function chosen<T>(all: readonly T[], draw: number): T {
  return all[Math.floor(draw * all.length)] as T;
}
