import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, type Run } from '../support/cli.ts';
import { browsersOf, recordOf } from '../support/daemons.ts';
import { has } from '../support/facilities.ts';
import { shellLine } from '../support/shell-line.ts';
import { serve } from '../support/site.ts';
import { within } from '../support/patience.ts';
import { ordinaryUser } from '../support/user.ts';

const asRoot = process.getuid?.() === 0;

/** Before a shell: a mount namespace that ends with it. */
const OWN_MOUNTS = ['unshare', '--user', '--map-root-user', '--mount'];

/** One clear line, no stack. */
function clear(run: Run, exit: number, said: RegExp): void {
  expect(run.exit, String(run)).toBe(exit);
  expect(run.stdout).toBe('');
  expect(run.stderr).toMatch(said);
  expect(run.stderr.trimEnd().split('\n'), String(run)).toHaveLength(1);
  expect(run.stderr).not.toMatch(/\bat .+:\d+:\d+|node_modules|\$bunfs/);
}

test('without a browser a command says where it looked and how to get one, and the daemon lives', async () => {
  await using shell = cli({ env: { BROWSE_CHROMIUM: '/nowhere/chromium' } });
  clear(await shell.run(['goto', 'http://127.0.0.1:1234/']), 5, /\/nowhere\/chromium.*browse install/);
  clear(await shell.run(['url']), 5, /\/nowhere\/chromium.*browse install/);
  expect((await shell.run(['status'])).exit).toBe(0);
  expect((await shell.run(['stop'])).exit).toBe(0);
});

// G7
test('the browser that a shell names is its own: the daemon that it started serves a shell that names none', async () => {
  await using shell = cli();
  const wrong = { env: { BROWSE_CHROMIUM: '/nowhere/chromium' } };
  clear(await shell.run(['url'], wrong), 5, /\/nowhere\/chromium/);
  expect((await shell.run(['url'])).stdout).toBe('about:blank\n');
  await shell.ok('stop');
  // A restart keeps the daemon's environment, and the shell's counts all the same.
  clear(await shell.run(['url'], wrong), 5, /\/nowhere\/chromium/);
  expect((await shell.run(['restart'])).exit).toBe(0);
  expect((await shell.run(['url'])).stdout).toBe('about:blank\n');
});

test('a restart with a window, where there is no screen, is refused before anything is stopped', async () => {
  await using shell = cli();
  await shell.ok('goto', 'data:text/html,<title>kept</title>');
  const { process: before } = recordOf(shell);
  clear(await shell.run(['restart', '--headed']), 5, /no display to open a window on \(DISPLAY\)\. Run: browse doctor/);
  expect(recordOf(shell).process).toEqual(before);
  expect(await shell.ok('title')).toBe('kept');
  const other = await shell.run(['goto', 'about:blank', '--headed']);
  expect([other.exit, other.stderr], String(other)).toEqual([2, expect.stringMatching(/Run: browse restart --headed --restore\n$/)]);
  // Without an operand check ticks nothing, and says so (I7).
  const check = await shell.run(['check']);
  expect([check.stdout, check.stderr]).toEqual([
    expect.stringMatching(/^Status: healthy/),
    'check without SEL is status; nothing was ticked\n',
  ]);
  expect((await shell.run(['status'])).stderr).toBe('');
});

test('a browser that cannot be run says why', async () => {
  await using shell = cli();
  const broken = join(shell.cwd, 'chromium');
  writeFileSync(broken, '#!/bin/sh\necho "libmissing.so: cannot open shared object" >&2\nexit 127\n');
  chmodSync(broken, 0o755);
  const run = await shell.run(['url'], { env: { BROWSE_CHROMIUM: broken } });
  clear(run, 5, /libmissing\.so/);
  expect(run.ms).toBeLessThan(within(20_000));
});

test('a state folder that cannot be written is one clear line, for every verb', async () => {
  await using shell = cli();
  const user = ordinaryUser(shell);
  const home = join(shell.root, 'locked');
  mkdirSync(home, { mode: 0o555 });
  const env = { BROWSE_HOME: home };
  for (const argv of [['url'], ['start'], ['restart'], ['goto', 'about:blank']]) {
    clear(await user.run(argv, env), 5, /locked.*no permission/);
  }
  expect((await user.run(['stop'], env)).exit).toBe(0);
  expect((await user.run(['status'], env)).exit).toBe(4);
  expect(readdirSync(home)).toEqual([]);
});

test('a state folder whose parent is a file is one clear line', async () => {
  await using shell = cli();
  const file = join(shell.root, 'file');
  writeFileSync(file, '');
  clear(await shell.run(['url'], { env: { BROWSE_HOME: join(file, 'state') } }), 5, /not a folder/);
});

test('neither BROWSE_HOME nor HOME: said in one line', async () => {
  await using shell = cli();
  const env = { BROWSE_HOME: undefined, HOME: undefined, XDG_STATE_HOME: undefined };
  clear(await shell.run(['url'], { env }), 5, /BROWSE_HOME/);
  // Doctor is the hint, and has more to say than the same again (G7).
  const doctor = await shell.run(['doctor'], { env });
  expect([doctor.exit, doctor.stdout], String(doctor)).toEqual([
    5,
    expect.stringMatching(/^bad +state folder .*BROWSE_HOME.*\n +→ Name another/m),
  ]);
  expect(doctor.stdout).toMatch(/^ok +browser /m);
});

test.runIf(has('user-namespaces'))('a full disk at the start is said, and nothing is left behind', async () => {
  await using shell = cli();
  // A file system of our own with hardly any room, in a mount namespace that ends with the shell inside it.
  const script = `
    set -e
    mkdir -p "$1/small"
    mount -t tmpfs -o size=32k,mode=700 none "$1/small"
    head -c 1000000 /dev/zero > "$1/small/filler" 2>/dev/null || true
    export BROWSE_HOME="$1/small/state"
    set +e
    "$0" url
    echo "exit $?"
    # Without a daemon every command finds it full (G7).
    "$0" title 2>/dev/null; "$0" goto about:blank 2>/dev/null
    find "$1/small" -name 'daemon.json' -o -name '*.sock' -o -name '*.holder*'`;
  const run = shellLine(shell, script, { limit: 30_000, via: OWN_MOUNTS, args: [shell.root] });
  expect(run.stdout, run.stderr).toBe('exit 5\n');
  expect(run.stderr).toMatch(/disk is full/);
  expect(run.stderr.trimEnd().split('\n')).toHaveLength(1);
});

test.runIf(has('user-namespaces'))(
  'a disk that fills up under a running daemon: what must be written fails clearly, everything else goes on',
  async () => {
    await using shell = cli();
    const script = `
    mkdir -p "$1/small"
    mount -t tmpfs -o size=96m,mode=700 none "$1/small" || exit 99
    export BROWSE_HOME="$1/small/state"
    "$0" url; echo "exit $?"
    head -c 200000000 /dev/zero > "$1/small/filler" 2>/dev/null
    "$0" useragent Any/1; echo "exit $?"
    "$0" js 1+1; echo "exit $?"
    rm "$1/small/filler"
    "$0" useragent Any/2; echo "exit $?"
      "$0" js navigator.userAgent; echo "exit $?"
      "$0" stop >/dev/null; echo "exit $?"`;
    const run = shellLine(shell, script, { limit: 50_000, via: OWN_MOUNTS, args: [shell.root] });
    const lines = run.stdout.split('\n');
    expect(
      lines.filter((line) => line.startsWith('exit')),
      `${run.stdout}\n${run.stderr}`,
    ).toEqual(['exit 0', 'exit 5', 'exit 0', 'exit 0', 'exit 0', 'exit 0']);
    expect(lines).toContain('Any/2');
    expect(run.stderr).toMatch(/disk is full/);
    expect(run.stderr).not.toMatch(/node_modules|\$bunfs/);
  },
);

test('a long path for the state folder works: the socket moves to a short one', async () => {
  await using site = await serve();
  await using shell = cli();
  const home = join(shell.root, 'a-very-long-name-for-a-folder-'.repeat(5), 'state');
  const runtime = join(shell.root, 'runtime');
  mkdirSync(runtime, { mode: 0o700 });
  const env = { BROWSE_HOME: home, XDG_RUNTIME_DIR: runtime };
  const run = await shell.run(['goto', `${site.origin}/form.html`], { env });
  expect(run.exit, String(run)).toBe(0);
  expect(readdirSync(runtime)).toHaveLength(1);
  const stopped = await shell.run(['stop'], { env });
  expect(stopped.exit, String(stopped)).toBe(0);
  expect(existsSync(join(home, 'run/daemon.json'))).toBe(false);
  expect(readdirSync(join(runtime, readdirSync(runtime)[0] ?? ''))).toEqual([]);
});

test('a name of the state folder with spaces, quotes and letters of all the world works', async () => {
  await using shell = cli();
  const env = { BROWSE_HOME: join(shell.root, `it's "ours" ünïcødé 目录`) };
  const run = await shell.run(['url'], { env });
  expect(run.exit, String(run)).toBe(0);
  expect((await shell.run(['stop'], { env })).exit).toBe(0);
});

// G3
test('a relative state folder would be another one in each place, and is refused; ~ is the home, also unexpanded', async () => {
  await using shell = cli();
  for (const home of ['here', './here', '../here', '~someone/here']) {
    for (const argv of [['url'], ['status'], ['stop'], ['start']])
      clear(await shell.run(argv, { env: { BROWSE_HOME: home } }), 5, /BROWSE_HOME is a relative path; it takes an absolute one/);
  }
  expect(readdirSync(shell.cwd)).toEqual([]);
  const env = { BROWSE_HOME: '~/state' };
  expect((await shell.run(['url'], { env })).exit).toBe(0);
  expect(existsSync(join(shell.account, 'state/run/daemon.json'))).toBe(true);
  expect((await shell.run(['url'], { env: { BROWSE_HOME: join(shell.account, 'state') } })).stdout).toBe('about:blank\n');
  expect((await shell.run(['stop'], { env })).stdout).toMatch(/^Server stopped/);
  expect(readdirSync(shell.cwd)).toEqual([]);
});

test('headless is the rule, and --headed without a screen says what is missing', async () => {
  await using shell = cli();
  const run = await shell.run(['url', '--headed']);
  expect([0, 5], String(run)).toContain(run.exit);
  expect(run.stderr).not.toMatch(/\bat .+:\d+:\d+|node_modules|\$bunfs/);
  await shell.run(['stop']);
  await shell.ok('url');
  expect(browsersOf(shell)[0]?.command).toMatch(/--headless|headless[-_]shell/);
  expect(recordOf(shell).state).toBe('ready');
});

// The runtime ended with a page of its own words and a signal (issue 14). Only an ordinary user has such a limit.
test.runIf(asRoot)('where no more processes may be started, every command says so in one sentence, or works', async () => {
  await using shell = cli();
  const user = ordinaryUser(shell);
  const exhausted = { error: expect.objectContaining({ code: 'processes-exhausted', exit: 5, ran: 'no', retryable: true }) };
  const said = expect.stringMatching(/^No more processes or threads can be started: .*\n$/);
  for (const [limit, words] of [
    [1, ['version']],
    [4, ['status', '--json']],
    [8, ['help', 'click']],
    [1, ['__daemon']],
    // Enough for the client, and not for what it would start.
    [16, ['goto', 'about:blank', '--json']],
    [60, ['start', '--json']],
  ] as const) {
    const run = await user.start(words, { limits: `--nproc=${limit}` }).done;
    expect(run.exit, String(run)).toBe(5);
    const json = (words as readonly string[]).includes('--json');
    expect(json ? JSON.parse(run.stdout) : run.stderr, String(run)).toEqual(json ? exhausted : said);
    expect(shell.processes(), String(run)).toEqual([]);
  }
  // A daemon that is there answers a client that may start nothing, and is told of by one that needs the runtime.
  expect((await user.run(['goto', 'data:text/html,here'])).exit).toBe(0);
  const used = await user.start(['url'], { limits: '--nproc=1' }).done;
  expect(used, String(used)).toMatchObject({ exit: 0, stdout: 'data:text/html,here\n' });
  expect((await user.start(['stop'], { limits: '--nproc=1' }).done).exit).toBe(5);
  expect((await user.run(['stop'])).exit).toBe(0);
});
