import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DaemonRecord } from '../../browse/protocol/record.ts';
import { cli, type Cli } from '../support/cli.ts';
import { browserOf, browsersOf, daemonOf, daemonsOf, ended, freeze, recordOf, statusOf } from '../support/daemons.ts';
import { alive, end, eventually, handles, look, type Seen } from '../support/processes.ts';
import { random, rounds } from '../support/rounds.ts';
import { within } from '../support/patience.ts';
import { serve } from '../support/site.ts';

const temporary = (shell: Cli): readonly string[] => (existsSync(join(shell.home, 'tmp')) ? readdirSync(join(shell.home, 'tmp')) : []);

// A12
test('a killed daemon leaves no browser; the next command loads its page again and says what was lost', async () => {
  await using site = await serve();
  await using shell = cli();
  await shell.ok('goto', `${site.origin}/form.html`);
  const everybody = shell.processes();
  expect(browsersOf(shell)).toHaveLength(1);
  const daemon = daemonOf(shell);
  const instance = temporary(shell);
  // On disk a moment after the answer.
  const lists = join(shell.home, 'run/sessions');
  const listed = (): boolean => readdirSync(lists).some((name) => readFileSync(join(lists, name), 'utf8').includes('/form.html'));
  await eventually('the list of open tabs', listed);
  end(daemon);
  await ended(everybody);
  const next = await shell.run(['url']);
  expect(next.exit, String(next)).toBe(0);
  expect(next.stdout).toBe(`${site.origin}/form.html\n`);
  expect(next.stderr).toContain(`pid ${daemon.pid}`);
  expect(next.stderr).toContain('lost');
  expect(next.stderr).toContain(`${site.origin}/form.html`);
  expect((await shell.run(['url'])).stderr).toBe('');
  await eventually('the dead instance to be swept', () => instance.every((name) => !temporary(shell).includes(name)));
  expect(readdirSync(join(shell.home, 'run')).filter((name) => name.endsWith('.sock'))).toHaveLength(1);
});

test('the browser is killed: the daemon stays, launches it again, opens the tabs and says that refs are gone', async () => {
  await using site = await serve();
  await using shell = cli();
  await shell.ok('goto', `${site.origin}/form.html`);
  await shell.ok('newtab', `${site.origin}/links.html`);
  await shell.ok('snapshot', '-i');
  const daemon = daemonOf(shell);
  const browser = await browserOf(shell);
  end(browser);
  await ended([browser]);
  const next = await shell.run(['tabs']);
  expect(next.exit, String(next)).toBe(0);
  expect(next.stdout).toBe(`  [1] "Form" — ${site.origin}/form.html\n→ [2] "Links" — ${site.origin}/links.html\n`);
  expect(next.stderr).toMatch(/browser was gone/);
  expect(next.stderr).toMatch(/refs are gone/);
  const stale = await shell.run(['click', '@e1']);
  expect(stale.exit, String(stale)).toBe(3);
  expect(stale.stderr).toContain('browse snapshot -i');
  expect(alive(daemon)).toBe(true);
  expect((await browserOf(shell)).pid).not.toBe(browser.pid);
});

test('the browser dies under a command: it fails with what happened, and the next one works', async () => {
  await using site = await serve();
  await using shell = cli();
  await shell.ok('start');
  const browser = await browserOf(shell);
  const going = shell.start(['goto', `${site.origin}/never`]);
  await site.seen('/never');
  end(browser);
  const run = await going.done;
  expect(run.exit, String(run)).not.toBe(0);
  expect(run.ms).toBeLessThan(within(10_000));
  expect(run.stderr).toMatch(/browser|closed|crashed/i);
  const next = await shell.run(['js', '1+1']);
  expect(next.exit, String(next)).toBe(0);
});

test('G-35: a client killed in the middle of a start holds up nobody', async () => {
  await using shell = cli();
  const lock = join(shell.home, 'run/start.lock');
  for (let round = 0; round < rounds(20, 1); round++) {
    const first = shell.start(['url']);
    await eventually('the lock to be taken', () => existsSync(lock) || shell.record()?.state === 'ready');
    first.child.kill('SIGKILL');
    const next = await shell.run(['url']);
    expect(next.exit, String(next)).toBe(0);
    expect(next.ms).toBeLessThan(within(3_000));
    await first.done;
    await shell.ok('stop');
  }
  // A lock whose taker never said his name is believed for a moment; the next start removes it.
  await shell.ok('start');
  await shell.stop();
});

test('G-35: a client killed just after it spawned, and that daemon too', async () => {
  await using shell = cli();
  for (let round = 0; round < rounds(20, 1); round++) {
    const first = shell.start(['url']);
    const record = await eventually('the daemon to claim', () => shell.record());
    first.child.kill('SIGKILL');
    const daemon = look(record.process.pid);
    if (daemon !== null) {
      end(daemon);
      await ended([daemon]);
    }
    const next = await shell.run(['url']);
    expect(next.exit, String(next)).toBe(0);
    expect(next.ms).toBeLessThan(within(3_500));
    await first.done;
    await shell.stop();
  }
});

test('kill -9 at any moment, of the daemon, the browser or a starting client: the next command succeeds and nothing is left', async () => {
  await using site = await serve();
  await using shell = cli();
  const next = random();
  for (let round = 0; round < rounds(30, 2); round++) {
    const victimKind = ['daemon', 'browser', 'client'][Math.floor(next() * 3)] as 'daemon' | 'browser' | 'client';
    const share = next();
    const began = performance.now();
    const running = shell.start(['goto', `${site.origin}/form.html`]);
    const moment = share * 700;
    const victim = await eventually<Seen | 'too late'>(
      'the moment to kill',
      () => {
        if (performance.now() - began < moment) return null;
        if (victimKind === 'client') return look(running.pid) ?? 'too late';
        return (victimKind === 'daemon' ? daemonsOf(shell) : browsersOf(shell))[0] ?? (running.child.exitCode === null ? null : 'too late');
      },
      10_000,
    );
    const before = shell.processes();
    if (victim !== 'too late') end(victim);
    await running.done;
    // From here on it is dead. A script that was under way as it died could only be told that it may have run.
    if (victim !== 'too late') await ended([victim]);
    const what = `round ${round}: ${victimKind} after ${moment.toFixed(0)} ms`;
    const after = await shell.run(['js', '1+1']);
    expect(after.exit, `${what}\n${String(after)}`).toBe(0);
    expect(daemonsOf(shell), what).toHaveLength(1);
    await eventually(`one browser after ${what}`, () => browsersOf(shell).length <= 1);
    await shell.ok('stop');
    await ended(before);
    expect(temporary(shell), what).toEqual([]);
  }
  await shell.ok('start');
  await shell.stop();
});

/** A process that has nothing to do with us. */
async function stranger(): Promise<Seen & AsyncDisposable> {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const seen = look(child.pid ?? -1);
  if (seen === null) throw new Error('sleep did not start');
  const closed = once(child, 'close');
  return {
    ...seen,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

/** A daemon that is gone, and its record as it was. */
async function deadRecord(shell: Cli): Promise<DaemonRecord> {
  await shell.ok('start');
  const record = recordOf(shell);
  await shell.stop();
  return record;
}

test.each(['url', 'stop', 'stop --force', 'restart', 'status'])(
  'a record whose pid a stranger has by now: browse %s never signals him',
  async (line) => {
    await using shell = cli();
    const record = await deadRecord(shell);
    await using other = await stranger();
    writeFileSync(join(shell.home, 'run/daemon.json'), JSON.stringify({ ...record, process: { ...record.process, pid: other.pid } }), {
      mode: 0o600,
    });
    const run = await shell.run(line.split(' '));
    expect(run.exit, String(run)).toBe(line === 'status' ? 4 : 0);
    expect(alive(other)).toBe(true);
  },
);

test('a record that leads to a living stranger with the same birth time is not signalled by stop', async () => {
  await using shell = cli();
  const record = await deadRecord(shell);
  await using other = await stranger();
  const path = join(shell.home, 'run/daemon.json');
  writeFileSync(path, JSON.stringify({ ...record, process: { ...record.process, pid: other.pid, birth: other.birth } }), { mode: 0o600 });
  const run = await shell.run(['stop', '--timeout', '1000']);
  expect(run.exit, String(run)).toBe(4);
  expect(run.ms).toBeLessThan(within(4_000));
  expect(alive(other)).toBe(true);
  rmSync(path);
});

test.each([
  ['empty', ''],
  ['cut off', '{"process": {"pid": 12'],
  ['of another shape', '{"pid": 1}'],
  ['binary', '\u0000\u0001\uFFFD'],
])('a record that is %s is swept, and the next command works', async (_kind, text) => {
  await using shell = cli();
  mkdirSync(join(shell.home, 'run'), { recursive: true, mode: 0o700 });
  writeFileSync(join(shell.home, 'run/daemon.json'), text, { mode: 0o600 });
  expect((await shell.run(['status'])).exit).toBe(4);
  const run = await shell.run(['url']);
  expect(run.exit, String(run)).toBe(0);
});

test('a record from before a reboot names nobody', async () => {
  await using shell = cli();
  const record = await deadRecord(shell);
  await using other = await stranger();
  const boot = '00000000-0000-4000-8000-000000000000';
  writeFileSync(
    join(shell.home, 'run/daemon.json'),
    JSON.stringify({ ...record, process: { ...record.process, pid: other.pid, birth: other.birth, boot } }),
    { mode: 0o600 },
  );
  const run = await shell.run(['url']);
  expect(run.exit, String(run)).toBe(0);
  expect(alive(other)).toBe(true);
});

test('the state folder is removed under a running daemon: it leaves, and the next command works', async () => {
  await using shell = cli();
  await shell.ok('url');
  const everybody = shell.processes();
  rmSync(shell.home, { recursive: true, maxRetries: 20, retryDelay: 10 });
  await ended(everybody, 10_000);
  const run = await shell.run(['url']);
  expect(run.exit, String(run)).toBe(0);
  expect(daemonsOf(shell)).toHaveLength(1);
});

test('a frozen daemon is reported within the time-out of the command, and status says so', async () => {
  await using shell = cli();
  await shell.ok('url');
  const daemon = daemonOf(shell);
  using _frozen = freeze(daemon);
  const run = await shell.run(['js', '1', '--timeout', '2000']);
  expect(run.exit, String(run)).toBe(4);
  expect(run.ms).toBeLessThan(within(3_500));
  const status = await shell.run(['status']);
  expect(status.exit, String(status)).toBe(4);
  expect(status.stdout).toBe('Status: not responding\n');
  expect(status.stderr).toContain('is alive but has not answered for');
  expect(status.ms).toBeLessThan(within(3_500));
  // Nobody ended it, and nobody started a second one.
  expect(daemonsOf(shell)).toHaveLength(1);
  expect(alive(daemon)).toBe(true);
});

test('a frozen daemon that goes on is used again', async () => {
  await using shell = cli();
  await shell.ok('url');
  const { pid } = await statusOf(shell);
  const frozen = freeze(daemonOf(shell));
  const waiting = shell.start(['js', '1+1']);
  await eventually('the command to wait', () => waiting.child.pid !== undefined);
  frozen.release();
  const run = await waiting.done;
  expect(run.exit, String(run)).toBe(0);
  expect((await statusOf(shell)).pid).toBe(pid);
});

// Found by chaos. The old one's browser still has the page: what it does there is done to nobody's tab.
test('a daemon that was frozen and has lost its record to another sees so before it does anything, and leaves', async () => {
  await using site = await serve({
    '/mark': `<button onclick="fetch('/did?by=' + (window.mark ?? 'none'))">Go</button>`,
  });
  await using shell = cli();
  for (let round = 0; round < rounds(10, 1); round++) {
    await shell.ok('goto', `${site.origin}/mark`);
    await shell.ok('js', "window.mark = 'old'");
    const old = daemonOf(shell);
    const everybody = shell.processes();
    const frozen = freeze(old);
    // One command has reached its socket, the other is sent when it goes on.
    const clicks = [shell.start(['click', 'button', '--timeout', '30000']), shell.start(['js', "fetch('/did?by=' + window.mark)"])];
    await eventually('the commands to wait', () => clicks.every(({ pid }) => handles(pid, 'SIGINT') || look(pid) === null));
    rmSync(join(shell.home, 'run/daemon.json'));
    await shell.ok('start');
    const next = daemonOf(shell);
    expect(next.pid).not.toBe(old.pid);
    frozen.release();
    await Promise.all(clicks.map(({ done }) => done));
    await ended(everybody, within(5_000));
    expect(site.hits.map(({ url }) => url)).not.toContain('/did?by=old');
    // The record, the socket and the sessions are the new one's.
    expect(daemonsOf(shell).map(({ pid }) => pid)).toEqual([next.pid]);
    expect((await shell.run(['goto', `${site.origin}/mark`])).exit).toBe(0);
    expect(daemonOf(shell).pid).toBe(next.pid);
  }
});
