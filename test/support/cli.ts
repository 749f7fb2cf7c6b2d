/**
 * The compiled binary, as a user runs it: in a folder of its own, with a state folder of its own and a bare environment.
 * What it started is ended when the test ends, and what it should not have left fails the test.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DaemonRecord } from '../../browse/protocol/record.ts';
import { alive, end, eventually, look, processesOf, type Seen } from './processes.ts';
import { record as recordAnswer } from './recording.ts';

/** What one command line did. `String(run)` is the block that a failed test prints. */
export type Run = {
  readonly argv: readonly string[];
  /** Null when a signal ended it. */
  readonly exit: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
  toString(): string;
};

/** A command line on its way. */
export type Running = {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly done: Promise<Run>;
  /** What it printed so far. */
  output(): string;
};

/** How one command line is run; everything has a default. */
export type RunOptions = {
  readonly cwd?: string;
  /** Added to the bare environment; undefined removes. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
  /** Milliseconds after which the client itself is killed and `exit` is null. */
  readonly limit?: number;
  /** Another build of the binary. */
  readonly binary?: string;
};

/** A user with a state folder, a working folder and the binary. */
export type Cli = AsyncDisposable & {
  /** Holds all the others. */
  readonly root: string;
  /** BROWSE_HOME. */
  readonly home: string;
  readonly cwd: string;
  /** HOME. */
  readonly account: string;
  readonly env: Readonly<Record<string, string>>;
  readonly binary: string;
  /** Runs to the end, whatever the exit status. */
  run(argv: readonly string[], options?: RunOptions): Promise<Run>;
  /** Runs to the end; any exit status but 0 throws with the block. Gives stdout without its last line break. */
  ok(...argv: string[]): Promise<string>;
  /** `ok` with `--json`, parsed. */
  json<T = Record<string, unknown>>(...argv: string[]): Promise<T>;
  /** Does not wait. */
  start(argv: readonly string[], options?: RunOptions): Running;
  /** The daemon's record as it is on disk; null without one. */
  record(): DaemonRecord | null;
  /** Every process of this user: the daemon, its browser, clients. */
  processes(): readonly Seen[];
  /** Stops the daemon and fails unless every process and every file of a running daemon is gone. */
  stop(): Promise<void>;
};

/** The binary under test: `BROWSE_TEST_BINARY`, set by the global setup of the e2e project. */
export function binaryUnderTest(): string {
  const binary = process.env['BROWSE_TEST_BINARY'];
  if (binary === undefined) throw new Error('BROWSE_TEST_BINARY is not set: only the e2e project runs the binary');
  return binary;
}

/** A fresh user. `options.env` goes into the environment of all its commands. */
export function cli(options: { readonly env?: Readonly<Record<string, string>>; readonly binary?: string } = {}): Cli {
  const binary = options.binary ?? binaryUnderTest();
  const root = mkdtempSync(join(tmpdir(), 'bt-'));
  const [home, cwd, temp, account] = ['state', 'work', 'temp', 'account'].map((name) => join(root, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const folder of [cwd, temp, account]) mkdirSync(folder);
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: account,
    TMPDIR: temp,
    LANG: 'C.UTF-8',
    BROWSE_HOME: home,
    ...options.env,
  };
  const children = new Set<ChildProcess>();

  const start = (argv: readonly string[], how: RunOptions = {}): Running => {
    const merged = Object.fromEntries(Object.entries({ ...env, ...how.env }).filter(([, value]) => value !== undefined));
    const started = performance.now();
    const ended = recordAnswer(argv);
    const child = spawn(how.binary ?? binary, argv, {
      cwd: how.cwd ?? cwd,
      env: merged,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    children.add(child);
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    // A command that reads no stdin may end before it is written.
    child.stdin.on('error', () => {});
    child.stdin.end(how.stdin ?? '');
    const limit = setTimeout(() => child.kill('SIGKILL'), how.limit ?? 60_000);
    const done = new Promise<Run>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (exit, signal) => {
        clearTimeout(limit);
        children.delete(child);
        const ms = performance.now() - started;
        ended({ exit, signal, stdout, stderr });
        const toString = (): string =>
          `$ browse ${argv.join(' ')}\nexit ${exit ?? signal}, ${ms.toFixed(0)} ms\n--- stdout\n${stdout}--- stderr\n${stderr}---`;
        resolve({ argv, exit, signal, stdout, stderr, ms, toString });
      });
    });
    return { child, pid: child.pid ?? -1, done, output: () => stdout + stderr };
  };

  const run = (argv: readonly string[], how?: RunOptions): Promise<Run> => start(argv, how).done;

  const record = (): DaemonRecord | null => {
    try {
      return JSON.parse(readFileSync(join(home, 'run/daemon.json'), 'utf8')) as DaemonRecord;
    } catch {
      return null;
    }
  };

  const processes = (): readonly Seen[] => processesOf(root);

  const stop = async (): Promise<void> => {
    const before = processes();
    const result = await run(['stop'], { limit: 20_000 });
    if (result.exit !== 0) throw new Error(`the daemon did not stop\n${String(result)}\n${logEnd(home)}`);
    const left = await leftBy(home, [...before, ...processes()]);
    if (left.length > 0) throw new Error(`left behind after stop:\n${left.join('\n')}\n${logEnd(home)}`);
  };

  const dispose = async (): Promise<void> => {
    for (const child of children) child.kill('SIGKILL');
    const problems: string[] = [];
    try {
      if (record() !== null || processes().length > 0) await stop();
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
    const left = await gone(processes());
    if (left.length > 0) problems.push(`had to be killed:\n${left.map(describe).join('\n')}`);
    for (const seen of left) end(seen);
    await gone(left);
    rmSync(root, { recursive: true, force: true });
    if (problems.length > 0) throw new Error(problems.join('\n'));
  };

  return {
    root,
    home,
    cwd,
    account,
    env,
    binary,
    run,
    ...succeeding(run),
    start,
    record,
    processes,
    stop,
    [Symbol.asyncDispose]: dispose,
  };
}

/** The ways of running that throw where `run` tells of a failure. */
export function succeeding(run: Cli['run']): Pick<Cli, 'ok' | 'json'> {
  const ok = async (...argv: string[]): Promise<string> => {
    const result = await run(argv);
    if (result.exit !== 0) throw new Error(`expected exit status 0\n${String(result)}`);
    return result.stdout.replace(/\n$/, '');
  };
  return { ok, json: async <T>(...argv: string[]): Promise<T> => JSON.parse(await ok(...argv, '--json')) as T };
}

/** What a daemon that was stopped has left, in words: of these processes, and of the files that only a running one may have. */
export async function leftBy(home: string, watched: readonly Seen[]): Promise<readonly string[]> {
  const processes = await gone(watched);
  return [...processes.map(describe), ...remains(home).map(tree)];
}

/** Those that still run when the machine had time to end them. */
async function gone(watched: readonly Seen[]): Promise<readonly Seen[]> {
  const left = (): readonly Seen[] => watched.filter(alive);
  try {
    await eventually('the processes to end', () => left().length === 0, 3_000);
    return [];
  } catch {
    return left();
  }
}

/** What the daemon said last. */
function logEnd(home: string): string {
  const path = join(home, 'daemon.log');
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(-8).join('\n') : 'it has no log';
}

/** Files that only a running daemon may have. */
function remains(home: string): readonly string[] {
  const inside = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []);
  const running = inside(join(home, 'run')).filter((path) => /daemon\.json$|\.sock$|\.lock$/.test(path));
  return [...running, ...inside(join(home, 'tmp'))];
}

/** A path, and what is in it. */
function tree(path: string): string {
  const inside = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(path, { recursive: true }) : [];
  return inside.length === 0 ? path : `${path} (${inside.slice(0, 10).join(', ')})`;
}

function describe(seen: Seen): string {
  return `  ${seen.pid} (parent ${look(seen.pid)?.parent ?? seen.parent}) ${seen.command.slice(0, 200)}`;
}
