/** Other builds of this very program, for tests of upgrades. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from './folder.ts';
import { ROOT } from './sources.ts';

export type OtherBuild = Disposable & { readonly binary: string };

/** Compiles one; `stamp` in milliseconds since the epoch says how old it claims to be. */
export async function otherBuild(facts: { stamp: number; protocol: number; version: string }): Promise<OtherBuild> {
  const folder = temporaryFolder();
  const binary = join(folder.path, 'browse');
  const flags = Object.entries({ ...facts, outfile: binary }).flatMap(([name, value]) => [`--${name}`, String(value)]);
  try {
    await promisify(execFile)(join(ROOT, 'node_modules/.bin/bun'), ['run', join(ROOT, 'tools/build.ts'), ...flags], { cwd: ROOT });
  } catch (error) {
    folder[Symbol.dispose]();
    throw error;
  }
  return { binary, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}
