/**
 * The daemon's side of a configuration that is code: a fresh process for each look, so that nothing is stale and nothing of it
 * ever runs in the daemon. It gets no secrets, a deadline, and no more room than an answer needs.
 */
import { spawn } from 'node:child_process';
import { program } from '../adapters/node/program.ts';
import { oneLine } from '../base/escape.ts';
import type { Exported } from './evaluate.ts';

/** Milliseconds that it may take. */
const DEADLINE = 10_000;
/** Bytes of its result, and how much of what it prints is kept for an error. */
const LARGEST = 256 * 1024;
const KEPT = 4096;
const NAMES = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'USERPROFILE'];

export type Evaluated = { readonly value: unknown; readonly loaded: readonly string[] } | { readonly problem: string };

/** Evaluates `file` in the folder `root`. Never rejects: what goes wrong is told in words that name file and line. */
export async function evaluate(
  file: string,
  root: string,
  env: Readonly<Record<string, string | undefined>>,
  deadline = DEADLINE,
): Promise<Evaluated> {
  const { file: executable, args } = program();
  const allowed = Object.fromEntries(NAMES.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
  const child = spawn(executable, [...args, '__config', file], {
    cwd: root,
    env: allowed,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    // A group of its own: what it starts ends with it.
    detached: true,
  });
  const end = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Nothing is left of it.
    }
  };
  let [result, printed, large, late] = ['', '', false, false];
  const printing = (text: string): void => void (printed = (printed + text).slice(-KEPT));
  child.stdout?.setEncoding('utf8').on('data', printing);
  child.stderr?.setEncoding('utf8').on('data', printing);
  const answer = child.stdio[3] as NodeJS.ReadableStream;
  answer.setEncoding('utf8').on('data', (text: string) => {
    result += text;
    large = result.length > LARGEST;
    if (large) end();
  });
  answer.on('error', () => {});
  const timer = setTimeout(() => {
    late = true;
    end();
  }, deadline);
  const ended = await new Promise<{ readonly status: number | null; readonly signal: string | null; readonly error?: Error }>((resolve) => {
    child.once('error', (error) => resolve({ status: null, signal: null, error }));
    // Its pipes may be held open by what it started.
    child.once('exit', () => end());
    child.once('close', (status, signal) => resolve({ status, signal }));
  });
  clearTimeout(timer);
  if (ended.error) return { problem: `${file}: ${ended.error.message}` };
  if (large) return { problem: `${file}: it exports more than ${LARGEST / 1024} KiB` };
  if (late) return { problem: `${file}: it was not evaluated within ${deadline} ms` };
  try {
    const said = JSON.parse(result) as Exported;
    if ('value' in said) return said;
    const place = [said.file ?? file, said.line, said.column].filter((part) => part !== null).join(':');
    return { problem: oneLine(`${place}: ${said.problem}`) };
  } catch {
    const how = ended.signal === null ? `with status ${ended.status}` : `by ${ended.signal}`;
    const last = printed.trim().split('\n').at(-1) ?? '';
    return { problem: oneLine(`${file}: it ended ${how} before it had exported anything${last === '' ? '' : `; it said last: ${last}`}`) };
  }
}
