/** A session in a context of its own: with the viewport, user agent and headers that it asks for. Must not know whose browser it is. */
import type { Browser as ClientBrowser } from 'playwright';
import type { BrowserSession, SessionOptions } from '../../domain/ports.ts';
import { makeSession } from './session.ts';
import type { Sharing } from './sharing.ts';

/** Size of a tab's viewport unless the session sets one. */
export const VIEWPORT = { width: 1280, height: 720 };

/** Rejects as Playwright does. */
export async function openContext(
  client: ClientBrowser,
  own: Sharing['own'],
  browser: { readonly starves: boolean; readonly far: boolean },
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
