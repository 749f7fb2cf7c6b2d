/** The binary on adversarial pages: printed lines as data, and what reached the page. */
import { expect } from 'vitest';
import type { PageState } from './adversary.ts';
import type { Cli, Run } from './cli.ts';

/** A printed line: `@e3 [button] "Delete"`. */
export type Line = { readonly ref: string; readonly role: string; readonly name: string; readonly depth: number; readonly text: string };

/** The lines of a snapshot that carry a ref, in print order. */
export function printed(text: string): readonly Line[] {
  return text.split('\n').flatMap((line) => {
    const found = /^( *)(@e\d+) \[([^\]]+)\](?: ("(?:[^"\\]|\\.)*"))?/.exec(line);
    if (found === null) return [];
    const [, indent = '', ref = '', role = '', name = '""'] = found;
    return [{ ref, role, name: String(JSON.parse(name)), depth: indent.length / 2, text: line.trim() }];
  });
}

/** Takes a snapshot with these flags. */
export async function snapshot(shell: Cli, ...flags: readonly string[]): Promise<readonly Line[]> {
  return printed(await shell.ok('snapshot', ...flags));
}

/** The ref of a line, looked up by what it says; `nth` counts from 0. */
export function refOf(lines: readonly Line[], role: string, name: string, nth = 0): string {
  const found = lines.filter((line) => line.role === role && line.name === name)[nth];
  if (found === undefined) throw new Error(`no ${role} ${JSON.stringify(name)} (${nth}) in\n${lines.map(({ text }) => text).join('\n')}`);
  return found.ref;
}

/** What reached the page of a tab and what its fields hold. */
export async function stateOf(shell: Cli, ...flags: readonly string[]): Promise<PageState> {
  return JSON.parse(await shell.ok('js', ...flags, 'ledger.state()')) as PageState;
}

/** Opens a page of test/pages/adversarial in the current tab, with nothing recorded. */
export async function openPage(shell: Cli, address: string): Promise<void> {
  await shell.ok('goto', address);
  await shell.ok('js', 'ledger.clear(); 1');
}

/** Fails unless the run ended with exit status 3 and this sentence, and nothing went to stdout. */
export function mustBeGone(run: Run, sentence: RegExp): void {
  expect({ exit: run.exit, stdout: run.stdout, stderr: run.stderr }, String(run)).toEqual({
    exit: 3,
    stdout: '',
    stderr: expect.stringMatching(sentence),
  });
}
