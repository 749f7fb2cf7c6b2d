/**
 * A page that writes to its console without end keeps the daemon busy with nothing else, and the browser too, for all other pages.
 *
 *   heard ──too many in a second──► muted ──far too many──► ended
 *     ▲────────────────it navigates──┘
 *
 * What a muted page writes is dropped where it comes in. Each message costs the browser, whoever listens, and a page that leaves it no
 * time for others is ended: from then on it is one that crashed. `test/browser/flood.test.ts` fails when a private name is gone.
 */
import { dropFrom } from './pipe-filter.ts';
import type { Dropping, Pipe } from './pipe-filter.ts';
import { endPage } from './page-end.ts';
import type { FrameSession as AnySession, ServerPage } from './server-side.ts';

/** As far as its console goes. */
interface FrameSession extends AnySession {
  readonly _client: AnySession['_client'] & { readonly _sessionId: string; readonly _connection: { readonly _transport: Pipe } };
  /** That of its own frame. */
  readonly _targetId: string;
  _onConsoleAPI(event: ConsoleMessage): unknown;
}

type ConsoleMessage = { readonly timestamp: number };

/** What became of the console of a page. */
export type FloodNews = 'muted' | 'ended';

/** Messages in one second from which on it is a flood; and those that are too many for a machine that hears them that many milliseconds later. */
const FLOOD = 1_500;
const LATE_FLOOD = 200;
const LATE = 2_000;
const SECOND = 1_000;
/** Messages in one second for which the browser itself has no time; on a machine that hears them late, as many as a flood has. */
const TORRENT = 6_000;

type Counted = {
  /** By the clock of the page. */
  since: number;
  count: number;
  state: 'heard' | FloodNews;
  dropping: Dropping | null;
  /** Age of a message when it was heard, in milliseconds, by two clocks: the least so far. */
  youngest: number;
};

const counted = new WeakMap<FrameSession, Counted>();
const listeners = new WeakMap<ServerPage, (news: FloodNews) => void>();
let patched = false;

/** Calls back whenever the console of the page is muted, and when the page is ended. */
export function watchFlood(page: ServerPage, onFlood: (news: FloodNews) => void): void {
  listeners.set(page, onFlood);
  if (patched) return;
  patched = true;
  const prototype = Object.getPrototypeOf(page.delegate._mainFrameSession) as FrameSession;
  const { _onConsoleAPI } = prototype;
  prototype._onConsoleAPI = function (this: FrameSession, event: ConsoleMessage): unknown {
    const known = counted.get(this) ?? meet(this, event.timestamp);
    const drops = known.state !== 'heard';
    meter(this, known, event.timestamp);
    return drops ? undefined : _onConsoleAPI.call(this, event);
  };
}

function meet(session: FrameSession, timestamp: number): Counted {
  const known: Counted = { since: timestamp, count: 0, youngest: Infinity, state: 'heard', dropping: null };
  counted.set(session, known);
  // The next document is a new page. A frame in it is none: it would open the console again at the page's will.
  session._client.on('Page.frameNavigated', ({ frame }: { readonly frame: { readonly id: string } }) => {
    if (frame.id === session._targetId && known.state === 'muted') hearAgain(known);
  });
  return known;
}

/** Counts a message that was written at that time, by the page's clock. */
function meter(session: FrameSession, known: Counted, timestamp: number): void {
  if (known.state === 'ended') return;
  // By the page's clock: a machine without time for more hears few in a second, and all the others wait in the browser.
  if (timestamp - known.since > SECOND) Object.assign(known, { since: timestamp, count: 0 });
  known.count += 1;
  const age = Date.now() - timestamp;
  known.youngest = Math.min(known.youngest, age);
  const late = age - known.youngest > LATE;
  const most = known.state === 'heard' ? (late ? LATE_FLOOD : FLOOD) : late ? FLOOD : TORRENT;
  if (known.count < most) return;
  Object.assign(known, { since: timestamp, count: 0 });
  if (known.state === 'heard') mute(session, known);
  else end(session, known);
}

function mute(session: FrameSession, known: Counted): void {
  const { _sessionId, _connection } = session._client;
  known.state = 'muted';
  known.dropping = dropFrom(_connection._transport, {
    session: _sessionId,
    frame: session._targetId,
    onDrop: (timestamp) => meter(session, known, timestamp),
  });
  tell(session, 'muted');
}

function end(session: FrameSession, known: Counted): void {
  known.state = 'ended';
  tell(session, 'ended');
  endPage(session);
}

function hearAgain(known: Counted): void {
  known.dropping?.end();
  Object.assign(known, { since: 0, count: 0, state: 'heard', dropping: null });
}

function tell(session: FrameSession, news: FloodNews): void {
  listeners.get(session._crPage._page)?.(news);
}
