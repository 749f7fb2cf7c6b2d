/** Navigate and tabs: the first line of each row, on the binary and real pages. */
import { readFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import { serve } from '../support/site.ts';
import { sharedDaemon } from '../support/shared-cli.ts';

const freshUser = sharedDaemon();

test('goto, back, forward, reload, url and title print their lines', async () => {
  await using site = await serve();
  await using user = freshUser();
  const [form, links] = [`${site.origin}/form.html`, `${site.origin}/links.html`];
  expect(await user.ok('goto', form)).toBe(`Navigated to ${form} (200)`);
  expect(await user.ok('open', `127.0.0.1:${site.port}/links.html`)).toBe(`Navigated to ${links} (200)`);
  expect(await user.ok('back')).toBe(`Back → ${form}`);
  expect(await user.ok('go-forward')).toBe(`Forward → ${links}`);
  expect(await user.ok('reload', '--hard')).toBe(`Reloaded ${links}`);
  expect(await user.ok('get', 'url')).toBe(links);
  expect(await user.ok('title')).toBe('Links');
  expect(await user.ok('goto', `${site.origin}/status/404`)).toBe(`Navigated to ${site.origin}/status/404 (404)`);
  expect(await user.ok('navigate', 'about:blank')).toBe('Navigated to about:blank');
  await user.ok('goto', 'about:blank', '--session', 'other');
  expect(await user.json('url', '--session', 'other')).toEqual({ url: 'about:blank', session: 'other', tab: 1 });
});

test('a page that cannot be opened says which of a download, a 204, DNS, TLS, a refusal or a time-out it was', async () => {
  await using site = await serve();
  await using user = freshUser();
  const refused = async (url: string, ...flags: string[]): Promise<string> => {
    const run = await user.run(['goto', url, ...flags]);
    expect(run.exit, String(run)).toBe(1);
    expect(run.stderr.split('\n'), String(run)).toHaveLength(2);
    return run.stderr;
  };
  expect(await refused(`${site.origin}/download`)).toMatch(/download/i);
  expect(await refused(`${site.origin}/empty`)).toMatch(/204|no content/i);
  expect(await refused('http://nowhere.invalid/')).toMatch(/resolve|DNS|name/i);
  expect(await refused(`https://127.0.0.1:${site.port}/`)).toMatch(/TLS|SSL|secure/i);
  expect(await refused('http://127.0.0.1:1/')).toMatch(/refused|unsafe|port/i);
  const from = performance.now();
  expect(await refused(`${site.origin}/never`, '--timeout', '400')).toMatch(/400 ms|did not/);
  expect(performance.now() - from).toBeLessThan(3_000);
  // The browser's own page about the failure comes late, and must not get in the way of the next address.
  for (let round = 0; round < 5; round++) {
    await refused(`https://127.0.0.1:${site.port}/`);
    expect(await user.ok('goto', `${site.origin}/form.html`)).toContain('(200)');
  }
});

test('a file is opened below the caller’s folder and nowhere else', async () => {
  await using user = cli();
  writeFileSync(join(user.cwd, 'a page.html'), '<title>Mine</title>');
  const outside = join(user.root, 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'secret.html'), '<title>Secret</title>');
  expect(await user.ok('goto', './a page.html')).toBe(`Navigated to file://${user.cwd}/a%20page.html`);
  expect(await user.ok('title')).toBe('Mine');
  expect((await user.run(['goto', `file://${outside}/secret.html`])).exit).toBe(2);
  expect((await user.run(['goto', 'file:///etc/passwd'])).stderr).toContain('/etc/passwd is outside');
  expect(await user.ok('title')).toBe('Mine');
});

test('tabs, tab, newtab and closetab print their lines, and the current tab is marked', async () => {
  await using site = await serve();
  await using user = freshUser();
  const [form, links] = [`${site.origin}/form.html`, `${site.origin}/links.html`];
  await user.ok('goto', form);
  expect(await user.ok('newtab', links)).toBe(`Opened tab 2 → ${links}`);
  expect(await user.ok('tab', 'list')).toBe(`  [1] "Form" — ${form}\n→ [2] "Links" — ${links}`);
  expect(await user.ok('tab', '1')).toBe('Switched to tab 1');
  expect(await user.ok('url')).toBe(form);
  expect(await user.ok('goto', form, '--tab', '2')).toBe(`Navigated to ${form} (200) (tab 2)`);
  expect(await user.ok('closetab', '2')).toBe('Closed tab 2');
  expect(await user.ok('tab', 'new')).toBe('Opened tab 3 → about:blank');
  const gone = await user.run(['url', '--tab', '2']);
  expect([gone.exit, gone.stderr]).toEqual([3, 'No tab 2: it was closed. Run: browse tabs\n']);
});

test('a link that opens a tab says so, and the new tab is not the current one', async () => {
  await using site = await serve();
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/links.html`);
  const clicked = await user.ok('click', 'text=Form in a new tab');
  expect(clicked).toContain('Clicked text=Form in a new tab [link] "Form in a new tab"');
  await site.seen('/form.html');
  expect(clicked).toContain('Opened tab 2');
  expect(await user.ok('url')).toBe(`${site.origin}/links.html`);
  expect(await user.ok('title', '--tab', '2')).toBe('Form');
});

test('two sessions share nothing, and each project has its own', async () => {
  await using site = await serve();
  await using user = cli();
  for (const name of ['one', 'two']) mkdirSync(join(user.cwd, name, '.git'), { recursive: true });
  const at = (name: string): { cwd: string } => ({ cwd: join(user.cwd, name) });
  expect((await user.run(['goto', `${site.origin}/cookie?who=one`], at('one'))).exit).toBe(0);
  expect((await user.run(['url'], at('two'))).stdout).toBe('about:blank\n');
  expect((await user.run(['cookies'], at('two'))).stdout).toBe('');
  expect((await user.run(['cookies'], at('one'))).stdout).toContain('who=one');
  const list = await user.run(['session', 'list'], at('one'));
  expect(list.stdout).toMatch(/^→ one-[0-9a-f]{6} \(1 tab\)\n {2}two-[0-9a-f]{6} \(1 tab\)\n$/);
  const status = JSON.parse((await user.run(['session', 'status', '--json'], at('one'))).stdout);
  expect(status).toMatchObject({
    name: expect.stringMatching(/^one-/),
    browser: expect.any(String),
    port: null,
    cdp_endpoint: null,
    source: 'launched',
  });
  expect(status.uptime).toBeGreaterThan(0);
});

test('a local page leads to no file outside of the folders that were opened: by a frame, a link, a refresh or a script', async () => {
  await using user = freshUser();
  writeFileSync(join(user.cwd, 'near.html'), '<title>Near</title><p>near by</p>');
  writeFileSync(
    join(user.cwd, 'page.html'),
    `<title>Page</title><iframe title=far src="file:///etc/hostname"></iframe><iframe title=near src="near.html"></iframe>
    <a href="file:///etc/hostname">away</a><a href="near.html">here</a>`,
  );
  writeFileSync(join(user.cwd, 'refresh.html'), '<meta http-equiv=refresh content="0;url=file:///etc/hostname">');
  const secret = readFileSync('/etc/hostname', 'utf8').trim();
  await user.ok('goto', './page.html');
  await user.ok('wait', '--networkidle');
  const seen = await user.ok('snapshot', '--no-fence');
  expect(seen).toContain('near by');
  expect(seen).not.toContain(`"${secret}"`);
  await user.run(['click', 'text=away']);
  expect(await user.ok('text', '--no-fence')).not.toContain(secret);
  await user.run(['goto', './refresh.html']);
  await user.ok('wait', '--url', 'chrome-error:**');
  expect(await user.ok('text', '--no-fence')).not.toContain(secret);
  await user.ok('goto', './page.html');
  await user.ok('click', 'text=here');
  expect(await user.ok('title')).toBe('Near');
});
