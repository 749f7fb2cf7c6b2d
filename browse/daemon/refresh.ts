/**
 * Refresh: whatever can be read again without changing pid, socket, browser or tabs. All that was asked for, or nothing: each
 * service makes ready what it needs, and only when all have does any of it count.
 */
import type { Clock } from '../domain/ports.ts';
import { fail } from '../protocol/errors.ts';
import { SERVICES } from '../protocol/status.ts';
import type { Refreshed, ServiceFacts, ServiceName } from '../protocol/status.ts';
import type { ConfigurationStore } from './configuration.ts';
import type { RecordKeeper } from './record.ts';
import type { RefreshStep, Service } from './service.ts';
import type { SettingsStore } from './settings.ts';

export type RefreshParts = {
  readonly settings: Pick<SettingsStore, 'reread' | 'all'>;
  readonly configuration: Pick<ConfigurationStore, 'reread'>;
  readonly keeper: Pick<RecordKeeper, 'update' | 'current'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly services: Readonly<Record<ServiceName, Service>>;
};

export type Refresh = {
  /** Everything, or one service. Fails with `refresh-failed`, and then `refreshedAt` stays. */
  refresh(service?: ServiceName): Promise<Refreshed>;
  facts(): readonly ServiceFacts[];
};

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export function makeRefresh({ settings, configuration, keeper, clock, services }: RefreshParts): Refresh {
  const refreshed = new Map<ServiceName, string>();
  return {
    facts: () => SERVICES.map((name) => ({ ...services[name].facts(), refreshedAt: refreshed.get(name) ?? null })),
    async refresh(service) {
      const own = service === undefined || service === 'browser' ? settings.reread() : null;
      const configured = configuration.reread();
      const next = { configuration: configured.next, sessions: own?.sessions ?? settings.all() };
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
      configured.commit();
      for (const step of steps) step.commit();
      for (const name of names) refreshed.set(name, refreshedAt);
      return {
        pid: keeper.current().process.pid,
        refreshedAt,
        changed: [...(own?.changed ?? []), ...configured.changed, ...steps.flatMap(({ changed }) => changed)],
        closedHandles: steps.reduce((sum, { closedHandles = 0 }) => sum + closedHandles, 0),
      };
    },
  };
}
