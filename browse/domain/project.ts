/** The session that belongs to a caller who names none. Pure. */
import { shortHash } from '../base/hash.ts';
import { fail } from '../protocol/errors.ts';
import { agentTag } from './callers.ts';

/** Files that make a folder a project where no `.git` is around. */
export const MANIFESTS: readonly string[] = ['package.json', 'deno.json', 'pyproject.toml', 'Cargo.toml', 'go.mod'];

/** The session of a folder: its name, and a hash that tells two checkouts apart. `default` for none. */
export function projectSession(folder: string | null): string {
  if (folder === null) return 'default';
  const name = (folder.split('/').at(-1) ?? '').replace(/[^\w.-]+/g, '-').slice(0, 40);
  return `${/^\w/.test(name) ? name : `root${name}`}-${shortHash(folder).slice(0, 6)}`;
}

/** The session of an agent's conversation in a project. */
export function agentSession(project: string, agent: string): string {
  return `${project}~${agentTag(agent)}`;
}

/** The project's session of which an agent's is a part; null for any other session. */
export function projectOf(session: string): string | null {
  const at = session.lastIndexOf('~');
  return at === -1 ? null : session.slice(0, at);
}

/** The folder itself, or what is around the `node_modules` that it lies in. */
export function outsideModules(folder: string): string {
  const at = `${folder}/`.indexOf('/node_modules/');
  return at === -1 ? folder : folder.slice(0, at) || '/';
}

/**
 * The folder whose session a caller without a project means: the nearest above that has one already, else the folder itself. Null for
 * a folder that is nobody's work: `nowhere` are the home, the root and the temp folders.
 */
export function sessionFolder(folder: string, known: (folder: string) => boolean, nowhere: readonly string[]): string | null {
  const start = outsideModules(folder);
  for (let at = start; at !== '' && !nowhere.includes(at); at = at.slice(0, at.lastIndexOf('/'))) if (known(at)) return at;
  return nowhere.includes(start) ? null : start;
}

/** A session's name as it was typed. Fails with `usage`. */
export function sessionName(typed: string): string {
  if (/^[\w][\w.~-]{0,63}$/.test(typed)) return typed;
  return fail('usage', {
    problem: `A session's name has letters, digits, "_", "-", "." and "~", not ${JSON.stringify(typed)}`,
    hint: 'browse session list',
  });
}

/** What says which packages are installed, beside a project's `node_modules`. */
export const LOCKFILES: readonly string[] = [
  'package-lock.json',
  'npm-shrinkwrap.json',
  'pnpm-lock.yaml',
  'yarn.lock',
  'bun.lock',
  'bun.lockb',
];

export const isLock = (path: string): boolean => LOCKFILES.includes(path.slice(path.lastIndexOf('/') + 1));
