/** Programs that are run to their end, in both runtimes. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../support/sources.ts';

test.each([
  ['Node', process.execPath],
  ['Bun', join(ROOT, 'node_modules/.bin/bun')],
])('in %s all that a program answers is heard, however soon it ends', (_name, runtime) => {
  const { stdout, stderr } = spawnSync(
    runtime,
    [
      join(ROOT, 'test/support/bounded-run-probe.ts'),
      'echo hi >&3',
      'head -c 200000 /dev/zero >&3; echo talk; exit 3',
      'exec 3>&-; echo talk >&2',
      'head -c 400000 /dev/zero >&3; sleep 60',
    ],
    { encoding: 'utf8' },
  );
  expect(JSON.parse(stdout || 'null'), stderr).toEqual([
    ['[0,null,3,""]'],
    [String.raw`[3,null,200000,"talk\n"]`],
    [String.raw`[0,null,0,"talk\n"]`],
    ['[null,"too much",null,""]'],
  ]);
});
