/** A session in a context of its own: with the viewport, user agent and headers that it asks for. Must not know whose browser it is. */
import type { Browser as ClientBrowser, BrowserContext } from 'playwright';
import { fail } from '../../../protocol/errors.ts';
import { translate } from '../errors.ts';
import { makeSession } from './session.ts';
import type { BrowserSession, SessionOptions } from '../../../domain/ports/browser.ts';

/** Size of a tab's viewport unless the session sets one. */
export const VIEWPORT = { width: 1280, height: 720 };

/** A session in a browser that may end, or be lost, meanwhile: `gone` says why it is, null while it is there. */
export async function sessionIn(gone: () => string | null, open: () => Promise<BrowserSession>): Promise<BrowserSession> {
  const insist = (): void => {
    const reason = gone();
    if (reason !== null) fail('browser-gone', { reason });
  };
  insist();
  try {
    return await open();
  } catch (error) {
    insist();
    return translate(error, { what: 'open a session', url: 'the session', ms: 0, page: false });
  }
}

/** Rejects as Playwright does. */
export async function openContext(
  client: ClientBrowser,
  own: (making: Promise<BrowserContext>) => Promise<BrowserContext>,
  browser: { readonly starves: boolean; readonly far: boolean; readonly hidden?: boolean },
  options: SessionOptions,
): Promise<BrowserSession> {
  const { viewport, userAgent, headers } = options;
  const making = client.newContext({
    viewport: viewport ? { width: viewport.width, height: viewport.height } : VIEWPORT,
    ...(viewport ? { deviceScaleFactor: viewport.scale } : {}),
    ...(userAgent === null ? {} : { userAgent }),
  });
  const made = makeSession(await own(making), { ...browser, ready: [], others: null }, options);
  if (headers.length > 0) await made.setHeaders(headers);
  return made;
}
