/** A project's unit tests in a warm worker: what is asked of it, and what it says. Its code is `adapters/vitest`. */
import { isObject } from '../base/json.ts';
import { isRunReport, isText } from '../protocol/results.ts';
import type { RunReport } from '../protocol/results.ts';
import type { TimeLimit } from './ports/machine.ts';

/** A place in the caller's sources. */
export type SourcePlace = { readonly file: string; readonly line: number | null; readonly column: number | null };

/** Why a worker does not run tests. */
export type TestRefusal =
  | { readonly why: 'too-old'; readonly version: string; readonly least: string }
  | { readonly why: 'config'; readonly message: string; readonly at: SourcePlace | null };

/** What a worker is told. */
export type TestAsk =
  | {
      readonly kind: 'run';
      /** Paths or parts of them, as vitest takes them; none: every test file. */
      readonly files: readonly string[];
      /** A regular expression over the full names of tests. */
      readonly pattern: string | null;
      /** Variables that may differ from run to run; null removes. */
      readonly env: Readonly<Record<string, string | null>>;
    }
  /** Stop soon, and tell how far it came. A test that does not end is left to whoever ends the worker. */
  | { readonly kind: 'cut'; readonly withinMs: number };

/** What a worker says. */
export type TestWord =
  | { readonly kind: 'ready'; readonly version: string }
  | { readonly kind: 'refused'; readonly refusal: TestRefusal }
  /** Nothing was run: this worker read something that has changed since, and cannot read it again. */
  | { readonly kind: 'stale'; readonly reason: string }
  | { readonly kind: 'none'; readonly of: 'files' | 'tests'; readonly files: number }
  | {
      readonly kind: 'report';
      readonly report: RunReport;
      /** Why it should do no further run; null when it may. */
      readonly spent: string | null;
    };

const isNumber = (value: unknown): boolean => value === null || typeof value === 'number';

function isRefusal(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { why, version, least, message, at } = value;
  if (why === 'too-old') return isText(version) && isText(least);
  const placed = at === null || (isObject(at) && isText(at['file']) && isNumber(at['line']) && isNumber(at['column']));
  return why === 'config' && isText(message) && placed;
}

/** A word as it must be; null for anything else: somebody's code runs where it comes from. */
export function testWord(value: unknown): TestWord | null {
  if (!isObject(value)) return null;
  const { kind, version, refusal, reason, of, files, report, spent } = value;
  const fits =
    (kind === 'ready' && isText(version)) ||
    (kind === 'refused' && isRefusal(refusal)) ||
    (kind === 'stale' && isText(reason)) ||
    (kind === 'none' && (of === 'files' || of === 'tests') && typeof files === 'number') ||
    (kind === 'report' && isRunReport(report) && (spent === null || isText(spent)));
  return fits ? (value as TestWord) : null;
}

/** What a caller asks for. */
export type TestRequest = {
  /** Absolute: where the project is looked for; null: the caller's folder. */
  readonly from: string | null;
  /** Absolute; null: the one that vitest finds. */
  readonly config: string | null;
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  readonly pattern: string | null;
};

export interface UnitTests {
  /**
   * Runs them in the project's own vitest. Fails with `tests-missing`, `tests-node`, `tests-old`, `tests-config`, `tests-none`,
   * `tests-ended`, `interrupted`. At the end of the bound's time the report says what was left.
   */
  run(request: TestRequest, bound: TimeLimit): Promise<RunReport>;
}
