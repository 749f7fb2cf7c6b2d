/**
 * What it costs to look whether a ref is still what was printed: a question about a verified element against one about nothing,
 * in one process and over the same way. The question itself counts as ours.
 */
import { launchBrowser, within } from '../../test/support/browser.ts';
import { difference, interleave } from '../pairs.ts';
import type { Scene } from '../scene.ts';
import type { Row } from '../table.ts';

const CAPTURE = { interactive: true, within: null, viewport: false, boxes: false, urls: false, clickable: true } as const;

export async function verify({ pages }: Scene): Promise<readonly Row[]> {
  await using open = await launchBrowser();
  const { page } = open;
  const rows: Row[] = [];
  for (const [what, url] of [
    ['one ref of 100, twins told apart by their row', 'table.html'],
    ['one ref of 10000', 'many.html?n=10000'],
  ] as const) {
    await page.goto(pages.url(url), 'load', within(60_000));
    const { nodes } = await page.capture(CAPTURE, within(60_000));
    const refs = nodes.flatMap(({ identity, interactive }) => (identity !== null && interactive ? [identity] : []));
    let at = 0;
    const timed = async (ask: () => Promise<boolean>): Promise<number> => {
      const started = performance.now();
      if (!(await ask())) throw new Error('the page said no');
      return performance.now() - started;
    };
    const pairs = await interleave(
      200,
      () =>
        timed(async () => {
          const target = refs[(at += 37) % refs.length];
          if (target === undefined) throw new Error('nothing to verify');
          await page.is(target, 'enabled', within());
          return true;
        }),
      () => timed(() => page.responds(within())),
      20,
    );
    rows.push({ what, beside: 'an answer of the page', unit: 'ms', by: 'difference', result: difference(pairs), limit: 2 });
  }
  return rows;
}
