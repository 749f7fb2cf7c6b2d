/**
 * The only file that touches private names of Playwright: the server-side objects behind a page, its isolated "utility" world,
 * and the hooks that run before any script of a page does. `test/browser/engine.test.ts` fails when one of the names is gone.
 * Must not know what is evaluated, nor why.
 */
import type { EventEmitter } from 'node:events';
import { chromium } from 'playwright';
import type { Browser, BrowserContext, Download, Frame, Page } from 'playwright';

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

/** The server's side of a browser. */
interface ServerBrowser {
  /** Of the browser itself, and of none of its pages. */
  readonly _session: ProtocolSession;
  readonly options: { readonly browserProcess: { readonly process?: { readonly pid?: number } } };
}

export interface FrameSession {
  readonly _client: ProtocolSession & { _sendMayFail(method: string, params?: object): Promise<unknown> };
  readonly _crPage: {
    readonly utilityWorldName: string;
    readonly _page: ServerPage;
    readonly _browserContext: { readonly _browser: ServerBrowser };
  };
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

export function serverSide(object: unknown): unknown {
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

/** Where a download is written, known before its end; undefined when Playwright does not say. */
export function downloadPath(download: Download): string | undefined {
  const { _artifact } = download as unknown as { readonly _artifact: object };
  return (serverSide(_artifact) as { readonly localPath?: () => string }).localPath?.();
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
  const { _browser } = serverSide(context) as { _browser: ServerBrowser };
  return () => answers(_browser);
}

/** Resolves when the browser has taken in all that it was sent before; false when it is gone. */
export function answers({ _session }: ServerBrowser): Promise<boolean> {
  return _session.send('Browser.getVersion').then(
    () => true,
    () => false,
  );
}

/** Process id of a browser that we launched; 0 when Playwright does not say. */
export function browserProcess(browser: Browser): { readonly pid: number } {
  return { pid: processIdOf(serverSide(browser) as ServerBrowser) };
}

/** The same for its server's side. */
export function processIdOf({ options }: ServerBrowser): number {
  return options.browserProcess.process?.pid ?? 0;
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
