import { expect, test } from 'vitest';
import { interval, median } from '../../bench/statistics.ts';

test('the median is the middle value, or between the two middle ones', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([7])).toBe(7);
});

test('the interval holds the median and narrows with more samples', () => {
  const samples = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => 10 + ((at * 7) % 11));
  const [fewLow, fewHigh] = interval(samples(11));
  const [manyLow, manyHigh] = interval(samples(200));
  expect(fewLow).toBeLessThanOrEqual(15);
  expect(fewHigh).toBeGreaterThanOrEqual(15);
  expect(manyHigh - manyLow).toBeLessThan(fewHigh - fewLow);
  expect(interval(samples(11))).toEqual([fewLow, fewHigh]);
});
