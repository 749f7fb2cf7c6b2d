/** A project's own unit tests, run by its own vitest, which is kept warm. */
import { BrowseError } from '../protocol/errors.ts';
import { failuresOf, succeeded } from '../protocol/results.ts';
import { command, needsEnvironment } from './context.ts';
import type { Context } from './context.ts';
import { patternOf, reportText } from './results.ts';

/** Milliseconds for all tests together; each has its own limit in the project's config. */
const DEADLINE = 600_000;

/** Where the project's configuration says that unit tests are. Who stands in another folder of tests means those. */
async function placeOf(context: Context): Promise<{ readonly from: string | null; readonly config: string | null }> {
  const { configuration, caller } = context;
  const { 'tests.root': folder, 'tests.config': config } = await configuration.values();
  const root = configuration.root();
  return {
    from: folder !== undefined && caller.cwd === root ? `${root}/${folder}` : null,
    config: config === undefined || root === null ? null : `${root}/${config}`,
  };
}

const test = command({
  name: 'test',
  family: 'script',
  summary: "run the project's unit tests in its own vitest, kept warm",
  effect: 'write',
  scope: 'daemon',
  prints: 'data',
  environment: 'whole',
  deadline: DEADLINE,
  operands: {
    files: {
      label: 'FILES',
      optional: true,
      variadic: true,
      summary: 'test files or folders, or parts of their names; default: all tests',
    },
  },
  flags: {
    testName: { type: 'string', short: 't', value: 'PATTERN', summary: 'only tests whose full name matches this regular expression' },
  },
  examples: ['browse test', 'browse test src/cart.test.ts', "browse test cart -t 'adds a book'", 'browse test --json --timeout 60s'],
  notes: [
    'The project is the nearest folder at or above yours that has a vitest config or a package.json, and from which vitest (2.0 or',
    'newer) is found. Its config, its Node (the first in your PATH) and all of your environment are used, as by `npx vitest run`; its',
    'reporters and its coverage are not.',
    'Where the configuration of the project says "tests": {"root": ..., "config": ...}, `browse test` in the root of the project means those.',
    'Files that have changed are read again, wherever they are. `browse refresh tests` begins with a new process, which reads everything',
    'anew. It leaves when there was no run for 10 minutes.',
    'Exit status: 0 when all passed, 1 when a test or anything around it failed, 2 when no test was run. Ctrl-C ends the run.',
  ],
  async run(context, { files, testName }) {
    const { caller } = context;
    needsEnvironment(context, 'test');
    const pattern = testName === undefined ? null : patternOf('test', '-t', testName);
    const report = await context.tests.run(
      { ...(await placeOf(context)), cwd: caller.cwd, env: caller.env, files, pattern },
      context.bound,
    );
    if (!succeeded(report)) {
      const error = new BrowseError('tests-failed', failuresOf(report));
      context.failed(error.exit, error.body());
    }
    return { report, cwd: caller.cwd };
  },
  text: ({ report, cwd }) => reportText(report, cwd),
  json: ({ report }) => report,
});

export const unitTestCommands = [test];
