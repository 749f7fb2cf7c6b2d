/** start, stop, restart: the verbs that change which daemon runs. Returns facts; `cli` puts them in words. */
import { fail } from '../protocol/errors.ts';
import type { ProcessIdentity } from '../protocol/record.ts';
import { goneWithin, reachState } from './connect.ts';
import { probeRecord } from './probe.ts';
import type { LockHand } from './probe.ts';
import type { Launched } from './launch.ts';
import type { ClientDeps } from './client-deps.ts';

/** How long start, stop and restart may take in all, in milliseconds. */
const VERB_DEADLINE = 30_000;

/** Where talk goes, and Ctrl-C. */
export type Talk = { readonly say: (line: string) => void; readonly interrupt?: AbortSignal };

/** A daemon that runs; `fresh` when this call started it. */
export type StartResult = { readonly process: ProcessIdentity; readonly fresh: boolean; readonly launched: Launched | null };

/** Makes sure that one runs. `flags` are for a new one. */
export async function start(world: ClientDeps, flags: readonly string[], foreground: boolean, talk: Talk): Promise<StartResult> {
  const { record, started } = await reachState(world, 'use', { autostart: true, timeout: VERB_DEADLINE, flags, foreground, ...talk });
  if (record === null) return fail('daemon-down', { folder: world.paths.home });
  return { process: record.process, fresh: started !== null && started.pid === record.process.pid, launched: started };
}

/** Ends the one that runs and returns when that very process is gone. `pid` null: none ran. */
export async function stop(world: ClientDeps, options: { force: boolean; timeout?: number }, talk: Talk): Promise<{ pid: number | null }> {
  if (options.force) {
    const pid = await stopByForce(world);
    await forget(world);
    return { pid };
  }
  const timeout = options.timeout ?? VERB_DEADLINE;
  const before = world.files.checkFolder(world.paths.run) ? await probeRecord(world) : null;
  const { stopped } = await reachState(world, 'stop', { autostart: false, timeout, flags: [], ...talk });
  // One that somebody else is stopping takes its record away a moment before it ends.
  if (before?.kind === 'names' && before.process === 'alive' && !(await goneWithin(world, before.record.process, timeout)))
    return fail('stop-late', { pid: before.record.process.pid, ms: timeout });
  await forget(world);
  return { pid: stopped?.pid ?? null };
}

/** What a daemon that was killed, or was stopped by force, has kept for the next one: a stop means that nothing of it comes back. */
async function forget({ files, paths }: ClientDeps): Promise<void> {
  if (files.checkFolder(paths.run)) await files.removeTree(paths.sessions);
}

/** Asks politely for a moment, then signals exactly the process that the record names and that is proven to be it. */
async function stopByForce(world: ClientDeps): Promise<number | null> {
  if (!world.files.checkFolder(world.paths.run)) return null;
  const sight = await probeRecord(world);
  if (sight.kind !== 'names') {
    await reachState(world, 'stop', { autostart: false, timeout: VERB_DEADLINE, flags: [], say: () => {} });
    return null;
  }
  const { process } = sight.record;
  if (sight.process === 'foreign-namespace') return fail('daemon-elsewhere', { pid: process.pid });
  const ran = sight.process === 'alive';
  if (ran) {
    const steps = [
      { signal: 'SIGTERM', ms: sight.answer.kind === 'ready' ? 4000 : 1000 },
      { signal: 'SIGKILL', ms: 3000 },
    ] as const;
    let gone = false;
    for (const step of steps) {
      world.processes.signal(process, step.signal);
      gone = await goneWithin(world, process, step.ms);
      if (gone) break;
    }
    if (!gone) return fail('stop-late', { pid: process.pid, ms: 7000 });
  }
  // Whatever it left behind goes under the lock, by who proved it gone.
  await reachState(world, 'stop', { autostart: false, timeout: VERB_DEADLINE, flags: [], say: () => {} });
  return ran ? process.pid : null;
}

export type RestartResult = { readonly before: number | null; readonly pid: number };

/** Holds the start lock from before the stop until the new one is ready. Keeps flags, environment and log file; `headed` adds a window. */
export async function restart(world: ClientDeps, options: { restore: boolean; headed?: boolean }, talk: Talk): Promise<RestartResult> {
  const hand: LockHand = { held: null };
  world.files.secureFolder(world.paths.run);
  const before: ProcessIdentity | null = await withLock(world, hand, talk, async () => {
    const { stopped } = await reachState(
      world,
      'stop',
      { autostart: false, timeout: VERB_DEADLINE, flags: [], restore: options.restore, ...talk },
      hand,
    );
    return stopped;
  });
  try {
    const { record } = await reachState(
      world,
      'use',
      { autostart: true, timeout: VERB_DEADLINE, flags: options.headed === true ? 'headed' : before === null ? [] : 'keep', ...talk },
      hand,
    );
    if (record === null) return fail('daemon-down', { folder: world.paths.home });
    return { before: before?.pid ?? null, pid: record.process.pid };
  } finally {
    await hand.held?.release();
    hand.held = null;
  }
}

/** Gets the lock as any start would, then keeps it in `hand`; lets it go when `work` fails. */
async function withLock<T>(world: ClientDeps, hand: LockHand, talk: Talk, work: () => Promise<T>): Promise<T> {
  await reachState(world, 'lock', { autostart: true, timeout: VERB_DEADLINE, flags: [], ...talk }, hand);
  try {
    return await work();
  } catch (error) {
    await hand.held?.release();
    hand.held = null;
    throw error;
  }
}
