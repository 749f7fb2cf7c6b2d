/** A command line as the daemon is asked to run it: with all that it needs to know of whoever typed it. */
import { terminalOfRequest } from '../adapters/node/fast-path/terminal.ts';
import { BUILD } from '../protocol/build.ts';
import { commandVariables } from '../protocol/environment.ts';
import type { ArgvRequest } from '../protocol/wire.ts';

/** Without stdin. `tty`: whether a person reads the answer. */
export function requestFor(
  argv: readonly string[],
  id: string,
  env: Readonly<Record<string, string | undefined>>,
  tty: boolean,
): ArgvRequest {
  const terminal = terminalOfRequest();
  return {
    id,
    argv,
    cwd: here(),
    // oxlint-disable-next-line typescript/no-deprecated -- nothing else tells it, and no other thread writes it here
    umask: process.umask(),
    env: commandVariables(env, argv),
    tty,
    ...(terminal === undefined ? {} : { terminal }),
    build: BUILD,
  };
}

/** The folder we are in; it may have been removed under us. */
function here(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}
