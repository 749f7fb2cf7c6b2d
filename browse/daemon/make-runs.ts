/** The runs of specs of this daemon, put together: their processes, and where their files lie. */
import type { Workers } from '../domain/workers.ts';
import { browserOf } from './place.ts';
import { SpecRuns } from './runs.ts';
import type { Services } from './services.ts';
import { SpecWorkers } from './spec-workers.ts';

type Made = Pick<Services, 'host' | 'pool' | 'clock' | 'paths'> & { readonly tempFolder: string; readonly workers: Workers };

/** Nothing is started before the first run. */
export function makeRuns({ host, pool, paths, tempFolder, workers, clock }: Made): SpecRuns {
  const script = `${tempFolder}/runner.cjs`;
  return new SpecRuns({
    clock,
    script,
    workers,
    ready: new SpecWorkers({ workers, clock, script }),
    artifacts: paths.artifacts,
    executable: async (env) => {
      const { findExecutables } = await import('../adapters/playwright/executables.ts');
      return findExecutables(true, env).found[0]?.path ?? null;
    },
    page: (session, name) => browserOf({ host, pool }, session).guestPage(name),
  });
}
