/** Headers bound to origins. Requests are held up only while there are any. Must not know where the headers come from. */
import type { BrowserContext, Request, Route } from 'playwright';
import type { OriginHeader } from '../../../domain/ports/browser.ts';
import { onRedirect } from '../internals/redirects.ts';

/** Adds the headers to every request of their origins; returns how to stop. A redirect to another origin does not take them along. */
export async function routeHeaders(context: BrowserContext, headers: readonly OriginHeader[]): Promise<() => Promise<void>> {
  const handler = async (route: Route, request: Request): Promise<void> => {
    const own = headersFor(headers, request.url());
    if (own.length === 0) return route.fallback();
    const all = await request.allHeaders();
    await route.fallback({ headers: withHeaders(all, own) });
  };
  await context.route('**/*', handler);
  onRedirect(context, (url, sent) => withHeaders(without(sent, headers), headersFor(headers, url)));
  return async () => {
    onRedirect(context, null);
    await context.unroute('**/*', handler);
  };
}

/** The headers for a URL: those of its origin, and those of every origin. */
export function headersFor(headers: readonly OriginHeader[], url: string): readonly OriginHeader[] {
  const origin = originOf(url);
  return headers.filter((header) => header.origin === null || header.origin === origin);
}

function originOf(url: string): string | null {
  try {
    return new URL(url).origin;
  } catch {
    return null;
  }
}

function withHeaders(sent: Readonly<Record<string, string>>, own: readonly OriginHeader[]): Record<string, string> {
  return { ...without(sent, own), ...Object.fromEntries(own.map(({ name, value }) => [name.toLowerCase(), value])) };
}

function without(sent: Readonly<Record<string, string>>, own: readonly OriginHeader[]): Record<string, string> {
  const names = new Set(own.map(({ name }) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(sent).filter(([name]) => !names.has(name.toLowerCase())));
}
