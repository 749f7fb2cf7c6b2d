/** Browsers with a port: what answers there, a profile that stays, and who may have it. */
import { existsSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium, firefox, webkit } from 'playwright';
import { expect, test } from 'vitest';
import { engine } from '../../browse/adapters/playwright/engine.ts';
import type { SpawnOptions } from '../../browse/domain/pool.ts';
import { within } from '../support/browser.ts';
import { freeze } from '../support/daemons.ts';
import { failureOf } from '../support/finding.ts';
import { temporaryFolder } from '../support/folder.ts';
import { processesOf } from '../support/processes.ts';
import { serve } from '../support/site.ts';
import type { Browser } from '../../browse/domain/ports/browser.ts';

const plain = { userAgent: null, viewport: null, headers: [] };

/** A port of nobody's, far from the pool's: other tests run beside this one. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function launch(tempFolder: string, spawn: Partial<SpawnOptions> = {}): Promise<Browser> {
  const options = { kind: null, port: await freePort(), profile: null, proxy: null, executable: null, args: [], ...spawn };
  return engine.launch({ headless: true, tempFolder, env: {}, spawn: options }, within(40_000));
}

test('P-16: the endpoint answers, and a stranger who connects to it drives the page; who connected does not own', async () => {
  using folder = temporaryFolder();
  await using site = await serve();
  const browser = await launch(folder.path, { args: ['--lang=de'] });
  try {
    expect(browser.kind).toBe('chromium');
    const version = (await (await fetch(`${browser.cdpEndpoint}/json/version`)).json()) as Record<string, string>;
    expect(version['Browser']).toContain(browser.version);
    const commandLine = readFileSync(`/proc/${browser.pid}/cmdline`, 'utf8').split('\0');
    expect(commandLine).toEqual(expect.arrayContaining(['--lang=de', '--remote-debugging-pipe']));
    const session = await browser.newSession(plain);
    const page = await session.newPage();
    await page.goto(`${site.origin}/form.html`, 'load', within());
    const stranger = await chromium.connectOverCDP(browser.cdpEndpoint ?? '');
    const theirs = stranger
      .contexts()
      .flatMap((context) => context.pages())
      .find((each) => each.url().endsWith('/form.html'));
    await theirs?.evaluate('document.title = "driven"');
    expect(await page.title(within())).toBe('driven');
    await stranger.close();
    expect(await page.evaluate('1 + 1', null, within())).toBe(2);
  } finally {
    await browser.close(within(5000));
  }
  expect(readdirSync(folder.path)).toEqual([]);
});

test('a profile keeps what pages stored, opens with one tab, and is refused while a process that lives holds it', async () => {
  using folder = temporaryFolder();
  await using site = await serve();
  const profile = `${folder.path}/profile`;
  const first = await launch(folder.path, { profile });
  const page = await (await first.newSession(plain)).newPage();
  await page.goto(`${site.origin}/form.html`, 'load', within());
  await page.evaluate('localStorage.setItem("kept", "yes")', null, within());
  const targets = (await (await fetch(`${first.cdpEndpoint}/json/list`)).json()) as { type: string }[];
  expect(targets.filter(({ type }) => type === 'page')).toHaveLength(1);
  expect(await failureOf(launch(folder.path, { profile }))).toMatchObject({
    code: 'profile-busy',
    message: expect.stringMatching(new RegExp(`^The profile ${profile} is in use by \\S+ \\(pid ${first.pid}\\)$`)),
  });
  await first.close(within(5000));
  expect(existsSync(profile)).toBe(true);

  // What a browser that was killed leaves: a lock that names nobody.
  symlinkSync(`${hostname()}-4194303`, `${profile}/SingletonLock`);
  const second = await launch(folder.path, { profile });
  const again = await (await second.newSession(plain)).newPage();
  await again.goto(`${site.origin}/form.html`, 'load', within());
  expect(await again.evaluate('localStorage.getItem("kept")', null, within())).toBe('yes');
  await second.close(within(5000));

  symlinkSync('elsewhere-17', `${profile}/SingletonLock`);
  expect(await failureOf(launch(folder.path, { profile }))).toMatchObject({
    message: expect.stringContaining('a browser on elsewhere (pid 17)'),
  });
});

test('a profile keeps what was stored just before the close, though the process that writes it had no turn for a while', async () => {
  using folder = temporaryFolder();
  await using site = await serve();
  const profile = `${folder.path}/profile`;
  const first = await launch(folder.path, { profile });
  const page = await (await first.newSession(plain)).newPage();
  await page.goto(`${site.origin}/form.html`, 'load', within());
  await page.evaluate('localStorage.setItem("kept", "yes")', null, within());
  const storage = processesOf(profile).find(({ command }) => command.includes('storage.mojom.StorageService'));
  if (storage === undefined) return expect.unreachable('Chromium keeps local storage in a process of its own');
  const stalled = freeze(storage);
  const closing = first.close(within(20_000));
  // No event tells that the browser waits for it: this is the while that it gets no turn.
  await Promise.race([closing, pause(300)]);
  stalled.release();
  await closing;
  const second = await launch(folder.path, { profile });
  const again = await (await second.newSession(plain)).newPage();
  await again.goto(`${site.origin}/form.html`, 'load', within());
  expect(await again.evaluate('localStorage.getItem("kept")', null, within())).toBe('yes');
  await second.close(within(5000));
});

test('P-09: Firefox and WebKit start without a CDP endpoint, or say how to get them', async () => {
  using folder = temporaryFolder();
  for (const type of [firefox, webkit]) {
    const launched = launch(folder.path, { kind: type.name() as 'firefox' | 'webkit' });
    const how = `npx playwright install ${type.name()}`;
    const end = await launched.then(
      async (browser) => {
        await browser.close(within(5000));
        return { kind: browser.kind, cdpEndpoint: browser.cdpEndpoint };
      },
      async () => failureOf(launched),
    );
    const wanted = [
      { kind: type.name(), cdpEndpoint: null },
      { code: 'engine-missing', exit: 5, message: expect.stringContaining(how) },
    ];
    expect(end).toMatchObject(wanted[existsSync(type.executablePath()) ? 0 : 1] ?? {});
  }
  expect(await failureOf(launch(folder.path, { executable: `${folder.path}/none` }))).toMatchObject({ code: 'browser-failed' });
});

test('traffic goes through the proxy that was named', async () => {
  using folder = temporaryFolder();
  const asked: string[] = [];
  const proxy = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (data) => {
      asked.push(data.toString('latin1').split('\r\n', 1)[0] ?? '');
      socket.end('HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n<title>by proxy</title>');
    });
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const browser = await launch(folder.path, { proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` });
  try {
    const page = await (await browser.newSession(plain)).newPage();
    await page.goto('http://somewhere.invalid/', 'load', within());
    expect(await page.title(within())).toBe('by proxy');
    expect(asked).toContain('GET http://somewhere.invalid/ HTTP/1.1');
  } finally {
    await browser.close(within(5000));
    proxy.close();
  }
});
