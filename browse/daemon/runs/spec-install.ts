/** What of the caller's a run of specs uses: the Playwright of the spec's own project, and the Node on the caller's path. Looks only. */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { programIn, upward } from '../../adapters/node/node-project.ts';
import { fail } from '../../protocol/errors.ts';

/** A Playwright with a test runner. */
export type Install = {
  /** The package `playwright`. */
  readonly folder: string;
  readonly version: string;
  /** Another one after it has been installed anew. */
  readonly stamp: string;
  /** The folder in whose `node_modules` it was found. */
  readonly root: string;
};

/** The first and last minor versions of Playwright 1 that can join our browser: of others, their words or ours are not understood. */
const JOINING = { first: 61, last: 65 };
const CONFIGURATIONS = ['ts', 'js', 'mts', 'mjs', 'cts', 'cjs'].map((ending) => `playwright.config.${ending}`);

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** Where a package is, as Node finds it from that folder. */
function packageFrom(folder: string, name: string): { readonly folder: string; readonly root: string } | null {
  for (const at of upward(folder)) {
    const found = join(at, 'node_modules', name);
    if (isFile(join(found, 'package.json'))) return { folder: realpathSync(found), root: at };
  }
  return null;
}

/** The Playwright that a file of that folder would import. Fails with `runner-missing`. */
export function installFor(folder: string): Install {
  const outer = packageFrom(folder, '@playwright/test');
  const inner = packageFrom(outer?.folder ?? folder, 'playwright');
  if (inner === null || !existsSync(join(inner.folder, 'lib/program.js')) || !existsSync(join(inner.folder, 'test.js')))
    return fail('runner-missing', { folder });
  const file = join(inner.folder, 'package.json');
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  const stamp = `${version} ${statSync(file).ino} ${statSync(file).mtimeMs}`;
  return { folder: inner.folder, version, stamp, root: (outer ?? inner).root };
}

/** Whether that version understands our browser. */
export function joins(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return major === 1 && minor !== undefined && minor >= JOINING.first && minor <= JOINING.last;
}

/** The configuration that belongs to a spec: of the caller's folder, as Playwright looks for it, else the nearest one around the spec. */
export function configurationFor(file: string, cwd: string, { root }: Install): string | null {
  const inFolder = (folder: string): string | undefined => CONFIGURATIONS.map((name) => join(folder, name)).find(isFile);
  const own = inFolder(cwd);
  if (own !== undefined) return own;
  for (const folder of upward(dirname(file))) {
    const found = inFolder(folder);
    if (found !== undefined) return found;
    if (folder === root) break;
  }
  return null;
}

/** The caller's Node. A folder of his path that depends on where he stands is left out. Fails with `node-missing`. */
export function nodeOf(path = ''): string {
  return programIn(path, 'node') ?? fail('node-missing', { path, what: 'specs' });
}
