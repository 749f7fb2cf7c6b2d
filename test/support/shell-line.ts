/** A line of the shell in which `"$0"` is the binary: redirections, pipes, loops and umasks around it. */
import { spawnSync } from 'node:child_process';
import type { Cli } from './cli.ts';
import { record } from './recording.ts';

/** Runs it to the end, within `limit` milliseconds. `via` is put before the shell, as `unshare --mount` is. */
export function shellLine(
  shell: Cli,
  line: string,
  {
    limit = 60_000,
    via = [],
    args = [],
  }: { readonly limit?: number; readonly via?: readonly string[]; readonly args?: readonly string[] } = {},
): { readonly exit: number | null; readonly stdout: string; readonly stderr: string } {
  const ended = record(['bash', line]);
  const [program = 'bash', ...words] = [...via, 'bash', '-c', line, shell.binary, ...args];
  const { status, stdout, stderr } = spawnSync(program, words, { cwd: shell.cwd, env: shell.env, encoding: 'utf8', timeout: limit });
  ended({ exit: status, stdout, stderr });
  return { exit: status, stdout, stderr };
}
