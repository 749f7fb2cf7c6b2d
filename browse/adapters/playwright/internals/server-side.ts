/**
 * The only file that touches private names of Playwright: the server-side objects behind a page, its isolated "utility" world,
 * and the hooks that run before any script of a page does. `test/browser/engine.test.ts` fails when one of the names is gone.
 * Must not know what is evaluated, nor why.
 */
import type { EventEmitter } from 'node:events';
import { chromium } from 'playwright';
import type { Browser, BrowserContext, Frame, Page } from 'playwright';
import { GUARD } from '../../injected/bundle.gen.ts';
import { watchFlood } from './console-flood.ts';

/** A protocol session of one renderer target. Rejects with an error whose `type` is `closed` or `crashed` when that is gone. */
export interface ProtocolSession {
  send(method: string, params?: object): Promise<Record<string, unknown>>;
  on(event: string, listener: (params: never) => void): unknown;
  off(event: string, listener: (params: never) => void): unknown;
}

/** An execution context: one world of one document. */
export interface ServerContext {
  readonly delegate: { readonly _client: ProtocolSession; readonly _contextId: number };
}

/** A navigation, as the server's frame announces it. */
export type NavigationNotice = { readonly url: string; readonly newDocument?: NewDocument; readonly error?: Error };

/** A document on its way. */
type NewDocument = { readonly request?: { url(): string; method(): string } };

/** The server's side of a frame. */
export interface ServerFrame {
  readonly _id: string;
  context(world: 'main' | 'utility'): Promise<ServerContext>;
  existingContext(world: 'main' | 'utility'): ServerContext | null;
  parentFrame(): ServerFrame | null;
  childFrames(): ServerFrame[];
  /** Set from the moment a navigation is asked for until it commits or fails. */
  pendingDocument(): NewDocument | undefined;
  url(): string;
  _isDetached(): boolean;
  on(event: 'internalnavigation', listener: (notice: NavigationNotice) => void): void;
  off(event: 'internalnavigation', listener: (notice: NavigationNotice) => void): void;
}

interface FrameSession {
  readonly _client: ProtocolSession & { _sendMayFail(method: string, params?: object): Promise<unknown> };
  readonly _crPage: { readonly utilityWorldName: string; readonly _page: ServerPage };
  _isMainFrame(): boolean;
  _initialize(...args: unknown[]): Promise<void>;
  _onBindingCalled(event: { name: string; payload: string; executionContextId: number }): unknown;
  _onWindowOpen(event: { url: string }): void;
  _onDialogClosed(): void;
  _onFrameRequestedNavigation(request: { frameId: string; disposition: string }): void;
}

/** The server's side of a page. */
export interface ServerPage {
  /** The same for every client. */
  readonly guid: string;
  readonly delegate: {
    readonly _mainFrameSession: FrameSession;
    readonly _networkManager: object;
    /** That of the page, and one for each frame that another process draws. */
    readonly _sessions: ReadonlyMap<string, FrameSession>;
    _sessionForFrame(frame: ServerFrame): { readonly _client: ProtocolSession };
  };
  readonly frameManager: { frames(): ServerFrame[]; frame(id: string): ServerFrame | null };
  mainFrame(): ServerFrame;
}

/** The server's side of a context. */
export interface ServerBrowserContext {
  /** Applies to open pages, and to pages and popups to come before their first request. */
  setUserAgent(userAgent: string | undefined): Promise<void>;
  /** Read when a page is made and when its size is set. */
  readonly _options: { userAgent?: string; deviceScaleFactor?: number; viewport?: { readonly width: number; readonly height: number } };
}

type Connection = { toImpl(object: unknown): unknown };

function serverSide(object: unknown): unknown {
  const connection = (object as { _connection?: Connection })._connection;
  if (!connection?.toImpl) throw new Error('Playwright changed: objects have no in-process server side any more');
  return connection.toImpl(object);
}

/** What every client of a browser calls that page or context. */
export function guestName(object: Page | BrowserContext): string {
  return (object as unknown as { readonly _guid: string })._guid;
}

/** The page that every client of a browser calls so; undefined when there is none. */
export function guestNamed(browser: Browser, name: string): Page | undefined {
  return browser
    .contexts()
    .flatMap((context) => context.pages())
    .find((page) => guestName(page) === name);
}

/** The server's page behind a client's. */
export function serverPage(page: Page): ServerPage {
  return serverSide(page) as ServerPage;
}

/** The server's frame behind a client's. */
export function serverFrame(frame: Frame): ServerFrame {
  return serverSide(frame) as ServerFrame;
}

/** The server's context behind a client's. */
export function serverContext(context: BrowserContext): ServerBrowserContext {
  return serverSide(context) as ServerBrowserContext;
}

/** The protocol session of a context, and its number there. */
export function protocolOf({ delegate }: ServerContext): { readonly client: ProtocolSession; readonly id: number } {
  return { client: delegate._client, id: delegate._contextId };
}

/** The name of a frame in CDP. */
export function frameIdOf(frame: ServerFrame): string {
  return frame._id;
}

/** Whether the frame has left its page. */
export function isDetached(frame: ServerFrame): boolean {
  return frame._isDetached();
}

/** What new pages of a context are made with. */
export function contextOptionsOf(context: BrowserContext): ServerBrowserContext['_options'] {
  return serverContext(context)._options;
}

/** Asks whether the browser of a context answers, whatever its pages do; also once the context is gone. */
export function browserAnswers(context: BrowserContext): () => Promise<boolean> {
  const { _session } = (serverSide(context) as { _browser: { _session: ProtocolSession } })._browser;
  return () =>
    _session.send('Browser.getVersion').then(
      () => true,
      () => false,
    );
}

/** Process id of a browser that we launched; 0 when Playwright does not say. */
export function browserProcess(browser: Browser): { readonly pid: number } {
  const options = (serverSide(browser) as { options: { browserProcess: { process?: { pid?: number } } } }).options;
  return { pid: options.browserProcess.process?.pid ?? 0 };
}

/** Whether the browser is there: known before the client hears of its end, which it does after that of every page. */
export function connected(browser: Browser): () => boolean {
  const server = serverSide(browser) as { isConnected(): boolean };
  return () => server.isConnected();
}

/**
 * Playwright leaves at its browser a listener for each client that ever joined, and with it the client's whole connection. The
 * function removes what was added since, and says how much: to be called when no client is there.
 */
export function leftovers(browser: Browser): () => number {
  const server = serverSide(browser) as EventEmitter;
  const own = new Set(server.listeners('disconnected'));
  return () => {
    const left = server.listeners('disconnected').filter((listener) => !own.has(listener));
    for (const listener of left) server.off('disconnected', listener as () => void);
    return left.length;
  };
}

/** A message of CDP, as far as its way is decided by it. */
export type Message = {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly params?: { readonly sessionId?: string; readonly targetInfo?: { readonly type: string; readonly browserContextId?: string } };
  readonly result?: { readonly sessionId?: string; readonly browserContextId?: string };
  readonly error?: { readonly message: string };
};

/** Takes messages to a browser, and hands over those that come back. */
export interface Transport {
  send(message: Message): void;
  close(): void;
  onmessage?: (message: Message) => void;
  onclose?: (reason?: string) => void;
}

/** Joins the browser at the other end, wherever it runs: what it reads and writes are files of its own machine. */
export async function joinThrough(transport: Transport, timeout: number): Promise<Browser> {
  const joined = await chromium.connectOverCDP(transport as never, { noDefaults: true, timeout });
  (serverSide(joined) as { _isBrowserCollocatedWithServer: boolean })._isBrowserCollocatedWithServer = false;
  return joined;
}

/** An engine for selectors, as Playwright takes it. */
export type SelectorEngine = { readonly name: string; readonly source: string; readonly contentScript: boolean };

/** Gives it to a context that was there before us: Playwright itself tells only those that it makes. */
export function addEngine(context: BrowserContext, engine: SelectorEngine): void {
  (serverSide(context) as { selectors(): { register(engine: SelectorEngine): void } }).selectors().register(engine);
}

/** The session that drives a frame: its own for a frame in another process, else that of the one around it. */
export function sessionOf(page: ServerPage, frame: ServerFrame): ProtocolSession {
  return page.delegate._sessionForFrame(frame)._client;
}

/** The session of the whole page: input goes in here, whatever frame it is for. */
export function mainSession(page: ServerPage): ProtocolSession {
  return page.delegate._mainFrameSession._client;
}

/** Every session of the page: its own first, then one for each frame that another process draws. */
export function sessionsOf(page: ServerPage): readonly ProtocolSession[] {
  return [...page.delegate._sessions.values()].map(({ _client }) => _client);
}

/** Name of the isolated world of all its documents. */
export function worldNameOf(page: ServerPage): string {
  return page.delegate._mainFrameSession._crPage.utilityWorldName;
}

/** What the hooks of a page tell. */
export type PageHooks = {
  /** The guard in one of the page's isolated worlds said something (JSON). */
  readonly onSay: (contextId: number, payload: string) => void;
  /** A dialog of the page was answered, by whomever. */
  readonly onDialogClosed: () => void;
  /** The page is about to fetch a file. */
  readonly onDownloadRequest: () => void;
  /** Its console is read no longer: it pours. */
  readonly onFlood: () => void;
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
    return _initialize.apply(this, args);
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

/** Ties a page to its hooks. The first pages of the process get their guard here, before they navigate anywhere. */
export function hookPage(page: ServerPage, listener: PageHooks): void {
  hooks.set(page, listener);
  const session = page.delegate._mainFrameSession;
  if (!patched) patch(session);
  watchFlood(page, listener.onFlood, (flooded) => bind(flooded as FrameSession));
  patchRedirects(page);
  if (!prepared.has(session)) prepare(session);
}

/** Decides the headers of a request that a redirect makes: Playwright itself would repeat those of the request before. */
export type RedirectHeaders = (url: string, sent: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;

interface NetworkManager {
  readonly _page: { readonly browserContext: object } | null;
  readonly _requestIdToRequest: Map<
    string,
    { readonly _originalRequestRoute?: { _alreadyContinuedParams?: { headers?: readonly HeaderPair[] } } }
  >;
  _onRequest(
    sentBy: unknown,
    sent: { readonly requestId: string; readonly redirectResponse?: unknown },
    pausedBy: unknown,
    paused: { readonly request: { readonly url: string; readonly headers: Readonly<Record<string, string>> } } | undefined,
  ): void;
}
type HeaderPair = { readonly name: string; readonly value: string };

const redirectHeaders = new WeakMap<object, RedirectHeaders>();
let redirectsPatched = false;

/** Sets or clears, for one context, who decides the headers of redirected requests. Takes hold with the first page that is hooked. */
export function onRedirect(context: BrowserContext, decide: RedirectHeaders | null): void {
  const server = serverSide(context) as object;
  if (decide) redirectHeaders.set(server, decide);
  else redirectHeaders.delete(server);
}

function patchRedirects(page: ServerPage): void {
  if (redirectsPatched) return;
  redirectsPatched = true;
  const prototype = Object.getPrototypeOf(page.delegate._networkManager) as NetworkManager;
  const { _onRequest } = prototype;
  prototype._onRequest = function (this: NetworkManager, sentBy, sent, pausedBy, paused): void {
    const decide = paused && sent.redirectResponse && this._page ? redirectHeaders.get(this._page.browserContext) : undefined;
    const params = decide && this._requestIdToRequest.get(sent.requestId)?._originalRequestRoute?._alreadyContinuedParams;
    if (decide && params && paused) {
      params.headers = Object.entries(decide(paused.request.url, paused.request.headers)).map(([name, value]) => ({ name, value }));
    }
    _onRequest.call(this, sentBy, sent, pausedBy, paused);
  };
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
