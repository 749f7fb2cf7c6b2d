/** What the daemon has one of, as it is configured: its browser, its port for logs, how long the log is kept, when it ends. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Refreshed } from '../../browse/protocol/status.ts';
import { browsersOf, daemonOf, ended, statusOf } from '../support/daemons.ts';
import { freePorts, post } from '../support/posting.ts';
import { project } from '../support/projects.ts';

test('a trusted project says how the browser starts; one that is used goes on, and that is said', async () => {
  await using user = project();
  user.put('browse.config.json', { browser: { args: ['--user-agent=Configured/1'] } });
  expect((await user.run(['js', 'navigator.userAgent'])).stdout).not.toContain('Configured');
  await user.ok('trust');
  expect(await user.ok('refresh')).toContain('the browser runs with other options (browser.*) than are configured');
  const { browsers } = await statusOf(user);
  expect((await statusOf(user)).browsers[0]?.pid).toBe(browsers[0]?.pid);
  await user.ok('stop');
  // The daemon launches one ahead of the first command, before it knows the project: that one gives way.
  expect(await user.ok('js', 'navigator.userAgent')).toBe('Configured/1');
  expect(browsersOf(user)).toHaveLength(1);
  expect((await user.run(['js', '1'])).stderr).toBe('');
  // A session that is not of this project is told in whose browser it is.
  user.put('other/.git/HEAD', '');
  const other = await user.run(['js', 'navigator.userAgent'], { cwd: join(user.cwd, 'other') });
  expect([other.stdout, other.stderr]).toEqual(['Configured/1\n', expect.stringContaining('the browser runs with other options')]);
});

test('an executable that cannot be started fails by its name; BROWSE_CHROMIUM goes before it', async () => {
  await using user = project();
  user.put('browse.config.json', { browser: { executable: 'tools/none' } });
  await user.ok('trust');
  const none = await user.run(['tabs']);
  expect([none.exit, none.stderr], String(none)).toEqual([5, expect.stringContaining(`${user.cwd}/tools/none`)]);
  expect(await user.value('browser.executable')).toMatchObject({ value: `${user.cwd}/tools/none`, source: 'project' });
});

test('D-15: a trusted project says where logs are taken and from which pages, and a refresh moves the port in place', async () => {
  await using user = project();
  const [first = 0, second = 0] = await freePorts(2);
  user.put('browse.config.json', { logs: { port: first, origins: ['https://one.example'] } });
  await user.ok('tabs');
  expect(await user.ok('logs', 'serve')).not.toContain(`:${first} `);
  await user.ok('trust');
  const { url } = await user.json<{ readonly url: string }>('logs', 'serve');
  expect(new URL(url).port).toBe(String(first));
  const { pid } = await statusOf(user);
  user.put('browse.config.json', { logs: { port: second, origins: ['https://two.example'] } });
  await user.ok('trust', '--show');
  await user.ok('trust');
  const moved = url.replace(String(first), String(second));
  const answer = await post(moved, '{"msg":"here"}', { origin: 'https://two.example' });
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, 'https://two.example']);
  expect((await post(url, '{}')).status).toBe(0);
  expect((await post(moved, '{}', { origin: 'https://one.example' })).status).toBe(403);
  expect((await statusOf(user)).pid).toBe(pid);
  // The daemon has one port: who comes later is told that it is not his.
  user.put('other/.git/HEAD', '');
  user.put('other/browse.config.json', { logs: { port: first } });
  const other = { cwd: join(user.cwd, 'other') };
  await user.run(['trust'], other);
  expect((await user.run(['config'], other)).stdout).toMatch(
    new RegExp(`logs\\.port +${second} \\(project: another project\\); not used: another project said it first: ${first} `),
  );
  expect((await post(moved, '{"msg":"still"}')).status).toBe(200);
});

test('how long the log is kept follows the configuration at a refresh', async () => {
  await using user = project();
  await user.ok('tabs');
  // Kept for a week unless somebody says otherwise.
  const then = Date.now() - 3 * 86_400_000;
  const count = (): Promise<string> => user.ok('logs', 'sql', `SELECT count(*) AS n FROM events WHERE at = ${then}`, '--no-fence');
  // Until the first row is there to be copied.
  while ((await user.ok('logs', 'sql', 'SELECT count(*) AS n FROM events', '--no-fence')) === 'n\n0');
  const { default: Database } = await import('better-sqlite3');
  const database = new Database(join(user.home, 'log.db'));
  const columns = database.prepare("SELECT name FROM pragma_table_info('events')").pluck().all() as string[];
  const others = columns.filter((name) => name !== 'id' && name !== 'at');
  // Numbers are the daemon's to give: with one of its next ones the row would be written over.
  database.prepare(`INSERT INTO events (id, at, ${others.join(', ')}) SELECT -1, ${then}, ${others.join(', ')} FROM events LIMIT 1`).run();
  database.close();
  expect(await count()).toBe('n\n1');
  writeFileSync(join(user.home, 'config.json'), '{"logs": {"retention": {"days": 2, "megabytes": 50}}}');
  expect((await user.json<Refreshed>('refresh')).configChanged).toEqual(['logs.retention']);
  expect(await count()).toBe('n\n0');
});

test('idle of the configuration ends the daemon; the flag goes before it', async () => {
  await using user = project();
  await user.ok('start');
  writeFileSync(join(user.home, 'config.json'), '{"idle": "3s"}');
  await user.ok('restart');
  const daemon = daemonOf(user);
  await ended([daemon], 60_000);
  await user.ok('start', '--idle', '40m');
  expect(await user.value('idle')).toMatchObject({ value: 40 * 60_000, source: 'flag' });
});
