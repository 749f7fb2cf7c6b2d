import { expect, test } from 'vitest';
import { Deadline, DeadlinePassed } from '../../browse/base/deadline.ts';

const never = new AbortController().signal;

test('once somebody was told that the time is up, it has passed, whatever the clock of timers made of it', async () => {
  const told = await Promise.all(
    Array.from({ length: 300 }, async (_, at) => {
      const deadline = new Deadline({ timeout: 1 + at * 0.37, signal: never });
      const error = await deadline.race(new Promise<never>(() => {})).catch((thrown: unknown) => thrown);
      return error instanceof DeadlinePassed && error.why === 'late' && deadline.passed && deadline.left() === 0;
    }),
  );
  expect(told.filter((right) => !right)).toEqual([]);
});

test('a step that had less time than its job has leaves the rest of it', async () => {
  const deadline = new Deadline({ timeout: 60_000, signal: never });
  await expect(deadline.race(new Promise<never>(() => {}), 5)).rejects.toMatchObject({ why: 'late' });
  expect(deadline.passed).toBe(false);
  expect(deadline.left()).toBeGreaterThan(50_000);
});
