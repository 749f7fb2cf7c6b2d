/** The default browser as a service: its sessions' settings are read again, and it itself goes on. */
import type { DefaultHost } from '../ports.ts';
import type { Service } from '../ports.ts';

export function browserService(host: Pick<DefaultHost, 'facts'>): Service {
  return {
    facts() {
      const facts = host.facts();
      if (facts === null)
        return { name: 'browser', state: 'off', pids: [], since: null, detail: 'starts with the next command that needs it' };
      const { name, version, pid, headless, startedAt } = facts;
      return {
        name: 'browser',
        state: 'running',
        pids: [pid],
        since: startedAt,
        detail: `${name} ${version}${headless ? ', headless' : ''}`,
      };
    },
    refresh: async () => ({ changed: [], commit: () => {}, undo: async () => {} }),
  };
}
