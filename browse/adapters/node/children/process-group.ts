/** Children that head a process group: what they started is signalled with them, and what they said last is heard. */
import type { ChildProcess } from 'node:child_process';
import { finished } from 'node:stream/promises';

/** Milliseconds after its end in which what a child said is still listened to: what left its group may hold the pipes for ever. */
const LAST_WORDS = 500;

/** Named by the pid of its head, which nothing else can have while the group lasts; nothing happens when all of it is gone. */
export function signalGroup({ pid }: Pick<ChildProcess, 'pid'>, name: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // All of it is gone.
  }
}

/** Of one that has exited: ends what is left of its group, and resolves when all that it said has been heard. */
export function heardOut(child: ChildProcess, events: readonly ('close' | 'disconnect')[]): Promise<void> {
  const ends = events.map((event) => new Promise<void>((heard) => void child.once(event, () => heard())));
  // Bun’s `close` does not wait for what comes after the first three.
  const others = child.stdio.slice(3).map((stream) => (stream ? finished(stream).catch(() => {}) : null));
  return new Promise((resolve) => {
    void Promise.all([...ends, ...others]).then(() => resolve());
    setTimeout(resolve, LAST_WORDS);
    signalGroup(child, 'SIGKILL');
  });
}
