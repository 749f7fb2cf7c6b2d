/**
 * A task at an application: command lines of `browse`, one after the other, and what the page must hold in the end. A word
 * `<role "name" rest>` stands for the ref of the one line of the snapshot that begins so and contains the rest.
 */
import { expect } from 'vitest';
import type { Cli } from '../../support/cli.ts';
import { eventually } from '../../support/processes.ts';
import { js, open, said, shown, type Shown } from './looks.ts';

export type Task = {
  readonly what: string;
  /** Command lines; a string is cut at blanks, a list is taken word by word. */
  readonly steps: readonly (string | readonly string[])[];
  /** All refs are those that were there before the first step. */
  readonly once?: true;
  /** An expression in the page, and its value when the task is done. */
  readonly js: string;
  readonly is: unknown;
};

/** The lines that a word may mean. */
function among(lines: readonly Shown[], wanted: string): readonly Shown[] {
  const [, role = '', name, rest = ''] = /^([\w-]*) *("(?:[^"\\]|\\.)*")? *(.*)$/.exec(wanted) ?? [];
  return lines.filter(
    (each) => (role === '' || each.role === role) && (name === undefined || each.name === JSON.parse(name)) && each.line.includes(rest),
  );
}

/** The ref that a word means: under `-i`, as agents look, and where nothing there is meant, in the whole tree. */
async function refOf(shell: Cli, wanted: string): Promise<string> {
  const acting = await shown(shell, '-i');
  let found = among(acting, wanted);
  if (found.length === 0) found = among(await shown(shell), wanted);
  const [only, second] = found;
  if (only === undefined || second !== undefined) {
    const lines = (only === undefined ? acting : found).map(({ line }) => line).join('\n');
    throw new Error(`${found.length} lines are <${wanted}>:\n${lines}`);
  }
  return only.ref;
}

/** The words of a step with refs in place of what stands for them. */
async function argvOf(shell: Cli, step: Task['steps'][number]): Promise<readonly string[]> {
  const argv: string[] = [];
  for (const word of typeof step === 'string' ? step.split(/ (?![^<]*>)/) : step)
    argv.push(/^<.*>$/.test(word) ? await refOf(shell, word.slice(1, -1)) : word);
  return argv;
}

/** Does a task on the page at `url` as it is when opened. */
export async function perform(shell: Cli, url: string, task: Task): Promise<void> {
  await open(shell, url);
  const report: string[] = [];
  const first = new Map<Task['steps'][number], readonly string[]>();
  if (task.once === true) for (const step of task.steps) first.set(step, await argvOf(shell, step));
  for (const step of task.steps) {
    const argv = first.get(step) ?? (await argvOf(shell, step));
    const run = await shell.run(argv);
    report.push(`$ browse ${argv.join(' ')}\n  ${said(run)}`);
    expect(run.exit, report.join('\n')).toBe(0);
  }
  let last: unknown;
  const done = async (): Promise<boolean> => {
    last = await js(shell, task.js);
    return JSON.stringify(last) === JSON.stringify(task.is);
  };
  try {
    await eventually(task.what, done, 2_000);
  } catch {
    expect(last, report.join('\n')).toEqual(task.is);
  }
}
