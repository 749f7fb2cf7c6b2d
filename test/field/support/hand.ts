/**
 * A person's hand at the same page, in a browser of its own: Playwright's mouse and keyboard, without any check. What it
 * does is what the tests hold `browse` to.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { chromium, type Browser, type Page } from 'playwright';

/** The browser that the machine has; undefined is Playwright's own. */
function executable(): string | undefined {
  const named = process.env['BROWSE_CHROMIUM'];
  if (named !== undefined) return named;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const paths = ['chromium-headless-shell', 'chromium', 'google-chrome'].flatMap((name) => folders.map((folder) => join(folder, name)));
  return paths.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** One browser for the tests of a file; the returned function opens a page in a context of its own, and waits until it `began`. */
export function hand(): (url: string, began?: string) => Promise<Page> {
  let browser: Browser | undefined;
  beforeAll(async () => {
    const path = executable();
    browser = await chromium.launch(path === undefined ? {} : { executablePath: path });
  });
  afterAll(async () => browser?.close());
  return async (url, began = 'window.__ready === true') => {
    if (browser === undefined) throw new Error('the hand is there in tests only');
    const page = await browser.newPage();
    await page.goto(url);
    await page.waitForFunction(began);
    return page;
  };
}

/** A point of the viewport, CSS pixels. */
export type Point = { readonly x: number; readonly y: number };

/** How a hand drags; ms that it holds still before it moves. */
export type Pace = { readonly hold?: number };

/** Centre of an element, or the point `x,y` from its top left corner. */
export async function pointOf(page: Page, selector: string, offset?: Point): Promise<Point> {
  const box = await page.locator(selector).boundingBox();
  if (box === null) throw new Error(`${selector} has no box`);
  return offset === undefined ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : { x: box.x + offset.x, y: box.y + offset.y };
}

/** Presses, moves in steps, rests over the goal as a hand does, and lets go. The rests are what a drag is made of. */
export async function dragBy(page: Page, from: Point, to: Point, { hold = 60 }: Pace = {}): Promise<void> {
  const { mouse } = page;
  await mouse.move(from.x, from.y);
  await mouse.down();
  await page.waitForTimeout(hold);
  for (let step = 1; step <= 20; step += 1) {
    await mouse.move(from.x + ((to.x - from.x) * step) / 20, from.y + ((to.y - from.y) * step) / 20);
    await page.waitForTimeout(16);
  }
  await page.waitForTimeout(200);
  await mouse.move(to.x, to.y);
  await page.waitForTimeout(60);
  await mouse.up();
}
