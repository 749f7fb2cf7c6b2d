/**
 * A page that writes to its console without end keeps the daemon busy with nothing else, and fills its renderer with what is on the
 * way. Its console is shut off at the source, until it navigates. `test/browser/flood.test.ts` fails when a private name is gone.
 */
type ServerPage = { readonly delegate: { readonly _mainFrameSession: object } };

interface FrameSession {
  readonly _client: { _sendMayFail(method: string, params?: object): Promise<unknown>; on(event: string, listener: () => void): void };
  readonly _crPage: { readonly _page: ServerPage };
  _onConsoleAPI(event: object): unknown;
}

/** Messages in one second from which on it is a flood. */
const FLOOD = 1_500;

type Counted = { since: number; count: number; shut: boolean; heard: boolean; readonly told: () => void };

const counted = new WeakMap<FrameSession, Counted>();
const listeners = new WeakMap<ServerPage, () => void>();
let patched = false;

/** Calls back whenever the console of the page is shut off. `restore` makes its worlds speak again once it is read again. */
export function watchFlood(page: ServerPage, onFlood: () => void, restore: (session: object) => void): void {
  listeners.set(page, onFlood);
  const session = page.delegate._mainFrameSession as unknown as FrameSession;
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
  const told = (): void => listeners.get(session._crPage._page)?.();
  const known: Counted = counted.get(session) ?? { since: performance.now(), count: 0, shut: false, heard: false, told };
  if (known.count === 0) counted.set(session, known);
  if (known.shut) return true;
  const now = performance.now();
  if (now - known.since > 1_000) Object.assign(known, { since: now, count: 0 });
  known.count += 1;
  if (known.count < FLOOD) return false;
  shut(session, known, restore);
  return true;
}

function shut(session: FrameSession, known: Counted, restore: (session: object) => void): void {
  known.shut = true;
  void session._client._sendMayFail('Runtime.disable');
  known.told();
  // The next document is a new page, with worlds that have to be told of.
  const again = (): void => {
    if (!known.shut) return;
    Object.assign(known, { since: performance.now(), count: 1, shut: false });
    restore(session);
    void session._client._sendMayFail('Runtime.enable');
  };
  if (!known.heard) session._client.on('Page.frameNavigated', again);
  known.heard = true;
}
