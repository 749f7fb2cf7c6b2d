/** What a file looked like, without reading it: enough to see that it is not the same any more. Runs in the project's Node. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';

/** Nothing is there. */
const GONE = 'gone';
/**
 * Milliseconds by which a file's own time may lag behind the clock. What changed later than a run's beginning less this may
 * have changed after it was read.
 */
const LAG = 100;

export type Print = string;

/** By its times, its size and its number: a write cannot leave all of them as they were. */
export function printOf(path: string): Print {
  const seen = statSync(path, { bigint: true, throwIfNoEntry: false });
  return seen === undefined ? GONE : `${seen.mtimeNs} ${seen.ctimeNs} ${seen.size} ${seen.ino}`;
}

/** As {@link printOf}, or null when it may have been written since that moment (milliseconds since 1970): nobody knows what was read. */
export function printBefore(path: string, moment: number): Print | null {
  const seen = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (seen === undefined) return GONE;
  return Number(seen.ctimeNs / 1_000_000n) >= moment - LAG ? null : `${seen.mtimeNs} ${seen.ctimeNs} ${seen.size} ${seen.ino}`;
}

/** The names in a folder; none when there is no such folder. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}

/** Files that decide how all others are read: vite and vitest keep what they made of them for as long as they live. */
const SETTING =
  /^(?:vite(?:st)?\.(?:config|workspace|projects)\.\w+|\.env(?:\..*)?|[tj]sconfig.*\.json|package\.json|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|pnpm-workspace\.yaml|bun\.lockb?|\.pnp\.c?js)$/;
/** What an installation leaves in `node_modules`. */
const INSTALLED = ['node_modules/.package-lock.json', 'node_modules/.modules.yaml', 'node_modules/.yarn-state.yml'];

/** The settings in a folder. */
export function settingsIn(folder: string): readonly string[] {
  return [...namesIn(folder).filter((name) => SETTING.test(name)), ...INSTALLED].map((name) => join(folder, name));
}

/** The files that a `tsconfig.json` builds on, as far as they are named by a path. */
export function extendedBy(path: string): readonly string[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  const value = /"extends"\s*:\s*(\[[^\]]*\]|"[^"]*")/.exec(text)?.[1] ?? '';
  return [...value.matchAll(/"([^"]+)"/g)]
    .map(([, name = '']) => name)
    .filter((name) => name.startsWith('.') || isAbsolute(name))
    .map((name) => resolve(dirname(path), name.endsWith('.json') ? name : `${name}.json`));
}
