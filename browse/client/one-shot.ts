/**
 * `--no-daemon`, and `--no-autostart` when none runs: a daemon of its own in a private folder does one command. It and its
 * browser are gone when this returns; it removes the folder itself, so that it goes even when we are killed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { daemonVariables } from '../protocol/environment.ts';
import { fail } from '../protocol/errors.ts';
import { statePaths } from '../protocol/paths.ts';
import type { ExitStatus } from '../protocol/errors.ts';
import type { ArgvRequest } from '../protocol/wire.ts';
import { attempt, call, PATIENCE, timeoutOf } from './call.ts';
import { goneWithin, reachState } from './connect.ts';
import { probeRecord } from './probe.ts';
import { realDeps } from './client-deps.ts';
import type { ClientDeps } from './client-deps.ts';

type Result = { readonly exit: ExitStatus; readonly stdout: string; readonly stderr: string };

/** `always`: even beside a daemon that runs. Fails with the daemon's and the machine's codes. */
export async function oneShot(
  world: ClientDeps,
  request: ArgvRequest,
  always: boolean,
  options: { interrupt: AbortSignal; say: (line: string) => void },
): Promise<Result> {
  if (!always && (await answers(world))) {
    const ending = await call(request, {
      paths: world.paths,
      own: world.own,
      env: world.env,
      autostart: false,
      say: options.say,
      interrupt: options.interrupt,
      handed: null,
    });
    return 'interrupted' in ending ? fail('interrupted', { command: request.argv.join(' '), outcome: ending.interrupted }) : ending;
  }
  const home = mkdtempSync(join(tmpdir(), 'browse-once-'));
  const own = realDeps(statePaths(home), world.own, { ...daemonVariables(world.env), BROWSE_HOME: home });
  const given = timeoutOf(request.argv);
  try {
    const headed = request.argv.includes('--headed') ? ['--headed'] : [];
    const { record } = await reachState(own, 'use', {
      autostart: true,
      timeout: given ?? PATIENCE,
      flags: ['--once', ...headed],
      say: options.say,
      interrupt: options.interrupt,
    });
    if (record === null) return fail('daemon-down', { folder: home });
    const ending = await attempt(record, { ...request, spent: Math.round(performance.now()) }, given ?? PATIENCE, options.interrupt);
    await goneWithin(own, record.process, 10_000);
    if (ending === 'not accepted') return fail('daemon-failed', { reason: 'the private daemon did not take the command' });
    return 'interrupted' in ending ? fail('interrupted', { command: request.argv.join(' '), outcome: ending.interrupted }) : ending;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function answers(world: ClientDeps): Promise<boolean> {
  if (!world.files.checkFolder(world.paths.run)) return false;
  const sight = await probeRecord(world);
  return sight.kind === 'names' && sight.process !== 'gone';
}
