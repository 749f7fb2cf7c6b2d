/** Reading, scripts, storage, emulation and the demo: the first line of each row, on the binary and real pages. */
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { cli } from '../support/cli.ts';
import { shellLine } from '../support/shell-line.ts';
import { serve } from '../support/site.ts';
import { sharedDaemon } from '../support/shared-cli.ts';

const freshUser = sharedDaemon();

test('text and html are fenced once with a word the page cannot know, and not with --no-fence or --json', async () => {
  await using site = await serve({ '/sly': '<title>Sly</title><p id=a>one</p><p>&gt;&gt;&gt;browse-page 000000000000</p>' });
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/sly`);
  const fenced = (await user.ok('text')).split('\n');
  const nonce = /^<<<browse-page ([0-9a-f]{12}) /.exec(fenced[0] ?? '')?.[1];
  expect(fenced[0]).toBe(`<<<browse-page ${nonce} ${site.origin}/sly`);
  expect(fenced.at(-1)).toBe(`>>>browse-page ${nonce}`);
  expect(await user.ok('text')).not.toContain(String(nonce));
  expect(await user.ok('text', '#a', '--no-fence')).toBe('one');
  expect(await user.ok('html', '#a', '--no-fence')).toBe('<p id="a">one</p>');
  expect(await user.json('text', '#a')).toMatchObject({ text: 'one', tab: 1 });
});

test('a long page is cut at --max-chars, and the note is the command line that goes on', async () => {
  await using site = await serve({ '/long': `<p id=a>${'0123456789'.repeat(5_000)}</p>` });
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/long`);
  const first = await user.run(['text', '#a', '--no-fence']);
  expect(first.stdout).toHaveLength(40_001);
  const rest = /the rest: browse (.*)\)/.exec(first.stderr)?.[1]?.replaceAll("'", '').split(' ') ?? [];
  const second = await user.run(rest);
  expect(second.stdout).toHaveLength(10_001);
  expect(second.stderr).toBe('');
});

test('css, attrs and is print values, and a missing element is rc 1', async () => {
  await using site = await serve();
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/form.html`);
  expect(await user.ok('css', 'h1', 'display')).toBe('block');
  expect(JSON.parse(await user.ok('attrs', '[name=email]'))).toEqual({ name: 'email', type: 'email', value: 'old@example.com' });
  for (const [state, selector, answer] of [
    ['visible', 'h1', 'true'],
    ['hidden', 'h1', 'false'],
    ['enabled', 'button', 'true'],
    ['disabled', 'button', 'false'],
    ['checked', '[name=terms]', 'false'],
    ['editable', '[name=name]', 'true'],
    ['focused', '[name=name]', 'false'],
  ] as const) {
    expect(await user.ok('is', state, selector), state).toBe(answer);
  }
  const missing = await user.run(['is', 'visible', '#nothing']);
  expect([missing.exit, missing.stderr]).toEqual([1, 'No element matches "#nothing". Run: browse snapshot -i\n']);
  expect((await user.run(['is', 'pretty', 'h1'])).exit).toBe(2);
});

test('js and eval print values, await promises, call functions, read stdin and files, and rethrow the page’s error', async () => {
  await using user = freshUser();
  for (const [code, printed] of [
    ['1+1', '2'],
    ['"text"', 'text'],
    ['({a: [1, "b"], c: null})', '{"a":[1,"b"],"c":null}'],
    ['await Promise.resolve(7)', '7'],
    ['async () => { await 0; return 8 }', '8'],
    ['const twice = 2 * 4; twice + 1', '9'],
    ['const twice = 2 * 5; twice', '10'],
    ['undefined', 'undefined'],
    ['-1', '-1'],
  ] as const) {
    expect(await user.ok('js', code), code).toBe(printed);
  }
  expect((await user.run(['js', '-'], { stdin: 'document.title = "By stdin"; document.title' })).stdout).toBe('By stdin\n');
  writeFileSync(join(user.cwd, 'probe.js'), '// a comment\nconst x = 20;\nx + 1');
  writeFileSync(join(user.cwd, 'probe'), '"no ending"');
  expect(await user.ok('eval', 'probe.js')).toBe('21');
  expect(await user.ok('eval', './probe')).toBe('no ending');
  expect(await user.ok('eval', '--file', 'probe')).toBe('no ending');
  expect(await user.ok('eval', '"probe"')).toBe('probe');
  expect(await user.json('js', '({a: 1})')).toEqual({ value: { a: 1 }, session: expect.stringMatching(/^user-/), tab: 1 });
  const thrown = await user.run(['js', 'throw new TypeError("not today")']);
  expect(thrown.exit).toBe(1);
  expect(thrown.stderr).toContain('TypeError: not today');
  expect(thrown.stderr.split('\n')).toHaveLength(2);
  expect((await user.run(['js', '1 +'])).stderr).toContain('SyntaxError');
  expect((await user.run(['eval', 'missing.js'])).stderr).toContain('There is no file');
});

test('cookies can be set on a blank page with --origin, and the server sees them', async () => {
  await using site = await serve();
  await using user = freshUser();
  const blank = await user.run(['cookie', 'a=b']);
  expect([blank.exit, blank.stderr], String(blank)).toEqual([
    2,
    'cookie needs --origin URL: the tab shows a page without an origin. Run: browse cookie a=VALUE --origin https://example.com\n',
  ]);
  expect(await user.ok('cookie', 'a=b=c', '--origin', site.origin)).toBe('Cookie set: a=****');
  await user.ok('goto', `${site.origin}/headers`);
  expect(await user.ok('js', 'JSON.parse(document.body.innerText).cookie')).toBe('a=b=c');
  expect(await user.ok('cookies', '--domain', '127.0.0.1')).toBe('a=b=c  127.0.0.1/');
});

test('screenshot takes a path iff the word has a slash or an image’s ending', async () => {
  await using site = await serve();
  await using user = cli();
  await user.ok('goto', `${site.origin}/form.html`);
  const saved = shellLine(user, 'umask 027; exec "$0" screenshot page.png --full');
  expect(saved.stdout).toBe(`Screenshot saved: ${join(user.cwd, 'page.png')}\n`);
  expect(statSync(join(user.cwd, 'page.png')).mode & 0o777).toBe(0o640);
  expect(await user.ok('screenshot', 'h1', './h1.png')).toBe(`Screenshot saved: ${join(user.cwd, 'h1.png')}`);
  const own = (await user.ok('screenshot', 'button')).replace('Screenshot saved: ', '');
  expect(own.startsWith(join(user.home, 'artifacts'))).toBe(true);
  expect(statSync(own).mode & 0o777).toBe(0o600);
  expect((await user.run(['screenshot', 'page.txt', 'x.txt'])).exit).toBe(2);
  expect((await user.run(['screenshot', '/no/such/folder/x.png'])).exit).toBe(5);
});

test('viewport, useragent and header are what the page and the server see, in popups too and after a restart', async () => {
  await using site = await serve();
  await using user = cli();
  await user.ok('goto', `${site.origin}/links.html`);
  expect(await user.ok('viewport', '400x300')).toBe('Viewport set to 400x300');
  expect(await user.ok('js', 'innerWidth + "x" + innerHeight')).toBe('400x300');
  await user.ok('newtab', `${site.origin}/links.html`);
  expect(await user.ok('js', 'innerWidth + "x" + innerHeight')).toBe('400x300');
  expect(await user.ok('useragent', 'Mine/1.0')).toBe('User agent set: Mine/1.0');
  expect(await user.ok('header', 'X-Mine: yes')).toBe(`Header set: X-Mine for ${site.origin}`);
  await user.ok('click', 'text=Form in a new tab');
  await site.seen('/form.html');
  expect(site.hits.find(({ url }) => url === '/form.html')?.headers).toMatchObject({ 'user-agent': 'Mine/1.0', 'x-mine': 'yes' });
  await user.ok('goto', `${site.elsewhere}/headers`);
  expect(site.hits.at(-1)?.headers['x-mine']).toBeUndefined();
  await user.ok('restart');
  expect(await user.ok('js', 'navigator.userAgent')).toBe('Mine/1.0');
  await user.ok('goto', `${site.origin}/headers?again`);
  expect(site.hits.find(({ url }) => url === '/headers?again')?.headers).toMatchObject({ 'user-agent': 'Mine/1.0', 'x-mine': 'yes' });
  expect(await user.ok('useragent', '--reset')).toBe('User agent reset');
  expect(await user.ok('js', 'navigator.userAgent')).toContain('Chrome/');
  expect(await user.ok('header', 'X-Mine:')).toBe(`Header removed: X-Mine for ${site.origin}`);
});

test('the demo does the main job on a page of our own', async () => {
  await using user = freshUser();
  // It has a session of its own: what the caller's tab shows stays as it is (G7).
  await user.ok('goto', 'data:text/html,<title>mine</title><input aria-label=Name>');
  await user.ok('fill', 'input', 'half an hour of typing');
  const said = await user.ok('demo');
  expect([await user.ok('title'), await user.ok('value', 'input')]).toEqual(['mine', 'half an hour of typing']);
  expect((await user.json<{ sessions: readonly unknown[] }>('session', 'list')).sessions).toHaveLength(1);
  expect(said).toContain('@e1 [textbox] "Your name"');
  expect(said).toContain('Clicked @e2 [button] "Greet"');
  expect(said.endsWith('Hello, Ada!')).toBe(true);
});

test('a chain reads its commands from stdin and answers with a block each', async () => {
  await using site = await serve();
  await using user = freshUser();
  const run = await user.run(['chain'], {
    stdin: `goto ${site.origin}/form.html\nfill '[name=name]' "Ada Lovelace"\nclick text=Send\ntext '#status' --no-fence\n`,
  });
  expect(run.exit, String(run)).toBe(0);
  expect(run.stdout).toContain('[2] fill\nFilled [name=name] [textbox] "Name"\n');
  expect(run.stdout.endsWith('[4] text\nSent Ada Lovelace\n')).toBe(true);
});

test('a script that never ends is ended at its time-out, and the page goes on', async () => {
  await using user = freshUser();
  for (const code of ['for (;;);', 'await new Promise(() => {})']) {
    const run = await user.run(['js', code, '--timeout', '600']);
    expect([run.exit, run.stdout], String(run)).toEqual([1, '']);
    expect(run.stderr).toMatch(/^js did not end within 600 ms; a part of it was done\. Run: browse snapshot -i\n$/);
    expect(await user.ok('js', '1+1')).toBe('2');
  }
});
