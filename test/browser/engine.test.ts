/** Starting and ending browsers: which one, with what, and that nothing of it is left. */
import { chmodSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { engine } from '../../browse/adapters/playwright/engine.ts';
import { findExecutables, unwrap } from '../../browse/adapters/playwright/launch/executables.ts';
import { serverPage } from '../../browse/adapters/playwright/internals/server-side.ts';
import { missingNetworkInternals } from '../../browse/adapters/playwright/internals/network.ts';
import { within } from '../support/browser.ts';
import { sandboxed } from '../support/facilities.ts';
import { failureOf } from '../support/finding.ts';
import { temporaryFolder } from '../support/folder.ts';
import { chromium } from 'playwright';
import { missingInternals } from '../../browse/adapters/playwright/internals/page-hooks.ts';

/** Whether a process runs; one that has ended and is not reaped yet does not. */
function runs(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Every process of a group that runs. */
function group(leader: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && runs(Number(name)))
    .map(Number)
    .filter((pid) => {
      try {
        return Number(/^\d+ \(.*\) \S \d+ (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]) === leader;
      } catch {
        return false;
      }
    });
}

const headless = { headless: true, env: {} };

test('a browser listens on no port, keeps its files in our folder, and leaves nothing when it is closed', async () => {
  using folder = temporaryFolder();
  const before = process.env['TMPDIR'];
  const browser = await engine.launch({ ...headless, tempFolder: folder.path }, within(30_000));
  expect(process.env['TMPDIR']).toBe(before);
  const session = await browser.newSession({ userAgent: null, viewport: null, headers: [] });
  await session.newPage();
  const commandLine = readFileSync(`/proc/${browser.pid}/cmdline`, 'utf8').split('\0');
  expect(commandLine).toContain('--remote-debugging-pipe');
  expect(commandLine.filter((word) => word.startsWith('--remote-debugging-port'))).toEqual([]);
  expect(commandLine.find((word) => word.startsWith('--user-data-dir='))).toContain(folder.path);
  expect(commandLine.includes('--no-sandbox')).toBe(!browser.sandbox.on);
  expect(browser.sandbox.on).toBe(sandboxed());
  expect(browser.sandbox.reason ?? '').toMatch(process.getuid?.() === 0 ? /^the user is root$/ : sandboxed() ? /^$/ : /./);
  expect(group(browser.pid).length).toBeGreaterThan(1);
  const from = performance.now();
  await browser.close(within(5000));
  expect(performance.now() - from).toBeLessThan(3000);
  await expect.poll(() => group(browser.pid)).toEqual([]);
  expect(readdirSync(folder.path)).toEqual([]);
});

test('one that does not close in time is killed with everything it started', async () => {
  using folder = temporaryFolder();
  const browser = await engine.launch({ ...headless, tempFolder: folder.path }, within(30_000));
  const lost: string[] = [];
  browser.onCrash(() => lost.push('crash'));
  process.kill(browser.pid, 'SIGSTOP');
  await browser.close(within(300));
  await expect.poll(() => group(browser.pid)).toEqual([]);
  expect(lost).toEqual([]);
});

test('one that dies is noticed once, and nothing of it stays', async () => {
  using folder = temporaryFolder();
  const browser = await engine.launch({ ...headless, tempFolder: folder.path }, within(30_000));
  const session = await browser.newSession({ userAgent: null, viewport: null, headers: [] });
  const page = await session.newPage();
  const waiting = failureOf(page.evaluate('new Promise(() => {})', null, within(20_000)));
  const died = new Promise<void>((resolve) => browser.onCrash(resolve));
  process.kill(browser.pid, 'SIGKILL');
  await died;
  expect(await waiting).toMatchObject({ code: 'browser-gone' });
  expect(await failureOf(browser.newSession({ userAgent: null, viewport: null, headers: [] }))).toMatchObject({
    code: 'browser-gone',
    exit: 4,
  });
  await expect.poll(() => group(browser.pid)).toEqual([]);
  await browser.close(within(1000));
});

test('no browser, a broken one and one that never gets ready are told apart', async () => {
  using folder = temporaryFolder();
  const launch = (path: string, ms = 5000) =>
    engine.launch({ headless: true, tempFolder: folder.path, env: { BROWSE_CHROMIUM: path } }, within(ms));
  expect(await failureOf(launch(`${folder.path}/none`))).toMatchObject({ code: 'browser-missing', exit: 5, hint: 'browse install' });

  const broken = `${folder.path}/broken`;
  writeFileSync(broken, '#!/bin/sh\necho "something ERROR: cannot do it" >&2\nexit 1\n');
  chmodSync(broken, 0o755);
  expect(await failureOf(launch(broken))).toMatchObject({ code: 'browser-failed', exit: 5 });

  const slow = `${folder.path}/slow`;
  writeFileSync(slow, `#!/bin/bash\necho $$ > ${folder.path}/pid\nexec -a "$*" sleep 600\n`);
  chmodSync(slow, 0o755);
  expect(await failureOf(launch(slow, 700))).toMatchObject({
    code: 'browser-failed',
    message: expect.stringContaining('not ready within 700 ms'),
  });
  const pid = Number(readFileSync(`${folder.path}/pid`, 'utf8'));
  await expect.poll(() => runs(pid), { timeout: 5000 }).toBe(false);
});

test('one that is killed while it starts is started again; one that always is, is told with the signal', async () => {
  using folder = temporaryFolder();
  const program = `${folder.path}/headless-shell`;
  const real = findExecutables(true, process.env).found[0]?.path ?? '';
  const launch = (times: number) => {
    const starts = `${folder.path}/starts-${times}`;
    writeFileSync(
      program,
      `#!/bin/sh\necho start >> ${starts}\n[ "$(wc -l < ${starts})" -le ${times} ] && kill -9 $$\nexec "$REAL" "$@"\n`,
    );
    chmodSync(program, 0o755);
    const options = { headless: true, tempFolder: folder.path, env: { BROWSE_CHROMIUM: program, REAL: real } };
    return { launched: engine.launch(options, within(30_000)), starts: () => readFileSync(starts, 'utf8').trim().split('\n').length };
  };
  const twice = launch(2);
  await (await twice.launched).close(within(5000));
  expect(twice.starts()).toBe(3);
  const always = launch(99);
  expect(await failureOf(always.launched)).toMatchObject({
    code: 'browser-failed',
    message: expect.stringContaining('it was ended by SIGKILL before it was ready'),
  });
  expect(always.starts()).toBe(3);
});

test("a distribution's wrapper is seen through, so that what is started is the browser itself", () => {
  using folder = temporaryFolder();
  const program = findExecutables(true, process.env).found[0]?.path ?? '';
  expect(existsSync(program)).toBe(true);
  expect(readFileSync(program, { encoding: 'latin1', flag: 'r' }).startsWith('#!')).toBe(false);
  const wrapper = `${folder.path}/wrapper`;
  writeFileSync(wrapper, `#!/bin/sh -e\n\n${program} "$@"\n`);
  chmodSync(wrapper, 0o755);
  expect(unwrap(wrapper)).toBe(program);
  expect(unwrap(program)).toBe(program);
});

test('every private name of Playwright that we use is there', async () => {
  using folder = temporaryFolder();
  const { found } = findExecutables(true, process.env);
  const browser = await chromium.launch({
    executablePath: found[0]?.path ?? '',
    env: { ...process.env, TMPDIR: folder.path } as Record<string, string>,
  });
  try {
    const page = await browser.newPage();
    await page.goto('data:text/html,<p>x');
    expect(missingInternals(page)).toEqual([]);
    expect(missingNetworkInternals(serverPage(page))).toEqual([]);
  } finally {
    await browser.close();
  }
});
