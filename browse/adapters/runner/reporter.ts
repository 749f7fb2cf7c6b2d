/** A reporter for Playwright's runner that tells the daemon what each test came to. */
import { stripVTControlCharacters } from 'node:util';
import type { FullConfig, Suite, TestCase, TestError as Reported, TestResult as Attempt } from '@playwright/test/reporter';
import type { TestError, TestOutcome, TestResult } from '../../protocol/results.ts';
import { SELF, say } from './channel.ts';

/** Characters of one message or one source that are passed on. */
const LONGEST = 64 * 1024;

const plain = (text: string): string => stripVTControlCharacters(text).slice(0, LONGEST);

/** What Playwright calls an error; its message may hold all of the rest. A place in this script says nothing to the caller. */
function errorOf({ message, stack, value, location, snippet }: Reported): TestError {
  const there = location !== undefined && location.file !== SELF;
  return {
    message: plain(message ?? stack?.split('\n    at ')[0] ?? value ?? 'an error without a message'),
    at: there ? { file: location.file, line: location.line, column: location.column } : null,
    source: there && snippet !== undefined ? plain(snippet) : null,
  };
}

const ENDS: Readonly<Record<Attempt['status'], TestOutcome>> = {
  passed: 'passed',
  failed: 'failed',
  timedOut: 'timed-out',
  skipped: 'skipped',
  interrupted: 'interrupted',
};

function outcomeOf(test: TestCase, last: Attempt | undefined): TestOutcome {
  if (last === undefined) return 'skipped';
  if (last.status === 'interrupted') return 'interrupted';
  switch (test.outcome()) {
    case 'expected':
      return 'passed';
    case 'flaky':
      return 'flaky';
    case 'skipped':
      return 'skipped';
    case 'unexpected':
      return last.status === 'passed' ? 'failed' : ENDS[last.status];
  }
}

function resultOf(test: TestCase, projects: number): TestResult {
  const [, project = '', , ...title] = test.titlePath();
  const last = test.results.at(-1);
  const outcome = outcomeOf(test, last);
  const wrong = outcome === 'flaky' ? test.results.findLast(({ errors }) => errors.length > 0) : outcome === 'passed' ? undefined : last;
  const errors = (wrong?.errors ?? []).map(errorOf);
  if (outcome === 'failed' && last?.status === 'passed') errors.push({ message: 'Expected to fail, but passed', at: null, source: null });
  return {
    file: test.location.file,
    line: test.location.line,
    title,
    project: projects > 1 && project !== '' ? project : null,
    outcome,
    durationMs: test.results.reduce((sum, { duration }) => sum + duration, 0),
    retries: last?.retry ?? 0,
    errors,
    attachments: (wrong ?? last)?.attachments.flatMap(({ name, path }) => (path === undefined ? [] : [{ name, path }])) ?? [],
  };
}

function print(stream: 'stdout' | 'stderr', chunk: string | Buffer, test: TestCase | undefined): void {
  const title = test?.titlePath().slice(3) ?? [];
  say({ kind: 'output', file: test?.location.file ?? null, title, stream, text: stripVTControlCharacters(String(chunk)) });
}

export class Reporter {
  constructor() {
    // It is ours, and not for what the specs start.
    delete process.env['PW_TEST_REPORTER'];
  }

  #root: Suite | null = null;
  #projects = 1;
  readonly #told = new Set<string>();

  /** Without it Playwright would print beside us. */
  printsToStdio(): boolean {
    return true;
  }

  onBegin(config: FullConfig, root: Suite): void {
    this.#root = root;
    this.#projects = config.projects.length;
    say({ kind: 'begin', tests: root.allTests().length });
  }

  onTestEnd(test: TestCase): void {
    this.#told.add(test.id);
    say({ kind: 'test', id: test.id, result: resultOf(test, this.#projects) });
  }

  onStdOut(chunk: string | Buffer, test?: TestCase): void {
    print('stdout', chunk, test);
  }

  onStdErr(chunk: string | Buffer, test?: TestCase): void {
    print('stderr', chunk, test);
  }

  onError(error: Reported): void {
    say({ kind: 'error', error: errorOf(error) });
  }

  onEnd(): void {
    // What was never begun, as after a time-out of the whole run.
    for (const test of this.#root?.allTests() ?? [])
      if (!this.#told.has(test.id)) say({ kind: 'test', id: test.id, result: resultOf(test, this.#projects) });
  }

  onExit(): void {
    say({ kind: 'end' });
  }
}
