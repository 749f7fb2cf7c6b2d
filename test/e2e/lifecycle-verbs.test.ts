import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, type Cli } from '../support/cli.ts';
import { browserOf, browsersOf, daemonOf, daemonsOf, ended, recordOf, statusOf } from '../support/daemons.ts';
import { alive, eventually, look } from '../support/processes.ts';
import { within } from '../support/patience.ts';
import { shellLine } from '../support/shell-line.ts';
import { serve } from '../support/site.ts';

/** Runs a line of the shell with our binary as `browse`. */
function bash(shell: Cli, line: string): { exit: number | null; stdout: string; stderr: string } {
  return shellLine(shell, `browse() { "$0" "$@"; }\n${line}`, { limit: 30_000 });
}

test('P-60: daemon start, status and stop speak, in words and in JSON', async () => {
  await using shell = cli();
  const down = await shell.run(['daemon', 'status']);
  expect(down.exit).toBe(4);
  expect(down.stdout).toBe('Status: not running\n');
  expect(down.ms).toBeLessThan(within(300));
  const downJson = await shell.run(['status', '--json']);
  expect(downJson.exit).toBe(4);
  expect(JSON.parse(downJson.stdout)).toMatchObject({ status: 'not running' });
  expect(daemonsOf(shell)).toEqual([]);

  expect(await shell.ok('daemon', 'start')).toMatch(/^Server started \(pid \d+\)$/);
  const { pid } = recordOf(shell).process;
  expect((await shell.ok('daemon', 'status')).split('\n')[0]).toBe('Status: healthy');
  const status = await shell.json('daemon', 'status');
  expect(status).toMatchObject({
    status: 'healthy',
    pid,
    protocol: expect.any(Number),
    uptime: expect.any(Number),
    memory: expect.any(Number),
  });
  for (const key of ['build', 'startedAt', 'refreshedAt', 'session', 'browsers', 'sessions', 'tabs', 'running'])
    expect(status).toHaveProperty(key);
  expect(await shell.json('daemon', 'start')).toMatchObject({ pid });
  expect(await shell.json('daemon', 'stop')).toMatchObject({ stopped: pid });
  expect((await shell.run(['daemon', 'status'])).exit).toBe(4);
});

test('P-63: start --foreground stays attached, and Ctrl-C stops it cleanly', async () => {
  await using shell = cli();
  const attached = shell.start(['daemon', 'start', '--foreground']);
  await eventually('the daemon to be ready', () => shell.record()?.state === 'ready');
  await shell.ok('url');
  const everybody = shell.processes();
  expect(attached.child.exitCode).toBeNull();
  attached.child.kill('SIGINT');
  const run = await attached.done;
  expect([0, 130], String(run)).toContain(run.exit);
  await ended(everybody);
  expect(shell.record()).toBeNull();
});

test('P-74: without a daemon and with --no-autostart a one-shot daemon does the command and leaves nothing', async () => {
  await using site = await serve();
  await using shell = cli();
  const run = await shell.run(['goto', `${site.origin}/form.html`, '--no-autostart']);
  expect(run.exit, String(run)).toBe(0);
  expect(run.stdout).toBe(`Navigated to ${site.origin}/form.html (200)\n`);
  expect(shell.record()).toBeNull();
  await eventually('everything to end', () => shell.processes().length === 0);
  expect((await shell.run(['status'])).exit).toBe(4);
});

test('P-74: with a daemon, --no-autostart uses it', async () => {
  await using shell = cli();
  await shell.ok('js', 'window.here = 1');
  expect(await shell.ok('js', 'window.here', '--no-autostart')).toBe('1');
});

test('P-75: --no-daemon keeps away from the daemon that runs: another browser, nothing changed', async () => {
  await using site = await serve();
  await using shell = cli();
  await shell.ok('goto', `${site.origin}/form.html`);
  const browser = await browserOf(shell);
  const before = await statusOf(shell);
  const gate = site.hold('/links.html');
  const running = shell.start(['goto', `${site.origin}/links.html`, '--no-daemon']);
  await gate.arrived;
  expect(browsersOf(shell).filter(({ pid }) => pid !== browser.pid)).toHaveLength(1);
  gate.release();
  const run = await running.done;
  expect(run.exit, String(run)).toBe(0);
  const after = await statusOf(shell);
  expect(after.browsers).toEqual(before.browsers);
  expect(after.tabs).toBe(before.tabs);
  expect(await shell.ok('url')).toBe(`${site.origin}/form.html`);
  await eventually('the private daemon and its browser to end', () => browsersOf(shell).length === 1 && daemonsOf(shell).length === 1);
});

test('P-80: start returns at once and detached: own session, no terminal, its talk in the log', async () => {
  await using shell = cli();
  // With an inherited pipe, cat would wait for the daemon.
  const piped = bash(shell, 'browse daemon start | cat');
  expect(piped.exit, piped.stderr).toBe(0);
  expect(piped.stdout).toMatch(/^Server started/);
  const daemon = daemonOf(shell);
  const stat = readFileSync(`/proc/${daemon.pid}/stat`, 'latin1');
  const [, , group, session, terminal] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  expect({ group, session, terminal }).toEqual({ group: daemon.pid, session: daemon.pid, terminal: 0 });
  expect(readlinkSync(`/proc/${daemon.pid}/cwd`)).toBe('/');
  const [stdin, stdout, stderr] = [0, 1, 2].map((fd) => readlinkSync(`/proc/${daemon.pid}/fd/${fd}`));
  expect({ stdin, stdout, stderr }).toEqual({
    stdin: '/dev/null',
    stdout: join(shell.home, 'daemon.log'),
    stderr: join(shell.home, 'daemon.log'),
  });
  process.kill(daemon.pid, 'SIGHUP');
  // Signals are delivered in order with what the socket brings: an answer proves that it survived.
  expect(await shell.ok('url')).toBe('about:blank');
  expect(alive(daemon)).toBe(true);
  await shell.ok('daemon', 'stop');
  expect(shell.record()).toBeNull();
});

test('P-80: the first command of all returns through a pipe too', async () => {
  await using shell = cli();
  const piped = bash(shell, 'browse url | cat');
  expect(piped).toMatchObject({ exit: 0, stdout: 'about:blank\n' });
});

test('P-107: a second navigation to a local page has no start-up delay', async () => {
  await using site = await serve();
  await using shell = cli();
  await shell.ok('goto', `${site.origin}/form.html`);
  const second = await shell.run(['goto', `${site.origin}/links.html`]);
  expect(second.exit, String(second)).toBe(0);
  expect(second.ms).toBeLessThan(within(300));
});

test('restart leaves a running daemon with the same flags and log', async () => {
  await using shell = cli();
  await shell.ok('start', '--idle', '45m');
  const log = join(shell.home, 'daemon.log');
  const size = statSync(log).size;
  const flags = (): string => look(recordOf(shell).process.pid)?.command.replace(/--ticket \S+ --by \{[^}]*\}/, '') ?? '';
  const before = flags();
  expect(before).toContain('45m');
  await shell.ok('restart');
  expect(flags()).toBe(before);
  expect(statSync(log).size).toBeGreaterThan(size);
});

test('restart --restore brings tabs and cookies back; a plain restart says nothing it does not hold', async () => {
  await using site = await serve();
  await using shell = cli();
  await shell.ok('goto', `${site.origin}/cookie?a=b`);
  await shell.ok('newtab', `${site.origin}/links.html`);
  await shell.ok('restart', '--restore');
  expect(await shell.ok('tabs')).toBe(`  [1] "Cookie" — ${site.origin}/cookie?a=b\n→ [2] "Links" — ${site.origin}/links.html`);
  await shell.ok('goto', `${site.origin}/headers`);
  expect(await shell.ok('text', '--no-fence')).toContain('a=b');
});
