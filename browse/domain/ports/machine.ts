/** The machine as the pure floors need it: time, processes and our own files. One suite per port runs on the fake and on the real one. */
import type { ProcessIdentity } from '../../protocol/record.ts';

/** How long, and until who leaves. */
export type TimeLimit = {
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal;
};

// ---- the machine -------------------------------------------------------------------------------------------------

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Monotonic milliseconds. */
  elapsed(): number;
  /** Resolves after `ms`, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Processes {
  /** This process. */
  self(): ProcessIdentity;
  /** Gone = no such pid, another birth time, another boot, or a zombie without threads. */
  state(identity: ProcessIdentity): 'alive' | 'gone' | 'foreign-namespace';
  /** The identity of a live process by its pid; null when it is gone. */
  identify(pid: number): ProcessIdentity | null;
  /** Signals exactly that process (or the group that it heads), verified by birth time at the last moment; false when it was gone. */
  signal(identity: ProcessIdentity, signal: 'SIGTERM' | 'SIGKILL', reach?: 'one' | 'group'): boolean;
  /** Resolves true when gone, false when the bound ran out. */
  waitGone(identity: ProcessIdentity, bound: TimeLimit): Promise<boolean>;
}

/** Our own files. Fails with `state-unusable`, `disk-full`. */
export interface Files {
  /** Whole text, or null when there is no such file. */
  read(path: string): string | null;
  /** Replaces the file in one step, mode 0600. */
  write(path: string, text: string): Promise<void>;
  /** The same before it returns: for what must be on disk before anybody hears of it. */
  writeNow(path: string, text: string): void;
  /** Makes the file with its whole text, mode 0600; false when one is there already. */
  claim(path: string, text: string): Promise<boolean>;
  /** One file or socket; nothing to do when it is missing. */
  remove(path: string): void;
  /** A folder of ours and all that is in it. */
  removeTree(path: string): Promise<void>;
  /** Names in a folder; none when it is missing. */
  list(path: string): readonly string[];
  /**
   * Makes the folder 0700, or checks that it is ours already: no link, our owner, others may not enter it, nor write in the folder that
   * it lies in. `shared`: that one is a temp folder.
   */
  secureFolder(path: string, shared?: boolean): void;
  /** Of that only the folder that it lies in, if there is one, making nothing. */
  checkPlace(path: string): void;
  /** The same check of the folder itself, making nothing: false when it is missing. */
  checkFolder(path: string): boolean;
}
