/**
 * The `Browser` port over one that was joined: never its end. Leaving closes what is ours in it: contexts, or the blank tabs that we
 * opened among somebody else's. A connection that is cut without a word is noticed too, because the browser is asked now and then.
 */
import type { Browser as ClientBrowser, BrowserContext } from 'playwright';
import { Deadline } from '../../../base/deadline.ts';
import { openContext, sessionIn } from '../contexts/contexts.ts';
import { guestPage } from './guest-pages.ts';
import { contextOf, makeSession } from '../contexts/session.ts';
import { playwrightEndpoint } from './playwright-endpoint.ts';
import type { Browser, BrowserSession } from '../../../domain/ports/browser.ts';

/** Milliseconds between two looks whether a browser is still there, and how long it may take to say so. */
export const BEAT = 20_000;

export type Way = {
  /** As it is told to others. */
  readonly endpoint: string;
  /** Somebody's own tabs; null where every session is a context of ours. */
  readonly single: BrowserContext | null;
  readonly cdpEndpoint: string | null;
  /** What else the connection is made of. */
  readonly leave: (() => Promise<void>) | null;
  readonly beat: number;
};

/** Rejects as Playwright does, and {@link Deadline} too. */
export async function makeJoined(client: ClientBrowser, way: Way, deadline: Deadline): Promise<Browser> {
  const root = await deadline.race(client.newBrowserCDPSession());
  const { product, userAgent } = await deadline.race(root.send('Browser.getVersion'));
  const { own, close: unshare, share, guests, onGuestLeft } = playwrightEndpoint(client);
  const listeners: (() => void)[] = [];
  const sessions = new Set<BrowserSession>();
  let closing = false;
  let gone = false;
  const cut = (): Promise<unknown> => Promise.all([client.close(), way.leave?.()]).catch(() => {});
  const end = (): void => {
    if (gone) return;
    gone = true;
    clearTimeout(pulse);
    unshare();
    if (closing) return;
    void cut();
    for (const listener of listeners) listener();
  };
  client.on('disconnected', end);
  const look = async (): Promise<void> => {
    const asked = Deadline.within(way.beat);
    await asked.race(root.send('Browser.getVersion')).then(() => (pulse = beat()), end);
  };
  const beat = (): NodeJS.Timeout => setTimeout(() => void look(), way.beat).unref();
  let pulse = beat();
  // Only a window's tabs compete for the screen; the headless shell, as its product says, draws each.
  const starves = !product.startsWith('Headless');
  return {
    // Whoever started it has its process.
    pid: 0,
    kind: /Edg/.test(product) ? 'msedge' : 'chromium',
    name: product.split('/', 1)[0] ?? product,
    version: client.version(),
    // The new headless mode tells only pages of it.
    headless: userAgent.includes('Headless'),
    single: way.single !== null,
    endpoint: way.endpoint,
    cdpEndpoint: way.cdpEndpoint,
    sandbox: { on: false, reason: 'whoever started it knows' },
    newSession: (options) =>
      sessionIn(
        () => (gone ? 'the connection to it was lost' : null),
        async () => {
          const session =
            way.single === null
              ? await openContext(client, own, { starves, far: true }, options)
              : makeSession(way.single, { starves: true, far: true, ready: [], others: way.single.pages() }, options);
          sessions.add(session);
          return session;
        },
      ),
    share: (place, session) => share(place, session ? contextOf(session) : session),
    guests,
    onGuestLeft,
    guestPage: (name) => guestPage(client, name),
    close: async (bound) => {
      closing = true;
      clearTimeout(pulse);
      unshare();
      const leaving = async (): Promise<void> => {
        if (!gone) await Promise.all([...sessions].map((session) => session.close()));
        await cut();
      };
      await new Deadline(bound).race(leaving()).catch(() => {});
    },
    onCrash: (listener) => void listeners.push(listener),
  };
}
