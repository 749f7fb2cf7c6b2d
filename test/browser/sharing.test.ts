/** Other Playwright clients in a browser of ours: what they see, what they leave, and that their end is not its end. */
import { existsSync, statSync } from 'node:fs';
import { chromium } from 'playwright';
import { expect, test } from 'vitest';
import { engine } from '../../browse/adapters/playwright/engine.ts';
import type { Browser, PageEvent } from '../../browse/domain/ports.ts';
import { within } from '../support/browser.ts';
import { temporaryFolder } from '../support/folder.ts';
import { eventually } from '../support/processes.ts';
import { serve } from '../support/site.ts';

const plain = { userAgent: null, viewport: null, headers: [] };

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
    if (!context) return expect.unreachable('the session is a context');
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
