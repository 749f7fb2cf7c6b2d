/**
 * From one look to a daemon that can be used, or to none: look, `decide`, act, look again, within one deadline.
 * Decides nothing itself.
 */
import { decide, lockIsDead } from '../domain/lifecycle/decide.ts';
import type { Action, WaitFor } from '../domain/lifecycle/decide.ts';
import { sweepLeftovers } from '../domain/lifecycle/leftovers.ts';
import type { RecordObservation, Seen } from '../domain/lifecycle/seen.ts';
import { send } from '../adapters/http/client.ts';
import { fail } from '../protocol/errors.ts';
import { parseRecord } from '../protocol/record.ts';
import type { DaemonRecord, ProcessIdentity } from '../protocol/record.ts';
import type { StopReply, StopRequest } from '../protocol/wire.ts';
import { CLAIMED_BY_ANOTHER, launch, launchOptions, STARVED } from './launch.ts';
import type { Launched, LaunchFlags } from './launch.ts';
import { heldBy, probeLock, probeRecord, silence, stillEnding } from './probe.ts';
import type { LockHand, Watch } from './probe.ts';
import type { ClientDeps } from './client-deps.ts';

/** How long a start, a stop or a replacement may take in all, in milliseconds. */
export const REACH_DEADLINE = 30_000;
/** How long it may take to say that it will stop. */
const STOP_ANSWER_DEADLINE = 3000;
/** A daemon that is to be stopped and says nothing for so long is called frozen. */
const SILENCE_LIMIT = 5000;

export type ReachOptions = {
  readonly autostart: boolean;
  /** Milliseconds. */
  readonly timeout: number;
  readonly flags: LaunchFlags;
  /** Where talk goes: a replacement, a takeover. */
  readonly say: (line: string) => void;
  /** Ctrl-C: stops looking, lets the lock go. */
  readonly interrupt?: AbortSignal;
  readonly foreground?: boolean;
  /** Tabs, cookies and storage go over to the next daemon when this one is stopped. */
  readonly restore?: boolean;
};

export type ReachedState = {
  /** Null when nothing runs, as wanted. */
  readonly record: DaemonRecord | null;
  /** Set when this call started it. */
  readonly started: Launched | null;
  /** The daemon that this call ended. */
  readonly stopped: ProcessIdentity | null;
};

const WAITS: Readonly<Record<WaitFor, string>> = {
  start: 'the daemon to start',
  drain: 'the old daemon to end',
  lock: 'another start or restart to finish',
  idle: 'the commands of an older daemon to finish',
  answer: 'the daemon to answer',
};

/** What one call of `settle` has done so far. */
type Progress = { started: Launched | null; stopped: ProcessIdentity | null; asked: ProcessIdentity | null; pause: number };

/** Brings about what is wanted. The lock in `hand` stays with the caller; one taken here is released here. */
export async function reachState(
  world: ClientDeps,
  want: Seen['want'],
  options: ReachOptions,
  hand: LockHand = { held: null },
): Promise<ReachedState> {
  const nothing: ReachedState = { record: null, started: null, stopped: null };
  if (!world.files.checkFolder(world.paths.run)) {
    if (want === 'stop') return nothing;
    if (!options.autostart) fail('daemon-down', { folder: world.paths.home });
  }
  // Before anything is begun, or written beside it.
  if (want !== 'stop' && options.autostart) world.files.secureFolder(world.paths.run);
  if (want !== 'stop') world.files.checkFolder(world.paths.temp);
  const began = world.clock.elapsed();
  const watch: Watch = { unsaidSince: null, silentSince: null, named: null };
  const progress: Progress = { started: null, stopped: null, asked: null, pause: 0 };
  // A restart keeps the lock beyond this call.
  let keepLock = hand.held !== null;
  try {
    for (;;) {
      if (options.interrupt?.aborted)
        fail('interrupted', {
          command: want === 'use' ? 'start' : want,
          outcome: progress.asked === null ? 'did not run' : 'may have run',
        });
      const lock = probeLock(world, hand, watch);
      const record = await probeRecord(world);
      const quiet = silence(world, record, watch) >= SILENCE_LIMIT && want === 'stop';
      const late = quiet || world.clock.elapsed() - began >= options.timeout;
      const leaving = stillEnding(world, record, watch);
      const action = decide({ want, autostart: options.autostart, own: world.own, record, lock, asked: progress.asked, leaving, late });
      if (action.do === 'use' || action.do === 'done') {
        keepLock ||= want === 'lock';
        return { record: action.do === 'use' ? action.record : null, started: progress.started, stopped: progress.stopped };
      }
      if (action.do === 'fail') return failed(world, action, Math.round(world.clock.elapsed() - began));
      await act(world, want, options, { action, record, hand, watch, progress });
    }
  } finally {
    if (!keepLock && hand.held !== null) {
      await hand.held.release();
      hand.held = null;
    }
  }
}

type Step = {
  readonly action: Exclude<Action, { do: 'use' | 'done' | 'fail' }>;
  readonly record: RecordObservation;
  readonly hand: LockHand;
  readonly watch: Watch;
  readonly progress: Progress;
};

async function act(
  world: ClientDeps,
  want: Seen['want'],
  options: ReachOptions,
  { action, record, hand, watch, progress }: Step,
): Promise<void> {
  if (action.do === 'wait') {
    progress.pause = Math.min(20, progress.pause === 0 ? 2 : progress.pause * 1.5);
    return world.clock.sleep(progress.pause, options.interrupt);
  }
  progress.pause = 0;
  switch (action.do) {
    case 'take-lock':
      hand.held = await world.lock.take(() => lostLock(options));
      return;
    case 'sweep-lock':
      await world.lock.breakDead(null, (now) => lockIsDead(now === null ? probeLock(world, hand, watch) : heldBy(world, now), record));
      return;
    case 'sweep-record':
      if (record.kind === 'names' && record.record.endpoint.kind === 'unix') world.files.remove(record.record.endpoint.path);
      world.files.remove(world.paths.record);
      // A new daemon sweeps the rest by itself; after a stop there is none.
      if (want === 'stop') await sweepLeftovers(world.files, world.processes, world.paths, null);
      return;
    case 'spawn':
      progress.started = await start(world, options, progress.stopped !== null, hand);
      return;
    case 'drain':
      progress.asked = await drain(world, action.record, { restore: options.restore === true }, options);
      progress.stopped = progress.asked;
      return;
    case 'replace': {
      const old = await drain(world, action.record, { restore: true, whenIdle: true }, options);
      if (old === null) return;
      progress.stopped = old;
      const { build } = action.record;
      options.say(
        `Replaced the daemon of build ${build.version} (${build.id}, pid ${old.pid}) by ${world.own.version} (${world.own.id}); its tabs are restored`,
      );
    }
  }
}

/** Somebody removed the lock under us: whatever we would change now could be another's. */
function lostLock(options: ReachOptions): never {
  options.say('The start lock was taken away by another process; nothing more is done. Run: browse status');
  process.exit(4);
}

function failed(world: ClientDeps, action: Extract<Action, { do: 'fail' }>, ms: number): never {
  const pid = action.record?.process.pid ?? 0;
  switch (action.why) {
    case 'down':
      return fail('daemon-down', { folder: world.paths.home });
    case 'frozen':
      return fail('daemon-frozen', { pid, ms });
    case 'newer':
      return fail('daemon-newer', {
        own: versionOf(world.own),
        theirs: action.record === null ? '?' : versionOf(action.record.build),
        pid,
      });
    case 'elsewhere':
      return fail('daemon-elsewhere', { pid });
    case 'late':
      return fail('daemon-late', { waitedFor: WAITS[action.waited], ms });
  }
}

const versionOf = (build: { version: string; id: string; protocol: number }): string =>
  `${build.version}, build ${build.id}, protocol ${build.protocol}`;

/** Spawns, names the daemon in the lock, and waits until its record is there. Null when another daemon was first. */
async function start(world: ClientDeps, options: ReachOptions, replaces: boolean, hand: LockHand): Promise<Launched | null> {
  const how = launchOptions(world, replaces ? 'keep' : options.flags);
  await world.files.write(world.paths.launch, JSON.stringify(how));
  const launched = launch(world, how, options.foreground === true);
  const identity = world.processes.identify(launched.pid);
  if (identity !== null) await hand.held?.name(identity);
  const end: { status: number | null | undefined } = { status: undefined };
  void launched.ended.then((status) => (end.status = status));
  const began = world.clock.elapsed();
  for (;;) {
    const text = world.files.read(world.paths.record);
    const record = text === null ? null : parseRecord(text);
    if (record !== null && record.state === 'ready' && record.process.pid === launched.pid) return launched;
    if (end.status !== undefined) {
      if (end.status === CLAIMED_BY_ANOTHER) return null;
      if (end.status === STARVED) fail('processes-exhausted', {});
      const reason = world.files.read(launched.failurePath);
      world.files.remove(launched.failurePath);
      fail('daemon-failed', { reason: reason ?? `it ended with ${end.status ?? 'a signal'}; see ${world.paths.log}` });
    }
    if (world.clock.elapsed() - began >= options.timeout) fail('daemon-late', { waitedFor: WAITS.start, ms: options.timeout });
    // Ctrl-C lets go of the lock; the daemon goes on, named in its record.
    if (options.interrupt?.aborted) return launched;
    await world.clock.sleep(2);
  }
}

/** Asks for an end and waits until that very process is gone. Null when it was busy and may go on. */
async function drain(
  world: ClientDeps,
  record: DaemonRecord,
  request: StopRequest,
  options: ReachOptions,
): Promise<ProcessIdentity | null> {
  const unsaid: StopReply = { ok: true, refreshedAt: null, process: record.process, withinMs: options.timeout };
  let reply = unsaid;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), STOP_ANSWER_DEADLINE);
  try {
    const answer = await send({
      endpoint: record.endpoint,
      token: record.token,
      method: 'POST',
      path: '/v1/stop',
      body: JSON.stringify({ ...request, by: world.asker() } satisfies StopRequest),
      signal: late.signal,
    });
    if (answer.status === 409) {
      await world.clock.sleep(20);
      return null;
    }
    // Draining already, by another's wish: its end is what we wait for.
    if (answer.status === 200) reply = JSON.parse(answer.body) as StopReply;
  } catch {
    reply = unsaid;
  } finally {
    clearTimeout(timer);
  }
  const within = reply.withinMs + 3000;
  if (!(await goneWithin(world, reply.process, within, options.interrupt))) {
    if (options.interrupt?.aborted) fail('interrupted', { command: 'stop', outcome: 'ran' });
    fail('stop-late', { pid: reply.process.pid, ms: within });
  }
  return reply.process;
}

/** Whether that very process ended in time. In another pid namespace its silence must do. */
export async function goneWithin(world: ClientDeps, process: ProcessIdentity, ms: number, interrupt?: AbortSignal): Promise<boolean> {
  if (world.processes.state(process) !== 'foreign-namespace') {
    return world.processes.waitGone(process, { timeout: ms, signal: interrupt ?? new AbortController().signal });
  }
  const began = world.clock.elapsed();
  while (world.clock.elapsed() - began < ms) {
    const sight = await probeRecord(world);
    if (sight.kind !== 'names' || sight.record.process.birth !== process.birth || sight.answer.kind === 'refused') return true;
    await world.clock.sleep(20);
  }
  return false;
}
