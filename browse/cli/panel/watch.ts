/** What carries a panel: the daemon as it is observed, the log as it grows, questions to it. */
import { attempt } from '../../client/call.ts';
import { observe } from '../../client/observe.ts';
import type { Observer, Observation } from '../../client/observe.ts';
import type { ClientDeps } from '../../client/client-deps.ts';
import type { LogLine } from '../../commands/logs.ts';
import { BrowseError } from '../../protocol/errors.ts';
import type { ArgvReply } from '../../protocol/wire.ts';
import { answered, Tail } from '../tail.ts';
import { request } from '../request.ts';

/** Rows of the log that a panel begins with. */
const BEFORE = 50;

/** Milliseconds that a panel has to end. */
export const FAREWELL = 500;

/** Milliseconds that a question to the daemon may take. */
const DEADLINE = 10_000;

/** What carries a panel: the daemon as it is seen, the log as it grows, questions to it. */
export type PanelSource = {
  /** Null while no daemon answers, or when it did not take it. */
  ask(argv: readonly string[], deadline?: number): Promise<ArgvReply | null>;
  /** Resolves after the stop; rejects with what is our own bug. */
  readonly done: Promise<void>;
};

export type Listeners = {
  readonly observed: (observation: Observation) => void;
  readonly rows: (lines: readonly LogLine[]) => void;
};

/** Watches until `stop`. `session` null: rows of all of them. */
export function watchAll(world: ClientDeps, session: string | null, listeners: Listeners, stop: AbortSignal): PanelSource {
  const tail = new Tail(['logs', ...(session === null ? ['--all-sessions'] : ['--session', session])], BEFORE);
  /** Questions of ours: they are no work of the daemon's. */
  const own = new Set<string>();
  const others = (observation: Observation): Observation => {
    if (observation.kind !== 'there') return observation;
    const { status } = observation;
    return { ...observation, status: { ...status, running: status.running.filter(({ id }) => !own.has(id)) } };
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
    observed(observation) {
      listeners.observed(others(observation));
      if (owed && observation.kind === 'there') void read().catch(failed.reject);
    },
    heard: () => void read().catch(failed.reject),
    interrupt: stop,
  });
  return { ask, done: Promise.race([observer.done, failed.promise]) };
}
