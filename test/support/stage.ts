/** What most tests of a page stand on: one browser and one local site per file, a page to show HTML in, and its own scripts. */
import { afterAll, beforeAll } from 'vitest';
import { launchBrowser, within, type OpenBrowser } from './browser.ts';
import { serve, type Site } from './site.ts';
import type { Page, PageEvent } from '../../browse/domain/ports/page.ts';
import type { Browser, BrowserSession } from '../../browse/domain/ports/browser.ts';

export type Stage = {
  readonly browser: Browser;
  readonly session: BrowserSession;
  readonly page: Page;
  /** What the first tab did on its own, in order. */
  readonly events: readonly PageEvent[];
  readonly site: Site;
  /** Opens a page with this HTML in the first tab. */
  show(html: string): Promise<void>;
  /** Evaluates in that page. */
  js(source: string): Promise<unknown>;
};

/** To be called at the top of a file: opens all of it before the file's tests, and closes it after them. */
export function openStage(): Stage {
  let open: OpenBrowser | undefined;
  let site: Site | undefined;
  beforeAll(async () => {
    site = await serve();
    open = await launchBrowser();
  });
  afterAll(async () => {
    await open?.[Symbol.asyncDispose]();
    await site?.[Symbol.asyncDispose]();
  });
  const there = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('the stage is open in tests only');
    return part;
  };
  return {
    get browser() {
      return there(open).browser;
    },
    get session() {
      return there(open).session;
    },
    get page() {
      return there(open).page;
    },
    get events() {
      return there(open).events;
    },
    get site() {
      return there(site);
    },
    async show(html) {
      there(site).on('/page', html);
      await there(open).page.goto(`${there(site).origin}/page`, 'load', within());
    },
    js: (source) => there(open).page.evaluate(source, null, within()),
  };
}
