/** The clock on the wall jumps, for all of our processes at once, and jumps back. The machine's own stays. */
import { chosen } from '../plan.ts';
import { someTime, type Kind } from './blow.ts';

const HOUR = 3_600_000;
/** Less than the age at which rows go. */
const JUMPS: readonly number[] = [-48 * HOUR, -HOUR, -10_000, 10_000, HOUR, 48 * HOUR];

export const CLOCK_BLOWS: Readonly<Record<string, Kind>> = {
  'move clock': {
    machine: false,
    rows: 'kept',
    strike(stage, draw) {
      const ms = chosen(JUMPS, draw());
      stage.moveClock(ms);
      return { what: `by ${ms} ms`, hold: someTime(draw), undo: () => stage.moveClock(0) };
    },
  },
};
