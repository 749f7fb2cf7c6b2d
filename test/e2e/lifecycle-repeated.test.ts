import { expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import { daemonOf, daemonsOf, ended, recordOf, statusOf } from '../support/daemons.ts';
import { alive, eventually, look } from '../support/processes.ts';
import { FULL, rounds } from '../support/rounds.ts';
import { within } from '../support/patience.ts';
import { serve } from '../support/site.ts';

test('G-01: the old process is gone the moment stop returns, every time', async () => {
  await using shell = cli();
  for (let round = 0; round < rounds(50, 2); round++) {
    expect(await shell.ok('start')).toMatch(/^Server started \(pid \d+\)$/);
    const daemon = daemonOf(shell);
    const stopped = await shell.run(['stop']);
    expect(alive(daemon), String(stopped)).toBe(false);
    expect(stopped.exit, String(stopped)).toBe(0);
    expect(stopped.stdout).toBe(`Server stopped (pid ${daemon.pid})\n`);
    expect(shell.record()).toBeNull();
  }
});

test('G-02: restart returns when the old process is gone and the new one is ready, every time', async () => {
  await using shell = cli();
  await shell.ok('start');
  for (let round = 0; round < rounds(50, 2); round++) {
    const before = daemonOf(shell);
    const restarted = await shell.run(['restart']);
    expect(alive(before), String(restarted)).toBe(false);
    const after = recordOf(shell);
    expect(after.state).toBe('ready');
    expect(restarted.stdout).toBe(`Restarted (pid ${before.pid} → ${after.process.pid})\n`);
    const status = await shell.run(['status']);
    expect(status.exit, String(status)).toBe(0);
  }
  expect(daemonsOf(shell)).toHaveLength(1);
});

test(
  'G-34: twenty first commands at once make one daemon, and all of them succeed',
  async () => {
    for (let round = 0; round < rounds(20, 1); round++) {
      await using shell = cli();
      const runs = await Promise.all(Array.from({ length: 20 }, () => shell.run(['url'])));
      for (const run of runs) {
        expect(run.exit, String(run)).toBe(0);
        expect(run.stdout).toBe('about:blank\n');
      }
      expect(daemonsOf(shell).map(({ pid }) => pid)).toEqual([recordOf(shell).process.pid]);
      await shell.stop();
      expect(shell.processes()).toEqual([]);
    }
  },
  FULL ? 3_600_000 : 120_000,
);

test('G-05: a restart beside ten commands leaves one daemon, and every command succeeds', async () => {
  await using shell = cli();
  await shell.ok('start');
  for (let round = 0; round < rounds(20, 1); round++) {
    const before = daemonOf(shell);
    const [restarted, ...runs] = await Promise.all([shell.run(['restart']), ...Array.from({ length: 10 }, () => shell.run(['url']))]);
    for (const run of [restarted, ...runs]) expect(run.exit, String(run)).toBe(0);
    expect(alive(before)).toBe(false);
    expect(daemonsOf(shell).map(({ pid }) => pid)).toEqual([recordOf(shell).process.pid]);
  }
});

test('stop takes less than a second with an idle page', async () => {
  await using site = await serve();
  await using shell = cli();
  await shell.ok('goto', `${site.origin}/form.html`);
  const daemon = daemonOf(shell);
  const stopped = await shell.run(['stop']);
  expect(stopped.exit, String(stopped)).toBe(0);
  expect(stopped.ms).toBeLessThan(within(1_000));
  expect(alive(daemon)).toBe(false);
});

test('stop with nothing running says so and succeeds; restart with nothing running starts', async () => {
  await using shell = cli();
  expect(await shell.ok('stop')).toBe('No daemon running');
  expect(await shell.ok('restart')).toMatch(/^Server started \(pid \d+\)$/);
  const { pid } = recordOf(shell).process;
  expect(await shell.ok('start')).toBe(`Already running (pid ${pid})`);
  expect((await statusOf(shell)).pid).toBe(pid);
});

test('P-86: stop leaves no browser, no socket, no pid file', async () => {
  await using site = await serve();
  await using shell = cli();
  await shell.ok('goto', `${site.origin}/links.html`);
  const everybody = shell.processes();
  expect(everybody.length).toBeGreaterThan(2);
  await shell.stop();
  await ended(everybody);
});

test('a daemon that nobody used for its idle time ends by itself and leaves nothing', async () => {
  await using site = await serve();
  await using shell = cli({ env: { BROWSE_IDLE: '1s' } });
  await shell.ok('goto', `${site.origin}/links.html`);
  const everybody = shell.processes();
  const { pid } = recordOf(shell).process;
  await eventually('the idle daemon to end', () => look(pid) === null, 15_000);
  await ended(everybody);
  expect(shell.record()).toBeNull();
  const next = await shell.run(['url']);
  expect(next.exit, String(next)).toBe(0);
  // What was lost by it is said.
  expect(next.stderr).toContain(`${site.origin}/links.html`);
});
