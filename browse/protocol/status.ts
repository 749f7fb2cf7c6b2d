/** What the daemon tells of itself. Plain data; field order is print order. */
import type { BrowserKind } from './pool.ts';

/** A browser that runs. */
export type BrowserFacts = {
  readonly pid: number;
  readonly kind: BrowserKind;
  /** Of the pool; null for the default browser. */
  readonly port: number | null;
  /** Null where the browser speaks no CDP, or only on a pipe. */
  readonly cdp_endpoint: string | null;
  readonly name: string;
  readonly version: string;
  readonly headless: boolean;
  /** Whether Chromium's own sandbox is on, and why not. */
  readonly sandbox: { readonly on: boolean; readonly reason: string | null };
  /** ISO 8601. */
  readonly startedAt: string;
};

/** The port for logs of applications. */
export type LogServerFacts = {
  readonly state: 'off' | 'listening' | 'failed';
  /** `http://127.0.0.1:PORT`; null unless it listens. */
  readonly address: string | null;
  readonly pid: number | null;
  /** ISO 8601. */
  readonly since: string | null;
  /** Whose logs it takes. */
  readonly sessions: readonly string[];
  /** Rows that were taken, and requests that were refused, since the daemon began. */
  readonly rows: number;
  readonly refused: number;
  /** Why it failed. */
  readonly reason: string | null;
};

/** What only the process itself knows. */
export type ProcessFacts = {
  readonly status: 'healthy' | 'draining';
  readonly pid: number;
  /** Seconds. */
  readonly uptime: number;
  /** Build id. */
  readonly build: string;
  readonly protocol: number;
  /** ISO 8601. */
  readonly startedAt: string;
  /** ISO 8601; null before the first refresh. */
  readonly refreshedAt: string | null;
  /** Resident bytes. */
  readonly memory: number;
  readonly logBytes: number;
  readonly logServer: LogServerFacts;
  readonly services: readonly ServiceFacts[];
  readonly folder: string;
  /** Such as a settings file that was set aside. */
  readonly warnings: readonly string[];
};

/** A command that runs or waits. */
export type Running = {
  readonly id: string;
  readonly command: string;
  readonly session: string | null;
  readonly tab: number | null;
  readonly ms: number;
};

/** `click in tab 2`. */
export const runningText = ({ command, tab }: Pick<Running, 'command' | 'tab'>): string =>
  `${command}${tab === null ? '' : ` in tab ${tab}`}`;

/** A session that waits on disk for its next use. */
export type SavedFacts = {
  readonly session: string;
  readonly tabs: number;
  /** ISO 8601. */
  readonly savedAt: string;
  /** Whether its cookies and storage are kept too. */
  readonly storage: boolean;
};

/** `browse status --json`. */
export type Status = ProcessFacts & {
  /** The session that this caller's commands would use. */
  readonly session: string;
  readonly browsers: readonly BrowserFacts[];
  readonly sessions: readonly string[];
  readonly saved: readonly SavedFacts[];
  readonly tabs: number;
  readonly running: readonly Running[];
};

/** The parts of the daemon that have a state of their own and can be refreshed by themselves. */
export const SERVICES = ['browser', 'specs', 'tests', 'logs'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** How one of them is. */
export type ServiceFacts = {
  readonly name: ServiceName;
  /** `off`: nothing of it runs, and nothing is wrong. `idle`: it waits for work. */
  readonly state: 'off' | 'idle' | 'running' | 'failed';
  /** Its processes. */
  readonly pids: readonly number[];
  /** ISO 8601; null when nothing of it runs. */
  readonly since: string | null;
  /** ISO 8601; null before its first refresh. */
  readonly refreshedAt: string | null;
  /** One line: what it has, or why it failed. */
  readonly detail: string;
};

/** `browse refresh --json`: what changed, in words. */
export type Refreshed = {
  readonly pid: number;
  readonly refreshedAt: string;
  readonly changed: readonly string[];
  /** Keys of the configuration that have another value now. */
  readonly configChanged: readonly string[];
  /** Sessions whose cookies and storage were replaced. */
  readonly contextReseated: readonly string[];
  /** What one should know of it, in words: what is not trusted, what could not be done in a session. */
  readonly notes: readonly string[];
  /** Of the log database, which was opened again. */
  readonly closedHandles: number;
};
