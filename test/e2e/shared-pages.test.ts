/** A user's own Playwright script and the command line on the same tabs, and a stranger by CDP. */
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chromium } from 'playwright';
import { expect, test } from 'vitest';
import type { PoolRow } from '../../browse/protocol/pool.ts';
import { cli } from '../support/cli.ts';
import { browserOf } from '../support/daemons.ts';
import { end, eventually } from '../support/processes.ts';
import { rounds } from '../support/rounds.ts';
import { serve } from '../support/site.ts';

/** A list whose rows a script puts into another order again and again; each button counts its own clicks. */
const ROWS = `
  document.body.innerHTML = ['Keep', 'Delete', 'Other'].map((name) => '<p><button>' + name + '</button></p>').join('');
  globalThis.clicks = {};
  document.addEventListener('click', (event) => {
    const name = event.target.textContent;
    clicks[name] = (clicks[name] ?? 0) + 1;
  });`;

test('a Playwright script works on the tab of the command line: refs stay those elements, its tabs are listed and go with it', async () => {
  await using site = await serve();
  await using shell = cli();
  await shell.ok('goto', `${site.origin}/form.html`);
  await shell.ok('js', ROWS);
  const ref = /@e\d+(?= \[button\] "Keep")/.exec(await shell.ok('snapshot', '-i'))?.[0] ?? '';
  const endpoint = await shell.ok('playwright-url');
  expect(dirname(endpoint)).toBe(join(shell.home, 'run'));
  const script = await chromium.connect(endpoint);
  const page = script.contexts()[0]?.pages()[0] ?? expect.unreachable('the tab is there');
  expect(page.url()).toBe(`${site.origin}/form.html`);

  const over = new AbortController();
  const shuffling = (async () => {
    for (let turn = 0; !over.signal.aborted; turn++) {
      await page.evaluate('document.body.append(document.body.firstElementChild)');
      if (turn % 5 === 0) await page.title();
    }
  })();
  const runs = [];
  for (let at = 0; at < rounds(200, 20); at++) runs.push(await shell.run(['click', ref]));
  over.abort();
  await shuffling;
  const clicked = runs.filter(({ exit }) => exit === 0);
  // Whoever could not act while the rows moved has said so, and has done nothing.
  expect(runs.filter(({ exit }) => exit !== 0 && exit !== 1 && exit !== 3).map(String)).toEqual([]);
  expect(clicked.length).toBeGreaterThan(0);
  expect(await page.evaluate('clicks')).toEqual({ Keep: clicked.length });
  expect(clicked.every(({ stdout }) => stdout.startsWith(`Clicked ${ref} [button] "Keep"`))).toBe(true);

  const tab = await page.context().newPage();
  await tab.goto(`${site.origin}/links.html`);
  expect(await shell.ok('tabs')).toContain(`[2] Links — ${site.origin}/links.html`);
  expect(await shell.ok('network', '--all-tabs', '--no-fence')).toContain(`GET ${site.origin}/links.html → 200`);
  await script.newContext();
  await script.close();
  await eventually('the script’s tab to be closed', async () => !(await shell.ok('tabs')).includes('[2]'));
  expect(await shell.ok('url')).toBe(`${site.origin}/form.html`);

  // The context that the script left is gone too. When the browser dies, the next one is joined at the same place.
  const again = await chromium.connect(endpoint);
  await eventually('the context that was left to be gone', () => again.contexts().length === 1);
  const browser = await browserOf(shell);
  const hungUp = new Promise((resolve) => again.once('disconnected', resolve));
  end(browser);
  await hungUp;
  expect(await shell.ok('url')).toBe(`${site.origin}/form.html`);
  expect(await shell.ok('playwright-url')).toBe(endpoint);
  await using last = await chromium.connect(endpoint);
  expect(
    last
      .contexts()
      .flatMap((context) => context.pages())
      .map((each) => each.url()),
  ).toEqual([`${site.origin}/form.html`]);
});

test('P-16, P-21: a stranger by CDP drives the page of a browser of the pool; his end is not its end, and doctor warns of the port', async () => {
  await using site = await serve();
  await using shell = cli();
  const { port } = await shell.json<PoolRow>('pool', 'spawn');
  const there = ['--browser', String(port)];
  await shell.ok('goto', `${site.origin}/form.html`, ...there);
  const endpoint = await shell.ok('cdp-url', ...there);
  expect(await (await fetch(`${endpoint}/json/version`)).json()).toHaveProperty('Browser');
  const stranger = await chromium.connectOverCDP(endpoint);
  const page = stranger
    .contexts()
    .flatMap((context) => context.pages())
    .find((each) => each.url() === `${site.origin}/form.html`);
  await page?.evaluate('document.title = "driven"');
  expect(await shell.ok('title', ...there)).toBe('driven');
  await stranger.close();
  expect(await shell.ok('title', ...there)).toBe('driven');
  const findings = (await shell.run(['doctor'])).stdout;
  expect(findings).toMatch(new RegExp(`warn  pool .* port ${port}`));
  await shell.stop();
  expect(readdirSync(join(shell.home, 'run')).filter((name) => name.endsWith('.sock'))).toEqual([]);
});
