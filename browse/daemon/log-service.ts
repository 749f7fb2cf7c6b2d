/** The log as a service: its database, which may have been moved, replaced or brought to another schema, and the port for logs of applications. */
import type { LogServer } from './log-server.ts';
import type { Service } from './service.ts';
import type { Traffic } from './traffic.ts';

export function logService(traffic: Pick<Traffic, 'reopen' | 'trouble'>, logServer: Pick<LogServer, 'refresh' | 'facts'>): Service {
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
      return { changed: [], closedHandles, commit: () => {}, undo };
    },
  };
}
