/** The real clock. In a build for tests the wall can be moved while the program runs; nobody moves the machine's own. */
import { readFileSync } from 'node:fs';
import type { Clock } from '../../domain/ports/machine.ts';
import { TEST_BUILD } from '../../protocol/build.ts';

/** Milliseconds by which the wall is off: what stands in the file that the variable names. */
function movedBy(): number {
  try {
    return Number(readFileSync(process.env['BROWSE_TEST_CLOCK'] ?? '', 'utf8')) || 0;
  } catch {
    return 0;
  }
}

/** Wall and monotonic time of this machine. */
export const clock: Clock = {
  now: () => (TEST_BUILD ? Date.now() + movedBy() : Date.now()),
  elapsed: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done, { once: true });
    }),
};
