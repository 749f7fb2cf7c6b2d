import { expect, test } from 'vitest';
import { cli, type Cli } from '../support/cli.ts';
import { browsersOf, daemonOf, ended } from '../support/daemons.ts';
import { eventually } from '../support/processes.ts';
import { within } from '../support/patience.ts';
import { serve, type Site } from '../support/site.ts';

/** Within this every command on anything else must answer, in milliseconds. */
const PROMPT = 1_000;

/** Says so to the server just before the page stops answering for ever. */
const HANG = `setTimeout(() => { const r = new XMLHttpRequest(); r.open('GET', '/event?hung', false); r.send(); for (;;); }); 1`;

/** Tab 1 hangs, tab 2 is its popup, tab 3 has nothing to do with them and is the current one. */
async function hang(shell: Cli, site: Site): Promise<void> {
  await shell.ok('goto', `${site.origin}/hang.html`);
  await shell.ok('click', 'text=Popup');
  await eventually('the popup', async () => (await shell.ok('tabs')).split('\n').length === 2);
  await shell.ok('newtab', `${site.elsewhere}/form.html`);
  await shell.ok('js', HANG, '--tab', '1');
  await site.seen('/event');
}

test('a page in for(;;) and its popup are shown as not responding, and nothing else waits for them', async () => {
  await using site = await serve();
  await using shell = cli();
  await hang(shell, site);
  const tabs = await shell.run(['tabs']);
  expect(tabs.exit, String(tabs)).toBe(0);
  const [first, second, third] = tabs.stdout.split('\n');
  expect(first).toMatch(/^ {2}\[1\] "Hang" — .*\/hang\.html \[not responding\]$/);
  expect(second).toMatch(/^ {2}\[2\] .*\/links\.html \[not responding\]$/);
  expect(third).toBe(`→ [3] "Form" — ${site.elsewhere}/form.html`);
  expect(tabs.ms, String(tabs)).toBeLessThan(within(PROMPT));

  for (const argv of [['status'], ['url'], ['js', '1+1'], ['snapshot', '-i'], ['fill', 'input[name=name]', 'Ada'], ['refresh']]) {
    const run = await shell.run(argv);
    expect(run.exit, String(run)).toBe(0);
    expect(run.ms, String(run)).toBeLessThan(within(PROMPT));
  }
  const other = await shell.run(['goto', `${site.elsewhere}/links.html`, '--session', 'other']);
  expect(other.exit, String(other)).toBe(0);

  for (const id of ['1', '2']) {
    const closed = await shell.run(['closetab', id]);
    expect(closed.exit, String(closed)).toBe(0);
    expect(closed.stdout).toBe(`Closed tab ${id}\n`);
    expect(closed.ms, String(closed)).toBeLessThan(within(PROMPT));
  }
  expect(await shell.ok('tabs')).toBe(`→ [3] "Form" — ${site.elsewhere}/form.html`);
});

test('stop takes less than a second while a page hangs, and no renderer stays', async () => {
  await using site = await serve();
  await using shell = cli();
  await hang(shell, site);
  const everybody = shell.processes();
  const daemon = daemonOf(shell);
  const stopped = await shell.run(['stop']);
  expect(stopped.exit, String(stopped)).toBe(0);
  expect(stopped.stdout).toBe(`Server stopped (pid ${daemon.pid})\n`);
  expect(stopped.ms, String(stopped)).toBeLessThan(within(PROMPT));
  await ended(everybody);
  expect(browsersOf(shell)).toEqual([]);
});

test('a command on the hung tab itself ends at its own time-out, and stop does not wait for it', async () => {
  await using site = await serve();
  await using shell = cli();
  await hang(shell, site);
  const own = await shell.run(['js', '1', '--tab', '1', '--timeout', '600']);
  expect(own.exit, String(own)).toBe(1);
  expect(own.ms).toBeLessThan(within(2_000));
  const waiting = shell.start(['js', '1', '--tab', '1', '--timeout', '20000']);
  await eventually('it to run', async () => (await shell.json<{ running: readonly unknown[] }>('status')).running.length > 0);
  const stopped = await shell.run(['stop']);
  expect(stopped.exit, String(stopped)).toBe(0);
  expect(stopped.ms, String(stopped)).toBeLessThan(within(PROMPT + 500));
  const run = await waiting.done;
  expect(run.exit, String(run)).not.toBe(0);
});

test('restart --restore waits for no hung page, and says what was lost', async () => {
  await using site = await serve();
  await using shell = cli();
  await hang(shell, site);
  const restarted = await shell.run(['restart', '--restore']);
  expect(restarted.exit, String(restarted)).toBe(0);
  expect(restarted.ms).toBeLessThan(within(6_000));
  const tabs = await shell.run(['tabs']);
  expect(tabs.stdout).toContain(`→ [3] "Form" — ${site.elsewhere}/form.html`);
});

test('a click that hangs the page says within its time-out that it may have run', async () => {
  await using site = await serve();
  await using shell = cli();
  await shell.ok('goto', `${site.origin}/hang.html`);
  const click = await shell.run(['click', 'text=Hang', '--timeout', '1500']);
  expect(click.exit, String(click)).not.toBe(0);
  expect(click.ms).toBeLessThan(within(3_000));
  expect(click.stderr).toContain('may have run');
  expect((await shell.run(['closetab'])).ms).toBeLessThan(within(PROMPT));
});
