/** `--no-daemon` leaves nothing, whatever becomes of the one who typed it. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import { ended } from '../support/daemons.ts';
import { eventually } from '../support/processes.ts';
import { serve } from '../support/site.ts';

test.each([
  ['SIGKILL', null],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('a client that gets %s in the middle takes its private daemon, its browser and its folder along', async (signal, exit) => {
  await using site = await serve();
  await using shell = cli();
  const running = shell.start(['goto', `${site.origin}/never`, '--no-daemon']);
  await site.seen('/never');
  const everybody = shell.processes().filter(({ pid }) => pid !== running.pid);
  expect(everybody.length).toBeGreaterThan(1);
  running.child.kill(signal);
  const run = await running.done;
  expect(run.exit, String(run)).toBe(exit);
  await ended(everybody, 10_000);
  await eventually('the private folder to go', () => readdirSync(join(shell.root, 'temp')).length === 0, 10_000);
  expect(shell.record()).toBeNull();
});
