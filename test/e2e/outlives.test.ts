/** What outlives the daemon, through the executable and a real browser. A11, A12, B14. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli, type Cli } from '../support/cli.ts';
import { browsersOf, daemonOf, ended, statusOf } from '../support/daemons.ts';
import { end, eventually } from '../support/processes.ts';
import { serve } from '../support/site.ts';

const saved = (shell: Cli): readonly string[] => {
  const folder = join(shell.home, 'run/sessions');
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
};

/** The daemon ends as if its machine said so, and is gone. */
async function terminated(shell: Cli, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const everybody = shell.processes();
  const daemon = daemonOf(shell);
  if (signal === 'SIGTERM') process.kill(daemon.pid, signal);
  else end(daemon);
  await ended(everybody, 10_000);
}

test('SIGTERM: tabs, cookies and storage come back with the next use; the file is private, and gone when it was restored', async () => {
  await using site = await serve();
  await using shell = cli();
  await shell.ok('goto', `${site.origin}/cookie?kept=1`);
  await shell.ok('js', 'localStorage.setItem("here", "yes")');
  await shell.ok('newtab', `${site.origin}/form.html`);
  await terminated(shell, 'SIGTERM');
  const [file = ''] = saved(shell);
  expect([saved(shell).length, statSync(file).mode & 0o777]).toEqual([1, 0o600]);
  expect(readFileSync(file, 'utf8')).toContain('"kept"');
  const first = await shell.run(['title']);
  expect([first.exit, first.stdout]).toEqual([0, 'Form\n']);
  expect(first.stderr).toMatch(
    /^The daemon \(pid \d+\) was ended by a signal; loaded again when used: tab 3 .*\/cookie\?kept=1, tab 4 .*\/form\.html; lost: what was typed, sessionStorage\n$/,
  );
  // The other one has not been asked for yet.
  expect(site.count('/cookie')).toBe(1);
  await shell.ok('tab', '3');
  expect(await shell.ok('js', 'localStorage.getItem("here") + document.cookie')).toContain('yeskept=1');
  await eventually('the file to hold addresses only', () => !readFileSync(file, 'utf8').includes('"kept"'));
  await shell.ok('session', 'close');
  await eventually('the file to be gone', () => saved(shell).length === 0);
});

test('stop forgets, also what a daemon that was killed has left, and so does a stop by force', async () => {
  await using site = await serve();
  await using shell = cli();
  for (const words of [['stop'], ['stop', '--force']]) {
    await shell.ok('goto', `${site.origin}/form.html`);
    await shell.ok(...words);
    expect([saved(shell), await shell.ok('url')]).toEqual([[], 'about:blank']);
    await shell.ok('goto', `${site.origin}/form.html`);
    await eventually('the list to be there', () => saved(shell).some((path) => readFileSync(path, 'utf8').includes('/form.html')));
    await terminated(shell, 'SIGKILL');
    await shell.ok(...words);
    expect([saved(shell), await shell.ok('url')]).toEqual([[], 'about:blank']);
  }
});

describe('the user’s own configuration', () => {
  test.each([
    ['off', 'about:blank\n', /form\.html/, ''],
    ['tabs', 'FORM\n', /cookies and storage/, ''],
    ['all', 'FORM\n', /lost: what was typed, sessionStorage\n/, 'kept=1'],
  ])('restore: %s', async (restore, url, told, cookie) => {
    await using site = await serve();
    await using shell = cli();
    await shell.ok('start');
    writeFileSync(join(shell.home, 'config.json'), JSON.stringify({ restore }));
    await shell.ok('refresh');
    await shell.ok('goto', `${site.origin}/cookie?kept=1`);
    await shell.ok('goto', `${site.origin}/form.html`);
    await terminated(shell, 'SIGTERM');
    const first = await shell.run(['url']);
    expect([first.exit, first.stdout]).toEqual([0, url.replace('FORM', `${site.origin}/form.html`)]);
    expect(first.stderr).toMatch(told);
    await shell.ok('goto', `${site.origin}/form.html`);
    expect(await shell.ok('js', 'document.cookie')).toBe(cookie);
  });
});

test('a page that came of a form is listed and not asked for again', async () => {
  await using site = await serve();
  await using shell = cli();
  await shell.ok('goto', `${site.origin}/form.html`);
  await shell.ok(
    'js',
    'const f = document.body.appendChild(document.createElement("form")); f.method = "post"; f.action = "/links.html"; f.submit()',
  );
  await shell.ok('wait', '--url', '**/links.html');
  await shell.ok('url');
  const asked = site.hits.length;
  await terminated(shell, 'SIGTERM');
  expect(await shell.ok('tabs')).toBe(`→ [2] [not loaded: ${site.origin}/links.html]`);
  const read = await shell.run(['text']);
  expect(read, String(read)).toMatchObject({ exit: 3, stdout: '' });
  expect(read.stderr).toContain('it came of a form that was sent');
  expect(site.hits).toHaveLength(asked);
});

// B14
test('a browser that is killed again and again while sessions come back costs none of them', async () => {
  await using site = await serve();
  await using shell = cli();
  const names = ['a', 'b', 'c', 'd'];
  for (const name of names) await shell.ok('--session', name, 'goto', `${site.origin}/cookie?${name}=1`);
  await shell.ok('restart', '--restore');
  const daemon = daemonOf(shell);
  let killing = true;
  const killer = (async () => {
    for (let round = 0; round < 3 && killing; round += 1) {
      const [browser] = await eventually('a browser', () => (browsersOf(shell).length > 0 ? browsersOf(shell) : null), 20_000);
      if (browser === undefined) return;
      end(browser);
      await ended([browser]);
    }
  })();
  await Promise.all(names.map((name) => shell.run(['--session', name, 'tabs'])));
  killing = false;
  await killer;
  for (const name of names) {
    const tabs = await shell.ok('--session', name, 'tabs');
    expect(tabs).toContain(`/cookie?${name}=1`);
  }
  expect(daemonOf(shell).pid).toBe(daemon.pid);
  expect((await statusOf(shell)).saved).toEqual([]);
});
