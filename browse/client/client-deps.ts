/** What the client's slow path works with: the machine's ports, put together once. */
import type { Lock } from '../domain/lifecycle/start-lock.ts';
import type { ClientIdentity } from '../protocol/client-identity.ts';
import type { BuildInfo } from '../protocol/record.ts';
import type { StatePaths } from '../protocol/paths.ts';
import { clientIdentityHere } from '../adapters/node/client-identity.ts';
import { clock } from '../adapters/node/clock.ts';
import { files } from '../adapters/node/files.ts';
import { nodeLock } from '../adapters/node/start-lock.ts';
import { nodeProcesses } from '../adapters/node/processes.ts';
import type { Clock, Files, Processes } from '../domain/ports/machine.ts';

export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

export type ClientDeps = {
  readonly paths: StatePaths;
  readonly own: BuildInfo;
  readonly env: EnvironmentVariables;
  readonly clock: Clock;
  readonly files: Files;
  readonly processes: Processes;
  readonly lock: Lock;
  /** Who we are, for the daemon that we start or stop. */
  readonly asker: () => ClientIdentity;
};

/** The real world around one state folder. */
export function realDeps(paths: StatePaths, own: BuildInfo, env: EnvironmentVariables): ClientDeps {
  const processes = nodeProcesses(clock);
  return {
    paths,
    own,
    env,
    clock,
    files,
    processes,
    lock: nodeLock(paths.startLock, processes, clock),
    asker: () => clientIdentityHere(process.argv.slice(2)),
  };
}
