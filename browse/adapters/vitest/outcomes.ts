/** What vitest knows of a run, as a report. Runs in the project's Node. */
import { readFileSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { fileURLToPath } from 'node:url';
import { linesAround } from '../../base/source.ts';
import type { SourcePlace } from '../../domain/unit-tests.ts';
import type { RunReport, TestError, TestOutcome, TestResult } from '../../protocol/results.ts';
import type { Task, Thrown, Vitest } from './surface.ts';

/** Characters of a line of source that are shown. */
const LINE_LIMIT = 200;
/** Characters of a message that are handed on. */
const MESSAGE_LIMIT = 20_000;

/** Every test of a file or a group. */
function testsOf(task: Task): readonly Task[] {
  return task.type === 'suite' ? (task.tasks ?? []).flatMap(testsOf) : [task];
}

/** The names of the groups that it is in, then its own. The file is no group. */
export function titleOf(task: Task): readonly string[] {
  return [...(task.suite === undefined ? [] : titleOf(task.suite)), task.name];
}

/** Whether a pattern asked for it, or it ran all the same. */
function wanted(task: Task, pattern: RegExp | null): boolean {
  return pattern === null || pattern.test(titleOf(task).join(' ')) || (task.mode !== 'skip' && task.mode !== 'todo');
}

function outcomeOf({ mode, result }: Task, errors: readonly TestError[]): TestOutcome {
  if (result?.state === 'pass') return (result.retryCount ?? 0) > 0 ? 'flaky' : 'passed';
  if (result?.state === 'fail') return errors.some(({ message }) => /Test timed out in \d+ms/.test(message)) ? 'timed-out' : 'failed';
  return mode === 'skip' || mode === 'todo' || result?.state === 'skip' || result?.state === 'todo' ? 'skipped' : 'interrupted';
}

function resultOf(task: Task, file: Task): TestResult {
  const errors = (task.result?.errors ?? []).map(errorOf);
  return {
    file: file.filepath ?? file.name,
    line: task.location?.line ?? null,
    title: titleOf(task),
    project: file.projectName === undefined || file.projectName === '' ? null : file.projectName,
    outcome: outcomeOf(task, errors),
    durationMs: Math.round((task.result?.duration ?? 0) * 10) / 10,
    retries: task.result?.retryCount ?? 0,
    errors,
    attachments: [],
  };
}

/** What failed in a file beside its tests: it does not load, has none, or a hook of a group failed. */
function around(task: Task, file: Task, root: string): readonly TestError[] {
  if (task.type !== 'suite') return [];
  const name = relative(root, file.filepath ?? file.name);
  const own = (task.result?.errors ?? []).map(errorOf).map((error) => ({ ...error, message: `${name}: ${error.message}` }));
  return [...own, ...(task.tasks ?? []).flatMap((each) => around(each, file, root))];
}

/** Files of a run that was cut of which not even the tests are known. */
function unread(files: readonly Task[], root: string): readonly TestError[] {
  return files
    .filter((file) => (file.tasks ?? []).length === 0 && (file.result?.errors ?? []).length === 0)
    .map((file) => ({
      message: `${relative(root, file.filepath ?? file.name)}: it had not been loaded to its end`,
      at: null,
      source: null,
    }));
}

/** The run's report; what has no result was not run to its end. */
export function outcomes(vitest: Vitest, pattern: RegExp | null, root: string, cut: boolean): Pick<RunReport, 'results' | 'errors'> {
  const files = vitest.state.getFiles();
  return {
    results: files.flatMap((file) =>
      testsOf(file)
        .filter((task) => task !== file && wanted(task, pattern))
        .map((task) => resultOf(task, file)),
    ),
    errors: [
      ...files.flatMap((file) => around(file, file, root)),
      ...(cut ? unread(files, root) : []),
      ...vitest.state.getUnhandledErrors().map(errorOf),
    ],
  };
}

/** An error with its place in the project's sources and the lines around that. */
export function errorOf(thrown: Thrown): TestError {
  const at = placeOf(thrown);
  return {
    message: messageOf(thrown),
    at: at === null || at.line === null ? null : { file: at.file, line: at.line, column: at.column ?? 1 },
    source: at === null || at.line === null ? null : sourceAt(at.file, at.line),
  };
}

/** In words, without colours. */
export function messageOf({ name, message, diff, stack }: Thrown): string {
  const said = message ?? stack ?? 'an error without a message';
  const named = name === undefined || name === '' || said.startsWith(name) ? said : `${name}: ${said}`;
  const text = stripVTControlCharacters(diff === undefined || diff === '' ? named : `${named}\n\n${diff}`);
  return text.length > MESSAGE_LIMIT ? `${text.slice(0, MESSAGE_LIMIT)}…` : text;
}

/** Why a config cannot be read, and where; a bundler's own words about each of its errors say more than those about all. */
export function configFailure(thrown: Thrown, root: string): { readonly message: string; readonly at: SourcePlace | null } {
  const [first] = thrown.errors ?? [];
  const place = first?.location ?? first?.loc;
  const [headline = ''] = stripVTControlCharacters(first?.text ?? first?.message ?? '')
    .trim()
    .split('\n');
  const message = headline === '' ? messageOf(thrown) : headline;
  const said = / (\S+?\.[cm]?[jt]sx?):(\d+):(\d+)/.exec(stripVTControlCharacters(first?.message ?? ''));
  if (place?.file !== undefined) return { message, at: { file: resolve(root, bare(place.file)), line: place.line, column: place.column } };
  if (said !== null) return { message, at: { file: resolve(root, said[1] ?? ''), line: Number(said[2]), column: Number(said[3]) } };
  return { message, at: placeOf(thrown) };
}

/** Where it happened: as the bundler says, else the first line of its stack in a file of the project. */
export function placeOf({ loc, id, stack }: Thrown): SourcePlace | null {
  const file = loc?.file ?? id;
  if (loc !== undefined && file !== undefined && isAbsolute(file)) return { file: bare(file), line: loc.line, column: loc.column };
  for (const line of (stack ?? '').split('\n')) {
    const found = /(?:\(|at (?:async )?|@)((?:file:\/\/)?\/[^()]*?):(\d+):(\d+)\)?\s*$/.exec(line);
    if (found === null) continue;
    const [, path = '', row, column] = found;
    if (path.includes('/node_modules/') || path.includes('node:internal') || bare(path) === process.argv[1]) continue;
    return { file: bare(path), line: Number(row), column: Number(column) };
  }
  return null;
}

/** A path without what vite puts around it. */
function bare(path: string): string {
  const local = path.startsWith('file://') ? fileURLToPath(path) : path;
  return local.replace(/^\/@fs\//, '/').replace(/\?.*$/, '');
}

function sourceAt(file: string, line: number): string | null {
  try {
    const lines = readFileSync(file, 'utf8').split('\n');
    return linesAround(
      lines.map((text) => text.slice(0, LINE_LIMIT)),
      line,
    );
  } catch {
    return null;
  }
}
