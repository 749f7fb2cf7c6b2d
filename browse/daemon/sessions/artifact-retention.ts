/** How long pictures, downloads and folders of runs are kept, and how much of the disk they may take. Knows no session. */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A week, in milliseconds, as rows of the log. */
export const KEPT_FOR = 7 * 24 * 3_600_000;
/** Bytes of the whole folder. */
export const KEPT_BYTES = 2 * 1024 * 1024 * 1024;
/** One that is so young may still be written to. */
const YOUNG = 60_000;

type Artifact = { readonly path: string; readonly at: number; readonly bytes: number };

/** Removes what is too old, and then the oldest until the rest is within the limit. Gives what went. A folder that is not there is empty. */
export function sweepArtifacts(folder: string, now: number, bytes = KEPT_BYTES, age = KEPT_FOR): readonly string[] {
  const all = artifactsIn(folder).toSorted((one, other) => one.at - other.at);
  let sum = all.reduce((total, each) => total + each.bytes, 0);
  const gone: string[] = [];
  for (const each of all) {
    const old = now - each.at > age;
    if (!old && (sum <= bytes || now - each.at < YOUNG)) continue;
    rmSync(each.path, { recursive: true, force: true });
    sum -= each.bytes;
    gone.push(each.path);
  }
  return gone;
}

function artifactsIn(folder: string): readonly Artifact[] {
  try {
    return readdirSync(folder).flatMap((name) => {
      const path = join(folder, name);
      const facts = statSync(path, { throwIfNoEntry: false });
      if (facts === undefined) return [];
      return [{ path, at: facts.mtimeMs, bytes: facts.isDirectory() ? sizeOf(path) : facts.size }];
    });
  } catch {
    return [];
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).reduce(
    (sum, entry) => sum + (entry.isFile() ? (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0) : 0),
    0,
  );
}
