/**
 * The one decision of the lifecycle: what a client does next, from one look. Pure; `client/connect.ts` acts and looks again.
 *
 *                    ┌─ none ────────── lock? ── mine: spawn · free: take-lock · held: wait · dead: sweep-lock
 *                    │  (one seen a moment ago still ends: wait)
 *     record ────────┼─ garbled, gone ─ lock? ── mine: sweep-record · else as above
 *                    ├─ elsewhere ───── ready: use · draining: wait · else: fail (nothing is swept, nobody signalled)
 *                    └─ alive ───────── starting, refused: wait · draining: wait · silent: wait, then fail
 *                                       ready: same build: use · newer daemon: use, or fail when it speaks another protocol
 *                                              older daemon: lock, then replace as soon as nobody is at work in it
 *
 * Never decided here: a signal. `stop --force` alone sends one, to the verified process (`client/control.ts`).
 */
import type { BuildInfo, DaemonRecord } from '../../protocol/record.ts';
import { sameProcess } from './seen.ts';
import type { RecordObservation, Seen, StartLockObservation } from './seen.ts';

/** What a wait is for, in words for the message when it was in vain. */
export type WaitFor = 'start' | 'drain' | 'lock' | 'idle' | 'answer';

export type Action =
  /** Talk to this one. */
  | { readonly do: 'use'; readonly record: DaemonRecord }
  /** Look again in a few milliseconds. */
  | { readonly do: 'wait'; readonly for: WaitFor; readonly pid: number | null }
  | { readonly do: 'take-lock' }
  /** Remove a lock whose holder, and the daemon that it names, are gone. */
  | { readonly do: 'sweep-lock' }
  /** Remove a record that names nobody alive. Only with the lock. */
  | { readonly do: 'sweep-record' }
  /** Start a daemon. Only with the lock, and only when there is none. */
  | { readonly do: 'spawn' }
  /** Ask it to stop and wait until that very process is gone. */
  | { readonly do: 'drain'; readonly record: DaemonRecord }
  /** As drain, keeping its tabs for the next one. Only with the lock. */
  | { readonly do: 'replace'; readonly record: DaemonRecord }
  /** Nothing runs, as wanted. */
  | { readonly do: 'done' }
  | {
      readonly do: 'fail';
      readonly why: 'down' | 'frozen' | 'newer' | 'elsewhere' | 'late';
      readonly record: DaemonRecord | null;
      readonly waited: WaitFor;
    };

/** How long a lock whose holder never said his name is believed, in milliseconds of our own watching. */
export const UNSAID_LIMIT = 500;

/** Whether a lock may be broken: its holder is gone, and the daemon that it names is gone too, or is there for all to see. */
export function lockIsDead(lock: StartLockObservation, record: RecordObservation): boolean {
  switch (lock.kind) {
    case 'free':
    case 'mine':
      return false;
    case 'unsaid':
      return lock.ms > UNSAID_LIMIT;
    case 'held': {
      if (lock.holder === 'alive') return false;
      if (lock.daemon !== 'alive') return true;
      return record.kind === 'names' && record.process === 'alive' && record.record.state !== 'starting';
    }
  }
}

/** One look → one action. */
export function decide(seen: Seen): Action {
  const action =
    seen.want === 'lock'
      ? locked(seen, { do: 'done' })
      : seen.record.kind === 'names'
        ? withRecord(seen, seen.record)
        : withoutDaemon(seen);
  if (!seen.late) return action;
  switch (action.do) {
    case 'wait': {
      const record = seen.record.kind === 'names' ? seen.record.record : null;
      return { do: 'fail', why: action.for === 'answer' ? 'frozen' : 'late', record, waited: action.for };
    }
    case 'take-lock':
    case 'sweep-lock':
      return { do: 'fail', why: 'late', record: null, waited: 'lock' };
    case 'use':
    case 'sweep-record':
    case 'spawn':
    case 'drain':
    case 'replace':
    case 'done':
    case 'fail':
      return action;
  }
}

/** With the lock: `act`. Without: get it, by waiting or by breaking a dead one. */
function locked(seen: Seen, act: Action): Action {
  switch (seen.lock.kind) {
    case 'mine':
      return act;
    case 'free':
      return { do: 'take-lock' };
    case 'unsaid':
    case 'held':
      if (lockIsDead(seen.lock, seen.record)) return { do: 'sweep-lock' };
      return { do: 'wait', for: 'lock', pid: seen.lock.kind === 'held' ? seen.lock.pid : null };
  }
}

/** There is no record, or one that names nobody alive. */
function withoutDaemon(seen: Seen): Action {
  if (seen.record.kind === 'none' && seen.leaving !== null) return { do: 'wait', for: 'drain', pid: seen.leaving };
  const leftover = seen.record.kind !== 'none';
  if (seen.want === 'stop') {
    if (leftover) return locked(seen, { do: 'sweep-record' });
    // What a killed client left goes too.
    if (seen.asked !== null && lockIsDead(seen.lock, seen.record)) return { do: 'sweep-lock' };
    // One that never says its name is watched for as long as it is believed.
    if (seen.asked !== null && seen.lock.kind === 'unsaid' && !seen.late) return { do: 'wait', for: 'lock', pid: null };
    // A start that is under way would leave a daemon behind our back.
    return seen.asked === null && (seen.lock.kind === 'held' || seen.lock.kind === 'unsaid')
      ? locked(seen, { do: 'done' })
      : { do: 'done' };
  }
  const nobodyStarts = seen.lock.kind === 'free' || seen.lock.kind === 'mine' || lockIsDead(seen.lock, seen.record);
  if (!seen.autostart && nobodyStarts) {
    return { do: 'fail', why: 'down', record: null, waited: 'start' };
  }
  return locked(seen, leftover ? { do: 'sweep-record' } : { do: 'spawn' });
}

function withRecord(seen: Seen, sight: Extract<RecordObservation, { kind: 'names' }>): Action {
  const { record, answer } = sight;
  const { pid } = record.process;
  if (sight.process === 'gone') return withoutDaemon(seen);
  if (seen.asked !== null && sameProcess(seen.asked, record.process)) return { do: 'wait', for: 'drain', pid };
  // Who was asked to stop is gone; the one there now is another's.
  if (seen.want === 'stop' && seen.asked !== null) return { do: 'done' };
  switch (answer.kind) {
    case 'ready':
      if (seen.want === 'stop') return { do: 'drain', record };
      return withBuilds(seen, record, answer.running + (answer.kept?.length ?? 0));
    case 'draining':
      return { do: 'wait', for: 'drain', pid };
    case 'refused':
    case 'unasked':
    case 'stranger':
    case 'silent':
      if (sight.process === 'foreign-namespace') return { do: 'fail', why: 'elsewhere', record, waited: 'answer' };
      if (record.state === 'draining') return { do: 'wait', for: 'drain', pid };
      return { do: 'wait', for: record.state === 'starting' ? 'start' : 'answer', pid };
  }
}

/** A daemon that answers: is it ours to use? Only a newer build replaces, and only one in which nobody is at `work`. */
function withBuilds(seen: Seen, record: DaemonRecord, work: number): Action {
  const { own } = seen;
  const theirs = record.build;
  if (own.id === theirs.id) return { do: 'use', record };
  if (isNewer(own, theirs)) {
    if (work === 0) return locked(seen, { do: 'replace', record });
    return own.protocol === theirs.protocol ? { do: 'use', record } : { do: 'wait', for: 'idle', pid: record.process.pid };
  }
  return own.protocol === theirs.protocol ? { do: 'use', record } : { do: 'fail', why: 'newer', record, waited: 'answer' };
}

/** Whether `own` was built later. Equal ages are no reason to replace anybody. */
export function isNewer(own: BuildInfo, theirs: BuildInfo): boolean {
  return own.stamp > theirs.stamp;
}
