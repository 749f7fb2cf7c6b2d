/** Processes that are killed, asked to end, or kept from running for a while. */
import { browsersOf, daemonsOf, freeze } from '../../support/daemons.ts';
import { end, look, processesOf, type Seen } from '../../support/processes.ts';
import { chosen } from '../plan.ts';
import type { Stage } from '../stage.ts';
import { someTime, type Draw, type Kind } from './blow.ts';

const having = (stage: Stage, words: string): readonly Seen[] =>
  processesOf(stage.shell.root).filter(({ command }) => command.includes(words));

/** Every process that can be hit, by name. */
const VICTIMS: Readonly<Record<string, (stage: Stage) => readonly Seen[]>> = {
  daemon: ({ shell }) => daemonsOf(shell),
  store: (stage) => having(stage, ' __store'),
  browser: ({ shell }) => browsersOf(shell),
  renderer: (stage) => having(stage, '--type=renderer'),
  gpu: (stage) => having(stage, '--type=gpu-process'),
  network: (stage) => having(stage, 'network.mojom.NetworkService'),
  client: ({ clients }) => [...clients.keys()].map(look).filter((seen) => seen !== null),
};

/** One that is there now; null for none. */
function victim(stage: Stage, name: string, draw: Draw): Seen | null {
  const there = VICTIMS[name]?.(stage) ?? [];
  return there.length === 0 ? null : chosen(there, draw());
}

const struck = (name: string, { pid }: Seen): string => `${name} ${pid}`;

function killing(name: string): Kind {
  return {
    machine: false,
    rows: name === 'daemon' || name === 'store' ? 'newest' : 'kept',
    strike(stage, draw) {
      const seen = victim(stage, name, draw);
      if (seen === null) return null;
      if (name === 'client') stage.fates.set(seen.pid, 'killed');
      end(seen);
      return { what: struck(name, seen) };
    },
  };
}

function terminating(name: string): Kind {
  return {
    machine: false,
    rows: name === 'store' ? 'newest' : 'kept',
    strike(stage, draw) {
      const seen = victim(stage, name, draw);
      if (seen === null) return null;
      if (name === 'client') stage.fates.set(seen.pid, 'interrupted');
      end(seen, name === 'client' && draw() < 0.5 ? 'SIGINT' : 'SIGTERM');
      return { what: struck(name, seen) };
    },
  };
}

function freezing(name: string): Kind {
  return {
    machine: false,
    rows: 'kept',
    strike(stage, draw) {
      const seen = victim(stage, name, draw);
      if (seen === null) return null;
      if (name === 'client') stage.fates.set(seen.pid, 'frozen');
      const frozen = freeze(seen);
      return { what: struck(name, seen), hold: someTime(draw), undo: () => frozen.release() };
    },
  };
}

/** kill, terminate and freeze, each of them for every victim. */
export const SIGNALS: Readonly<Record<string, Kind>> = Object.fromEntries(
  Object.keys(VICTIMS).flatMap((name) => [
    [`kill ${name}`, killing(name)],
    [`terminate ${name}`, terminating(name)],
    [`freeze ${name}`, freezing(name)],
  ]),
);
