/**
 * The service of unit tests: a warm vitest per project, Node and environment, replaced by a refresh, by whatever it cannot read
 * again, and by too much memory; ended when nobody asked for a while. Runs of one project take turns.
 */
import { createHash } from 'node:crypto';
import { realpathSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { programIn, vitestRoot } from '../../../adapters/node/node-project.ts';
import type { TestRequest, UnitTests } from '../../../domain/unit-tests.ts';
import type { Workers } from '../../../domain/workers.ts';
import { fail } from '../../../protocol/errors.ts';
import type { RunReport } from '../../../protocol/results.ts';
import type { Service } from '../../ports.ts';
import { TestWorker } from './test-worker.ts';
import type { TestsRan } from './test-worker.ts';
import { KeyedLock } from './keyed-lock.ts';
import type { TimeLimit, Clock } from '../../../domain/ports/machine.ts';

/** Milliseconds without a run after which a worker leaves. */
export const IDLE = 600_000;
/** Workers at most; the one that was used longest ago makes room. */
const MOST = 4;
/** Milliseconds that a worker has to close what its project opened. */
const CLOSING = 2_000;
/** Milliseconds that a run which is cut short has, to say how far it came. */
const LAST_WORDS = 300;

/** Variables that differ from terminal to terminal and mean nothing to a test: they are handed on with each run. */
const VOLATILE =
  /^(?:PWD|OLDPWD|SHLVL|_|COLUMNS|LINES|TERM_SESSION_ID|WINDOWID|WINDOW|TMUX|TMUX_PANE|STY|GPG_TTY|SSH_(?:CLIENT|CONNECTION|TTY|AUTH_SOCK)|XDG_SESSION_ID|ITERM_SESSION_ID|WT_SESSION|INVOCATION_ID|JOURNAL_STREAM|SYSTEMD_EXEC_PID|BROWSE_SESSION)$/;

/** How an ask ended: as the worker says, or cut by whoever asked, or by the clock. */
type Answer = TestsRan | { readonly kind: 'cut' | 'late' };

export type TestParts = {
  readonly workers: Workers;
  readonly clock: Clock;
  /** Ours alone; the worker's script is put there. */
  readonly folder: string;
  /** It, made by `npm run gen`. */
  readonly script: () => Promise<string>;
  readonly note: (text: string) => void;
};

type Warm = {
  readonly key: string;
  readonly root: string;
  readonly worker: TestWorker;
  readonly since: string;
  /** Names of variables that were handed on with the last run. */
  volatile: readonly string[];
  /** By the clock's elapsed milliseconds. */
  used: number;
  /** Ends the wait for its leaving. */
  idle: AbortController;
};

/** Nothing runs before the first run. */
export class UnitTestService implements UnitTests, Service {
  readonly #parts: TestParts;
  readonly #warm = new Map<string, Warm>();
  readonly #turns: KeyedLock;
  /** Those that still end. */
  readonly #leaving = new Set<Promise<unknown>>();
  /** All that were not told to leave, also those that a refresh lets end their run. */
  readonly #live = new Set<Warm>();
  #failed: string | null = null;
  #closed = false;

  constructor(parts: TestParts) {
    this.#parts = parts;
    this.#turns = new KeyedLock(parts.clock);
  }

  async run(request: TestRequest, bound: TimeLimit): Promise<RunReport> {
    const from = this.#parts.clock.elapsed();
    const start = request.from ?? request.cwd;
    const root = vitestRoot(start) ?? fail('tests-missing', { folder: start });
    const path = request.env['PATH'] ?? '';
    const node = programIn(path, 'node') ?? fail('node-missing', { path, what: 'vitest' });
    const files = request.files.map((file) => fileFilter(request.cwd, file));
    const over = await this.#turns.take(root, { timeout: untilCut(bound.timeout), signal: bound.signal });
    if (over === null)
      return bound.signal.aborted
        ? fail('interrupted', { command: 'test', outcome: 'did not run' })
        : fail('tests-busy', { root, ms: bound.timeout });
    const waited = this.#parts.clock.elapsed() - from;
    try {
      const left = { timeout: bound.timeout - waited, signal: bound.signal };
      const report = await this.#inTurn(request, { root, node, files }, left);
      return waited < 500
        ? report
        : { ...report, notes: [...report.notes, `Waited ${Math.round(waited / 100) / 10}s for another run of ${root}`] };
    } finally {
      over();
    }
  }

  facts(): ReturnType<Service['facts']> {
    const all = [...this.#live];
    const running = all.some(({ worker }) => worker.running);
    return {
      name: 'tests',
      state: running ? 'running' : all.length > 0 ? 'idle' : this.#failed === null ? 'off' : 'failed',
      pids: all.map(({ worker }) => worker.pid),
      since: all.map(({ since }) => since).toSorted()[0] ?? null,
      detail: all.length === 0 ? (this.#failed ?? 'starts with browse test') : all.map(described).join('; '),
    };
  }

  /** Workers that run end after their run; the next run begins with a new one, which reads everything anew. */
  async refresh(): ReturnType<Service['refresh']> {
    const all = [...this.#warm.values()];
    return {
      changed: all.map(({ root, worker }) => `the tests of ${root}: worker ${worker.pid} is replaced by the next run`),
      commit: () => {
        this.#failed = null;
        for (const warm of all) this.#retire(warm);
      },
      undo: async () => {},
    };
  }

  /** For good. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const warm of this.#live) this.#leave(warm, warm.worker.running ? 0 : CLOSING);
    await Promise.all(this.#leaving);
  }

  async #inTurn(
    request: TestRequest,
    project: { readonly root: string; readonly node: string; readonly files: readonly string[] },
    bound: TimeLimit,
  ): Promise<RunReport> {
    const { root, node, files } = project;
    const until = this.#parts.clock.elapsed() + bound.timeout;
    const key = keyOf(root, node, request);
    for (let attempt = 1; ; attempt++) {
      const warm = this.#warm.get(key) ?? (await this.#start(key, root, node, request));
      const ran = await this.#asked(warm, { ...request, files }, { timeout: until - this.#parts.clock.elapsed(), signal: bound.signal });
      if (ran.kind === 'stale' && attempt < 3) {
        this.#parts.note(`the tests of ${root}: ${ran.reason} has changed, worker ${warm.worker.pid} is replaced`);
        continue;
      }
      return this.#reported(root, request, ran);
    }
  }

  async #start(key: string, root: string, node: string, { env, config }: TestRequest): Promise<Warm> {
    if (this.#closed) fail('draining', {});
    const script = `${this.#parts.folder}/vitest-worker.mjs`;
    writeFileSync(script, await this.#parts.script(), { mode: 0o600 });
    const oldest = [...this.#warm.values()].filter(({ worker }) => !worker.running).toSorted((a, b) => a.used - b.used)[0];
    if (this.#warm.size >= MOST && oldest !== undefined) this.#leave(oldest, CLOSING);
    const stable = Object.fromEntries(Object.entries(env).filter(([name]) => !VOLATILE.test(name)));
    const worker = new TestWorker(
      this.#parts.workers.start({ file: node, args: [script, ...(config === null ? [] : [config])], cwd: root, env: stable }),
    );
    const warm: Warm = {
      key,
      root,
      worker,
      since: new Date(this.#parts.clock.now()).toISOString(),
      volatile: [],
      used: this.#parts.clock.elapsed(),
      idle: new AbortController(),
    };
    this.#warm.set(key, warm);
    this.#live.add(warm);
    void worker.ended.then(() => {
      this.#forget(warm);
      this.#live.delete(warm);
    });
    return warm;
  }

  /** Asks once. Whoever ends without having said so, or should not be asked again, leaves. */
  async #asked(warm: Warm, request: TestRequest, bound: TimeLimit): Promise<Answer> {
    const { worker } = warm;
    const { clock } = this.#parts;
    warm.idle.abort();
    const fluid = Object.entries(request.env).filter(([name]) => VOLATILE.test(name) && name !== 'PWD');
    const gone = warm.volatile.filter((name) => !(name in request.env));
    warm.volatile = fluid.map(([name]) => name);
    const env = { ...Object.fromEntries(gone.map((name) => [name, null] as const)), ...Object.fromEntries(fluid), PWD: warm.root };
    const done = new AbortController();
    const running = worker.run({ kind: 'run', files: request.files, pattern: request.pattern, env });
    const signal = AbortSignal.any([bound.signal, done.signal]);
    const ends = clock.sleep(untilCut(bound.timeout), signal).then((): Answer => ({ kind: bound.signal.aborted ? 'cut' : 'late' }));
    const ran: Answer = await Promise.race([running, ends]);
    done.abort();
    if (ran.kind === 'late' || ran.kind === 'cut') {
      worker.cut(LAST_WORDS / 3);
      const said = await Promise.race([running, clock.sleep(LAST_WORDS).then(() => null)]);
      this.#leave(warm, 0);
      return ran.kind === 'late' && said?.kind === 'report' ? tooLate(said) : ran;
    }
    warm.used = clock.elapsed();
    const stays = ran.kind === 'none' || (ran.kind === 'report' && ran.spent === null);
    if (!stays || this.#warm.get(warm.key) !== warm) this.#leave(warm, CLOSING);
    else this.#waitIdle(warm);
    if (ran.kind === 'report' && ran.spent !== null)
      this.#parts.note(`the tests of ${warm.root}: worker ${worker.pid} leaves, ${ran.spent}`);
    return ran;
  }

  #reported(root: string, request: TestRequest, ran: Answer): RunReport {
    switch (ran.kind) {
      case 'cut':
        return fail('interrupted', { command: 'test', outcome: 'ran, and was cut off' });
      case 'late':
        return fail('tests-ended', { root, how: 'its time was over, and it did not answer' });
      case 'report':
        this.#failed = null;
        return ran.report;
      case 'none':
        return fail('tests-none', { root, what: ran.of === 'files' ? filesText(request.files) : testsText(request.pattern, ran.files) });
      case 'refused': {
        const { refusal } = ran;
        if (refusal.why === 'too-old') return fail('tests-old', { root, ...refusal });
        const { at, message } = refusal;
        const place = at === null ? '' : `${at.file}${at.line === null ? '' : `:${at.line}`}: `;
        this.#failed = `${root}: ${place}${message.split('\n')[0]}`;
        return fail('tests-config', { root, place, reason: message.replace(/\s+/g, ' ').replace(/\.$/, '').slice(0, 400) });
      }
      case 'stale':
        return fail('tests-ended', { root, how: `${ran.reason} changes all the time` });
      case 'ended':
        return fail('tests-ended', { root, how: ran.how.replace(/\s+/g, ' ').replace(/\.$/, '') });
    }
  }

  #waitIdle(warm: Warm): void {
    warm.idle = new AbortController();
    const { signal } = warm.idle;
    void this.#parts.clock.sleep(IDLE, signal).then(() => {
      if (!signal.aborted) this.#leave(warm, CLOSING);
    });
  }

  /** Takes no further run. */
  #retire(warm: Warm): void {
    if (warm.worker.running) this.#forget(warm);
    else this.#leave(warm, CLOSING);
  }

  #forget(warm: Warm): void {
    warm.idle.abort();
    if (this.#warm.get(warm.key) === warm) this.#warm.delete(warm.key);
  }

  #leave(warm: Warm, graceMs: number): void {
    this.#forget(warm);
    this.#live.delete(warm);
    const left: Promise<unknown> = warm.worker.end(graceMs).finally(() => this.#leaving.delete(left));
    this.#leaving.add(left);
  }
}

/** A run is cut a little before its time is over, so that there is time to tell of it. */
function untilCut(timeout: number): number {
  return Math.max(0, timeout - Math.min(1_000, timeout / 4));
}

function tooLate(said: Extract<TestsRan, { kind: 'report' }>): TestsRan {
  const message = 'The run was given up: its time was over (--timeout)';
  return { ...said, report: { ...said.report, errors: [...said.report.errors, { message, at: null, source: null }] } };
}

/** Equal for callers whose tests would run alike. Holds no value of a variable. */
function keyOf(root: string, node: string, { env, config }: TestRequest): string {
  const stable = Object.entries(env).filter(([name]) => !VOLATILE.test(name));
  return createHash('sha256')
    .update(JSON.stringify([root, node, config, stable.toSorted(([a], [b]) => (a < b ? -1 : 1))]))
    .digest('hex');
}

/** What is there is meant as it is, with its line number if it has one; anything else is part of a name. */
function fileFilter(cwd: string, file: string): string {
  const [, name = file, line = ''] = /^(.*?)(:\d+)?$/s.exec(file) ?? [];
  try {
    const path = resolve(realpathSync(cwd), name);
    return statSync(path).isDirectory() ? `${path}/` : path + line;
  } catch {
    return file;
  }
}

function filesText(files: readonly string[]): string {
  return files.length === 0 ? "its config's patterns match no file" : `no test file matches ${files.join(', ')}`;
}

function testsText(pattern: string | null, files: number): string {
  const where = `${files} ${files === 1 ? 'file' : 'files'}`;
  return pattern === null ? `there is no test in ${where}` : `no test in ${where} matches -t ${JSON.stringify(pattern)}`;
}

function described({ root, worker }: Warm): string {
  return `vitest ${worker.version ?? 'starting'} of ${root}`;
}
