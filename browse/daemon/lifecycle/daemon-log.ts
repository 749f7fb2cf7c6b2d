/** The daemon's log: one JSON object a line, rotated by size, never in the way of a command. Values typed into pages never reach it. */
import { closeSync, constants, openSync, readSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { wholeLine } from '../../base/escape.ts';
import { bounded } from '../../domain/traffic/entry.ts';
import type { Clock } from '../../domain/ports/machine.ts';

/** Rows that are more than the pipeline's. */
export type LifeRow = { readonly kind: string } & Readonly<Record<string, unknown>>;

export type Log = { write(row: LifeRow): void; bytes(): number };

/** Bytes at which the log becomes `daemon.log.1`. */
const LIMIT = 5 * 1024 * 1024;
/** Longest text in a row, in characters. */
const LONGEST = 16 * 1024;

const APPEND = constants.O_WRONLY | constants.O_APPEND;

/** Appends to `path`. It is copied and cut, not renamed: the process's own stderr goes to the same file. */
export function createLog(path: string, clock: Clock): Log {
  const bytes = (): number => {
    try {
      return statSync(path).size;
    } catch {
      return 0;
    }
  };
  return {
    bytes,
    write(row) {
      const line = `${wholeRow({ at: new Date(clock.now()).toISOString(), ...row })}\n`;
      try {
        // Asked anew each time: the runtime writes there too.
        if (bytes() > LIMIT) rotate(path);
        // Made by whoever started us. Removed, it stays removed.
        const file = openSync(path, APPEND);
        writeSync(file, line);
        closeSync(file);
      } catch {
        // A full disk must not take the browser along.
      }
    },
  };
}

/** JSON, on one line for every reader: some take U+2028 for the end of a line, or cut a text that is too long. */
function wholeRow(row: Readonly<Record<string, unknown>>): string {
  return wholeLine(JSON.stringify(row, (_, value: unknown) => (typeof value === 'string' ? bounded(value, LONGEST) : value)));
}

/** The newest of it becomes `daemon.log.1`, whatever there was. */
function rotate(path: string): void {
  const size = statSync(path).size;
  const newest = Buffer.alloc(Math.min(size, LIMIT));
  const file = openSync(path, 'r');
  const length = readSync(file, newest, 0, newest.length, size - newest.length);
  closeSync(file);
  writeFileSync(`${path}.1`, newest.subarray(0, length), { mode: 0o600 });
  truncateSync(path);
}
