/** `browse up` in a terminal: seen, heard and pressed → state → screen. What a key asks for is done here, and told in one line. */
import { restart, start, stop as stopDaemon } from '../../client/control.ts';
import type { Talk } from '../../client/control.ts';
import type { ClientDeps } from '../../client/client-deps.ts';
import { logLine } from '../../commands/logs.ts';
import { displayVariables } from '../../protocol/environment.ts';
import { BrowseError, errorLine } from '../../protocol/errors.ts';
import type { Refreshed } from '../../protocol/status.ts';
import { changesBetween } from './changes.ts';
import { press } from './keys.ts';
import type { PressedKey } from './keys.ts';
import { screen } from './screen.ts';
import { begin, end, hear, newPanel, sight } from './state.ts';
import type { PanelEffect, PanelState, PanelMessage } from './state.ts';
import { openView } from './view.ts';
import { watchAll } from './watch.ts';

/** Milliseconds that a refresh may take. */
const REFRESH_DEADLINE = 30_000;
/** The panel counts seconds. */
const TICK = 1000;

/** Takes the terminal, and gives it back whatever happens. Resolves with what is to be said afterwards. */
export async function panel(world: ClientDeps, session: string | null, stop: AbortController): Promise<string> {
  let state: PanelState = newPanel(
    process.pid,
    Object.values(displayVariables(world.env)).some((value) => value !== ''),
  );
  let acting: Promise<void> | null = null;
  const noColor = world.env['NO_COLOR'];
  const view = openView({
    colour: noColor === undefined || noColor === '',
    pressed: (key) => pressed(key),
    resized: () => draw(),
  });
  const draw = (): void => view.show(screen(state, view.size(), world.clock.now()));
  const become = (next: PanelState): void => {
    state = next;
    draw();
  };
  const source = watchAll(
    world,
    session,
    {
      observed(observation) {
        const before = state;
        state = sight(before, observation, world.clock.now());
        // Time that goes by is drawn by the tick.
        if (changesBetween(before, state, false).length > 0) draw();
      },
      rows: (lines) =>
        become(
          hear(
            state,
            lines.map((line) => ({ source: line.source, text: logLine(line) })),
          ),
        ),
    },
    stop.signal,
  );

  const pressed = (key: PressedKey): void => {
    const { state: next, act } = press(state, key);
    become(next);
    if (act === null) return;
    if (act.do !== 'quit') acting = perform(act).finally(() => (acting = null));
    // A daemon is not left between its end and its next begin, unless that is asked for twice.
    else if (acting === null || state.leaving) stop.abort();
    else {
      become({ ...state, leaving: true });
      void acting.finally(() => stop.abort());
    }
  };

  const perform = async (act: PanelEffect): Promise<void> => {
    const talk: Talk = { say: (text) => become({ ...state, news: { text, tone: 'plain' } }) };
    become(begin(state, DOING[act.do]));
    try {
      const said = await carryOut(act, talk);
      become(end(state, said));
    } catch (error) {
      if (!(error instanceof BrowseError)) throw error;
      become(end(state, { text: errorLine(error.body()), tone: 'bad' }));
    }
  };

  const carryOut = async (act: PanelEffect, talk: Talk): Promise<PanelMessage> => {
    switch (act.do) {
      case 'refresh':
        return refreshed(act.service);
      case 'start': {
        const { process: daemon, fresh } = await start(world, [], false, talk);
        return good(fresh ? `Server started (pid ${daemon.pid})` : `Already running (pid ${daemon.pid})`);
      }
      case 'stop': {
        const { pid } = await stopDaemon(world, { force: false }, talk);
        return good(pid === null ? 'No daemon running' : `Server stopped (pid ${pid})`);
      }
      case 'restart':
      case 'window': {
        const { before, pid } = await restart(world, { restore: true, headed: act.do === 'window' }, talk);
        return good(before === null ? `Server started (pid ${pid})` : `Restarted (pid ${before} → ${pid})`);
      }
    }
  };

  const refreshed = async (service: string | null): Promise<PanelMessage> => {
    const reply = await source.ask(['refresh', ...(service === null ? [] : [service]), '--json'], REFRESH_DEADLINE);
    if (reply === null) return { text: 'The daemon did not take it: try again', tone: 'bad' };
    if (reply.error !== undefined) return { text: errorLine(reply.error), tone: 'bad' };
    const { changed } = JSON.parse(reply.stdout) as Refreshed;
    return good([`Refreshed ${service ?? 'everything'} in place`, ...changed].join('; '));
  };

  const timer = setInterval(draw, TICK);
  try {
    draw();
    await source.done;
  } finally {
    clearInterval(timer);
    view.close();
  }
  const { observation } = state;
  const left = observation !== null && 'named' in observation ? observation.named : null;
  return left === null ? 'No daemon runs' : `The daemon runs on (pid ${left.pid})`;
}

const good = (text: string): PanelMessage => ({ text, tone: 'good' });

const DOING: Readonly<Record<PanelEffect['do'], string>> = {
  refresh: 'Refreshing',
  start: 'Starting',
  stop: 'Stopping',
  restart: 'Restarting',
  window: 'Restarting with a window',
};
