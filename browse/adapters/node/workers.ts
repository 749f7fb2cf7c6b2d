/**
 * The `Workers` port: child processes with a channel for JSON values, each the head of a process group, so that what it started
 * goes with it. A worker whose daemon is gone hears that its channel is closed, and must end by itself.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Worker, WorkerEnd, WorkerStart, Workers } from '../../domain/workers.ts';

/** Milliseconds after its end in which what a worker said is still listened to. */
const LAST_WORDS = 500;

/** The real ones. */
export const workers: Workers = { start };

function start({ file, args, cwd, env }: WorkerStart): Worker {
  const child = spawn(file, [...args], {
    cwd,
    env: { ...env },
    detached: true,
    serialization: 'json',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const ended = endOf(child);
  // A channel that closes while something is said says so by an event, not here.
  child.on('error', () => {});
  for (const stream of ['stdout', 'stderr'] as const) child[stream]?.setEncoding('utf8');
  return {
    pid: child.pid ?? 0,
    tell: (message) => {
      if (child.connected) child.send(message as object, () => {});
    },
    onMessage: (listener) => void child.on('message', listener),
    onOutput: (listener) => {
      for (const stream of ['stdout', 'stderr'] as const) child[stream]?.on('data', (text: string) => listener(stream, text));
    },
    ended,
    async end(graceMs) {
      if (child.connected) child.disconnect();
      signal(child, 'SIGTERM');
      const late = setTimeout(() => signal(child, 'SIGKILL'), graceMs);
      const end = await ended;
      clearTimeout(late);
      return end;
    },
  };
}

function endOf(child: ChildProcess): Promise<WorkerEnd> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, reason: error.message });
    });
    child.once('exit', (code, name) => {
      // Nothing of its group outlives its head.
      signal(child, 'SIGKILL');
      const end = (): void => resolve({ code, signal: name, reason: null });
      // What left the group may hold the pipes for ever.
      setTimeout(end, LAST_WORDS);
      void Promise.all([heard(child, 'close', false), heard(child, 'disconnect', !child.connected)]).then(end);
    });
  });
}

function heard(child: ChildProcess, event: 'close' | 'disconnect', already: boolean): Promise<void> {
  return already ? Promise.resolve() : new Promise((resolve) => void child.once(event, () => resolve()));
}

/** The group of a worker is named by its pid, which nothing else can have while the group lasts. */
function signal({ pid }: ChildProcess, name: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // All of it is gone.
  }
}
