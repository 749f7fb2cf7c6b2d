import { expect, test } from 'vitest';
import { random } from '../support/rounds.ts';

test('the same seed gives the same numbers, each in [0, 1)', () => {
  const [first, second] = [random(7), random(7)];
  const numbers = Array.from({ length: 1_000 }, () => first());
  expect(numbers).toEqual(Array.from({ length: 1_000 }, () => second()));
  expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
  expect(new Set(numbers).size).toBeGreaterThan(990);
});
