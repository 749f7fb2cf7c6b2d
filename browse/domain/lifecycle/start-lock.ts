/** The start lock as a port: one at a time starts or replaces a daemon. Must not know where it lies. */
import type { ProcessIdentity } from '../../protocol/record.ts';

/** Who holds the start lock, and the daemon it has spawned meanwhile. */
export type LockHolder = { readonly holder: ProcessIdentity; readonly daemon: ProcessIdentity | null };
/** `holder` null: somebody took it and has not said who he is. */
export type LockObservation = { readonly kind: 'free' } | { readonly kind: 'held'; readonly holder: LockHolder | null };

/** Serialises starts and replacements. Age never makes a lock dead, only a proof that its holder is gone. */
export interface Lock {
  look(): LockObservation;
  /** One attempt; null when it is held. `onLost` is called when somebody removed it under us: then change nothing more. */
  take(onLost: (reason: string) => void): Promise<HeldLock | null>;
  /** Removes the lock of `seen`, under a second lock and after looking again; false when it is another's by now. */
  breakDead(seen: LockHolder | null, stillDead: (now: LockHolder | null) => boolean): Promise<boolean>;
}

export interface HeldLock {
  /** Names the daemon that was spawned under it. */
  name(daemon: ProcessIdentity): Promise<void>;
  release(): Promise<void>;
}
