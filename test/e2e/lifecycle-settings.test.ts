import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import { serve } from '../support/site.ts';

test('G-39: the user agent of a session persists across a restart, and holds for the first request of a popup', async () => {
  await using site = await serve({ '/opener': '<button onclick="window.open(\'/popup\')">Open</button>', '/popup': '<p>popup' });
  await using shell = cli();
  await shell.ok('useragent', 'Persistent/1.0');
  expect(await shell.ok('js', 'navigator.userAgent')).toBe('Persistent/1.0');
  await shell.ok('newtab', '--session', 'other');
  expect(await shell.ok('js', 'navigator.userAgent', '--session', 'other')).not.toBe('Persistent/1.0');
  await shell.ok('restart');
  expect(await shell.ok('js', 'navigator.userAgent')).toBe('Persistent/1.0');
  await shell.ok('goto', `${site.origin}/opener`);
  await shell.ok('click', 'button');
  await site.seen('/popup');
  const agents = site.hits.filter(({ url }) => url !== '/favicon.ico').map(({ url, headers }) => [url, headers['user-agent']]);
  expect(agents).toEqual([
    ['/opener', 'Persistent/1.0'],
    ['/popup', 'Persistent/1.0'],
  ]);
  await shell.ok('useragent', '--reset');
  expect(await shell.ok('js', 'navigator.userAgent')).not.toBe('Persistent/1.0');
});

test('G-39: it lies in a settings file next to the record', async () => {
  await using shell = cli();
  await shell.ok('useragent', 'Persistent/1.0');
  expect(readFileSync(join(shell.home, 'run/settings.json'), 'utf8')).toContain('Persistent/1.0');
  await shell.ok('stop');
  expect(existsSync(join(shell.home, 'run/settings.json'))).toBe(true);
  expect(await shell.ok('js', 'navigator.userAgent')).toBe('Persistent/1.0');
});

test('G-39: a corrupt settings file is reported and set aside, and the daemon works', async () => {
  await using shell = cli();
  await shell.ok('useragent', 'Lost/1');
  await shell.ok('stop');
  const file = join(shell.home, 'run/settings.json');
  writeFileSync(file, '{"sessions": {"x"');
  const first = await shell.run(['url']);
  expect(first.exit, String(first)).toBe(0);
  expect(first.stderr).toContain('settings');
  const aside = readdirSync(join(shell.home, 'run')).filter((name) => name.startsWith('settings.json.'));
  expect(aside).toHaveLength(1);
  expect(first.stderr).toContain(aside[0]);
  expect(readFileSync(join(shell.home, 'run', aside[0] ?? ''), 'utf8')).toBe('{"sessions": {"x"');
  // Said once, and there to be asked for.
  expect((await shell.run(['url'])).stderr).toBe('');
  expect((await shell.json<{ warnings: readonly string[] }>('status')).warnings).toHaveLength(1);
  await shell.ok('useragent', 'Found/1');
  expect(readFileSync(file, 'utf8')).toContain('Found/1');
});

test('a viewport, a header and credentials of a session persist across a restart', async () => {
  await using site = await serve();
  const asked: unknown[] = [];
  site.on('/private', ({ headers }, response) => {
    asked.push(headers.authorization);
    const known = headers.authorization !== undefined;
    response.writeHead(known ? 200 : 401, { 'www-authenticate': 'Basic realm="here"' }).end(known ? 'in' : 'out');
  });
  await using shell = cli();
  await shell.ok('viewport', '501x402');
  await shell.ok('goto', `${site.origin}/headers`);
  await shell.ok('header', 'X-Kept: yes');
  const set = await shell.run(['credentials', 'ada', '-'], { stdin: 'opensesame\n' });
  expect(set.stdout, String(set)).toBe(`Credentials set: ada for ${site.origin}\n`);
  await shell.ok('restart');
  expect(await shell.ok('js', 'innerWidth + "x" + innerHeight')).toBe('501x402');
  await shell.ok('goto', `${site.origin}/headers`);
  expect(site.hits.at(-1)?.headers['x-kept'] ?? site.hits.at(-2)?.headers['x-kept']).toBe('yes');
  await shell.ok('goto', `${site.origin}/private`);
  expect(asked).toEqual([undefined, `Basic ${btoa('ada:opensesame')}`]);
  expect(await shell.ok('credentials')).toBe(`ada for ${site.origin}`);
  await shell.ok('credentials', '--remove', '--origin', site.origin);
  expect(readFileSync(join(shell.home, 'run/settings.json'), 'utf8')).not.toContain('opensesame');
  // A header for one origin goes to no other.
  await shell.ok('goto', `${site.elsewhere}/headers`);
  const other = site.hits.filter(({ headers }) => headers.host === `localhost:${site.port}`);
  expect(other.length).toBeGreaterThan(0);
  expect(other.every(({ headers }) => headers['x-kept'] === undefined)).toBe(true);
});
