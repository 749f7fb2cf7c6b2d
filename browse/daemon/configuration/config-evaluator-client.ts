/**
 * The daemon's side of a configuration that is code: a fresh process for each look, so that nothing is stale and nothing of it
 * ever runs in the daemon. It gets a private copy of the files that were read and trusted, no secrets, a deadline, and no more room
 * than an answer needs. What changes in the project meanwhile is not what runs.
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { howEnded, lastLine, runBounded } from '../../adapters/node/children/bounded-run.ts';
import { writeCopy } from '../../adapters/node/module-files.ts';
import type { ModuleFiles } from '../../adapters/node/module-files.ts';
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

/** A configuration as files: the first is the one that exports it. `temp`: a folder of ours for the copy. */
export type Evaluation = {
  readonly modules: ModuleFiles;
  readonly root: string;
  readonly temp: string;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** Evaluates it in the folder `root`. Never rejects: what goes wrong is told in words that name file and line. */
export async function evaluate(asked: Evaluation): Promise<Evaluated> {
  const file = asked.modules.files[0]?.path ?? '';
  let copy: string | null = null;
  try {
    copy = mkdtempSync(join(realpathSync(asked.temp), 'c-'));
    writeCopy(copy, asked.modules);
    return await evaluateCopy(copy, file, asked);
  } catch (error) {
    return { problem: oneLine(`${file}: ${error instanceof Error ? error.message : String(error)}`) };
  } finally {
    if (copy !== null) rmSync(copy, { recursive: true, force: true });
  }
}

async function evaluateCopy(copy: string, file: string, { root, env }: Evaluation): Promise<Evaluated> {
  const { file: executable, args } = program();
  const end = await runBounded({
    file: executable,
    args: [...args, '__config', copy + file, copy],
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
  // Paths in the copy are those of the project behind it, whatever says them.
  const known = (text: string): string => text.replaceAll(copy, '');
  try {
    const said = JSON.parse(known(end.answer)) as Exported;
    if ('value' in said) return said;
    const place = [said.file ?? file, said.line, said.column].filter((part) => part !== null).join(':');
    return { problem: oneLine(`${place}: ${said.problem}`) };
  } catch {
    const last = known(lastLine(end));
    return problem(`it ended ${howEnded(end)} before it had exported anything${last === '' ? '' : `; it said last: ${last}`}`);
  }
}
