/** A user of this machine who is not root: commands typed by that user, with files of the user's own. */
import { execFile } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, linkSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Cli, Run, Running } from './cli.ts';

/** No account of any system has this number. */
const UID = 61_731;

/** How a command line is typed; everything has a default. */
export type Typed = {
  readonly env?: Readonly<Record<string, string>>;
  /** Another build, which this user may run. */
  readonly binary?: string;
  /** Limits in the words of `prlimit`, such as `--nofile=12`. */
  readonly limits?: string;
};

export type User = {
  readonly uid: number;
  /** Types a command line. */
  run(argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<Run>;
  /** Types one and does not wait. */
  start(argv: readonly string[], how?: Typed): Running;
  /** Runs any other program. */
  execute(file: string, args: readonly string[]): Promise<number>;
};

/** Root becomes another user; without root, the tests run as such a user already. The shell's folder becomes that user's. */
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
  const start = (argv: readonly string[], how: Typed = {}): Running => {
    const line = [how.binary ?? binary, ...argv];
    const limited = how.limits === undefined ? line : ['prlimit', how.limits, ...line];
    return shell.start([...words, ...limited], { binary: file, env: how.env ?? {} });
  };
  return {
    uid,
    run: (argv, env = {}) => start(argv, { env }).done,
    start,
    execute: (program, args) =>
      new Promise((resolve) => {
        execFile(file, [...words, program, ...args], (error) => resolve(error === null ? 0 : Number(error.code ?? 1)));
      }),
  };
}
