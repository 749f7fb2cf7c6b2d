/** How much an agent must read: the characters of our snapshots beside Playwright's for agents, on three ordinary pages. */
import { chromium } from 'playwright';
import type { Scene } from '../scene.ts';
import type { Row } from '../table.ts';

/** What a person could act on; each must have a ref. */
const ACTS = 'a[href], button, input, select, textarea';

export async function tokens({ ground, ours, pages }: Scene): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const browser = await chromium.launch({ executablePath: ground.chromium, chromiumSandbox: ground.sandbox });
  try {
    const page = await browser.newPage();
    for (const name of ['login', 'table', 'links']) {
      await page.goto(pages.url(`${name}.html`));
      const theirs = (await page.ariaSnapshot({ mode: 'ai' })).length;
      const elements = await page.locator(ACTS).count();
      ours.run(ours.tasks.open(pages.url(`${name}.html`)));
      for (const flag of ['-i', '-c']) {
        const text = ours.run(['snapshot', flag]).stdout;
        const refs = text.match(/@e\d+ /g)?.length ?? 0;
        if (flag === '-i' && refs < elements) throw new Error(`${name}: ${refs} refs for ${elements} elements that act:\n${text}`);
        const value = text.length / theirs;
        const result = { ours: text.length, other: theirs, value, interval: [value, value] } as const;
        rows.push({ what: `${name}: snapshot ${flag}`, beside: 'Playwright ai snapshot', unit: 'chars', by: 'ratio', result, limit: 1 });
      }
    }
  } finally {
    await browser.close();
    await ours.stop();
  }
  return rows;
}
