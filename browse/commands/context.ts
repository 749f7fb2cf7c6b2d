/**
 * What a command may use while it runs. Made anew by the daemon for every command; a method is here because a command needs it.
 * Knows nothing of queues, deadlines' making or output.
 */
import { quoted } from '../base/escape.ts';
import { shownUrl } from '../domain/traffic/printable-url.ts';
import type { CallerFiles } from '../domain/caller-files.ts';
import type { JoinOptions, PortOwner, SpawnOptions } from '../domain/pool.ts';
import type { Runs } from '../domain/runs.ts';
import type { SessionSettings } from '../domain/session.ts';
import type { Typed } from '../domain/export/recorded-action.ts';
import type { Identity } from '../domain/snapshot/tree.ts';
import type { Notice, Tab } from '../domain/tabs/tab.ts';
import type { Tabs } from '../domain/tabs/registry.ts';
import type { ProjectConfiguration } from '../domain/configuration/ports.ts';
import type { LogService } from '../domain/ingest/ports.ts';
import type { UnitTests } from '../domain/unit-tests.ts';
import type { TrafficQueries } from '../domain/traffic/ports.ts';
import { originOf } from '../domain/address.ts';
import { fail } from '../protocol/errors.ts';
import type { ErrorBody, ExitStatus } from '../protocol/errors.ts';
import type { DoorAddress, PoolRow } from '../protocol/pool.ts';
import type { Refreshed, ServiceName, Status } from '../protocol/status.ts';
import { define as declare } from '../protocol/command.ts';
import type { Command, Facts } from '../protocol/command.ts';
import type { Flags, InputOf, Operands } from '../protocol/args.ts';
import type { TimeLimit, Clock } from '../domain/ports/machine.ts';
import type { Acted } from '../domain/ports/page.ts';
import type { BrowserSession } from '../domain/ports/browser.ts';

/** Who asked. */
export type Caller = {
  /** Absolute; relative paths mean this folder. */
  readonly cwd: string;
  readonly umask: number;
  readonly env: Readonly<Record<string, string>>;
  /** Null when the command line has none. */
  readonly stdin: string | null;
  /** Whether stdout is a terminal. */
  readonly tty: boolean;
  /** The controlling terminal; absent without one. */
  readonly terminal?: string;
};

/** Which of several matches is meant; without it several are an error. */
export type MatchChoice = { readonly first: boolean; readonly nth: number | undefined };

/** The element a SEL means. */
export type FoundTarget = {
  readonly identity: Identity;
  /** `@e3`, or the selector as it was given. */
  readonly given: string;
};

/** The session of this command. */
export type SessionView = {
  readonly name: string;
  readonly browser: BrowserSession;
  readonly tabs: Tabs<Tab>;
  settings(): SessionSettings;
  /** Merged into what is there; null removes. Written before it returns. */
  configure(change: { readonly [K in keyof SessionSettings]?: SessionSettings[K] | null }): Promise<void>;
  openTab(options: { readonly current: boolean }): Promise<Tab>;
  /** The last one leaves a blank tab in its place, which is returned. */
  closeTab(id: number): Promise<Tab | null>;
};

/** A session as `session list` shows it. */
export type SessionFacts = { readonly name: string; readonly mine: boolean; readonly tabs: number };

export type SessionStatus = {
  readonly name: string;
  /** Name and version; null when it has no browser yet. */
  readonly browser: string | null;
  /** Null as well for one that somebody else started. */
  readonly browserPid: number | null;
  /** Null for the default browser. */
  readonly port: number | null;
  /** Null while it is on a pipe only. */
  readonly cdp_endpoint: string | null;
  /** `launched`: the default browser; `spawned`: one of the pool; `connected`: somebody else's. */
  readonly source: PoolRow['source'];
  /** Seconds since the session was made; 0 when it has not been. */
  readonly uptime: number;
  readonly tabs: number;
};

/** A browser of the pool as it is asked for. `port` null: the first free one. */
export type Spawn = Omit<SpawnOptions, 'port'> & {
  readonly port: number | null;
  readonly headed: boolean;
  readonly env: Readonly<Record<string, string>>;
};

/** What one command of a chain came to. */
export type Step = {
  readonly command: string;
  readonly exit: ExitStatus;
  readonly stdout: string;
  readonly stderr: string;
  /** Plain text of the result, whatever was printed. */
  readonly text: string;
  readonly value: unknown;
  readonly error: ErrorBody | null;
};

export interface Context {
  readonly caller: Caller;
  /** Whether --headed was given. */
  readonly headed: boolean;
  /** What is left of the command's deadline, until its caller leaves. */
  readonly bound: TimeLimit;
  readonly clock: Clock;
  readonly files: CallerFiles;
  /** Our folder for what commands write without being told where. */
  readonly artifacts: string;
  /** Fails inside a command that needs no browser. */
  readonly session: SessionView;
  /** The tab that was resolved when the command was accepted. */
  readonly tab: Tab;
  readonly version: string;
  /** The one door to an element. Fails with `ref-stale`, `ref-unknown`, `element-missing`, `selector-ambiguous`, `selector-invalid`. */
  target(selector: string, pick: MatchChoice): Promise<FoundTarget>;
  /** A path of the caller made absolute. */
  path(path: string): string;
  /** To be told with this answer. */
  tell(notice: Notice): void;
  /** What has happened so far, should a dialog cut the command short: the answer of a command that met one. */
  begun(text: string): void;
  /** The command has an answer, and has failed all the same. */
  failed(exit: ExitStatus, error: ErrorBody): void;
  /** What was typed, for the log, so that it can be typed again. A secret is null. */
  typed(typed: Typed): void;
  /** Runs another command line as the same caller. Never rejects. */
  run(argv: readonly string[]): Promise<Step>;
  sessions: {
    list(): readonly SessionFacts[];
    status(): SessionStatus;
    /** Fails with `session-unknown`. */
    close(name: string): Promise<void>;
    /** From now on the session is in that browser (null: the default one), or in that which --browser named; nothing without either. Fails with `port-unknown`. */
    choose(port?: number | null): void;
    /** The port of the browser that the session is in; null for the default one. */
    place(): number | null;
  };
  readonly pool: {
    /** Fails with `port-busy`, `ports-exhausted`, `profile-busy`, `engine-missing`, `browser-failed`. */
    spawn(request: Spawn, bound: TimeLimit): Promise<PoolRow>;
    /** Joins one that somebody else started. Fails with `join-failed`. */
    join(options: JoinOptions, bound: TimeLimit): Promise<PoolRow>;
    leave(port: number): Promise<void>;
    /** Where browsers of this user that were started with a debugging port answer. */
    debugged(): readonly string[];
    /** Whose a listening port of this machine is; null when that is not known. */
    ownerOf(port: number): PortOwner | null;
    /** The default browser first, if it runs. */
    list(): readonly PoolRow[];
    /** Fails with `port-unknown`. */
    get(port: number): PoolRow;
    kill(port: number): Promise<void>;
    /** The socket through which other Playwright clients join the browser of this command's session. */
    share(): Promise<string>;
    /** Where that browser answers to CDP; null for one on a pipe only. */
    cdp(): Promise<string | null>;
    /** The pool's own door: its socket, or that loopback port. Fails with `port-busy`. */
    door(port: number | null): Promise<DoorAddress>;
  };
  /** The log of traffic and commands. */
  readonly traffic: TrafficQueries;
  /** The port for logs of applications. */
  readonly logServer: LogService;
  /** The unit tests of the caller's project. */
  readonly tests: UnitTests;
  /** The configuration of the caller's project. */
  readonly configuration: ProjectConfiguration;
  /** For a command that needs its tab only sometimes: that tab, and its browser, as of now. */
  onTab(): Promise<Tab>;
  /** Runs of the caller's own specs. */
  readonly runs: Runs;
  status(): Status;
  /** All of it, or one service. */
  refresh(service?: ServiceName): Promise<Refreshed>;
}

/** Declares a command of this context. */
export function command<const Os extends Operands, const Fs extends Flags, R>(
  declared: Omit<Facts, 'operands' | 'flags'> & {
    readonly operands: Os;
    readonly flags: Fs;
    run(context: Context, input: InputOf<Os, Fs>): Promise<R>;
    text(result: R): string;
    json?(result: R): unknown;
    below?(result: R): string | null;
  },
): Command<Context> {
  return declare<Os, Fs, Context, R>(declared);
}

/** The operand SEL. */
export const SEL = { label: 'SEL', summary: '@eN from a snapshot, CSS, text=..., role=button[name="Go"], xpath=...' } as const;
/** The flags of a command that takes SEL. */
export const MATCH_FLAGS = {
  first: { type: 'boolean', summary: 'of several matches, the first' },
  nth: { type: 'integer', least: 1, value: 'N', summary: 'of several matches, the N-th (1 is the first)' },
} as const;

/** The origin that the command `what` is about: the one that was named, else the tab's. Fails with `usage`, `origin-needed`. */
export function originFor(context: Context, what: string, named: string | undefined, example: string): string {
  if (named === undefined) return originOf(context.tab.page.url()) ?? fail('origin-needed', { what, example });
  const problem = `--origin takes an http or https URL, not ${JSON.stringify(named)}`;
  return originOf(named) ?? fail('usage', { problem, hint: `browse help ${what}` });
}

/** What an act answers: the element as it was given, and as it was at the event. */
export type Answer = { readonly given: string } & Acted;

/** Where the tab was before an act: its address, and how many documents it had shown. */
export type Whereabouts = { readonly url: string; readonly documents: number };
export const whereabouts = ({ tab }: Context): Whereabouts => ({ url: tab.page.url(), documents: tab.page.documents() });

/** Where the tab is after it: at another address, at the same one in a new document, or where it was. */
export type Moved = 'elsewhere' | 'reloaded' | null;

/** What an act did to the tab's address. */
export function movedSince(before: Whereabouts, context: Context): Moved {
  const now = whereabouts(context);
  return now.url !== before.url ? 'elsewhere' : now.documents !== before.documents ? 'reloaded' : null;
}

/** ` → now at <url>` where it changed, ` (same URL, loaded again)`, or nothing. */
export const movedText = (moved: Moved, url: string): string =>
  moved === 'elsewhere' ? ` → now at ${shownUrl(url)}` : moved === 'reloaded' ? ' (same URL, loaded again)' : '';

/** The element of an answer, as {@link named} says it. */
export const subject = ({ given, role, name }: Answer): string => named(given, role, name);

/** A file of the caller's that must be there. Fails with `file-missing`. */
export async function fileAt(context: Context, file: string): Promise<{ readonly path: string; readonly bytes: number }> {
  const path = context.path(file);
  const seen = await context.files.stat(path);
  return seen?.kind === 'file' ? { path, bytes: seen.bytes } : fail('file-missing', { path });
}

/** For a command that runs the caller's own programs. Fails with `usage` in a chain, which has not all of his environment. */
export function needsEnvironment({ caller }: Context, command: string): void {
  const problem = `${command} needs your whole environment, which a chain does not have; give it by itself`;
  if (caller.env['PATH'] === undefined) fail('usage', { problem, hint: `browse help ${command}` });
}

/** What was done to a session by new credentials. */
export const reseatedLine = (session: string): string => `Cookies and storage of session ${session} were replaced`;

/** `@e3 [button] "Go"`: what was acted on, as it was at the event. */
export function named(given: string, role: string, name: string): string {
  return name === '' ? `${given} [${role}]` : `${given} [${role}] ${quoted(name)}`;
}
