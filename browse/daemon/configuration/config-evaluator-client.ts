/**
 * The daemon's side of a configuration that is code: a fresh process for each look, so that nothing is stale and nothing of it
 * ever runs in the daemon. It gets no secrets, a deadline, and no more room than an answer needs.
 */
import { howEnded, lastLine, runBounded } from '../../adapters/node/bounded-run.ts';
import { program } from '../../adapters/node/program.ts';
import { oneLine } from '../../base/escape.ts';
import { variablesNamed } from '../../protocol/environment.ts';
import type { Exported } from '../../domain/messages/config.ts';

/** Milliseconds that it may take. */
const DEADLINE = 10_000;
/** Bytes of its result. */
const LARGEST = 256 * 1024;
const NAMES = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'USERPROFILE'];

export type Evaluated = { readonly value: unknown; readonly loaded: readonly string[] } | { readonly problem: string };

/** Evaluates `file` in the folder `root`. Never rejects: what goes wrong is told in words that name file and line. */
export async function evaluate(file: string, root: string, env: Readonly<Record<string, string | undefined>>): Promise<Evaluated> {
  const { file: executable, args } = program();
  const end = await runBounded({
    file: executable,
    args: [...args, '__config', file],
    cwd: root,
    env: variablesNamed(env, NAMES),
    timeout: DEADLINE,
    signal: new AbortController().signal,
    answer: 3,
    most: LARGEST,
  });
  const problem = (reason: string): Evaluated => ({ problem: oneLine(`${file}: ${reason}`) });
  if (end.trouble !== null) return problem(end.trouble);
  if (end.why === 'too much') return problem(`it exports more than ${LARGEST / 1024} KiB`);
  if (end.why === 'late') return problem(`it was not evaluated within ${DEADLINE} ms`);
  try {
    const said = JSON.parse(end.answer) as Exported;
    if ('value' in said) return said;
    const place = [said.file ?? file, said.line, said.column].filter((part) => part !== null).join(':');
    return { problem: oneLine(`${place}: ${said.problem}`) };
  } catch {
    const last = lastLine(end);
    return problem(`it ended ${howEnded(end)} before it had exported anything${last === '' ? '' : `; it said last: ${last}`}`);
  }
}
