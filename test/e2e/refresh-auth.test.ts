/** Credentials that the configured command mints: given to the sessions that are there, and told nobody. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { statusOf } from '../support/daemons.ts';
import { eventually } from '../support/processes.ts';
import { project, state } from '../support/projects.ts';
import { serve } from '../support/site.ts';

test('D-56: refresh-auth mints by the configured command, written or printed, and reseeds in place without a restart', async () => {
  await using site = await serve({ '/': '<title>page</title>' });
  await using user = project();
  const minted = JSON.stringify(state(site.origin, 'PLANTED-$MY_TOKEN-$n', 'stored-$n')).replaceAll('"', String.raw`\"`);
  const mint = (where: string): string =>
    `n=$(($(cat count 2>/dev/null || echo 0) + 1)); echo $n > count; echo PLANTED-talk >&2; echo "${minted}" ${where}`;
  user.put('browse.config.json', { baseUrl: site.origin, storageState: 'auth.json', refreshAuth: mint('> auth.json; echo PLANTED-talk') });
  await user.ok('trust');
  const first = await user.run(['goto', '/']);
  expect(first.stderr).toContain('there is no ' + join(user.cwd, 'auth.json') + ' yet');
  await user.ok('js', "window.sameDocument = 'yes'");
  const page = (): Promise<string> => user.ok('js', '[document.cookie, localStorage.kept, window.sameDocument].join()');
  const { pid, browsers, tabs } = await statusOf(user);
  const env = { MY_TOKEN: 'mine' };

  const said: string[] = [];
  const run = await user.run(['refresh-auth'], { env });
  said.push(run.stdout, run.stderr);
  expect(run.exit, String(run)).toBe(0);
  expect(run.stdout).toBe(`Minted ${user.cwd}/auth.json\nCookies and storage of session ${await user.session()} were replaced\n`);
  expect(await page()).toBe('login=PLANTED-mine-1,stored-1,yes');

  user.put('browse.config.json', { baseUrl: site.origin, storageState: 'auth.json', refreshAuth: ['/bin/sh', '-c', mint('')] });
  await user.ok('trust');
  const again = await user.run(['refresh-auth', '--json'], { env });
  said.push(again.stdout, again.stderr);
  expect(JSON.parse(again.stdout)).toEqual({ file: `${user.cwd}/auth.json`, reseated: [await user.session()], failed: [] });
  expect(await page()).toBe('login=PLANTED-mine-2,stored-2,yes');
  expect(statSync(join(user.cwd, 'auth.json')).mode & 0o777).toBe(0o600);
  // A session that begins now has them too.
  expect(await user.ok('goto', '/', '--session', 'next')).toContain('Navigated');
  expect(await user.ok('js', 'document.cookie', '--session', 'next')).toBe('login=PLANTED-mine-2');

  const now = await statusOf(user);
  expect([now.pid, now.browsers[0]?.pid, now.tabs]).toEqual([pid, browsers[0]?.pid, tabs + 1]);
  expect(said.join('')).not.toContain('PLANTED');
  const holding = readdirSync(user.home, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(user.home, name);
    return !name.startsWith('tmp/') && statSync(path).isFile() && readFileSync(path).includes('PLANTED');
  });
  expect(holding).toEqual([]);
});

test.each([
  ['echo one >&2; echo "token=$API_TOKEN is $API_TOKEN" >&2; exit 3', 1, 'it ended with status 3: token=**** is ****'],
  ['exec /nowhere/at/all', 1, 'it ended with status 12'],
  [['/nowhere/at/all'], 1, 'it could not be started: '],
  ['true', 1, 'it ended well, but printed no storage state, and there is no '],
  ['echo PLANTED-garbage > auth.json', 1, 'auth.json: it is no storage state'],
  [undefined, 2, 'No refreshAuth is configured'],
])('a command that mints nothing is told of with the reason, and the cookies stay: %j', async (refreshAuth, exit, reason) => {
  await using user = project();
  user.put('browse.config.json', { storageState: 'auth.json', ...(refreshAuth === undefined ? {} : { refreshAuth }) });
  await user.ok('trust');
  const run = await user.run(['refresh-auth'], { env: { API_TOKEN: 'PLANTED-token' } });
  expect([run.exit, run.stdout, run.stderr], String(run)).toEqual([exit, '', expect.stringContaining(reason)]);
  expect(run.stderr).not.toContain('PLANTED');
  expect(run.stderr.trim().split('\n')).toHaveLength(1);
});

test('one that never ends is ended in time with all that it started, by its time-out and by its caller leaving', async () => {
  await using user = project();
  user.put('browse.config.json', { storageState: 'auth.json', refreshAuth: 'sleep 1000 & touch begun; sleep 1000' });
  await user.ok('trust');
  const late = await user.run(['refresh-auth', '--timeout', '3s']);
  expect([late.exit, late.stderr], String(late)).toEqual([
    1,
    expect.stringMatching(/^The command of refreshAuth minted nothing: it did not end within \d+ ms\./),
  ]);
  const sleeping = (): number => user.processes().filter(({ command }) => command.startsWith('sleep')).length;
  expect(sleeping()).toBe(0);
  user.drop('begun');
  const running = user.start(['refresh-auth']);
  await eventually('it to begin', () => sleeping() === 2);
  running.child.kill('SIGINT');
  const left = await running.done;
  expect([left.exit, left.stderr], String(left)).toEqual([130, expect.stringContaining('may have run')]);
  await eventually('it to be ended', () => sleeping() === 0);
});

test('an untrusted command never runs', async () => {
  await using user = project();
  user.put('browse.config.json', { storageState: 'auth.json', refreshAuth: 'touch ran' });
  const run = await user.run(['refresh-auth']);
  expect([run.exit, run.stderr]).toEqual([2, expect.stringContaining('No refreshAuth is configured, or its project is not trusted')]);
  expect(readdirSync(user.cwd)).not.toContain('ran');
});
