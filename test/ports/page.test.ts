/** One suite for the ports of the browser, on the engine in memory and on real Chromium, launched and joined: what the pipeline may rely on in all. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, within } from '../support/browser.ts';
import type { Way } from '../support/browser.ts';
import { fakeEngine, type FakePage } from '../support/fake-engine.ts';
import { CLICK, failureOf, matching, named, nodesOf } from '../support/finding.ts';
import { serve } from '../support/site.ts';
import type { Page, PageEvent } from '../../browse/domain/ports/page.ts';
import type { BrowserSession } from '../../browse/domain/ports/browser.ts';

type Rig = AsyncDisposable & {
  readonly session: BrowserSession;
  /** The address of the shop, of another page, and of one that nobody answers for. */
  readonly shop: string;
  readonly other: string;
  readonly nowhere: string;
  rename(page: Page, from: string, to: string): Promise<void>;
  remove(page: Page, name: string): Promise<void>;
};

const SHOP = `<title>Shop</title><button id=keep>Keep</button><button id=pay onclick="this.dataset.paid = 1">Pay</button>
  <button id=ask onclick="confirm('Sure?')">Ask</button><button id=pop onclick="window.open('/other')">Pop</button>
  <label>Name <input id=name></label><label>Password <input id=password type=password></label>`;

async function real(way: Way): Promise<Rig> {
  const site = await serve({ '/shop': SHOP, '/other': '<title>Other</title>' });
  const open = await launchBrowser(way);
  return {
    session: open.session,
    shop: `${site.origin}/shop`,
    other: `${site.origin}/other`,
    nowhere: 'http://nowhere.invalid/',
    rename: async (page, from, to) =>
      void (await page.evaluate(
        `[...document.querySelectorAll('button')].find((b) => b.textContent === '${from}').textContent = '${to}'`,
        null,
        within(),
      )),
    remove: async (page, name) =>
      void (await page.evaluate(
        `[...document.querySelectorAll('button')].find((b) => b.textContent === '${name}').remove()`,
        null,
        within(),
      )),
    [Symbol.asyncDispose]: async () => {
      await open[Symbol.asyncDispose]();
      await site[Symbol.asyncDispose]();
    },
  };
}

async function fake(): Promise<Rig> {
  const engine = fakeEngine({
    'https://shop.test/': {
      title: 'Shop',
      elements: () => [
        { role: 'button', name: 'Keep', selectors: ['#keep', 'button'] },
        { role: 'button', name: 'Pay', selectors: ['#pay', 'button'] },
        { role: 'button', name: 'Ask', selectors: ['#ask', 'button'], onClick: (page) => void page.ask('confirm', 'Sure?') },
        {
          role: 'button',
          name: 'Pop',
          selectors: ['#pop', 'button'],
          onClick: async (page) => void (await page.session.popup(page, 'https://other.test/')),
        },
        { role: 'textbox', name: 'Name', selectors: ['#name'] },
        { role: 'textbox', name: 'Password', selectors: ['#password'], secret: true },
      ],
    },
    'https://other.test/': { title: 'Other' },
  });
  const browser = await engine.launch({ headless: true, tempFolder: '/tmp', env: {} }, within());
  const elements = (page: Page) => (page as FakePage).elements;
  return {
    session: await browser.newSession({ userAgent: null, viewport: null, headers: [] }),
    shop: 'https://shop.test/',
    other: 'https://other.test/',
    nowhere: 'https://nowhere.test/',
    rename: async (page, from, to) => {
      const element = elements(page).find(({ name }) => name === from);
      if (element) element.name = to;
    },
    remove: async (page, name) => {
      const all = elements(page);
      // Leaves a hole: the others keep their places.
      Reflect.deleteProperty(
        all,
        all.findIndex((element) => element.name === name),
      );
    },
    [Symbol.asyncDispose]: () => browser.close(within()),
  };
}

describe.each([
  ['in memory', fake],
  ['of Chromium, launched', () => real('launched')],
  ['of Chromium, joined by CDP', () => real('joined by CDP')],
  ['of Chromium, of a Playwright server', () => real('of a Playwright server')],
])('a page %s', (_, make) => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await make();
  });
  afterAll(() => rig?.[Symbol.asyncDispose]());

  async function shop(): Promise<{ page: Page; events: PageEvent[] }> {
    const page = await rig.session.newPage();
    const events: PageEvent[] = [];
    page.onEvent((event) => events.push(event));
    await page.goto(rig.shop, 'load', within());
    return { page, events };
  }

  test('begins empty, and goes where it is told', async () => {
    const page = await rig.session.newPage();
    expect(page.url()).toBe('about:blank');
    expect(await page.goto(rig.shop, 'load', within())).toEqual({ url: rig.shop, status: 200 });
    expect(page.url()).toBe(rig.shop);
    expect(await page.title(within())).toBe('Shop');
    expect(await page.responds(within())).toBe(true);
    await page.close();
  });

  test('says why it cannot go somewhere', async () => {
    const page = await rig.session.newPage();
    expect(await failureOf(page.goto(rig.nowhere, 'load', within()))).toMatchObject({ code: 'navigation-failed', exit: 1 });
    await page.close();
  });

  test('goes back and forward, and says where there is nothing', async () => {
    const { page } = await shop();
    await page.goto(rig.other, 'load', within());
    expect(await page.history('forward', 'load', within())).toBeNull();
    expect(await page.history('back', 'load', within())).toEqual({ url: rig.shop });
    expect(await page.history('forward', 'load', within())).toEqual({ url: rig.other });
    await page.close();
  });

  test('captures what it shows, and finds by selector', async () => {
    const { page } = await shop();
    const names = (await nodesOf(page)).map(({ name }) => name);
    for (const name of ['Keep', 'Pay', 'Name', 'Password']) expect(names).toContain(name);
    const { count, found } = await page.query('button', 2, within());
    expect([count, found.length]).toEqual([4, 2]);
    expect(found[0]).toMatchObject({ visible: true, identity: { role: 'button', name: 'Keep' } });
    expect(await page.query('.none', 2, within())).toMatchObject({ count: 0, found: [] });
    expect(await failureOf(page.query('!!', 2, within()))).toMatchObject({ code: 'selector-invalid', exit: 2 });
    await page.close();
  });

  test('answers an act with what it acted on', async () => {
    const { page } = await shop();
    expect(await page.click(await named(page, 'button', 'Pay'), CLICK, within())).toEqual({ role: 'button', name: 'Pay', url: rig.shop });
    expect(await page.fill(await named(page, 'textbox', 'Name'), 'Ann', within())).toMatchObject({ value: 'Ann', secret: false });
    expect(await page.fill(await named(page, 'textbox', 'Password'), 'pw', within())).toMatchObject({ value: null, secret: true });
    expect(await page.append(await matching(page, '#name'), 'e', within())).toMatchObject({ typed: 1 });
    await page.close();
  });

  test('refuses an element that was renamed, removed or navigated away from, in one wording, for every act and read', async () => {
    const { page } = await shop();
    const [keep, pay, name] = [await matching(page, '#keep'), await matching(page, '#pay'), await matching(page, '#name')];
    await rig.rename(page, 'Keep', 'Delete');
    await rig.remove(page, 'Pay');
    const uses = [
      () => page.click(keep, CLICK, within(1000)),
      () => page.hover(keep, { force: false }, within(1000)),
      () => page.text(keep, within(1000)),
      () => page.attributes(keep, within(1000)),
    ];
    for (const use of uses) {
      expect(await failureOf(use())).toMatchObject({
        code: 'ref-stale',
        exit: 3,
        message: 'The element (button "Keep") is stale: its name is now "Delete"',
      });
    }
    expect(await failureOf(page.click(pay, CLICK, within(1000)))).toMatchObject({
      message: 'The element (button "Pay") is stale: the element left the page',
    });
    await page.goto(rig.other, 'load', within());
    expect(await failureOf(page.fill(name, 'x', within(1000)))).toMatchObject({
      message: 'The element (textbox "Name") is stale: the page navigated',
    });
    await page.close();
  });

  test('a dialog is told with its words, and the click that met it answers', async () => {
    const { page, events } = await shop();
    await page.click(await named(page, 'button', 'Ask'), CLICK, within());
    const dialog = events.find((event) => event.kind === 'dialog')?.dialog;
    expect(dialog).toMatchObject({ kind: 'confirm', message: 'Sure?' });
    await dialog?.dismiss();
    await page.close();
  });

  test('a window that a page opens is told with its opener', async () => {
    const { page } = await shop();
    const windows: [Page, Page | null][] = [];
    rig.session.onPage((opened, opener) => windows.push([opened, opener]));
    // Of a browser with tabs of its own, these are told of at once.
    expect(windows.every(([, opener]) => opener === null)).toBe(true);
    windows.length = 0;
    await page.click(await named(page, 'button', 'Pop'), CLICK, within());
    expect(windows).toHaveLength(1);
    expect(windows[0]?.[1]).toBe(page);
    await windows[0]?.[0].close();
    await page.close();
  });

  test('a closed page says so once, and to everybody after', async () => {
    const { page, events } = await shop();
    await page.close();
    await page.close();
    expect(events.filter(({ kind }) => kind === 'closed')).toHaveLength(1);
    expect(await failureOf(page.text(null, within(500)))).toMatchObject({ code: 'page-closed', exit: 3 });
    expect(await page.responds(within(200))).toBe(false);
  });

  test('keeps its cookies apart and gives them back', async () => {
    await rig.session.setCookie({ name: 'a', value: 'b', url: rig.shop });
    expect(await rig.session.cookies()).toMatchObject([{ name: 'a', value: 'b', path: '/', expires: -1 }]);
    const { state, lost } = await rig.session.saveState(within(3000));
    expect(lost).toEqual([]);
    await rig.session.restoreState(state);
    expect(await rig.session.cookies()).toMatchObject([{ name: 'a' }]);
  });
});
