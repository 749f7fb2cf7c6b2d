/** Starts a daemon's process: own session, no terminal, no inherited pipe, an environment of named variables, its talk in the log. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { tasksLeft } from '../adapters/node/processes.ts';
import { program } from '../adapters/node/program.ts';
import { daemonVariables, displayVariables } from '../protocol/environment.ts';
import { fail } from '../protocol/errors.ts';
import type { ClientDeps } from './client-deps.ts';

/** How a daemon is started; kept beside the record, so that a restart starts the same one. */
export type DaemonLaunch = {
  /** Words after `__daemon`. */
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
};

export type Launched = {
  readonly pid: number;
  /** Resolves with the exit status when it ends, null for a signal. */
  readonly ended: Promise<number | null>;
  /** Where the daemon leaves the reason when it cannot start. */
  readonly failurePath: string;
};

/** What the daemon exits with when another one holds the record. */
export const CLAIMED_BY_ANOTHER = 75;
/** What it exits with when its runtime could not begin (`front.c`). */
export const STARVED = 5;

/** Threads of a daemon, its log's process and its browser. With fewer each of them would end with words of its own, at any moment. */
const TASKS = 96;

export { program };

/** `foreground` keeps it in this terminal's session and gives it our stderr. Fails with `daemon-failed`, `state-unusable`, `processes-exhausted`. */
export function launch(world: ClientDeps, options: DaemonLaunch, foreground: boolean): Launched {
  if ((tasksLeft() ?? TASKS) < TASKS) fail('processes-exhausted', {});
  const { file, args } = program();
  const ticket = crypto.randomUUID().slice(0, 8);
  const failurePath = `${world.paths.run}/failed-${ticket}`;
  let log: number;
  try {
    log = openSync(world.paths.log, 'a', 0o600);
  } catch (error) {
    return fail('state-unusable', { path: world.paths.log, reason: (error as Error).message });
  }
  try {
    const child = spawn(file, [...args, '__daemon', '--ticket', ticket, '--by', JSON.stringify(world.asker()), ...options.flags], {
      cwd: '/',
      detached: !foreground,
      stdio: ['ignore', log, foreground ? 'inherit' : log],
      env: { ...options.env, BROWSE_HOME: world.paths.home },
    });
    const { promise: ended, resolve } = Promise.withResolvers<number | null>();
    child.once('exit', (status) => resolve(status));
    child.once('error', () => resolve(1));
    if (child.pid === undefined) fail('daemon-failed', { reason: `cannot run ${file}` });
    if (!foreground) child.unref();
    return { pid: child.pid, ended, failurePath };
  } finally {
    closeSync(log);
  }
}

/** Flags of a new daemon. `keep`: those of the one before, with its environment; `headed`: the same, with a window on this shell's display. */
export type LaunchFlags = readonly string[] | 'keep' | 'headed';

/** How the next daemon is started. */
export function launchOptions(world: ClientDeps, flags: LaunchFlags): DaemonLaunch {
  if (flags === 'headed') {
    const kept = launchOptions(world, 'keep');
    const others = kept.flags.filter((flag) => flag !== '--headed');
    return { flags: [...others, '--headed'], env: { ...kept.env, ...displayVariables(world.env) } };
  }
  const fresh: DaemonLaunch = { flags: flags === 'keep' ? [] : flags, env: daemonVariables(world.env) };
  if (flags !== 'keep') return fresh;
  try {
    const kept = JSON.parse(world.files.read(world.paths.launch) ?? '') as DaemonLaunch;
    return Array.isArray(kept.flags) && typeof kept.env === 'object' ? kept : fresh;
  } catch {
    return fresh;
  }
}
