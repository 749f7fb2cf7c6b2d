import { chmodSync, copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { binaryUnderTest, cli, type Cli } from '../support/cli.ts';
import { shellLine } from '../support/shell-line.ts';
import { serve } from '../support/site.ts';

/** The binary alone in a folder, and a PATH on which there is nothing. The sources it was built from are deleted already. */
function alone(user: Cli): { binary: string; env: { PATH: string } } {
  const folder = join(user.root, 'alone');
  const empty = join(user.root, 'no-programs');
  for (const path of [folder, empty]) mkdirSync(path);
  const binary = join(folder, 'browse');
  copyFileSync(binaryUnderTest(), binary);
  chmodSync(binary, 0o755);
  return { binary, env: { PATH: empty } };
}

test('the binary alone does the main job: no node_modules, no node and no bun on PATH', async () => {
  await using site = await serve();
  await using user = cli();
  const how = alone(user);
  const say = async (...argv: string[]): Promise<string> => {
    const run = await user.run(argv, how);
    expect(run.exit, String(run)).toBe(0);
    return run.stdout;
  };
  expect(await say('goto', `${site.origin}/form.html`)).toBe(`Navigated to ${site.origin}/form.html (200)\n`);
  const snapshot = await say('snapshot', '-i');
  const name = /(@e\d+) \[textbox\] "Name"/.exec(snapshot)?.[1] ?? '';
  const send = /(@e\d+) \[button\] "Send"/.exec(snapshot)?.[1] ?? '';
  expect(await say('fill', name, 'Ada')).toBe(`Filled ${name} [textbox] "Name"\n`);
  expect(await say('click', send)).toContain(`Clicked ${send} [button] "Send"`);
  expect(await say('text', '#status', '--no-fence')).toBe('Sent Ada\n');
  expect(readdirSync(join(user.root, 'alone'))).toEqual(['browse']);
  expect((await user.run(['stop'], how)).exit).toBe(0);
});

test('nothing in the folder where a command is typed changes what runs', async () => {
  await using user = cli();
  const marker = join(user.root, 'marker');
  writeFileSync(join(user.cwd, 'evil.ts'), `require('node:fs').writeFileSync(${JSON.stringify(marker)}, 'ran');`);
  writeFileSync(join(user.cwd, '.env'), `BROWSE_HOME=${user.root}/elsewhere\nBUN_OPTIONS=--preload=./evil.ts\n`);
  writeFileSync(join(user.cwd, 'bunfig.toml'), 'preload = ["./evil.ts"]\n[run]\nbun = true\n');
  writeFileSync(
    join(user.cwd, 'package.json'),
    JSON.stringify({ type: 'commonjs', imports: { '#x': './evil.ts' }, browse: { home: 'elsewhere' } }),
  );
  writeFileSync(join(user.cwd, 'tsconfig.json'), JSON.stringify({ compilerOptions: { paths: { '*': ['./evil.ts'] } } }));
  writeFileSync(join(user.cwd, '1+1'), 'throw new Error("a file named like an expression")');
  expect(await user.ok('js', '1+1')).toBe('2');
  expect(user.record()).not.toBeNull();
  expect(readdirSync(user.root)).not.toContain('marker');
  expect(readdirSync(user.root)).not.toContain('elsewhere');
});

// G12
test('no variable of the runtime has an effect on us, and programs of the caller have them all the same', async () => {
  await using user = cli();
  const env = {
    BUN_JSC_minHeapSizeInMB: '64',
    BUN_JSC_useJIT: 'nonsense',
    BUN_JSC_: '',
    BUN_CONFIG_VERBOSE_FETCH: 'curl',
    BUN_TMPDIR: '/nowhere',
    BUN_INSTALL: '/opt/bun',
  };
  const plain = await user.run(['help']);
  const run = await user.run(['help'], { env });
  expect([run.exit, run.stdout, run.stderr]).toEqual([0, plain.stdout, '']);
  // Whether it starts the daemon, reaches it at once, or is the daemon.
  for (const argv of [['url'], ['url'], ['status'], ['restart'], ['js', '1+1'], ['logs', 'sql', 'SELECT 1']]) {
    const each = await user.run(argv, { env });
    expect(each.exit, String(each)).toBe(0);
  }
  writeFileSync(
    join(user.cwd, 'own.ts'),
    'export default () => [process.env.BUN_INSTALL, Object.keys(process.env).filter((name) => name.startsWith("BUN."))];',
  );
  const script = await user.run(['run', 'own.ts', '--json'], { env });
  expect(JSON.parse(script.stdout), String(script)).toMatchObject({ value: ['/opt/bun', []] });
  const foreground = user.start(['stop'], { env });
  expect((await foreground.done).exit).toBe(0);
});

// G7
test('in a folder that was removed, what needs none works, and the rest says so in our words', async () => {
  await using user = cli();
  const gone = join(user.root, 'gone');
  const there = (line: string): ReturnType<typeof shellLine> =>
    shellLine(user, `mkdir -p ${gone} && cd ${gone} && rmdir ${gone} && "$0" ${line}; echo "rc=$?"`);
  for (const [line, rc, said] of [
    ['status', 4, /^Status: not running/],
    ['start', 0, /^Server started/],
    ['status', 0, /^Status: healthy/],
    ['version', 0, /^browse /],
    ['help', 0, /^browse COMMAND/],
    ['click --help', 0, /click SEL/],
    ['doctor', 0, /^ok +browse/],
    ['url --json', 5, /^\{"error":\{"code":"folder-gone"/],
    ['stop', 0, /^Server stopped/],
    ['--no-daemon url --json', 5, /^\{"error":\{"code":"folder-gone"/],
  ] as const) {
    const run = there(line);
    expect(run.stdout, line + run.stderr).toMatch(said);
    expect(run.stdout, line).toMatch(new RegExp(`rc=${rc}\n$`));
    expect(run.stderr).toBe('');
  }
});

test.each([
  ['BUN_OPTIONS', { BUN_OPTIONS: '--preload=./evil.ts' }],
  ['BUN_BE_BUN', { BUN_BE_BUN: '1' }],
  ['BUN_INSPECT', { BUN_INSPECT: 'ws://127.0.0.1:0/x', BUN_INSPECT_PRELOAD: './evil.ts' }],
  ['NODE_OPTIONS', { NODE_OPTIONS: '--require=./evil.ts' }],
])('%s runs nothing before us and does not make us another program', async (_name, env) => {
  await using user = cli();
  writeFileSync(join(user.cwd, 'evil.ts'), `require('node:fs').writeFileSync(${JSON.stringify(join(user.root, 'marker'))}, 'ran');`);
  const plain = await user.run(['--version']);
  const run = await user.run(['--version'], { env });
  expect(run.stdout, String(run)).toBe(plain.stdout);
  expect(run.stderr).toBe('');
  expect((await user.run(['-e', '1'], { env })).exit).toBe(2);
  expect(readdirSync(user.root)).not.toContain('marker');
});
