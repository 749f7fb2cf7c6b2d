/**
 * What is tied to every page before a script of its own runs: the guard, the function it speaks through, and hooks on what happens.
 * `missingInternals` names what a newer Playwright no longer has.
 */
import type { Page } from 'playwright';
import { GUARD } from '../../injected/bundle.gen.ts';
import { watchRequests } from './request-flood.ts';
import { watchFlood } from './console-flood.ts';
import type { FloodNews } from './console-flood.ts';
import type { NetworkManager } from './redirects.ts';
import { patchRedirects } from './redirects.ts';
import type { ProtocolSession, FrameSession, ServerPage } from './server-side.ts';
import { serverPage, serverContext } from './server-side.ts';

/** What the hooks of a page tell. */
export type PageHooks = {
  /** The guard in one of the page's isolated worlds said something (JSON). */
  readonly onSay: (contextId: number, payload: string) => void;
  /** A dialog of the page was answered, by whomever. */
  readonly onDialogClosed: () => void;
  /** The page is about to fetch a file. */
  readonly onDownloadRequest: () => void;
  /** Its console pours: it is muted, or the page is ended; or it is ended since it asks for things without end. */
  readonly onFlood: (news: FloodNews | 'asking') => void;
  /** The page is about to open a window. */
  readonly onWindowOpen: () => void;
  /** Another process begins to draw a frame. Its first document waits for what is sent now. */
  readonly onSession: (session: ProtocolSession) => void;
};

/** Function through which the guard speaks; it exists in the isolated world only. */
const BINDING = '__browseSay';

const hooks = new WeakMap<ServerPage, PageHooks>();

const prepared = new WeakSet<FrameSession>();

let patched = false;

function bind(session: FrameSession): void {
  const executionContextName = session._crPage.utilityWorldName;
  void session._client._sendMayFail('Runtime.addBinding', { name: BINDING, executionContextName });
}

function prepare(session: FrameSession): void {
  prepared.add(session);
  bind(session);
  const worldName = session._crPage.utilityWorldName;
  void session._client._sendMayFail('Page.addScriptToEvaluateOnNewDocument', { source: GUARD, worldName, runImmediately: true });
  if (session._isMainFrame()) return;
  // A script that never ends can be stopped for a moment only by a debugger that was there before it; the page's own breakpoints stay off.
  void session._client._sendMayFail('Debugger.enable');
  void session._client._sendMayFail('Debugger.setBreakpointsActive', { active: false });
  hooks.get(session._crPage._page)?.onSession(session._client);
}

/** From the first page on, every page, popup and frame of another process gets the guard before any script of its own runs. */
function patch(session: FrameSession): void {
  patched = true;
  const prototype = Object.getPrototypeOf(session) as FrameSession;
  const { _initialize, _onBindingCalled, _onWindowOpen, _onDialogClosed, _onFrameRequestedNavigation } = prototype;
  prototype._initialize = function (this: FrameSession, ...args: unknown[]): Promise<void> {
    prepare(this);
    const initialized = _initialize.apply(this, args);
    // The world of a popup's first document is there by then, and came before the binding counted.
    void initialized
      .then(() => {
        bind(this);
        boundBodies(this);
      })
      .catch(() => {});
    return initialized;
  };
  prototype._onBindingCalled = function (this: FrameSession, event): unknown {
    if (event.name !== BINDING) return _onBindingCalled.call(this, event);
    hooks.get(this._crPage._page)?.onSay(event.executionContextId, event.payload);
    return undefined;
  };
  prototype._onWindowOpen = function (this: FrameSession, event): void {
    hooks.get(this._crPage._page)?.onWindowOpen();
    _onWindowOpen.call(this, event);
  };
  prototype._onFrameRequestedNavigation = function (this: FrameSession, request): void {
    if (request.disposition === 'download') hooks.get(this._crPage._page)?.onDownloadRequest();
    _onFrameRequestedNavigation.call(this, request);
  };
  prototype._onDialogClosed = function (this: FrameSession): void {
    hooks.get(this._crPage._page)?.onDialogClosed();
    _onDialogClosed.call(this);
  };
}

/** Bytes of a body that a page sends, from which on the browser does not tell it with the request: it is told twice, and once more when it is read. */
const POSTED = 8 * 1024 * 1024;

function boundBodies(session: FrameSession): void {
  void session._client._sendMayFail('Network.enable', { maxPostDataSize: POSTED });
}

/** Ties a page to its hooks. The first pages of the process get their guard here, before they navigate anywhere. */
export function hookPage(page: ServerPage, listener: PageHooks): void {
  hooks.set(page, listener);
  const session = page.delegate._mainFrameSession;
  if (!patched) patch(session);
  watchRequests(page, () => listener.onFlood('asking'));
  watchFlood(page, listener.onFlood);
  patchRedirects(page);
  if (!prepared.has(session)) {
    prepare(session);
    boundBodies(session);
  }
}

/** Private names this file needs that are not there, for a test to fail by. */
export function missingInternals(page: Page): readonly string[] {
  const server = serverPage(page);
  const frame = server.mainFrame();
  const session = server.delegate._mainFrameSession;
  const context = serverContext(page.context());
  const wanted: readonly [string, boolean][] = [
    ['Page.delegate._mainFrameSession', session !== undefined],
    ['Page.delegate._sessionForFrame', typeof server.delegate._sessionForFrame === 'function'],
    ['Page.frameManager.frames', typeof server.frameManager.frames === 'function'],
    ['FrameSession._client.send', typeof session._client.send === 'function'],
    ['FrameSession._client._sendMayFail', typeof session._client._sendMayFail === 'function'],
    ['FrameSession._crPage.utilityWorldName', session._crPage.utilityWorldName.startsWith('__playwright_utility_world_')],
    ['FrameSession._crPage._page', session._crPage._page === server],
    ['Page.delegate._sessions', server.delegate._sessions instanceof Map],
    ['FrameSession._isMainFrame', typeof session._isMainFrame === 'function'],
    ['FrameSession._client.on', typeof session._client.on === 'function'],
    ['FrameSession._initialize', typeof session._initialize === 'function'],
    ['FrameSession._onBindingCalled', typeof session._onBindingCalled === 'function'],
    ['FrameSession._onWindowOpen', typeof session._onWindowOpen === 'function'],
    ['FrameSession._onFrameRequestedNavigation', typeof session._onFrameRequestedNavigation === 'function'],
    ['FrameSession._onDialogClosed', typeof session._onDialogClosed === 'function'],
    ['Page.delegate._networkManager._onRequest', typeof (server.delegate._networkManager as NetworkManager)._onRequest === 'function'],
    [
      'Page.delegate._networkManager._requestIdToRequest',
      (server.delegate._networkManager as NetworkManager)._requestIdToRequest instanceof Map,
    ],
    ['Page.delegate._networkManager._page', (server.delegate._networkManager as NetworkManager)._page === (server as unknown)],
    ['Frame._id', typeof frame._id === 'string'],
    ['Frame.context', typeof frame.context === 'function'],
    ['Frame.existingContext', typeof frame.existingContext === 'function'],
    ['Frame.pendingDocument', typeof frame.pendingDocument === 'function'],
    ['Frame._isDetached', typeof frame._isDetached === 'function'],
    ['Context.delegate._contextId', typeof frame.existingContext('utility')?.delegate._contextId === 'number'],
    ['BrowserContext.setUserAgent', typeof context.setUserAgent === 'function'],
    ['BrowserContext._options', typeof context._options === 'object'],
  ];
  return wanted.flatMap(([name, there]) => (there ? [] : [name]));
}
