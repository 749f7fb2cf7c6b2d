import { engine } from '../../browse/adapters/playwright/engine.ts';
import { temporaryFolder } from './folder.ts';
import { usersBrowser } from './users-browser.ts';
import { freePort, playwrightServer } from './playwright-server.ts';
import type { TimeLimit } from '../../browse/domain/ports/machine.ts';
import type { Page, PageEvent } from '../../browse/domain/ports/page.ts';
import type { Browser, BrowserSession } from '../../browse/domain/ports/browser.ts';

export type OpenBrowser = AsyncDisposable & {
  readonly browser: Browser;
  readonly session: BrowserSession;
  readonly page: Page;
  /** What the first tab did on its own, in order. */
  readonly events: readonly PageEvent[];
};

/** A bound of so many milliseconds that nobody aborts. */
export function within(ms = 10_000): TimeLimit {
  return { timeout: ms, signal: new AbortController().signal };
}

/** A browser, and what was started for it. */
type Had = { readonly browser: Browser; end(): Promise<void> };

/** One of ours; somebody's own, joined by CDP; one that a Playwright server starts for us. */
const WAYS = {
  launched: async (): Promise<Had> => {
    const folder = temporaryFolder();
    const end = async (): Promise<void> => {
      folder[Symbol.dispose]();
    };
    return ending(end, () => engine.launch({ headless: true, tempFolder: folder.path, env: {} }, within(30_000)));
  },
  'joined by CDP': async (): Promise<Had> => {
    const folder = temporaryFolder();
    const port = await freePort();
    const theirs = await usersBrowser(folder.path, port);
    const end = async (): Promise<void> => {
      await theirs.close();
      folder[Symbol.dispose]();
    };
    return ending(end, () => engine.join({ endpoint: `http://127.0.0.1:${port}`, headers: {}, grid: null, headed: false }, within(30_000)));
  },
  'of a Playwright server': async (): Promise<Had> => {
    const server = await playwrightServer();
    const end = async (): Promise<void> => {
      await server[Symbol.asyncDispose]();
    };
    return ending(end, () => engine.join({ endpoint: server.endpoint, headers: {}, grid: null, headed: false }, within(30_000)));
  },
};

/** How a browser came to be ours to use. */
export type Way = keyof typeof WAYS;

async function ending(end: () => Promise<void>, start: () => Promise<Browser>): Promise<Had> {
  try {
    return { browser: await start(), end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Has one; `await using open = await launchBrowser()` closes it with its temp folder. */
export async function launchBrowser(way: Way = 'launched'): Promise<OpenBrowser> {
  const { browser, end } = await WAYS[way]();
  const close = async (): Promise<void> => {
    await browser.close(within(5_000));
    await end();
  };
  try {
    const session = await browser.newSession({ userAgent: null, viewport: null, headers: [] });
    const page = await session.newPage();
    const events: PageEvent[] = [];
    page.onEvent((event) => events.push(event));
    return { browser, session, page, events, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}
