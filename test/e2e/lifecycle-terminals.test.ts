import { expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import { browserOf, browsersOf, daemonOf, daemonsOf, ended, statusOf } from '../support/daemons.ts';
import { within } from '../support/patience.ts';
import { alive, eventually } from '../support/processes.ts';
import { serve } from '../support/site.ts';
import { terminal } from '../support/terminal.ts';

test('P-01: the browser survives the terminal whose command started it', async () => {
  await using site = await serve();
  await using shell = cli();
  const env = { ...shell.env, BINARY: shell.binary };
  await using first = terminal(shell.cwd, env);
  const going = await first.run(`"$BINARY" goto ${site.origin}/form.html`);
  expect(going.exit, going.output).toBe(0);
  const browser = await browserOf(shell);
  const daemon = daemonOf(shell);
  await first.close();
  await using second = terminal(shell.cwd, env);
  const asked = await second.run('"$BINARY" url');
  expect(asked.exit, asked.output).toBe(0);
  expect(asked.output).toContain(`${site.origin}/form.html`);
  expect(alive(daemon)).toBe(true);
  expect((await browserOf(shell)).birth).toBe(browser.birth);
});

test('P-01, P-77: the next terminal goes on in the same browser without a start, its session is older than it, and stop leaves nothing', async () => {
  await using site = await serve();
  await using shell = cli();
  const env = { ...shell.env, BINARY: shell.binary };
  await using first = terminal(shell.cwd, env);
  expect((await first.run('"$BINARY" daemon start')).output).toMatch(/Server started \(pid \d+\)/);
  const there = await first.run(`"$BINARY" goto ${site.origin}/form.html`);
  expect(there.exit, there.output).toBe(0);
  const [daemon, browser] = [daemonOf(shell), await browserOf(shell)];
  await first.close();
  await using second = terminal(shell.cwd, env);
  // Timed by the shell itself, in microseconds.
  const timed = await second.run(`from=$EPOCHREALTIME; "$BINARY" goto ${site.origin}/links.html; to=$EPOCHREALTIME`);
  expect([timed.exit, timed.output]).toEqual([0, expect.stringContaining(`Navigated to ${site.origin}/links.html (200)`)]);
  const took = /took (\d+)/.exec((await second.run('echo took $((${to/./} - ${from/./}))')).output)?.[1];
  expect(Number(took) / 1000, 'milliseconds of the first command in the new terminal').toBeLessThan(within(300));
  expect((await browserOf(shell)).birth).toBe(browser.birth);
  const status = await second.run('"$BINARY" session status');
  expect(status.output).toContain(`pid ${browser.pid}`);
  expect(Number(/uptime: ([\d.]+)s/.exec(status.output)?.[1])).toBeGreaterThan(0);
  expect((await second.run('"$BINARY" daemon stop')).output).toContain(`Server stopped (pid ${daemon.pid})`);
  expect([alive(daemon), alive(browser), daemonsOf(shell), browsersOf(shell)]).toEqual([false, false, [], []]);
  await second.close();
  // Nothing runs, so this looks at what is left on disk.
  await shell.stop();
});

test('Ctrl-C in a terminal ends the command under way and leaves the daemon alone', async () => {
  await using shell = cli();
  await using window = terminal(shell.cwd, { ...shell.env, BINARY: shell.binary });
  expect((await window.run('"$BINARY" url')).exit).toBe(0);
  const daemon = daemonOf(shell);
  const waiting = window.run('"$BINARY" wait --text never-there');
  await eventually('the wait to run', async () => (await statusOf(shell)).running.some(({ command }) => command === 'wait'));
  window.press('\u0003');
  const cut = await waiting;
  expect(cut.exit, cut.output).toBe(130);
  expect(cut.output).toMatch(/Interrupted: wait .*(did not run|may have run|ran)/);
  expect(alive(daemon)).toBe(true);
  expect((await window.run('"$BINARY" url')).exit).toBe(0);
});

test('P-63: Ctrl-C in the terminal of start --foreground ends the daemon and its browser, and leaves nothing', async () => {
  await using shell = cli();
  await using window = terminal(shell.cwd, { ...shell.env, BINARY: shell.binary });
  const attached = window.run('"$BINARY" daemon start --foreground');
  await eventually('the daemon to be ready', () => shell.record()?.state === 'ready', 20_000);
  await shell.ok('url');
  const everybody = [...daemonsOf(shell), ...browsersOf(shell)];
  expect(everybody).toHaveLength(2);
  window.press('\u0003');
  const run = await attached;
  expect([0, 130], run.output).toContain(run.exit);
  await ended(everybody);
  expect(shell.record()).toBeNull();
});
