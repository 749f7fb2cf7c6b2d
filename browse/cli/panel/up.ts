/**
 * `browse up`: watches the daemon, whoever started it, and shows it: as a panel in a terminal, as lines everywhere else. It asks
 * and never owns: its end ends nothing, and what has died is started again by a key only.
 */
import { start } from '../../client/control.ts';
import { probeRecord } from '../../client/probe.ts';
import type { ClientDeps } from '../../client/client-deps.ts';
import type { ExitStatus } from '../../protocol/errors.ts';
import type { Globals } from '../../protocol/globals.ts';
import type { LocalOutcome, LocalOptions } from '../outcome.ts';
import { FAREWELL } from './watch.ts';

/** Whether there is a terminal that a panel can be drawn on. */
function drawable(env: ClientDeps['env']): boolean {
  const ci = env['CI'];
  return (
    process.stdin.isTTY && process.stdout.isTTY && env['TERM'] !== 'dumb' && (ci === undefined || ci === '' || ci === 'false' || ci === '0')
  );
}

/** Starts a daemon unless one lives, in whatever state. One that we could not understand is replaced, or refused, as by any command. */
async function ensure(world: ClientDeps, headed: boolean, options: LocalOptions): Promise<void> {
  if (world.files.checkFolder(world.paths.run)) {
    const sight = await probeRecord(world);
    if (sight.kind === 'names' && sight.process !== 'gone' && sight.record.build.protocol === world.own.protocol) return;
  }
  await start(world, headed ? ['--headed'] : [], false, options);
}

/** Fails with the daemon's and the machine's codes. */
export async function up(world: ClientDeps, globals: Globals, options: LocalOptions): Promise<LocalOutcome> {
  if (!globals.noAutostart) await ensure(world, globals.headed, options);
  const session = globals.session ?? null;
  const stop = new AbortController();
  const leave = (): void => stop.abort();
  options.interrupt.addEventListener('abort', leave, { once: true });
  if (options.interrupt.aborted) leave();
  const broken = Promise.withResolvers<never>();
  let shown: Promise<string> | null = null;
  process.on('uncaughtException', broken.reject);
  process.on('unhandledRejection', broken.reject);
  try {
    shown =
      globals.json || !drawable(world.env)
        ? (await import('./stream.ts')).stream(world, { json: globals.json, fenced: !globals.noFence, session }, stop)
        : (await import('./panel.ts')).panel(world, session, stop);
    const line = await Promise.race([shown, broken.promise]);
    const exit: ExitStatus = options.interrupt.aborted ? 130 : 0;
    return { exit, stdout: line === '' ? '' : `${line}\n`, stderr: '' };
  } finally {
    stop.abort();
    // The terminal is given back by then.
    await Promise.race([shown?.catch(() => {}), world.clock.sleep(FAREWELL)]);
    options.interrupt.removeEventListener('abort', leave);
    process.off('uncaughtException', broken.reject);
    process.off('unhandledRejection', broken.reject);
  }
}
