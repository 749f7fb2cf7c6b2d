/** A user of this machine who is not root: commands typed by him, with files of his own. */
import { execFile } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, linkSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Cli, Run } from './cli.ts';

/** Nobody's number on any system. */
const UID = 61_731;

export type User = {
  readonly uid: number;
  /** Types a command line. */
  run(argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<Run>;
  /** Runs any other program. */
  execute(file: string, args: readonly string[]): Promise<number>;
};

/** Root lends his rights away; whoever else runs the tests is such a user already. The shell's folder becomes that user's. */
export function ordinaryUser(shell: Cli): User {
  const own = process.getuid?.() ?? 0;
  const uid = own === 0 ? UID : own;
  const prefix = own === 0 ? ['setpriv', `--reuid=${UID}`, `--regid=${UID}`, '--clear-groups'] : ['env'];
  const binary = join(shell.root, 'browse');
  try {
    linkSync(shell.binary, binary);
  } catch {
    copyFileSync(shell.binary, binary);
  }
  chmodSync(binary, 0o755);
  if (own === 0) for (const path of ['', ...readdirSync(shell.root)]) if (path !== 'browse') chownSync(join(shell.root, path), UID, UID);
  const [file = 'env', ...words] = prefix;
  return {
    uid,
    run: (argv, env = {}) => shell.run([...words, binary, ...argv], { binary: file, env }),
    execute: (program, args) =>
      new Promise((resolve) => {
        execFile(file, [...words, program, ...args], (error) => resolve(error === null ? 0 : Number(error.code ?? 1)));
      }),
  };
}
