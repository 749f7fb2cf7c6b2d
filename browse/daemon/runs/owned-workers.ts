/** Workers that are written down while they live, whoever started them: all there are, and no others. */
import type { Workers } from '../../domain/workers.ts';
import type { OwnedProcesses } from '../browsers/owned-processes.ts';

/** The same port, for every part of the daemon that has workers. */
export function ownedWorkers(workers: Workers, owned: OwnedProcesses): Workers {
  const pids = new Set<number>();
  return {
    start(options) {
      const worker = workers.start(options);
      if (worker.pid === 0) return worker;
      pids.add(worker.pid);
      owned.set('workers', [...pids], [worker.pid]);
      void worker.ended.then(() => {
        pids.delete(worker.pid);
        owned.set('workers', [...pids]);
      });
      return worker;
    },
  };
}
