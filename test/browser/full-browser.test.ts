/** A full browser, whose tabs in the background get no frames: acts and screenshots on each of them all the same. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { engine } from '../../browse/adapters/playwright/engine.ts';
import { findExecutables } from '../../browse/adapters/playwright/launch/executables.ts';
import { within } from '../support/browser.ts';
import { has } from '../support/facilities.ts';
import { CLICK, named } from '../support/finding.ts';
import { temporaryFolder, type Folder } from '../support/folder.ts';
import { serve, type Site } from '../support/site.ts';
import type { Page } from '../../browse/domain/ports/page.ts';
import type { Browser } from '../../browse/domain/ports/browser.ts';

let browser: Browser;
let site: Site;
let folder: Folder;
beforeAll(async () => {
  const [full] = findExecutables(false, process.env).found;
  if (!full) throw new Error('no full browser is installed here: these tests need one besides the headless shell');
  folder = temporaryFolder();
  site = await serve();
  browser = await engine.launch({ headless: true, tempFolder: folder.path, env: { BROWSE_CHROMIUM: full.path } }, within(40_000));
});
afterAll(async () => {
  await browser?.close(within(5000));
  await site?.[Symbol.asyncDispose]();
  folder?.[Symbol.dispose]();
});

async function tab(page: Page, path: string): Promise<Page> {
  site.on(
    path,
    `<button onclick="globalThis.n = (globalThis.n ?? 0) + 1">Go</button><button onmousemove="this.hovered = 1" id=h>Over</button><input aria-label=Name>`,
  );
  await page.goto(`${site.origin}${path}`, 'load', within(20_000));
  return page;
}

test.runIf(has('full-browser'))(
  'a tab behind another one is clicked, hovered, typed into and photographed without waiting for its frames',
  async () => {
    const session = await browser.newSession({ userAgent: null, viewport: null, headers: [] });
    const first = await tab(await session.newPage(), '/first');
    const second = await tab(await session.newPage(), '/second');
    for (const page of [first, second, first]) {
      await page.click(await named(page, 'button', 'Go'), CLICK, within(5000));
      await page.hover(await named(page, 'button', 'Over'), { force: false }, within(5000));
      await page.append(await named(page, 'textbox', 'Name'), 'abc', within(5000));
      await page.screenshot(null, { path: `${folder.path}/shot.png`, full: false }, within(10_000));
    }
    expect(await first.evaluate('[n, h.hovered, document.querySelector("input").value]', null, within())).toEqual([2, 1, 'abcabc']);
    expect(await second.evaluate('[n, h.hovered, document.querySelector("input").value]', null, within())).toEqual([1, 1, 'abc']);
    await session.close();
  },
);

test.runIf(has('full-browser'))('two sessions act side by side', async () => {
  const sessions = await Promise.all([1, 2].map(() => browser.newSession({ userAgent: null, viewport: null, headers: [] })));
  const pages = await Promise.all(sessions.map(async (session, at) => tab(await session.newPage(), `/side-${at}`)));
  for (let round = 0; round < 3; round += 1) {
    await Promise.all(pages.map(async (page) => page.click(await named(page, 'button', 'Go'), CLICK, within(8000))));
  }
  expect(await Promise.all(pages.map((page) => page.evaluate('n', null, within())))).toEqual([3, 3]);
});
