/**
 * Reading a file that may be somebody else's trap: in a checked-out folder, or named by one. Never waits (a pipe), never reads
 * without end (a device), never follows a link out of the folder. Says in words why it does not.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { reasonOf } from './files.ts';

/** A whole file as it was at that moment. */
export type FileRead = {
  readonly path: string;
  readonly bytes: Buffer;
  readonly text: string;
  /** SHA-256 of its bytes. */
  readonly digest: string;
};

/** The file, null when there is none, or why it is not read. `within`: its content must lie in that folder, and be ours. */
export function readCheckedOut(
  path: string,
  limits: { readonly bytes: number; readonly within: string | null },
): FileRead | { readonly problem: string } | null {
  let handle: number | null = null;
  try {
    const real = fs.realpathSync(path);
    if (limits.within !== null && !real.startsWith(`${fs.realpathSync(limits.within)}/`))
      return { problem: 'it is a link out of its folder' };
    // Without waiting for a writer, should it be a pipe; nor may it have become a link meanwhile.
    handle = fs.openSync(real, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOFOLLOW);
    const seen = fs.fstatSync(handle);
    if (!seen.isFile()) return { problem: 'it is no file' };
    const uid = process.getuid?.() ?? 0;
    if (limits.within !== null && uid !== 0 && seen.uid !== uid && seen.uid !== 0)
      return { problem: `it belongs to another user (uid ${seen.uid})` };
    const bytes = readAtMost(handle, limits.bytes + 1);
    if (bytes.length > limits.bytes) return { problem: `it is larger than ${limits.bytes / 1024} KiB` };
    return { path, bytes, text: bytes.toString('utf8').replace(/^\uFEFF/, ''), digest: createHash('sha256').update(bytes).digest('hex') };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A link to nothing is there.
    if (code === 'ENOENT' || code === 'ENOTDIR') return isThere(path) ? { problem: 'it is a link to nothing' } : null;
    return { problem: reasonOf(error) };
  } finally {
    if (handle !== null) fs.closeSync(handle);
  }
}

/** Whether something has that name, whatever it is. */
export function isThere(path: string): boolean {
  return fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function readAtMost(handle: number, most: number): Buffer {
  const buffer = Buffer.alloc(most);
  let length = 0;
  for (;;) {
    const got = fs.readSync(handle, buffer, length, most - length, null);
    length += got;
    if (got === 0 || length === most) return buffer.subarray(0, length);
  }
}
