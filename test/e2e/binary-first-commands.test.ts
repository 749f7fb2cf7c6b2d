import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import { within } from '../support/patience.ts';
import { serve } from '../support/site.ts';
import { shellLine } from '../support/shell-line.ts';
import { sharedCli, sharedDaemon } from '../support/shared-cli.ts';

const freshUser = sharedDaemon();

test('G-50: a cookie can be set for an origin from about:blank, and the server sees it', async () => {
  await using site = await serve();
  await using shell = freshUser();
  expect(await shell.ok('cookie', 'a=b', '--origin', site.origin)).toBe('Cookie set: a=****');
  await shell.ok('goto', `${site.origin}/headers`);
  expect(site.hits.find(({ url }) => url === '/headers')?.headers['cookie']).toBe('a=b');
  await shell.ok('newtab');
  const bare = await shell.run(['cookie', 'c=d']);
  expect(bare.exit, String(bare)).toBe(2);
  expect(bare.stderr).toContain('--origin');
});

test('G-52: fill "" clears and select "" picks the empty option, with input and change events', async () => {
  await using site = await serve();
  await using shell = freshUser();
  await shell.ok('goto', `${site.origin}/form.html`);
  await shell.ok('select', 'select', 'b');
  await shell.ok('js', 'log.length = 0; 1');
  await shell.ok('fill', 'input[name=email]', '');
  await shell.ok('select', 'select', '');
  expect(JSON.parse(await shell.ok('js', '({email: form.email.value, colour: form.colour.value, log})'))).toEqual({
    email: '',
    colour: '',
    log: ['input:email', 'change:email', 'input:colour', 'change:colour'],
  });
});

test('a reader that leaves early (| head) is no failure and no noise', async () => {
  await using site = await serve({ '/long': Array.from({ length: 20_000 }, (_, at) => `<p>line ${at}`).join('') });
  await using shell = freshUser();
  await shell.ok('goto', `${site.origin}/long`);
  const script = 'set -o pipefail; "$0" text --no-fence --max-chars 10000000 | head -2; echo "${PIPESTATUS[0]}"';
  const piped = shellLine(shell, script);
  const lines = piped.stdout.split('\n');
  expect(lines[0]).toBe('line 0');
  expect(lines.at(-2)).toBe('0');
  expect(piped.stderr).toBe('');
});

test('an answer that cannot be written, as on a full disk, is a failure that says what the command came to', async () => {
  await using shell = freshUser();
  await shell.ok('goto', 'about:blank');
  const full = shellLine(shell, '"$0" url > /dev/full');
  expect(full.exit).toBe(5);
  expect(full.stderr).toMatch(/^Cannot write stdout: ENOSPC: .*; the command had ended with status 0\. Run: browse doctor\n$/);
});

test('a reader that never reads all of a long answer gets all of it once he does', async () => {
  await using site = await serve({ '/long': `<pre>${'x'.repeat(3_000_000)}` });
  await using shell = freshUser();
  await shell.ok('goto', `${site.origin}/long`);
  const slow = shellLine(shell, '"$0" text --no-fence --max-chars 10000000 | { read -r -N 1 _; cat; } | wc -c');
  expect(Number(slow.stdout)).toBeGreaterThanOrEqual(2_999_999);
});

test('while read; do browse url; done runs for every line', async () => {
  await using shell = freshUser();
  const list = join(shell.cwd, 'list');
  writeFileSync(list, 'one\ntwo\nthree\n');
  const loop = shellLine(shell, 'while read -r line; do "$0" url; done < list');
  expect(loop.stdout).toBe('about:blank\n'.repeat(3));
});

describe('bad input', () => {
  const shared = sharedCli();

  test.each([
    ['an unknown command', ['gote', 'x'], 2, /goto/],
    ['an unknown flag', ['url', '--nope'], 2, /--nope/],
    ['a missing argument', ['goto'], 2, /URL/i],
    ['a wrong value', ['url', '--timeout', 'soon'], 2, /soon/],
    ['one argument too many', ['url', 'x'], 2, /url takes no operands/],
    ['a host that does not resolve', ['goto', 'http://nowhere.invalid/'], 1, /nowhere\.invalid/],
    ['a port that nobody listens on', ['goto', 'http://127.0.0.1:9/'], 1, /127\.0\.0\.1:9/],
    ['a ref that was never given', ['click', '@e99'], 3, /browse snapshot -i/],
    ['a tab that is not there', ['tab', '99'], 3, /browse tabs/],
    ['a selector that is none', ['click', 'a[[['], 2, /a\[\[\[/],
    ['a script that throws', ['js', "(() => { throw new Error('mine') })()"], 1, /mine/],
  ])('%s is one clear line and the right exit status', async (_what, argv, exit, said) => {
    const shell = shared();
    const run = await shell.run(argv);
    expect(run.exit, String(run)).toBe(exit);
    expect(run.stdout).toBe('');
    expect(run.stderr).toMatch(said);
    expect(run.stderr.trimEnd().split('\n'), String(run)).toHaveLength(1);
    expect(run.stderr).not.toMatch(/\bat .+:\d+:\d+|node_modules|\$bunfs|Error: .*Error/);
    const json = await shell.run([argv[0] ?? '', '--json', ...argv.slice(1)]);
    expect(json.exit, String(json)).toBe(exit);
    const { error } = JSON.parse(json.stdout) as { error: { code: string; message: string; hint: string | null; retryable: boolean } };
    expect(Object.keys(error)).toEqual(['code', 'message', 'hint', 'retryable', 'ran', 'exit']);
  });
});

test('a page that never loads ends at the time-out that was given', async () => {
  await using site = await serve();
  await using shell = cli();
  await shell.ok('goto', 'about:blank');
  const run = await shell.run(['goto', `${site.origin}/never`, '--timeout', '700']);
  expect(run.exit, String(run)).toBe(1);
  expect(run.ms).toBeLessThan(within(2_500));
  expect(run.stderr).toContain('700 ms');
});
