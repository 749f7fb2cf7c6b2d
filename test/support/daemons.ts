/** What the tests of a daemon's life ask again and again: who it is, who its browser is, and how to hold either still. */
import { readFileSync } from 'node:fs';
import type { DaemonRecord } from '../../browse/protocol/record.ts';
import type { Status } from '../../browse/protocol/status.ts';
import type { Cli } from './cli.ts';
import { alive, eventually, look, processesOf, type Seen } from './processes.ts';

/** `browse status --json`. */
export function statusOf(shell: Cli): Promise<Status> {
  return shell.json<Status>('status');
}

/** The record of the daemon that runs; fails without one. */
export function recordOf(shell: Cli): DaemonRecord {
  const record = shell.record();
  if (record === null) throw new Error('there is no record');
  return record;
}

/** The running daemon's process; fails without one. */
export function daemonOf(shell: Cli): Seen {
  const { pid } = recordOf(shell).process;
  return look(pid) ?? fails(`the daemon ${pid} is gone`);
}

/** The browser's own process, as soon as the daemon has launched it. */
export function browserOf(shell: Cli): Promise<Seen> {
  return eventually('the browser to run', async () => look((await statusOf(shell)).browsers[0]?.pid ?? -1), 20_000);
}

/** Every daemon of this user, whatever the record says. */
export function daemonsOf(shell: Cli): readonly Seen[] {
  const found = processesOf(shell.root).filter((seen) => / __daemon( |$)/.test(seen.command));
  // What a daemon is about to start bears its command line until it becomes the other program.
  return found.filter((seen) => !found.some((other) => other.pid === seen.parent));
}

/** Main processes of browsers, as opposed to their renderers and helpers. */
export function browsersOf(shell: Cli): readonly Seen[] {
  return processesOf(shell.root).filter((seen) => seen.command.includes('--remote-debugging-pipe') && !seen.command.includes('--type='));
}

/** Keeps a process from running until it is let go. */
export function freeze(seen: Seen): Disposable & { release(): void } {
  const send = (signal: 'SIGSTOP' | 'SIGCONT'): void => {
    if (alive(seen)) process.kill(seen.pid, signal);
  };
  send('SIGSTOP');
  const release = (): void => send('SIGCONT');
  return { release, [Symbol.dispose]: release };
}

/** Resolves when exactly these processes have ended. */
export async function ended(watched: readonly Seen[], ms = 5_000): Promise<void> {
  await eventually(`the end of ${watched.map(({ pid }) => pid).join(', ')}`, () => !watched.some(alive), ms);
}

function fails(reason: string): never {
  throw new Error(reason);
}

/** What a process holds in memory now. */
export function residentMegabytes(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

/** Bytes, the least of three seconds in which nobody asks for anything: what a daemon at rest holds. */
export async function memoryAtRest(shell: Cli): Promise<number> {
  const { pid } = recordOf(shell).process;
  let least = Infinity;
  const until = performance.now() + 3_000;
  await eventually('three seconds to pass', () => {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    least = Math.min(least, Number(kilobytes) * 1024);
    return performance.now() > until;
  });
  return least;
}
