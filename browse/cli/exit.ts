/**
 * The one way out: everything is written, then the process ends with its status. A reader that has left (`| head`) is no
 * failure; a slow one is waited for. Never touches process.stdout, which costs milliseconds.
 */
import { writeSome } from '../client/descriptors.ts';
import { BrowseError } from '../protocol/errors.ts';
import type { ExitStatus } from '../protocol/errors.ts';
import { renderFailure } from './render.ts';

/** Writes all of `text`, or as much as somebody reads. Gives the reason when it cannot be written, as on a full disk. */
export function print(fd: 1 | 2, text: string): string | null {
  let rest: Uint8Array = new TextEncoder().encode(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSome(fd, rest));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') return null;
      if (code !== 'EAGAIN') return message;
      // A non-blocking pipe that is full: its reader needs a moment.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  return null;
}

/** Ends the process. An answer that cannot be written is a failure of the machine, whatever the command came to. */
export function leave(status: ExitStatus, stdout: string, stderr: string): never {
  print(2, stderr);
  const reason = print(1, stdout);
  if (reason === null) process.exit(status);
  const error = new BrowseError('file-unwritable', { path: 'stdout', reason: `${reason}; the command had ended with status ${status}` });
  print(2, renderFailure(error.body(), false).stderr);
  process.exit(error.exit);
}
