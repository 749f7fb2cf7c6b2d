/** Refresh: whatever can be read again without changing pid, socket, browser or tabs. All of it, or nothing. */
import type { Clock } from '../domain/ports.ts';
import { fail } from '../protocol/errors.ts';
import type { Refreshed } from '../protocol/status.ts';
import type { RecordKeeper } from './record.ts';
import type { SettingsStore } from './settings.ts';
import type { Traffic } from './traffic.ts';

/** Fails with `refresh-failed`, and then `refreshedAt` stays. */
export async function refresh(parts: {
  settings: SettingsStore;
  keeper: RecordKeeper;
  clock: Clock;
  traffic: Pick<Traffic, 'reopen'>;
}): Promise<Refreshed> {
  const { changed, commit } = parts.settings.reread();
  // It may have been moved, replaced or brought to another schema.
  const closedHandles = await parts.traffic
    .reopen()
    .catch((error: unknown) => fail('refresh-failed', { reason: (error as Error).message }));
  const refreshedAt = new Date(parts.clock.now()).toISOString();
  try {
    await parts.keeper.update({ refreshedAt });
  } catch (error) {
    fail('refresh-failed', { reason: (error as Error).message });
  }
  commit();
  return { pid: parts.keeper.current().process.pid, refreshedAt, changed, closedHandles };
}
