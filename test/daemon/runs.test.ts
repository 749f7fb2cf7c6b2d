/** `run` in the pipeline, over fake runs: what is asked of them, what is told of them, and when they wait for a tab. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Ran, ScriptRequest, SpecRequest } from '../../browse/domain/runs.ts';
import { BrowseError, fail } from '../../browse/protocol/errors.ts';
import type { TestResult } from '../../browse/protocol/results.ts';
import { pipeline } from '../support/pipeline.ts';

const SITE = {};
const ENV = { env: { PATH: '/bin', MARK: 'm' } };

const result = (outcome: TestResult['outcome']): TestResult => ({
  file: '/a.spec.ts',
  line: 2,
  title: ['t'],
  project: null,
  outcome,
  durationMs: 1,
  retries: 0,
  errors: [],
  attachments: [],
});
const ran = (...outcomes: readonly TestResult['outcome'][]): Ran => ({
  report: { results: outcomes.map(result), errors: [], durationMs: 1, notes: [] },
  stopped: null,
});

test('a run is asked for with all that its caller has, and is done when every test is as expected', async () => {
  const asked: SpecRequest[] = [];
  using pipe = pipeline(SITE, { runs: { specs: async (request) => (asked.push(request), ran('passed', 'skipped', 'flaky')) } });
  writeFileSync(join(pipe.folder, 'a.spec.ts'), '');
  const reply = await pipe.send(['run', 'a.spec.ts:7', '-g', 'x', '--project', 'p'], ENV);
  expect([reply.exit, reply.stderr]).toEqual([0, '']);
  expect(asked).toMatchObject([
    {
      files: [{ path: join(pipe.folder, 'a.spec.ts'), line: 7 }],
      pattern: 'x',
      projects: ['p'],
      cwd: pipe.folder,
      env: ENV.env,
      umask: 0o022,
      tab: null,
    },
  ]);
});

test('a failed test is run-failed, and its answer is told all the same', async () => {
  using pipe = pipeline(SITE, { runs: { specs: async () => ran('passed', 'failed') } });
  writeFileSync(join(pipe.folder, 'a.spec.ts'), '');
  const reply = await pipe.send(['run', 'a.spec.ts'], ENV);
  expect([reply.exit, reply.error?.code]).toEqual([1, 'run-failed']);
  expect(reply.stderr).toContain('1 of 2 tests of the run failed');
  expect(reply.stdout).toContain('✗ /a.spec.ts:2 t');
});

test.each([
  ['run-cancelled', new BrowseError('run-cancelled', { id: 'r1', by: 'somebody' }), 130],
  ['run-late', new BrowseError('run-late', { ms: 5 }), 1],
] as const)('what was told before %s is told', async (code, stopped, exit) => {
  using pipe = pipeline(SITE, { runs: { specs: async () => ({ ...ran('passed'), stopped: stopped.body() }) } });
  writeFileSync(join(pipe.folder, 'a.spec.ts'), '');
  const reply = await pipe.send(['run', 'a.spec.ts', '--json'], ENV);
  expect([reply.exit, reply.error?.code]).toEqual([exit, code]);
  expect(JSON.parse(reply.stdout)).toMatchObject({ results: [{ outcome: 'passed' }], stopped: { code } });
});

test.each([
  ['runner-missing', 2, { folder: '/x' }],
  ['node-missing', 5, { path: '/x', what: 'specs' }],
  ['run-none', 2, { what: 'none at all' }],
  ['run-broken', 1, { file: 'a.spec.ts', reason: 'signal SIGKILL' }],
] as const)('%s ends with status %d', async (code, exit, data) => {
  using pipe = pipeline(SITE, { runs: { specs: async () => fail(code, data as never) } });
  writeFileSync(join(pipe.folder, 'a.spec.ts'), '');
  const reply = await pipe.send(['run', 'a.spec.ts'], ENV);
  expect([reply.exit, reply.error?.code, reply.stdout]).toEqual([exit, code, '']);
});

test('only what works on the tab waits for it: a script, and specs with --on-tab', async () => {
  const scripts: ScriptRequest[] = [];
  const specs: SpecRequest[] = [];
  using pipe = pipeline(SITE, {
    runs: {
      specs: async (request) => (specs.push(request), ran('passed')),
      script: async (request) => (scripts.push(request), { value: { a: 1 }, error: null, output: [], notes: [], stopped: null }),
    },
  });
  writeFileSync(join(pipe.folder, 'a.spec.ts'), '');
  writeFileSync(join(pipe.folder, 'b.ts'), '');
  await pipe.ok('goto', 'about:blank').catch(() => {});
  const script = await pipe.send(['run', 'b.ts', 'x', 'y'], ENV);
  expect([script.exit, script.stdout]).toEqual([0, '{"a":1}\n']);
  expect(scripts).toMatchObject([{ file: join(pipe.folder, 'b.ts'), args: ['x', 'y'] }]);
  expect(scripts[0]?.tab).toBe(pipe.page());
  expect((await pipe.send(['run', 'a.spec.ts', '--on-tab'], ENV)).exit).toBe(0);
  expect(specs[0]?.tab).toBe(pipe.page());
  expect((await pipe.send(['run', 'b.ts', '-g', 'x'], ENV)).exit).toBe(2);
});

test('in a chain, which has no whole environment, it says so', async () => {
  using pipe = pipeline(SITE);
  writeFileSync(join(pipe.folder, 'a.spec.ts'), '');
  expect(await pipe.no(2, 'run', 'a.spec.ts')).toContain('whole environment');
});

test('--cancel without a run is run-unknown', async () => {
  using pipe = pipeline(SITE, { runs: { cancel: async () => fail('run-unknown', { what: 'No run in session default' }) } });
  const reply = await pipe.send(['run', '--cancel'], ENV);
  expect([reply.exit, reply.error?.code]).toEqual([3, 'run-unknown']);
});
