import { mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Refreshed } from '../../browse/protocol/status.ts';
import { cli, type Cli } from '../support/cli.ts';
import { eventually } from '../support/processes.ts';
import { rounds } from '../support/rounds.ts';
import { reportOf, testFile, testWorkers, unitProject, type UnitProject } from '../support/unit-project.ts';

/** A project whose one test prints what each of its parts says, and such a part beside it. */
function project(shell: Cli): { own: UnitProject; outside: UnitProject } {
  mkdirSync(join(shell.root, 'outside'));
  const outside = unitProject(join(shell.root, 'outside'), { 'far.ts': `export const far = 'a';\n` });
  const own = unitProject(shell.cwd, {
    'vitest.config.ts': `import { defineConfig } from 'vitest/config';\nimport { mark } from './config-part.ts';\nexport default defineConfig({ test: { include: ['test/**/*.test.ts'], env: { MARK: mark } } });\n`,
    'config-part.ts': `export const mark = 'a';\n`,
    'tsconfig.json': `{ "compilerOptions": { "experimentalDecorators": true, "useDefineForClassFields": true } }`,
    'src/one.ts': `export { two } from './two.ts';\n`,
    'src/two.ts': `import { three } from './three.ts';\nexport const two = (): string => three;\n`,
    'src/three.ts': `export const three = 'a';\n`,
    'src/late.ts': `export const late = 'a';\n`,
    'src/pick.ts': `export const pick = 'a';\n`,
    'src/listed/a.ts': '',
    'src/data.json': `{"value": "a"}`,
    'setup.ts': `globalThis.begun = 'a';\n`,
    'test/parts.test.ts': [
      `import { expect, test } from 'vitest';`,
      `import { two } from '../src/one.ts';`,
      `import { pick } from '../src/pick';`,
      `import { far } from '../../outside/far.ts';`,
      `import data from '../src/data.json';`,
      `class Field { field: unknown; }`,
      `const own = 'a';`,
      `test('says all', async () => {`,
      `  const { late } = await import('../src/late.ts');`,
      `  const listed = Object.keys(import.meta.glob('../src/listed/*.ts')).length;`,
      `  console.log(JSON.stringify({ own, three: two(), pick, far, late, data: data.value, listed, mark: process.env.MARK, fields: Object.keys(new Field()).length }));`,
      `  expect(own).toBeTypeOf('string');`,
      `});`,
      '',
    ].join('\n'),
  });
  return { own, outside };
}

/** What the parts say in a run. */
async function said(shell: Cli, ...words: string[]): Promise<Record<string, unknown>> {
  const run = await shell.run(['test', '--json', ...words]);
  if (run.exit !== 0) throw new Error(String(run));
  return JSON.parse(reportOf(run).output?.[0]?.text ?? '') as Record<string, unknown>;
}

test('D-14: an edit of the test, of a helper three imports deep, of a part imported late, of data, outside of the root, of the config: never is anything stale', async () => {
  await using shell = cli();
  const { own, outside } = project(shell);
  let expected: Record<string, unknown> = {
    own: 'a',
    three: 'a',
    pick: 'a',
    far: 'a',
    late: 'a',
    data: 'a',
    listed: 1,
    mark: 'a',
    fields: 1,
  };
  expect(await said(shell)).toEqual(expected);
  const value = (key: string, where: UnitProject, path: string, pattern: RegExp) => (round: number) => {
    where.edit(path, pattern, `'${key}${round}'`);
    expected = { ...expected, [key]: `${key}${round}` };
  };
  const old = new Date(2020, 0, 1);
  const edits: readonly ((round: number) => void)[] = [
    value('three', own, 'src/three.ts', /'.*'/),
    value('own', own, 'test/parts.test.ts', /(?<=const own = )'.*'/),
    value('far', outside, 'far.ts', /'.*'/),
    value('mark', own, 'config-part.ts', /'.*'/),
    value('late', own, 'src/late.ts', /'.*'/),
    // What a tool copied with its old time, and of the same length.
    (round) => {
      own.edit('src/data.json', /"value": ".*"/, `"value": "${round % 2 === 0 ? 'b' : 'c'}"`);
      utimesSync(join(own.root, 'src/data.json'), old, old);
      expected = { ...expected, data: round % 2 === 0 ? 'b' : 'c' };
    },
    // Another file that the same import means from now on.
    (round) => {
      const there = expected['pick'] !== 'a';
      if (there) own.remove('src/pick.mjs');
      else own.write('src/pick.mjs', `export const pick = 'm${round}';\n`);
      expected = { ...expected, pick: there ? 'a' : `m${round}` };
    },
    (round) => {
      own.write(`src/listed/n${round}.ts`, '');
      expected = { ...expected, listed: Number(expected['listed']) + 1 };
    },
    () => {
      own.edit('tsconfig.json', /"useDefineForClassFields": \w+/, `"useDefineForClassFields": ${expected['fields'] === 0}`);
      expected = { ...expected, fields: expected['fields'] === 0 ? 1 : 0 };
    },
  ];
  for (let round = 0; round < rounds(30, 9); round++) {
    edits[round % edits.length]?.(round);
    expect(await said(shell), `after edit ${round}`).toEqual(expected);
  }
});

test('a test file that is new is run, one that is gone is not, and an edit that breaks one is a failure with its line', async () => {
  await using shell = cli();
  const { own } = project(shell);
  const files = async (): Promise<readonly string[]> =>
    reportOf(await shell.run(['test', '--json'])).results.map(({ file }) => file.replace(`${own.root}/`, ''));
  expect(await files()).toEqual(['test/parts.test.ts']);
  own.write('test/new.test.ts', testFile({ 'is new': '' }));
  expect((await files()).toSorted()).toEqual(['test/new.test.ts', 'test/parts.test.ts']);
  own.remove('test/parts.test.ts');
  expect(await files()).toEqual(['test/new.test.ts']);
  own.write('src/three.ts', 'export const three = = 1;\n');
  own.write('test/new.test.ts', testFile({ 'is new': '' }, `import '../src/three.ts';`));
  const broken = await shell.run(['test']);
  expect(broken.exit, String(broken)).toBe(1);
  expect(broken.stdout).toContain('✗ outside of any test');
  expect(broken.stdout).toMatch(/src\/three\.ts:1:\d+/);
  expect(broken.stdout).toMatch(/^1 error outside of tests \(/m);
  own.write('src/three.ts', 'export const three = 1;\n');
  expect((await shell.run(['test'])).exit).toBe(0);
});

test('D-22: refresh tests replaces the worker: another pid, a transform cache that is empty, and the include of the config as it is now', async () => {
  await using shell = cli();
  const { own, outside } = project(shell);
  own.write('spec/moved.ts', testFile({ moved: '' }));
  await said(shell);
  const before = await testWorkers(shell);
  expect(before).toHaveLength(1);
  own.edit('vitest.config.ts', 'test/**/*.test.ts', 'spec/*.ts');
  outside.edit('far.ts', /'.*'/, "'after'");
  const refreshed = await shell.json<Refreshed>('refresh', 'tests');
  expect(refreshed.changed).toEqual([`the tests of ${own.root}: worker ${before[0]?.pid} is replaced by the next run`]);
  expect(await testWorkers(shell)).toEqual([]);
  const run = reportOf(await shell.run(['test', '--json']));
  expect(run.results.map(({ title }) => title)).toEqual([['moved']]);
  const after = await testWorkers(shell);
  expect(after).toHaveLength(1);
  expect(after[0]?.pid).not.toBe(before[0]?.pid);
  own.edit('vitest.config.ts', 'spec/*.ts', 'test/**/*.test.ts');
  await shell.ok('refresh');
  expect(await said(shell)).toMatchObject({ far: 'after' });
  await eventually(
    'the old workers to be gone',
    () => !shell.processes().some(({ pid }) => pid === before[0]?.pid || pid === after[0]?.pid),
  );
});

test("D-47: a refresh while a vitest file runs returns at once; the run completes in its worker, the next one is another's", async () => {
  await using shell = cli();
  const own = unitProject(shell.cwd, {
    'test/slow.test.ts': testFile({
      'waits for its sign': `const { existsSync, writeFileSync } = await import('node:fs'); writeFileSync('begun', ''); await expect.poll(() => existsSync('sign'), { timeout: 30_000 }).toBe(true);`,
    }).replace('async () =>', '{ timeout: 40_000 }, async () =>'),
  });
  const run = shell.start(['test', '--json']);
  await eventually('the test to run', () => own.has('begun'), 30_000);
  const [worker] = await testWorkers(shell);
  expect((await shell.run(['refresh', 'tests'], { limit: 10_000 })).exit).toBe(0);
  expect(await shell.ok('status', 'tests')).toContain(`tests: running, pid ${worker?.pid}`);
  own.write('sign', '');
  const done = await run.done;
  expect(done.exit, String(done)).toBe(0);
  expect(reportOf(done).results.map(({ outcome }) => outcome)).toEqual(['passed']);
  expect((await shell.run(['test'])).exit).toBe(0);
  expect((await testWorkers(shell)).map(({ pid }) => pid)).not.toContain(worker?.pid);
});

test('another environment is another process: no variable is stale, and none is missing', async () => {
  await using shell = cli();
  unitProject(shell.cwd, {
    'test/env.test.ts': testFile({ prints: `console.log(JSON.stringify([process.env.COLOUR, process.env.TMUX_PANE, process.cwd()]));` }),
  });
  const seen = async (env: Readonly<Record<string, string>>): Promise<unknown> =>
    JSON.parse(reportOf(await shell.run(['test', '--json'], { env })).output?.[0]?.text ?? '');
  expect(await seen({ COLOUR: 'red', TMUX_PANE: '%1' })).toEqual(['red', '%1', shell.cwd]);
  expect(await seen({ COLOUR: 'red', TMUX_PANE: '%2' })).toEqual(['red', '%2', shell.cwd]);
  expect(await testWorkers(shell)).toHaveLength(1);
  expect(await seen({ COLOUR: 'blue' })).toEqual(['blue', null, shell.cwd]);
  expect(await seen({})).toEqual([null, null, shell.cwd]);
  expect(await testWorkers(shell)).toHaveLength(3);
});

test('a global setup is set up and torn down for every run, and a new one after an edit', async () => {
  await using shell = cli();
  const own = unitProject(shell.cwd, {
    'vitest.config.ts': `export default { test: { globalSetup: './global.ts' } };\n`,
    'global.ts': `import { appendFileSync } from 'node:fs';\nimport { word } from './word.ts';\nexport default () => { appendFileSync('log', word + ' up '); return () => appendFileSync('log', 'down '); };\n`,
    'word.ts': `export const word = 'first';\n`,
    'test/a.test.ts': testFile({ one: '' }),
  });
  await shell.ok('test');
  await shell.ok('test');
  expect(own.read('log')).toBe('first up down first up down ');
  own.edit('word.ts', 'first', 'second');
  await shell.ok('test');
  expect(own.read('log')).toBe('first up down first up down second up down ');
});
