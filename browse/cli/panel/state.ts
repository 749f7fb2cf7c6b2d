/**
 * What a panel knows, as a function of what it has seen. Pure: no clock, no terminal, no daemon.
 *
 *     looking ──► there ◄──► silent        a daemon that is another one than before is followed, and said
 *        │          │  ▲
 *        ▼          ▼  │
 *      none ◄── leaving │                  nothing is started here: that takes a key
 *        └──► starting ─┘
 */
import { clientIdentityText } from '../../protocol/client-identity.ts';
import type { ClientIdentity, LastEnd } from '../../protocol/client-identity.ts';
import type { NamedClient, Observation } from '../../client/observe.ts';
import { NO_FILTER } from './filter.ts';
import type { RowFilter, PanelRow, RowSource } from './filter.ts';

/** One line of ours, and how it is meant. */
export type PanelMessage = { readonly text: string; readonly tone: 'good' | 'bad' | 'plain' };

/** What a key may do to the daemon. */
export type PanelEffect =
  | { readonly do: 'refresh'; readonly service: string | null }
  | { readonly do: 'start' | 'stop' | 'restart' | 'window' };

/** What a key asks for. */
export type Act = PanelEffect | { readonly do: 'quit' };

export type PanelState = {
  /** Null before the first look. */
  readonly observation: Observation | null;
  /** When a daemon told how it is, in milliseconds since the epoch. */
  readonly seenAt: number;
  /** The daemon that was seen last, whether or not it still lives. */
  readonly known: NamedClient | null;
  /** What became of the daemon, and by whom. */
  readonly news: PanelMessage | null;
  readonly rows: readonly PanelRow[];
  readonly source: RowSource;
  readonly filter: RowFilter;
  /** The filter that is being typed. */
  readonly typing: string | null;
  /** A question that waits for y or n. */
  readonly asking: { readonly question: string; readonly act: Act } | null;
  /** What is being done. */
  readonly doing: string | null;
  /** It ends as soon as that is done. */
  readonly leaving: boolean;
  /** What a key did, or why not. */
  readonly said: PanelMessage | null;
  /** The panel's own pid. */
  readonly own: number;
  /** Whether a window could be shown. */
  readonly display: boolean;
};

/** Rows that are kept. */
const ROWS = 1000;
/** Characters of a row that are kept. */
const ROW = 1000;

/** Before anything was seen. */
export function newPanel(own: number, display: boolean): PanelState {
  return {
    observation: null,
    seenAt: 0,
    known: null,
    news: null,
    rows: [],
    source: 'all',
    filter: NO_FILTER,
    typing: null,
    asking: null,
    doing: null,
    leaving: false,
    said: null,
    own,
    display,
  };
}

/** Whether a daemon is there that takes commands. */
export function answers(state: PanelState): boolean {
  return state.observation?.kind === 'there' && state.observation.status.status === 'healthy';
}

/** Commands that run. */
export function runningOf({ observation }: PanelState): number {
  return observation?.kind === 'there' ? observation.status.running.length : 0;
}

/** After a look. */
export function sight(state: PanelState, observation: Observation, now: number): PanelState {
  const before = state.observation;
  const named = 'named' in observation ? observation.named : null;
  const next = { ...state, observation, seenAt: observation.kind === 'there' ? now : state.seenAt };
  if (named !== null) {
    const news = state.known?.nonce === named.nonce ? state.news : come(state, named, observation.end);
    // One that is about to go, by whose wish.
    const going = observation.end?.nonce === named.nonce ? ending(state, named, observation.end, 'is being stopped') : null;
    return { ...next, known: named, news: going ?? news };
  }
  const wasThere = before === null || before.kind !== 'none';
  return observation.kind === 'none' && wasThere ? { ...next, news: gone(state, observation.end) } : next;
}

const mine = (state: PanelState, by: ClientIdentity): boolean => by.pid === state.own;
const who = (state: PanelState, by: ClientIdentity): string => (mine(state, by) ? 'this panel' : clientIdentityText(by));

function come(state: PanelState, { pid, startedBy }: NamedClient, end: LastEnd | null): PanelMessage {
  const by = startedBy === null ? null : who(state, startedBy);
  const { known } = state;
  if (known === null) {
    if (startedBy !== null && mine(state, startedBy)) return { text: `Started a daemon (pid ${pid})`, tone: 'good' };
    return { text: `Attached to pid ${pid}${by === null ? '' : `, started by ${by}`}`, tone: 'plain' };
  }
  const change = `pid ${known.pid} → ${pid}`;
  if (by === null) return { text: `Replaced (${change}); who did it has not said so`, tone: 'plain' };
  const same = end?.nonce === known.nonce && end.by !== null && end.by.pid === startedBy?.pid;
  return { text: `${same ? 'Restarted' : 'Started'} by ${by} (${change})`, tone: 'good' };
}

function ending(state: PanelState, { pid }: Pick<NamedClient, 'pid'>, { reason, by }: LastEnd, verb: string): PanelMessage {
  switch (reason) {
    case 'asked':
    case 'once':
      return { text: `pid ${pid} ${verb}${by === null ? '; who asked has not said so' : ` by ${who(state, by)}`}`, tone: 'plain' };
    case 'signal':
      return { text: `pid ${pid} ${verb} by a signal (kill, or browse stop --force)`, tone: 'bad' };
    case 'idle':
      return { text: `pid ${pid} ended by itself: nobody used it`, tone: 'plain' };
    case 'lost':
      return { text: `pid ${pid} ended: its record was removed`, tone: 'bad' };
  }
}

function gone(state: PanelState, end: LastEnd | null): PanelMessage {
  const { known } = state;
  if (known === null) return { text: 'No daemon runs', tone: 'plain' };
  if (end?.nonce === known.nonce) return ending(state, known, end, 'was stopped');
  return { text: `pid ${known.pid} died without a word: it was killed, or it crashed`, tone: 'bad' };
}

/** After rows came. */
export function hear(state: PanelState, rows: readonly PanelRow[]): PanelState {
  if (rows.length === 0) return state;
  const cut = rows.map(({ source, text }) => ({ source, text: text.length > ROW ? `${text.slice(0, ROW)}…` : text }));
  return { ...state, rows: [...state.rows, ...cut].slice(-ROWS) };
}

/** An act begins. */
export function begin(state: PanelState, doing: string): PanelState {
  return { ...state, doing, said: null };
}

/** An act has ended, or was not begun. */
export function end(state: PanelState, said: PanelMessage): PanelState {
  return { ...state, doing: null, said };
}
