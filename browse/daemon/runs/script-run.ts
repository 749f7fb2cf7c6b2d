/** One run of a script: its process, told what to do, heard, and what came of it. */
import { readFileSync } from 'node:fs';
import { program } from '../../adapters/node/program.ts';
import { linesAround } from '../../base/source.ts';
import type { ScriptRan, ScriptRequest } from '../../domain/runs.ts';
import { howEnded } from '../../domain/workers.ts';
import type { Workers } from '../../domain/workers.ts';
import { BrowseError, fail } from '../../protocol/errors.ts';
import type { TestError } from '../../protocol/results.ts';
import { scriptWord } from '../../domain/messages/script.ts';
import type { ScriptGo, ScriptWord } from '../../domain/messages/script.ts';
import type { Run } from './run-registry.ts';
import { SpecReport } from './spec-report.ts';

/** Fails with `run-broken`. */
export async function runScript(run: Run, request: ScriptRequest, workers: Workers): Promise<ScriptRan> {
  const { file, args, cwd, umask, tab } = request;
  const endpoint = await request.share();
  const { file: own, args: before } = program();
  // It would make our program another one.
  const { BUN_BE_BUN: _, ...env } = request.env;
  const worker = workers.start({ file: own, args: [...before, '__script'], cwd, env });
  run.worker = worker;
  const printed = new SpecReport();
  const said: ScriptWord[] = [];
  worker.onMessage((message) => {
    const word = scriptWord(message);
    if (word !== null && said.length === 0) said.push(word);
  });
  worker.onOutput((stream, text) => printed.print({ file: null, title: [], stream, text }));
  worker.tell({ go: true, file, args, umask, endpoint, tab: tab.guestName() } satisfies ScriptGo);
  const ended = await Promise.race([worker.ended, run.stopped]);
  const { output = [], notes } = printed.report(run.ms);
  const [word] = said;
  const told = { output, notes };
  if (ended instanceof BrowseError) return { ...told, value: null, error: null, stopped: ended.body() };
  if (word?.kind === 'threw') return { ...told, value: null, error: errorOf(word, file), stopped: null };
  if (ended.code === 0) return { ...told, value: word?.value ?? null, error: null, stopped: null };
  const reason = howEnded(ended);
  if (output.length === 0) return fail('run-broken', { file, reason });
  return { ...told, value: null, error: null, stopped: new BrowseError('run-broken', { file, reason }).body() };
}

/** Where in the caller's files it was thrown, with the lines around it. */
function errorOf({ message, stack }: Extract<ScriptWord, { kind: 'threw' }>, file: string): TestError {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  const frames = [...stack.matchAll(/(\/[^\s():]+):(\d+):(\d+)/g)].map(([, path = '', line, column]) => ({
    file: path,
    line: Number(line),
    column: Number(column),
  }));
  const at = frames.find((frame) => frame.file.startsWith(folder)) ?? null;
  return { message, at, source: at === null ? null : sourceAround(at.file, at.line) };
}

function sourceAround(file: string, line: number): string | null {
  try {
    return linesAround(readFileSync(file, 'utf8').split('\n'), line);
  } catch {
    return null;
  }
}
