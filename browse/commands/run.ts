/** Runs the caller's own code in the warm browser: specs by his project's own Playwright, scripts by our own program. */
import { manyLines, oneLine } from '../base/escape.ts';
import { isSpec } from '../domain/spec-kind.ts';
import { BrowseError, ERRORS, errorLine, fail } from '../protocol/errors.ts';
import type { ErrorBody } from '../protocol/errors.ts';
import { failuresOf, succeeded } from '../protocol/results.ts';
import type { RunReport, TestOutput } from '../protocol/results.ts';
import type { RunFacts, ScriptRan, SpecFile } from '../domain/runs.ts';
import { command, needsEnvironment } from './context.ts';
import type { Context } from './context.ts';
import { errorLines, patternOf, reportText } from './results.ts';
import { valueText } from './script.ts';

/** Milliseconds for all tests together; each has its own limit in the project's configuration. */
const DEADLINE = 30 * 60_000;

/** Characters of what was printed that are shown. */
const PRINTED = 16_000;

const usage = (problem: string): never => fail('usage', { problem, hint: 'browse help run' });

type Result =
  | { readonly report: RunReport; readonly stopped: ErrorBody | null; readonly cwd: string }
  | { readonly script: ScriptRan; readonly cwd: string }
  | { readonly cancelled: readonly RunFacts[] };

/** `FILE`, `FILE:LINE` or a folder. Fails with `file-missing`. */
async function specAt(context: Context, given: string): Promise<SpecFile> {
  const line = /^(.+):(\d+)$/.exec(given);
  for (const [path, at] of [[given, null], ...(line ? [[line[1] ?? '', Number(line[2])] as const] : [])] as const) {
    const real = await context.files.realPath(path);
    const kind = real === null ? undefined : (await context.files.stat(real))?.kind;
    if (real !== null && kind === 'file') return { path: real, line: at };
    if (real !== null && kind === 'folder' && at === null) return { path: `${real}/`, line: null };
  }
  return fail('file-missing', { path: given });
}

/** Where specs are, by the project's configuration. Fails with `usage`. */
async function configuredSpecs(context: Context): Promise<readonly string[]> {
  const { configuration } = context;
  const { 'tests.specs': specs = [] } = await configuration.values();
  const root = configuration.root();
  if (root === null || specs.length === 0) return usage('run needs FILE, or "tests": {"specs"} in the configuration of the project');
  return specs.map((each) => `${root}/${each}`);
}

const run = command({
  name: 'run',
  family: 'script',
  summary: "run specs, by the project's own Playwright, or a script in the warm browser",
  effect: 'write',
  scope: 'daemon',
  opens: true,
  prints: 'data',
  environment: 'whole',
  deadline: DEADLINE,
  operands: {
    files: {
      label: 'FILE',
      optional: true,
      variadic: true,
      summary: 'specs or a folder of them; FILE:LINE for one test; or a script, and what it is given',
    },
  },
  flags: {
    grep: { type: 'string', short: 'g', value: 'PATTERN', summary: 'only tests whose title matches this regular expression' },
    project: { type: 'string', value: 'NAME', repeatable: true, summary: 'only this project of the configuration' },
    onTab: { type: 'boolean', summary: "the tests get the session's tab, as it is, instead of a fresh page each" },
    cancel: { type: 'boolean', summary: 'end the runs of the session, or the one whose id is given' },
  },
  examples: [
    'browse run tests/cart.spec.ts',
    "browse run tests/cart.spec.ts -g 'adds a book'",
    'browse run tests/cart.spec.ts:12 --json',
    'browse run ./fill-cart.ts apples 3',
    'browse run --cancel',
  ],
  notes: [
    'Specs are run by the Playwright that is installed for them (the nearest node_modules), in your folder, your environment and the first',
    'node of your PATH, as by `npx playwright test FILE`: each test in a fresh context, but of the browser that is warm. Nothing is ever',
    'stale: each run has a process of its own, and the next one is made ready meanwhile.',
    'Playwright 1.61 to 1.65 can join the warm browser. Another version, another browser, and a configuration that sets launchOptions get',
    'a browser of their own, and that is said. Reporters of the configuration are not used.',
    'Without FILE the specs of the configuration are run ("tests": {"specs": ...}). Its storageState and baseUrl (`browse config`) are what',
    "tests begin with, unless Playwright's own configuration says so.",
    'When a test fails, its trace, its screenshot and what was on its pages are kept, and their paths printed, unless the configuration',
    'says otherwise.',
    'With --on-tab the tests work on the tab of the session, one after the other: `page` and `context` are its own, are not closed, and',
    'take no options such as viewport; other commands on that tab wait.',
    "A file that imports no test runner is a script: it gets the session's tab, in the queue of that tab, as the globals `page`, `context`",
    'and `browser`; a default export is called with those and the words behind FILE as `args`, and what it returns is printed. It needs',
    'no Node and no Playwright.',
    'A run ends after 30 minutes (--timeout), by `browse run --cancel`, and by Ctrl-C, whatever the spec does.',
    'Exit status: 0 when all went as expected, 1 when a test or anything around it failed, 2 when no test was run.',
  ],
  async run(context, { files, grep, project, onTab, cancel }): Promise<Result> {
    const { caller } = context;
    const session = context.sessions.status().name;
    if (cancel) {
      if (files.length > 1 || grep !== undefined) usage('--cancel takes at most the id of one run');
      return { cancelled: await context.runs.cancel(session, files[0] ?? null, 'browse run --cancel') };
    }
    needsEnvironment(context, 'run');
    const [first = '', ...rest] = files.length > 0 ? files.map((word) => context.path(word)) : await configuredSpecs(context);
    const file = await specAt(context, first);
    const common = { session, cwd: caller.cwd, umask: caller.umask, env: caller.env, share: () => context.pool.share() };
    if (file.line === null && !file.path.endsWith('/') && !isSpec(file.path, await context.files.readText(file.path))) {
      if (grep !== undefined || project.length > 0)
        usage(`${files[0]} is a script: it imports no test runner, so there is nothing for -g or --project`);
      const tab = await context.onTab();
      const script = await tab.queue.run('run', context.bound, (bound) =>
        context.runs.script({ ...common, file: file.path, args: files.slice(1), tab: tab.page }, bound),
      );
      tellScript(context, script, files[0] ?? '');
      return { script, cwd: caller.cwd };
    }
    const { storageState = null, baseUrl = null } = await context.configuration.values();
    const asked = {
      ...common,
      defaults: { storageState, baseUrl },
      files: [file, ...(await Promise.all(rest.map((each) => specAt(context, each))))],
      pattern: grep === undefined ? null : patternOf('run', '-g', grep),
      projects: project,
    };
    const tab = onTab ? await context.onTab() : null;
    const { report, stopped } =
      tab === null
        ? await context.runs.specs({ ...asked, tab }, context.bound)
        : await tab.queue.run('run', context.bound, (bound) => context.runs.specs({ ...asked, tab: tab.page }, bound));
    if (stopped !== null) failed(context, stopped);
    else if (!succeeded(report)) failed(context, new BrowseError('run-failed', failuresOf(report)).body());
    return { report, stopped, cwd: caller.cwd };
  },
  text: (result) => {
    if ('report' in result) return reportText(shortened(result.report), result.cwd);
    if ('script' in result) return scriptText(result.script, result.cwd);
    return result.cancelled.map(({ id, what, ms }) => `Cancelled ${id}: ${what} (after ${(ms / 1000).toFixed(1)}s)`).join('\n');
  },
  json: (result) => {
    if ('report' in result) return { ...result.report, ...(result.stopped === null ? {} : { stopped: result.stopped }) };
    return 'script' in result ? result.script : result;
  },
});

/** There is an answer, and it has failed: why is said beside it. */
function failed(context: Context, error: ErrorBody): void {
  context.failed(ERRORS[error.code].exit, error);
  context.tell({ kind: 'note', text: errorLine(error) });
}

function tellScript(context: Context, { error, stopped }: ScriptRan, file: string): void {
  if (stopped !== null) failed(context, stopped);
  else if (error !== null)
    failed(context, new BrowseError('program-failed', { file, reason: error.message.split('\n', 1)[0] ?? '' }).body());
}

/** The last of what was printed: what came of each test is worth more. All of it is in --json. */
function shortened(report: RunReport): RunReport {
  let left = PRINTED;
  const kept: TestOutput[] = [];
  for (const each of (report.output ?? []).toReversed()) {
    if (left <= 0) break;
    kept.unshift({ ...each, text: each.text.slice(-left) });
    left -= each.text.length;
  }
  if (left >= 0) return report;
  const whole = (report.output ?? []).reduce((sum, { text }) => sum + text.length, 0);
  const note = `(of what was printed the last ${PRINTED} of ${whole} characters; more with --json)`;
  return { ...report, output: kept, notes: [...report.notes, note] };
}

/** What it printed, what it returned, what it threw. */
function scriptText({ output, value, error, notes }: ScriptRan, cwd: string): string {
  const printed = output
    .map(({ text }) => manyLines(text))
    .join('')
    .replace(/\n$/, '');
  return [
    ...(printed === '' ? [] : [printed]),
    ...(value === null ? [] : [manyLines(valueText(value))]),
    ...(error === null ? [] : [`✗ ${errorLines(error, cwd).join('\n').trimStart()}`]),
    ...notes.map(oneLine),
  ].join('\n');
}

export const runCommands = [run];
