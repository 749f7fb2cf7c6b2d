/** What a run of specs or of unit tests came to. Plain data: `browse run --json` and `browse test --json` print it. */

export type TestOutcome = 'passed' | 'failed' | 'timed-out' | 'skipped' | 'flaky' | 'interrupted';

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

/** Whether nothing failed. A run without a test is no success: whoever runs one reports that before. */
export function succeeded({ results, errors }: RunReport): boolean {
  return errors.length === 0 && results.every(({ outcome }) => outcome === 'passed' || outcome === 'skipped' || outcome === 'flaky');
}

/** How many tests came to what, in the order of printing. */
export function countsOf({ results }: RunReport): readonly (readonly [TestOutcome, number])[] {
  const order: readonly TestOutcome[] = ['passed', 'flaky', 'failed', 'timed-out', 'interrupted', 'skipped'];
  return order
    .map((outcome) => [outcome, results.filter((each) => each.outcome === outcome).length] as const)
    .filter(([, count]) => count > 0);
}
