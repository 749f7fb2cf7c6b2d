/** Other builds of this very program, for tests of upgrades. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from './folder.ts';
import { ROOT } from './sources.ts';

export type OtherBuild = Disposable & { readonly binary: string };

/** What a build claims. `stamp` in milliseconds since the epoch says how old it is; a `test` build obeys `BROWSE_TEST_CLOCK`. */
export type Claims = { readonly stamp?: number; readonly protocol?: number; readonly version?: string; readonly test?: boolean };

/** Compiles one to a path. */
export async function buildTo(binary: string, { test = false, ...facts }: Claims): Promise<void> {
  const flags = Object.entries({ ...facts, outfile: binary }).flatMap(([name, value]) => [`--${name}`, String(value)]);
  if (test) flags.push('--test-build');
  await promisify(execFile)(join(ROOT, 'node_modules/.bin/bun'), ['run', join(ROOT, 'tools/build.ts'), ...flags], { cwd: ROOT });
}

/** Compiles one in a folder of its own. */
export async function otherBuild(claims: Claims): Promise<OtherBuild> {
  const folder = temporaryFolder();
  const binary = join(folder.path, 'browse');
  try {
    await buildTo(binary, claims);
  } catch (error) {
    folder[Symbol.dispose]();
    throw error;
  }
  return { binary, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}
