/** A command beside the tabs' queues: within its time, and no longer than its caller stays. Must not know what it does. */
import { deferred } from '../../base/deferred.ts';
import type { Clock, TimeLimit } from '../../domain/ports/machine.ts';
import type { Facts } from '../../protocol/command.ts';
import { BrowseError, fail } from '../../protocol/errors.ts';

/** Fails with `timeout`, `interrupted`, or as `work` does. */
export async function beside<T>(
  clock: Clock,
  command: Pick<Facts, 'name' | 'effect'>,
  { timeout, signal }: TimeLimit,
  work: () => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  if (signal.aborted) fail('interrupted', { command: command.name, outcome: 'did not run' });
  const late = clock.sleep(timeout, ended.signal).then(() => fail('timeout', { what: command.name, ms: timeout }));
  late.catch(() => {});
  const left = deferred<never>();
  const outcome = command.effect === 'read' ? 'ran, and was cut off' : 'may have run';
  const leave = (): void => left.reject(new BrowseError('interrupted', { command: command.name, outcome }));
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([work(), late, left.promise]);
  } finally {
    ended.abort();
    signal.removeEventListener('abort', leave);
  }
}
