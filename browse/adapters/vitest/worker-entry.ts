/**
 * A project's own vitest, kept warm. Bundled to one script by `npm run gen`, and run by the project's own Node in its root folder: it
 * opens vitest once, and runs what it is asked for, as `vitest run` would. Talks to the daemon by JSON values, and ends with it.
 */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { TestAsk, TestWord } from '../../domain/unit-tests.ts';
import type { RunReport, TestOutput } from '../../protocol/results.ts';
import { chooseFiles } from './chosen-files.ts';
import { Freshness } from './freshness.ts';
import { configFailure, messageOf, outcomes, titleOf } from './outcomes.ts';
import type { ConsoleLog, Thrown, Vitest, VitestNode } from './surface.ts';

/** What was published as it is used here began then. */
const LEAST = '2.0.0';
/** Bytes of memory after which a process is better begun anew. */
const MEMORY_LIMIT = 1_500_000_000;
/** Characters of console output that are handed on of a run. */
const OUTPUT_LIMIT = 60_000;
/** Milliseconds that closing may take. */
const CLOSING = 900;

const born = Date.now();
const root = process.cwd();
let vitest: Vitest | null = null;
let freshness: Freshness | null = null;
let printed: Printed = nothingPrinted();
/** Files of the run under way. */
let asked: readonly string[] = [];
let ending = false;
/** A run that was cut has been told of. */
let cut = false;

type Printed = { readonly output: TestOutput[]; size: number; left: number };

function nothingPrinted(): Printed {
  return { output: [], size: 0, left: 0 };
}

const say = (word: TestWord): void => void process.send?.(word);

/** Hears what tests print; everything else is asked of vitest afterwards. */
const reporter = {
  onUserConsoleLog({ content, taskId, type }: ConsoleLog): void {
    const room = Math.max(0, OUTPUT_LIMIT - printed.size);
    printed.size += content.length;
    printed.left += Math.max(0, content.length - room);
    if (room === 0) return;
    const task = taskId === undefined ? undefined : vitest?.state.idMap.get(taskId);
    const file = task?.file?.filepath ?? task?.filepath ?? null;
    const title = task === undefined || task.filepath !== undefined ? [] : titleOf(task);
    printed.output.push({ file, title, stream: type, text: content.slice(0, room) });
  },
};

async function open(): Promise<void> {
  process.env['TEST'] = 'true';
  process.env['VITEST'] = 'true';
  process.env['NODE_ENV'] ??= 'test';
  const from = createRequire(`${root}/package.json`);
  const packageFile = from.resolve('vitest/package.json');
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  if (Number.parseInt(version, 10) < Number.parseInt(LEAST, 10)) return refuse({ why: 'too-old', version, least: LEAST });
  // An error of the config is to name its own line, not that of the bundle it was made into.
  process.setSourceMapsEnabled(true);
  try {
    const { createVitest } = (await import(pathToFileURL(from.resolve('vitest/node')).href)) as VitestNode;
    vitest = await createVitest('test', {
      // Without a word it looks for one itself.
      ...(process.argv[2] === undefined ? {} : { config: process.argv[2] }),
      run: true,
      watch: false,
      reporters: [reporter],
      includeTaskLocation: true,
      coverage: { enabled: false },
      ui: false,
      open: false,
    });
    chooseFiles(vitest, root, () => asked);
    freshness = new Freshness(vitest, born, root, packageFile);
  } catch (error) {
    return refuse({ why: 'config', ...configFailure(error as Thrown, root) });
  } finally {
    process.setSourceMapsEnabled(false);
  }
  say({ kind: 'ready', version });
}

function refuse(refusal: Extract<TestWord, { kind: 'refused' }>['refusal']): void {
  process.send?.({ kind: 'refused', refusal } satisfies TestWord, undefined, undefined, () => void leave());
}

async function run({ files: filters, pattern, env }: Extract<TestAsk, { kind: 'run' }>): Promise<void> {
  if (vitest === null || freshness === null) return;
  const changed = freshness.changedSetting();
  if (changed !== null) return say({ kind: 'stale', reason: changed });
  for (const [name, value] of Object.entries(env)) {
    if (value === null) delete process.env[name];
    else process.env[name] = value;
  }
  const began = Date.now();
  cut = false;
  asked = filters;
  freshness.invalidate();
  forget(vitest);
  vitest.configOverride.testNamePattern = pattern === null ? undefined : new RegExp(pattern);
  let failed: Thrown | null = null;
  try {
    await vitest.start(filters);
  } catch (error) {
    if (!/FilesNotFound/.test((error as Error).constructor.name) && !/No test files found/.test((error as Error).message))
      failed = error as Thrown;
  }
  const spent = await afterRun(vitest);
  freshness.remember(began);
  if (cut) return;
  const report = reportOf(vitest, pattern, began, failed);
  const files = vitest.state.getFiles().length;
  if (report.results.length === 0 && report.errors.length === 0) return say({ kind: 'none', of: files === 0 ? 'files' : 'tests', files });
  say({ kind: 'report', report, spent });
}

/** What vitest knows of the files and tests of former runs. */
function forget(own: Vitest): void {
  printed = nothingPrinted();
  own.state.filesMap.clear();
  own.state.idMap.clear();
  own.state.clearErrors();
  own.clearSpecificationsCache?.();
  for (const project of own.projects) project.testFilesList = null;
}

/** Leaves things as `vitest run` does at its end, but what was read. Says why this process should not run any more. */
async function afterRun(own: Vitest): Promise<string | null> {
  const problems: string[] = [];
  // Processes that would keep modules for the next run.
  await own.pool?.close?.();
  own.pool = undefined;
  for (const project of own.projects) {
    const setups = [project.config.globalSetup ?? []].flat();
    if (setups.length === 0) continue;
    const tearDown = project._teardownGlobalSetup ?? project.teardownGlobalSetup;
    if (tearDown === undefined) problems.push('its global setup cannot be repeated');
    else await tearDown.call(project);
    project._globalSetups = undefined;
  }
  const memory = process.memoryUsage.rss();
  if (memory > MEMORY_LIMIT) problems.push(`it holds ${Math.round(memory / 1_000_000)} MB`);
  return problems[0] ?? null;
}

function reportOf(own: Vitest, pattern: string | null, began: number, failed: Thrown | null): RunReport {
  const { results, errors } = outcomes(own, pattern === null ? null : new RegExp(pattern), root, cut);
  const { output, left } = printed;
  return {
    results,
    errors: failed === null ? errors : [...errors, { message: messageOf(failed), at: null, source: null }],
    durationMs: Date.now() - began,
    notes: left === 0 ? [] : [`${left} more characters of console output were left out`],
    output,
  };
}

/** Nothing came of it but this. */
function failedReport(message: string): RunReport {
  return { results: [], errors: [{ message, at: null, source: null }], durationMs: Date.now() - began, notes: [] };
}

/** Tells how far it came; whoever asked ends this process. */
function cutShort(began: number, withinMs: number): void {
  if (vitest === null || cut) return;
  const own = vitest;
  void own.cancelCurrentRun?.('keyboard-input').catch(() => {});
  setTimeout(() => {
    if (cut) return;
    cut = true;
    say({ kind: 'report', report: reportOf(own, null, began, null), spent: 'its run was cut short' });
  }, withinMs);
}

/** With the daemon, or as it asks: closed, and then gone with all that it started. */
async function leave(): Promise<void> {
  if (ending) return;
  ending = true;
  const late = new Promise((resolve) => setTimeout(resolve, CLOSING));
  await Promise.race([vitest?.close().catch(() => {}), late]);
  process.kill(-process.pid, 'SIGKILL');
}

let running: Promise<void> = open();
let began = born;
process.on('message', (ask: TestAsk) => {
  if (ask.kind === 'cut') return cutShort(began, ask.withinMs);
  running = running.then(async () => {
    began = Date.now();
    try {
      await run(ask);
    } catch (error) {
      const failed = messageOf(error as Thrown);
      say({ kind: 'report', report: failedReport(failed), spent: failed });
    }
  });
});
process.on('disconnect', () => void leave());
process.on('SIGTERM', () => void leave());
