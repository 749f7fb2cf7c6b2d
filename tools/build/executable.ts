/** What is done to the executable after the bundler: the runtime's variables are switched off, the fast client is put in front. */
import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { BuildInfo } from '../../browse/protocol/record.ts';
import { compileFastClient, withFastClient } from '../fast-client.ts';

/**
 * The runtime inside obeys these variables: one runs a file of the caller's choice before ours, one makes the program Bun,
 * the rest open a debugger. It has no switch for them. So their names in the executable become empty strings, and no
 * variable can have an empty name.
 */
const RUNTIME_VARIABLES = ['BUN_OPTIONS', 'BUN_BE_BUN', 'BUN_INSPECT', 'BUN_INSPECT_PRELOAD', 'BUN_INSPECT_CONNECT_TO'];

/** Finishes the executable at `path`; `info` is given where the fast client goes in front. */
export function makeExecutable(path: string, info: BuildInfo | null): void {
  const bytes = closeToEnvironment(readFileSync(path));
  // A running copy keeps its file: the patched one takes the name.
  writeFileSync(`${path}.closed`, info === null ? bytes : withFastClient(bytes, compileFastClient(info)));
  chmodSync(`${path}.closed`, 0o755);
  renameSync(`${path}.closed`, path);
  if (process.platform === 'darwin') Bun.spawnSync(['codesign', '--force', '--sign', '-', path]);
  // Not by a flag: that one is answered before the runtime begins.
  const asBun = Bun.spawnSync([path, 'version'], { env: { ...process.env, BUN_BE_BUN: '1', BUN_OPTIONS: '--preload=/nowhere' } });
  if (!asBun.success || !asBun.stdout.toString().startsWith('browse '))
    throw new Error('the executable still obeys BUN_BE_BUN or BUN_OPTIONS');
}

/** Without the names in {@link RUNTIME_VARIABLES}. */
function closeToEnvironment(bytes: Buffer): Buffer {
  for (const name of RUNTIME_VARIABLES) {
    const wanted = Buffer.from(`\0${name}\0`);
    let found = 0;
    for (let at = bytes.indexOf(wanted); at !== -1; at = bytes.indexOf(wanted, at + 1)) {
      bytes[at + 1] = 0;
      found += 1;
    }
    if (found === 0) throw new Error(`the runtime has no ${name} to switch off: look again how it reads its environment`);
  }
  return bytes;
}
