/**
 * Where the tools are measured: a folder of this run with a home, a state folder and a bare environment, the one Chromium
 * that all of them start, and the one way a command line is timed. Ends what was started in it.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findExecutables } from '../browse/adapters/playwright/launch/executables.ts';
import { end, processesOf } from '../test/support/processes.ts';

/** The checkout, without a slash at the end. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/** What one command line did. */
export type Sample = { readonly ms: number; readonly stdout: string };

/** Whoever runs a tool: with a home, a temporary and a working folder, and a bare environment. */
export type User = {
  readonly folder: string;
  /** Runs a program to its end, all output read. Throws with what it printed unless it exits with 0. */
  run(program: readonly string[]): Sample;
  /** Waits until nothing of this user runs any more; ends what is left after `ms`. */
  quiet(ms: number): Promise<void>;
};

export type Ground = AsyncDisposable & {
  /** Holds everything of this run. */
  readonly folder: string;
  readonly chromium: string;
  /** Whether Chromium's own sandbox can be on: it cannot for root. */
  readonly sandbox: boolean;
  /** A user of their own within this run. */
  user(name: string, variables?: Readonly<Record<string, string>>): User;
};

/** Makes one; fails when no browser is installed. */
export function prepareGround(): Ground {
  const chromium = findExecutables(true, process.env).found[0]?.path;
  if (chromium === undefined) throw new Error('no browser is installed. Run: ./setup');
  const folder = mkdtempSync(join(tmpdir(), 'bb-'));
  return {
    folder,
    chromium,
    sandbox: process.getuid?.() !== 0,
    user: (name, variables = {}) => makeUser(join(folder, name), variables),
    [Symbol.asyncDispose]: async () => {
      await quiet(folder, 5_000);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function makeUser(folder: string, variables: Readonly<Record<string, string>>): User {
  for (const name of ['home', 'temp', 'work']) mkdirSync(join(folder, name), { recursive: true });
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: join(folder, 'home'),
    TMPDIR: join(folder, 'temp'),
    LANG: 'C.UTF-8',
    ...variables,
  };
  return {
    folder,
    run: (program) => {
      const started = performance.now();
      const done = Bun.spawnSync([...program], { cwd: join(folder, 'work'), env, stdio: ['ignore', 'pipe', 'pipe'] });
      const ms = performance.now() - started;
      const stdout = done.stdout.toString();
      if (!done.success) throw new Error(`${program.join(' ')} ended with ${done.exitCode}:\n${stdout}${done.stderr.toString()}`);
      return { ms, stdout };
    },
    quiet: (ms) => quiet(folder, ms),
  };
}

/** Waits for the processes that name this folder, and their children. */
async function quiet(folder: string, ms: number): Promise<void> {
  const deadline = performance.now() + ms;
  for (let left = processesOf(folder); left.length > 0; left = processesOf(folder)) {
    if (performance.now() > deadline) for (const seen of left) end(seen);
    await Bun.sleep(10);
  }
}
