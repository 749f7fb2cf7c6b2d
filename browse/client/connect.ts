/**
 * From one look to a daemon that can be used, or to none: sample, `decide`, act, look again, within one deadline.
 * Decides nothing itself.
 */
import { decide, lockIsDead } from '../domain/lifecycle/decide.ts';
import type { Action, WaitFor } from '../domain/lifecycle/decide.ts';
import { sweepLeftovers } from '../domain/lifecycle/leftovers.ts';
import type { AnswerSight, RecordSight, Seen, StartLockSight } from '../domain/lifecycle/seen.ts';
import type { HeldLock, LockHolder } from '../domain/ports.ts';
import { send } from '../adapters/http/client.ts';
import { fail } from '../protocol/errors.ts';
import { parseRecord } from '../protocol/record.ts';
import type { DaemonRecord, ProcessIdentity } from '../protocol/record.ts';
import type { PingReply, StopReply, StopRequest } from '../protocol/wire.ts';
import { CLAIMED_BY_ANOTHER, launch, launchOptions } from './launch.ts';
import type { Launched } from './launch.ts';
import type { World } from './world.ts';

/** How long a start, a stop or a replacement may take in all, in milliseconds. */
export const SETTLE_DEADLINE = 30_000;
/** How long one question to the daemon may take while we look. */
const PING_DEADLINE = 1000;
/** How long it may take to say that it will stop. */
const STOP_ANSWER_DEADLINE = 3000;

export type SettleOptions = {
  readonly autostart: boolean;
  /** Milliseconds. */
  readonly timeout: number;
  /** Of a new daemon; null keeps those of the one before. */
  readonly flags: readonly string[] | null;
  /** Where talk goes: a replacement, a takeover. */
  readonly say: (line: string) => void;
  readonly foreground?: boolean;
  /** Tabs, cookies and storage go over to the next daemon when this one is stopped. */
  readonly restore?: boolean;
};

export type Settled = {
  /** Null when nothing runs, as wanted. */
  readonly record: DaemonRecord | null;
  /** Set when this call started it. */
  readonly started: Launched | null;
  /** The daemon that this call ended. */
  readonly stopped: ProcessIdentity | null;
};

/** Holds the start lock for as long as `work` runs, or not at all. */
export type LockHand = { held: HeldLock | null };

const WAITS: Readonly<Record<WaitFor, string>> = {
  start: 'the daemon to start',
  drain: 'the old daemon to end',
  lock: 'another start or restart to finish',
  idle: 'the commands of an older daemon to finish',
  answer: 'the daemon to answer',
};

async function ping(record: DaemonRecord): Promise<AnswerSight> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), PING_DEADLINE);
  try {
    const { status, body } = await send({
      endpoint: record.endpoint,
      token: record.token,
      method: 'GET',
      path: '/v1/ping',
      signal: late.signal,
    });
    if (status !== 200) return { kind: 'stranger' };
    const reply = JSON.parse(body) as PingReply;
    if (reply.nonce !== record.nonce) return { kind: 'stranger' };
    return reply.state === 'draining' ? { kind: 'draining' } : { kind: 'ready', running: reply.running };
  } catch (error) {
    return { kind: (error as { kind?: string }).kind === 'aborted' ? 'silent' : 'refused' };
  } finally {
    clearTimeout(timer);
  }
}

/** Asks its endpoint, unless the process is gone: then its socket is nobody's. */
export async function lookAtRecord(world: World): Promise<RecordSight> {
  const text = world.files.read(world.paths.record);
  if (text === null) return { kind: 'none' };
  const record = parseRecord(text);
  if (record === null) return { kind: 'garbled' };
  const process = world.processes.state(record.process);
  const asked = process !== 'gone' && record.state !== 'starting';
  return { kind: 'names', record, process, answer: asked ? await ping(record) : { kind: 'unasked' } };
}

/** Watches a lock whose holder has not said his name. */
type Watch = { unsaidSince: number | null };

function lookAtLock(world: World, hand: LockHand, watch: Watch): StartLockSight {
  if (hand.held !== null) return { kind: 'mine' };
  const sight = world.lock.look();
  if (sight.kind === 'free' || sight.holder !== null) watch.unsaidSince = null;
  if (sight.kind === 'free') return sight;
  if (sight.holder === null) {
    watch.unsaidSince ??= world.clock.elapsed();
    return { kind: 'unsaid', ms: world.clock.elapsed() - watch.unsaidSince };
  }
  return heldBy(world, sight.holder);
}

function heldBy(world: World, { holder, daemon }: LockHolder): StartLockSight {
  // In another pid namespace nothing can be proven, so nothing is dead.
  const alive = (identity: ProcessIdentity): 'alive' | 'gone' => (world.processes.state(identity) === 'gone' ? 'gone' : 'alive');
  return { kind: 'held', pid: holder.pid, holder: alive(holder), daemon: daemon === null ? 'none' : alive(daemon) };
}

/** Brings about what is wanted. The lock in `hand` stays with the caller; one taken here is released here. */
export async function settle(world: World, want: Seen['want'], options: SettleOptions, hand: LockHand = { held: null }): Promise<Settled> {
  const folder = world.files.checkFolder(world.paths.run);
  if (want === 'stop' && !folder) return { record: null, started: null, stopped: null };
  if (!folder) {
    if (!options.autostart) fail('daemon-down', { folder: world.paths.home });
    world.files.secureFolder(world.paths.run);
  }
  const began = world.clock.elapsed();
  const watch: Watch = { unsaidSince: null };
  // A restart keeps the lock beyond this call.
  const keepLock = want === 'lock' || hand.held !== null;
  let settled = false;
  let started: Launched | null = null;
  let stopped: ProcessIdentity | null = null;
  let asked: ProcessIdentity | null = null;
  let lastPause = 0;
  try {
    for (;;) {
      const late = world.clock.elapsed() - began >= options.timeout;
      const lock = lookAtLock(world, hand, watch);
      const record = await lookAtRecord(world);
      const action: Action = decide({ want, autostart: options.autostart, own: world.own, record, lock, asked, late });
      switch (action.do) {
        case 'use':
          settled = true;
          return { record: action.record, started, stopped };
        case 'done':
          settled = true;
          return { record: null, started, stopped };
        case 'wait':
          lastPause = Math.min(20, lastPause === 0 ? 2 : lastPause * 1.5);
          await world.clock.sleep(lastPause);
          continue;
        case 'take-lock':
          hand.held = await world.lock.take((reason) => lostLock(reason, options));
          break;
        case 'sweep-lock':
          await world.lock.breakDead(null, (now) => lockIsDead(now === null ? lookAtLock(world, hand, watch) : heldBy(world, now), record));
          break;
        case 'sweep-record':
          world.files.remove(world.paths.record);
          // A new daemon sweeps by itself; after a stop there is none.
          if (want === 'stop') await sweepLeftovers(world.files, world.processes, world.paths, null);
          break;
        case 'spawn':
          started = await start(world, options, hand);
          break;
        case 'drain':
          asked = await drain(world, action.record, { restore: options.restore === true }, options);
          stopped = asked;
          break;
        case 'replace': {
          const old = await drain(world, action.record, { restore: true, whenIdle: true }, options);
          if (old === null) break;
          stopped = old;
          options.say(
            `Replaced the daemon of build ${action.record.build.version} (${action.record.build.id}, pid ${old.pid}) by ${world.own.version} (${world.own.id}); its tabs are restored`,
          );
          break;
        }
        case 'fail':
          return failed(world, action, options);
      }
      lastPause = 0;
    }
  } finally {
    if ((!keepLock || (want === 'lock' && !settled)) && hand.held !== null) {
      await hand.held.release();
      hand.held = null;
    }
  }
}

/** Somebody removed the lock under us: whatever we would change now could be another's. */
function lostLock(reason: string, options: SettleOptions): never {
  options.say(`Lost the start lock (${reason}); nothing was run. Run: browse status`);
  process.exit(4);
}

function failed(world: World, action: Extract<Action, { do: 'fail' }>, options: SettleOptions): never {
  const pid = action.record?.process.pid ?? 0;
  switch (action.why) {
    case 'down':
      return fail('daemon-down', { folder: world.paths.home });
    case 'frozen':
      return fail('daemon-frozen', { pid, ms: options.timeout });
    case 'newer':
      return fail('daemon-newer', {
        own: versionOf(world.own),
        theirs: action.record === null ? '?' : versionOf(action.record.build),
        pid,
      });
    case 'elsewhere':
      return fail('daemon-elsewhere', { pid });
    case 'late':
      return fail('daemon-late', { waitedFor: WAITS[action.waited], ms: options.timeout });
  }
}

const versionOf = (build: { version: string; id: string; protocol: number }): string =>
  `${build.version}, build ${build.id}, protocol ${build.protocol}`;

/** Spawns, names the daemon in the lock, and waits until its record is there. Null when another daemon was first. */
async function start(world: World, options: SettleOptions, hand: LockHand): Promise<Launched | null> {
  const kept = launchOptions(world, options.flags);
  await world.files.write(world.paths.launch, JSON.stringify(kept));
  const launched = launch(world, kept, options.foreground === true);
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
      const reason = world.files.read(launched.failurePath);
      world.files.remove(launched.failurePath);
      fail('daemon-failed', { reason: reason ?? `it ended with ${end.status ?? 'a signal'}; see ${world.paths.log}` });
    }
    if (world.clock.elapsed() - began >= options.timeout) fail('daemon-late', { waitedFor: WAITS.start, ms: options.timeout });
    await world.clock.sleep(2);
  }
}

/** Asks for an end and waits until that very process is gone. Null when it was busy and may go on. */
async function drain(world: World, record: DaemonRecord, request: StopRequest, options: SettleOptions): Promise<ProcessIdentity | null> {
  let reply: StopReply;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), STOP_ANSWER_DEADLINE);
  try {
    const answer = await send({
      endpoint: record.endpoint,
      token: record.token,
      method: 'POST',
      path: '/v1/stop',
      body: JSON.stringify(request),
      signal: late.signal,
    });
    if (answer.status === 409) {
      await world.clock.sleep(20);
      return null;
    }
    // Draining already, by another's wish: its end is what we wait for.
    reply =
      answer.status === 200
        ? (JSON.parse(answer.body) as StopReply)
        : { ok: true, refreshedAt: null, process: record.process, withinMs: options.timeout };
  } catch {
    reply = { ok: true, refreshedAt: null, process: record.process, withinMs: options.timeout };
  } finally {
    clearTimeout(timer);
  }
  const within = reply.withinMs + 3000;
  const gone = await goneWithin(world, reply.process, within);
  if (!gone) fail('stop-late', { pid: reply.process.pid, ms: within });
  return reply.process;
}

/** Whether that very process ended in time. In another pid namespace its silence must do. */
export async function goneWithin(world: World, process: ProcessIdentity, ms: number): Promise<boolean> {
  if (world.processes.state(process) !== 'foreign-namespace') {
    return world.processes.waitGone(process, { timeout: ms, signal: new AbortController().signal });
  }
  const began = world.clock.elapsed();
  while (world.clock.elapsed() - began < ms) {
    const sight = await lookAtRecord(world);
    if (sight.kind !== 'names' || sight.record.process.birth !== process.birth || sight.answer.kind === 'refused') return true;
    await world.clock.sleep(20);
  }
  return false;
}
