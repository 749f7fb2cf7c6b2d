/** Other Playwright clients in a browser of ours: what they see, what they leave, and that their end is not its end. */
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { chromium } from 'playwright';
import { expect, test } from 'vitest';
import { findExecutables } from '../../browse/adapters/playwright/launch/executables.ts';
import { engine } from '../../browse/adapters/playwright/engine.ts';
import { leftovers } from '../../browse/adapters/playwright/internals/server-side.ts';
import { playwrightEndpoint } from '../../browse/adapters/playwright/connect/playwright-endpoint.ts';
import { within } from '../support/browser.ts';
import { temporaryFolder } from '../support/folder.ts';
import { eventually } from '../support/processes.ts';
import { serve } from '../support/site.ts';
import type { PageEvent } from '../../browse/domain/ports/page.ts';
import type { Browser } from '../../browse/domain/ports/browser.ts';

const plain = { userAgent: null, viewport: null, headers: [] };

/** What Playwright's clients send first, recorded: 1.57 to a \`ws+unix:\` URL of a socket, 1.65 to its path. */
const FIRST = {
  '1.57': [
    'GET / HTTP/1.1',
    'User-Agent: Playwright/1.57.0 (x64; debian 12) node/20.20',
    'x-playwright-proxy: ',
    'x-playwright-browser: chromium',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: UOTcmGtFu2rpvcK9I46CwQ==',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover; client_max_window_bits',
    'Host: localhost',
    '\r\n',
  ].join('\r\n'),
  '1.65':
    '{"id":"bham@2","guid":"","method":"initialize","params":{"sdkLanguage":"javascript","supportsLoneSurrogates":true},"metadata":{"internal":true,"timeout":0}}\0',
};

/** All that comes back until the other side ends, or its first bytes where it does not. */
async function answered(path: string, first: string): Promise<string> {
  const socket = connect(path);
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    if (!text.startsWith('HTTP')) socket.destroy();
  });
  socket.write(first);
  await once(socket, 'close');
  return text;
}

test('a client that is too old to join is told so, in the answer that it shows its user; whoever only looks is nobody', async () => {
  using folder = temporaryFolder();
  const browser: Browser = await engine.launch({ headless: true, tempFolder: folder.path, env: {} }, within(30_000));
  let present = 0;
  const refused: string[] = [];
  const place = {
    path: `${folder.path}/join.sock`,
    folder: `${folder.path}/s`,
    present: (change: 1 | -1) => void (present += change),
    refused: (reason: string) => void refused.push(reason),
  };
  try {
    await browser.share(place);
    const mute = connect(place.path);
    await once(mute, 'connect');
    expect(await answered(place.path, FIRST['1.57'])).toMatch(
      /^HTTP\/1\.1 428 [\s\S]*\r\n\r\nPlaywright 1\.57\.0 is too old to join: 1\.60 or later is needed$/,
    );
    const newer = FIRST['1.57'].replace('1.57.0', '1.65.1');
    expect(await answered(place.path, newer)).toMatch(/\r\n\r\nPlaywright 1\.65\.1 did not join: .*without a scheme$/);
    // Nothing of what a client calls itself is repeated but a number.
    expect(await answered(place.path, 'GET / HTTP/1.1\r\nUser-Agent: Playwright/\u001b[2J\r\n\r\n')).toMatch(
      /A client that speaks HTTP cannot join/,
    );
    expect(refused).toEqual([
      'Playwright 1.57.0 is too old to join: 1.60 or later is needed',
      expect.stringContaining('Playwright 1.65.1 did not join'),
      expect.stringContaining('A client that speaks HTTP cannot join'),
    ]);
    expect([present, browser.guests()]).toEqual([0, []]);
    expect(await answered(place.path, FIRST['1.65'])).toMatch(/^\{.*"guid":""/);
    await eventually('it to have left', () => present === 0);
    mute.destroy();
  } finally {
    await browser.close(within(5000));
  }
});

test('of a client that has left nothing stays, whose connection would stay with it', async () => {
  using folder = temporaryFolder();
  const executablePath = findExecutables(true, process.env).found[0]?.path ?? '';
  await using client = await chromium.launch({ executablePath });
  const stayed = leftovers(client);
  const { share, close } = playwrightEndpoint(client);
  let present = 0;
  const path = `${folder.path}/join.sock`;
  await share({ path, folder: `${folder.path}/s`, present: (change) => void (present += change), refused: () => {} });
  for (let round = 0; round < 3; round += 1) {
    const guest = await chromium.connect(path);
    await guest.close();
    await eventually('it to have left', () => present === 0);
  }
  expect(stayed()).toBe(0);
  close();
});

test('P-21: a client sees the same tabs and cookies; what it made and left is closed, and the browser stays', async () => {
  using folder = temporaryFolder();
  await using site = await serve();
  const browser: Browser = await engine.launch({ headless: true, tempFolder: folder.path, env: {} }, within(30_000));
  let present = 0;
  const left: number[] = [];
  browser.onGuestLeft((guest) => left.push(guest));
  const place = {
    path: `${folder.path}/join.sock`,
    folder: `${folder.path}/s`,
    present: (change: 1 | -1) => void (present += change),
    refused: () => {},
  };
  try {
    const session = await browser.newSession(plain);
    const page = await session.newPage();
    await page.goto(`${site.origin}/form.html`, 'load', within());
    await Promise.all([browser.share(place), browser.share(place)]);
    expect(statSync(place.path).mode & 0o777).toBe(0o600);

    const guest = await chromium.connect(place.path);
    await using other = await chromium.connect(place.path);
    expect([present, browser.guests()]).toEqual([2, [1, 2]]);
    const [context] = guest.contexts();
    if (!context) throw new Error('the session is no context');
    expect(context.pages().map((each) => each.url())).toEqual([`${site.origin}/form.html`]);
    await context.addCookies([{ name: 'theirs', value: 'yes', url: site.origin }]);
    expect(await session.cookies()).toMatchObject([{ name: 'theirs', value: 'yes' }]);
    const opened = new Promise<string>((resolve) => session.onPage((each) => resolve(each.url())));
    await context.newPage();
    expect(await opened).toBe('about:blank');
    await guest.newContext();
    await eventually('the guest context to be seen', () => other.contexts().length === 2);

    // A dialog is heard by us whoever else listens, and blocks nobody for ever.
    const events: PageEvent[] = [];
    page.onEvent((event) => events.push(event));
    const asked = context.pages()[0]?.evaluate('confirm("sure?")');
    const dialog = await eventually('the dialog', () => events.find((event) => event.kind === 'dialog'));
    if (dialog.kind === 'dialog') await dialog.dialog.accept();
    expect(await asked).toBe(true);

    await guest.close();
    await eventually('the client to be gone', () => left.length === 1);
    expect(left).toEqual([1]);
    // Either client may have made it.
    expect(other.contexts()).toHaveLength(2);
    await other.close();
    await eventually('both to be gone', () => left.length === 2);
    expect([present, browser.guests()]).toEqual([0, []]);
    await using third = await chromium.connect(place.path);
    await eventually('what was left to be closed', () => third.contexts().length === 1);
    expect(await page.evaluate('1 + 1', null, within())).toBe(2);
  } finally {
    await browser.close(within(5000));
  }
  expect(existsSync(place.path)).toBe(false);
});
