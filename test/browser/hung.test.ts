/** A page that hangs, crashes or goes holds nobody up. */
import { describe, expect, test } from 'vitest';
import { within } from '../support/browser.ts';
import { CLICK, failureOf, named } from '../support/finding.ts';
import { openStage } from '../support/stage.ts';
import type { Identity } from '../../browse/domain/snapshot/tree.ts';
import type { Page, PageEvent } from '../../browse/domain/ports/page.ts';

const stage = openStage();

/** A tab of a site of its own whose thread never comes back. */
async function hang(): Promise<{ page: Page; events: PageEvent[]; button: Identity; field: Identity }> {
  const page = await stage.session.newPage();
  const events: PageEvent[] = [];
  page.onEvent((event) => events.push(event));
  stage.site.on('/hang', '<title>Hangs</title><button>Go</button><input aria-label=Name>');
  await page.goto(`${stage.site.elsewhere}/hang`, 'load', within());
  const [button, field] = [await named(page, 'button', 'Go'), await named(page, 'textbox', 'Name')];
  page.evaluate('setTimeout(() => { for (;;); }, 20)', null, within()).catch(() => {});
  await expect.poll(() => page.responds(within(100))).toBe(false);
  return { page, events, button, field };
}

describe('on a page that hangs', () => {
  test('everything that asks the page ends at its deadline, and says that the page does not respond', async () => {
    const { page, button, field } = await hang();
    const all: [string, (bound: ReturnType<typeof within>) => Promise<unknown>][] = [
      ['click', (bound) => page.click(button, CLICK, bound)],
      ['hover', (bound) => page.hover(button, { force: false }, bound)],
      ['fill', (bound) => page.fill(field, 'x', bound)],
      ['type', (bound) => page.type('x', bound)],
      ['press', (bound) => page.press('x', bound)],
      ['append', (bound) => page.append(field, 'x', bound)],
      ['text', (bound) => page.text(null, bound)],
      ['js', (bound) => page.evaluate('1', null, bound)],
      ['query', (bound) => page.query('button', 5, bound)],
      [
        'snapshot',
        (bound) => page.capture({ interactive: true, within: null, viewport: false, boxes: false, urls: false, clickable: true }, bound),
      ],
      ['screenshot', (bound) => page.screenshot(null, { path: '/nowhere/x.png', full: false }, bound)],
      ['box', (bound) => page.box(button, bound)],
    ];
    const from = performance.now();
    const ended = await Promise.all(all.map(async ([name, act]) => [name, (await failureOf(act(within(500)))).code]));
    expect(ended).toEqual(all.map(([name]) => [name, 'page-hung']));
    expect(performance.now() - from).toBeLessThan(2500);
    await page.close();
  });

  test('waits end as waits', async () => {
    const { page } = await hang();
    const waits = [
      () => page.waitForText('x', within(200)),
      () => page.waitForSelector('p', 'visible', within(200)),
      () => page.waitForFunction('1', within(200)),
      () => page.waitForUrl('**/x', within(200)),
    ];
    for (const wait of waits) {
      expect(await failureOf(wait())).toMatchObject({ code: 'timeout' });
    }
    await page.close();
  });

  test('its address and its closing are there at once, its title is not made up, and other tabs go on', async () => {
    const { page, events } = await hang();
    const from = performance.now();
    expect(page.url()).toBe(`${stage.site.elsewhere}/hang`);
    expect(await failureOf(page.title(within(100)))).toMatchObject({ code: 'page-hung' });
    await stage.page.goto(`${stage.site.origin}/status/200`, 'load', within());
    expect(await stage.page.evaluate('1 + 1', null, within(1000))).toBe(2);
    await page.close();
    expect(performance.now() - from).toBeLessThan(2500);
    await expect.poll(() => events.at(-1)).toEqual({ kind: 'closed' });
  });

  test('a caller who leaves is let go at once', async () => {
    const { page, button } = await hang();
    const caller = new AbortController();
    const clicking = failureOf(page.click(button, CLICK, { timeout: 30_000, signal: caller.signal }));
    const from = performance.now();
    caller.abort();
    expect(await clicking).toMatchObject({ code: 'interrupted', exit: 130 });
    expect(performance.now() - from).toBeLessThan(500);
    await page.close();
  });
});

test('a click that came too late for its caller does not run when the page recovers', async () => {
  const page = await stage.session.newPage();
  stage.site.on('/slow-page', '<button onclick="globalThis.n = (globalThis.n ?? 0) + 1">Go</button>');
  await page.goto(`${stage.site.elsewhere}/slow-page`, 'load', within());
  const go = await named(page, 'button', 'Go');
  for (let round = 0; round < 5; round += 1) {
    // Armed and aimed, then the thread is taken away under the input.
    await page.evaluate(
      `document.querySelector('button').onpointerover = null; addEventListener('pointermove', () => { const end = performance.now() + 700; while (performance.now() < end); }, { once: true, capture: true }); null`,
      null,
      within(),
    );
    const failure = await failureOf(page.click(go, CLICK, within(350)));
    expect(['page-hung', 'not-actionable']).toContain(failure.code);
    await expect.poll(() => page.responds(within(200)), { timeout: 5000 }).toBe(true);
  }
  expect(await page.evaluate('globalThis.n ?? 0', null, within())).toBe(0);
  await page.click(go, CLICK, within());
  expect(await page.evaluate('n', null, within())).toBe(1);
  await page.close();
});

test('a machine that stood still is no page that hangs', async () => {
  const page = await stage.session.newPage();
  await page.goto(`${stage.site.origin}/status/200`, 'load', within());
  const asked = page.responds(within(50));
  const until = performance.now() + 300;
  while (performance.now() < until);
  expect(await asked).toBe(true);
  await page.close();
});

test('a page that crashes says so to whoever waits, and can be reloaded', async () => {
  const page = await stage.session.newPage();
  const events: PageEvent[] = [];
  page.onEvent((event) => events.push(event));
  await page.goto(`${stage.site.origin}/status/200`, 'load', within());
  const waiting = failureOf(page.evaluate('new Promise(() => {})', null, within(20_000)));
  await page.goto('chrome://crash', 'commit', within(3000)).catch(() => {});
  await expect.poll(() => events.some(({ kind }) => kind === 'crashed')).toBe(true);
  expect((await waiting).exit).toBe(1);
  expect(await failureOf(page.text(null, within(1000)))).toMatchObject({ code: 'page-crashed' });
  expect(await page.responds(within(200))).toBe(false);
  expect(await page.reload({ hard: false }, 'load', within())).toEqual({ url: `${stage.site.origin}/status/200`, status: 200 });
  expect(await page.evaluate('1', null, within())).toBe(1);
  expect(events.filter(({ kind }) => kind === 'closed')).toEqual([]);
  await page.close();
  expect(events.at(-1)).toEqual({ kind: 'closed' });
});
