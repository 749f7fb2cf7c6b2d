/** One project per level of test; `vitest run --project unit` runs one of them. */
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';
import { SMOKE } from './test/smoke.ts';
import { FULL } from './test/support/rounds.ts';

if (Number(process.versions.node.split('.')[0]) < 24) {
  throw new Error(`vitest runs under Node 24, this is ${process.version}. Run: npm test`);
}

/** Files that take long, whatever their size: one that begins last is waited for by all others. */
const LONG =
  /\/(?:library-agreement|joined|flood|log-secrets|consumers|lifecycle-crashes|run-specs|run-ends|run-fresh|panel|unit-tests-\w+|upgrade-builds)\.test\.ts$/;

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const long = ({ moduleId }: TestSpecification): boolean => LONG.test(moduleId);
    return [...sorted.filter(long), ...sorted.filter((each) => !long(each))];
  }
}

/**
 * A test's time is there to end one that hangs, on a busy machine too; what must be quick measures itself. Levels that
 * start browsers or daemons take turns, so that two timings never share the processors.
 */
const levels = [
  { name: 'unit', timeout: 60_000, order: 0, setup: [] },
  { name: 'contract', timeout: 60_000, order: 0, setup: [] },
  { name: 'daemon', timeout: 60_000, order: 0, setup: [] },
  { name: 'ports', timeout: 60_000, order: 1, setup: [] },
  { name: 'browser', timeout: 60_000, order: 1, setup: ['test/support/global-libraries.ts'] },
  { name: 'e2e', timeout: 120_000, order: 2, setup: ['test/support/global-build.ts'] },
];

/** `npm run test:changed`: of the end-to-end tests, the smoke tests. */
const SMOKE_ONLY = process.env['BROWSE_TEST_SMOKE'] === 'only';

/** What comes before the tests of each level, in this order. */
const BEFORE = ['run-folder', 'facilities', 'gen'].map((name) => `test/support/global-${name}.ts`);

export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
    projects: levels.map(({ name, timeout, order, setup }) => ({
      test: {
        name,
        include: name === 'e2e' && SMOKE_ONLY ? SMOKE.map((file) => `test/e2e/${file}.test.ts`) : [`test/${name}/**/*.test.ts`],
        globalSetup: [...BEFORE, ...setup],
        setupFiles: ['test/support/rounds-setup.ts'],
        pool: 'forks' as const,
        testTimeout: FULL ? timeout * 60 : timeout,
        hookTimeout: 120_000,
        sequence: { groupOrder: order },
        // Levels that drive browsers and processes wait for them as much as they work.
        maxWorkers: order === 0 ? 2 : 3,
        allowOnly: false,
      },
    })),
    passWithNoTests: false,
  },
});
