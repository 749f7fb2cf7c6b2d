/**
 * The one way out: everything is written, then the process ends with its status. A reader that has left (`| head`) is no
 * failure; a slow one is waited for. Never touches process.stdout, which costs milliseconds.
 */
import { writeSome } from '../client/descriptors.ts';
import { BrowseError } from '../protocol/errors.ts';
import type { ExitStatus } from '../protocol/errors.ts';
import { renderFailure } from './render.ts';

/** What became of a text: `left` when nobody reads any more; the reason when it cannot be written, as on a full disk. */
export type Written = 'whole' | 'left' | { readonly reason: string };

/** Writes all of `text` behind its first `done` bytes, or as much as somebody reads. */
export function print(fd: 1 | 2, text: string, done = 0): Written {
  let rest: Uint8Array = new TextEncoder().encode(text).subarray(done);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSome(fd, rest));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') return 'left';
      if (code !== 'EAGAIN') return { reason: message };
      // A non-blocking pipe that is full: its reader needs a moment.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  return 'whole';
}

/** Bytes that were written before. */
type Printed = { readonly stdout: number; readonly stderr: number };

/** Ends the process. An answer that cannot be written is a failure of the machine, whatever the command came to. */
export function leave(status: ExitStatus, stdout: string, stderr: string, printed: Printed = { stdout: 0, stderr: 0 }): never {
  print(2, stderr, printed.stderr);
  const written = print(1, stdout, printed.stdout);
  if (typeof written === 'string') process.exit(status);
  const error = new BrowseError('file-unwritable', {
    path: 'stdout',
    reason: `${written.reason}; the command had ended with status ${status}`,
  });
  print(2, renderFailure(error.body(), false).stderr);
  process.exit(error.exit);
}
