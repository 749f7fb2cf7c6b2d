/** What runs in workers of this daemon, put together: specs, scripts and unit tests, their processes, and where their files lie. */
import type { Workers } from '../../domain/workers.ts';
import type { OwnedProcesses } from '../browsers/owned-processes.ts';
import { ownedWorkers } from './owned-workers.ts';
import { browserOf } from '../sessions/session-name.ts';
import { SpecRuns } from './runs.ts';
import type { Services } from '../ports.ts';
import { SpecWorkers } from './spec-workers.ts';
import { UnitTestService } from './unit-tests/service.ts';

type Made = Pick<Services, 'host' | 'pool' | 'clock' | 'paths'> & {
  readonly tempFolder: string;
  readonly workers: Workers;
  readonly owned: OwnedProcesses;
  readonly note: (text: string) => void;
};

export type RunServices = { readonly runs: SpecRuns; readonly tests: UnitTestService; close(): Promise<void> };

/** Nothing is started before the first run. */
export function makeRunServices({ host, pool, paths, tempFolder, workers: any, owned, clock, note }: Made): RunServices {
  const workers = ownedWorkers(any, owned);
  const script = `${tempFolder}/runner.cjs`;
  const runs = new SpecRuns({
    clock,
    script,
    workers,
    ready: new SpecWorkers({ workers, clock, script }),
    artifacts: paths.artifacts,
    executable: async (env) => {
      const { findExecutables } = await import('../../adapters/playwright/launch/executables.ts');
      return findExecutables(true, env).found[0]?.path ?? null;
    },
    page: (session, name) => browserOf({ host, pool }, session).guestPage(name),
  });
  const tests = new UnitTestService({
    workers,
    clock,
    folder: tempFolder,
    script: async () => (await import('../../adapters/vitest/bundle.gen.ts')).TEST_WORKER,
    note,
  });
  return { runs, tests, close: async () => void (await Promise.all([runs.close(), tests.close()])) };
}
