import { expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import { browserOf, browsersOf, daemonOf, daemonsOf, ended, statusOf } from '../support/daemons.ts';
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
