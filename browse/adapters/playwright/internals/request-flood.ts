/**
 * A page whose scripts ask for things without end keeps the browser busy for all other pages. It is ended.
 * What a document is made of is not counted: an application may load thousands of modules at once.
 */
import { endPage } from './page-end.ts';
import type { ServerPage } from './server-side.ts';

/** As the browser tells of it; `wallTime` in seconds. */
type Asked = { readonly wallTime: number; readonly type?: string };

/** What scripts ask for, again and again. */
const COUNTED: ReadonlySet<string> = new Set(['Fetch', 'XHR', 'Ping', 'CSPViolationReport', 'EventSource']);
/** Requests in one second, by the page's clock, from which on it is a flood. */
const FLOOD = 1_500;

/** Calls back when the page is ended. */
export function watchRequests(page: ServerPage, onFlood: () => void): void {
  const session = page.delegate._mainFrameSession;
  let [since, count, ended] = [0, 0, false];
  session._client.on('Network.requestWillBeSent', ({ wallTime, type = '' }: Asked) => {
    if (ended || !COUNTED.has(type)) return;
    if (wallTime - since > 1) [since, count] = [wallTime, 0];
    count += 1;
    if (count < FLOOD) return;
    ended = true;
    onFlood();
    endPage(session);
  });
}
