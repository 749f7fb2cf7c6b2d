/** The `BrowserSession` port over a Playwright context: tabs and popups, cookies, user agent, headers, state. Must not know names of sessions. */
import type { BrowserContext, Dialog as ClientDialog, Page as ClientPage } from 'playwright';
import { Deadline } from '../../../base/deadline.ts';
import { captureTraffic } from '../capture/capture.ts';
import type { TrafficCapture } from '../capture/capture.ts';
import type { TrafficListener } from '../../../domain/traffic/ports.ts';
import { translate } from '../errors.ts';
import { routeHeaders } from '../capture/headers.ts';
import { intend } from '../internals/guest-settings.ts';
import { browserAnswers, connected, serverContext } from '../internals/server-side.ts';
import { comingFile } from './coming-file.ts';
import { LocalFiles } from './local-files.ts';
import { makePage } from './page.ts';
import { shape } from '../capture/shaping.ts';
import { readState, writeState } from './state.ts';
import { PageHandle } from '../handle/page-handle.ts';
import type { Around } from '../handle/around.ts';
import type { Dialog, Page, PageEvent } from '../../../domain/ports/page.ts';
import type { BrowserSession, OriginHeader, SessionOptions } from '../../../domain/ports/browser.ts';

/** What the browser around a session lends it. */
export type Browserly = {
  /** Whether tabs in the background are starved of frames, so that one must come to the front before it is acted on. */
  readonly starves: boolean;
  /** Whether it may run on another machine: paths of files mean nothing there. */
  readonly far: boolean;
  /** Tabs that a profile opened with: the first ones that are asked for. */
  readonly ready: readonly ClientPage[];
  /** Nobody sees its windows: file choosers are not opened, only told of. */
  readonly hidden?: boolean;
  /** The context is somebody else's, with these tabs in it: they are told of as windows, and its end is not ours. */
  readonly others: readonly ClientPage[] | null;
};

/** The context behind a session that was made here. */
export function contextOf(session: BrowserSession): BrowserContext | null {
  return contexts.get(session) ?? null;
}

const contexts = new WeakMap<BrowserSession, BrowserContext>();

type Known = { readonly surface: PageHandle; readonly page: Page };

/** Makes the port of one context. */
export function makeSession(context: BrowserContext, browser: Browserly, options: SessionOptions): BrowserSession {
  const known = new Map<ClientPage, Known>();
  const listeners: ((page: Page, opener: Page | null) => void)[] = [];
  const making = new Set<Promise<ClientPage>>();
  const own = new WeakSet<ClientPage>();
  let arrived = 0;
  let arrival = Promise.withResolvers<void>();
  let front: ClientPage | null = null;
  let closed = false;
  let headers = options.headers;
  const files = new LocalFiles(context);
  let unroute: (() => Promise<void>) | null = null;
  let capture: TrafficCapture | null = null;
  const shaping = shape(context);
  let traffic: TrafficListener | null = null;

  const around: Around<PageHandle> = {
    far: browser.far,
    front: async (page) => {
      if (!browser.starves || front === page) return;
      await page.bringToFront();
      front = page;
    },
    revive: async (surface) => {
      const crashed = surface.client;
      const entry = known.get(crashed);
      const client = await fresh();
      known.delete(crashed);
      surface.replaceBy(client);
      if (entry) known.set(client, entry);
      if (entry) capture?.know(surface.page, entry.page);
      watch(surface, client);
      await crashed.close().catch(() => {});
    },
    browserAnswers: browserAnswers(context),
    arrived: () => arrived,
    arrival: () => arrival.promise,
    get traffic() {
      return traffic;
    },
  };

  const know = (client: ClientPage): Known => {
    const before = known.get(client);
    if (before) return before;
    const surface = new PageHandle(client, around);
    const entry = { surface, page: makePage(surface) };
    known.set(client, entry);
    capture?.know(surface.page, entry.page);
    shaping.adopt(surface.session);
    watch(surface, client);
    return entry;
  };

  const watch = (surface: PageHandle, client: ClientPage): void => {
    listen(surface, client);
    if (browser.hidden === true) client.on('filechooser', () => {});
    const { page } = surface;
    client.once('close', () => {
      capture?.gone(page);
      known.delete(client);
      if (front === client) front = null;
    });
  };

  /** A page that we asked for, and that is not reported as a window. */
  const ready = [...browser.ready];
  const fresh = async (): Promise<ClientPage> => {
    const waiting = ready.shift();
    if (waiting && !waiting.isClosed()) {
      own.add(waiting);
      return waiting;
    }
    const made = context.newPage();
    making.add(made);
    try {
      const client = await made;
      own.add(client);
      return client;
    } finally {
      making.delete(made);
    }
  };

  // On the context, not on the page: a dialog of a popup that is not reported yet must be heard too, or its page blocks for ever.
  context.on('dialog', (dialog) => {
    const client = dialog.page();
    if (!client) return void dialog.dismiss().catch(() => {});
    const { surface } = know(client);
    surface.tell({ kind: 'dialog', dialog: dialogOf(dialog, surface) });
  });

  context.on('page', (client) => {
    front = client;
    void report(client);
  });

  /** Tells of a page that nobody here asked for. Playwright knows it once its first document has begun. */
  const report = async (client: ClientPage): Promise<void> => {
    await Promise.allSettled(making);
    if (own.has(client)) return;
    const opener = client.isClosed() ? null : await client.opener().catch(() => null);
    if (!client.isClosed()) {
      const { page, surface } = know(client);
      const from = opener ? known.get(opener) : undefined;
      if (from) surface.family = from.surface.family;
      for (const listener of listeners) listener(page, from?.page ?? null);
    }
    arrived += 1;
    arrival.resolve();
    arrival = Promise.withResolvers<void>();
  };

  const doing = <T>(what: string, work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => translate(error, { what, url: 'the session', ms: 0, page: false }));

  const applyHeaders = async (next: readonly OriginHeader[]): Promise<void> => {
    await unroute?.();
    unroute = null;
    headers = next;
    if (headers.length > 0) unroute = await routeHeaders(context, headers);
  };

  const made: BrowserSession = {
    newPage: async () => know(await doing('open a tab', fresh())).page,
    onPage: (listener) => {
      listeners.push(listener);
      for (const client of browser.others ?? []) if (!client.isClosed()) listener(know(client).page, null);
    },
    onTraffic: (listener) => {
      traffic = listener;
      capture = captureTraffic(context, listener);
    },
    cookies: () => doing('cookies', context.cookies()),
    setCookie: (cookie) => doing('set a cookie', context.addCookies([cookie])),
    allowFiles: (folders) => doing('open local files', files.allow(folders)),
    setUserAgent: (userAgent) => doing('set the user agent', serverContext(context).setUserAgent(userAgent ?? undefined)),
    setHeaders: (next) => doing('set headers', applyHeaders(next)),
    // Each has its origin: Playwright asks no other one's list.
    setCredentials: (next) => {
      const credentials = next.length === 0 ? null : next;
      intend(context, { credentials });
      return doing('set credentials', context.setHTTPCredentials(credentials));
    },
    setRoutes: (rules) => doing('set routes', shaping.setRoutes(rules)),
    setNetwork: (offline, throttle) => {
      const pages = [...known.values()].map(({ surface }) => surface.session);
      return doing('set the network', shaping.setNetwork(offline, throttle, pages));
    },
    saveState: (bound) =>
      readState(
        context,
        [...known.values()].map(({ surface }) => surface),
        new Deadline(bound),
      ),
    restoreState: (state) => doing('restore the session', writeState(context, state)),
    close: async () => {
      if (closed) return;
      closed = true;
      if (browser.others === null) {
        await context.close().catch(() => {});
        return;
      }
      const blank = context.pages().filter((client) => own.has(client) && client.url() === 'about:blank');
      await Promise.all(blank.map((client) => client.close().catch(() => {})));
    },
  };
  contexts.set(made, context);
  return made;
}

/** Tells what a page does, for as long as it is the one behind its tab. */
function listen(surface: PageHandle, client: ClientPage): void {
  client.on('framenavigated', (frame) => {
    if (frame === client.mainFrame()) surface.tell({ kind: 'navigated', url: frame.url(), ...surface.arrivals.take() });
  });
  client.on('download', (download) => {
    surface.tell({
      kind: 'download',
      suggestedName: download.suggestedFilename(),
      url: download.url(),
      ...comingFile(download, surface),
    });
  });
  const own = (event: PageEvent): void => {
    if (surface.client === client) surface.tell(event);
  };
  client.on('crash', () => own({ kind: 'crashed' }));
  const browser = client.context().browser();
  const browserThere = browser === null ? () => true : connected(browser);
  client.on('close', () => own(browserThere() ? { kind: 'closed' } : { kind: 'closed', withBrowser: true }));
}

function dialogOf(dialog: ClientDialog, surface: PageHandle): Dialog {
  const kind = dialog.type();
  // The page may have gone with its dialog; then there is nothing left to answer.
  const ending = async (answer: Promise<void>): Promise<void> => {
    try {
      await answer;
    } catch (error) {
      if (!surface.closed && !surface.crashed) translate(error, { what: 'answer the dialog', url: surface.url(), ms: 0, page: false });
    } finally {
      surface.dialogEnded();
    }
  };
  return {
    kind: kind === 'alert' || kind === 'confirm' || kind === 'prompt' ? kind : 'beforeunload',
    message: dialog.message(),
    defaultValue: dialog.defaultValue(),
    accept: (text) => ending(dialog.accept(text)),
    dismiss: () => ending(dialog.dismiss()),
  };
}
