/** The runs of specs of this daemon, put together: their processes, named as ours on disk, and where their files lie. */
import type { Clock } from '../domain/ports.ts';
import type { Workers } from '../domain/workers.ts';
import type { StatePaths } from '../protocol/paths.ts';
import { SpecRuns } from './runs.ts';
import { SpecWorkers } from './spec-workers.ts';

type Made = { readonly paths: StatePaths; readonly tempFolder: string; readonly workers: Workers; readonly clock: Clock };

/** Nothing is started before the first run. */
export function makeRuns({ paths, tempFolder, workers, clock }: Made): SpecRuns {
  const script = `${tempFolder}/runner.cjs`;
  return new SpecRuns({
    clock,
    script,
    workers: new SpecWorkers({ workers, clock, script }),
    artifacts: paths.artifacts,
    executable: async (env) => {
      const { findExecutables } = await import('../adapters/playwright/executables.ts');
      return findExecutables(true, env).found[0]?.path ?? null;
    },
    look: async () => {},
  });
}
