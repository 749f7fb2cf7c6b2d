/** What the daemon and the process in which a project's own Playwright runs its specs say to each other. Plain data. */
import { isObject } from '../../base/json.ts';
import { isTestError, isTestOutput, isTestResult, isText } from '../../protocol/results.ts';
import type { TestError, TestOutput, TestResult } from '../../protocol/results.ts';

/** Of a run, told to every process that works for it. */
export type SpecPlace = {
  /** The caller's, for the files that his specs write. */
  readonly umask: number;
  /** The socket through which the warm browser is joined; null: this Playwright cannot, and starts one of its own. */
  readonly endpoint: string | null;
  /** What such a browser is, where Playwright has none of its own; null when none was found. */
  readonly executable: string | null;
  /** What tests begin with and where a path is relative to, unless their own configuration says so; null for nothing. */
  readonly storageState: string | null;
  readonly baseUrl: string | null;
  /** The tab that the tests are given instead of a fresh page each, as Playwright names it. */
  readonly tab: string | null;
};

/** Begin, with what came in by the command line: all of the caller's environment, and nothing of ours. */
export type SpecGo = SpecPlace & {
  readonly go: true;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Words for Playwright's own command line. */
  readonly argv: readonly string[];
};

/** The answer to a `look`. */
export type SpecLooked = { readonly looked: number };

export type SpecWord =
  /** All is loaded. */
  | { readonly kind: 'warm' }
  /** The files are loaded; so many tests are to be run. */
  | { readonly kind: 'begin'; readonly tests: number }
  /** What a test came to so far: the last word on each counts. */
  | { readonly kind: 'test'; readonly id: string; readonly result: TestResult }
  /** What the specs print. */
  | ({ readonly kind: 'output' } & TestOutput)
  | { readonly kind: 'error'; readonly error: TestError }
  /** What the caller should know. */
  | { readonly kind: 'note'; readonly text: string }
  /** A test has failed: what is on this page of the shared browser is to be written into that file, and `looked` to be answered. */
  | { readonly kind: 'look'; readonly id: number; readonly page: string; readonly file: string }
  | { readonly kind: 'end' };

const KINDS: readonly string[] = ['warm', 'begin', 'test', 'output', 'error', 'note', 'look', 'end'] satisfies readonly SpecWord['kind'][];

/** A word as it must be; null for anything else: somebody's code runs where it comes from. */
export function specWord(value: unknown): SpecWord | null {
  if (!isObject(value) || !isText(value['kind']) || !KINDS.includes(value['kind'])) return null;
  const word = value as unknown as SpecWord;
  switch (word.kind) {
    case 'warm':
    case 'end':
      return word;
    case 'begin':
      return Number.isSafeInteger(word.tests) ? word : null;
    case 'output':
      return isTestOutput(value) ? word : null;
    case 'note':
      return isText(word.text) ? word : null;
    case 'look':
      return Number.isSafeInteger(word.id) && isText(word.page) && isText(word.file) ? word : null;
    case 'error':
      return isTestError(word.error) ? word : null;
    case 'test':
      return isText(word.id) && isTestResult(word.result) ? word : null;
  }
}
