import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, type Cli, type Run } from '../support/cli.ts';
import { browserOf, daemonOf, freeze, recordOf, statusOf } from '../support/daemons.ts';
import { alive, end, eventually } from '../support/processes.ts';
import { argvBody, ask, proxy, socketOf, type Fate, type Proxy } from '../support/raw.ts';
import { rounds } from '../support/rounds.ts';
import { within } from '../support/patience.ts';
import { serve, type Site } from '../support/site.ts';

/** What the command itself says became of it. */
type Word = 'ran' | 'did not run' | 'may have run';

function word({ exit, stderr, stdout }: Run): Word {
  const said = stderr + stdout;
  if (exit === 0) return 'ran';
  if (/may have run/.test(said)) return 'may have run';
  if (/did not run|nothing was run/i.test(said)) return 'did not run';
  throw new Error(`neither ran nor did not run nor may have run: exit ${exit}\n${said}`);
}

/** How many clicks are honest for what was said. */
function fits(said: Word, clicks: number): boolean {
  return said === 'ran' ? clicks === 1 : said === 'did not run' ? clicks === 0 : clicks <= 1;
}

/** Clicks the page has counted; asked behind whatever waits in the tab's queue. */
async function clicks(shell: Cli): Promise<number> {
  return Number(await shell.ok('js', "document.getElementById('count').textContent"));
}

async function counter(shell: Cli, site: Site): Promise<void> {
  await shell.ok('goto', `${site.origin}/counter.html`);
}

test('a click sent to a frozen daemon is reported in time, and what was said of it is true', async () => {
  await using site = await serve();
  await using shell = cli();
  await counter(shell, site);
  for (let round = 0; round < rounds(10, 1); round++) {
    const before = await clicks(shell);
    const frozen = freeze(daemonOf(shell));
    const click = await shell.run(['click', '#button', '--timeout', '1500']);
    expect(click.exit, String(click)).toBe(4);
    expect(click.ms, String(click)).toBeLessThan(within(3_500));
    frozen.release();
    expect(fits(word(click), (await clicks(shell)) - before), String(click)).toBe(true);
  }
});

test('a click whose daemon freezes and goes on in time is clicked once', async () => {
  await using site = await serve();
  await using shell = cli();
  await counter(shell, site);
  for (let round = 0; round < rounds(10, 1); round++) {
    const before = await clicks(shell);
    const frozen = freeze(daemonOf(shell));
    const running = shell.start(['click', '#button']);
    const since = performance.now();
    // Long enough for the client to have begun to wonder.
    await eventually('the client to wonder', () => performance.now() - since > 2_200 || running.child.exitCode !== null);
    frozen.release();
    const click = await running.done;
    expect(click.exit, String(click)).toBe(0);
    expect((await clicks(shell)) - before).toBe(1);
  }
});

test('a click typed while the daemon drains is not clicked there, and says what it met afterwards', async () => {
  await using site = await serve();
  await using shell = cli({ env: { BROWSE_CLOSE_DEADLINE: '2500' } });
  await counter(shell, site);
  using _frozen = freeze(await browserOf(shell));
  const stopping = shell.start(['stop']);
  await eventually('the daemon to drain', () => shell.record()?.state === 'draining');
  const click = await shell.run(['click', '#button', '--timeout', '3000']);
  expect(click.exit, String(click)).not.toBe(0);
  expect((await stopping.done).exit).toBe(0);
  expect(site.count('/event')).toBe(0);
});

test('a restart while clicks are under way: each click says what became of it, and the page agrees', async () => {
  await using site = await serve();
  await using shell = cli();
  for (let round = 0; round < rounds(10, 1); round++) {
    await counter(shell, site);
    const before = site.count('/event');
    const running = Array.from({ length: 6 }, () => shell.start(['click', '#button', '--timeout', '3000']));
    await site.seen('/event', before + 1);
    const restarted = await shell.run(['restart']);
    expect(restarted.exit, String(restarted)).toBe(0);
    const runs = await Promise.all(running.map(({ done }) => done));
    const said = runs.map((run) => (run.exit === 1 ? 'did not run' : word(run)));
    const ran = said.filter((each) => each === 'ran').length;
    const maybe = said.filter((each) => each === 'may have run').length;
    const counted = site.count('/event') - before;
    expect(counted, runs.map(String).join('\n')).toBeGreaterThanOrEqual(ran);
    expect(counted, runs.map(String).join('\n')).toBeLessThanOrEqual(ran + maybe);
  }
});

test('a click that waits behind another command is dropped when its client is killed', async () => {
  await using site = await serve();
  await using shell = cli();
  await counter(shell, site);
  const waiting = shell.start(['wait', '--fn', 'window.go === true']);
  await eventually('the wait to run', async () => (await statusOf(shell)).running.some(({ command }) => command === 'wait'));
  const click = shell.start(['click', '#button']);
  await eventually('the click to wait', async () => (await statusOf(shell)).running.some(({ command }) => command === 'click'));
  click.child.kill('SIGKILL');
  await click.done;
  await eventually('the click to be dropped', async () => !(await statusOf(shell)).running.some(({ command }) => command === 'click'));
  waiting.child.kill('SIGINT');
  const cut = await waiting.done;
  expect(cut.exit, String(cut)).toBe(130);
  expect(await clicks(shell)).toBe(0);
});

test('a client killed in the middle of its command frees the tab for the next one', async () => {
  await using site = await serve();
  await using shell = cli();
  await counter(shell, site);
  const waiting = shell.start(['wait', '--text', 'never there', '--timeout', '60000']);
  await eventually('the wait to run', async () => (await statusOf(shell)).running.some(({ command }) => command === 'wait'));
  waiting.child.kill('SIGKILL');
  await waiting.done;
  const next = await shell.run(['js', '1+1']);
  expect(next.exit, String(next)).toBe(0);
  expect(next.ms).toBeLessThan(within(1_500));
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s in the middle of a click that cannot happen yet: it did not run', async (signal) => {
  await using site = await serve({ '/waits': '<button disabled onclick="fetch(\'/event\')">Later</button>' });
  await using shell = cli();
  await shell.ok('goto', `${site.origin}/waits`);
  const click = shell.start(['click', 'button', '--timeout', '20000']);
  await eventually('the click to run', async () => (await statusOf(shell)).running.some(({ command }) => command === 'click'));
  click.child.kill(signal);
  const run = await click.done;
  expect(run.exit, String(run)).toBe(signal === 'SIGINT' ? 130 : 143);
  expect(run.stderr).toMatch(/did not run|may have run/);
  expect(run.ms).toBeLessThan(within(5_000));
  const since = performance.now();
  expect(await shell.ok('js', "document.querySelector('button').disabled = false; 1")).toBe('1');
  expect(performance.now() - since).toBeLessThan(within(1_200));
  expect(await shell.ok('js', '1+1')).toBe('2');
  expect(site.count('/event')).toBe(0);
});

/** Puts a proxy before the daemon: the record leads there from now on. */
async function inBetween(shell: Cli, fate: (line: string) => Fate): Promise<Proxy> {
  const record = recordOf(shell);
  const path = join(shell.home, 'run/proxy.sock');
  const between = await proxy(path, socketOf(record), fate);
  writeFileSync(join(shell.home, 'run/daemon.json'), JSON.stringify({ ...record, endpoint: { kind: 'unix', path } }), { mode: 0o600 });
  return between;
}

/** As it was before the proxy. */
function direct(shell: Cli, text: string): void {
  writeFileSync(join(shell.home, 'run/daemon.json'), text, { mode: 0o600 });
}

const isCommand = (line: string): boolean => line.includes('/v1/argv');

test('the answer is lost: the client asks what became of the click and tells the truth', async () => {
  await using site = await serve();
  await using shell = cli();
  await counter(shell, site);
  const text = readFileSync(join(shell.home, 'run/daemon.json'), 'utf8');
  {
    await using between = await inBetween(shell, (line) => (isCommand(line) ? 'lose-answer' : 'pass'));
    const click = await shell.run(['click', '#button']);
    expect(fits(word(click), 1), String(click)).toBe(true);
    expect(between.requests.filter(isCommand)).toHaveLength(1);
  }
  direct(shell, text);
  expect(await clicks(shell)).toBe(1);
});

test('the answer is lost and nobody can be asked: it may have run, and it is not tried again', async () => {
  await using site = await serve();
  await using shell = cli();
  await counter(shell, site);
  const text = readFileSync(join(shell.home, 'run/daemon.json'), 'utf8');
  {
    let commands = 0;
    await using between = await inBetween(shell, (line) =>
      isCommand(line) ? (commands++, 'lose-answer') : commands > 0 ? 'lose-request' : 'pass',
    );
    const click = await shell.run(['click', '#button']);
    expect(click.exit, String(click)).toBe(4);
    expect(word(click)).toBe('may have run');
    expect(click.ms).toBeLessThan(within(6_000));
    expect(between.requests.filter(isCommand)).toHaveLength(1);
  }
  direct(shell, text);
  expect(await clicks(shell)).toBe(1);
});

test('the request itself is lost: never reported as done, and never clicked twice', async () => {
  await using site = await serve();
  await using shell = cli();
  await counter(shell, site);
  const text = readFileSync(join(shell.home, 'run/daemon.json'), 'utf8');
  let commands = 0;
  let click: Run;
  {
    await using _between = await inBetween(shell, (line) => (isCommand(line) && commands++ === 0 ? 'lose-request' : 'pass'));
    click = await shell.run(['click', '#button']);
  }
  direct(shell, text);
  expect(fits(word(click), await clicks(shell)), String(click)).toBe(true);
});

test('the daemon is killed under a click: it may have run, and it is not tried again on the next daemon', async () => {
  await using site = await serve();
  await using shell = cli();
  await counter(shell, site);
  const daemon = daemonOf(shell);
  await shell.ok('js', "document.getElementById('button').addEventListener('click', () => { for (;;); }, true); 1");
  const click = shell.start(['click', '#button', '--timeout', '20000']);
  await eventually('the click to run', async () => (await statusOf(shell)).running.some(({ command }) => command === 'click'));
  end(daemon);
  const run = await click.done;
  expect(run.exit, String(run)).toBe(4);
  expect(word(run)).toBe('may have run');
  expect(alive(daemon)).toBe(false);
});

test('the same id is accepted once, whatever way it comes in by', async () => {
  await using site = await serve();
  await using shell = cli();
  await counter(shell, site);
  const record = recordOf(shell);
  const body = argvBody(['click', '#button'], undefined, shell.cwd);
  const answers = await Promise.all(Array.from({ length: 5 }, () => ask(record, '/v1/argv', { body })));
  expect(answers.filter(({ status, body: text }) => status === 200 && (JSON.parse(text) as { exit: number }).exit === 0)).toHaveLength(1);
  const again = await ask(record, '/v1/argv', { body });
  expect(again.body).toContain('repeated');
  expect(await clicks(shell)).toBe(1);
});

test('an id that was asked about before it came is not run any more', async () => {
  await using site = await serve();
  await using shell = cli();
  await counter(shell, site);
  const id = crypto.randomUUID();
  const fate = await ask(recordOf(shell), '/v1/fate', { body: JSON.stringify({ id }) });
  expect(JSON.parse(fate.body)).toEqual({ state: 'unknown' });
  const late = await ask(recordOf(shell), '/v1/argv', { body: argvBody(['click', '#button'], id) });
  expect(late.body).toContain('repeated');
  expect(await clicks(shell)).toBe(0);
});
