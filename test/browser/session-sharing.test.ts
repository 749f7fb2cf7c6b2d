/** A client that joined for one session, beside others: it is shown that session, what it makes itself, and nothing else. A13. */
import { chromium } from 'playwright';
import type { Browser as ClientBrowser } from 'playwright';
import { describe, expect, test } from 'vitest';
import { engine } from '../../browse/adapters/playwright/engine.ts';
import { ContextFilter } from '../../browse/adapters/playwright/connect/context-filter.ts';
import { within } from '../support/browser.ts';
import { temporaryFolder } from '../support/folder.ts';
import { eventually } from '../support/processes.ts';
import { serve } from '../support/site.ts';
import type { SharePlace } from '../../browse/domain/pool.ts';
import type { Browser, BrowserSession } from '../../browse/domain/ports/browser.ts';

const plain = { userAgent: null, viewport: null, headers: [] };
const urls = (client: ClientBrowser): readonly (readonly string[])[] =>
  client.contexts().map((context) => context.pages().map((page) => page.url()));

/** A browser with sessions at those pages, and a socket for each. */
async function shared(
  pages: readonly string[],
): Promise<
  AsyncDisposable & { readonly browser: Browser; readonly sessions: readonly BrowserSession[]; readonly places: readonly SharePlace[] }
> {
  const folder = temporaryFolder();
  const browser = await engine.launch({ headless: true, tempFolder: folder.path, env: {} }, within(30_000));
  const [sessions, places]: [BrowserSession[], SharePlace[]] = [[], []];
  for (const [at, page] of pages.entries()) {
    const session = await browser.newSession(plain);
    await (await session.newPage()).goto(page, 'load', within());
    const place = { path: `${folder.path}/${at}.sock`, folder: `${folder.path}/s`, present: () => {}, refused: () => {} };
    await browser.share(place, session);
    sessions.push(session);
    places.push(place);
  }
  return {
    browser,
    sessions,
    places,
    [Symbol.asyncDispose]: async () => {
      await browser.close(within(5000));
      folder[Symbol.dispose]();
    },
  };
}

describe('a client that joined for a session', () => {
  // F5
  test('leaves nothing behind of what it set, and what the session set meanwhile stays', async () => {
    await using site = await serve();
    await using all = await shared([`${site.origin}/form.html`, `${site.origin}/links.html`]);
    const [session] = all.sessions;
    const guest = await chromium.connect(all.places[0]?.path ?? '');
    const [context] = guest.contexts();
    const [page] = context?.pages() ?? [];
    if (!context || !page || !session) throw new Error('no tab');
    const seen = (): Promise<unknown> =>
      page.evaluate(
        `Promise.all([fetch('/headers').then((r) => r.json()).catch(() => 'offline'), navigator.permissions.query({ name: 'geolocation' })]).then(([headers, { state }]) =>
          [headers.authorization ?? headers, headers['x-page'] ?? null, innerWidth, matchMedia('print').matches, matchMedia('(prefers-color-scheme: dark)').matches, state].map(String))`,
      );
    await context.setExtraHTTPHeaders({ authorization: 'Bearer of-the-script' });
    await page.setExtraHTTPHeaders({ 'x-page': 'yes' });
    await context.setHTTPCredentials({ username: 'a', password: 'b' });
    await page.setViewportSize({ width: 444, height: 333 });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await context.grantPermissions(['geolocation']);
    await context.setGeolocation({ latitude: 1, longitude: 2 });
    await context.clock.install({ time: 0 });
    expect(await seen()).toEqual(['Bearer of-the-script', 'yes', '444', 'true', 'true', 'granted']);
    await context.setOffline(true);
    expect(await seen()).toMatchObject({ 0: 'offline' });
    await guest.close();
    await eventually('the guest to go', () => all.browser.guests().length === 0);
    await using again = await chromium.connect(all.places[0]?.path ?? '');
    const [after] = again.contexts()[0]?.pages() ?? [];
    await after?.reload();
    const left = await after?.evaluate(
      `Promise.all([fetch('/headers').then((r) => r.json()), navigator.permissions.query({ name: 'geolocation' })]).then(([headers, { state }]) =>
        [headers.authorization, headers['x-page'], innerWidth, matchMedia('print').matches, matchMedia('(prefers-color-scheme: dark)').matches, state, Date.isFake])`,
    );
    expect(left).toEqual([undefined, undefined, 1280, false, false, 'prompt', undefined]);
    // The session's own word stays.
    await session.setNetwork(true, null);
    await again.close();
    await eventually('the guest to go', () => all.browser.guests().length === 0);
    await using third = await chromium.connect(all.places[0]?.path ?? '');
    expect(await third.contexts()[0]?.pages()[0]?.evaluate(`fetch('/headers').then(() => 'there', () => 'offline')`)).toBe('offline');
  });

  test('is shown its context as the first and only one, whichever was made first', async () => {
    await using site = await serve();
    const pages = [`${site.origin}/form.html`, `${site.origin}/links.html`, `${site.origin}/list.html`];
    await using all = await shared(pages);
    for (const [at, page] of pages.entries()) {
      await using guest = await chromium.connect(all.places[at]?.path ?? '');
      expect(urls(guest)).toEqual([[page]]);
      expect(await guest.contexts()[0]?.pages()[0]?.evaluate('location.href')).toBe(page);
    }
  });

  test('is not shown a session that opens later, nor tabs, popups and requests of another, while its own go on', async () => {
    await using site = await serve();
    await using all = await shared([`${site.origin}/form.html`, `${site.origin}/links.html`]);
    await using guest = await chromium.connect(all.places[1]?.path ?? '');
    const heard: string[] = [];
    guest.on('context', () => heard.push('context'));
    const [context] = guest.contexts();
    context?.on('page', (page) => heard.push(page.url()));
    context?.on('request', (request) => heard.push(request.url()));
    const later = await all.browser.newSession(plain);
    await (await later.newPage()).goto(`${site.origin}/list.html`, 'load', within());
    const [other, own] = all.sessions;
    const page = await other?.newPage();
    await page?.goto(`${site.origin}/counter.html`, 'load', within());
    await page?.evaluate('void window.open("/form.html")', null, within());
    await other?.close();
    await (await own?.newPage())?.goto(`${site.origin}/form.html`, 'load', within());
    await eventually('what is its own to be heard', () => heard.includes(`${site.origin}/form.html`));
    expect(heard).toEqual(['about:blank', `${site.origin}/form.html`]);
    const shown = [[`${site.origin}/links.html`, `${site.origin}/form.html`]];
    await eventually('its new tab to be there', () => JSON.stringify(urls(guest)) === JSON.stringify(shown));
  });

  test('is shown contexts that it makes, beside those that are made for sessions at the same moment', async () => {
    await using site = await serve();
    await using all = await shared([`${site.origin}/form.html`]);
    await using guest = await chromium.connect(all.places[0]?.path ?? '');
    const making = Array.from({ length: 8 }, () => all.browser.newSession(plain));
    const made = await Promise.all(Array.from({ length: 8 }, () => guest.newContext()));
    await Promise.all(making);
    const page = await made[3]?.newPage();
    await page?.goto(`${site.origin}/links.html`);
    expect(await page?.title()).toBe('Links');
    expect(guest.contexts()).toHaveLength(9);
    await Promise.all(made.map((each) => each.close()));
    expect(urls(guest)).toEqual([[`${site.origin}/form.html`]]);
  });

  test('is shown no context that another client made before it came, so that the session’s is the first', async () => {
    await using site = await serve();
    await using all = await shared([`${site.origin}/form.html`]);
    await using first = await chromium.connect(all.places[0]?.path ?? '');
    await (await first.newContext()).newPage();
    const session = await all.browser.newSession(plain);
    await (await session.newPage()).goto(`${site.origin}/links.html`, 'load', within());
    const place = { ...(all.places[0] as SharePlace), path: `${all.places[0]?.path}.later` };
    await all.browser.share(place, session);
    await using guest = await chromium.connect(place.path);
    expect(urls(guest)).toEqual([[`${site.origin}/links.html`]]);
  });

  test('is shown the session’s new context when that was closed and opened again', async () => {
    await using site = await serve();
    await using all = await shared([`${site.origin}/form.html`, `${site.origin}/links.html`]);
    await all.sessions[1]?.close();
    const again = await all.browser.newSession(plain);
    await (await again.newPage()).goto(`${site.origin}/list.html`, 'load', within());
    const [, place] = all.places;
    if (place === undefined) throw new Error('there are two');
    await all.browser.share(place, again);
    await using guest = await chromium.connect(place.path);
    expect(urls(guest)).toEqual([[`${site.origin}/list.html`]]);
    await all.browser.share(place, null);
    await using nobody = await chromium.connect(place.path);
    expect(urls(nobody)).toEqual([]);
  });
});

describe('the filter', () => {
  const message = (value: object): string => `${JSON.stringify(value)}\0`;
  const make = (parent: string, type: string, guid: string): string =>
    message({ guid: parent, method: '__create__', params: { type, initializer: { text: 'é€😀' }, guid } });
  const STREAM = [
    message({ id: 1, result: { playwright: { guid: 'playwright' } } }),
    make('browser', 'BrowserContext', 'context@a'),
    message({ guid: 'browser', method: 'context', params: { context: { guid: 'context@a' } } }),
    make('context@a', 'Page', 'page@a'),
    make('browser', 'BrowserContext', 'context@b'),
    message({ guid: 'browser', method: 'context', params: { context: { guid: 'context@b' } } }),
    make('context@b', 'Page', 'page@b'),
    make('page@b', 'Frame', 'frame@b'),
    message({ guid: 'frame@b', method: 'navigated', params: { url: 'https://b.test/' } }),
    message({ guid: 'context@a', method: 'page', params: { page: { guid: 'page@a' } } }),
    message({ guid: 'context@b', method: '__dispose__', params: {} }),
    make('page@a', 'Frame', 'frame@b'),
    message({ guid: 'frame@b', method: 'navigated', params: { url: 'https://a.test/' } }),
  ];
  const LEFT = STREAM.filter((_, at) => ![4, 5, 6, 7, 8, 10].includes(at)).join('');

  test.each([1, 2, 3, 7, 64, 10_000])('leaves out what is hidden, in pieces of %i bytes, and forgets it when it is gone', (size) => {
    const out: Buffer[] = [];
    const filter = new ContextFilter(
      (context) => context === 'context@a',
      (bytes) => out.push(bytes),
    );
    const all = Buffer.from(STREAM.join(''));
    for (let at = 0; at < all.length; at += size) filter.take(all.subarray(at, at + size));
    expect(Buffer.concat(out).toString()).toBe(LEFT);
  });

  test('keeps the order while it is not known yet whose a context is', async () => {
    const out: Buffer[] = [];
    const known = Promise.withResolvers<void>();
    const filter = new ContextFilter(
      (context) => known.promise.then(() => context === 'context@a'),
      (bytes) => out.push(bytes),
    );
    filter.take(Buffer.from(STREAM.join('')));
    expect(Buffer.concat(out).toString()).toBe(STREAM[0]);
    known.resolve();
    await eventually('all of it', () => Buffer.concat(out).toString() === LEFT);
  });
});
