/** Runs of the caller's own specs and scripts: what is asked, and what comes of it. A port; its real side is `daemon/runs/runs`. */
import type { RunReport, TestError, TestOutput } from '../protocol/results.ts';
import type { ErrorBody } from '../protocol/errors.ts';
import type { TimeLimit } from './ports/machine.ts';
import type { Page } from './ports/page.ts';

/** A file of specs, and the line of one test in it; or a folder of them, with a slash at its end. */
export type SpecFile = { readonly path: string; readonly line: number | null };

/** What a run is asked to do. */
export type SpecRequest = {
  readonly session: string;
  /** Absolute; the first one says whose Playwright runs them all. */
  readonly files: readonly SpecFile[];
  /** A regular expression over the titles of tests. */
  readonly pattern: string | null;
  /** Names of projects of the configuration; none: all of them. */
  readonly projects: readonly string[];
  readonly cwd: string;
  readonly umask: number;
  readonly env: Readonly<Record<string, string>>;
  /** What tests find where their own configuration says nothing; absolute path and URL. */
  readonly defaults: { readonly storageState: string | null; readonly baseUrl: string | null };
  /** Opens the door to the warm browser, for a Playwright that can join it. */
  readonly share: () => Promise<string>;
  /** The page of the tab that all tests get; null: a fresh one each. */
  readonly tab: Page | null;
};

/** A script of the caller's, which is no spec. */
export type ScriptRequest = {
  readonly session: string;
  /** Absolute. */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly umask: number;
  readonly env: Readonly<Record<string, string>>;
  readonly share: () => Promise<string>;
  /** What it works on. */
  readonly tab: Page;
};

/** What a script came to. */
export type ScriptRan = {
  /** What its default export returned, as JSON data. */
  readonly value: unknown;
  /** What it threw. */
  readonly error: TestError | null;
  readonly output: readonly TestOutput[];
  readonly notes: readonly string[];
  readonly stopped: ErrorBody | null;
};

/** What a run came to. `stopped`: why it ended before it was over. */
export type Ran = { readonly report: RunReport; readonly stopped: ErrorBody | null };

/** One that goes on. */
export type RunFacts = {
  readonly id: string;
  readonly session: string;
  readonly what: string;
  /** Milliseconds since it began. */
  readonly ms: number;
};

export interface Runs {
  /** Fails with `runner-missing`, `node-missing`, `run-none`, `run-broken`. At the end of the bound's time it tells how far it came. */
  specs(request: SpecRequest, bound: TimeLimit): Promise<Ran>;
  /** Fails with `run-broken`. */
  script(request: ScriptRequest, bound: TimeLimit): Promise<ScriptRan>;
  /** Ends one of that session, or all of it. Fails with `run-unknown`. */
  cancel(session: string, id: string | null, by: string): Promise<readonly RunFacts[]>;
}
