/** What a key means in a panel. Pure: a key and a state → the next state, and what is to be done. */
import type { BrowserFacts } from '../../protocol/status.ts';
import { filterOf, NO_FILTER, SOURCES } from './filter.ts';
import { answers, runningOf } from './state.ts';
import type { Act, PanelState } from './state.ts';

/** A key as the terminal tells it: what it types, or its name. */
export type PressedKey = { readonly text: string; readonly name: 'enter' | 'escape' | 'backspace' | 'ctrl-c' | null };

export type Pressed = { readonly state: PanelState; readonly act: Act | null };

/** Longest filter, in characters. */
const FILTER = 200;

/** After a key. */
export function press(state: PanelState, key: PressedKey): Pressed {
  if (key.name === 'ctrl-c') return { state, act: { do: 'quit' } };
  if (state.typing !== null) return type(state, state.typing, key);
  if (state.asking !== null) return answer(state, state.asking, key);
  const stay = (text: string): Pressed => ({ state: { ...state, said: { text, tone: 'plain' } }, act: null });
  const act = (what: Act): Pressed =>
    state.doing === null ? { state: { ...state, said: null }, act: what } : stay(`Wait: ${state.doing} is not over`);
  const ask = (question: string, what: Act): Pressed =>
    state.doing === null ? { state: { ...state, said: null, asking: { question, act: what } }, act: null } : act(what);
  const down = state.observation?.kind === 'none';
  const running = runningOf(state);
  const cut = running === 0 ? '' : ` ${running === 1 ? '1 command runs' : `${running} commands run`} and will be cut short.`;
  if (key.name === 'escape') return { state: { ...state, filter: NO_FILTER, said: null }, act: null };
  switch (key.text) {
    case 'q':
      return { state, act: { do: 'quit' } };
    case '/':
      return { state: { ...state, typing: '', said: null }, act: null };
    case 'l': {
      const source = SOURCES[(SOURCES.indexOf(state.source) + 1) % SOURCES.length] ?? 'all';
      return { state: { ...state, source, said: null }, act: null };
    }
    case 'R':
      return running === 0 ? act({ do: 'restart' }) : ask(`Restart?${cut}`, { do: 'restart' });
    case 's':
      return down ? act({ do: 'start' }) : ask(`Stop the daemon and its browser?${cut}`, { do: 'stop' });
  }
  if (!/^[rb1-9]$/.test(key.text)) return { state, act: null };
  if (state.observation?.kind !== 'there' || !answers(state))
    return stay(down ? 'No daemon runs: press s to start one' : 'The daemon does not answer');
  if (key.text === 'b') return window(state.observation.status.browsers[0], state.display, cut, ask, stay);
  if (key.text === 'r') return act({ do: 'refresh', service: null });
  const service = state.observation.status.services[Number(key.text) - 1];
  return service === undefined ? stay(`There is no service ${key.text}`) : act({ do: 'refresh', service: service.name });
}

function window(
  browser: BrowserFacts | undefined,
  display: boolean,
  cut: string,
  ask: (question: string, act: Act) => Pressed,
  stay: (text: string) => Pressed,
): Pressed {
  if (browser?.headless === false) return stay(`The window of ${browser.name} (pid ${browser.pid}) is open on the daemon's display`);
  if (!display) return stay('No window can be shown: DISPLAY and WAYLAND_DISPLAY are empty here');
  return ask(`A headless browser gets no window. Restart with one, and open its tabs again?${cut}`, { do: 'window' });
}

function type(state: PanelState, typing: string, { text, name }: PressedKey): Pressed {
  const next = (change: Partial<PanelState>): Pressed => ({ state: { ...state, ...change }, act: null });
  if (name === 'escape') return next({ typing: null, filter: NO_FILTER });
  if (name === 'backspace') return next({ typing: [...typing].slice(0, -1).join('') });
  if (name !== 'enter') return next({ typing: (typing + text).slice(0, FILTER) });
  const filter = filterOf(typing);
  const said = filter.problem === null ? null : { text: `This pattern cannot be read: ${filter.problem}`, tone: 'bad' as const };
  return next({ typing: null, filter: filter.problem === null ? filter : state.filter, said });
}

function answer(state: PanelState, { act }: NonNullable<PanelState['asking']>, { text, name }: PressedKey): Pressed {
  const closed = { ...state, asking: null };
  if (text === 'y' || text === 'Y') return { state: closed, act };
  if (text === 'n' || text === 'N' || text === 'q' || name === 'escape')
    return { state: { ...closed, said: { text: 'Nothing was done', tone: 'plain' } }, act: null };
  return { state, act: null };
}
