/** A snapshot of a large page through the command line, against the browser's and Playwright's own within one process. */
import { chromium } from 'playwright';
import { difference, interleave, ratio } from '../pairs.ts';
import type { Scene } from '../scene.ts';
import type { Row } from '../table.ts';

const MANY = 10_000;

export async function scale({ ground, ours, pages }: Scene): Promise<readonly Row[]> {
  const snapshot = [...ours.tasks.snapshot, '--max-chars', '100000000'];
  const take = (elements: number) => (): number => {
    const { ms, stdout } = ours.run(snapshot);
    const refs = stdout.match(/@e\d+ /g)?.length;
    if (refs === undefined || refs < elements) throw new Error(`${refs} refs for ${elements} elements`);
    return ms;
  };
  ours.run(ours.tasks.open(pages.url('many.html?n=100')));
  const small = await interleave(60, take(100), () => ours.run(['--version']).ms);

  ours.run(ours.tasks.open(pages.url(`many.html?n=${MANY}`)));
  const browser = await chromium.launch({ executablePath: ground.chromium, chromiumSandbox: ground.sandbox });
  try {
    const page = await browser.newPage();
    await page.goto(pages.url(`many.html?n=${MANY}`));
    const session = await page.context().newCDPSession(page);
    const timed = async <T>(ask: () => Promise<T>, complete: (answer: T) => boolean): Promise<number> => {
      const started = performance.now();
      const answer = await ask();
      const ms = performance.now() - started;
      if (!complete(answer)) throw new Error('the yardstick did not see the whole page');
      return ms;
    };
    const tree = await interleave(30, take(MANY), () =>
      timed(
        () => session.send('Accessibility.getFullAXTree'),
        ({ nodes }) => nodes.length > MANY,
      ),
    );
    const aria = await interleave(30, take(MANY), () =>
      timed(
        () => page.ariaSnapshot({ mode: 'ai', timeout: 0 }),
        (text) => (text.match(/\[ref=/g)?.length ?? 0) > MANY,
      ),
    );
    const what = `snapshot -i, ${MANY} elements`;
    return [
      {
        what: 'snapshot -i, 100 elements',
        beside: 'the binary doing nothing',
        unit: 'ms',
        by: 'difference',
        result: difference(small),
        limit: 15,
      },
      { what, beside: 'CDP getFullAXTree alone', unit: 'ms', by: 'ratio', result: ratio(tree), limit: 1 / 5 },
      { what, beside: 'Playwright ai snapshot alone', unit: 'ms', by: 'ratio', result: ratio(aria), limit: 1 / 3 },
    ];
  } finally {
    await browser.close();
    await ours.stop();
  }
}
