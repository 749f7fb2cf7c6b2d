import { chromium } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PROTOCOL } from '../../browse/protocol/build.ts';
import { otherBuild, type OtherBuild } from '../support/builds.ts';
import { cli } from '../support/cli.ts';
import { daemonOf, daemonsOf, ended, recordOf, statusOf } from '../support/daemons.ts';
import { alive, eventually } from '../support/processes.ts';
import { FULL, rounds } from '../support/rounds.ts';
import { serve } from '../support/site.ts';

/** Yesterday's build, and one from before the protocol changed; the binary under test is newer than both. */
const old = { same: undefined as OtherBuild | undefined, other: undefined as OtherBuild | undefined };
type Kind = keyof typeof old;
const binaryOf = (kind: Kind): string => old[kind]?.binary ?? '';

beforeAll(async () => {
  // One after the other: each takes a whole processor.
  old.same = await otherBuild({ stamp: 1_000, protocol: PROTOCOL, version: '0.0.1' });
  old.other = await otherBuild({ stamp: 2_000, protocol: PROTOCOL + 100, version: '0.0.2' });
}, 180_000);

afterAll(() => {
  for (const build of Object.values(old)) build?.[Symbol.dispose]();
});

const KINDS: readonly [string, Kind][] = [
  ['the same protocol', 'same'],
  ['another protocol', 'other'],
];

test.each(KINDS)('a newer build replaces an older daemon of %s, restores its tabs and says so', async (_words, kind) => {
  await using site = await serve();
  await using shell = cli();
  const before = await shell.run(['goto', `${site.origin}/cookie?kept=1`], { binary: binaryOf(kind) });
  expect(before.exit, String(before)).toBe(0);
  await shell.run(['newtab', `${site.origin}/links.html`], { binary: binaryOf(kind) });
  const daemon = daemonOf(shell);
  const everybody = shell.processes();
  const first = await shell.run(['tabs']);
  expect(first.exit, String(first)).toBe(0);
  expect(first.stdout).toBe(`  [1] "Cookie" — ${site.origin}/cookie?kept=1\n→ [2] "Links" — ${site.origin}/links.html\n`);
  expect(first.stderr).toContain('0.0.');
  expect(first.stderr).toMatch(/Replaced the daemon/);
  await ended(everybody);
  expect(alive(daemon)).toBe(false);
  expect(daemonsOf(shell)).toHaveLength(1);
  await shell.ok('goto', `${site.origin}/headers`);
  expect(await shell.ok('text')).toContain('kept=1');
});

test.each(KINDS)(
  'twenty commands at once after an upgrade from %s end in one daemon, and all succeed',
  async (_words, kind) => {
    for (let round = 0; round < rounds(20, 1); round++) {
      await using shell = cli();
      expect((await shell.run(['url'], { binary: binaryOf(kind) })).exit).toBe(0);
      const before = daemonOf(shell);
      const runs = await Promise.all(Array.from({ length: 20 }, () => shell.run(['url'])));
      for (const run of runs) expect(run.exit, String(run)).toBe(0);
      expect(alive(before)).toBe(false);
      expect(daemonsOf(shell).map(({ pid }) => pid)).toEqual([recordOf(shell).process.pid]);
      expect(runs.filter(({ stderr }) => stderr.includes('Replaced'))).toHaveLength(1);
      await shell.stop();
    }
  },
  FULL ? 3_600_000 : 120_000,
);

test('old and new clients at once: one daemon of the newer build at the end, and no command lost', async () => {
  for (let round = 0; round < rounds(10, 1); round++) {
    await using shell = cli();
    const runs = await Promise.all(
      Array.from({ length: 12 }, (_, at) => shell.run(['url'], at % 2 === 0 ? {} : { binary: binaryOf('same') })),
    );
    for (const run of runs) expect(run.exit, String(run)).toBe(0);
    expect((await shell.run(['url'])).exit).toBe(0);
    expect(daemonsOf(shell).map(({ pid }) => pid)).toEqual([recordOf(shell).process.pid]);
    expect(recordOf(shell).build.version).not.toBe('0.0.1');
    await shell.stop();
  }
});

test('an older client of the same protocol uses the newer daemon and replaces nothing', async () => {
  await using shell = cli();
  await shell.ok('js', 'window.here = 1');
  const daemon = daemonOf(shell);
  const older = await shell.run(['js', 'window.here'], { binary: binaryOf('same') });
  expect(older).toMatchObject({ exit: 0, stdout: '1\n', stderr: '' });
  expect(alive(daemon)).toBe(true);
  expect((await shell.run(['start'], { binary: binaryOf('same') })).stdout).toBe(`Already running (pid ${daemon.pid})\n`);
});

test('an older client of another protocol fails with both builds named, and touches nothing', async () => {
  await using shell = cli();
  await shell.ok('js', 'window.here = 1');
  const daemon = daemonOf(shell);
  const older = await shell.run(['js', 'window.here'], { binary: binaryOf('other') });
  expect(older.exit, String(older)).toBe(4);
  expect(older.stdout).toBe('');
  expect(older.stderr).toContain('0.0.2');
  expect(older.stderr).toContain(recordOf(shell).build.id);
  expect(alive(daemon)).toBe(true);
  expect(await shell.ok('js', 'window.here')).toBe('1');
  // It can still end it.
  const stopped = await shell.run(['stop'], { binary: binaryOf('other') });
  expect(stopped.exit, String(stopped)).toBe(0);
  expect(alive(daemon)).toBe(false);
});

test('a newer build waits for the command that an older daemon runs, and cuts nothing', async () => {
  await using site = await serve();
  await using shell = cli();
  const binary = binaryOf('other');
  expect((await shell.run(['url'], { binary })).exit).toBe(0);
  const gate = site.hold('/form.html');
  const going = shell.start(['goto', `${site.origin}/form.html`], { binary });
  await gate.arrived;
  const newer = shell.start(['url']);
  const old = daemonOf(shell);
  // The newer one has looked at least once: it says nothing and has done nothing.
  await new Promise<void>((resolve) => {
    newer.child.once('spawn', resolve);
    if (newer.child.pid !== undefined) resolve();
  });
  expect(alive(old)).toBe(true);
  gate.release();
  const went = await going.done;
  expect(went, String(went)).toMatchObject({ exit: 0, stdout: `Navigated to ${site.origin}/form.html (200)\n` });
  const url = await newer.done;
  expect(url, String(url)).toMatchObject({ exit: 0, stdout: `${site.origin}/form.html\n` });
  expect(alive(old)).toBe(false);
});

// cases/scripts/upgrade-guest.sh
test('a newer build uses an older daemon while a script works in it, says so in status, and replaces it afterwards', async () => {
  await using site = await serve();
  await using shell = cli();
  const binary = binaryOf('same');
  await shell.run(['goto', `${site.origin}/form.html`], { binary });
  const endpoint = (await shell.run(['playwright-url'], { binary })).stdout.trim();
  const daemon = daemonOf(shell);
  const script = await chromium.connect(endpoint);
  const page = script.contexts()[0]?.pages()[0];
  await page?.fill('input', 'of the script');
  const first = await shell.run(['title']);
  expect(first, String(first)).toMatchObject({ exit: 0, stdout: 'Form\n', stderr: '' });
  expect(await page?.inputValue('input')).toBe('of the script');
  const { warnings } = await statusOf(shell);
  expect(warnings.join('\n')).toMatch(/is newer and takes over when nothing keeps this one any more \(now: 1 Playwright client\)/);
  expect(alive(daemon)).toBe(true);
  await script.close();
  await eventually('the daemon to be replaced', async () => (await shell.run(['press', 'Enter'])).exit === 3 || !alive(daemon));
  expect(alive(daemon)).toBe(false);
  // What was typed is gone with the page: an act that relies on it is refused, a look says so.
  expect((await shell.run(['type', 'more'])).stderr).toMatch(/loaded again: the daemon \(pid \d+\) was restarted/);
  expect((await shell.run(['title'])).stderr).toMatch(/was restarted; loaded again when used: tab 1 .*lost: what was typed/);
});

test.each([['a browser of the pool', ['pool', 'spawn']]])(
  'a newer build does not replace an older daemon with %s',
  async (_words, argv) => {
    await using shell = cli();
    const binary = binaryOf('same');
    const spawned = await shell.run(argv, { binary });
    expect(spawned.exit, String(spawned)).toBe(0);
    const daemon = daemonOf(shell);
    const used = await shell.run(['url']);
    expect(used.exit, String(used)).toBe(0);
    expect(alive(daemon)).toBe(true);
    expect((await statusOf(shell)).warnings.join('\n')).toMatch(/now: the browser on port \d+ of the pool/);
    await shell.ok('restart', '--restore');
    expect(alive(daemon)).toBe(false);
  },
);
