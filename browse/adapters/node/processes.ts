/**
 * Processes that cannot be mistaken for others: pid, birth time, boot and pid namespace, all from /proc; from `ps` where
 * there is none. Never signals a process it has not verified in the same turn.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { ProcessIdentity } from '../../protocol/record.ts';
import type { Clock, Processes } from '../../domain/ports/machine.ts';

function text(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

let boot: string | null = null;
let namespace: string | null = null;
/** This kernel's run: another one after every boot. Empty where the platform has no such thing. */
function bootId(): string {
  return (boot ??= text('/proc/sys/kernel/random/boot_id')?.trim() ?? '');
}
function pidNamespace(): string {
  if (namespace !== null) return namespace;
  try {
    namespace = readlinkSync('/proc/self/ns/pid');
  } catch {
    namespace = '';
  }
  return namespace;
}

/** Birth time of a live process, or null when it is gone or a zombie of which no thread is left. */
function birthOf(pid: number): string | null {
  if (bootId() === '') return birthFromPs(pid);
  const stat = text(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The name, in parentheses, may hold spaces and parentheses itself: fields count from the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = '', threads] = [fields[0], Number(fields[17])];
  // A process whose first thread has ended is called a zombie while others still run, and with them it keeps its ports and locks.
  return /[ZXx]/.test(state) && threads <= 1 ? null : (fields[19] ?? null);
}

function birthFromPs(pid: number): string | null {
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const { stdout, status } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' });
  const line = stdout?.trim() ?? '';
  return status !== 0 || line === '' || line.startsWith('Z') ? null : line.replace(/^\S+\s+/, '');
}

/** The processes of this machine. `clock` only paces the wait for an exit, of which there is no event for a stranger's child. */
export function nodeProcesses(clock: Clock): Processes {
  const identify = (pid: number): ProcessIdentity | null => {
    const birth = birthOf(pid);
    return birth === null ? null : { pid, birth, boot: bootId(), namespace: pidNamespace() };
  };
  const state = (identity: ProcessIdentity): 'alive' | 'gone' | 'foreign-namespace' => {
    if (identity.boot !== bootId()) return 'gone';
    if (identity.namespace !== pidNamespace()) return 'foreign-namespace';
    return birthOf(identity.pid) === identity.birth ? 'alive' : 'gone';
  };
  return {
    identify,
    state,
    self: () => identify(process.pid) ?? { pid: process.pid, birth: '', boot: bootId(), namespace: pidNamespace() },
    signal(identity, signal, reach = 'one') {
      if (state(identity) !== 'alive') return false;
      try {
        process.kill(reach === 'group' ? -identity.pid : identity.pid, signal);
        return true;
      } catch {
        return false;
      }
    },
    async waitGone(identity, { timeout, signal }) {
      const end = clock.elapsed() + timeout;
      for (let pause = 2; state(identity) !== 'gone'; pause = Math.min(20, pause * 2)) {
        if (signal.aborted || clock.elapsed() >= end) return false;
        await clock.sleep(Math.min(pause, Math.max(1, end - clock.elapsed())), signal);
      }
      return true;
    },
  };
}

/** A limit above this is not reached by what one user runs, and counting takes milliseconds. */
const HIGH = 16_384;

/** Processes and threads that may still be started by this user, or in this container; null where no limit is near, or known. */
export function tasksLeft(): number | null {
  const left = [leftToUser(), leftToContainer()].filter((each) => each !== null);
  return left.length === 0 ? null : Math.min(...left);
}

/** The limit counts the threads of all processes of a user; root has none. */
function leftToUser(): number | null {
  const uid = process.getuid?.() ?? 0;
  const limit = Number(/^Max processes\s+(\d+)/m.exec(text('/proc/self/limits') ?? '')?.[1] ?? Infinity);
  if (uid === 0 || limit > HIGH) return null;
  let used = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const status = text(`/proc/${name}/status`) ?? '';
    if (Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]) === uid) used += Number(/^Threads:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  }
  return limit - used;
}

function leftToContainer(): number | null {
  const folder = `/sys/fs/cgroup${/^0::(.*)$/m.exec(text('/proc/self/cgroup') ?? '')?.[1] ?? ''}`;
  const [most, used] = ['pids.max', 'pids.current'].map((name) => Number.parseInt(text(`${folder}/${name}`) ?? '', 10));
  return Number.isNaN(most) || Number.isNaN(used) ? null : (most ?? 0) - (used ?? 0);
}
