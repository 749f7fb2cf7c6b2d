/**
 * `browse up`: watches the daemon, whoever started it, and shows it: as a panel in a terminal, as lines everywhere else. It asks
 * and never owns: its end ends nothing, and what has died is started again by a key only.
 */
import { attempt } from '../../client/call.ts';
import { start } from '../../client/control.ts';
import { lookAtRecord } from '../../client/probe.ts';
import { observe } from '../../client/observe.ts';
import type { Observer, Sighting } from '../../client/observe.ts';
import type { World } from '../../client/client-deps.ts';
import type { LogLine } from '../../commands/logs.ts';
import { BrowseError } from '../../protocol/errors.ts';
import type { ExitStatus } from '../../protocol/errors.ts';
import type { Globals } from '../../protocol/globals.ts';
import type { ArgvReply } from '../../protocol/wire.ts';
import { answered, Tail } from '../tail.ts';
import { request } from '../request.ts';
import type { Done, OwnOptions } from '../outcome.ts';

/** Rows of the log that a panel begins with. */
const BEFORE = 50;
/** Milliseconds that a panel has to end. */
const FAREWELL = 500;
/** Milliseconds that a question to the daemon may take. */
const DEADLINE = 10_000;

/** What carries a panel: the daemon as it is seen, the log as it grows, questions to it. */
export type Source = {
  /** Null while no daemon answers, or when it did not take it. */
  ask(argv: readonly string[], deadline?: number): Promise<ArgvReply | null>;
  /** Resolves after the stop; rejects with what is our own bug. */
  readonly done: Promise<void>;
};

export type Listeners = {
  readonly sighted: (sighting: Sighting) => void;
  readonly rows: (lines: readonly LogLine[]) => void;
};

/** Watches until `stop`. `session` null: rows of all of them. */
export function watchAll(world: World, session: string | null, listeners: Listeners, stop: AbortSignal): Source {
  const tail = new Tail(['logs', ...(session === null ? ['--all-sessions'] : ['--session', session])], BEFORE);
  /** Questions of ours: they are no work of the daemon's. */
  const own = new Set<string>();
  const others = (sighting: Sighting): Sighting => {
    if (sighting.kind !== 'there') return sighting;
    const { status } = sighting;
    return { ...sighting, status: { ...status, running: status.running.filter(({ id }) => !own.has(id)) } };
  };
  let [reading, again, owed] = [false, false, false];
  const ask = async (argv: readonly string[], deadline = DEADLINE): Promise<ArgvReply | null> => {
    const record = observer.record();
    if (record === null) return null;
    const asked = await request(argv, stop);
    own.add(asked.id);
    try {
      const ending = await attempt(record, asked, deadline, stop);
      return ending === 'not accepted' || 'interrupted' in ending ? null : ending;
    } finally {
      own.delete(asked.id);
    }
  };
  const read = async (): Promise<void> => {
    again = true;
    if (reading) return;
    reading = true;
    try {
      while (again && !stop.aborted) {
        again = false;
        const { lines, reply } = await tail.next(async (argv) => (await ask(argv)) ?? { interrupted: 'no daemon' });
        owed = !answered(reply);
        if (lines.length > 0 && !stop.aborted) listeners.rows(lines);
      }
    } catch (error) {
      // The daemon went away under the question, or was late: the rows are asked for again.
      if (!(error instanceof BrowseError)) throw error;
      owed = true;
    } finally {
      reading = false;
    }
  };
  const failed = Promise.withResolvers<never>();
  const observer: Observer = observe(world, {
    sighted(sighting) {
      listeners.sighted(others(sighting));
      if (owed && sighting.kind === 'there') void read().catch(failed.reject);
    },
    heard: () => void read().catch(failed.reject),
    interrupt: stop,
  });
  return { ask, done: Promise.race([observer.done, failed.promise]) };
}

/** Whether there is a terminal that a panel can be drawn on. */
function drawable(env: World['env']): boolean {
  const ci = env['CI'];
  return (
    process.stdin.isTTY && process.stdout.isTTY && env['TERM'] !== 'dumb' && (ci === undefined || ci === '' || ci === 'false' || ci === '0')
  );
}

/** Starts a daemon unless one lives, in whatever state. One that we could not understand is replaced, or refused, as by any command. */
async function ensure(world: World, headed: boolean, options: OwnOptions): Promise<void> {
  if (world.files.checkFolder(world.paths.run)) {
    const sight = await lookAtRecord(world);
    if (sight.kind === 'names' && sight.process !== 'gone' && sight.record.build.protocol === world.own.protocol) return;
  }
  await start(world, headed ? ['--headed'] : [], false, options);
}

/** Fails with the daemon's and the machine's codes. */
export async function up(world: World, globals: Globals, options: OwnOptions): Promise<Done> {
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
