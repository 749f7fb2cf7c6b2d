/** A user's own Playwright script and the command line on the same tabs, and a stranger by CDP. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chromium } from 'playwright';
import { expect, test } from 'vitest';
import type { PoolRow } from '../../browse/protocol/pool.ts';
import { GRACE } from '../../browse/domain/tabs/queue.ts';
import { cli, type Cli, type Run } from '../support/cli.ts';
import { browserOf, statusOf } from '../support/daemons.ts';
import { within } from '../support/patience.ts';
import { present } from '../support/present.ts';
import { alive, end, eventually } from '../support/processes.ts';
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
  const page = present(script.contexts()[0]?.pages()[0], 'the tab');
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
  // A busy machine may be late to answer for its title.
  await eventually('the tab to be listed', async () => (await shell.ok('tabs')).includes(`[2] "Links" — ${site.origin}/links.html`));
  expect(await shell.ok('network', '--all-tabs', '--no-fence')).toContain(`GET ${site.origin}/links.html → 200`);
  // F6: what its tab opened, and that opened, is its own too; what the user's tab opened is the user's.
  await Promise.all([page.context().waitForEvent('page'), page.evaluate(`void open('/form.html?of-the-user')`)]);
  const [popup] = await Promise.all([page.context().waitForEvent('page'), tab.evaluate(`void open('/form.html?popup')`)]);
  await Promise.all([page.context().waitForEvent('page'), popup.evaluate(`void open('/form.html?of-the-popup')`)]);
  // F5
  await page.context().setExtraHTTPHeaders({ authorization: 'Bearer of-the-script' });
  await page.setViewportSize({ width: 444, height: 333 });
  await page.context().setOffline(true);
  await script.newContext();
  await script.close();
  await eventually('the script’s tabs to be closed', async () => !/\[[245]\]/.test(await shell.ok('tabs')));
  expect(await shell.ok('tabs')).toContain('?of-the-user');
  // One after the other.
  const own = `fetch('/headers').then((r) => r.json()).then((headers) => innerWidth + ' ' + headers.authorization)`;
  await eventually('what the script set to be undone', async () => (await shell.run(['js', own])).stdout === '1280 undefined\n');
  await shell.ok('closetab', '3');
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

test('a script and many commands on one tab at once: wait and run stay within --timeout, and a time-out names what it waited behind', async () => {
  await using site = await serve();
  await using shell = cli();
  await shell.ok('goto', `${site.origin}/form.html`);
  await shell.ok('js', ROWS);
  const ref = /@e\d+(?= \[button\] "Keep")/.exec(await shell.ok('snapshot', '-i'))?.[0] ?? '';
  const script = await chromium.connect(await shell.ok('playwright-url'));
  const page = present(script.contexts()[0]?.pages()[0], 'the tab');
  const runs = async (command: string): Promise<void> =>
    void (await eventually(`${command} to be there`, async () => (await statusOf(shell)).running.some((each) => each.command === command)));

  const holding = shell.start(['js', 'new Promise((done) => { globalThis.release = done; })', '--timeout', '60000']);
  await runs('js');
  const behind = await Promise.all(['click', 'hover', 'focus'].map((verb) => shell.run([verb, ref, '--timeout', '500'])));
  const busy = 'Did not run: tab 1 was busy with js for 500 ms. Run: browse tabs\n';
  expect(behind.map(({ exit, stderr }) => [exit, stderr])).toEqual(behind.map(() => [1, busy]));
  const timeout = Math.round(within(5000));
  const waiting = shell.start(['wait', '--text', 'never there', '--timeout', String(timeout)]);
  await runs('wait');
  // The script lets it go on.
  await page.evaluate('release(1)');
  expect((await holding.done).exit).toBe(0);
  const late = await waiting.done;
  const [, ran, waited] = /did not end within (\d+) ms, after it had waited (\d+) ms behind js/.exec(late.stderr) ?? [];
  expect(late.exit, String(late)).toBe(1);
  expect(Number(waited), String(late)).toBeGreaterThan(0);
  expect(Number(ran) + Number(waited)).toBeLessThanOrEqual(timeout + 2);

  const over = new AbortController();
  const working = (async () => {
    while (!over.signal.aborted) await page.evaluate('document.body.append(document.body.firstElementChild)');
  })();
  const lines = [['click', ref], ['title'], ['text', 'p >> nth=0'], ['js', '1 + 1'], ['is', 'visible', ref]];
  const short = 1500;
  const todo = Array.from({ length: rounds(200, 40) }, (_, at) => [...(lines[at % lines.length] ?? []), '--timeout', String(short)]);
  const all: Run[] = [];
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let argv = todo.pop(); argv !== undefined; argv = todo.pop()) all.push(await shell.run(argv));
    }),
  );
  over.abort();
  await working;
  await script.close();
  expect(all.filter(({ exit }) => exit === 0).length).toBeGreaterThan(0);
  expect(all.filter(({ exit }) => exit !== 0 && exit !== 1 && exit !== 3).map(String)).toEqual([]);
  for (const { stderr } of all.filter((run) => / waited |was busy with/.test(run.stderr)))
    expect(stderr).toMatch(/(?:behind|busy with) [a-z]+/);
  const rows = readFileSync(join(shell.home, 'daemon.log'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string; command: string; ms: number })
    .slice(-all.length);
  expect(rows.map(({ kind }) => kind)).toEqual(Array(all.length).fill('command'));
  expect(Math.max(...rows.map(({ ms }) => ms))).toBeLessThan(short + GRACE + within(250));
});

/** Kills it, and waits until it is dead: a command that is quicker than the kernel still meets it. */
async function killBrowser(shell: Cli): Promise<void> {
  const browser = await browserOf(shell);
  end(browser);
  await eventually('the browser to be dead', () => !alive(browser));
}

test('with cdp in config.json the default browser has a port too: it is told, warned of, and stays the same after a crash', async () => {
  await using site = await serve();
  await using shell = cli();
  mkdirSync(shell.home);
  // Of the folder that a command is typed in, nothing is read.
  writeFileSync(join(shell.cwd, 'config.json'), '{"browser": {"cdp": true}}');
  expect((await shell.run(['cdp-url'])).stderr).toMatch(/^This browser has no CDP endpoint.*Run: browse pool spawn\n$/);
  expect((await shell.run(['doctor'])).stdout).not.toMatch(/warn  pool/);
  writeFileSync(join(shell.home, 'config.json'), '{"browser": {"cdp": true}}');
  expect(await shell.ok('refresh')).toContain('config.browser.cdp');
  // A browser that runs has what it started with.
  expect((await shell.run(['cdp-url'])).exit).toBe(2);
  await killBrowser(shell);
  const endpoint = await shell.ok('cdp-url');
  expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  await shell.ok('goto', `${site.origin}/form.html`);
  const stranger = await chromium.connectOverCDP(endpoint);
  const page = stranger
    .contexts()
    .flatMap((context) => context.pages())
    .find((each) => each.url() === `${site.origin}/form.html`);
  await page?.evaluate('document.title = "driven"');
  await stranger.close();
  expect(await shell.ok('title')).toBe('driven');
  expect(await shell.json('session', 'status')).toMatchObject({ port: null, cdp_endpoint: endpoint });
  expect(await shell.json('pool', 'list')).toMatchObject({ browsers: [{ port: null, cdp_endpoint: endpoint, source: 'launched' }] });
  expect(await shell.ok('status')).toContain(endpoint);
  const port = endpoint.split(':').at(-1);
  expect((await shell.run(['doctor'])).stdout).toMatch(new RegExp(`warn  pool .* port ${port}\n *→ take browser.cdp out`));
  expect((await shell.json<PoolRow>('pool', 'spawn')).cdp_endpoint).not.toBe(endpoint);
  // Other daemons of this machine, as other tests start them, may take a port or look at it in that very moment.
  let last = endpoint;
  const stays = async (): Promise<boolean> => {
    const before = last;
    await killBrowser(shell);
    last = await shell.ok('cdp-url');
    return last === before;
  };
  await eventually('a crash after which the port is the same', stays, 30_000);
  expect((await fetch(`${last}/json/version`)).status).toBe(200);
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
