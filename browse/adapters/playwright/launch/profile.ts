/**
 * Who uses a browser's profile now: two browsers in one destroy it. Reads the lock that the browser itself leaves there. And what
 * a profile needs before its browser closes.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright';

/** `SingletonLock → HOST-PID` in Chromium's family, `lock → ADDRESS:+PID` in Firefox. */
const LOCKS: readonly (readonly [string, RegExp])[] = [
  ['SingletonLock', /^(.*)-(\d+)$/],
  ['lock', /^(.*):\+?(\d+)$/],
];

/** The name of a process that runs; null when it has ended. */
function running(pid: number): string | null {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return null;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie of which a thread still runs holds the profile.
    if (/[ZX]/.test(fields[0] ?? '') && Number(fields[17]) <= 1) return null;
    return stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
  } catch {
    return process.platform === 'linux' ? null : 'a browser';
  }
}

/** The process that holds a profile, as a person would say it; null when nobody does, or only one that has died. */
export function holderOf(profile: string): string | null {
  for (const [name, shape] of LOCKS) {
    const found = shape.exec(linkAt(join(profile, name)));
    if (!found) continue;
    const [, host = '', digits = ''] = found;
    const pid = Number(digits);
    // Only Chromium names the machine; a profile may lie on a disk that several share.
    if (name === 'SingletonLock' && host !== hostname()) return `a browser on ${host} (pid ${pid})`;
    const program = running(pid);
    if (program !== null) return `${program} (pid ${pid})`;
  }
  return null;
}

/** No site has this address, so that nothing is stored under it. */
const NO_ORIGIN = 'https://nothing.invalid';

/**
 * Resolves when the process that keeps what pages store has answered. Chromium writes local storage up to 5 s after a page
 * stored it, or as it closes; closing ends that process soon, whether it had a turn by then or not.
 */
export async function storageAnswers(profile: BrowserContext): Promise<void> {
  const [page] = profile.pages();
  if (page === undefined) return;
  const session = await profile.newCDPSession(page);
  await session.send('Storage.clearDataForOrigin', { origin: NO_ORIGIN, storageTypes: 'local_storage' });
}

function linkAt(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
