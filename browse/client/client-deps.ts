/** What the client's slow path works with: the machine's ports, put together once. */
import type { Lock } from '../domain/lifecycle/lock.ts';
import type { Asker } from '../protocol/client-identity.ts';
import type { BuildInfo } from '../protocol/record.ts';
import type { StatePaths } from '../protocol/paths.ts';
import { askerHere } from '../adapters/node/client-identity.ts';
import { clock } from '../adapters/node/clock.ts';
import { files } from '../adapters/node/files.ts';
import { nodeLock } from '../adapters/node/lock.ts';
import { nodeProcesses } from '../adapters/node/processes.ts';
import type { Clock, Files, Processes } from '../domain/ports/machine.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

export type World = {
  readonly paths: StatePaths;
  readonly own: BuildInfo;
  readonly env: Variables;
  readonly clock: Clock;
  readonly files: Files;
  readonly processes: Processes;
  readonly lock: Lock;
  /** Who we are, for the daemon that we start or stop. */
  readonly asker: () => Asker;
};

/** The real world around one state folder. */
export function realWorld(paths: StatePaths, own: BuildInfo, env: Variables): World {
  const processes = nodeProcesses(clock);
  return {
    paths,
    own,
    env,
    clock,
    files,
    processes,
    lock: nodeLock(paths.startLock, processes, clock),
    asker: () => askerHere(process.argv.slice(2)),
  };
}
