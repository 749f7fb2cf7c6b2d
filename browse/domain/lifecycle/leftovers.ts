/**
 * What dead instances left in our folder: sockets, temp folders, a browser or a worker that outlived its daemon. Run by a daemon that
 * holds the record, or by a client that holds the start lock and found no daemon alive. Removes only what is proven dead.
 */
import type { StatePaths } from '../../protocol/paths.ts';
import { isProcessIdentity } from '../../protocol/record.ts';
import type { ProcessIdentity } from '../../protocol/record.ts';
import type { Files, Processes } from '../ports/machine.ts';

/** Who lives in a temp folder; lies in it as `owner.json`. */
export type TempOwner = {
  readonly daemon: ProcessIdentity;
  readonly browsers: readonly ProcessIdentity[];
  /** Each the head of a process group. */
  readonly workers: readonly ProcessIdentity[];
};

const OWNER = 'owner.json';
/** The name of an instance's folder: its nonce. */
const INSTANCE = /^[0-9a-f]{8}$/;

/** Writes who lives in an instance's temp folder. */
export async function writeOwner(files: Files, folder: string, owner: TempOwner): Promise<void> {
  await files.write(`${folder}/${OWNER}`, JSON.stringify(owner));
}

function ownerOf(files: Files, folder: string): TempOwner | null {
  try {
    const value = JSON.parse(files.read(`${folder}/${OWNER}`) ?? '') as TempOwner | null;
    const { browsers, workers } = value ?? {};
    const whole =
      isProcessIdentity(value?.daemon) && [browsers, workers].every((all) => Array.isArray(all) && all.every(isProcessIdentity));
    return whole ? value : null;
  } catch {
    return null;
  }
}

/** Removes what is left of every instance but `nonce` (null: of all). Returns what it removed, for the log. */
export async function sweepLeftovers(
  files: Files,
  processes: Processes,
  paths: StatePaths,
  nonce: string | null,
): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const name of files.checkFolder(paths.temp) ? files.list(paths.temp) : []) {
    // Whatever else lies there is not ours to remove.
    if (name === nonce || !INSTANCE.test(name)) continue;
    const folder = `${paths.temp}/${name}`;
    const owner = ownerOf(files, folder);
    if (owner !== null && processes.state(owner.daemon) !== 'gone') continue;
    // An older build wrote no lists.
    await Promise.all([
      ...(owner?.browsers ?? []).map((browser) => endProcess(processes, browser)),
      ...(owner?.workers ?? []).map((worker) => endProcess(processes, worker, 'group')),
    ]);
    await files.removeTree(folder);
    removed.push(folder);
  }
  for (const name of files.list(paths.run)) {
    const dead = (/^[0-9a-f]+(?:-[a-z0-9.-]+)?\.sock$/.test(name) && !name.startsWith(`${nonce}`)) || name.startsWith('failed-');
    if (!dead) continue;
    files.remove(`${paths.run}/${name}`);
    removed.push(name);
  }
  return removed;
}

/** A browser on the pipe, or a worker, ends by itself when its daemon is gone; one that does not is killed, verified. */
async function endProcess(processes: Processes, identity: ProcessIdentity, reach: 'one' | 'group' = 'one'): Promise<void> {
  const never = new AbortController().signal;
  if (processes.state(identity) !== 'alive') return;
  if (await processes.waitGone(identity, { timeout: 500, signal: never })) return;
  processes.signal(identity, 'SIGKILL', reach);
  await processes.waitGone(identity, { timeout: 2000, signal: never });
}
