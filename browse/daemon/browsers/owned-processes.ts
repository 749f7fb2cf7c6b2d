/** Which processes are ours, on disk: whoever comes after a daemon that was killed ends exactly those. */
import { writeOwner } from '../../domain/lifecycle/leftovers.ts';
import type { ProcessIdentity } from '../../protocol/record.ts';
import type { Files, Processes } from '../../domain/ports/machine.ts';

export type OwnedProcesses = {
  /** These are all of that kind that there are now. Those in `anew` were started this moment. */
  set(kind: 'browsers' | 'workers', pids: readonly number[], anew?: readonly number[]): void;
  /** Nothing is written any more once it resolves: a process that ends late must not bring the folder back. */
  close(): Promise<void>;
};

/** Keeps `owner.json` of an instance's temp folder. */
export function keepOwnedProcesses(
  files: Files,
  processes: Pick<Processes, 'identify'>,
  folder: string,
  daemon: ProcessIdentity,
): OwnedProcesses {
  // As they were when they were started: by its number alone a later process could be taken for one of ours.
  const known = { browsers: new Map<number, ProcessIdentity>(), workers: new Map<number, ProcessIdentity>() };
  let closed = false;
  let written: Promise<unknown> = Promise.resolve();
  return {
    set(kind, pids, anew = []) {
      if (closed) return;
      known[kind] = new Map(
        pids.flatMap((pid) => {
          const identity = (anew.includes(pid) ? undefined : known[kind].get(pid)) ?? processes.identify(pid);
          return identity === null ? [] : [[pid, identity] as const];
        }),
      );
      const all = { daemon, browsers: [...known.browsers.values()], workers: [...known.workers.values()] };
      written = Promise.allSettled([written, writeOwner(files, folder, all)]);
    },
    async close() {
      closed = true;
      await written;
    },
  };
}
