/**
 * Refresh: whatever can be read again without changing pid, socket, browser or tabs. All that was asked for, or nothing: each
 * service makes ready what it needs, and only when all have does any of it count.
 */
import { SerialQueue } from '../../base/serial-queue.ts';
import { fail } from '../../protocol/errors.ts';
import { SERVICES } from '../../protocol/status.ts';
import type { Refreshed, ServiceFacts, ServiceName } from '../../protocol/status.ts';
import type { Applied } from '../../domain/configuration/ports.ts';
import type { DaemonConfiguration } from '../configuration/configuration.ts';
import type { RecordKeeper } from './record.ts';
import type { RefreshStep, Service } from '../ports.ts';
import type { Clock } from '../../domain/ports/machine.ts';
import type { SettingsStore } from '../ports.ts';

export type RefreshParts = {
  readonly settings: Pick<SettingsStore, 'reread' | 'all'>;
  readonly configured: Pick<DaemonConfiguration, 'reread'>;
  /** Makes the configuration count in the sessions that there are. */
  readonly apply: (root?: string | null) => Promise<Applied>;
  readonly keeper: Pick<RecordKeeper, 'update' | 'current'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly services: Readonly<Record<ServiceName, Service>>;
};

export type Refresh = {
  /** Everything, or one service; the configuration of all projects, or of that one. Fails with `refresh-failed`, and then `refreshedAt` stays. */
  refresh(service?: ServiceName, root?: string | null): Promise<Refreshed>;
  facts(): readonly ServiceFacts[];
};

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export function makeRefresh({ settings, configured, apply, keeper, clock, services }: RefreshParts): Refresh {
  const refreshed = new Map<ServiceName, string>();
  const queue = new SerialQueue();
  return {
    facts: () => SERVICES.map((name) => ({ ...services[name].facts(), refreshedAt: refreshed.get(name) ?? null })),
    // Two at once would each undo or commit what the other made ready.
    refresh: (service, root) => queue.run(() => refreshNow(service, root)),
  };

  async function refreshNow(service?: ServiceName, root?: string | null): Promise<Refreshed> {
    const own = service === undefined || service === 'browser' ? settings.reread() : null;
    const configuration = await configured.reread(root);
    const next = { configuration: configuration.next, sessions: own?.sessions ?? settings.all() };
    const names = service === undefined ? SERVICES : [service];
    const steps: RefreshStep[] = [];
    const refreshedAt = new Date(clock.now()).toISOString();
    try {
      for (const name of names) steps.push(await services[name].refresh(next));
      await keeper.update({ refreshedAt });
    } catch (error) {
      for (const step of steps.toReversed()) await step.undo().catch(() => {});
      return fail('refresh-failed', { reason: reasonOf(error) });
    }
    own?.commit();
    configuration.commit();
    for (const step of steps) step.commit();
    for (const name of names) refreshed.set(name, refreshedAt);
    const { reseated, failed } = own === null ? { reseated: [], failed: [] } : await apply(root);
    return {
      pid: keeper.current().process.pid,
      refreshedAt,
      changed: [...(own?.changed ?? []), ...configuration.changed, ...steps.flatMap(({ changed }) => changed)],
      configChanged: configuration.keys,
      contextReseated: reseated,
      notes: [...configuration.notes, ...failed],
      closedHandles: steps.reduce((sum, { closedHandles = 0 }) => sum + closedHandles, 0),
    };
  }
}
