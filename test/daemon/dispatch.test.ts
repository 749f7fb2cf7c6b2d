/** The pipeline from a command line to its answer, over the fake engine. */
import { expect, test } from 'vitest';
import { deferred } from '../../browse/base/deferred.ts';
import { fakeClock } from '../support/machine.ts';
import { pipeline } from '../support/pipeline.ts';
import { SITE } from '../support/sample-site.ts';

test('a command line goes through the whole pipeline and answers with its first line', async () => {
  using pipe = pipeline(SITE);
  expect(await pipe.ok('goto', 'https://shop.test/')).toBe('Navigated to https://shop.test/ (200)');
  expect(await pipe.ok('url')).toBe('https://shop.test/');
  expect(await pipe.ok('title')).toBe('Shop');
  expect(await pipe.ok('snapshot', '-i', '--no-fence')).toContain('@e1 [button] "Keep"');
  expect(await pipe.ok('click', '@e2')).toBe('Clicked @e2 [button] "Delete"');
  expect(pipe.page().acts).toEqual(['click Delete']);
});

test('an HTTP error page is an answer, not a failure', async () => {
  using pipe = pipeline(SITE);
  expect(await pipe.ok('goto', 'https://missing.test/')).toBe('Navigated to https://missing.test/ (404)');
});

test('a host that does not exist is rc 1 with one line and a hint', async () => {
  using pipe = pipeline(SITE);
  expect(await pipe.no(1, 'goto', 'https://nowhere.test/')).toMatch(
    /^Cannot open https:\/\/nowhere\.test\/: .*\. Run: browse (?:help goto|network --since 1m)$/,
  );
});

test('an unknown command, flag, value and a missing operand are usage errors that name the next command', async () => {
  using pipe = pipeline(SITE);
  expect(await pipe.no(2, 'clck', '@e1')).toBe('Unknown command "clck"; did you mean click? Run: browse help click');
  expect(await pipe.no(2, 'click', '@e1', '--buton', 'right')).toMatch(/--button.*Run: browse help click/);
  expect(await pipe.no(2, 'click', '@e1', '--button', 'wheel')).toBe(
    '--button takes left, right, middle, not "wheel". Run: browse help click',
  );
  expect(await pipe.no(2, 'click')).toBe('click needs SEL. Run: browse help click');
  expect(await pipe.no(2, 'tab', 'x')).toBe('ID takes a whole number, not "x". Run: browse help tab');
  expect(pipe.log.filter(({ kind }) => kind === 'internal')).toEqual([]);
});

test('--json prints the value with its session and tab, and a failure as an object on stdout', async () => {
  using pipe = pipeline(SITE);
  const went = await pipe.send(['--json', 'goto', 'https://shop.test/']);
  expect(JSON.parse(went.stdout)).toEqual({ url: 'https://shop.test/', status: 200, session: 'default', tab: 1 });
  const failed = await pipe.send(['click', '@e9', '--json']);
  expect(failed.exit).toBe(3);
  expect(failed.stderr).toBe('');
  expect(JSON.parse(failed.stdout)).toEqual({
    error: {
      code: 'ref-unknown',
      message: expect.stringContaining('@e9'),
      hint: 'browse snapshot -i',
      retryable: false,
      ran: 'no',
      exit: 3,
    },
  });
});

test('several matches are rc 2 and list refs that can be used, without touching the page', async () => {
  using pipe = pipeline(SITE);
  await pipe.ok('goto', 'https://shop.test/');
  await pipe.ok('snapshot', '-i');
  expect(await pipe.no(2, 'click', '.both')).toContain(
    '2 elements match ".both": @e1 [button] "Keep", @e2 [button] "Delete"; give a ref, --first or --nth N',
  );
  expect(pipe.page().acts).toEqual([]);
  expect(await pipe.ok('click', '.both', '--first')).toContain('Clicked .both [button] "Keep"');
  expect(await pipe.ok('click', '.both', '--nth', '2')).toContain('Clicked .both [button] "Delete"');
  expect(await pipe.no(2, 'click', '.both', '--nth', '3')).toContain('--nth 3, but 2 elements match');
});

test('a ref is stale with the same words in every command, names its ref, and touches nothing', async () => {
  using pipe = pipeline(SITE);
  await pipe.ok('goto', 'https://shop.test/');
  await pipe.ok('snapshot', '-i');
  await pipe.ok('goto', 'https://shop.test/');
  for (const argv of [
    ['click', '@e2'],
    ['fill', '@e2', 'x'],
    ['select', '@e2', 'x'],
    ['hover', '@e2'],
    ['html', '@e2'],
    ['attrs', '@e2'],
    ['css', '@e2', 'color'],
    ['screenshot', '@e2'],
    ['is', 'visible', '@e2'],
    ['wait', '@e2'],
    ['check', '@e2'],
    ['text', '@e2'],
  ]) {
    expect(await pipe.no(3, ...argv), argv.join(' ')).toBe(
      'Ref @e2 (button "Delete") is stale: the page navigated. Run: browse snapshot -i',
    );
  }
  expect(pipe.page().acts).toEqual([]);
});

test('what a ref is believed to be must hold', async () => {
  using pipe = pipeline(SITE);
  await pipe.ok('goto', 'https://shop.test/');
  await pipe.ok('snapshot', '-i');
  expect(await pipe.ok('click', '@e1 [button] "Keep"')).toContain('Clicked @e1');
  expect(await pipe.no(3, 'click', '@e1 [button] "Delete"')).toContain('is stale');
  expect(pipe.page().acts).toEqual(['click Keep']);
});

test('page text is fenced once, and not with --json or --no-fence', async () => {
  using pipe = pipeline(SITE);
  await pipe.ok('goto', 'https://shop.test/');
  expect(await pipe.ok('text')).toBe(
    '<<<browse-page ffffffffffff https://shop.test/\nKeep\nDelete\nName\nPassword\nSome text\nAsk\nPop\n>>>browse-page ffffffffffff',
  );
  expect(await pipe.ok('text', '--no-fence')).not.toContain('browse-page');
  expect(await pipe.ok('text', '--json')).not.toContain('browse-page');
});

test('long page text is cut, and the note says the command line that gives the rest', async () => {
  using pipe = pipeline(SITE);
  await pipe.ok('goto', 'https://shop.test/');
  const first = await pipe.send(['text', '--no-fence', '--max-chars', '6']);
  expect(first.stdout).toBe('Keep\nD\n');
  expect(first.stderr).toContain('the rest: browse --from 6 text --no-fence --max-chars 6');
  expect((await pipe.send(['--from', '6', 'text', '--no-fence', '--max-chars', '6'])).stdout).toBe('elete\n\n');
});

test('a tab that is not the current one is named in the answer', async () => {
  using pipe = pipeline(SITE);
  expect(await pipe.ok('newtab', 'https://shop.test/')).toBe('Opened tab 2 → https://shop.test/');
  expect(await pipe.ok('goto', 'https://pop.test/', '--tab', '1')).toBe('Navigated to https://pop.test/ (200) (tab 1)');
  const read = await pipe.send(['url', '--tab', '1']);
  expect([read.stdout, read.stderr]).toEqual(['https://pop.test/\n', '(tab 1)\n']);
  expect(await pipe.ok('tabs')).toBe('  [1] "Popup" — https://pop.test/\n→ [2] "Shop" — https://shop.test/');
  expect(await pipe.ok('tab', '1')).toBe('Switched to tab 1');
  expect(await pipe.no(3, 'url', '--tab', '9')).toBe('No tab 9: there is no such tab. Run: browse tabs');
});

test('refs never cross tabs', async () => {
  using pipe = pipeline(SITE);
  await pipe.ok('goto', 'https://shop.test/');
  await pipe.ok('snapshot', '-i');
  await pipe.ok('newtab', 'https://shop.test/');
  expect(await pipe.no(3, 'click', '@e1')).toContain('Ref @e1 not found');
  expect(pipe.page(1).acts).toEqual([]);
  expect(await pipe.ok('click', '@e1', '--tab', '1')).toContain('Clicked @e1 [button] "Keep"');
});

test('tab numbers are not used again, and closing the last tab leaves a blank one', async () => {
  using pipe = pipeline(SITE);
  await pipe.ok('newtab');
  expect(await pipe.ok('closetab', '2')).toBe('Closed tab 2');
  expect(await pipe.ok('newtab')).toBe('Opened tab 3 → about:blank');
  await pipe.ok('closetab');
  expect(await pipe.ok('closetab')).toBe('Closed tab 1; tab 4 is a new blank one');
  expect(await pipe.ok('tabs')).toBe('→ [4] "" — about:blank');
  expect(await pipe.no(3, 'tab', '2')).toBe('No tab 2: it was closed. Run: browse tabs');
});

test('a popup is a tab, is told by the click that opened it, and never becomes current', async () => {
  using pipe = pipeline(SITE);
  await pipe.ok('goto', 'https://shop.test/');
  expect(await pipe.ok('click', '#pop')).toBe('Clicked #pop [button] "Pop"\nOpened tab 2 → https://pop.test/');
  expect(await pipe.ok('url')).toBe('https://shop.test/');
});

test('a click that meets a dialog returns at once with its text, and other commands on that tab name it until it is answered', async () => {
  using pipe = pipeline(SITE);
  await pipe.ok('goto', 'https://shop.test/');
  const dialog = String.raw`confirm "Sure?\u202e\""`;
  expect(await pipe.ok('click', '#ask')).toBe(
    `Clicked #ask [button] "Ask"\nDialog open: ${dialog}. Run: browse dialog-accept, or browse dialog-dismiss`,
  );
  expect(await pipe.no(1, 'text')).toBe(`Did not run: tab 1 waits for its dialog, ${dialog}. Run: browse dialog-accept --tab 1`);
  expect(await pipe.ok('tabs')).toContain('[confirm open]');
  expect(await pipe.ok('dialog-accept')).toBe(`Accepted ${dialog}`);
  expect(await pipe.ok('title')).toBe('Shop');
  expect(await pipe.no(3, 'dialog-accept')).toBe('No dialog is open in this tab. Run: browse dialog');
  expect(await pipe.ok('dialog')).toMatch(/^\[.+\] \[confirm\] "Sure\?.*" accepted$/);
});

test('--on-dialog decides for a session, and the click says what was done', async () => {
  using pipe = pipeline(SITE);
  await pipe.ok('goto', 'https://shop.test/');
  expect(await pipe.ok('dialog', '--on-dialog', 'dismiss')).toBe('Dialogs of this session: dismiss');
  expect(await pipe.ok('click', '#ask')).toContain('Clicked #ask [button] "Ask"\nDialog dismissed: confirm');
});

test('a page that hangs blocks its own tab only, and is shown as not responding', async () => {
  using pipe = pipeline(SITE);
  await pipe.ok('goto', 'https://shop.test/');
  await pipe.ok('newtab', 'https://pop.test/');
  pipe.page(0).hang();
  const blocked = pipe.no(1, 'text', '--tab', '1', '--timeout', '600');
  const behind = pipe.no(1, 'title', '--tab', '1', '--timeout', '200');
  expect(await pipe.ok('title')).toBe('Popup');
  expect(await pipe.ok('tabs')).toContain('https://shop.test/ [not responding]');
  expect(await behind).toMatch(/^Did not run: tab 1 was busy with text for \d+ ms\. Run: browse tabs$/);
  expect(await blocked).toContain('did not end within');
  expect(await pipe.ok('closetab', '1')).toBe('Closed tab 1');
});

test('a caller who leaves frees the tab within a second, and is told whether the act may have run', async () => {
  using pipe = pipeline(SITE);
  await pipe.ok('goto', 'https://shop.test/');
  await pipe.ok('snapshot', '-i');
  pipe.page().hang();
  const leaver = new AbortController();
  const waiter = new AbortController();
  const cut = pipe.send(['click', '@e1'], { signal: leaver.signal });
  const queued = pipe.send(['click', '@e2'], { signal: waiter.signal });
  waiter.abort();
  expect((await queued).stderr).toBe('Interrupted: click did not run\n');
  leaver.abort();
  const reply = await cut;
  expect([reply.exit, reply.stderr]).toEqual([130, 'Interrupted: click may have run. Run: browse snapshot -i\n']);
  pipe.page().wake();
  expect(await pipe.ok('title')).toBe('Shop');
});

test('sessions isolate tabs, and the caller names one by flag, by variable or by the project of the folder', async () => {
  using pipe = pipeline(SITE);
  await pipe.ok('goto', 'https://shop.test/', '-s=work');
  expect(await pipe.ok('url', '--session', 'work')).toBe('https://shop.test/');
  expect((await pipe.send(['url'], { env: { BROWSE_SESSION: 'work' } })).stdout).toBe('https://shop.test/\n');
  expect(await pipe.ok('url')).toBe('about:blank');
  expect(await pipe.ok('session', 'list')).toBe('  work (1 tab)\n→ default (1 tab)');
  expect(await pipe.ok('close', 'work')).toBe('Session closed: work');
  expect(await pipe.no(3, 'session', 'close', 'work')).toContain('No session "work"');
  expect(await pipe.no(2, 'url', '--session', '../x')).toContain("A session's name");
});

// I3
test('a session that is named by a flag is begun by what opens or sets something, and by nothing else', async () => {
  using pipe = pipeline(SITE);
  await pipe.ok('goto', 'https://shop.test/', '--session', 'real');
  for (const line of ['tabs', 'url', 'snapshot -i', 'click @e1', 'reload', 'press Enter', 'network', 'tab close 1'])
    expect(await pipe.no(3, ...line.split(' '), '--session', 'reel'), line).toBe(
      'No session "reel"; there is real. Run: browse session list',
    );
  expect(await pipe.ok('session', 'list')).toBe('  real (1 tab)');
  for (const [name, argv] of [
    ['a', ['newtab']],
    ['b', ['viewport', '300x200']],
    ['c', ['cookie', 'a=b', '--origin', 'https://shop.test']],
  ] as const) {
    await pipe.ok(...argv, '--session', name);
    await pipe.ok('tabs', '--session', name);
  }
  // A variable, as a project's folder, stands for the place of all commands.
  expect((await pipe.send(['tabs'], { env: { BROWSE_SESSION: 'mine' } })).exit).toBe(0);
  const chain = await pipe.send(['chain', '--session', 'd'], { stdin: 'goto https://shop.test/\ntitle\n' });
  expect([chain.exit, chain.stdout], chain.stderr).toEqual([0, expect.stringContaining('Shop')]);
  expect((await pipe.send(['chain', '--session', 'e'], { stdin: 'title\n' })).exit).toBe(3);
});

// I2
test('a hint is a command in the session, tab and browser that were named', async () => {
  using pipe = pipeline(SITE);
  for (const session of ['w1', 'a b'.replace(' ', '.')]) await pipe.ok('goto', 'https://shop.test/', '--session', session);
  expect(await pipe.no(3, '--session', 'w1', 'click', '@e99')).toMatch(/Run: browse snapshot -i --session w1$/);
  expect(await pipe.no(3, 'click', '@e99', '-s=a.b', '--tab', '1')).toMatch(/Run: browse snapshot -i --session a\.b --tab 1$/);
  // One that lists tabs has no tab, and what concerns the daemon no session.
  expect(await pipe.no(3, 'url', '--session', 'w1', '--tab', '7')).toMatch(/Run: browse tabs --session w1$/);
  expect(await pipe.no(2, 'goto', '--session', 'w1')).toMatch(/Run: browse help goto$/);
  const chained = await pipe.send(['chain', '--session', 'w1', '--json'], { stdin: 'click @e99\n' });
  expect(chained.stdout).toContain('browse snapshot -i --session w1');
  const variable = await pipe.send(['click', '@e99'], { env: { BROWSE_SESSION: 'w1' } });
  expect(variable.stderr).toMatch(/Run: browse snapshot -i\n$/);
});

test('a crashed browser is launched again, its tabs are reopened under their numbers, and the loss is said once', async () => {
  using pipe = pipeline(SITE);
  await pipe.ok('goto', 'https://shop.test/');
  await pipe.ok('newtab', 'https://pop.test/');
  await pipe.ok('snapshot', '-i', '--tab', '1');
  pipe.browser().crash();
  const after = await pipe.send(['url', '--tab', '1']);
  expect(after.stdout).toBe('https://shop.test/\n');
  expect(after.stderr).toContain('its 2 tabs were opened again and earlier refs are gone');
  expect(await pipe.no(3, 'click', '@e1', '--tab', '1')).toContain('is stale: the page navigated. Run: browse snapshot -i');
  expect((await pipe.send(['url'])).stderr).toBe('');
});

test.each([
  ['a read runs again, in the next browser', ['text'], 0],
  ['a navigation may be given again', ['goto', 'https://pop.test/'], 4],
  ['a script may have run', ['js', '1+1'], 4],
] as const)('a browser that dies under a command: %s', async (_what, argv, exit) => {
  using pipe = pipeline(SITE);
  await pipe.ok('goto', 'https://shop.test/');
  pipe.page().scripts.set('1+1', () => 2);
  pipe.page().hang();
  const going = pipe.send(argv);
  await expect.poll(() => pipe.dispatch.running().length).toBe(1);
  const waiting = pipe.send(['click', '#keep']);
  await expect.poll(() => pipe.dispatch.running().length).toBe(2);
  pipe.browser().crash();
  const reply = await going;
  expect(reply.exit, reply.stderr).toBe(exit);
  expect(reply.error?.code).toBe({ text: undefined, goto: 'browser-gone', js: 'may-have-run' }[argv[0]]);
  // What waited behind it had not begun.
  expect((await waiting).exit).toBe(0);
  expect(pipe.page().acts).toHaveLength(1);
});

test('a browser that never opens a tab is given up, and the tab it opens later is closed', async () => {
  const clock = fakeClock();
  using pipe = pipeline(SITE, { clock });
  await pipe.ok('goto', 'https://shop.test/');
  const [session] = pipe.browser().sessions;
  if (!session) throw new Error('there is no session');
  const page = await session.newPage();
  const opened = deferred<typeof page>();
  session.newPage = () => opened.promise;
  const failing = pipe.send(['newtab', '--timeout', '60000']);
  await expect.poll(() => pipe.dispatch.running().length).toBe(1);
  await clock.advance(30_000);
  expect((await failing).error?.code).toBe('timeout');
  opened.resolve(page);
  await expect.poll(() => page.closed).toBe(true);
  expect(await pipe.ok('tabs')).not.toContain('[2]');
});

test('a fill never prints or logs its value, and takes it from stdin or from a variable of the caller', async () => {
  using pipe = pipeline(SITE);
  await pipe.ok('goto', 'https://shop.test/');
  expect((await pipe.send(['fill', '#password', '-'], { stdin: 'hunter2\n' })).stdout).toBe('Filled #password [textbox] "Password"\n');
  expect(pipe.page().elements[3]?.value).toBe('hunter2');
  expect((await pipe.send(['fill', '--secret-env', 'PW', '#name'], { env: { PW: 'tiger' } })).stdout).toBe(
    'Filled #name [textbox] "Name"\n',
  );
  expect(pipe.page().elements[2]?.value).toBe('tiger');
  expect(await pipe.no(2, 'fill', '#name', '--secret-env', 'NONE')).toBe('The variable NONE is not set. Run: browse help fill');
  const named = await pipe.send(['--json', 'fill', '--secret-env', 'PW', '#name'], { env: { PW: 'tiger' } });
  const shown = JSON.stringify([pipe.log, named, await pipe.send(['fill', '#password', 'third', '--json'])]);
  expect(shown).not.toMatch(/hunter2|tiger|third/);
  await pipe.ok('fill', '#name', '');
  expect(pipe.page().elements[2]?.value).toBe('');
  await pipe.ok('fill', '#name', '-5');
  expect(pipe.page().elements[2]?.value).toBe('-5');
});

test('a chain answers with a block per command, stops at the first error with its status, and goes on with --keep-going', async () => {
  using pipe = pipeline(SITE);
  const lines = 'goto https://shop.test/\n# a comment\nclick "#nothing" --timeout 10\nurl\n';
  const stopped = await pipe.send(['chain'], { stdin: lines });
  expect(stopped.exit).toBe(1);
  expect(stopped.stdout).toMatch(
    /^\[1\] goto\nNavigated to https:\/\/shop\.test\/ \(200\)\n\[2\] click\nNo element matches "#nothing".*\n$/,
  );
  const whole = await pipe.send(['chain', '--keep-going'], { stdin: lines });
  expect(whole.exit).toBe(1);
  expect(whole.stdout).toContain('[3] url\nhttps://shop.test/\n');
  const array = await pipe.send(['chain', '--json'], { stdin: '[["goto", "https://pop.test/"], "title"]' });
  expect(JSON.parse(array.stdout).steps.map((step: { result: unknown }) => step.result)).toMatchObject([
    { status: 200 },
    { title: 'Popup' },
  ]);
  expect((await pipe.send(['chain'], { stdin: '[nope' })).exit).toBe(2);
});

test('a cookie on a blank page needs --origin, and says so with a command line', async () => {
  using pipe = pipeline(SITE);
  expect(await pipe.no(2, 'cookie', 'a=b')).toBe(
    'cookie needs --origin URL: the tab shows a page without an origin. Run: browse cookie a=VALUE --origin https://example.com',
  );
  expect(await pipe.ok('cookie', 'a=b', '--origin', 'https://shop.test')).toBe('Cookie set: a=****');
  expect(await pipe.ok('cookies', '--domain', 'shop.test')).toBe('a=b  shop.test/');
  expect(await pipe.ok('cookies', '--domain', 'other.test')).toBe('');
});

test('the user agent and headers are kept per session', async () => {
  using pipe = pipeline(SITE);
  expect(await pipe.ok('useragent', 'Mine/1.0')).toBe('User agent set: Mine/1.0');
  expect(pipe.settings.get('default')).toEqual({ userAgent: 'Mine/1.0' });
  expect(await pipe.ok('useragent', '--reset')).toBe('User agent reset');
  expect(await pipe.no(2, 'header', 'X-A:1')).toContain('header needs --origin URL');
  expect(await pipe.ok('header', 'X-A:1', '--origin', 'https://shop.test/x')).toBe('Header set: X-A for https://shop.test');
  expect(pipe.settings.get('default')).toEqual({ headers: [{ name: 'X-A', value: '1', origin: 'https://shop.test' }] });
  expect(await pipe.ok('header', 'x-a:', '--origin', 'https://shop.test')).toBe('Header removed: x-a for https://shop.test');
  expect(pipe.settings.get('default')).toEqual({});
});

test('credentials are bound to an origin, kept per session, and never told', async () => {
  using pipe = pipeline(SITE);
  const secret = 'opensesame';
  const send = (...argv: string[]) => pipe.send(argv, { stdin: `${secret}\n`, env: { KEY: secret } });
  expect(await pipe.ok('credentials')).toBe('(no credentials)');
  expect((await send('credentials', 'ada', '-')).stderr).toContain('credentials needs --origin URL');
  const set = await send('credentials', 'ada', '-', '--origin', 'https://shop.test/x');
  expect(set.stdout).toBe('Credentials set: ada for https://shop.test\n');
  const kept = [{ username: 'ada', password: secret, origin: 'https://shop.test' }];
  expect(pipe.settings.get('default')).toEqual({ credentials: kept });
  expect(pipe.browser().sessions[0]?.credentials).toEqual(kept);
  expect(pipe.traffic.learned).toEqual([secret, btoa(`ada:${secret}`)]);
  const env = await send('credentials', 'bo', '--secret-env', 'KEY', '--origin', 'https://api.test', '--json');
  expect(JSON.parse(env.stdout)).toMatchObject({ username: 'bo', origin: 'https://api.test' });
  expect(await pipe.ok('credentials')).toBe('ada for https://shop.test\nbo for https://api.test');
  // On the command line it would be in the list of processes; it is not repeated either.
  const typed = await send('credentials', 'ada', secret, '--origin', 'https://shop.test');
  expect([typed.exit, typed.stderr]).toEqual([2, expect.stringContaining('from stdin')]);
  expect(await pipe.no(2, 'credentials', 'a:b', '-', '--origin', 'https://shop.test')).toContain('no colon');
  expect(await pipe.no(2, 'credentials', 'ada', '-', '--origin', 'file:///x')).toContain('--origin takes an http or https URL');
  expect(await pipe.no(2, 'credentials', 'ada', '-', '--origin', 'https://shop.test')).toContain('stdin, which is empty');
  expect(await pipe.no(2, 'credentials', 'ada', '--remove', '--origin', 'https://shop.test')).toContain('not both');
  expect(await pipe.ok('credentials', '--remove', '--origin', 'https://shop.test')).toContain('Credentials removed for https://shop.test');
  expect(await pipe.ok('credentials', '--remove', '--origin', 'https://shop.test')).toBe('No credentials for https://shop.test');
  expect(pipe.browser().sessions[0]?.credentials).toHaveLength(1);
  const said = [set, env, typed].map(({ stdout, stderr }) => stdout + stderr).join('') + JSON.stringify(pipe.log);
  expect(said).not.toContain(secret);
});

test('a daemon that drains cuts what runs: a read is to be tried again, an act may have run', async () => {
  using pipe = pipeline(SITE);
  await pipe.ok('goto', 'https://shop.test/');
  await pipe.ok('snapshot', '-i');
  await pipe.ok('newtab', 'https://shop.test/');
  await pipe.ok('snapshot', '-i');
  pipe.page(0).hang();
  pipe.page(1).hang();
  const read = pipe.send(['text', '--tab', '1']);
  const act = pipe.send(['click', '@e1', '--tab', '2']);
  // Both run by now: the pipeline begins them in the same turn.
  await expect.poll(() => pipe.dispatch.running().filter(({ tab }) => tab !== null).length).toBe(2);
  await pipe.dispatch.drain(500);
  expect((await read).error?.code).toBe('draining');
  expect((await act).error?.code).toBe('may-have-run');
  expect((await pipe.send(['url'])).error?.code).toBe('draining');
});

test('something wrong in our own code is internal once, with its stack in the log and an id on screen', async () => {
  using pipe = pipeline(SITE);
  await pipe.ok('goto', 'https://shop.test/');
  pipe.page().title = () => Promise.reject(new TypeError('boom'));
  expect(await pipe.no(70, 'title')).toMatch(/id ffffffff/);
  expect(pipe.log).toContainEqual({ kind: 'internal', id: 'ffffffff', stack: expect.stringContaining('boom') });
});

test('an unknown address, a foreign file and a missing one are told apart', async () => {
  using pipe = pipeline(SITE);
  expect(await pipe.ok('goto', 'localhost:3000')).toBe('Navigated to http://localhost:3000 (200)');
  expect(await pipe.ok('goto', 'shop.test')).toBe('Navigated to https://shop.test (200)');
  expect(await pipe.no(2, 'goto', 'file:///etc/passwd')).toContain('/etc/passwd is outside');
  expect(await pipe.no(2, 'goto', './none.html')).toContain('There is no file');
  expect(await pipe.no(2, 'goto', 'javascript:alert(1)')).toContain('browse js runs it');
});

test('a call by name takes JSON and answers with JSON and the HTTP status of its error', async () => {
  using pipe = pipeline(SITE);
  const call = {
    id: 'call-0001',
    cwd: pipe.folder,
    umask: 0o022,
    env: {},
    tty: false,
    build: { version: '', id: '', stamp: 0, protocol: 1 },
  };
  const signal = new AbortController().signal;
  expect(await pipe.dispatch.command('goto', { url: 'https://shop.test/' }, call, signal)).toEqual({
    http: 200,
    body: { url: 'https://shop.test/', status: 200, session: 'default', tab: 1 },
  });
  expect(await pipe.dispatch.command('goto', { uri: 'x' }, { ...call, id: 'call-0002' }, signal)).toMatchObject({
    http: 400,
    body: { error: { code: 'usage' } },
  });
  expect(await pipe.dispatch.command('nope', {}, { ...call, id: 'call-0003' }, signal)).toMatchObject({ http: 400 });
});

test('back with nowhere to go is rc 1, and so is forward', async () => {
  using pipe = pipeline(SITE);
  expect(await pipe.no(1, 'back')).toBe('There is no page to go back to. Run: browse url');
  expect(await pipe.no(1, 'forward')).toBe('There is no page to go forward to. Run: browse url');
});

test('a file that cannot be read and one that cannot be written are the machine’s fault', async () => {
  using pipe = pipeline(SITE);
  expect(await pipe.no(5, 'eval', '--file', '.')).toMatch(/^Cannot read .*: it is a folder\. Run: browse doctor$/);
  expect(await pipe.no(2, 'eval', './missing.js')).toMatch(/^There is no file .*missing\.js/);
  expect(await pipe.no(5, 'screenshot', './none/a.png')).toMatch(/^Cannot write .*none\/a\.png: /);
});

test('--quiet keeps data and drops talk', async () => {
  using pipe = pipeline(SITE);
  expect(await pipe.ok('goto', 'https://shop.test/', '--quiet')).toBe('');
  pipe.page().scripts.set('1+1', () => 2);
  expect(await pipe.ok('js', '1+1', '--quiet')).toBe('2');
  expect(await pipe.ok('url', '--quiet')).toBe('https://shop.test/');
  expect(await pipe.ok('wait', '5', '--quiet')).toBe('');
  await pipe.ok('newtab');
  expect((await pipe.send(['url', '--tab', '1', '--quiet'])).stderr).toBe('');
});

test('--timing tells the phases on stderr and leaves stdout alone', async () => {
  using pipe = pipeline(SITE);
  const run = await pipe.send(['url', '--timing']);
  expect(run.stdout).toBe('about:blank\n');
  expect(run.stderr).toMatch(/^timing: parse [\d.]+ ms, session [\d.]+ ms, queue [\d.]+ ms, run [\d.]+ ms, daemon [\d.]+ ms\n$/);
});

test('when the current tab closes by itself, nothing meant for it reaches the tab that takes its place', async () => {
  using pipe = pipeline(SITE);
  await pipe.ok('goto', 'https://shop.test/');
  await pipe.ok('snapshot', '-i');
  const losing = async (): Promise<void> => {
    await pipe.ok('newtab', 'https://shop.test/');
    await pipe.ok('snapshot', '-i');
    await pipe.browser().sessions[0]?.pages.at(-1)?.close();
  };
  await losing();
  expect(await pipe.no(3, 'click', '@e2')).toBe('Ref @e2 (button "Delete") is stale: the tab closed. Run: browse snapshot -i');
  await losing();
  expect(await pipe.no(3, 'click', '#delete')).toBe('No tab 3: it closed itself; tab 1 is the current one now. Run: browse tabs');
  await losing();
  const look = await pipe.send(['url']);
  expect([look.stdout, look.stderr]).toEqual(['https://shop.test/\n', 'Tab 4 closed itself; tab 1 is the current one now\n']);
  expect(pipe.page(0).acts).toEqual([]);
  // Told now: tab 1's own refs mean tab 1's own elements.
  expect(await pipe.ok('click', '@e1')).toContain('Clicked @e1 [button] "Keep"');
  expect(pipe.page(0).acts).toEqual(['click Keep']);
});

test('a command that waits behind the one that meets a dialog is refused by its name, and does not run later', async () => {
  using pipe = pipeline(SITE);
  await pipe.ok('goto', 'https://shop.test/');
  const [asking, waiting] = [pipe.send(['click', '#ask']), pipe.send(['click', '#keep'])];
  expect((await asking).stdout).toContain('Dialog open: confirm');
  expect((await waiting).error?.code).toBe('dialog-open');
  await pipe.ok('dialog-accept');
  expect(await pipe.ok('title')).toBe('Shop');
  expect(pipe.page().acts).toEqual(['click Ask']);
});
