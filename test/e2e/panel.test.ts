/** `browse up` in a real terminal, beside daemons that others start, replace and kill. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import type { Cli } from '../support/cli.ts';
import { browserOf, daemonOf, daemonsOf, recordOf, statusOf } from '../support/daemons.ts';
import { has } from '../support/facilities.ts';
import { within } from '../support/patience.ts';
import { alive, end, eventually, look } from '../support/processes.ts';
import { screen } from '../support/screen.ts';
import type { Screen } from '../support/screen.ts';
import { serve } from '../support/site.ts';
import { ROOT } from '../support/sources.ts';
import { terminal } from '../support/terminal.ts';

/** `browse up` in a terminal of its own. */
function panel(shell: Cli, more: { columns?: number; rows?: number; argv?: string; env?: Record<string, string> } = {}): Promise<Screen> {
  const { columns, rows, argv = '', env = {} } = more;
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value} `);
  return screen(`${variables.join('')}"$BINARY" up ${argv}`, {
    cwd: shell.cwd,
    env: { ...shell.env, TERM: 'screen-256color', BINARY: shell.binary },
    folder: shell.root,
    ...(columns === undefined ? {} : { columns }),
    ...(rows === undefined ? {} : { rows }),
  });
}

const healthy = (pid: number) => (shown: string) => shown.includes(`· healthy · pid ${pid} `);

test.runIf(has('tmux'))(
  'D-03, D-04: the panel attaches to a daemon that another started, shows its services, log and commands, and leaves it running',
  async () => {
    await using site = await serve({ '/': `<title>shop</title><script>console.log('first words')</script>` });
    await using shell = cli();
    await shell.ok('goto', site.origin);
    const daemon = daemonOf(shell);
    const browser = await browserOf(shell);
    await using window = await panel(shell);
    const { text: shown } = await window.until('the panel to attach', (all) => healthy(daemon.pid)(all) && all.includes('first words'));
    expect(shown).toMatch(/^Attached to pid \d+, started by pid \d+: browse goto$/m);
    expect(shown).toMatch(new RegExp(`^1 browser running not refreshed yet {2}pid ${browser.pid} {2}Chromium`, 'm'));
    expect(shown).toMatch(/^\d logs {4}idle/m);
    expect(shown).toMatch(/\[command\] \[info\] goto http/);
    // Who follows leaves no rows behind, and is no command that runs.
    expect(shown).not.toMatch(/\] logs|Running: logs/);
    expect(shown).toMatch(/· up \d+s · build /);
    const waiting = shell.start(['wait', '--text', 'never-there', '--timeout', '60000']);
    await window.until('the command that runs', (all) => /^Running: wait in tab 1 \(\d+ ms\)$/m.test(all));
    waiting.child.kill('SIGINT');
    await waiting.done;
    await window.until('nothing to run', (all) => all.includes('Running: nothing'));
    await window.press('q');
    const left = await window.until('the shell', (all) => all.includes('<left 0>'));
    expect(left.text).toContain(`The daemon runs on (pid ${daemon.pid})`);
    expect(await window.alternate()).toBe(false);
    expect(alive(daemon) && alive(browser)).toBe(true);
  },
);

test.runIf(has('tmux'))('D-04: it starts a daemon when none runs, and Ctrl-C leaves that one running too', async () => {
  await using shell = cli();
  await using window = await panel(shell);
  await window.until('a daemon', (all) => all.includes('· healthy · pid '));
  const daemon = daemonOf(shell);
  await window.until('what was done', (all) => healthy(daemon.pid)(all) && all.includes(`Started a daemon (pid ${daemon.pid})`));
  expect(recordOf(shell).startedBy).toMatchObject({ tty: expect.stringMatching(/^pts\/\d+$/), command: 'browse up' });
  await window.press('C-c');
  await window.until('the shell', (all) => all.includes('<left 0>'));
  expect(alive(daemon)).toBe(true);
});

test.runIf(has('tmux'))('D-04: a restart elsewhere: the new pid within two seconds, who did it, and the log goes on', async () => {
  await using site = await serve({ '/': `<script>console.log('after it')</script>` });
  await using shell = cli();
  await shell.ok('start');
  const before = daemonOf(shell);
  await using window = await panel(shell, { columns: 140 });
  await window.until('the panel to attach', healthy(before.pid));
  await using other = terminal(shell.cwd, { ...shell.env, BINARY: shell.binary });
  const restarting = other.run('"$BINARY" restart --restore');
  const after = await eventually(
    'the next daemon',
    () => {
      const record = shell.record();
      return record !== null && record.process.pid !== before.pid && record.state === 'ready' ? record.process.pid : null;
    },
    30_000,
  );
  const limit = within(2000);
  const { text: shown, ms } = await window.until('the next daemon in the panel', healthy(after));
  expect(ms).toBeLessThan(limit);
  const by = /^Restarted by pid (\d+) on pts\/\d+: browse restart --restore \(pid (\d+) → (\d+)\)$/m.exec(shown);
  expect(by?.slice(1), shown).toEqual([String(recordOf(shell).startedBy?.pid), String(before.pid), String(after)]);
  expect((await restarting).exit).toBe(0);
  await shell.ok('goto', site.origin);
  await window.until('rows of the next daemon', (all) => all.includes('[console] [log] after it'));
  expect(daemonsOf(shell)).toHaveLength(1);
});

test.runIf(has('tmux'))('D-05: a death is shown within two seconds, nothing is started by itself, and a key starts the next', async () => {
  await using shell = cli();
  await shell.ok('start');
  const first = daemonOf(shell);
  await using window = await panel(shell);
  await window.until('the panel to attach', healthy(first.pid));
  const limit = within(2000);
  end(first);
  const { text: shown, ms } = await window.until('the death', (all) => all.startsWith('browse · not running'));
  expect(ms).toBeLessThan(limit);
  expect(shown).toContain(`pid ${first.pid} died without a word: it was killed, or it crashed`);
  expect(shown).toContain('s start');
  await window.press('r');
  await window.until('why not', (all) => all.includes('No daemon runs: press s to start one'));
  expect(daemonsOf(shell)).toEqual([]);
  await window.press('s');
  await window.until('the next daemon', (all) => /· healthy · pid \d+/.test(all) && all.includes('Server started'));
  const second = daemonOf(shell);
  expect((await window.until('its pid', healthy(second.pid))).text).toContain(`Started by this panel (pid ${first.pid} → ${second.pid})`);
});

test.runIf(has('tmux'))('a stop elsewhere is told with who asked for it, also to a panel that comes later', async () => {
  await using shell = cli();
  await shell.ok('start');
  const { pid } = daemonOf(shell);
  await using window = await panel(shell);
  await window.until('the panel to attach', healthy(pid));
  const stopping = shell.start(['stop']);
  expect((await stopping.done).exit).toBe(0);
  await window.until('who stopped it', (all) => all.includes(`pid ${pid} was stopped by pid ${stopping.pid}: browse stop`));
  await window.press('q');
  await window.until('the shell', (all) => all.includes('No daemon runs\n<left 0>'));
});

test.runIf(has('tmux'))('r refreshes in place, "last refreshed Ns ago" counts on, and a number refreshes one service', async () => {
  await using shell = cli();
  await shell.ok('start');
  const daemon = daemonOf(shell);
  await using window = await panel(shell);
  await window.until('the panel to attach', healthy(daemon.pid));
  const number = /^(\d) logs /m.exec((await window.lines()).join('\n'))?.[1];
  await window.press(String(number));
  await window.until(
    'one service',
    (all) => /^\d logs {4}idle {4}last refreshed \d+s ago/m.test(all) && all.includes('Refreshed logs in place'),
  );
  expect((await window.lines()).join('\n')).toMatch(/^1 browser .* not refreshed yet/m);
  await window.press('r');
  await window.until('everything', (all) => all.includes('Refreshed everything in place'));
  const counted = new Set<number>();
  await window.until('the seconds to be counted', (all) => {
    const seconds = /^1 browser .*last refreshed (\d+)s ago/m.exec(all)?.[1];
    if (seconds !== undefined) counted.add(Number(seconds));
    return counted.size >= 3;
  });
  expect(daemonOf(shell)).toMatchObject({ pid: daemon.pid, birth: daemon.birth });
});

test.runIf(has('tmux'))('R restarts, and asks first when a command runs; s stops only after y', async () => {
  await using site = await serve();
  await using shell = cli();
  await shell.ok('goto', `${site.origin}/form.html`);
  const first = daemonOf(shell);
  await using window = await panel(shell);
  await window.until('the panel to attach', healthy(first.pid));
  const waiting = shell.start(['wait', '--text', 'never-there', '--timeout', '60000']);
  await window.until('the command that runs', (all) => all.includes('Running: wait in tab 1'));
  await window.press('R');
  await window.until('the question', (all) => all.includes('[y/n] Restart? 1 command runs and will be cut short.'));
  await window.press('n');
  await window.until('nothing to happen', (all) => all.includes('Nothing was done'));
  expect(alive(first)).toBe(true);
  waiting.child.kill('SIGINT');
  await waiting.done;
  await window.until('nothing to run', (all) => all.includes('Running: nothing'));
  await window.press('R');
  await window.until('the restart', (all) => all.includes(`Restarted (pid ${first.pid} → `));
  const second = daemonOf(shell);
  await window.until('the next daemon', (all) => healthy(second.pid)(all) && all.includes('Restarted by this panel'));
  // Its tabs are there again.
  await eventually('the tab', async () => (await statusOf(shell)).tabs === 1, 20_000);
  await window.press('s');
  await window.until('the question', (all) => all.includes('[y/n] Stop the daemon and its browser?'));
  await window.press('y');
  await window.until(
    'the stop',
    (all) => all.startsWith('browse · not running') && all.includes(`pid ${second.pid} was stopped by this panel`),
  );
  expect(daemonsOf(shell)).toEqual([]);
});

test.runIf(has('tmux'))('what a page says steers nothing: it stays one row, cut to the terminal, and the filter finds it', async () => {
  const forged = String.raw`'\u001b[2J\u001b[Hbrowse · not running · pid 1\n\u202etxet ' + '漢字'.repeat(200)`;
  await using site = await serve({ '/': `<meta charset=utf-8><script>console.log(${forged}); console.log('needle')</script>` });
  await using shell = cli();
  await shell.ok('goto', site.origin);
  const { pid } = daemonOf(shell);
  await using window = await panel(shell, { columns: 120, rows: 20 });
  const { text: shown } = await window.until('the rows', (all) => all.includes('needle') && all.includes('漢字'));
  const lines = shown.split('\n');
  expect(lines).toHaveLength(20);
  expect(healthy(pid)(lines[0] ?? '')).toBe(true);
  expect(lines.filter((line) => line.includes('漢字'))).toEqual([expect.stringMatching(/\[log\] \\u001b\[2J.*\\n\\u202etxet .*…$/)]);
  expect(lines.at(-1)).toMatch(/^q quit/);
  await window.press('/');
  await window.type('/NEED.E/');
  await window.until('what is typed', (all) => all.includes('Filter (text or /re/): /NEED.E/_'));
  await window.press('Enter');
  await window.until('the filter', (all) => /log: all · filter \/NEED\.E\/ · 1 of \d+ rows/.test(all) && !all.includes('漢字'));
  await window.press('Escape');
  await window.until('no filter', (all) => !all.includes('filter /NEED') && all.includes('漢字'));
  await window.press('l');
  await window.until('one source', (all) => /log: network/.test(all) && !all.includes('needle') && all.includes('[network] #1 GET'));
});

test.runIf(has('tmux'))('a terminal of 40 columns and 10 rows, one of 200, and from one to the other: nothing wraps', async () => {
  await using shell = cli();
  await shell.ok('start');
  const { pid } = daemonOf(shell);
  await shell.ok('goto', `data:text/html,${'x'.repeat(300)}`);
  await using window = await panel(shell, { columns: 40, rows: 10, env: { NO_COLOR: '1' } });
  const small = await window.until('the panel', (all) => healthy(pid)(all) && all.includes('[command]'));
  const lines = small.text.split('\n');
  expect(lines).toHaveLength(10);
  expect(lines[0]).toBe(/^browse · healthy · pid \d+ · up \d+s/.exec(lines[0] ?? '')?.[0]);
  expect(lines.at(-1)).toBe('q quit · r refresh · R restart · s stop');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
  await window.resize(200, 30);
  const large = await window.until('the larger one', (all) => /^─* ?.*─{100,}$/m.test(all) && all.includes('1-9 refresh one'));
  expect(large.text.split('\n').filter((line) => line.startsWith('q quit'))).toHaveLength(1);
  expect(large.text).toMatch(/^1 browser .*headless$/m);
  await window.resize(40, 10);
  const again = await window.until(
    'the smaller one',
    (all) => all.split('\n').at(-1) === 'q quit · r refresh · R restart · s stop' && healthy(pid)(all),
  );
  expect(again.text.split('\n').filter((line) => line.startsWith('browse · '))).toHaveLength(1);
});

test.runIf(has('tmux'))('the terminal is given back on SIGTERM, and the daemon runs on', async () => {
  await using shell = cli();
  await shell.ok('start');
  const daemon = daemonOf(shell);
  await using window = await panel(shell);
  await window.until('the panel', healthy(daemon.pid));
  expect(await window.alternate()).toBe(true);
  const client = shell.processes().find(({ command }) => / up ?$/.test(command) && command.startsWith(shell.binary));
  process.kill(client?.pid ?? -1, 'SIGTERM');
  await window.until('the shell', (all) => all.includes('<left 143>'));
  expect(await window.alternate()).toBe(false);
  // The cursor, and the echo of what is typed.
  await window.type('still here');
  await window.until('an echo', (all) => all.includes('still here'));
  expect(alive(daemon)).toBe(true);
});

test.runIf(has('tmux'))('the terminal is given back when something of ours breaks, which is said as a bug', async () => {
  await using shell = cli();
  await shell.ok('start');
  const daemon = daemonOf(shell);
  // From source, where something can be made to break.
  const breaking = `data:text/javascript,process.on("SIGUSR2",()=>{throw new Error("boom")})`;
  await using window = await screen(`"${process.execPath}" --import '${breaking}' "${ROOT}/browse/main.ts" up`, {
    cwd: shell.cwd,
    env: { ...shell.env, TERM: 'screen-256color' },
    folder: shell.root,
  });
  await window.until('the panel', healthy(daemon.pid), 60_000);
  expect(await window.alternate()).toBe(true);
  const client = shell.processes().find(({ command }) => command.includes('main.ts up') && command.startsWith(process.execPath));
  process.kill(client?.pid ?? -1, 'SIGUSR2');
  await window.until('the shell', (all) => all.includes('Something in browse itself failed: boom. Run: browse doctor\n<left 70>'));
  expect(await window.alternate()).toBe(false);
  expect(alive(daemon)).toBe(true);
});

test('up --json gives an object for each change, ends with who reads it, and without a terminal there are lines', async () => {
  await using site = await serve({ '/': `<script>console.log('hello \\n there')</script>` });
  await using shell = cli();
  const following = shell.start(['up', '--json']);
  const objects = (): readonly Record<string, unknown>[] =>
    following
      .output()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  await eventually('the daemon', () => objects().some(({ kind, state }) => kind === 'daemon' && state === 'healthy'), 20_000);
  const daemon = daemonOf(shell);
  await shell.ok('goto', site.origin);
  await eventually('a row', () => following.output().includes('hello'));
  expect(objects().filter(({ kind }) => kind === 'services')[0]).toMatchObject({
    services: expect.arrayContaining([expect.objectContaining({ name: 'browser' }), expect.objectContaining({ name: 'logs' })]),
  });
  expect(objects().find(({ event }) => (event as { text?: string } | undefined)?.text?.startsWith('hello'))).toMatchObject({
    kind: 'row',
    source: 'console',
  });
  expect(following.output()).not.toContain(recordOf(shell).token);
  const stopping = shell.start(['stop']);
  await stopping.done;
  await eventually('the end', () => objects().some(({ state }) => state === 'not running'));
  expect(objects().at(-1)).toMatchObject({ news: `pid ${daemon.pid} was stopped by pid ${stopping.pid}: browse stop`, pid: null });
  following.child.kill('SIGINT');
  expect((await following.done).exit).toBe(130);

  await shell.ok('start');
  const piped = spawn('bash', ['-c', '"$0" up | head -2; echo "${PIPESTATUS[0]}"', shell.binary], {
    cwd: shell.cwd,
    env: shell.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said = text(piped.stdout);
  const over = once(piped, 'close');
  while (piped.exitCode === null) await shell.ok('url');
  await over;
  const lines = (await said).trimEnd().split('\n');
  expect(lines[0]).toMatch(
    /^\[[\dT:.-]+Z\] daemon: healthy, pid \d+, up \d+ s, \d sessions?, \d tabs?; Attached to pid \d+, started by pid \d+: browse start$/,
  );
  expect(lines[1]).toMatch(/^\[[\dT:.-]+Z\] services: /);
  expect(lines.at(-1)).toBe('0');
});

test.runIf(has('tmux'))(
  'in a terminal that draws nothing, and in CI, there are lines; what lies in the folder changes nothing',
  async () => {
    await using shell = cli();
    await shell.ok('start');
    // Ink looks for a debugger when a variable says so.
    for (const name of ['react-devtools-core', 'ink', 'react', 'yoga-layout']) {
      const folder = join(shell.cwd, 'node_modules', name);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'index.js'), `require('node:fs').writeFileSync(${JSON.stringify(join(shell.root, 'marker'))}, 'ran')`);
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, main: 'index.js' }));
    }
    const drawn = (all: string): boolean => all.startsWith('browse · healthy · pid ');
    const lines = (all: string): boolean =>
      /^\[[^\]]+Z\] daemon: healthy, pid \d+/m.test(all) && /^\[[^\]]+Z\] running: nothing$/m.test(all);
    for (const [env, shown, key] of [
      [{ TERM: 'dumb' }, lines, 'C-c'],
      [{ CI: '1' }, lines, 'C-c'],
      [{ DEV: 'true' }, drawn, 'q'],
    ] as const) {
      await using window = await panel(shell, { env });
      await window.until('what it shows', shown);
      expect(await window.alternate()).toBe(shown === drawn);
      await window.press(key);
      await window.until('the shell', (all) => /<left (?:0|130)>/.test(all));
    }
    expect(existsSync(join(shell.root, 'marker'))).toBe(false);
  },
);

test.runIf(has('tmux'))('up --no-autostart starts nothing, and a panel that waits keeps a daemon from its idle end', async () => {
  await using shell = cli();
  await using window = await panel(shell, { argv: '--no-autostart' });
  await window.until('that none runs', (all) => all.startsWith('browse · not running') && all.includes('No daemon runs'));
  expect(shell.record()).toBeNull();
  await shell.ok('start', '--idle', '5s');
  const daemon = daemonOf(shell);
  await window.until('the daemon', healthy(daemon.pid));
  await window.until('it to be older than it may be idle', (all) => /· up 1[1-9]s/.test(all));
  expect(alive(daemon)).toBe(true);
  await window.press('q');
  await window.until('the shell', (all) => all.includes('<left 0>'));
  await eventually('the end of a daemon that nobody watches', () => look(daemon.pid) === null, 10_000);
});
