/** Ends a page that leaves the browser no time for others. From then on it is one that crashed. */
import { holdRenderers } from './renderer-hold.ts';
import { answers, processIdOf } from './server-side.ts';
import type { FrameSession } from './server-side.ts';

export function endPage({ _client, _crPage }: FrameSession): void {
  const browser = _crPage._browserContext._browser;
  // The browser has to work off what the page has sent before it takes in anything else: meanwhile nothing is added.
  const held = holdRenderers(processIdOf(browser));
  void _client._sendMayFail('Page.crash');
  void answers(browser).then(() => held.release());
}
