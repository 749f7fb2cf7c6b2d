/** Waiting for what may not come, and no longer. Knows nothing of what it is. */
import { fail } from '../protocol/errors.ts';
import type { TimeLimit, Clock } from './ports/machine.ts';

/** Waits for `work` to end, at most so many milliseconds and until `signal`; what it rejects with meanwhile is thrown. */
export async function atMost(clock: Clock, ms: number, work: Promise<unknown>, signal?: AbortSignal): Promise<void> {
  const over = new AbortController();
  const late = clock.sleep(ms, signal ? AbortSignal.any([over.signal, signal]) : over.signal);
  await Promise.race([work, late]).finally(() => over.abort());
}

/** `asked` if it comes within the bound; what comes later is given to `drop`. Fails with `timeout`, naming `what`. */
export async function inTime<T>(clock: Clock, bound: TimeLimit, what: string, asked: Promise<T>, drop: (late: T) => unknown): Promise<T> {
  const ended = new AbortController();
  const late = clock.sleep(bound.timeout, AbortSignal.any([ended.signal, bound.signal])).then(() => 'late' as const);
  const first = await Promise.race([asked.then((value) => ({ value })), late]).finally(() => ended.abort());
  if (first !== 'late') return first.value;
  asked.then(drop).catch(() => {});
  return fail('timeout', { what, ms: bound.timeout });
}
