/** The log as a service: its database, which may have been moved, replaced or brought to another schema, and the port for logs of applications. */
import type { Values } from '../../domain/configuration/keys.ts';
import { limitsOf } from '../../domain/traffic/retention.ts';
import type { DaemonConfiguration } from '../configuration/configuration.ts';
import type { LogServer } from './supervisor.ts';
import type { Reread, Service } from '../ports.ts';
import type { StoredTrafficLog } from '../logs/traffic-log.ts';

/** `watched`: what is configured, and the sessions, whenever a project that comes into use says other things of it. */
export function logService(
  traffic: Pick<StoredTrafficLog, 'reopen' | 'trouble' | 'keep'>,
  logServer: Pick<LogServer, 'refresh' | 'facts'>,
  configured: Pick<DaemonConfiguration, 'wide' | 'watch'>,
  sessions: () => Reread['sessions'],
  warn: (text: string) => void,
): Service {
  const keep = (values: Values): void => traffic.keep(limitsOf(values['logs.retention']));
  keep(configured.wide());
  configured.watch((values) => {
    keep(values);
    logServer
      .refresh(values, sessions())
      .catch((error: unknown) => warn(`Logs of applications are taken where they were: ${(error as Error).message}`));
  });
  return {
    facts() {
      const { state, address, pid, since, sessions, rows, refused, reason } = logServer.facts();
      const trouble = traffic.trouble();
      return {
        name: 'logs',
        state: trouble !== null || state === 'failed' ? 'failed' : state === 'listening' ? 'running' : 'idle',
        pids: pid === null ? [] : [pid],
        since,
        detail:
          trouble ??
          (address === null
            ? (reason ?? 'kept; no port for applications')
            : `${address} for ${sessions.join(', ')}; ${rows} rows taken, ${refused} requests refused`),
      };
    },
    async refresh({ configuration, sessions }) {
      const closedHandles = await traffic.reopen();
      const undo = await logServer.refresh(configuration, sessions);
      return { changed: [], closedHandles, commit: () => keep(configuration), undo };
    },
  };
}
