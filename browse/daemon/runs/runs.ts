/**
 * Runs of specs, by the Playwright of their project, and of scripts; and the service that keeps a process ready for the next one.
 */
import { writeFileSync } from 'node:fs';
import { basename, dirname, normalize } from 'node:path';
import { deferred } from '../../base/deferred.ts';
import type { Ran, RunFacts, Runs, ScriptRan, ScriptRequest, SpecFile, SpecRequest } from '../../domain/runs.ts';
import { howEnded } from '../../domain/workers.ts';
import type { Worker, WorkerEnd, Workers } from '../../domain/workers.ts';
import { BrowseError, fail } from '../../protocol/errors.ts';
import { specWord } from '../../domain/messages/specs.ts';
import type { SpecGo, SpecLooked, SpecWord } from '../../domain/messages/specs.ts';
import { dumpPage } from './page-dump.ts';
import { RunFolders } from './run-folders.ts';
import { RunList } from './run-registry.ts';
import type { Run } from './run-registry.ts';
import { runScript } from './script-run.ts';
import type { Service } from '../ports.ts';
import { configurationFor, installFor, joins, nodeOf } from './spec-install.ts';
import type { Install } from './spec-install.ts';
import { SpecReport } from './spec-report.ts';
import { reporterOf } from './spec-workers.ts';
import type { SpecStock, SpecWorkers } from './spec-workers.ts';
import type { TimeLimit, Clock } from '../../domain/ports/machine.ts';
import type { Page } from '../../domain/ports/page.ts';

export type RunsParts = {
  readonly clock: Clock;
  readonly workers: Workers;
  /** Those that wait for a run of specs. */
  readonly ready: SpecWorkers;
  /** Where the text of `adapters/runner` lies. */
  readonly script: string;
  readonly artifacts: string;
  /** A browser for a Playwright that cannot join ours and has none; null when there is none. */
  readonly executable: (env: Readonly<Record<string, string>>) => Promise<string | null>;
  /** A page that tests made in the browser of a session. */
  readonly page: (session: string, name: string) => Page | null;
};

/** Milliseconds that a process has after its last word: Playwright removes its temp files, a script may have left a timer. */
const LINGER = 5000;
/** Milliseconds that a look at a page may take: whoever asked waits a little longer. */
const LOOK = 2500;

export class SpecRuns implements Runs {
  readonly #parts: RunsParts;
  readonly #runs: RunList;
  readonly #folders: RunFolders;

  constructor(parts: RunsParts) {
    this.#parts = parts;
    this.#runs = new RunList(parts.clock);
    this.#folders = new RunFolders(parts.artifacts);
  }

  async specs(request: SpecRequest, bound: TimeLimit): Promise<Ran> {
    const { clock, ready } = this.#parts;
    const [first] = request.files;
    if (first === undefined) return fail('usage', { problem: 'run needs FILE', hint: 'browse help run' });
    const install = installFor(first.path.endsWith('/') ? first.path : dirname(first.path));
    const stock = { node: nodeOf(request.env['PATH']), folder: install.folder, stamp: install.stamp, env: request.env };
    const run = this.#runs.begin(request.session, request.files.map(({ path }) => basename(path)).join(' '));
    run.limit(bound);
    const folder = this.#folders.of(clock.now(), run.id);
    try {
      this.#folders.make(folder);
      return await this.#inside(run, request, install, stock, folder);
    } finally {
      void run.finish(LINGER).then(() => this.#folders.leave(folder));
      ready.prepare(stock).catch(() => {});
    }
  }

  async script(request: ScriptRequest, bound: TimeLimit): Promise<ScriptRan> {
    const run = this.#runs.begin(request.session, basename(request.file));
    run.limit(bound);
    try {
      return await runScript(run, request, this.#parts.workers);
    } finally {
      void run.finish(LINGER);
    }
  }

  cancel(session: string, id: string | null, by: string): Promise<readonly RunFacts[]> {
    return this.#runs.cancel(session, id, by);
  }

  /** Ends all that goes on. */
  async close(): Promise<void> {
    await Promise.all([this.#runs.close(), this.#parts.ready.close()]);
  }

  async #inside(run: Run, request: SpecRequest, install: Install, stock: SpecStock, folder: string): Promise<Ran> {
    const { ready, script } = this.#parts;
    const joined = joins(install.version);
    const report = new SpecReport();
    if (!joined)
      report.note(`Tests ran in a browser of their own: Playwright ${install.version} cannot join the warm one (1.61 to 1.65 can)`);
    if (!joined && request.tab !== null)
      return fail('usage', { problem: `--on-tab: Playwright ${install.version} cannot join the warm browser`, hint: 'browse help run' });
    const endpoint = joined ? await request.share() : null;
    const executable = await this.#parts.executable(request.env);
    const worker = await ready.take(stock);
    run.worker = worker;
    const heard = deferred<void>();
    worker.onMessage((message) => {
      const word = specWord(message);
      if (word?.kind === 'look') void this.#look(request, folder, word, worker);
      else if (word?.kind === 'end') heard.resolve();
      else if (word !== null) report.hear(word);
    });
    worker.onOutput((stream, text) => report.print({ file: null, title: [], stream, text }));
    worker.tell({
      go: true,
      endpoint,
      executable,
      tab: request.tab?.guestName() ?? null,
      cwd: request.cwd,
      umask: request.umask,
      ...request.defaults,
      env: { ...request.env, PW_TEST_REPORTER: reporterOf(script) },
      argv: wordsFor(request, install, folder),
    } satisfies SpecGo);
    const ended = await Promise.race([heard.promise.then(() => null), worker.ended, run.stopped]);
    if (ended instanceof BrowseError) return { report: report.report(run.ms), stopped: ended.body() };
    if (ended !== null) unheard(report, ended, request.files[0]?.path ?? '');
    report.settle();
    const none = noneIn(report, request, install);
    return none === null ? { report: report.report(run.ms), stopped: null } : fail('run-none', { what: none });
  }

  service(): Service {
    const { ready, clock } = this.#parts;
    return {
      facts: () => {
        const all = this.#runs.all();
        const pids = [...all.flatMap(({ worker }) => (worker === null ? [] : [worker.pid])), ...ready.pids()];
        return {
          name: 'specs',
          state: all.length > 0 ? 'running' : pids.length > 0 ? 'idle' : 'off',
          pids,
          since: all.length === 0 ? null : new Date(clock.now() - Math.max(...all.map(({ ms }) => ms))).toISOString(),
          detail: [
            ...all.map(({ id, what, session, ms }) => `${id} ${what} in session ${session} (${Math.round(ms / 1000)}s)`),
            pids.length === 0 ? 'a process is kept ready after the first run' : `${ready.waiting()} ready for the next run`,
          ].join('; '),
        };
      },
      // What runs, goes on; what waits, may have been loaded from what has been installed anew.
      refresh: async () => {
        const count = await ready.replace();
        const changed = count === 0 ? [] : [`specs: ${count === 1 ? 'the process' : `${count} processes`} for the next run begun anew`];
        return { changed, commit: () => {}, undo: async () => {} };
      },
    };
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
        writeFileSync(file, await dumpPage(page, { timeout: LOOK, signal: new AbortController().signal }), { mode: 0o600 });
    } catch {
      // It does not answer, or is gone: then there is no such file.
    }
    worker.tell({ looked: id } satisfies SpecLooked);
  }
}

/** A file as Playwright takes one: a regular expression, and a line behind it. */
function filterFor({ path, line }: SpecFile): string {
  const exact = `^${path.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)}${path.endsWith('/') ? '' : '$'}`;
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
function unheard(report: SpecReport, end: WorkerEnd, file: string): void {
  const text = end.reason ?? report.printed().trim();
  if (report.errors().length > 0) return;
  if (text === '' && report.tests === null) fail('run-broken', { file, reason: howEnded(end) });
  const at = /^\s+at (?:.*\()?(\/[^():]+):(\d+):(\d+)\)?$/m.exec(text) ?? /(\/[^\s():]+):(\d+)(?::(\d+))?/.exec(text);
  report.error({
    message: text === '' ? `The process ended: ${howEnded(end)}` : text.slice(-4000),
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
