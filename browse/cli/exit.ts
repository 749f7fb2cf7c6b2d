/**
 * The one way out: everything is written, then the process ends with its status. A reader that has left (`| head`) is no
 * failure; a slow one is waited for. Never touches process.stdout, which costs milliseconds.
 */
import { writeSome } from '../client/descriptors.ts';
import type { ExitStatus } from '../protocol/errors.ts';

/** Writes all of `text`; false when nobody reads any more. */
export function print(fd: 1 | 2, text: string): boolean {
  let rest: Uint8Array = new TextEncoder().encode(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSome(fd, rest));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EAGAIN') return false;
      // A non-blocking pipe that is full: its reader needs a moment.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  return true;
}

/** Ends the process. */
export function leave(status: ExitStatus, stdout: string, stderr: string): never {
  if (stderr !== '') print(2, stderr);
  if (stdout !== '') print(1, stdout);
  process.exit(status);
}
