/**
 * Which files a configuration that is code is made of, found by reading and not by running: each file once, with its digest. Names
 * that are computed are not seen; what they name is then not there when the code runs. Must not know what the code is for.
 */
import * as fs from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { isLock, LOCKFILES } from '../../domain/project.ts';
import { readCheckedOut } from './checked-out.ts';
import type { FileRead } from './checked-out.ts';

/** Bytes of a module; files of one configuration; bytes of all of them. */
const [LARGEST, MOST, LARGEST_ALL] = [4 * 1024 * 1024, 500, 16 * 1024 * 1024];
/** Bytes of a lockfile. */
const LARGEST_LOCK = 64 * 1024 * 1024;
const ENDINGS = ['.ts', '.tsx', '.mts', '.js', '.jsx', '.mjs', '.cts', '.cjs', '.json'];
/** `./a.js` may be written in TypeScript. */
const WRITTEN_IN: Readonly<Record<string, readonly string[]>> = { '.js': ['.ts', '.tsx'], '.mjs': ['.mts'], '.cjs': ['.cts'] };
const CODE = /\.[cm]?[jt]sx?$/;
/** A name after `from`, `import` or `require`; in a comment too, which covers a file more than needed. */
const NAMED = /\b(?:from|import|require)\s*\(?\s*(["'`])([^"'`\n$]+)\1/g;

/** The files it is made of, and the lockfile that pins its packages; null where there is none, or none is needed. */
export type ModuleFiles = { readonly files: readonly FileRead[]; readonly lock: FileRead | null };

/** `entry` and all that it loads by name. Or why it cannot be used. */
export function moduleFiles(entry: FileRead): ModuleFiles | { readonly problem: string } {
  const found = new Map<string, FileRead>([[entry.path, entry]]);
  let [room, packages] = [LARGEST_ALL, false];
  // Grows while it is walked.
  for (const [path, { text }] of found) {
    if (!CODE.test(path)) continue;
    for (const [, , name = ''] of text.matchAll(NAMED)) {
      if (!/^\.{1,2}(\/|$)/.test(name)) {
        packages ||= /^[@\w]/.test(name) && !isBuiltin(name) && !name.includes(':');
        continue;
      }
      const target = resolved(join(dirname(path), name));
      // A word in a comment, or a file that is not there: the runtime says so if it is missed.
      if (target === null || found.has(target)) continue;
      const read = readCheckedOut(target, { bytes: LARGEST, within: null });
      if (read === null) continue;
      if ('problem' in read) return { problem: `${target}: ${read.problem}` };
      room -= read.bytes.length;
      if (found.size === MOST || room < 0) return { problem: `${entry.path}: it loads more files than a configuration should` };
      found.set(target, read);
    }
  }
  return { files: [...found.values()], lock: packages ? lockOf(dirname(entry.path)) : null };
}

/** The file at this path as it is now; a lockfile may be large. */
export function moduleFile(path: string): FileRead | null {
  const read = readCheckedOut(path, { bytes: isLock(path) ? LARGEST_LOCK : LARGEST, within: null });
  return read === null || 'problem' in read ? null : read;
}

/** The lockfile beside the nearest `node_modules`, or the nearest above it: workspaces have one for all. */
function lockOf(folder: string): FileRead | null {
  for (let at = folder, installed = false; ; at = dirname(at)) {
    installed ||= fs.existsSync(join(at, 'node_modules'));
    if (installed) {
      for (const name of LOCKFILES) {
        const read = moduleFile(join(at, name));
        if (read !== null) return read;
      }
    }
    if (dirname(at) === at) return null;
  }
}

/** The file that a relative name means. */
function resolved(path: string): string | null {
  const isFile = (each: string): boolean => fs.statSync(each, { throwIfNoEntry: false })?.isFile() === true;
  if (isFile(path)) return path;
  for (const [ending, others] of Object.entries(WRITTEN_IN)) {
    if (!path.endsWith(ending)) continue;
    const other = others.map((each) => path.slice(0, -ending.length) + each).find(isFile);
    if (other !== undefined) return other;
  }
  return [...ENDINGS.map((each) => path + each), ...ENDINGS.map((each) => join(path, `index${each}`))].find(isFile) ?? null;
}

/** Words that run what a project's `package.json` says. */
const SCRIPT_RUNNERS = /^(npm|npx|pnpm|yarn|bun|bunx)$/;

/**
 * The files of the folder that a command runs, as far as its words name them, with what these load by name; each with its digest.
 * A shell line counts by its words as well.
 */
export function commandFiles(root: string, words: readonly string[]): Readonly<Record<string, string>> {
  const covers: Record<string, string> = {};
  const names = words.flatMap((word) => [word, ...word.split(/[\s"'`;&|()<>=]+/)]);
  if (names.some((name) => SCRIPT_RUNNERS.test(name))) names.push('package.json');
  for (const name of new Set(names)) {
    const path = isAbsolute(name) ? normalize(name) : join(root, name);
    if (name === '' || !path.startsWith(`${root}/`) || path.includes('/node_modules/')) continue;
    const read = moduleFile(path);
    if (read === null) continue;
    const all = CODE.test(path) ? moduleFiles(read) : null;
    for (const file of all === null || 'problem' in all ? [read] : all.files) covers[file.path] = file.digest;
  }
  return covers;
}

/** Writes those very files below `folder`, each under its whole path, and links the packages that the lockfile pins. */
export function writeCopy(folder: string, { files, lock }: ModuleFiles): void {
  for (const { path, bytes } of files) {
    fs.mkdirSync(dirname(folder + path), { recursive: true, mode: 0o700 });
    fs.writeFileSync(folder + path, bytes, { mode: 0o600, flag: 'wx' });
  }
  if (lock === null) return;
  // From the entry upward, as far as the lockfile goes.
  for (let at = dirname(files[0]?.path ?? '/'); at.length >= dirname(lock.path).length; at = dirname(at)) {
    const packages = join(at, 'node_modules');
    if (fs.existsSync(packages)) fs.symlinkSync(packages, folder + packages);
    if (dirname(at) === at) return;
  }
}
