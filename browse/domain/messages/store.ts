/** What the daemon and its store say to each other. Plain data; `n` pairs a reply with its request. */
import type { Answers, Batch, Clearing, LogQuestion } from '../traffic/ports.ts';
import type { RetentionLimits } from '../traffic/retention.ts';

export type WriteRequest =
  | { readonly do: 'hello'; readonly n: number }
  /** `file` is the one whose numbers the batch has. */
  | { readonly do: 'put'; readonly n: number; readonly batch: Batch; readonly file: number }
  | { readonly do: 'clear'; readonly n: number; readonly what: Clearing }
  | { readonly do: 'reopen'; readonly n: number }
  /** A reader found the file damaged: it is looked through, and set aside if it is. */
  | { readonly do: 'mend'; readonly n: number }
  /** How long and how much is kept from now on. */
  | { readonly do: 'keep'; readonly limits: RetentionLimits }
  /** A value that is hidden from now on. */
  | { readonly do: 'learn'; readonly value: string; readonly partly: boolean };

/** Where the numbers of a file begin. */
export type Beginning = { readonly request: number; readonly event: number; readonly file: number };

/** `next` in place of what was asked: the file is another one than before. Ask again. */
export type WriteReply =
  | {
      readonly n: number;
      readonly next?: Beginning;
      readonly count?: number;
      /** Rows of the batch that cannot be written for what they are. */
      readonly aside?: readonly string[];
      readonly trouble?: string;
    }
  | { readonly note: string };

export type ReadReply =
  | { readonly n: number; readonly answer: Answers[LogQuestion['ask']] }
  | { readonly n: number; readonly refused: 'question' | 'file' | 'damaged'; readonly reason: string };

const REASONS: Readonly<Record<string, string>> = {
  SQLITE_FULL: 'the disk is full',
  SQLITE_READONLY: 'the file is read-only',
  SQLITE_CANTOPEN: 'the file cannot be opened',
  SQLITE_BUSY: 'another process keeps the file locked',
  ENOSPC: 'the disk is full',
  EACCES: 'no permission',
  EROFS: 'it is on a read-only file system',
  ENOENT: 'its folder is gone',
};

/** What a disk or a file refused, in words. */
export function diskReason(error: unknown): string {
  const code = (error as { code?: string } | null)?.code ?? '';
  const found = Object.keys(REASONS).find((known) => code.startsWith(known));
  // What a full disk looks like where the journal's own memory cannot grow.
  if (/^SQLITE_IOERR_(?:WRITE|SHM|FSYNC|TRUNCATE)/.test(code)) return 'the disk is full or fails';
  // The runtime unpacks it into the temp folder, and says no more than that it is not there.
  if (/\.node: |dlopen/.test(error instanceof Error ? error.message : ''))
    return 'its module cannot be unpacked: the disk is full, or allows no programs';
  return found === undefined ? (error instanceof Error ? error.message : String(error)) : (REASONS[found] ?? code);
}

/** Whether a row was refused for what it is: any other may be written. */
export function isFaultOfRow(error: unknown): boolean {
  const code = (error as { code?: string } | null)?.code ?? '';
  if (/^SQLITE_(?:CONSTRAINT|MISMATCH|TOOBIG|RANGE)/.test(code)) return true;
  return code === '' && (error instanceof TypeError || error instanceof RangeError);
}
