/**
 * The runs of specs that go on: begun, listed, cancelled; and the service that keeps a process ready for the next one.
 * A run goes on in its own process group until it is over, its time is up, or somebody ends it.
 */
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, normalize } from 'node:path';
import { deferred } from '../base/deferred.ts';
import type { Deferred } from '../base/deferred.ts';
import type { Bound, Clock, Page } from '../domain/ports.ts';
import type { Ran, RunFacts, Runs, SpecFile, SpecRequest } from '../domain/runs.ts';
import type { Worker } from '../domain/workers.ts';
import { BrowseError, fail } from '../protocol/errors.ts';
import { specWord } from '../protocol/spec-words.ts';
import type { SpecWord } from '../protocol/spec-words.ts';
import { lookAt } from './look.ts';
import type { Service } from './service.ts';
import { configurationFor, installFor, joins, nodeOf } from './spec-install.ts';
import type { Install } from './spec-install.ts';
import { SpecReport } from './spec-report.ts';
import { reporterOf } from './spec-workers.ts';
import type { SpecWorkers } from './spec-workers.ts';

export type RunsParts = {
  readonly clock: Clock;
  readonly workers: SpecWorkers;
  /** Where the text of `adapters/runner` lies. */
  readonly script: string;
  readonly artifacts: string;
  /** A browser for a Playwright that cannot join ours and has none; null when there is none. */
  readonly executable: (env: Readonly<Record<string, string>>) => Promise<string | null>;
  /** A page that tests made in the browser of a session. */
  readonly page: (session: string, name: string) => Page | null;
};

type Running = RunFacts & {
  readonly from: number;
  readonly stop: Deferred<BrowseError>;
  readonly over: Deferred<void>;
  readonly pid: () => number;
};

/** Milliseconds that a process has to end in. */
const GRACE = 500;
/** Milliseconds that Playwright's process has after its last word: it removes its temp files. */
const LINGER = 5000;
/** Milliseconds that a look at a page may take: whoever asked waits a little longer. */
const LOOK = 2500;
/** How long before its caller would give up a run is ended, in milliseconds, so that it can still tell how far it came. */
const AHEAD = 250;

export class SpecRuns implements Runs {
  readonly #parts: RunsParts;
  readonly #running = new Map<string, Running>();
  #numbers = 0;

  constructor(parts: RunsParts) {
    this.#parts = parts;
  }

  async specs(request: SpecRequest, bound: Bound): Promise<Ran> {
    const { clock, workers, script } = this.#parts;
    const [first] = request.files;
    if (first === undefined) return fail('usage', { problem: 'run needs FILE', hint: 'browse help run' });
    const install = installFor(dirname(first.path));
    const stock = { node: nodeOf(request.env['PATH']), folder: install.folder, env: request.env };
    const joined = joins(install.version);
    const endpoint = joined ? await request.share() : null;
    const executable = await this.#parts.executable(request.env);
    const run = this.#enter(request);
    const folder = `${this.#parts.artifacts}/run-${new Date(clock.now()).toISOString().replace(/[:.]/g, '-')}-${run.id}`;
    const report = new SpecReport();
    if (!joined)
      report.note(`Tests ran in a browser of their own: Playwright ${install.version} cannot join the warm one (1.61 to 1.65 can)`);
    const heard = deferred<void>();
    let worker: Worker | null = null;
    const late = new AbortController();
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const taken = await workers.take(stock);
      worker = taken;
      run.pid = () => taken.pid;
      taken.onMessage((message) => {
        const word = specWord(message);
        if (word?.kind === 'look') void this.#look(request, folder, word, taken);
        else if (word?.kind === 'end') heard.resolve();
        else if (word !== null) report.hear(word);
      });
      taken.onOutput((stream, text) => report.print({ file: null, title: [], stream, text }));
      const leave = (): void => run.stop.resolve(new BrowseError('interrupted', { command: 'run', outcome: 'may have run' }));
      bound.signal.addEventListener('abort', leave, { once: true });
      if (bound.signal.aborted) leave();
      void clock.sleep(Math.max(1, bound.timeout - AHEAD), late.signal).then(() => {
        if (!late.signal.aborted) run.stop.resolve(new BrowseError('run-late', { ms: bound.timeout }));
      });
      taken.tell({
        go: true,
        endpoint,
        executable,
        tab: request.tab?.guestName() ?? null,
        cwd: request.cwd,
        env: { ...request.env, PW_TEST_REPORTER: reporterOf(script) },
        argv: wordsFor(request, install, folder),
      });
      const ended = await Promise.race([heard.promise.then(() => 'told' as const), taken.ended, run.stop.promise]);
      bound.signal.removeEventListener('abort', leave);
      const ms = Math.round(clock.elapsed() - run.from);
      if (ended instanceof BrowseError) return { report: report.report(ms), stopped: ended.body() };
      if (ended !== 'told') unheard(report, ended, first.path);
      const none = noneIn(report, request, install);
      if (none !== null) return fail('run-none', { what: none });
      return { report: report.report(ms), stopped: null };
    } finally {
      late.abort();
      this.#leave(run, worker, folder);
      void workers.prepare(stock);
    }
  }

  list(session: string): readonly RunFacts[] {
    return this.#all().filter((each) => each.session === session);
  }

  async cancel(session: string, id: string | null, by: string): Promise<readonly RunFacts[]> {
    const mine = this.list(session).filter((each) => id === null || each.id === id);
    if (mine.length === 0)
      return fail('run-unknown', { what: id === null ? `No run in session ${session}` : `No run ${id} in session ${session}` });
    await Promise.all(
      mine.map(async (each) => {
        const running = this.#running.get(each.id);
        running?.stop.resolve(new BrowseError('run-cancelled', { id: each.id, by }));
        await running?.over.promise;
      }),
    );
    return mine;
  }

  /** Ends all that goes on. */
  async close(): Promise<void> {
    const all = [...this.#running.values()];
    for (const { stop } of all) stop.resolve(new BrowseError('interrupted', { command: 'run', outcome: 'ran, and was cut off' }));
    await Promise.all([...all.map(({ over }) => over.promise), this.#parts.workers.close()]);
  }

  service(): Service {
    const { workers, clock } = this.#parts;
    return {
      facts: () => {
        const all = [...this.#running.values()];
        const pids = [...all.map(({ pid }) => pid()).filter((pid) => pid !== 0), ...workers.pids()];
        const waiting = workers.waiting();
        return {
          name: 'specs',
          state: all.length > 0 ? 'running' : pids.length > 0 ? 'idle' : 'off',
          pids,
          since: all.length === 0 ? null : new Date(clock.now() - Math.max(...this.#all().map(({ ms }) => ms))).toISOString(),
          detail: [
            ...this.#all().map(({ id, what, session, ms }) => `${id} ${what} in session ${session} (${Math.round(ms / 1000)}s)`),
            `${waiting} ready for the next run`,
          ].join('; '),
        };
      },
      // What runs, goes on; what waits, may have been loaded from what has been installed anew.
      refresh: async () => {
        const count = await workers.replace();
        const changed = count === 0 ? [] : [`specs: ${count === 1 ? 'the process' : `${count} processes`} for the next run begun anew`];
        return { changed, commit: () => {}, undo: async () => {} };
      },
    };
  }

  #all(): readonly RunFacts[] {
    const now = this.#parts.clock.elapsed();
    return [...this.#running.values()].map(({ id, session, what, from }) => ({ id, session, what, ms: Math.round(now - from) }));
  }

  #enter({ session, files }: SpecRequest): Running & { pid: () => number } {
    const id = `r${++this.#numbers}`;
    const what = files.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)).join(' ');
    const run = {
      id,
      session,
      what,
      ms: 0,
      from: this.#parts.clock.elapsed(),
      stop: deferred<BrowseError>(),
      over: deferred<void>(),
      pid: () => 0,
    };
    this.#running.set(id, run);
    return run;
  }

  #leave(run: Running, worker: Worker | null, folder: string): void {
    void (async () => {
      if (worker !== null) {
        const over = new AbortController();
        const stopped = await Promise.race([
          run.stop.promise.then(() => true),
          worker.ended.then(() => false),
          this.#parts.clock.sleep(LINGER, over.signal).then(() => true),
        ]);
        over.abort();
        if (stopped) await worker.end(GRACE);
      }
      this.#running.delete(run.id);
      try {
        // Nothing failed, nothing was kept.
        rmdirSync(folder);
      } catch {
        // There is something in it.
      }
      run.over.resolve();
    })();
  }

  async #look(
    { session, tab }: SpecRequest,
    folder: string,
    { id, page: name, file }: Extract<SpecWord, { kind: 'look' }>,
    worker: Worker,
  ): Promise<void> {
    try {
      // A page of ours is looked at as it is.
      const page = tab?.guestName() === name ? tab : this.#parts.page(session, name);
      // Somebody's code says where: below what is this run's, or nowhere.
      if (page !== null && normalize(file).startsWith(`${folder}/`))
        writeFileSync(file, await lookAt(page, { timeout: LOOK, signal: new AbortController().signal }), { mode: 0o600 });
    } catch {
      // It does not answer, or is gone: then there is no such file.
    }
    worker.tell({ looked: id });
  }
}

/** A file as Playwright takes one: a regular expression, and a line behind it. */
function filterFor({ path, line }: SpecFile): string {
  const exact = `^${path.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)}$`;
  return line === null ? exact : `${exact}:${line}`;
}

function wordsFor({ files, pattern, projects, cwd, tab }: SpecRequest, install: Install, folder: string): readonly string[] {
  const configuration = configurationFor((files[0] as SpecFile).path, cwd, install);
  return [
    'test',
    ...files.map(filterFor),
    // Ours is added by PW_TEST_REPORTER.
    '--reporter=null',
    `--output=${folder}`,
    ...(tab === null ? [] : ['--workers=1']),
    ...(configuration === null ? [] : [`--config=${configuration}`]),
    ...(pattern === null ? [] : [`--grep=${pattern}`]),
    ...projects.map((name) => `--project=${name}`),
  ];
}

/** Playwright ended without a word of ours: what it printed is the reason. */
function unheard(
  report: SpecReport,
  { code, signal, reason }: { code: number | null; signal: string | null; reason: string | null },
  file: string,
): void {
  const text = reason ?? report.printed().trim();
  if (report.errors().length > 0) return;
  if (text === '' && report.tests === null)
    fail('run-broken', { file, reason: signal === null ? `exit status ${code ?? 'unknown'}` : `signal ${signal}` });
  const at = /^\s+at (?:.*\()?(\/[^():]+):(\d+):(\d+)\)?$/m.exec(text) ?? /(\/[^\s():]+):(\d+)(?::(\d+))?/.exec(text);
  report.error({
    message:
      text === '' ? `The process ended: ${signal === null ? `exit status ${code ?? 'unknown'}` : `signal ${signal}`}` : text.slice(-4000),
    at: at === null ? null : { file: at[1] ?? '', line: Number(at[2]), column: Number(at[3] ?? 1) },
    source: null,
  });
}

/** Why no test was run; null when some were, or something failed. */
function noneIn(report: SpecReport, { files, pattern, projects }: SpecRequest, install: Install): string | null {
  if ((report.tests ?? 0) > 0) return null;
  const told = report.errors().map(({ message }) => message);
  if (told.some((message) => !message.includes('No tests found'))) return null;
  const names = files.map(({ path, line }) => (line === null ? path : `${path}:${line}`)).join(', ');
  const where = projects.length === 0 ? '' : ` in project ${projects.join(', ')}`;
  if (pattern !== null) return `none in ${names}${where} matches ${JSON.stringify(pattern)}`;
  return `Playwright ${install.version} finds none in ${names}${where}; see testDir and testMatch of its configuration`;
}
