/** What a run of specs or unit tests prints: a line per test, what failed with its source, and the count. Shared by `run` and `test`. */
import { manyLines, oneLine } from '../base/escape.ts';
import { fail } from '../protocol/errors.ts';
import { countsOf } from '../protocol/results.ts';
import type { RunReport, TestError, TestOutcome, TestOutput, TestResult } from '../protocol/results.ts';

const MARKS: Readonly<Record<TestOutcome, string>> = {
  'passed': '✓',
  'flaky': '✓',
  'failed': '✗',
  'timed-out': '✗',
  'interrupted': '✗',
  'skipped': '-',
};
/** Lines of an error's message that are printed. */
const MESSAGE_LINES = 40;

/** Tests from which on a file that passed whole is one line. */
const MANY = 100;

/** The regular expression that a flag of `run` or `test` was given. Fails with `usage`. */
export function patternOf(command: 'run' | 'test', flag: string, pattern: string): string {
  try {
    return new RegExp(pattern).source;
  } catch {
    return fail('usage', { problem: `${flag} takes a regular expression, not ${JSON.stringify(pattern)}`, hint: `browse help ${command}` });
  }
}

/** As the caller would type it. */
const near = (file: string, cwd: string): string => (file.startsWith(`${cwd}/`) ? file.slice(cwd.length + 1) : file);

const seconds = (ms: number): string => (ms < 1000 ? `${Math.round(ms)}ms` : `${(ms / 1000).toFixed(1)}s`);

function placeOf({ file, line }: Pick<TestResult, 'file' | 'line'>, cwd: string): string {
  return oneLine(line === null ? near(file, cwd) : `${near(file, cwd)}:${line}`);
}

function testLine(test: TestResult, cwd: string): string {
  const { outcome, title, project, retries } = test;
  const said = [
    ...(outcome === 'failed' || outcome === 'passed' ? [] : [outcome]),
    ...(retries === 0 ? [] : [`${retries} ${retries === 1 ? 'retry' : 'retries'}`]),
    ...(outcome === 'skipped' ? [] : [seconds(test.durationMs)]),
  ];
  const name = oneLine([...(project === null ? [] : [`[${project}]`]), title.join(' › ')].join(' '));
  return `${MARKS[outcome]} ${placeOf(test, cwd)} ${name}${said.length === 0 ? '' : ` (${said.join(', ')})`}`;
}

/** A line per test; of very many, one per file of which all passed. */
function testLines(results: readonly TestResult[], cwd: string): readonly string[] {
  const files = Map.groupBy(results, ({ file, project }) => JSON.stringify([file, project]));
  const folded = results.length < MANY ? [] : [...files.values()].filter((tests) => tests.every(({ outcome }) => outcome === 'passed'));
  const whole = new Set(folded.flat());
  const first = new Map(folded.map((tests) => [tests[0], tests]));
  return results.flatMap((test) => {
    if (whole.has(test)) return first.has(test) ? [fileLine(test, first.get(test) ?? [], cwd)] : [];
    return [
      testLine(test, cwd),
      ...test.errors.flatMap((error) => errorLines(error, cwd)),
      ...test.attachments.map(({ name, path }) => `  [${oneLine(name)}: ${oneLine(path)}]`),
    ];
  });
}

/** `✓ cart.test.ts 12 passed (30ms)`. */
function fileLine({ file, project }: TestResult, tests: readonly TestResult[], cwd: string): string {
  const name = oneLine([near(file, cwd), ...(project === null ? [] : [`[${project}]`])].join(' '));
  return `${MARKS.passed} ${name} ${tests.length} passed (${seconds(tests.reduce((sum, { durationMs }) => sum + durationMs, 0))})`;
}

/** An error in lines, each two spaces in. Text of the caller's own sources and tests: control characters are escaped. */
export function errorLines({ message, at, source }: TestError, cwd: string): readonly string[] {
  const lines = message.split('\n');
  const shown = lines.length > MESSAGE_LINES ? [...lines.slice(0, MESSAGE_LINES), `... ${lines.length - MESSAGE_LINES} more lines`] : lines;
  return [
    ...shown,
    ...(at === null ? [] : [`at ${near(at.file, cwd)}:${at.line}:${at.column}`]),
    ...(source === null ? [] : source.split('\n')),
  ].map((line) => `  ${manyLines(line)}`.trimEnd());
}

/** What tests printed, under a line that says who: consecutive pieces of one test on one stream are one. */
function outputLines(output: readonly TestOutput[], cwd: string): readonly string[] {
  let before = '';
  return output.flatMap(({ file, title, stream, text }) => {
    const head = oneLine(
      [stream, file === null ? 'outside of any file' : near(file, cwd), title.join(' › ')].filter((part) => part !== '').join(' | '),
    );
    const lines = text.replace(/\n$/, '').split('\n');
    const heading = head === before ? [] : [head];
    before = head;
    return [...heading, ...lines.map((line) => `  ${manyLines(line)}`.trimEnd())];
  });
}

/** All of it; `cwd` shortens the names of files. */
export function reportText(report: RunReport, cwd: string): string {
  const { results, errors, notes, durationMs, output = [] } = report;
  const counts = countsOf(report).map(([outcome, count]) => `${count} ${outcome}`);
  if (errors.length > 0) counts.push(`${errors.length} ${errors.length === 1 ? 'error' : 'errors'} outside of tests`);
  return [
    ...testLines(results, cwd),
    ...errors.flatMap((error) => ['✗ outside of any test', ...errorLines(error, cwd)]),
    ...outputLines(output, cwd),
    ...notes.map(oneLine),
    `${counts.join(', ')} (${seconds(durationMs)})`,
  ].join('\n');
}
