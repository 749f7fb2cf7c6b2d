/** The rig itself: a run of the tests that is cut off leaves nothing. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { eventually, processesOf } from '../support/processes.ts';
import { ROOT } from '../support/sources.ts';

// CASES G10
test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('a run of the tests that ends by %s leaves no process and no file', async (signal) => {
  using folder = temporaryFolder();
  const run = spawn(process.execPath, [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'e2e', 'commands-act'], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: folder.path, VITEST: undefined },
    // A group of its own: a terminal signals all of them, and so does this test.
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  try {
    await eventually(
      'a browser of the run',
      () => processesOf(folder.path).some(({ command }) => command.includes('--remote-debugging-pipe')),
      100_000,
    );
    process.kill(-(run.pid ?? 0), signal);
    if (run.exitCode === null && run.signalCode === null) await once(run, 'exit');
    await eventually('its processes to end', () => processesOf(folder.path).length === 0, 20_000);
    await eventually('its folder to go', () => readdirSync(folder.path).length === 0, 20_000);
  } finally {
    run.kill('SIGKILL');
  }
  expect(readdirSync(folder.path)).toEqual([]);
});
