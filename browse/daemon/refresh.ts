/** Refresh: whatever can be read again without changing pid, socket, browser or tabs. All of it, or nothing. */
import type { Clock } from '../domain/ports.ts';
import { fail } from '../protocol/errors.ts';
import type { Refreshed, ServiceName } from '../protocol/status.ts';
import type { ConfigurationStore } from './configuration.ts';
import type { LogServer } from './log-server.ts';
import type { RecordKeeper } from './record.ts';
import type { SettingsStore } from './settings.ts';
import type { Traffic } from './traffic.ts';

const refused = (error: unknown): never => fail('refresh-failed', { reason: (error as Error).message });

/** Everything, or one service. Fails with `refresh-failed`, and then `refreshedAt` stays. */
export async function refresh(
  parts: {
    settings: SettingsStore;
    configuration: ConfigurationStore;
    keeper: RecordKeeper;
    clock: Clock;
    traffic: Pick<Traffic, 'reopen'>;
    logServer: Pick<LogServer, 'refresh'>;
  },
  service?: ServiceName,
): Promise<Refreshed> {
  const { settings, configuration, keeper } = parts;
  const own = service === undefined ? settings.reread() : { changed: [], sessions: settings.all(), commit: () => {} };
  const configured = configuration.reread();
  // It may have been moved, replaced or brought to another schema.
  const closedHandles = await parts.traffic.reopen().catch(refused);
  const undo = await parts.logServer.refresh(configured.next, own.sessions).catch(refused);
  const refreshedAt = new Date(parts.clock.now()).toISOString();
  try {
    await keeper.update({ refreshedAt });
  } catch (error) {
    await undo().catch(() => {});
    refused(error);
  }
  own.commit();
  configured.commit();
  return { pid: keeper.current().process.pid, refreshedAt, changed: [...own.changed, ...configured.changed], closedHandles };
}
