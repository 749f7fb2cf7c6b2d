/** Time limits of tests, on a machine that may have other things to do. */
import { availableParallelism, loadavg } from 'node:os';

/**
 * Milliseconds that stand for `ms` now: `ms` itself while at most two processes a processor want to run, and more in
 * proportion to the crowd. What a command owes its user is measured on a machine that has time for it.
 */
export function within(ms: number): number {
  return ms * Math.max(1, (loadavg()[0] ?? 0) / (2 * availableParallelism()));
}
