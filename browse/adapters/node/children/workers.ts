/**
 * The `Workers` port: child processes with a channel for JSON values, each the head of a process group, so that what it started
 * goes with it. A worker whose daemon is gone hears that its channel is closed, and must end by itself.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Worker, WorkerEnd, WorkerStart, Workers } from '../../../domain/workers.ts';
import { heardOut, signalGroup } from './process-group.ts';

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
      signalGroup(child, 'SIGTERM');
      const late = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
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
      const said = heardOut(child, child.connected ? ['close', 'disconnect'] : ['close']);
      void said.then(() => resolve({ code, signal: name, reason: null }));
    });
  });
}
