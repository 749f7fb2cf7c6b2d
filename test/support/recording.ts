/**
 * What the binary answered in each test, one JSON line per invocation, appended to the file that `BROWSE_RECORD` names.
 * Two recordings of the same suite, made with two binaries, are compared by `tools/compare-answers.ts`.
 */
import { appendFileSync } from 'node:fs';
import { basename } from 'node:path';

/** One invocation. Text is as it was printed; what differs from run to run is left to the comparison. */
export type Recorded = {
  /** The test file's name, and the test in it that began the invocation. */
  readonly file: string;
  readonly test: string;
  /** Its place among the invocations of that file, in the order in which they began. */
  readonly at: number;
  readonly argv: readonly string[];
  /** An exit status, or the HTTP status of a request past the client; null when a signal ended it. */
  readonly exit: number | null;
  readonly signal: string | null;
  /** Of a failure that was printed as JSON. */
  readonly code: string | null;
  /** Keys and types of what was printed as JSON; null where it is no JSON. */
  readonly shape: string | null;
  /** First lines, cut. */
  readonly stdout: string;
  readonly stderr: string;
};

/** How an invocation ended. */
export type Ended = {
  readonly exit: number | null;
  readonly signal?: string | null;
  readonly stdout: string;
  readonly stderr?: string;
};

const FILE = process.env['BROWSE_RECORD'];
// Chaos runs the same rig outside of the test runner.
const state = FILE ? (await import('vitest')).expect.getState : () => ({});
const LONGEST = 400;
let begun = 0;

/** To be called where an invocation begins; the function that it returns, where that invocation has ended. */
export function record(argv: readonly string[]): (ended: Ended) => void {
  if (!FILE) return () => {};
  const { testPath = '', currentTestName = '' }: { testPath?: string; currentTestName?: string } = state();
  const at = (begun += 1);
  return ({ exit, signal = null, stdout, stderr = '' }) => {
    const values = parsed(stdout) ?? parsed(stderr);
    const line: Recorded = {
      file: basename(testPath),
      test: currentTestName,
      at,
      argv: argv.map((word) => word.slice(0, LONGEST)),
      exit,
      signal,
      code: values?.map(codeOf).find((code) => code !== null) ?? null,
      shape: values === null ? null : union(values.map(shapeOf)),
      stdout: firstLine(stdout),
      stderr: firstLine(stderr),
    };
    appendFileSync(FILE, `${JSON.stringify(line)}\n`);
  };
}

/** One JSON value, or one per line; null for anything else. A bare word or number may as well be text. */
function parsed(text: string): readonly unknown[] | null {
  if (!/^\s*[[{]/.test(text)) return null;
  for (const pieces of [[text], text.split('\n').filter((line) => line.trim() !== '')]) {
    try {
      return pieces.map((piece): unknown => JSON.parse(piece));
    } catch {
      // Several values, or text that begins with a bracket.
    }
  }
  return null;
}

function codeOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('error' in value)) return null;
  const { error } = value;
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** `{name:string,rows:[{id:number}|null]}`: an array has the shapes that its elements have, each once. */
export function shapeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${union(value.map(shapeOf))}]`;
  if (typeof value !== 'object') return typeof value;
  const keys = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}:${shapeOf(each)}`);
  return `{${keys.toSorted().join(',')}}`;
}

function union(shapes: readonly string[]): string {
  return [...new Set(shapes)].toSorted().join('|');
}

function firstLine(text: string): string {
  return (text.trimStart().split('\n', 1)[0] ?? '').slice(0, LONGEST);
}
