/** What is on a page of a client that joined our browser, as `snapshot -i` prints it, without refs: nobody could use them. */
import { NOTHING_INTERACTIVE, keep, lines } from '../../domain/snapshot/render.ts';
import type { TimeLimit } from '../../domain/ports/machine.ts';
import type { Page } from '../../domain/ports/page.ts';

const SEEN = { interactive: true, within: null, viewport: false, urls: false, boxes: false, clickable: true };

export async function dumpPage(page: Page, bound: TimeLimit): Promise<string> {
  const { url, title, nodes } = await page.capture(SEEN, bound);
  const printed = lines(keep(nodes, { interactive: true, compact: false, depth: null }), { refOf: () => null, twins: true });
  return [url, title, '', ...(printed.length === 0 ? [NOTHING_INTERACTIVE] : printed), ''].join('\n');
}
