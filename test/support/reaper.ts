/**
 * Ends what a run of the tests has left, however the run ended: Ctrl-C leaves daemons, which have sessions of their own. It
 * is a process of its own. Its input stays open as long as the run lives; then it ends every process that belongs to the
 * run's folder, and removes the folder.
 *
 *     node test/support/reaper.ts FOLDER GROUP     GROUP: the process group of the run, which may hold its caller too
 */
import { rmSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { end, eventually, processesOf } from './processes.ts';

const [folder, group] = process.argv.slice(2);
if (folder === undefined || group === undefined) throw new Error('reaper.ts needs a folder and a process group');
await text(process.stdin);
try {
  await eventually(
    `the processes of ${folder} to end`,
    () => {
      const left = processesOf(folder, [Number(group)]);
      for (const seen of left) end(seen);
      return left.length === 0;
    },
    30_000,
  );
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
