import { expect, test } from 'vitest';
import { cli, type Cli } from '../support/cli.ts';
import { daemonOf, ended } from '../support/daemons.ts';
import { end, eventually, type Seen } from '../support/processes.ts';
import { reportOf, testFile, testWorkers, unitProject, type UnitProject } from '../support/unit-project.ts';

const BEGIN = `const { writeFileSync } = await import('node:fs'); writeFileSync('begun', '');`;
const FILES = {
  'good/one.test.ts': testFile({ 'is fine': '' }),
  'bad/loop.test.ts': testFile({ 'never ends': `${BEGIN} for (;;);` }),
  'bad/load.test.ts': `import { writeFileSync } from 'node:fs';\nwriteFileSync('begun', '');\nfor (;;);\n`,
  'bad/exit.test.ts': testFile({ 'leaves': 'process.exit(0);' }),
  'bad/promise.test.ts': testFile({
    'forgets a promise': `void Promise.reject(new Error('nobody caught this')); await new Promise((done) => setTimeout(done, 20));`,
  }),
  'bad/empty.test.ts': `export {};\n`,
  'bad/late.test.ts': testFile({ 'is late': 'await new Promise(() => {});' }).replace('async () =>', '{ timeout: 50 }, async () =>'),
};

/** The processes of workers, and whatever they started, by what they run. */
function left(shell: Cli): readonly Seen[] {
  return shell.processes().filter(({ command }) => /vitest-worker|node_modules\/vitest/.test(command));
}

/** Starts a run that does not end, and waits until its test has begun. */
async function endless(shell: Cli, project: UnitProject, ...words: string[]): Promise<ReturnType<Cli['start']>> {
  if (project.has('begun')) project.remove('begun');
  const run = shell.start(['test', 'bad/loop.test.ts', ...words]);
  await eventually('the test to run', () => project.has('begun'), 60_000);
  return run;
}

test('what a test does to its process is a failure of the run with its line, never a success', async () => {
  await using shell = cli();
  unitProject(shell.cwd, FILES);
  const run = await shell.run(['test', 'bad/exit', 'bad/promise', 'bad/empty', 'bad/late', 'good/', '--json']);
  expect(run.exit, String(run)).toBe(1);
  const { results, errors } = reportOf(run);
  expect(Object.fromEntries(results.map(({ title, outcome }) => [title[0], outcome]))).toMatchObject({
    'leaves': 'failed',
    'is late': 'timed-out',
    'is fine': 'passed',
  });
  expect(results.find(({ title }) => title[0] === 'leaves')?.errors[0]?.message).toContain('process.exit unexpectedly called');
  const said = errors.map(({ message, at }) => `${message} ${at?.file.split('/').at(-1) ?? ''}:${at?.line ?? ''}`);
  expect(said).toEqual(expect.arrayContaining([expect.stringMatching(/nobody caught this promise\.test\.ts:3$/)]));
  expect(said).toEqual(expect.arrayContaining([expect.stringContaining('bad/empty.test.ts: Error: No test suite found')]));
  expect((await shell.run(['test', 'good/'])).exit).toBe(0);
});

test('a test that never ends is bounded by --timeout: it is told of, nothing of it is left, and the next run works', async () => {
  await using shell = cli();
  const project = unitProject(shell.cwd, FILES);
  await shell.ok('test', 'good/');
  for (const file of ['bad/loop.test.ts', 'bad/load.test.ts']) {
    const run = await shell.run(['test', file, '--timeout', '15s'], { limit: 30_000 });
    expect(run.exit, String(run)).toBe(1);
    expect(run.stdout).toContain('The run was given up: its time was over (--timeout)');
    expect(run.stdout).toContain(file);
    await eventually('its processes to end', () => left(shell).length === 0);
  }
  expect(project.has('begun')).toBe(true);
  expect((await shell.run(['test', 'good/'])).exit).toBe(0);
});

test('Ctrl-C ends the run and all that it started', async () => {
  await using shell = cli();
  const project = unitProject(shell.cwd, FILES);
  const run = await endless(shell, project);
  const running = left(shell);
  expect(running.length).toBeGreaterThan(1);
  run.child.kill('SIGINT');
  const done = await run.done;
  expect(done.exit, String(done)).toBe(130);
  expect(done.stderr).toContain('Interrupted: test');
  await ended(running);
  expect((await shell.run(['test', 'good/'])).exit).toBe(0);
});

test('a worker that is killed under a run is told of, and the next run works; two projects go side by side', async () => {
  await using shell = cli();
  const project = unitProject(shell.cwd, FILES);
  const other = unitProject(`${shell.root}/other`, { 'one.test.ts': testFile({ 'is beside': '' }) });
  const run = await endless(shell, project);
  const [worker] = (await testWorkers(shell)) as [Seen];
  const beside = await shell.run(['test'], { cwd: other.root });
  expect(beside.exit, String(beside)).toBe(0);
  end(worker);
  const done = await run.done;
  expect(done.exit, String(done)).toBe(4);
  expect(done.stderr).toContain(`The process that ran the tests of ${project.root} ended before it had a result: it was ended by SIGKILL`);
  expect((await shell.run(['test', 'good/'])).exit).toBe(0);
});

test('a stop of the daemon ends the workers, also one with a test that never ends; so does whoever comes after a daemon that was killed', async () => {
  await using shell = cli();
  const project = unitProject(shell.cwd, FILES);
  const run = await endless(shell, project);
  const running = left(shell);
  await shell.ok('stop');
  await ended(running);
  await run.done;
  const again = await endless(shell, project);
  const orphans = left(shell);
  end(daemonOf(shell));
  await again.done;
  await shell.ok('start');
  await ended(orphans);
  expect((await shell.run(['test', 'good/'])).exit).toBe(0);
});

test('a config that throws or does not parse is named with its line and its reason, and once it is repaired tests run', async () => {
  await using shell = cli();
  const project = unitProject(shell.cwd, { 'good/one.test.ts': testFile({ 'is fine': '' }) });
  const refused = async (): Promise<string> => {
    const run = await shell.run(['test']);
    expect([run.exit, run.stdout], String(run)).toEqual([2, '']);
    return run.stderr;
  };
  project.write('vitest.config.ts', `\nexport default { get test() { throw new Error('my config is broken'); } };\n`);
  expect(await refused()).toContain(
    `vitest does not start in ${project.root}: ${project.root}/vitest.config.ts:2: Error: my config is broken.`,
  );
  project.write('vitest.config.ts', `export default {\n  test: {{\n`);
  expect(await refused()).toMatch(/vitest\.config\.ts:2: \[?PARSE_ERROR/);
  expect(await shell.ok('status', 'tests')).toContain('tests: failed');
  project.write('vitest.config.ts', 'export default {};\n');
  expect((await shell.run(['test'])).exit).toBe(0);
  // Behind a worker that is warm.
  project.write('vitest.config.ts', `throw new Error('broken again');\n`);
  expect(await refused()).toContain('vitest.config.ts:1: Error: broken again');
});
