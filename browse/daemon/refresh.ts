/** Refresh: whatever can be read again without changing pid, socket, browser or tabs. All of it, or nothing. */
import type { Clock } from '../domain/ports.ts';
import type { Refreshed } from '../protocol/status.ts';
import type { RecordKeeper } from './record.ts';
import type { SettingsStore } from './settings.ts';

/** Fails with `refresh-failed`, and then `refreshedAt` stays. */
export async function refresh(parts: { settings: SettingsStore; keeper: RecordKeeper; clock: Clock }): Promise<Refreshed> {
  const changed = await parts.settings.reload();
  const refreshedAt = new Date(parts.clock.now()).toISOString();
  await parts.keeper.update({ refreshedAt });
  return { pid: parts.keeper.current().process.pid, refreshedAt, changed };
}
