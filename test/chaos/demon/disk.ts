/** The disk under the state folder is full for a while. */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { someTime, type Kind } from './blow.ts';

const BLOCK = Buffer.alloc(1 << 20);

/** Writes until nothing more fits. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (let size = BLOCK.length; size >= 1;) {
      try {
        writeSync(file, BLOCK, 0, size);
      } catch {
        size = Math.floor(size / 16);
      }
    }
  } finally {
    closeSync(file);
  }
}

export const DISK_BLOWS: Readonly<Record<string, Kind>> = {
  'fill disk': {
    machine: true,
    rows: 'newest',
    strike({ disk }, draw) {
      if (disk === null) return null;
      const path = join(disk, 'ballast');
      fill(path);
      return { what: disk, hold: someTime(draw), undo: () => rmSync(path, { force: true }) };
    },
  },
};
