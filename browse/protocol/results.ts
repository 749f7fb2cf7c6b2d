/**
 * What a run of specs or of unit tests came to. Plain data: `browse run --json` and `browse test --json` print it. It comes from a process
 * that runs somebody's code, so that it is looked at before it is believed.
 */
import { isObject } from '../base/json.ts';

/** In the order in which they are counted. */
const OUTCOMES = ['passed', 'flaky', 'failed', 'timed-out', 'interrupted', 'skipped'] as const;
export type TestOutcome = (typeof OUTCOMES)[number];

/** A file that a test left behind: a trace, a screenshot, a snapshot of the moment. */
export type Attachment = { readonly name: string; readonly path: string };

export type TestError = {
  /** Without colours. */
  readonly message: string;
  /** Where in the caller's sources; null when unknown. */
  readonly at: { readonly file: string; readonly line: number; readonly column: number } | null;
  /** The lines around it; null when unknown. */
  readonly source: string | null;
};

export type TestResult = {
  /** Absolute. */
  readonly file: string;
  readonly line: number | null;
  /** Names of the groups it is in, then its own. */
  readonly title: readonly string[];
  /** Of several configured ones; null when there is one. */
  readonly project: string | null;
  readonly outcome: TestOutcome;
  /** Milliseconds of all its tries. */
  readonly durationMs: number;
  readonly retries: number;
  readonly errors: readonly TestError[];
  readonly attachments: readonly Attachment[];
};

/** What a test printed. */
export type TestOutput = {
  /** Absolute; null when it is not known who printed it. */
  readonly file: string | null;
  /** As of a result; empty for what a file printed while it loaded. */
  readonly title: readonly string[];
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
};

export type RunReport = {
  readonly results: readonly TestResult[];
  /** What failed outside of any test: a file that does not load, a hook of the whole run. */
  readonly errors: readonly TestError[];
  readonly durationMs: number;
  /** What the caller should know besides: one line each. */
  readonly notes: readonly string[];
  /** In the order of printing, bounded. */
  readonly output?: readonly TestOutput[];
};

/** Outcomes of a test that is no failure. */
const WELL: readonly TestOutcome[] = ['passed', 'skipped', 'flaky'];

/** What failed, in numbers: tests, of how many, and errors outside of any. */
export function failuresOf({ results, errors }: RunReport): { readonly failed: number; readonly total: number; readonly errors: number } {
  const failed = results.filter(({ outcome }) => !WELL.includes(outcome)).length;
  return { failed, total: results.length, errors: errors.length };
}

/** Whether nothing failed. A run without a test is no success: whoever runs one reports that before. */
export function succeeded(report: RunReport): boolean {
  const { failed, errors } = failuresOf(report);
  return failed === 0 && errors === 0;
}

/** How many tests came to what, in the order of printing. */
export function countsOf({ results }: RunReport): readonly (readonly [TestOutcome, number])[] {
  return OUTCOMES.map((outcome) => [outcome, results.filter((each) => each.outcome === outcome).length] as const).filter(
    ([, count]) => count > 0,
  );
}

/** Whether a value is a text. */
export const isText = (value: unknown): value is string => typeof value === 'string';

/** An error as it must be. */
export function isTestError(value: unknown): value is TestError {
  if (!isObject(value) || !isText(value['message'])) return false;
  const { at, source } = value;
  if (source !== null && !isText(source)) return false;
  return at === null || (isObject(at) && isText(at['file']) && typeof at['line'] === 'number' && typeof at['column'] === 'number');
}

/** A result as it must be. */
export function isTestResult(value: unknown): value is TestResult {
  if (!isObject(value) || !isText(value['file'])) return false;
  const { line, title, project, outcome, durationMs, retries, errors, attachments } = value;
  return (
    (line === null || typeof line === 'number') &&
    Array.isArray(title) &&
    title.every(isText) &&
    (project === null || isText(project)) &&
    OUTCOMES.some((each) => each === outcome) &&
    typeof durationMs === 'number' &&
    typeof retries === 'number' &&
    Array.isArray(errors) &&
    errors.every(isTestError) &&
    Array.isArray(attachments) &&
    attachments.every((each) => isObject(each) && isText(each['name']) && isText(each['path']))
  );
}

/** What was printed, as it must be. */
export function isTestOutput(value: unknown): value is TestOutput {
  if (!isObject(value) || !isText(value['text'])) return false;
  const { file, title, stream } = value;
  return (file === null || isText(file)) && Array.isArray(title) && title.every(isText) && (stream === 'stdout' || stream === 'stderr');
}

/** A report as it must be. */
export function isRunReport(value: unknown): value is RunReport {
  if (!isObject(value) || typeof value['durationMs'] !== 'number') return false;
  const { results, errors, notes, output = [] } = value;
  const lists = [
    [results, isTestResult],
    [errors, isTestError],
    [notes, isText],
    [output, isTestOutput],
  ] as const;
  return lists.every(([list, fits]) => Array.isArray(list) && list.every(fits));
}
