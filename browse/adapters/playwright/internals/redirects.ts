/** The headers of a request that a redirect makes: Playwright would repeat those of the request before. */
import type { BrowserContext } from 'playwright';
import type { ServerPage } from './server-side.ts';
import { serverSide } from './server-side.ts';

/** Decides the headers of a request that a redirect makes: Playwright itself would repeat those of the request before. */
export type RedirectHeaders = (url: string, sent: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;

export interface NetworkManager {
  readonly _page: { readonly browserContext: object } | null;
  readonly _requestIdToRequest: Map<
    string,
    { readonly _originalRequestRoute?: { _alreadyContinuedParams?: { headers?: readonly HeaderPair[] } } }
  >;
  _onRequest(
    sentBy: unknown,
    sent: { readonly requestId: string; readonly redirectResponse?: unknown },
    pausedBy: unknown,
    paused: { readonly request: { readonly url: string; readonly headers: Readonly<Record<string, string>> } } | undefined,
  ): void;
}

type HeaderPair = { readonly name: string; readonly value: string };

const redirectHeaders = new WeakMap<object, RedirectHeaders>();

let redirectsPatched = false;

/** Sets or clears, for one context, who decides the headers of redirected requests. Takes hold with the first page that is hooked. */
export function onRedirect(context: BrowserContext, decide: RedirectHeaders | null): void {
  const server = serverSide(context) as object;
  if (decide) redirectHeaders.set(server, decide);
  else redirectHeaders.delete(server);
}

/** The page's requests are decided for from now on. */
export function patchRedirects(page: ServerPage): void {
  if (redirectsPatched) return;
  redirectsPatched = true;
  const prototype = Object.getPrototypeOf(page.delegate._networkManager) as NetworkManager;
  const { _onRequest } = prototype;
  prototype._onRequest = function (this: NetworkManager, sentBy, sent, pausedBy, paused): void {
    const decide = paused && sent.redirectResponse && this._page ? redirectHeaders.get(this._page.browserContext) : undefined;
    const params = decide && this._requestIdToRequest.get(sent.requestId)?._originalRequestRoute?._alreadyContinuedParams;
    if (decide && params && paused) {
      params.headers = Object.entries(decide(paused.request.url, paused.request.headers)).map(([name, value]) => ({ name, value }));
    }
    _onRequest.call(this, sentBy, sent, pausedBy, paused);
  };
}
