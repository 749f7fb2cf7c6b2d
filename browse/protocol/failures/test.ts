/** Failures of running a project's own tests. */
import { row } from './exit-status.ts';

const HELP = (): string => 'browse help test';

/** Exit statuses 1, 2 and 4. */
export const TEST_FAILURES = {
  'tests-failed': row<{ failed: number; total: number; errors: number }>({
    exit: 1,
    http: 422,
    retryable: false,
    ran: 'yes',
    message: ({ failed, total, errors }) =>
      `${failed} of ${total} tests failed${errors === 0 ? '' : `, and ${errors === 1 ? 'an error' : `${errors} errors`} outside of tests`}`,
    hint: HELP,
  }),
  'tests-missing': row<{ folder: string }>({
    exit: 2,
    http: 404,
    retryable: false,
    message: ({ folder }) =>
      `No project with vitest at or above ${folder}: neither a package.json nor a vitest config from which vitest is found (npm install --save-dev vitest)`,
    hint: HELP,
  }),
  'tests-old': row<{ root: string; version: string; least: string }>({
    exit: 2,
    http: 422,
    retryable: false,
    message: ({ root, version, least }) =>
      `The vitest of ${root} is ${version}; browse test needs ${least} at least (npm install --save-dev vitest@latest)`,
    hint: HELP,
  }),
  'tests-busy': row<{ root: string; ms: number }>({
    exit: 4,
    http: 503,
    retryable: true,
    message: ({ root, ms }) => `Did not run: other tests of ${root} ran all the ${ms} ms`,
    hint: () => 'browse status tests',
  }),
  'tests-config': row<{ root: string; place: string; reason: string }>({
    exit: 2,
    http: 422,
    retryable: false,
    message: ({ root, place, reason }) => `vitest does not start in ${root}: ${place}${reason}`,
    hint: HELP,
  }),
  'tests-none': row<{ root: string; what: string }>({
    exit: 2,
    http: 404,
    retryable: false,
    message: ({ root, what }) => `No test was run in ${root}: ${what}`,
    hint: HELP,
  }),
  'tests-ended': row<{ root: string; how: string }>({
    exit: 4,
    http: 503,
    retryable: false,
    ran: 'partly',
    message: ({ root, how }) => `The process that ran the tests of ${root} ended before it had a result: ${how}`,
    hint: () => 'browse status tests',
  }),
} as const;
