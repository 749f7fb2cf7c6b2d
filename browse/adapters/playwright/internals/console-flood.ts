/**
 * A page that writes to its console without end keeps the daemon busy with nothing else. Its console is shut off at the source, and
 * what is on the way is dropped where it comes in, until it navigates. `test/browser/flood.test.ts` fails when a private name is gone.
 */

type ServerPage = { readonly delegate: { readonly _mainFrameSession: object } };

interface FrameSession {
  readonly _client: {
    readonly _sessionId: string;
    readonly _connection: { readonly _transport: Pipe };
    _sendMayFail(method: string, params?: object): Promise<unknown>;
    on(event: string, listener: () => void): void;
  };
  readonly _crPage: { readonly _page: ServerPage };
  _onConsoleAPI(event: object): unknown;
}

/** The pipe to a browser that we launched. */
interface Pipe {
  _pendingBuffers?: Buffer[];
  _dispatch?(buffer: Buffer): void;
}

/** Messages in one second from which on it is a flood. */
const FLOOD = 1_500;
/** How many times slower a page runs that floods: each message costs the browser too, whoever listens, and all its other pages. */
const SLOWED = 50;
const NUL = 0;
const CONSOLE = Buffer.from('{"method":"Runtime.consoleAPICalled"');

type Counted = { since: number; count: number; shut: boolean; heard: boolean };

const counted = new WeakMap<FrameSession, Counted>();
const listeners = new WeakMap<ServerPage, () => void>();
let patched = false;

/** Calls back whenever the console of the page is shut off. `restore` makes its worlds speak again once it is read again. */
export function watchFlood(page: ServerPage, onFlood: () => void, restore: (session: object) => void): void {
  listeners.set(page, onFlood);
  const session = page.delegate._mainFrameSession as FrameSession;
  if (patched) return;
  patched = true;
  const prototype = Object.getPrototypeOf(session) as FrameSession;
  const { _onConsoleAPI } = prototype;
  prototype._onConsoleAPI = function (this: FrameSession, event: object): unknown {
    return pours(this, restore) ? undefined : _onConsoleAPI.call(this, event);
  };
}

/** Counts one message; true for one that is dropped. */
function pours(session: FrameSession, restore: (session: object) => void): boolean {
  const now = performance.now();
  const known: Counted = counted.get(session) ?? { since: now, count: 0, shut: false, heard: false };
  counted.set(session, known);
  if (known.shut) return true;
  if (now - known.since > 1_000) Object.assign(known, { since: now, count: 0 });
  known.count += 1;
  if (known.count < FLOOD) return false;
  shut(session, known, restore);
  return true;
}

function shut(session: FrameSession, known: Counted, restore: (session: object) => void): void {
  const { _client } = session;
  known.shut = true;
  const dropping = dropFrom(_client._connection._transport, _client._sessionId);
  void _client._sendMayFail('Emulation.setCPUThrottlingRate', { rate: SLOWED });
  void _client._sendMayFail('Runtime.disable');
  listeners.get(session._crPage._page)?.();
  // The next document is a new page, with worlds that have to be told of.
  const again = (): void => {
    if (!known.shut) return;
    Object.assign(known, { since: performance.now(), count: 0, shut: false });
    dropping?.delete(_client._sessionId);
    void _client._sendMayFail('Emulation.setCPUThrottlingRate', { rate: 1 });
    restore(session);
    void _client._sendMayFail('Runtime.enable');
  };
  if (!known.heard) _client.on('Page.frameNavigated', again);
  known.heard = true;
}

const filters = new WeakMap<Pipe, Set<string>>();

/** Drops console messages of these sessions where they come out of the pipe: reading one takes longer than a page takes to write it. */
function dropFrom(pipe: Pipe, session: string): Set<string> | null {
  const before = filters.get(pipe);
  if (before) return before.add(session);
  const { _dispatch, _pendingBuffers } = pipe;
  // A browser that was joined is at the other end of a socket.
  if (_dispatch === undefined || _pendingBuffers === undefined) return null;
  const sessions = new Set([session]);
  filters.set(pipe, sessions);
  let held = Buffer.concat(_pendingBuffers);
  pipe._pendingBuffers = [];
  pipe._dispatch = function (this: Pipe, buffer: Buffer): void {
    const data = held.length === 0 ? buffer : Buffer.concat([held, buffer]);
    const end = data.lastIndexOf(NUL) + 1;
    held = Buffer.from(data.subarray(end));
    const kept = messagesIn(data.subarray(0, end)).filter((message) => !isConsoleOf(message, sessions));
    if (kept.length > 0) _dispatch.call(this, Buffer.concat(kept));
  };
  return sessions;
}

/** Each with the byte that ends it. */
function messagesIn(data: Buffer): readonly Buffer[] {
  const messages: Buffer[] = [];
  for (let from = 0; from < data.length;) {
    const end = data.indexOf(NUL, from) + 1;
    messages.push(data.subarray(from, end));
    from = end;
  }
  return messages;
}

function isConsoleOf(message: Buffer, sessions: ReadonlySet<string>): boolean {
  if (sessions.size === 0 || !message.subarray(0, CONSOLE.length).equals(CONSOLE)) return false;
  const tail = message.toString('latin1', Math.max(0, message.length - 80));
  return [...sessions].some((session) => tail.includes(session));
}
