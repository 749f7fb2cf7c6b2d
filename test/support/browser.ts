/** A real browser with one session and one tab, driven through the engine's port as the daemon drives it. */
import type { Bound, Browser, BrowserSession, Page, PageEvent } from '../../browse/domain/ports.ts';
import { engine } from '../../browse/adapters/playwright/engine.ts';
import { temporaryFolder } from './folder.ts';

export type OpenBrowser = AsyncDisposable & {
  readonly browser: Browser;
  readonly session: BrowserSession;
  readonly page: Page;
  /** What the first tab did on its own, in order. */
  readonly events: readonly PageEvent[];
};

/** A bound of so many milliseconds that nobody aborts. */
export function within(ms = 10_000): Bound {
  return { timeout: ms, signal: new AbortController().signal };
}

/** Launches one; `await using open = await launchBrowser()` closes it with its temp folder. */
export async function launchBrowser(): Promise<OpenBrowser> {
  const folder = temporaryFolder();
  try {
    const browser = await engine.launch({ headless: true, tempFolder: folder.path, env: {} }, within(30_000));
    const session = await browser.newSession({ userAgent: null, viewport: null, headers: [] });
    const page = await session.newPage();
    const events: PageEvent[] = [];
    page.onEvent((event) => events.push(event));
    return {
      browser,
      session,
      page,
      events,
      [Symbol.asyncDispose]: async () => {
        await browser.close(within(5_000));
        folder[Symbol.dispose]();
      },
    };
  } catch (error) {
    folder[Symbol.dispose]();
    throw error;
  }
}
