/** One look at what there is: the record, its process, its endpoint, the start lock. Changes nothing. */
import type { AnswerObservation, RecordObservation, StartLockObservation } from '../domain/lifecycle/seen.ts';
import type { HeldLock, LockHolder } from '../domain/lifecycle/start-lock.ts';
import { TransportError, send } from '../adapters/http/client.ts';
import { parseRecord } from '../protocol/record.ts';
import type { DaemonRecord, ProcessIdentity } from '../protocol/record.ts';
import type { PingReply } from '../protocol/wire.ts';
import type { ClientDeps } from './client-deps.ts';

/** How long one question to the daemon may take while we look. */
const PING_DEADLINE = 1000;

/** The start lock while we hold it. */
export type LockHand = { held: HeldLock | null };

/** What one waiter remembers from look to look, in monotonic milliseconds. */
export type Watch = {
  /** Since when the lock is held by one who has not said his name. */
  unsaidSince: number | null;
  /** Since when a live daemon has said nothing. */
  silentSince: number | null;
  /** The process that the record named last. */
  named: ProcessIdentity | null;
};

async function ping(record: DaemonRecord): Promise<AnswerObservation> {
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
    return reply.state === 'draining' ? { kind: 'draining' } : { kind: 'ready', running: reply.running, kept: reply.kept ?? [] };
  } catch (error) {
    return { kind: error instanceof TransportError && error.kind === 'aborted' ? 'silent' : 'refused' };
  } finally {
    clearTimeout(timer);
  }
}

/** Asks its endpoint, unless the process is gone: then its socket is nobody's. */
export async function probeRecord(world: ClientDeps): Promise<RecordObservation> {
  const text = world.files.read(world.paths.record);
  if (text === null) return { kind: 'none' };
  const record = parseRecord(text);
  if (record === null) return { kind: 'garbled' };
  const process = world.processes.state(record.process);
  const asked = process !== 'gone' && record.state !== 'starting';
  return { kind: 'names', record, process, answer: asked ? await ping(record) : { kind: 'unasked' } };
}

/** For how long a live daemon has been silent, with this look. */
export function silence(world: ClientDeps, sight: RecordObservation, watch: Watch): number {
  const silent = sight.kind === 'names' && sight.process === 'alive' && sight.answer.kind === 'silent';
  if (!silent) watch.silentSince = null;
  else watch.silentSince ??= world.clock.elapsed() - PING_DEADLINE;
  return watch.silentSince === null ? 0 : world.clock.elapsed() - watch.silentSince;
}

/** The pid of the daemon that the record named last, where there is no record any more and it has not ended. */
export function stillEnding(world: ClientDeps, sight: RecordObservation, watch: Watch): number | null {
  if (sight.kind === 'names') watch.named = sight.record.process;
  const { named } = watch;
  return sight.kind === 'none' && named !== null && world.processes.state(named) === 'alive' ? named.pid : null;
}

/** Who holds the start lock. */
export function probeLock(world: ClientDeps, hand: LockHand, watch: Watch): StartLockObservation {
  if (hand.held !== null) return { kind: 'mine' };
  const sight = world.lock.look();
  if (sight.kind === 'free' || sight.holder !== null) watch.unsaidSince = null;
  if (sight.kind === 'free') return sight;
  if (sight.holder !== null) return heldBy(world, sight.holder);
  watch.unsaidSince ??= world.clock.elapsed();
  return { kind: 'unsaid', ms: world.clock.elapsed() - watch.unsaidSince };
}

/** The lock of one who said his name. */
export function heldBy(world: ClientDeps, { holder, daemon }: LockHolder): StartLockObservation {
  // In another pid namespace nothing can be proven, so nothing is dead.
  const alive = (identity: ProcessIdentity): 'alive' | 'gone' => (world.processes.state(identity) === 'gone' ? 'gone' : 'alive');
  return { kind: 'held', pid: holder.pid, holder: alive(holder), daemon: daemon === null ? 'none' : alive(daemon) };
}
