/**
 * A page whose scripts ask for things without end keeps the browser busy for all other pages. Its timers are stopped until it navigates.
 * What a document is made of is not counted: an application may load thousands of modules at once.
 */
import type { ServerPage } from './server-side.ts';

/** As the browser tells of it; `wallTime` in seconds. */
type Asked = { readonly wallTime: number; readonly type?: string };

/** What scripts ask for, again and again. */
const COUNTED: ReadonlySet<string> = new Set(['Fetch', 'XHR', 'Ping', 'CSPViolationReport', 'EventSource']);
/** Requests in one second, by the page's clock, from which on it is a flood. */
const FLOOD = 1_500;

/** Calls back when the page was stopped. */
export function watchRequests(page: ServerPage, onFlood: () => void): void {
  const { _client } = page.delegate._mainFrameSession;
  let [since, count, stopped] = [0, 0, false];
  _client.on('Network.requestWillBeSent', ({ wallTime, type = '' }: Asked) => {
    if (stopped || !COUNTED.has(type)) return;
    if (wallTime - since > 1) [since, count] = [wallTime, 0];
    count += 1;
    if (count < FLOOD) return;
    stopped = true;
    void _client._sendMayFail('Page.setWebLifecycleState', { state: 'frozen' });
    // What it has asked for by now would still come.
    void _client._sendMayFail('Page.stopLoading');
    onFlood();
  });
  _client.on('Page.frameNavigated', ({ frame }: { readonly frame: { readonly parentId?: string } }) => {
    if (!stopped || frame.parentId !== undefined) return;
    [since, count, stopped] = [0, 0, false];
    void _client._sendMayFail('Page.setWebLifecycleState', { state: 'active' });
  });
}
