/** Where a caller's Node project begins, and which Node he would start. Reads names and owners only: runs nothing, resolves nothing. */
import { accessSync, constants, existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { isObject } from '../../base/json.ts';

const CONFIG = /^vite(?:st)?\.(?:config|workspace)\.[cm]?[jt]s$/;

/** Whether somebody else wrote it: what lies in a folder that all may write to is not the caller's project. */
function foreign(path: string): boolean {
  const uid = process.getuid?.();
  const owner = statSync(path, { throwIfNoEntry: false })?.uid;
  return uid !== undefined && owner !== undefined && owner !== uid && owner !== 0;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A `package.json` that only sets the kind of its modules begins no project. */
function isProject(path: string): boolean {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isObject(value) && ['name', 'scripts', 'dependencies', 'devDependencies'].some((key) => key in value);
  } catch {
    // Broken, but meant: whoever reads it next says so.
    return true;
  }
}

/** A folder and all above it, the nearest first. */
export function upward(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...upward(above)];
}

/** Whether a package is found from there, as Node looks for it. */
function finds(folder: string, name: string): boolean {
  return upward(folder).some((each) => existsSync(join(each, 'node_modules', name, 'package.json')));
}

/** The nearest folder at or above `cwd` that holds a vitest config or a package, and from which vitest is found; null without one. */
export function vitestRoot(cwd: string): string | null {
  const start = existsSync(cwd) ? realpathSync(cwd) : cwd;
  for (const folder of upward(start)) {
    const marks = namesIn(folder).filter((name) => CONFIG.test(name) || (name === 'package.json' && isProject(join(folder, name))));
    if (marks.some((name) => folder === start || !foreign(join(folder, name))) && finds(folder, 'vitest')) return folder;
  }
  return null;
}

/** The program that `name` means with that PATH; null when there is none. */
export function programIn(path: string, name: string): string | null {
  for (const folder of path.split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // Not here.
    }
  }
  return null;
}
