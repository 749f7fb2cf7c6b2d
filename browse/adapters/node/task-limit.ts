/** How many processes and threads may still be started: by the user's limit, and by that of the container. Linux; elsewhere unknown. */
import { readdirSync, readFileSync } from 'node:fs';

/** A limit above this is not reached by what one user runs, and counting takes milliseconds. */
const HIGH = 16_384;

/** The least that is left by any limit; null where none is near. */
export function tasksLeft(): number | null {
  const left = [leftToUser(), leftToContainer()].filter((each) => each !== null);
  return left.length === 0 ? null : Math.min(...left);
}

/** The limit counts the threads of all processes of a user; root has none. */
function leftToUser(): number | null {
  const uid = process.getuid?.() ?? 0;
  const limit = Number(/^Max processes\s+(\d+)/m.exec(text('/proc/self/limits'))?.[1] ?? Infinity);
  if (uid === 0 || limit > HIGH) return null;
  let used = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const status = text(`/proc/${name}/status`);
    if (Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]) === uid) used += Number(/^Threads:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  }
  return limit - used;
}

function leftToContainer(): number | null {
  const folder = `/sys/fs/cgroup${/^0::(.*)$/m.exec(text('/proc/self/cgroup'))?.[1] ?? ''}`;
  const [most, used] = ['pids.max', 'pids.current'].map((name) => Number.parseInt(text(`${folder}/${name}`), 10));
  return Number.isNaN(most) || Number.isNaN(used) ? null : (most ?? 0) - (used ?? 0);
}

/** A file of the kernel's; empty when it is not there. */
function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
