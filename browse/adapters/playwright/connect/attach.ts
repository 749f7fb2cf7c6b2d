/** Joins a browser of ours from another process, as any Playwright does, and finds there the tab that it is to work on. */
import { chromium } from 'playwright';
import type { Browser, BrowserContext, Page } from 'playwright';
import { guestNamed } from '../internals/server-side.ts';

/** What a script is given. */
export type GuestAttachment = { readonly browser: Browser; readonly context: BrowserContext; readonly page: Page };

/** `endpoint` is the socket; `tab` the name that clients have for the page. */
export async function attach(endpoint: string, tab: string): Promise<GuestAttachment> {
  const browser = await chromium.connect(endpoint);
  const page = guestNamed(browser, tab);
  if (page === undefined) throw new Error('The tab of this run is gone');
  return { browser, context: page.context(), page };
}
