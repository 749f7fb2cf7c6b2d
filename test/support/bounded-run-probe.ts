/** Runs programs to their end in a runtime of its own, and prints what it heard of each: see `ports/bounded-run.test.ts`. */
import { runBounded } from '../../browse/adapters/node/children/bounded-run.ts';

const heard: object[] = [];
for (const source of process.argv.slice(2)) {
  const runs = Array.from({ length: 10 }, () =>
    runBounded({
      file: '/bin/sh',
      args: ['-c', source],
      cwd: '/',
      env: {},
      timeout: 20_000,
      signal: new AbortController().signal,
      answer: 3,
      most: 300_000,
    }),
  );
  // Busy for a moment: its end and its answer are there at the same time.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  const ends = await Promise.all(runs);
  heard.push([
    ...new Set(ends.map(({ status, why, answer, said }) => JSON.stringify([status, why, why === null ? answer.length : null, said]))),
  ]);
}
console.log(JSON.stringify(heard));
