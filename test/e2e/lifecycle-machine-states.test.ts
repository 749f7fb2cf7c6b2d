/** A machine that is not as it should be: each state is a clear error or a recovery; no stranger is signalled, no folder that is not ours changed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, type Cli, type Run } from '../support/cli.ts';
import { daemonOf, daemonsOf, ended, recordOf } from '../support/daemons.ts';
import { has } from '../support/facilities.ts';
import { alive, end, eventually, look } from '../support/processes.ts';
import { ordinaryUser } from '../support/user.ts';

const asRoot = process.getuid?.() === 0;

/** Every verb that would touch the folder. */
const VERBS = [['url'], ['start'], ['stop'], ['restart'], ['status'], ['refresh']];

function refused(run: Run, said: RegExp): void {
  expect(run.exit, String(run)).toBe(5);
  expect(run.stderr, String(run)).toMatch(said);
  expect(run.stderr.trimEnd().split('\n'), String(run)).toHaveLength(1);
}

test('a run folder that is a link is refused by every verb, and what it leads to stays as it was', async () => {
  await using shell = cli();
  const elsewhere = join(shell.root, 'elsewhere');
  mkdirSync(elsewhere, { mode: 0o755 });
  mkdirSync(shell.home);
  symlinkSync(elsewhere, join(shell.home, 'run'));
  for (const argv of VERBS) refused(await shell.run(argv), /symbolic link/);
  expect(readdirSync(elsewhere)).toEqual([]);
  expect(statSync(elsewhere).mode & 0o777).toBe(0o755);
  expect(lstatSync(join(shell.home, 'run')).isSymbolicLink()).toBe(true);
});

test('a run folder that others may enter is refused, says how to change it, and is not changed by us', async () => {
  await using shell = cli();
  mkdirSync(join(shell.home, 'run'), { recursive: true, mode: 0o755 });
  chmodSync(join(shell.home, 'run'), 0o755);
  for (const argv of VERBS) refused(await shell.run(argv), /chmod 700/);
  expect(statSync(join(shell.home, 'run')).mode & 0o777).toBe(0o755);
  chmodSync(join(shell.home, 'run'), 0o700);
  expect(await shell.ok('url')).toBe('about:blank');
});

test("a run folder that is another user's is refused, and stays his", async () => {
  await using shell = cli();
  // Whoever is not root has one at hand: /run.
  const home = asRoot ? shell.home : '/';
  const run = join(home, 'run');
  if (asRoot) {
    mkdirSync(run, { recursive: true, mode: 0o700 });
    chownSync(run, 12_345, 12_345);
  }
  const before = statSync(run);
  for (const argv of VERBS) refused(await shell.run(argv, { env: { BROWSE_HOME: home } }), /another user/);
  expect(statSync(run)).toMatchObject({ uid: before.uid, gid: before.gid, mode: before.mode });
});

test('a folder for temporary files that is a link is refused, and nothing behind it is removed', async () => {
  await using shell = cli();
  const precious = join(shell.root, 'precious');
  mkdirSync(join(precious, 'deadbeef'), { recursive: true });
  mkdirSync(shell.home);
  symlinkSync(precious, join(shell.home, 'tmp'));
  for (const argv of [['url'], ['start'], ['restart']]) refused(await shell.run(argv), /tmp: it is a symbolic link/);
  expect(readdirSync(precious)).toEqual(['deadbeef']);
});

test('what lies among the temporary files and was not put there by us is left alone', async () => {
  await using shell = cli();
  mkdirSync(join(shell.home, 'tmp/notes'), { recursive: true, mode: 0o700 });
  chmodSync(join(shell.home, 'tmp'), 0o700);
  expect(await shell.ok('url')).toBe('about:blank');
  expect(readdirSync(join(shell.home, 'tmp'))).toContain('notes');
  rmSync(join(shell.home, 'tmp/notes'), { recursive: true });
});

test('a state folder that somebody else could exchange is refused by whatever would use it', async () => {
  await using shell = cli();
  mkdirSync(shell.home);
  const planted = join(shell.root, 'planted');
  writeFileSync(join(shell.root, 'x.sh'), `#!/bin/sh\ntouch ${planted}\n`, { mode: 0o755 });
  writeFileSync(join(shell.home, 'config.json'), JSON.stringify({ browser: { executable: join(shell.root, 'x.sh') } }));
  symlinkSync(planted, join(shell.home, 'daemon.log'));
  // With a sticky bit others cannot take ours away, but they can put a configuration or a link beside it (G3).
  for (const [mode, reason] of [
    [0o777, /anybody may write in it/],
    [0o1777, /anybody may write in it/],
    [0o1733, /anybody may write in it/],
    [0o775, /its group may write in it; .*chmod go-w/],
  ] as const) {
    chmodSync(shell.home, mode);
    for (const argv of [['url'], ['start'], ['restart']]) refused(await shell.run(argv), reason);
    expect((await shell.run(['doctor'])).stdout).toMatch(/^bad +state folder .* may write in it/m);
  }
  expect(readdirSync(shell.home).sort()).toEqual(['config.json', 'daemon.log']);
  expect(existsSync(planted)).toBe(false);
  // A folder of ours in a temp folder is fine.
  const temp = join(shell.root, 'shared');
  mkdirSync(temp);
  chmodSync(temp, 0o1777);
  const inside = { env: { BROWSE_HOME: join(temp, 'ours') } };
  expect((await shell.run(['url'], inside)).exit).toBe(0);
  expect((await shell.run(['stop'], inside)).exit).toBe(0);
  rmSync(join(shell.home, 'config.json'));
  rmSync(join(shell.home, 'daemon.log'));
  if (!asRoot) return;
  chmodSync(shell.home, 0o700);
  chownSync(shell.home, 12_345, 12_345);
  for (const argv of [['url'], ['start'], ['restart']]) refused(await shell.run(argv), /it belongs to another user/);
});

test('a socket that is tidied away under a daemon is there again: the next command finds the same daemon and its tab', async () => {
  await using user = cli();
  await user.ok('goto', 'data:text/html,<title>kept</title>');
  const before = user.record();
  const socket = before?.endpoint.kind === 'unix' ? before.endpoint.path : '';
  for (let round = 0; round < 3; round += 1) {
    unlinkSync(socket);
    expect(await user.ok('title')).toContain('kept');
  }
  expect(user.record()).toEqual(before);
  expect(statSync(socket).mode & 0o777).toBe(0o600);
  await user.ok('stop');
  expect(user.processes()).toEqual([]);
});

test('a state folder that was there keeps its mode, whatever it is', async () => {
  await using shell = cli();
  mkdirSync(shell.home);
  chmodSync(shell.home, 0o755);
  expect(await shell.ok('url')).toBe('about:blank');
  expect(statSync(shell.home).mode & 0o777).toBe(0o755);
  expect(statSync(join(shell.home, 'run')).mode & 0o777).toBe(0o700);
});

/** The start lock as a live process holds it, or as one that is gone left it. */
async function lockedBy(shell: Cli, when: Date): Promise<{ holder: ReturnType<typeof look>; leave(): Promise<void> }> {
  const child = spawn('sh', ['-c', 'cat'], { stdio: ['pipe', 'ignore', 'ignore'], env: { BROWSE_HOME: shell.home } });
  await once(child, 'spawn');
  const holder = look(child.pid as number);
  const run = join(shell.home, 'run');
  mkdirSync(join(run, 'start.lock'), { recursive: true, mode: 0o700 });
  const identity = {
    pid: holder?.pid,
    birth: holder?.birth,
    boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    namespace: readlinkSync('/proc/self/ns/pid'),
  };
  writeFileSync(join(run, 'start.lock.holder'), JSON.stringify({ holder: identity, daemon: null, token: 'x' }), { mode: 0o600 });
  utimesSync(join(run, 'start.lock'), when, when);
  return {
    holder,
    async leave() {
      const gone = once(child, 'exit');
      child.stdin.end();
      await gone;
    },
  };
}

test.each([
  ['years ago', new Date('2001-01-01')],
  ['in the future', new Date('2099-01-01')],
])(
  'the clock jumps: a start lock that looks taken %s is believed while its holder lives, and broken at once when he is gone',
  async (_name, when) => {
    await using shell = cli();
    mkdirSync(join(shell.home, 'run'), { recursive: true, mode: 0o700 });
    chmodSync(join(shell.home, 'run'), 0o700);
    const lock = await lockedBy(shell, when);
    const waits = await shell.run(['url', '--timeout', '1000']);
    expect(waits.exit, String(waits)).toBe(4);
    expect(waits.stderr).toMatch(/another start/);
    expect(daemonsOf(shell)).toEqual([]);
    expect(existsSync(join(shell.home, 'run/start.lock'))).toBe(true);
    await lock.leave();
    const next = await shell.run(['url']);
    expect(next.exit, String(next)).toBe(0);
    expect(next.ms).toBeLessThan(5_000);
  },
);

// Found by chaos. Root may look into any folder.
test.runIf(asRoot)('a start lock that its owner may not look into is broken like any other, and none is left by a stop', async () => {
  await using shell = cli();
  const user = ordinaryUser(shell);
  expect((await user.run(['start'])).exit).toBe(0);
  const lock = join(shell.home, 'run/start.lock');
  const close = (): void => {
    mkdirSync(lock);
    chownSync(lock, user.uid, user.uid);
    chmodSync(lock, 0);
  };
  close();
  expect((await user.run(['stop'])).exit).toBe(0);
  expect(existsSync(lock)).toBe(false);
  close();
  const next = await user.run(['goto', 'about:blank']);
  expect(next.exit, String(next)).toBe(0);
  expect((await user.run(['stop'])).exit).toBe(0);
  expect(readdirSync(join(shell.home, 'run')).filter((name) => /lock|sock|daemon/.test(name))).toEqual([]);
});

/** Runs a shell script as a child of a PID 1 that never waits for anybody, in a pid namespace of its own. */
async function inContainer(shell: Cli, script: string): Promise<string> {
  const out = join(shell.root, 'container.out');
  writeFileSync(out, '');
  const inside = `(${script}) >${out} 2>&1; echo done >>${out}`;
  const child = spawn(
    'unshare',
    [
      ...(asRoot ? [] : ['--user', '--map-root-user']),
      '--pid',
      '--fork',
      '--mount-proc',
      '--kill-child',
      'sh',
      '-c',
      `sh -c '${inside}' & exec tail -f /dev/null`,
    ],
    {
      env: { ...shell.env, BROWSE: shell.binary },
      cwd: shell.cwd,
      stdio: 'ignore',
    },
  );
  try {
    await eventually('the script to end', () => /^done$/m.test(readFileSync(out, 'utf8')), 40_000);
    return readFileSync(out, 'utf8');
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

test.runIf(has('user-namespaces'))(
  'in a container whose PID 1 never reaps, a zombie is gone: stop and restart return, and nothing waits for it',
  async () => {
    await using shell = cli();
    const said = await inContainer(
      shell,
      '"$BROWSE" url && "$BROWSE" stop && "$BROWSE" url && "$BROWSE" restart && "$BROWSE" stop && "$BROWSE" stop; echo "exit $?"; grep -c "^State:.Z" /proc/[0-9]*/status | grep -c ":1$"',
    );
    expect(said.replace(/^New session: .*\n/gm, '')).toMatch(
      /^about:blank\nServer stopped \(pid (\d+)\)\nabout:blank\nRestarted \(pid (\d+) → (\d+)\)\nServer stopped \(pid \3\)\nNo daemon running\nexit 0\n/,
    );
    // The daemons that ended are zombies still: nobody waited for them.
    expect(Number(said.split('\n').at(-3)), said).toBeGreaterThanOrEqual(3);
  },
);

test.runIf(has('user-namespaces'))('from another pid namespace a daemon that answers is used and can be stopped', async () => {
  await using shell = cli();
  await shell.ok('goto', 'data:text/html,here');
  const daemon = daemonOf(shell);
  const { nonce } = recordOf(shell);
  expect(await inContainer(shell, '"$BROWSE" url; echo "exit $?"')).toBe('data:text/html,here\nexit 0\ndone\n');
  expect(recordOf(shell).nonce).toBe(nonce);
  expect(alive(daemon)).toBe(true);
  expect(await inContainer(shell, '"$BROWSE" stop; echo "exit $?"')).toMatch(/^Server stopped \(pid \d+\)\nexit 0\n/);
  await ended([daemon]);
});

test.runIf(has('user-namespaces'))(
  'from another pid namespace a daemon that does not answer is not judged: nothing is swept, nobody is signalled',
  async () => {
    await using shell = cli();
    await shell.ok('url');
    const everybody = shell.processes();
    const before = readFileSync(join(shell.home, 'run/daemon.json'), 'utf8');
    end(daemonOf(shell));
    await ended(everybody);
    const said = await inContainer(shell, '"$BROWSE" url; echo "exit $?"; "$BROWSE" stop --force; echo "exit $?"');
    expect(said).toMatch(/another pid namespace.*\nexit 4\n.*another pid namespace.*\nexit 4\n/s);
    expect(readFileSync(join(shell.home, 'run/daemon.json'), 'utf8')).toBe(before);
    expect(await shell.ok('url')).toBe('about:blank');
  },
);
