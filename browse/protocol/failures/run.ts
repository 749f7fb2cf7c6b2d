/** Failures of running the caller's own specs and scripts, and of writing specs for him. */
import { row } from './exit-status.ts';

const HELP = (): string => 'browse help run';

/** Exit statuses 1, 2, 3, 5 and 130. */
export const RUN_FAILURES = {
  'run-failed': row<{ failed: number; total: number; errors: number }>({
    exit: 1,
    http: 422,
    retryable: false,
    ran: 'yes',
    message: ({ failed, total, errors }) =>
      [
        ...(failed === 0 && errors > 0 ? [] : [`${failed} of ${total} tests of the run failed`]),
        ...(errors === 0 ? [] : [errors === 1 ? 'an error outside of any test' : `${errors} errors outside of any test`]),
      ].join(', and '),
    hint: HELP,
  }),
  'program-failed': row<{ file: string; reason: string }>({
    exit: 1,
    http: 422,
    retryable: false,
    ran: 'yes',
    message: ({ file, reason }) => `${file} failed: ${reason}`,
    hint: HELP,
  }),
  'run-late': row<{ ms: number }>({
    exit: 1,
    http: 504,
    retryable: false,
    ran: 'partly',
    message: ({ ms }) => `The run was ended after ${ms} ms, before it was over`,
    hint: HELP,
  }),
  'nothing-done': row<{ session: string }>({
    exit: 1,
    http: 404,
    retryable: false,
    message: ({ session }) => `Nothing that a test could do again was done in the session ${JSON.stringify(session)} in that time`,
    hint: () => 'browse logs --source command',
  }),
  'runner-missing': row<{ folder: string }>({
    exit: 2,
    http: 404,
    retryable: false,
    message: ({ folder }) => `No Playwright with a test runner for specs in ${folder} (npm install --save-dev @playwright/test)`,
    hint: HELP,
  }),
  'run-none': row<{ what: string }>({
    exit: 2,
    http: 404,
    retryable: false,
    message: ({ what }) => `No test was run: ${what}`,
    hint: HELP,
  }),
  'run-unknown': row<{ what: string }>({
    exit: 3,
    http: 404,
    retryable: false,
    message: ({ what }) => what,
    hint: () => 'browse status',
  }),
  'node-missing': row<{ path: string; what: string }>({
    exit: 5,
    http: 404,
    retryable: false,
    message: ({ path, what }) => `No node to run ${what} with in PATH (${path})`,
    hint: ({ what }) => `browse help ${what === 'vitest' ? 'test' : 'run'}`,
  }),
  'run-broken': row<{ file: string; reason: string }>({
    exit: 1,
    http: 422,
    retryable: false,
    ran: 'partly',
    message: ({ file, reason }) => `The process that ran ${file} ended before it had a result: ${reason}`,
    hint: HELP,
  }),
  'run-cancelled': row<{ id: string; by: string }>({
    exit: 130,
    http: 499,
    retryable: false,
    ran: 'partly',
    message: ({ id, by }) => `Run ${id} was cancelled by ${by}`,
    hint: () => null,
  }),
} as const;
