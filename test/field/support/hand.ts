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
    page.setDefaultTimeout(20_000);
    await page.goto(url);
    await page.waitForFunction(began);
    return page;
  };
}

/** A point of the viewport, CSS pixels. */
export type Point = { readonly x: number; readonly y: number };

/** How a hand drags. */
export type Pace = {
  /** Ms that it holds still before it moves. */
  readonly hold?: number;
  /**
   * Events as the browser's protocol takes them. Playwright's own mouse waits for ever where a library dispatches a
   * `dragstart` of its own, as GridStack's palette does; but only Playwright's can do the browser's own drags.
   */
  readonly raw?: boolean;
};

/** Centre of an element, or the point `x,y` from its top left corner. */
export async function pointOf(page: Page, selector: string, offset?: Point): Promise<Point> {
  const box = await page.locator(selector).boundingBox();
  if (box === null) throw new Error(`${selector} has no box`);
  return offset === undefined ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : { x: box.x + offset.x, y: box.y + offset.y };
}

/** Moves a mouse and its button; the first by Playwright, the second past it. */
async function mouseOf(page: Page, raw: boolean): Promise<{ move(at: Point): Promise<void>; button(down: boolean): Promise<void> }> {
  const { mouse } = page;
  if (!raw) return { move: ({ x, y }) => mouse.move(x, y), button: (down) => (down ? mouse.down() : mouse.up()) };
  const cdp = await page.context().newCDPSession(page);
  let [last, buttons]: [Point, number] = [{ x: 0, y: 0 }, 0];
  const send = (type: 'mouseMoved' | 'mousePressed' | 'mouseReleased', button: 'left' | 'none'): Promise<unknown> =>
    cdp.send('Input.dispatchMouseEvent', { type, ...last, button, buttons, clickCount: type === 'mouseMoved' ? 0 : 1 });
  return {
    move: async (at) => {
      last = at;
      await send('mouseMoved', buttons === 0 ? 'none' : 'left');
    },
    button: async (down) => {
      buttons = down ? 1 : 0;
      await send(down ? 'mousePressed' : 'mouseReleased', 'left');
    },
  };
}

const STEPS = 20;

/** Presses, moves slowly at first, rests over the goal, and lets go. The rests are what a hand's drag is made of. */
export async function dragBy(page: Page, from: Point, to: Point, { hold = 60, raw = false }: Pace = {}): Promise<void> {
  const mouse = await mouseOf(page, raw);
  await mouse.move(from);
  await mouse.button(true);
  await page.waitForTimeout(hold);
  for (let step = 1; step <= STEPS; step += 1) {
    const way = (step / STEPS) ** 2 * (3 - (2 * step) / STEPS);
    await mouse.move({ x: from.x + (to.x - from.x) * way, y: from.y + (to.y - from.y) * way });
    await page.waitForTimeout(16);
  }
  await page.waitForTimeout(200);
  await mouse.move(to);
  await page.waitForTimeout(60);
  await mouse.button(false);
}
