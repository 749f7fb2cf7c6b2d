/** Two builds of one program: what the older daemon tells of the newer clients, and what these make of its answers. */
import { expect, test } from 'vitest';
import { refusedByOlder } from '../../browse/cli/other-build.ts';
import { OtherBuilds } from '../../browse/daemon/lifecycle/other-builds.ts';
import type { BuildInfo, DaemonRecord } from '../../browse/protocol/record.ts';
import { temporaryFolder } from '../support/folder.ts';

const build = (stamp: number): BuildInfo => ({ version: `0.0.${stamp}`, id: `build-${stamp}`, stamp, protocol: 1 });
const older = { build: build(1), process: { pid: 7, birth: '', boot: '', namespace: '' } } as DaemonRecord;

test('a command that this build knows and the daemon does not is rc 4, naming both builds and the way out', async () => {
  using folder = temporaryFolder();
  const home = process.env['BROWSE_HOME'];
  process.env['BROWSE_HOME'] = folder.path;
  try {
    for (const argv of [
      ['goto', 'https://a.test/'],
      ['click', '@e1', '--on', 'https://a.test/**'],
      ['--json', 'url'],
    ]) {
      const failed = await refusedByOlder(argv, older).catch((error: unknown) => error);
      expect(failed).toMatchObject({ code: 'daemon-older', exit: 4, hint: 'browse restart --restore' });
      expect((failed as Error).message).toMatch(/0\.0\.1, build build-1, pid 7/);
    }
    // What this build does not understand either is the caller's mistake.
    for (const argv of [['clck', '@e1'], ['click', '@e1', '--buton'], ['goto']]) await refusedByOlder(argv, older);
  } finally {
    if (home === undefined) delete process.env['BROWSE_HOME'];
    else process.env['BROWSE_HOME'] = home;
  }
});

test('a newer build that waits is told of with what keeps the daemon; an older one and an equal one are not', () => {
  const kept = ['1 Playwright client', 'the browser on port 9222 of the pool'];
  const builds = new OtherBuilds(build(5), () => kept);
  builds.met(build(5));
  builds.met(build(4));
  expect(builds.warning()).toBeNull();
  builds.met(build(9));
  builds.met(build(7));
  expect(builds.warning()).toBe(
    'build 0.0.9 (build-9) is newer and takes over when nothing keeps this one any more (now: 1 Playwright client, the browser on port 9222 of the pool). Run: browse restart --restore',
  );
  kept.length = 0;
  expect(builds.warning()).toContain('takes over with its next command');
});
