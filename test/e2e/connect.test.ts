/** A browser that somebody else started: joined with its tabs and logins, lost and joined again, left as it was. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright';
import { expect, test } from 'vitest';
import { debuggedBrowsers } from '../../browse/adapters/node/debugged.ts';
import { portOwner } from '../../browse/adapters/node/port-owner.ts';
import { findExecutables } from '../../browse/adapters/playwright/launch/executables.ts';
import { cli } from '../support/cli.ts';
import { temporaryFolder } from '../support/folder.ts';
import { eventually } from '../support/processes.ts';
import { serve } from '../support/site.ts';

/** The user's own browser, on a profile of his. */
function usersBrowser(profile: string, port: number): Promise<BrowserContext> {
  const executablePath = findExecutables(true, process.env).found[0]?.path ?? '';
  return chromium.launchPersistentContext(profile, { executablePath, args: [`--remote-debugging-port=${port}`] });
}

test('P-21: connect works in the tabs and logins of a running browser, finds it again after it was lost, and stop ends nothing of it', async () => {
  await using site = await serve();
  // Not the rig's: it ends what lies in its own folder.
  using profile = temporaryFolder();
  await using shell = cli();
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const nobody = await shell.run(['connect', String(port)]);
  expect([nobody.exit, nobody.stderr]).toEqual([
    5,
    `Cannot join the browser at http://127.0.0.1:${port}: nothing listens there. Run: browse help connect\n`,
  ]);

  let theirs = await usersBrowser(profile.path, port);
  try {
    expect(debuggedBrowsers()).toContain(`http://127.0.0.1:${port}`);
    await theirs.pages()[0]?.goto(`${site.origin}/cookie?login=yes`);
    const name = (await shell.ok('connect', `127.0.0.1:${port}`)).match(
      new RegExp(`^Joined \\S+ \\S+ at http://127\\.0\\.0\\.1:${port} as browser (\\d+); this session uses it from now on$`),
    )?.[1];
    // Commands begin in a tab of their own; the user's is listed, and untouched until it is chosen.
    expect(await shell.ok('url')).toBe('about:blank');
    // A title that does not come at once, on a busy machine, is left out.
    const tabs = `  [1] "Cookie" — ${site.origin}/cookie?login=yes\n→ [2] "" — about:blank`;
    await eventually('both tabs with their titles', async () => (await shell.ok('tabs')) === tabs, 20_000);
    expect(await shell.ok('cookies')).toContain('login');
    await shell.ok('goto', `${site.origin}/form.html`);
    expect(theirs.pages().map((page) => page.url())).toEqual([`${site.origin}/cookie?login=yes`, `${site.origin}/form.html`]);
    await shell.ok('tab', '1');
    await shell.ok('js', 'document.title = "used"');
    expect(await theirs.pages()[0]?.title()).toBe('used');
    expect((await shell.run(['pool', 'kill', name ?? ''])).stderr).toContain('it is left, not killed');

    await theirs.close();
    const lost = await eventually('the loss to be noticed', async () => {
      const run = await shell.run(['url']);
      return run.exit === 4 && run;
    });
    expect(lost.stderr).toMatch(/^(?:The connection to the browser .* was lost and is being joined again|The browser is gone: )/);
    theirs = await usersBrowser(profile.path, port);
    await eventually('it to be joined again', async () => (await shell.run(['url'])).exit === 0, 20_000);
    expect(await shell.ok('url')).toBe('about:blank');
    await shell.stop();
    // Their tab is there; our blank one is gone.
    await eventually('our blank tab to go', () => theirs.pages().length === 1);
    expect(await theirs.pages()[0]?.evaluate('1 + 1')).toBe(2);
    expect(readFileSync(join(shell.home, 'daemon.log'), 'utf8')).toContain('is joined again');
  } finally {
    await theirs.close();
  }
});

// G9
test.runIf(process.getuid?.() === 0)(
  'a port that another user of the machine listens on is joined only when that is asked for',
  async () => {
    await using shell = cli();
    // Something of that user's that answers, and is no browser.
    const script =
      "require('node:http').createServer((_, answer) => answer.end('{}')).listen(0, '127.0.0.1', function () { console.log(this.address().port) })";
    const stranger = spawn('setpriv', ['--reuid=61731', '--regid=61731', '--clear-groups', process.execPath, '-e', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    try {
      const [said] = (await once(stranger.stdout, 'data')) as [Buffer];
      const port = Number(said.toString());
      for (const endpoint of [
        String(port),
        ...['localhost', 'a.localhost', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '0x7f.1'].map((host) => `http://${host}:${port}`),
        `ws://127.0.0.1:${port}/x`,
      ]) {
        const refused = await shell.run(['connect', endpoint]);
        expect([refused.exit, refused.stderr], String(refused)).toEqual([
          2,
          expect.stringMatching(/ is run by user uid 61731, who would see .*; --yes joins it/),
        ]);
      }
      const asked = await shell.run(['connect', String(port), '--yes']);
      expect([asked.exit, asked.stderr], String(asked)).toEqual([5, expect.stringContaining('Cannot join the browser')]);
      expect(portOwner(port)).toEqual({ ours: false, name: 'uid 61731' });
    } finally {
      stranger.kill();
    }
    await using own = createServer().listen(0);
    await once(own, 'listening');
    expect(portOwner((own.address() as AddressInfo).port)).toMatchObject({ ours: true });
    expect(portOwner(1)).toBeNull();
  },
);
