/** The daemon's log: one JSON object a line, rotated by size, never in the way of a command. Values typed into pages never reach it. */
import { closeSync, constants, copyFileSync, openSync, statSync, truncateSync, writeSync } from 'node:fs';
import type { Clock } from '../../domain/ports/machine.ts';

/** Rows that are more than the pipeline's. */
export type LifeRow = { readonly kind: string } & Readonly<Record<string, unknown>>;

export type Log = { write(row: LifeRow): void; bytes(): number };

/** Bytes at which the log becomes `daemon.log.1`. */
const LIMIT = 5 * 1024 * 1024;

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
  let size = bytes();
  return {
    bytes,
    write(row) {
      const line = `${JSON.stringify({ at: new Date(clock.now()).toISOString(), ...row })}\n`;
      try {
        if (size > LIMIT) {
          copyFileSync(path, `${path}.1`);
          truncateSync(path);
          size = 0;
        }
        // Made by whoever started us. Removed, it stays removed.
        const file = openSync(path, APPEND);
        writeSync(file, line);
        closeSync(file);
        size += line.length;
      } catch {
        // A full disk must not take the browser along.
      }
    },
  };
}
