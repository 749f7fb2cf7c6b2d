/**
 * A page that writes to its console without end keeps the daemon busy with nothing else, and the browser too, for all other pages.
 *
 *   heard ──too many in a second──► muted ──as many again──► stopped
 *     ▲────────────────it navigates──┴───────────────────────────┘
 *
 * A muted console is shut off at the source, and what is on the way is dropped where it comes in. A stopped page has its timers stopped
 * as well: each message costs the browser, whoever listens. `test/browser/flood.test.ts` fails when a private name is gone.
 */
import { dropFrom } from './pipe-filter.ts';
import type { Dropping, Pipe } from './pipe-filter.ts';

type ServerPage = { readonly delegate: { readonly _mainFrameSession: object } };

interface FrameSession {
  readonly _client: {
    readonly _sessionId: string;
    readonly _connection: { readonly _transport: Pipe };
    _sendMayFail(method: string, params?: object): Promise<unknown>;
    on(event: string, listener: () => void): void;
  };
  readonly _crPage: { readonly _page: ServerPage };
  _onConsoleAPI(event: ConsoleMessage): unknown;
  _handleException(details: ExceptionDetails): unknown;
}

type ConsoleMessage = { readonly timestamp: number };
type ExceptionDetails = { readonly exceptionId: number };

/** What became of the console of a page. */
export type FloodNews = 'muted' | 'stopped';
/** Makes the worlds of a session speak again. */
type Restore = (session: object) => void;

/** Messages in one second from which on it is a flood. */
const FLOOD = 1_500;
const SECOND = 1_000;

type Counted = {
  since: number;
  count: number;
  state: 'heard' | FloodNews;
  dropping: Dropping | null;
  heard: boolean;
  /** Settles when the page has taken in that its console was shut off. */
  shut: Promise<unknown>;
  /** While the console of a new document is opened again. */
  opening: Opening | null;
};

/**
 * A document that comes before the page has taken in that its console was shut off is heard at once, and what it had said by then is
 * told once more when the console opens again.
 */
type Opening = {
  /** Time of the newest message that was heard. */
  newest: number;
  /** Up to there messages are told again; null before the console has been shut off. */
  told: number | null;
  /** Numbers of the exceptions that were heard. */
  readonly exceptions: Set<number>;
};

const counted = new WeakMap<FrameSession, Counted>();
const listeners = new WeakMap<ServerPage, (news: FloodNews) => void>();
let patched = false;

/** Calls back whenever the console of the page is muted, and when the page is stopped. `restore`: before it is read again. */
export function watchFlood(page: ServerPage, onFlood: (news: FloodNews) => void, restore: Restore): void {
  listeners.set(page, onFlood);
  const session = page.delegate._mainFrameSession as FrameSession;
  if (patched) return;
  patched = true;
  const prototype = Object.getPrototypeOf(session) as FrameSession;
  const { _onConsoleAPI, _handleException } = prototype;
  prototype._onConsoleAPI = function (this: FrameSession, event: ConsoleMessage): unknown {
    return isToldAgain(this, event) || pours(this, restore) ? undefined : _onConsoleAPI.call(this, event);
  };
  prototype._handleException = function (this: FrameSession, details: ExceptionDetails): unknown {
    const opening = counted.get(this)?.opening;
    if (opening?.exceptions.has(details.exceptionId)) return undefined;
    opening?.exceptions.add(details.exceptionId);
    return _handleException.call(this, details);
  };
}

function isToldAgain(session: FrameSession, { timestamp }: ConsoleMessage): boolean {
  const opening = counted.get(session)?.opening;
  if (!opening) return false;
  if (opening.told !== null && timestamp <= opening.told) return true;
  opening.newest = timestamp;
  return false;
}

/** Counts one message; true for one that is dropped. */
function pours(session: FrameSession, restore: Restore): boolean {
  const now = performance.now();
  const known: Counted = counted.get(session) ?? {
    since: now,
    count: 0,
    state: 'heard',
    dropping: null,
    heard: false,
    shut: Promise.resolve(),
    opening: null,
  };
  counted.set(session, known);
  if (known.state !== 'heard') {
    dropped(session, known);
    return true;
  }
  if (now - known.since > SECOND) Object.assign(known, { since: now, count: 0 });
  known.count += 1;
  if (known.count < FLOOD) return false;
  mute(session, known, restore);
  return true;
}

function mute(session: FrameSession, known: Counted, restore: Restore): void {
  const { _client } = session;
  Object.assign(known, { state: 'muted', count: 0, opening: null });
  known.dropping = dropFrom(_client._connection._transport, _client._sessionId, () => dropped(session, known));
  known.shut = _client._sendMayFail('Runtime.disable');
  listeners.get(session._crPage._page)?.('muted');
  // The next document is a new page, with worlds that have to be told of.
  const again = (): void => {
    if (known.state === 'heard') return;
    if (known.state === 'stopped') void _client._sendMayFail('Page.setWebLifecycleState', { state: 'active' });
    known.dropping?.end();
    const opening: Opening = { newest: 0, told: null, exceptions: new Set() };
    Object.assign(known, { since: performance.now(), count: 0, state: 'heard', dropping: null, opening });
    restore(session);
    void known.shut.then(() => (opening.told = opening.newest));
    void _client._sendMayFail('Runtime.enable').then(() => {
      if (known.opening === opening) known.opening = null;
    });
  };
  if (!known.heard) _client.on('Page.frameNavigated', again);
  known.heard = true;
}

function dropped(session: FrameSession, known: Counted): void {
  known.count += 1;
  if (known.state !== 'muted' || known.count < FLOOD) return;
  known.state = 'stopped';
  void session._client._sendMayFail('Page.setWebLifecycleState', { state: 'frozen' });
  listeners.get(session._crPage._page)?.('stopped');
}
