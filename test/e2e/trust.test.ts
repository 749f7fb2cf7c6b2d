/** A checked-out folder configures nothing that could harm until its user has said so, for the very content that it has. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ConfigurationShown } from '../../browse/domain/configuration/ports.ts';
import type { Refreshed } from '../../browse/protocol/status.ts';
import { project, state } from '../support/projects.ts';
import { serve } from '../support/site.ts';

test('an untrusted project may say baseUrl and viewport; the rest is not used, and that is said once', async () => {
  await using site = await serve({ '/': '<title>page</title>' });
  await using user = project();
  user.put('auth.json', state(site.origin, 'planted', 'planted'));
  user.put('browse.config.json', { baseUrl: site.origin, storageState: 'auth.json', refreshAuth: 'touch ran', idle: 0 });
  const first = await user.run(['goto', '/']);
  // Notices are talk: what is read from stdout is the answer alone. And no hint lets a folder's code run (G2).
  expect(first.stdout).toBe(`Navigated to ${site.origin}/ (200)\n`);
  expect(first.stderr).toContain(
    `${user.cwd}/browse.config.json says what is not used (storageState, refreshAuth, idle): you have not trusted it. ` +
      'Whether to trust it is for a person to decide. Run: browse trust --show\n',
  );
  expect((await user.run(['goto', '/'])).stdout).toBe(`Navigated to ${site.origin}/ (200)\n`);
  expect(await user.ok('js', '`${document.cookie}${localStorage.kept}`')).toBe('undefined');
  expect((await user.value('storageState')).unused).toMatchObject({ reason: 'untrusted' });
  expect((await user.run(['newtab', '--session', 'other'])).stderr).toContain('Run: browse trust --show');
});

test('trust shows what it is about, holds for that content, is asked for again on a change, and can be taken back', async () => {
  await using site = await serve({ '/': '<title>page</title>' });
  await using user = project();
  user.put('auth.json', state(site.origin, 'one', 'one'));
  user.put('browse.config.json', { baseUrl: site.origin, storageState: 'auth.json' });
  await user.ok('goto', '/');
  const cookie = (): Promise<string> => user.ok('js', 'document.cookie');
  expect(await user.ok('trust', '--show')).toContain(`storageState: ${user.cwd}/auth.json (browse.config.json:3:3)`);
  expect(await user.ok('trust', '--list')).toBe('(no trusted projects)');
  expect(await cookie()).toBe('');
  expect(await user.ok('trust')).toMatch(/^Trusted .*\n.*browse\.config\.json \(sha256 [\da-f]{12}\)\n/);
  expect(await cookie()).toBe('login=one');
  expect(await user.ok('trust', '--list')).toMatch(new RegExp(`^${user.cwd} \\(since `));
  expect(statSync(join(user.home, 'run/trust.json')).mode & 0o777).toBe(0o600);

  // It outlives the daemon.
  await user.ok('restart');
  await user.ok('goto', '/');
  expect(await cookie()).toBe('login=one');

  user.put('browse.config.json', { baseUrl: site.origin, storageState: '../elsewhere.json' });
  const refreshed = await user.json<Refreshed>('refresh');
  expect(refreshed.configChanged).toEqual(['storageState']);
  expect(refreshed.notes).toEqual([expect.stringContaining('(storageState): it has changed since you trusted it. Whether to trust it is')]);
  expect((await user.json<ConfigurationShown>('config')).project).toMatchObject({ trust: 'changed' });
  user.put('browse.config.json', { baseUrl: site.origin, storageState: 'auth.json' });
  await user.ok('refresh');
  expect((await user.json<ConfigurationShown>('config')).project).toMatchObject({ trust: 'trusted' });

  expect(await user.ok('trust', '--remove')).toBe('The project is not trusted any more');
  expect(await user.ok('trust', '--remove')).toBe('The project was not trusted');
  expect((await user.value('storageState')).value).toBeNull();
  const both = await user.run(['trust', '--list', '--remove']);
  expect(both.exit).toBe(2);
});

test('what a project that is no file, a pipe, a link out of it or without end says is not read, and holds up nobody', async () => {
  await using user = project();
  const file = join(user.cwd, 'browse.config.json');
  writeFileSync(join(user.root, 'secret.json'), '{"PLANTED": 1}');
  for (const [make, reason] of [
    [() => execFileSync('mkfifo', [file]), 'it is no file'],
    [() => symlinkSync(join(user.root, 'secret.json'), file), 'it is a link out of its folder'],
    [() => symlinkSync('/dev/zero', file), 'it is a link out of its folder'],
    [() => symlinkSync(join(user.cwd, 'nowhere'), file), 'it is a link to nothing'],
    [() => user.put('browse.config.json/x', ''), 'it is no file'],
    [() => user.put('browse.config.json', ' '.repeat(70_000)), 'it is larger than 64 KiB'],
    [() => user.put('browse.config.ts', 'export default {}'), 'keep one of them'],
  ] as const) {
    if (!reason.startsWith('keep')) user.drop('browse.config.json');
    make();
    const refused = await user.run(['refresh'], { limit: 10_000 });
    // The first of them starts no daemon.
    if (refused.stderr.includes('No daemon')) await user.ok('start');
    for (const run of [await user.run(['refresh'], { limit: 10_000 }), await user.run(['trust'], { limit: 10_000 })]) {
      expect([run.exit === 0, run.stderr], String(run)).toEqual([false, expect.stringContaining(reason)]);
      expect(run.stdout + run.stderr).not.toContain('PLANTED');
    }
  }
  // A link inside the project is as good as a file.
  user.drop('browse.config.json');
  user.drop('browse.config.ts');
  user.put('config/ours.json', { viewport: { width: 500, height: 400 } });
  symlinkSync('config/ours.json', file);
  expect(await user.ok('js', 'innerWidth')).toBe('500');
});

test('code of an untrusted project never runs; trusted, it runs in a fresh process for each look', async () => {
  await using user = project({ env: { PLANTED: 'a secret of mine' } });
  user.put(
    'browse.config.ts',
    [
      "import { appendFileSync } from 'node:fs';",
      "import { port } from './parts/port.ts';",
      "appendFileSync('ran', `${process.pid} ${process.ppid} ${JSON.stringify(process.env)}\\n`);",
      "console.log('noise'.repeat(10_000));",
      'interface Ours { baseUrl: string }',
      'export default { baseUrl: `http://one.test:${port}`, idle: 7 } satisfies Ours & { idle: number };',
    ].join('\n'),
  );
  user.put('parts/port.ts', 'export const port: number = 1;');
  const ran = (): readonly string[] =>
    existsSync(join(user.cwd, 'ran')) ? readFileSync(join(user.cwd, 'ran'), 'utf8').trim().split('\n') : [];
  expect((await user.run(['tabs'])).stderr).toContain('browse.config.ts is not used: you have not trusted it. Whether to trust it is');
  for (const argv of [['refresh'], ['config'], ['trust', '--show'], ['trust', '--list']]) expect((await user.run(argv)).exit).toBe(0);
  expect((await user.run(['goto', '/'])).stderr).toContain('no baseUrl is configured');
  expect(ran()).toEqual([]);

  // A look at it shows every file that would be covered.
  expect(await user.ok('trust', '--show')).toContain('parts/port.ts (sha256');
  expect(ran()).toEqual([]);
  const trusted = await user.ok('trust');
  expect(trusted).toContain('parts/port.ts (sha256');
  expect(trusted).toContain('is code: it runs as you');
  expect(ran()).toHaveLength(1);
  expect(ran()[0]).not.toContain('PLANTED');
  expect(await user.value('baseUrl')).toMatchObject({ value: 'http://one.test:1/', source: 'project' });
  await user.ok('refresh');
  const pids = ran().map((line) => line.split(' ')[0]);
  expect(new Set(pids).size).toBe(pids.length);
  expect(pids).not.toContain(String(user.record()?.process.pid));

  // What it loads is covered as well.
  const before = ran().length;
  user.put('parts/port.ts', 'export const port: number = 2;');
  expect((await user.json<Refreshed>('refresh')).notes).toEqual([expect.stringContaining('it has changed since you trusted it')]);
  expect(ran()).toHaveLength(before);
  expect((await user.value('baseUrl')).value).toBeNull();
  await user.ok('trust');
  expect((await user.value('baseUrl')).value).toBe('http://one.test:2/');
});

// G1
test('what runs is a copy of the files that were trusted: nothing that a pull adds is ever loaded', async () => {
  await using user = project();
  user.put(
    'browse.config.ts',
    "import { w } from './sub/a'; import { h } from './sub'; export default { viewport: { width: 800, height: h + w } };",
  );
  user.put('sub/a.ts', 'export const w = 1;');
  user.put('sub/index.ts', 'export const h = 300;');
  await user.ok('trust');
  const height = async (): Promise<unknown> => ((await user.value('viewport')).value as { height: number } | null)?.height;
  expect(await height()).toBe(301);
  const evil = `require("node:fs").writeFileSync(${JSON.stringify(join(user.root, 'ran'))}, "x"); export const w = 1, h = 300;`;
  // Beside a file that was trusted, before it in the order of endings; a folder's module; a package of a nested folder; manifests.
  for (const name of ['sub/a.tsx', 'sub/a.jsx', 'sub/a.mts', 'sub/a/index.ts', 'sub/index.tsx', 'sub.ts', 'sub/node_modules/a/index.js'])
    user.put(name, evil);
  user.put('evil.ts', evil);
  user.put('tsconfig.json', { compilerOptions: { baseUrl: '.', paths: { './sub/a': ['./evil.ts'], '*': ['./evil.ts'] } } });
  user.put('package.json', { type: 'commonjs', imports: { '#a': './evil.ts' }, main: './evil.ts' });
  user.put('bunfig.toml', 'preload = ["./evil.ts"]\n');
  user.put('.env', 'BUN_OPTIONS=--preload=./evil.ts\n');
  await user.ok('refresh');
  expect(existsSync(join(user.root, 'ran'))).toBe(false);
  expect(await height()).toBe(301);
  // What it was made of, and has changed, is not evaluated either.
  user.put('sub/index.ts', evil);
  expect((await user.json<Refreshed>('refresh')).notes).toEqual([expect.stringContaining('it has changed since you trusted it')]);
  expect(existsSync(join(user.root, 'ran'))).toBe(false);
  expect(readdirSync(join(user.home, 'tmp'), { recursive: true }).filter((name) => /browse\.config/.test(String(name)))).toEqual([]);
});

test.each([
  ['computed', "export default (await import('./sub/' + 'late.ts')).default;"],
  ['absolute', "import { join } from 'node:path'; export default (await import(join(process.cwd(), 'sub/late.ts'))).default;"],
  [
    'required',
    "import { createRequire } from 'node:module'; const load = createRequire(import.meta.url); export default load(process.cwd() + '/sub/late.ts').default;",
  ],
])('a file that is loaded by a name that is %s cannot be trusted, and does not run', async (_, code) => {
  await using user = project();
  user.put('browse.config.ts', code);
  user.put('sub/late.ts', `import { writeFileSync } from 'node:fs'; writeFileSync('ran', ''); export default { idle: 3 };`);
  const run = await user.run(['trust']);
  expect([run.exit, existsSync(join(user.cwd, 'ran'))], String(run)).toEqual([2, false]);
  expect(run.stderr).toMatch(/late(\.ts)?\b/);
});

test('packages count as the lockfile pins them, and what a command of the configuration runs is covered', async () => {
  await using user = project();
  user.put(
    'browse.config.ts',
    "import { port } from 'ours'; export default { baseUrl: `http://one.test:${port}`, idle: 9, storageState: new URL('./auth.json', import.meta.url).pathname, refreshAuth: 'node mint.mjs' };",
  );
  user.put('node_modules/ours/index.js', 'exports.port = 1;');
  user.put('mint.mjs', "import './lib/mint-lib.mjs';");
  user.put('lib/mint-lib.mjs', 'console.log(JSON.stringify({ cookies: [], origins: [] }));');
  const without = await user.run(['trust']);
  expect([without.exit, without.stderr], String(without)).toEqual([2, expect.stringContaining("package 'ours'")]);
  user.put('package-lock.json', '{"lockfileVersion": 3}');
  const said = await user.ok('trust');
  expect(said).toMatch(/package-lock\.json \(sha256 [\da-f]{12}: pins the packages that are loaded\)\n/);
  expect(said).toContain('1 file of packages in node_modules');
  expect(said).toContain('lib/mint-lib.mjs (sha256');
  // A place beside the code is meant as the place in the project.
  expect((await user.value('storageState')).value).toBe(join(user.cwd, 'auth.json'));
  await user.ok('refresh-auth');
  for (const [name, content] of [
    ['package-lock.json', '{"lockfileVersion": 4}'],
    ['node_modules/ours/index.js', 'exports.port = 2;'],
    ['lib/mint-lib.mjs', "import { writeFileSync } from 'node:fs'; writeFileSync('ran', '');"],
  ] as const) {
    const before = readFileSync(join(user.cwd, name), 'utf8');
    user.put(name, content);
    const minted = await user.run(['refresh-auth']);
    expect([minted.exit, minted.stderr], String(minted)).toEqual([2, expect.stringContaining('its project is not trusted')]);
    await user.ok('refresh');
    expect(await user.value('idle'), name).not.toMatchObject({ value: 540_000 });
    user.put(name, before);
    await user.ok('refresh');
    expect(await user.value('idle'), name).toMatchObject({ value: 540_000 });
  }
  expect(existsSync(join(user.cwd, 'ran'))).toBe(false);
});

test.each([
  ['export default {\n  baseUrl: ', /browse\.config\.ts:2:\d+: /],
  ['const a = 1;\nthrow new Error("no luck");\n', /browse\.config\.ts:2(:\d+)?: no luck/],
  ['export default {\n  baseUrl: 3 };', /browse\.config\.ts, baseUrl: "baseUrl" is an http or https URL/],
  ['export const a = 1;', /browse\.config\.ts: it has no default export/],
  ['export default { viewport: () => 1 };', /it exports is no plain data: viewport is a function/],
  ['const a: any = {}; a.tests = a; export default a;', /is a ring, or nested too deeply/],
  ['console.error("last words"); process.exit(3);', /it ended with status 3 before it had exported anything; it said last: last words/],
  ['export default { tests: { specs: "x".repeat(400_000) } };', /it exports more than 256 KiB/],
  ['import "./missing.ts"; export default {};', /Cannot find module/],
])('code that cannot be used is told of with file and reason: %j', async (code, reason) => {
  await using user = project();
  user.put('browse.config.ts', code);
  const run = await user.run(['trust'], { limit: 20_000 });
  expect([run.exit, run.stderr], String(run)).toEqual([2, expect.stringMatching(reason)]);
  expect(run.stderr).toMatch(/^The configuration cannot be used: [^\n]*\n$/);
  expect(await user.ok('trust', '--list')).toBe('(no trusted projects)');
});

test('code that never ends is ended with all that it started, and the refresh fails', async () => {
  await using user = project();
  user.put('turn', 'fine');
  user.put(
    'browse.config.mjs',
    [
      "import { readFileSync } from 'node:fs';",
      "import { spawn } from 'node:child_process';",
      "if (readFileSync('turn', 'utf8') !== 'fine') { spawn('sleep', ['1000'], { stdio: 'inherit' }); for (;;); }",
      "export default { baseUrl: 'http://kept.test' };",
    ].join('\n'),
  );
  await user.ok('trust');
  const { refreshedAt } = await user.json<Refreshed>('refresh');
  user.put('turn', 'other');
  const stuck = await user.run(['refresh'], { limit: 30_000 });
  expect([stuck.exit, stuck.stderr], String(stuck)).toEqual([
    4,
    expect.stringContaining('browse.config.mjs: it was not evaluated within 10000 ms'),
  ]);
  expect(user.processes().filter(({ command }) => /sleep|__config/.test(command))).toEqual([]);
  expect((await user.json<{ refreshedAt: string }>('status')).refreshedAt).toBe(refreshedAt);
  expect((await user.value('baseUrl')).value).toBe('http://kept.test/');
});
