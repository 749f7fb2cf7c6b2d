import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { IDLE, UnitTestService } from '../../browse/daemon/runs/unit-tests/service.ts';
import type { TestAsk, TestRequest, TestWord } from '../../browse/domain/unit-tests.ts';
import type { RunReport } from '../../browse/protocol/results.ts';
import { fakeTestWorkers, type FakeTestWorker } from '../support/fake-test-worker.ts';
import { temporaryFolder } from '../support/folder.ts';
import { handClock } from '../support/hand-clock.ts';
import { pipeline } from '../support/pipeline.ts';

const REPORT: RunReport = { results: [], errors: [], durationMs: 1, notes: [] };
const DONE: TestWord = { kind: 'report', report: REPORT, spent: null };
const done = (ask: TestAsk, worker: FakeTestWorker): void => {
  if (ask.kind === 'run') worker.say(DONE);
};

function scene(answer: (ask: TestAsk, worker: FakeTestWorker) => void = done) {
  const folder = temporaryFolder();
  const projects = ['one', 'two', 'three', 'four', 'five'].map((name) => join(folder.path, name));
  for (const root of projects) {
    mkdirSync(join(root, 'node_modules/vitest'), { recursive: true });
    for (const path of ['package.json', 'node_modules/vitest/package.json']) writeFileSync(join(root, path), '{"name": "x"}');
  }
  const own = join(folder.path, 'own');
  mkdirSync(own);
  const workers = fakeTestWorkers(answer);
  const clock = handClock();
  const notes: string[] = [];
  const service = new UnitTestService({ workers, clock, folder: own, script: async () => 'the script', note: (text) => notes.push(text) });
  const env = { PATH: process.execPath.replace(/\/[^/]*$/, ''), HOME: folder.path };
  const run = (request: Partial<TestRequest> = {}, timeout = 600_000, signal = new AbortController().signal): Promise<RunReport> =>
    service.run({ from: null, config: null, cwd: projects[0] as string, env, files: [], pattern: null, ...request }, { timeout, signal });
  return { folder, own, projects, workers, clock, notes, service, env, run, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

const code = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'nothing',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );

test('a worker is started once per project, Node and environment; what differs from terminal to terminal makes no other one', async () => {
  using at = scene();
  await at.run({ env: { ...at.env, TMUX_PANE: '%1', COLUMNS: '80' } });
  await at.run({ env: { ...at.env, TMUX_PANE: '%2', SHLVL: '3' } });
  expect(at.workers.all).toHaveLength(1);
  const [first] = at.workers.all as [FakeTestWorker];
  expect(first.started).toMatchObject({ cwd: at.projects[0], args: [join(at.own, 'vitest-worker.mjs')], env: at.env });
  expect(first.asks.map((ask) => ask.kind === 'run' && ask.env)).toEqual([
    { TMUX_PANE: '%1', COLUMNS: '80', PWD: at.projects[0] },
    { COLUMNS: null, TMUX_PANE: '%2', SHLVL: '3', PWD: at.projects[0] },
  ]);
  await at.run({ env: { ...at.env, DATABASE: 'other' } });
  await at.run({ cwd: at.projects[1] as string });
  expect(at.workers.all.map(({ started }) => [started.cwd, started.env['DATABASE']])).toEqual([
    [at.projects[0], undefined],
    [at.projects[0], 'other'],
    [at.projects[1], undefined],
  ]);
  expect([readFileSync(join(at.own, 'vitest-worker.mjs'), 'utf8'), statSync(join(at.own, 'vitest-worker.mjs')).mode & 0o777]).toEqual([
    'the script',
    0o600,
  ]);
});

test('one that nobody asked for 10 minutes leaves; the fifth makes room by the one that was used longest ago', async () => {
  using at = scene();
  await at.run();
  await at.clock.advance(IDLE - 1);
  await at.run();
  await at.clock.advance(IDLE - 1);
  expect(at.workers.alive()).toHaveLength(1);
  await at.clock.advance(1);
  expect([at.workers.alive(), at.service.facts().state]).toEqual([[], 'off']);
  for (const cwd of at.projects) {
    await at.run({ cwd });
    await at.clock.advance(1);
  }
  expect(at.workers.alive().map(({ started }) => started.cwd)).toEqual(at.projects.slice(1));
});

test('runs of one project take turns, of two go side by side; who waits past his time is told that nothing was run', async () => {
  using at = scene(() => {});
  const first = at.run();
  const second = at.run();
  const other = at.run({ cwd: at.projects[1] as string });
  const late = code(at.run({}, 4_000));
  const left = new AbortController();
  const gone = code(at.run({}, 600_000, left.signal));
  await at.clock.advance(3_000);
  expect(at.workers.all.map(({ asks }) => asks.length)).toEqual([1, 1]);
  expect(at.service.facts()).toMatchObject({ state: 'running', pids: [1000, 1001] });
  left.abort();
  expect([await late, await gone]).toEqual(['tests-busy', 'interrupted']);
  at.workers.all[0]?.say(DONE);
  expect(await first).toEqual(REPORT);
  await at.clock.advance(0);
  at.workers.all[0]?.say(DONE);
  at.workers.all[1]?.say(DONE);
  expect((await second).notes).toEqual([`Waited 3s for another run of ${at.projects[0]}`]);
  expect(await other).toEqual(REPORT);
});

test('what a worker cannot read again is read by the next one; a config that changes all the time is said', async () => {
  using at = scene((ask, worker) => {
    if (ask.kind === 'run') worker.say(at.workers.all.length < 3 ? { kind: 'stale', reason: '/x/vite.config.ts' } : DONE);
  });
  expect(await at.run()).toEqual(REPORT);
  expect(at.workers.alive().map(({ pid }) => pid)).toEqual([1002]);
  expect(at.notes[0]).toContain('/x/vite.config.ts has changed, worker 1000 is replaced');
  using always = scene((ask, worker) => ask.kind === 'run' && worker.say({ kind: 'stale', reason: '/x/vite.config.ts' }));
  expect(await code(always.run())).toBe('tests-ended');
  expect(always.workers.alive()).toEqual([]);
});

test('a config that throws, a vitest that is too old: said with the place, and the next run asks anew', async () => {
  const place = { file: '/x/vitest.config.ts', line: 3, column: 7 };
  using at = scene((_, worker) => worker.say({ kind: 'refused', refusal: { why: 'config', message: 'Error: no\nfurther', at: place } }));
  await expect(at.run()).rejects.toThrow(`vitest does not start in ${at.projects[0]}: /x/vitest.config.ts:3: Error: no further`);
  expect(at.service.facts()).toMatchObject({ state: 'failed', detail: `${at.projects[0]}: /x/vitest.config.ts:3: Error: no` });
  expect(await code(at.run())).toBe('tests-config');
  expect([at.workers.all.length, at.workers.alive().length]).toEqual([2, 0]);
  using old = scene((_, worker) => worker.say({ kind: 'refused', refusal: { why: 'too-old', version: '1.6.1', least: '2.0.0' } }));
  expect(await code(old.run())).toBe('tests-old');
  await expect(old.run()).rejects.toThrow('is 1.6.1; browse test needs 2.0.0 at least');
});

test('a worker that dies is told of, with what it said last, and the next run has another one', async () => {
  using at = scene((ask, worker) => {
    if (worker.pid !== 1000) return done(ask, worker);
    worker.print('first\nout of memory\n');
    worker.die();
  });
  await expect(at.run()).rejects.toThrow('ended before it had a result: it was ended by SIGKILL; it said last: first out of memory');
  expect(await at.run()).toEqual(REPORT);
  at.workers.all[1]?.die();
  await at.clock.advance(0);
  expect(await at.run()).toEqual(REPORT);
  expect(at.workers.all).toHaveLength(3);
});

test('one that holds too much leaves after its run', async () => {
  using at = scene((_, worker) => worker.say({ kind: 'report', report: REPORT, spent: 'it holds 2000 MB' }));
  expect(await at.run()).toEqual(REPORT);
  expect(at.workers.alive()).toEqual([]);
  expect(at.notes).toEqual([`the tests of ${at.projects[0]}: worker 1000 leaves, it holds 2000 MB`]);
});

test('at the end of its time a run tells how far it came, and its worker is killed', async () => {
  using at = scene((ask, worker) => ask.kind === 'cut' && worker.say({ kind: 'report', report: REPORT, spent: 'cut' }));
  const report = at.run({}, 8_000);
  await at.clock.advance(6_999);
  expect(at.workers.all[0]?.asks).toHaveLength(1);
  await at.clock.advance(1);
  expect((await report).errors.map(({ message }) => message)).toEqual(['The run was given up: its time was over (--timeout)']);
  expect(at.workers.all[0]?.grace).toBe(0);
  using mute = scene(() => {});
  const nothing = code(mute.run({}, 8_000));
  await mute.clock.advance(7_400);
  expect([await nothing, mute.workers.all[0]?.grace]).toEqual(['tests-ended', 0]);
});

test('a caller who leaves ends his run and its worker', async () => {
  using at = scene(() => {});
  const left = new AbortController();
  const run = code(at.run({}, 600_000, left.signal));
  await at.clock.advance(1);
  left.abort();
  await at.clock.advance(400);
  expect([await run, at.workers.all[0]?.asks.at(-1)?.kind, at.workers.all[0]?.grace]).toEqual(['interrupted', 'cut', 0]);
});

test('D-22: a refresh replaces every worker; a run under way completes on its own, and delays nothing', async () => {
  using at = scene((ask, worker) => {
    if (worker.started.cwd !== at.projects[1]) done(ask, worker);
  });
  await at.run();
  const running = at.run({ cwd: at.projects[1] as string });
  await at.clock.advance(0);
  const undone = await at.service.refresh();
  await undone.undo();
  expect(at.workers.alive()).toHaveLength(2);
  const step = await at.service.refresh();
  expect(step.changed).toHaveLength(2);
  step.commit();
  expect(at.workers.all.map(({ grace }) => grace !== null)).toEqual([true, false]);
  expect(at.service.facts()).toMatchObject({ state: 'running', pids: [1001] });
  at.workers.all[1]?.say(DONE);
  expect(await running).toEqual(REPORT);
  expect(at.workers.alive()).toEqual([]);
  await at.run();
  expect(at.workers.alive().map(({ pid }) => pid)).toEqual([1002]);
});

test('at the end of the daemon every worker ends, also one that runs', async () => {
  using at = scene((ask, worker) => {
    if (worker.started.cwd !== at.projects[1]) done(ask, worker);
  });
  await at.run();
  const running = code(at.run({ cwd: at.projects[1] as string }));
  await at.clock.advance(0);
  await at.service.close();
  expect([at.workers.alive(), await running]).toEqual([[], 'tests-ended']);
  expect(await code(at.run())).toBe('draining');
});

test('the project is the nearest folder that has vitest; one that another user wrote above it is nobody’s', async () => {
  using at = scene();
  const deep = join(at.projects[0] as string, 'src/deep');
  mkdirSync(deep, { recursive: true });
  writeFileSync(join(at.projects[0] as string, 'src/package.json'), '{"type": "module"}');
  await at.run({ cwd: deep });
  expect(at.workers.all[0]?.started.cwd).toBe(at.projects[0]);
  expect(await code(at.run({ cwd: at.folder.path }))).toBe('tests-missing');
  expect(await code(at.run({ cwd: join(at.folder.path, 'gone') }))).toBe('tests-missing');
  expect(await code(at.run({ env: { PATH: '.::relative' } }))).toBe('node-missing');
});

test('the command prints the report and fails as the tests did; what has not all of the environment is told so', async () => {
  const test = { file: '/x/a.test.ts', line: 1, project: null, durationMs: 1, retries: 0, errors: [], attachments: [] };
  const results = [
    { ...test, title: ['good'], outcome: 'passed' as const },
    { ...test, title: ['bad'], outcome: 'timed-out' as const },
  ];
  const requests: TestRequest[] = [];
  using pipe = pipeline(
    {},
    {
      tests: {
        run: async (request) => {
          requests.push(request);
          return { ...REPORT, results: request.pattern === null ? results : results.slice(0, 1) };
        },
      },
    },
  );
  const env = { PATH: '/bin', SECRET: 'x' };
  const failed = await pipe.send(['test', 'a', 'b'], { env });
  expect([failed.exit, failed.stderr, failed.error?.code, failed.error?.message]).toEqual([1, '', 'tests-failed', '1 of 2 tests failed']);
  expect(failed.stdout).toContain('1 passed, 1 timed-out (1ms)\n');
  expect(requests[0]).toEqual({ from: null, config: null, cwd: pipe.folder, env, files: ['a', 'b'], pattern: null });
  const passed = await pipe.send(['test', '-t', 'go+d', '--json'], { env });
  expect([passed.exit, JSON.parse(passed.stdout)]).toEqual([0, { ...REPORT, results: results.slice(0, 1) }]);
  expect((await pipe.send(['test'])).stderr).toContain('test needs your whole environment, which a chain does not have');
  expect((await pipe.send(['test', '-t', '('], { env })).stderr).toContain('-t takes a regular expression');
  expect(requests).toHaveLength(2);
});
