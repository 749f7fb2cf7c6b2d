/** Descriptors and processes run out: of the daemon while it runs, of a client, of a daemon at its start. */
import { readdirSync, readFileSync } from 'node:fs';
import { daemonsOf } from '../../support/daemons.ts';
import { alive, end } from '../../support/processes.ts';
import type { Stage } from '../stage.ts';
import { chosen } from '../plan.ts';
import { PROBE, someTime, verb, type Draw, type Kind } from './blow.ts';

type Limit = 'nofile' | 'nproc';

/** Command lines of a starved client: one that the fast client sends, and others that need the runtime. */
const LINES: readonly (readonly string[])[] = [
  [...PROBE, '--session', 'starved', '--timeout', '5000'],
  ['status'],
  ['version'],
  ['help', 'click'],
];

/** The limit that a process has. */
function limitOf(pid: number, limit: Limit): string {
  const name = limit === 'nofile' ? 'Max open files' : 'Max processes';
  const line = readFileSync(`/proc/${pid}/limits`, 'utf8')
    .split('\n')
    .find((each) => each.startsWith(name));
  return line?.slice(name.length).trim().split(/\s+/)[0] ?? 'unlimited';
}

/** Threads of the user, all processes together: what the limit counts. */
function threadsOf(uid: number): number {
  let count = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const status = readFileSync(`/proc/${name}/status`, 'utf8');
      if (Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]) === uid) count += Number(/^Threads:\s+(\d+)/m.exec(status)?.[1]);
    } catch {
      // It ended.
    }
  }
  return count;
}

/** What is left to a client: fewer than it needs, by a little or by much. */
function scarce(stage: Stage, limit: Limit, draw: Draw): number {
  return limit === 'nofile' ? 3 + Math.floor(draw() * 14) : threadsOf(stage.uid) + Math.floor(draw() * 14);
}

function starvingDaemon(limit: Limit): Kind {
  return {
    machine: true,
    rows: 'newest',
    async strike({ shell, execute }, draw) {
      const [daemon] = daemonsOf(shell);
      if (daemon === undefined) return null;
      const before = limitOf(daemon.pid, limit);
      const few = limit === 'nofile' ? readdirSync(`/proc/${daemon.pid}/fd`).length + Math.floor(draw() * 3) : 1;
      // A process may set the limits of another of the same user.
      const set = async (to: string): Promise<void> => {
        if (alive(daemon) && (await execute('prlimit', ['--pid', String(daemon.pid), `--${limit}=${to}:`])) !== 0)
          throw new Error('no prlimit');
      };
      await set(String(few));
      return { what: `daemon ${daemon.pid}: ${few}`, hold: someTime(draw), undo: () => set(before).catch(() => {}) };
    },
  };
}

function starvingClient(limit: Limit): Kind {
  return {
    machine: true,
    rows: 'kept',
    async strike(stage, draw) {
      const few = scarce(stage, limit, draw);
      const line = chosen(LINES, draw());
      const exit = await verb(stage, line, { limits: `--${limit}=${few}` });
      return { what: `${line[0]} with ${few}: ${exit}` };
    },
  };
}

/** The daemon that a starved client starts has no more than its client has; it is ended again. */
function starvingStart(limit: Limit): Kind {
  return {
    machine: true,
    rows: 'newest',
    async strike(stage, draw) {
      await verb(stage, ['stop']);
      const few = limit === 'nofile' ? 10 + Math.floor(draw() * 40) : threadsOf(stage.uid) + 12 + Math.floor(draw() * 80);
      await verb(stage, [...PROBE, '--session', 'starved', '--timeout', '8000'], { limits: `--${limit}=${few}` });
      return {
        what: `a start: ${few}`,
        undo: () => {
          for (const daemon of daemonsOf(stage.shell)) end(daemon);
        },
      };
    },
  };
}

export const LIMIT_BLOWS: Readonly<Record<string, Kind>> = {
  'starve daemon of descriptors': starvingDaemon('nofile'),
  'starve daemon of processes': starvingDaemon('nproc'),
  'starve client of descriptors': starvingClient('nofile'),
  'starve client of processes': starvingClient('nproc'),
  'starve start of descriptors': starvingStart('nofile'),
  'starve start of processes': starvingStart('nproc'),
};
