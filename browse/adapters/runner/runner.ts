/**
 * The process that Playwright's own runner lives in. It loads the runner and waits; told to go, it takes the caller's folder and
 * environment and is Playwright's command line, to the end. The process for the first tests is loaded ahead, too.
 */
import children from 'node:child_process';
import type { ChildProcess, ForkOptions } from 'node:child_process';
import type { SpecGo, SpecPlace, SpecWord } from '../../domain/messages/specs.ts';
import { SELF, say } from './channel.ts';
import { loadAll } from './modules.ts';
import { Reporter } from './reporter.ts';

/** What a process for tests is told before it begins. */
export type WorkerGo = SpecPlace & { readonly entry: string; readonly cwd: string; readonly env: Readonly<Record<string, string>> };

/** The script of a process for tests; before 1.60 it was one for several purposes. */
const WORKER = /[\\/](?:worker[\\/]workerProcessEntry|common[\\/]process)\.js$/;
const fork = children.fork;

/** The daemon is gone, or wants an end of this and of everything that was started here: a test in a loop hears nothing by itself. */
function leave(): void {
  // Behind Playwright's own listeners, which end browsers and servers that are in groups of their own.
  process.on('exit', () => process.kill(-process.pid, 'SIGKILL'));
  process.exit(1);
}

/** `folder` is the `playwright` package. */
export function live(folder: string): void {
  process.on('disconnect', leave);
  process.on('SIGTERM', leave);
  let place: SpecPlace = { umask: 0o077, endpoint: null, executable: null, tab: null, storageState: null, baseUrl: null };
  const start = (options: ForkOptions): ChildProcess =>
    fork(SELF, ['worker', folder], { ...options, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let spare: ChildProcess | null = start({});
  const warm = new Promise<void>((resolve) => {
    spare?.once('message', () => resolve());
    spare?.once('exit', () => resolve());
  });
  const stand = (entry: string, options: ForkOptions): ChildProcess => {
    const child = spare !== null && spare.connected ? spare : start({});
    spare = null;
    child.send({ ...place, entry, cwd: process.cwd(), env: { ...options.env } as Record<string, string> } satisfies WorkerGo);
    child.on('message', (word) => relay(child, word));
    return child;
  };
  // Looked up by Playwright when it starts a process.
  children.fork = ((entry: string, ...rest: unknown[]) =>
    typeof entry === 'string' && WORKER.test(entry)
      ? stand(entry, (rest.find((each) => typeof each === 'object' && !Array.isArray(each)) ?? {}) as ForkOptions)
      : (fork as (...all: unknown[]) => ChildProcess)(entry, ...rest)) as typeof children.fork;
  loadAll(folder, ['/lib/program.js', '/lib/transform/babelBundle.js', '/lib/index.js', '/test.js']);
  void warm.then(() => say({ kind: 'warm' }));
  process.once('message', (word: SpecGo) => {
    const { umask, endpoint, executable, tab, storageState, baseUrl } = word;
    place = { umask, endpoint, executable, tab, storageState, baseUrl };
    go(folder, word);
  });
}

function go(folder: string, { cwd, env, argv, umask }: SpecGo): void {
  process.umask(umask);
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  process.chdir(cwd);
  const cli = `${folder}/cli.js`;
  // Asked for by that name from Playwright, which knows reporters by their files only.
  (globalThis as Record<symbol, unknown>)[Symbol.for('browse.reporter')] = Reporter;
  process.argv = [process.execPath, cli, ...argv];
  const { program } = require(`${folder}/lib/program.js`) as { program: { parseAsync(argv: readonly string[]): Promise<unknown> } };
  void program.parseAsync(process.argv);
}

/** What a process for tests says to us rather than to Playwright. */
function relay(child: ChildProcess, word: unknown): void {
  if (typeof word !== 'object' || word === null || !('browse' in word)) return;
  const said = word.browse as SpecWord;
  if (said.kind === 'look') {
    const id = Math.floor(Math.random() * 2 ** 50);
    const answered = (answer: unknown): void => {
      if (typeof answer !== 'object' || answer === null || !('looked' in answer) || answer.looked !== id) return;
      process.off('message', answered);
      if (child.connected) child.send({ looked: said.id });
    };
    process.on('message', answered);
    say({ ...said, id });
    // Of all else the reporter is to be believed, not a process in which tests run.
  } else if (said.kind === 'note') say(said);
}
