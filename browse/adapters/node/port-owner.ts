/** Whose a listening port of this machine is, as the kernel's table of sockets says. Linux; elsewhere it is not known. */
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { PortOwner } from '../../domain/pool.ts';

/** In the kernel's table: a socket that listens. */
const LISTENS = '0A';

/** The owner of what listens on a TCP port on this machine's own addresses; null when nothing does, or it is not known. */
export function portOwner(port: number): PortOwner | null {
  if (process.platform !== 'linux') return null;
  const uids = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listening(table, port));
  const own = process.getuid?.();
  const [first] = uids;
  if (first === undefined) return null;
  // Two may share a port by different addresses: one that is not ours is enough.
  const stranger = uids.find((uid) => uid !== own);
  const uid = stranger ?? first;
  return { ours: stranger === undefined, name: nameOf(uid) };
}

function listening(table: string, port: number): readonly number[] {
  try {
    return readFileSync(table, 'utf8')
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const [, local = '', , state, , , , uid] = line.trim().split(/\s+/);
        return state === LISTENS && Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16) === port ? [Number(uid)] : [];
      });
  } catch {
    return [];
  }
}

/** A user's name, or the number where the machine's own list has none. */
function nameOf(uid: number): string {
  if (uid === process.getuid?.()) return userInfo().username;
  try {
    const row = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((line) => line.split(':')[2] === String(uid));
    return row?.split(':')[0] ?? `uid ${uid}`;
  } catch {
    return `uid ${uid}`;
  }
}
