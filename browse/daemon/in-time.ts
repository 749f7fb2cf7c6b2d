/** What a browser is asked for, and given up when it does not come. Knows nothing of what it is. */
import type { Bound, Clock } from '../domain/ports.ts';
import { fail } from '../protocol/errors.ts';

/** `asked` if it comes within the bound; what comes later is given to `drop`. Fails with `timeout`, naming `what`. */
export async function inTime<T>(clock: Clock, bound: Bound, what: string, asked: Promise<T>, drop: (late: T) => unknown): Promise<T> {
  const ended = new AbortController();
  const late = clock.sleep(bound.timeout, AbortSignal.any([ended.signal, bound.signal])).then(() => 'late' as const);
  const first = await Promise.race([asked.then((value) => ({ value })), late]).finally(() => ended.abort());
  if (first !== 'late') return first.value;
  asked.then(drop).catch(() => {});
  return fail('timeout', { what, ms: bound.timeout });
}
