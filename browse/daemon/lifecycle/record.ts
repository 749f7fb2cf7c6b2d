/** The daemon's side of its record: claims it, keeps it true, and removes it only while it names this process. */
import { existsSync, statSync, watch } from 'node:fs';
import { parseRecord } from '../../protocol/record.ts';
import type { DaemonRecord } from '../../protocol/record.ts';
import type { StatePaths } from '../../protocol/paths.ts';
import type { Files } from '../../domain/ports/machine.ts';

/** How long a record must be gone or another's before we believe it, in milliseconds. */
const SETTLING = 200;

export type RecordKeeper = {
  current(): DaemonRecord;
  /** Rewrites the file, unless it is another's by now. */
  update(change: Partial<Pick<DaemonRecord, 'state' | 'endpoint' | 'refreshedAt'>>): Promise<void>;
  /** Removes the file iff it names this process. */
  remove(): void;
  /** Whether the file still names this process. */
  isMine(): boolean;
  /** Whether the file names another daemon by now: this one was frozen, and given up. Costs microseconds while the file is the same. */
  isAnothers(): boolean;
  /**
   * Calls `lost` once when the file is gone or another's: whoever removed it asks us to leave. Calls `socketGone` whenever the
   * socket that it names is no longer there: who tidies folders up means no harm.
   */
  onLost(listener: { lost(): void; socketGone(): void }): void;
};

/** Writes the first record; null when somebody else's is there. */
export async function claimRecord(files: Files, paths: StatePaths, first: DaemonRecord): Promise<RecordKeeper | null> {
  if (!(await files.claim(paths.record, JSON.stringify(first)))) return null;
  let record = first;
  const isMine = (): boolean => {
    const text = files.read(paths.record);
    return text !== null && parseRecord(text)?.nonce === record.nonce;
  };
  let known = '';
  return {
    current: () => record,
    isMine,
    isAnothers() {
      const seen = statSync(paths.record, { throwIfNoEntry: false });
      const print = seen === undefined ? '' : `${seen.ino} ${seen.mtimeMs}`;
      if (print === known) return false;
      const there = parseRecord(readable(files, paths.record));
      if (there !== null && there.nonce !== record.nonce) return true;
      known = print;
      return false;
    },
    async update(change) {
      const next = { ...record, ...change };
      if (isMine()) await files.write(paths.record, JSON.stringify(next));
      // Two updates at once: the later one must not undo what the earlier one changed.
      record = { ...record, ...change };
    },
    remove() {
      if (isMine()) files.remove(paths.record);
    },
    onLost(listener) {
      let told = false;
      const lost = (): boolean => !told && !mineOrUnknown(isMine);
      const socketGone = (): boolean => !told && record.endpoint.kind === 'unix' && !existsSync(record.endpoint.path);
      // Looked at twice: somebody may be in the middle of writing it.
      const look = (): void => {
        if (!lost() && !socketGone()) return;
        setTimeout(() => {
          if (lost()) {
            told = true;
            watcher?.close();
            clearInterval(timer);
            listener.lost();
          } else if (socketGone()) listener.socketGone();
        }, SETTLING);
      };
      // The event comes at once; the timer is for file systems that send none.
      const timer = setInterval(look, 5000);
      timer.unref();
      let watcher: ReturnType<typeof watch> | null = null;
      try {
        watcher = watch(paths.run, { persistent: false }, look);
        watcher.on('error', () => watcher?.close());
      } catch {
        watcher = null;
      }
    },
  };
}

/** The text of a file; empty where there is none that can be read. */
function readable(files: Files, path: string): string {
  try {
    return files.read(path) ?? '';
  } catch {
    return '';
  }
}

/** A folder that cannot be read proves nothing. */
function mineOrUnknown(isMine: () => boolean): boolean {
  try {
    return isMine();
  } catch {
    return true;
  }
}
