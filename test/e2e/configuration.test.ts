/** The project's configuration: where values come from, what a refresh does with them, and what it says when it cannot. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Refreshed } from '../../browse/protocol/status.ts';
import { statusOf } from '../support/daemons.ts';
import { eventually } from '../support/processes.ts';
import { project, state } from '../support/projects.ts';
import { serve } from '../support/site.ts';

test('D-20: an edited baseUrl counts after refresh, which names it; the same said otherwise changed nothing', async () => {
  await using one = await serve({ '/': '<title>one</title>' });
  await using two = await serve({ '/': '<title>two</title>', '/deep/page': '<title>deep</title>' });
  await using user = project();
  user.put('browse.config.json', { baseUrl: one.origin });
  expect(await user.ok('goto', '/')).toBe(`Navigated to ${one.origin}/ (200)`);
  const { pid } = await statusOf(user);
  user.put('browse.config.json', { baseUrl: two.origin });
  // Until then nobody looks at the file.
  expect(await user.ok('goto', '/')).toBe(`Navigated to ${one.origin}/ (200)`);
  expect(await user.ok('config')).toContain('The file is another one by now. Run: browse refresh');
  expect(await user.json<Refreshed>('refresh')).toMatchObject({ pid, configChanged: ['baseUrl'], changed: [`${user.cwd}: baseUrl`] });
  expect(await user.ok('goto', '/')).toBe(`Navigated to ${two.origin}/ (200)`);
  expect(await user.ok('title')).toBe('two');
  expect(await user.ok('newtab', '/deep/page')).toBe(`Opened tab 2 → ${two.origin}/deep/page`);
  expect(await user.ok('wait', '--url', '/deep/*')).toBe(`URL is now ${two.origin}/deep/page`);
  user.put('browse.config.json', `// the same\n{"baseUrl": "${two.origin}/",}`);
  expect(await user.json<Refreshed>('refresh')).toMatchObject({ configChanged: [], changed: [], contextReseated: [] });
});

test.each(['default', 'spawned'])('D-21: cookies and storage are replaced in place iff they changed, in the %s browser', async (where) => {
  await using site = await serve({ '/': '<title>page</title>' });
  await using user = project();
  user.put('auth.json', state(site.origin, 'first', 'one'));
  user.put('browse.config.json', { baseUrl: site.origin, storageState: 'auth.json' });
  await user.ok('trust');
  const port = where === 'default' ? null : (await user.json<{ port: number }>('pool', 'spawn')).port;
  if (port !== null) await user.ok('session', '--browser', String(port));
  await user.ok('goto', '/');
  await user.ok('newtab', `${site.origin}/second`);
  const targets = async (): Promise<unknown> =>
    port === null ? [] : ((await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as { id: string }[]).map(({ id }) => id).toSorted();
  const page = (): Promise<string> => user.ok('js', '[document.cookie, localStorage.kept, window.sameDocument].join()', '--tab', '1');
  await user.ok('js', "window.sameDocument = 'yes'", '--tab', '1');
  expect(await page()).toBe('login=first,one,yes');
  // Without whether a page answers at once: a busy machine decides that.
  const tabs = async (): Promise<unknown> =>
    (await user.json<{ tabs: readonly { tab: number; url: string; current: boolean }[] }>('tabs')).tabs.map(({ tab, url, current }) => [
      tab,
      url,
      current,
    ]);
  const before = [await tabs(), await targets()];
  expect((await user.json<Refreshed>('refresh')).contextReseated).toEqual([]);

  user.put('auth.json', state(site.origin, 'second', 'two'));
  const refreshed = await user.json<Refreshed>('refresh');
  expect(refreshed).toMatchObject({ contextReseated: [await user.session()], configChanged: [] });
  expect(JSON.stringify(refreshed)).not.toContain('second');
  expect(await page()).toBe('login=second,two,yes');
  expect([await tabs(), await targets()]).toEqual(before);
  expect((await user.json<Refreshed>('refresh')).contextReseated).toEqual([]);
});

test('D-33: a broken configuration is named with line and reason, changes nothing, and refreshedAt stays', async () => {
  await using site = await serve({ '/': '<title>page</title>' });
  await using user = project();
  user.put('browse.config.json', { baseUrl: site.origin });
  await user.ok('goto', '/');
  const { refreshedAt } = await user.json<Refreshed>('refresh');
  for (const [text, reason] of [
    ['{\n  "baseUrl": "http://elsewhere.test"\n  "idle": 1\n}', 'browse.config.json:3:3: a comma is missing here'],
    ['{\n  "baseUri": 1\n}', 'browse.config.json:2:3: it has an unknown key "baseUri"'],
    ['{"viewport": 3}', 'browse.config.json:1:14: "viewport" is {"width", "height"}'],
  ]) {
    user.put('browse.config.json', text);
    const broken = await user.run(['refresh']);
    expect([broken.exit, broken.stdout], String(broken)).toEqual([4, '']);
    expect(broken.stderr).toContain(`Nothing was refreshed: ${user.cwd}/${reason}`);
    expect((await statusOf(user)).refreshedAt).toBe(refreshedAt);
    expect(await user.ok('goto', '/')).toBe(`Navigated to ${site.origin}/ (200)`);
  }
  // Nor does a file of cookies that is none.
  user.put('auth.json', 'PLANTED');
  user.put('browse.config.json', { baseUrl: site.origin, storageState: 'auth.json' });
  await user.ok('trust');
  const state = await user.run(['refresh']);
  expect([state.exit, state.stderr]).toEqual([4, expect.stringContaining('auth.json: it is no storage state')]);
  expect(state.stderr).not.toContain('PLANTED');
  expect((await statusOf(user)).refreshedAt).toBe(refreshedAt);
});

test('a refresh before the first use of a project reads its configuration too', async () => {
  await using user = project();
  user.put('browse.config.json', '{');
  await user.ok('start');
  const broken = await user.run(['refresh']);
  expect([broken.exit, broken.stderr]).toEqual([4, expect.stringContaining('browse.config.json:1:2: ')]);
});

test('a refresh is for the project it is said in: the broken file of another one is not in its way', async () => {
  await using user = project();
  user.put('other/.git/HEAD', '');
  user.put('other/browse.config.json', { baseUrl: 'http://other.test' });
  const other = { cwd: join(user.cwd, 'other') };
  expect((await user.run(['tabs'], other)).exit).toBe(0);
  user.put('other/browse.config.json', '{');
  await user.ok('tabs');
  expect((await user.run(['refresh'])).exit).toBe(0);
  expect((await user.run(['refresh'], other)).exit).toBe(4);
});

test('browse config tells each value and where it came from: variable, project, your file, default', async () => {
  await using user = project();
  user.put('browse.config.json', '{\n  "baseUrl": "http://project.test",\n  "idle": 5\n}');
  await user.ok('start');
  writeFileSync(
    join(user.home, 'config.json'),
    '{"baseUrl": "http://user.test", "browser": {"proxy": "http://me:PLANTED@proxy.test:8080"}}',
  );
  await user.ok('refresh');
  const file = join(user.cwd, 'browse.config.json');
  expect(await user.value('baseUrl')).toEqual({
    key: 'baseUrl',
    value: 'http://project.test/',
    source: 'project',
    where: `${file}:2:3`,
    unused: null,
  });
  expect(await user.value('idle')).toEqual({
    key: 'idle',
    value: 30 * 60_000,
    source: 'default',
    where: 'default',
    unused: { value: 5 * 60_000, where: `${file}:3:3`, reason: 'untrusted' },
  });
  expect(await user.value('browser.proxy')).toMatchObject({ value: 'http://proxy.test:8080', source: 'user' });
  expect(await user.value('storageState')).toMatchObject({ value: null, source: null });
  const shown = await user.run(['config'], { env: { BROWSE_BASE_URL: 'http://variable.test' } });
  expect(shown.stdout).toMatch(/^ {2}baseUrl +http:\/\/variable\.test\/ \(variable: BROWSE_BASE_URL\)$/m);
  expect(shown.stdout).toMatch(/^ {2}idle +1800000 \(default\); not used: untrusted: 300000 \(.*:3:3\)$/m);
  expect(shown.stdout).not.toContain('PLANTED');
  const wrong = await user.run(['goto', '/'], { env: { BROWSE_BASE_URL: 'javascript:1' } });
  expect([wrong.exit, wrong.stderr]).toEqual([2, expect.stringContaining('BROWSE_BASE_URL is an http or https URL')]);
});

// A14: a configuration file is a manifest.
test('without baseUrl a path is a usage error that says so; a file makes a project without .git, but not of the home, and that is said', async () => {
  await using user = project();
  const none = await user.run(['goto', '/x']);
  expect([none.exit, none.stderr]).toEqual([2, expect.stringContaining('no baseUrl is configured')]);
  expect(none.stderr).toContain('Run: browse config');
  user.drop('.git');
  user.put('browse.config.json', { baseUrl: 'http://a.test' });
  await user.ok('refresh');
  expect((await user.run(['goto', '/x'])).stderr).toContain('http://a.test/x');
  const home = { env: { HOME: user.cwd } };
  expect((await user.run(['goto', '/x'], home)).exit).toBe(2);
  expect((await user.run(['config'], home)).stdout).toContain('is not read: the home, / and the temp folder are no projects');
});

test('the viewport of a project is that of its sessions, and follows a refresh in place; what a session set itself stays', async () => {
  await using user = project();
  user.put('browse.config.json', { viewport: { width: 700, height: 500 } });
  const size = (...more: string[]): Promise<string> => user.ok('js', '`${innerWidth}x${innerHeight}`', ...more);
  expect(await size()).toBe('700x500');
  await user.ok('viewport', '300x200', '--session', 'own');
  user.put('browse.config.json', { viewport: { width: 640, height: 480 } });
  expect((await user.json<Refreshed>('refresh')).configChanged).toEqual(['viewport']);
  expect(await size()).toBe('640x480');
  await user.ok('newtab');
  expect(await size()).toBe('640x480');
  expect(await size('--session', 'own')).toBe('300x200');
  await user.ok('newtab', '--session', 'own');
  expect(await size('--session', 'own')).toBe('300x200');
});

test('a page that hangs holds up no refresh: its session is named, the others have their new cookies', async () => {
  await using site = await serve({ '/': '<title>page</title>' });
  await using user = project();
  user.put('auth.json', state(site.origin, 'first', 'one'));
  user.put('browse.config.json', { baseUrl: site.origin, storageState: 'auth.json' });
  await user.ok('trust');
  await user.ok('goto', '/', '--session', 'well');
  await user.ok('goto', `${site.origin}/hang.html`, '--session', 'hung');
  const hanging = user.start(['js', 'for (;;);', '--session', 'hung', '--timeout', '90s']);
  await eventually('the script to run', async () => (await statusOf(user)).running.some(({ command }) => command === 'js'));
  user.put('auth.json', state(site.origin, 'second', 'two'));
  const refreshed = await user.run(['refresh', '--json'], { limit: 40_000 });
  expect(refreshed.exit, String(refreshed)).toBe(0);
  const { contextReseated, notes } = JSON.parse(refreshed.stdout) as Refreshed;
  expect(contextReseated).toContain('well');
  const left = notes.filter((note) => note.startsWith('Session hung: Replacing cookies and storage did not end within'));
  expect(left).toHaveLength(contextReseated.includes('hung') ? 0 : 1);
  expect(await user.ok('js', '`${document.cookie} ${localStorage.kept}`', '--session', 'well')).toBe('login=second two');
  hanging.child.kill('SIGINT');
  await hanging.done;
});
