import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Refreshed } from '../../browse/protocol/status.ts';
import { cli } from '../support/cli.ts';
import { browserOf, daemonOf, recordOf, statusOf } from '../support/daemons.ts';
import { has } from '../support/facilities.ts';
import { alive, eventually, look } from '../support/processes.ts';
import { ask, curl, socketOf } from '../support/raw.ts';
import { within } from '../support/patience.ts';
import { rounds } from '../support/rounds.ts';
import { serve } from '../support/site.ts';

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

test('D-01: refresh changes no pid, socket, connection, browser, tab, cookie or page', async () => {
  await using site = await serve();
  await using shell = cli();
  using agent = Object.assign(new Agent({ keepAlive: true, maxSockets: 1 }), { [Symbol.dispose]: () => agent.destroy() });
  await shell.ok('goto', `${site.origin}/cookie?kept=1`);
  await shell.ok('js', "sessionStorage.setItem('kept', 'yes'); window.sameDocument = 'yes'; 1");
  await shell.ok('newtab', `${site.origin}/links.html`);
  const look1 = async (): Promise<unknown> => {
    const { process, endpoint, token, nonce } = recordOf(shell);
    return {
      process,
      endpoint,
      token,
      nonce,
      socket: statSync(socketOf(recordOf(shell))).ino,
      browser: (await browserOf(shell)).birth,
      tabs: await shell.ok('tabs'),
      page: await shell.ok('js', '[sessionStorage.kept, window.sameDocument, document.cookie].join()', '--tab', '1'),
    };
  };
  expect((await ask(recordOf(shell), '/v1/ping', { method: 'GET', agent })).reused).toBe(false);
  const before = await look1();
  for (let round = 0; round < rounds(30, 3); round += 1)
    expect(await shell.ok('refresh')).toMatch(new RegExp(`^Refreshed in place \\(pid ${recordOf(shell).process.pid}\\)`));
  expect(await look1()).toEqual(before);
  expect((await ask(recordOf(shell), '/v1/ping', { method: 'GET', agent })).reused).toBe(true);
});

test('a HAR recording and somebody who follows the log go on through a refresh, and miss nothing', async () => {
  await using site = await serve();
  await using shell = cli();
  await shell.ok('goto', `${site.origin}/status/201`);
  await shell.ok('har', 'start');
  const following = shell.start(['logs', '-f', '--no-fence', '--source', 'network']);
  await eventually('what was there', () => following.output().includes('/status/201 → 201'));
  const slow = site.hold('/status/202');
  await shell.ok('js', `void fetch('/status/202'); 1`);
  await slow.arrived;
  for (const [round, status] of ['203', '206', '208'].entries()) {
    await shell.ok('refresh', ...(round === 0 ? [] : ['logs']));
    await shell.ok('js', `fetch('/status/${status}').then((answer) => answer.status)`);
    await eventually(`what came after refresh ${round + 1}`, () => following.output().includes(`/status/${status} → ${status}`));
  }
  slow.release();
  await eventually('what was under way all the time', () => following.output().includes('/status/202 → 202'));
  following.child.kill('SIGINT');
  expect((await following.done).exit).toBe(130);
  await shell.ok('har', 'stop', 'a.har');
  const har = JSON.parse(readFileSync(join(shell.cwd, 'a.har'), 'utf8')) as {
    readonly log: { readonly entries: readonly { readonly response: { readonly status: number } }[] };
  };
  expect(har.log.entries.map(({ response }) => response.status).toSorted()).toEqual([202, 203, 206, 208]);
});

test('D-50: status has refreshedAt, null before the first refresh', async () => {
  await using shell = cli();
  await shell.ok('start');
  expect((await statusOf(shell)).refreshedAt).toBeNull();
  expect((await shell.json('check'))['refreshedAt']).toBeNull();
  const refreshed = await shell.json<Refreshed>('refresh');
  expect(refreshed.refreshedAt).toMatch(ISO);
  expect((await shell.json('check'))['refreshedAt']).toBe(refreshed.refreshedAt);
  expect(await shell.ok('status')).toMatch(/\d+s ago/);
});

test.runIf(has('curl'))('D-28: POST /refresh answers 200 with ok and the time, and /stop in the same shape', async () => {
  await using shell = cli();
  await shell.ok('start');
  const record = recordOf(shell);
  const refreshed = await curl(record, '/refresh', '--request', 'POST');
  expect(refreshed.status).toBe(200);
  expect(JSON.parse(refreshed.body)).toMatchObject({ ok: true, refreshedAt: expect.stringMatching(ISO) });
  const { refreshedAt } = JSON.parse(refreshed.body) as Refreshed;
  const daemon = daemonOf(shell);
  const stopped = await curl(record, '/stop', '--request', 'POST');
  expect(stopped.status).toBe(200);
  expect(JSON.parse(stopped.body)).toMatchObject({ ok: true, refreshedAt });
  expect((await shell.run(['stop'])).exit).toBe(0);
  expect(alive(daemon)).toBe(false);
});

test.runIf(has('curl'))('nothing is done by GET: refresh and stop are refused, and nothing changed', async () => {
  await using shell = cli();
  await shell.ok('start');
  for (const path of ['/refresh', '/stop', '/v1/stop', '/v1/refresh', '/v1/url']) {
    expect((await curl(recordOf(shell), path)).status).toBe(404);
  }
  expect((await statusOf(shell)).refreshedAt).toBeNull();
});

test.runIf(has('curl'))('D-33: refresh with a broken settings file fails with the reason, and refreshedAt stays', async () => {
  await using shell = cli();
  await shell.ok('useragent', 'Kept/1');
  const first = await shell.json<Refreshed>('refresh');
  const settings = join(shell.home, 'run/settings.json');
  const good = readFileSync(settings, 'utf8');
  writeFileSync(settings, '{"sessions": ');
  const broken = await shell.run(['refresh']);
  expect(broken.exit, String(broken)).toBe(4);
  expect(broken.stdout).toBe('');
  expect(broken.stderr).toContain('Nothing was refreshed: ');
  expect(broken.stderr).toContain('settings.json');
  expect((await statusOf(shell)).refreshedAt).toBe(first.refreshedAt);
  expect((await curl(recordOf(shell), '/refresh', '--request', 'POST')).status).not.toBe(200);
  // What is in memory stays.
  expect(await shell.ok('js', 'navigator.userAgent')).toBe('Kept/1');
  writeFileSync(settings, good);
  expect((await shell.run(['refresh'])).exit).toBe(0);
  expect((await statusOf(shell)).refreshedAt).not.toBe(first.refreshedAt);
});

test('refresh names what changed, by value', async () => {
  await using shell = cli();
  await shell.ok('useragent', 'One/1', '--session', 'named');
  expect((await shell.json<Refreshed>('refresh')).changed).toEqual([]);
  const settings = join(shell.home, 'run/settings.json');
  writeFileSync(settings, readFileSync(settings, 'utf8').replace('One/1', 'Two/2'));
  const refreshed = await shell.json<Refreshed>('refresh');
  expect(refreshed.changed).toHaveLength(1);
  expect(refreshed.changed[0]).toContain('named');
});

test('refresh with no daemon is an error of its own', async () => {
  await using shell = cli();
  const down = await shell.run(['refresh']);
  expect(down.exit, String(down)).toBe(4);
  expect(down.stderr).toContain('No daemon is running');
  expect(down.stderr).toContain('browse start');
  expect(shell.record()).toBeNull();
});

test('D-35: refresh --hard replaces the daemon with the same flags, environment and log', async () => {
  await using shell = cli({ env: { BROWSE_CLOSE_DEADLINE: '1500' } });
  await shell.ok('start', '--idle', '50m');
  const before = daemonOf(shell);
  const log = join(shell.home, 'daemon.log');
  const logged = statSync(log);
  // Another shell with another environment: the daemon keeps its own.
  const hard = await shell.run(['refresh', '--hard'], { env: { BROWSE_CLOSE_DEADLINE: undefined, TZ: 'Asia/Tokyo' } });
  expect(hard.exit, String(hard)).toBe(0);
  const after = daemonOf(shell);
  expect(after.pid).not.toBe(before.pid);
  expect(alive(before)).toBe(false);
  expect(after.command.replace(/--ticket \S+ --by \{[^}]*\}/, '')).toBe(before.command.replace(/--ticket \S+ --by \{[^}]*\}/, ''));
  const variables = (text: string): readonly string[] => text.split('\0').filter(Boolean).sort();
  expect(variables(after.environment)).toEqual(variables(before.environment));
  expect(statSync(log).ino).toBe(logged.ino);
  expect(statSync(log).size).toBeGreaterThan(logged.size);
});

test('D-47: a goto under way goes on through a refresh', async () => {
  await using site = await serve();
  await using shell = cli();
  await shell.ok('start');
  const gate = site.hold('/form.html');
  const going = shell.start(['goto', `${site.origin}/form.html`]);
  await gate.arrived;
  const refreshed = await shell.run(['refresh'], { limit: 10_000 });
  expect(refreshed.exit, String(refreshed)).toBe(0);
  gate.release();
  const run = await going.done;
  expect(run.exit, String(run)).toBe(0);
  expect(run.stdout).toBe(`Navigated to ${site.origin}/form.html (200)\n`);
});

test('D-47: a goto that never ends cannot hold up a refresh or a stop', async () => {
  await using site = await serve();
  await using shell = cli();
  await shell.ok('start');
  const daemon = daemonOf(shell);
  const going = shell.start(['goto', `${site.origin}/never`]);
  await site.seen('/never');
  expect((await shell.run(['refresh'])).ms).toBeLessThan(within(1_000));
  const stopped = await shell.run(['stop']);
  expect(stopped.exit, String(stopped)).toBe(0);
  expect(stopped.ms).toBeLessThan(within(3_000));
  expect(look(daemon.pid)).toBeNull();
  const run = await going.done;
  expect(run.exit, String(run)).toBe(4);
  expect(run.stderr).toContain('may be given again');
  expect(site.count('/never')).toBe(1);
  expect(shell.record()).toBeNull();
});
