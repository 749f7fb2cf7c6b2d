/** What a client sees of the daemon in one look: plain data, sampled by `client/probe.ts`, judged by `decide.ts`. */
import type { BuildInfo, DaemonRecord, ProcessIdentity } from '../../protocol/record.ts';

/** What the record file holds. */
export type RecordObservation =
  | { readonly kind: 'none' }
  | { readonly kind: 'garbled' }
  | {
      readonly kind: 'names';
      readonly record: DaemonRecord;
      readonly process: 'alive' | 'gone' | 'foreign-namespace';
      readonly answer: AnswerObservation;
    };

/** What its endpoint said within a short while. `refused`: nobody listens there. `silent`: connected, no answer. */
export type AnswerObservation =
  | { readonly kind: 'unasked' }
  /** `kept`: by whom, besides the commands that run. */
  | { readonly kind: 'ready'; readonly running: number; readonly kept?: readonly string[] }
  | { readonly kind: 'draining' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'silent' }
  /** Somebody answers there who does not know our token. */
  | { readonly kind: 'stranger' };

/** The start lock. `unsaid`: held by one who has not said his name, for `ms` that we watched. */
export type StartLockObservation =
  | { readonly kind: 'free' }
  | { readonly kind: 'mine' }
  | { readonly kind: 'unsaid'; readonly ms: number }
  | { readonly kind: 'held'; readonly pid: number; readonly holder: 'alive' | 'gone'; readonly daemon: 'none' | 'alive' | 'gone' };

export type Seen = {
  /** `use`: a daemon that takes commands. `stop`: none at all. `lock`: only the start lock, for a restart. */
  readonly want: 'use' | 'stop' | 'lock';
  /** Whether a missing daemon may be started. */
  readonly autostart: boolean;
  readonly own: BuildInfo;
  readonly record: RecordObservation;
  readonly lock: StartLockObservation;
  /** For `stop`: the process that was asked to stop already. */
  readonly asked: ProcessIdentity | null;
  /** The pid of a daemon that took its record away under our eyes and has not ended yet. */
  readonly leaving: number | null;
  /** The deadline has passed: wait no more. */
  readonly late: boolean;
};

/** The same process, not only the same pid. */
export function sameProcess(a: ProcessIdentity, b: ProcessIdentity): boolean {
  return a.pid === b.pid && a.birth === b.birth && a.boot === b.boot && a.namespace === b.namespace;
}
