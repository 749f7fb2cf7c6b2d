/**
 * What the pipeline is given by the process around it: the seam between the pipeline and `main.ts`. Types only.
 * The pipeline never reaches for a clock, a file or a browser by itself.
 */
import type { RecordedAction } from '../domain/export/recorded-action.ts';
import type { BrowserChoice, JoinOptions, PortOwner } from '../domain/pool.ts';
import type { Spawn } from '../commands/context.ts';
import type { ArgvReply, ArgvRequest } from '../protocol/wire.ts';
import type { BuildInfo } from '../protocol/record.ts';
import type { StatePaths } from '../protocol/paths.ts';
import type { BrowserFacts, ProcessFacts, Refreshed, Running, SavedFacts, ServiceFacts, ServiceName, Status } from '../protocol/status.ts';
import type { CallerFiles } from '../domain/caller-files.ts';
import type { Runs } from '../domain/runs.ts';
import type { SessionSettings } from '../domain/session.ts';
import type { UnitTests } from '../domain/unit-tests.ts';
import type { LogService } from '../domain/ingest/ports.ts';
import type { DoorAddress, PoolRow } from '../protocol/pool.ts';
import type { Applied, ProjectLook, TrustStore } from '../domain/configuration/ports.ts';
import type { Values } from '../domain/configuration/keys.ts';
import type { Layer } from '../domain/configuration/precedence.ts';
import type { Project } from '../domain/configuration/project.ts';
import type { TimeLimit, Clock } from '../domain/ports/machine.ts';
import type { Page } from '../domain/ports/page.ts';
import type { BrowserSession, SessionOptions } from '../domain/ports/browser.ts';
import type { NotLoaded } from '../domain/tabs/unloaded.ts';
import type { EventFacts } from '../domain/traffic/entry.ts';
import type { TrafficListener, TrafficQueries } from '../domain/traffic/ports.ts';

/** The settings file next to the record. */
export interface Settings {
  session(name: string): SessionSettings;
  /** Written before it returns. */
  setSession(name: string, value: SessionSettings): Promise<void>;
}

/** What the caller's command brings along, should the browser have to start for it. */
export type Start = {
  /** Null: whatever runs, headless if it must start. True needs a window: fails with `usage` when a headless one runs. */
  readonly headed: boolean | null;
  readonly env: Readonly<Record<string, string>>;
  /** As it is configured; absent: as it is without. */
  readonly choice?: BrowserChoice;
};

/** The same with the project that it is for. */
export type SessionStart = Start & {
  readonly root: () => string | null;
  /** The current tab is about to go elsewhere. */
  readonly goes?: boolean;
  /** Cookies and storage that a new one begins with; null for none. */
  readonly begins?: () => Promise<unknown>;
};

/** A session as other clients join it. `browser` null: it is not open. */
export type SharedSession = { readonly name: string; readonly browser: BrowserSession | null };

/** Has the browser that a session lives in. */
export interface BrowserHost {
  /** A new context for a session. The pipeline asks once per session and again when `lost` said that it died. */
  session(name: string, options: SessionOptions, start: Start, bound: TimeLimit): Promise<BrowserSession>;
  /** The socket through which other Playwright clients join its browser for a session, of which they see no other; it is started for it. */
  share(start: Start, bound: TimeLimit, session: SharedSession): Promise<string>;
  /** Where its browser, which is started for it, answers to CDP. Null for one on a pipe only. */
  cdp(start: Start, bound: TimeLimit): Promise<string | null>;
  /** Clients that have joined, by number. */
  guests(): readonly number[];
  /** A page of one of them, by the name it has there. */
  guestPage(name: string): Page | null;
  /** Ends a session that it gave. */
  closeSession(session: BrowserSession): Promise<void>;
  /** Notices a browser whose process has ended, before its pipe says so: whoever comes after a death never works in a dead browser. */
  look(): void;
  /** Whether the browser that runs is as that configuration would have started it. */
  suits(choice: BrowserChoice): boolean;
  /** Null when none runs. */
  facts(): BrowserFacts | null;
}

/** Owns the one warm browser: launches it, notices its death, launches it again. */
export interface DefaultHost extends BrowserHost {
  /** Called with the reason when a browser died; every session it held is lost. */
  onLost(listener: (reason: string) => void): void;
  /** Called with the number of a client that has left. */
  onGuestLeft(listener: (guest: number) => void): void;
}

/** The end of a browser of the pool. `killed`: as somebody asked, so that its row is gone too. */
export type PoolLoss = { readonly port: number; readonly reason: string; readonly killed: boolean };

/** Owns the browsers that have a port. */
export interface BrowserPool {
  /** Fails with `port-outside`, `port-busy`, `ports-exhausted` and as a launch does. */
  spawn(request: Spawn, bound: TimeLimit): Promise<PoolRow>;
  /** Joins one that somebody else started. Fails with `join-failed`, `port-busy`, `ports-exhausted`. */
  join(options: JoinOptions, bound: TimeLimit): Promise<PoolRow>;
  /** Those with a port, by port. */
  list(): readonly PoolRow[];
  /** Fails with `port-unknown`, `port-outside`; so do the next three. */
  get(port: number): PoolRow;
  /** With a `pid`: only while it is that very process, else nothing. */
  kill(port: number, pid?: number): Promise<void>;
  /** Leaves one that was joined. */
  leave(port: number): Promise<void>;
  /** Its sessions fail with `pool-crashed`, `join-lost`, `profile-taken`, `undriven`. */
  host(port: number): BrowserHost;
  /** From now on a session of that name is in that browser, unless a command says otherwise; null: in the default one. */
  choose(session: string, port: number | null): void;
  choice(session: string): number | null;
  onLost(listener: (loss: PoolLoss) => void): void;
  onGuestLeft(listener: (port: number, guest: number) => void): void;
  look(): void;
}

/** The daemon's own life. */
export interface Control {
  status(): ProcessFacts;
  /** Re-reads what can be re-read in place, of all or of one service; the configuration of every project, or of that one. Fails with `refresh-failed` and then changes nothing. */
  refresh(service?: ServiceName, root?: string | null): Promise<Refreshed>;
}

/** One line of the daemon's log. Never holds a secret that was typed into a page. */
export type CommandRow = {
  readonly kind: 'command';
  readonly id: string;
  readonly command: string;
  /** What it was about, where that is no secret: refs, addresses, names of files. */
  readonly about: string;
  /** What it takes to do it again; null for what failed or only looked. Its secrets are taken out before it is stored. */
  readonly action: RecordedAction | null;
  readonly session: string | null;
  readonly tab: number | null;
  readonly exit: number;
  readonly code: string | null;
  readonly ms: number;
};
export type LogRow =
  | CommandRow
  | { readonly kind: 'internal'; readonly id: string; readonly stack: string }
  | { readonly kind: 'notice'; readonly text: string };

export type Services = {
  readonly host: DefaultHost;
  readonly pool: BrowserPool;
  /** Where the pool's own door is, opened now if it is not: its socket, or that loopback port. Fails with `port-busy`. */
  readonly door: (port: number | null) => Promise<DoorAddress>;
  /** Where browsers of this user that were started with a debugging port answer. */
  readonly debugged: () => readonly string[];
  /** Whose a listening port of this machine is; null when that is not known. */
  readonly portOwner: (port: number) => PortOwner | null;
  readonly clock: Clock;
  readonly files: CallerFiles;
  readonly paths: StatePaths;
  readonly settings: Settings;
  readonly saved: SavedSessions;
  readonly register: Register;
  readonly configured: Configuration;
  readonly build: BuildInfo;
  readonly control: Control;
  readonly log: (row: LogRow) => void;
  readonly traffic: TrafficLog;
  readonly logServer: LogService;
  readonly tests: UnitTests;
  readonly runs: Runs;
  /** Random lower-case hex of that many characters: ids and fences. */
  readonly random: (length: number) => string;
};

/** A tab as it is on disk. `not`: why it is not loaded again by itself. */
export type SavedTab = { readonly id: number; readonly url: string; readonly title: string; readonly not: NotLoaded | null };

/** A session's tabs as they are now. */
export type OpenSession = {
  readonly name: string;
  /** The project that it is of. */
  readonly root: string | null;
  readonly current: number | null;
  readonly tabs: readonly SavedTab[];
};

/** A session as it is to be restored. */
export type SavedSession = OpenSession & {
  /** From `BrowserSession.saveState`; null: none. */
  readonly state: unknown;
  /** What of it could not be saved, in words. */
  readonly gone: readonly string[];
};

/** A session that waits on disk for its next use. */
export type KeptSession = SavedSession & {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What ended before: `the daemon was killed`. */
  readonly after: string;
  /** Its tabs get new numbers: nobody asked for the end, and old ones may still be in somebody's hands. */
  readonly renumber: boolean;
};

/** Sessions on disk. */
export interface SavedSessions {
  /** One that is to be restored when it is opened; null for none. */
  of(name: string): KeptSession | null;
  /** It was. */
  restored(name: string): void;
  /** Nothing of it is kept any more. */
  forget(name: string): void;
  /** Closed for want of use, to be restored when it is opened. */
  park(session: SavedSession): Promise<void>;
  facts(): readonly SavedFacts[];
}

/** What is remembered of sessions beyond their end. */
export interface Register {
  /** The number that the next tab of that session has. */
  next(session: string): number;
  /** A tab has that number from now on, and no other one ever will. */
  took(session: string, tab: number): void;
  /** The session is that of a folder without a project. */
  belongs(session: string, folder: string): void;
  /** Whether a session is that of the folder. */
  hasFolder(folder: string): boolean;
  /** The session has ended. */
  leave(session: string): void;
}

/** A call by name, over HTTP: the input is JSON by key. */
export type NamedCall = Omit<ArgvRequest, 'argv'> & { readonly session?: string; readonly tab?: number; readonly timeout?: number };

/** The answer to a call by name. */
export type NamedReply = { readonly http: number; readonly body: unknown };

export interface Dispatch {
  /** Never rejects. `caller` aborts when the caller leaves or cancels. */
  argv(request: ArgvRequest, caller: AbortSignal): Promise<ArgvReply>;
  command(name: string, input: unknown, call: NamedCall, caller: AbortSignal): Promise<NamedReply>;
  running(): readonly Running[];
  /** What `status` tells of sessions and browsers. */
  counts(): Pick<Status, 'browsers' | 'sessions' | 'tabs' | 'saved'>;
  /** Every session's open tabs. A page is asked for its title once, and not waited for if it does not answer. */
  open(): Promise<readonly OpenSession[]>;
  /** From now on `draining`; running commands get `graceMs`, those on a tab that does not answer none. */
  drain(graceMs: number): Promise<void>;
  /** Makes the configuration count in the sessions that there are: all, or those of that project. Never rejects. */
  reconfigure(root?: string | null): Promise<Applied>;
  /** Every session's tabs and storage; `lost` says in words what cannot be kept at all. */
  save(bound: TimeLimit): Promise<{ sessions: readonly SavedSession[]; lost: readonly string[] }>;
  /**
   * Opens the sessions that were kept because somebody asked to have them again. `loaded`: every one, with all its pages, for a window,
   * in which they are looked for. Never rejects.
   */
  restoreAll(loaded: boolean): Promise<void>;
  /** Closes what an agent has left behind: to be called now and then. Never rejects. */
  tend(): Promise<void>;
}

/** What the pipeline needs of it. */
export interface TrafficLog extends TrafficQueries {
  /** Hears a session. `tabOf` tells the tab of a page as soon as that is known. */
  /** `recording`: since when its bodies are recorded, of whatever type. */
  listener(session: string, tabOf: TabOf, recording?: () => number | null): TrafficListener;
  /** From now on what a tab does is traced to this command. */
  began(session: string, tab: number, command: string): void;
  /** A text without the values that are known as secrets. */
  hidden(text: string): string;
  /** A row of the daemon's own log. */
  row(row: LoggedEvent): void;
  /** Something that happened in a tab. */
  note(event: EventFacts, session: string | null, tab: number | null, trace: string | null): void;
}

export type LoggedEvent = {
  readonly event: EventFacts;
  readonly session: string | null;
  readonly tab: number | null;
  readonly trace: string | null;
};

/** The tab of a page; null while nobody knows it. */
export type TabOf = (page: Page) => number | null;

export type SettingsFile = { readonly version: 1; readonly sessions: Readonly<Record<string, SessionSettings>> };

export type SettingsStore = Settings & {
  /** Reads the file again: the sessions and keys that differ by value, and what makes them count. Fails with `refresh-failed`. */
  reread(): { readonly changed: readonly string[]; readonly sessions: SettingsFile['sessions']; commit(): void };
  /** Of every session. */
  all(): SettingsFile['sessions'];
  /** What was wrong with the file at the start, in words; null for nothing. */
  readonly warning: string | null;
};

/** Everything that is configured: flags, variables, the user's file and those of the projects. */
export interface Configuration {
  readonly projects: {
    /** As it was read when its first session began; of null: no project. */
    of(root: string | null): Promise<Project>;
    /** As it is on disk now. */
    look(root: string, how?: ProjectLook): Promise<Project>;
    use(project: Project): void;
  };
  readonly trust: TrustStore;
  readonly user: { readonly path: string; warning(): string | null };
  /** Two that mint credentials at once would write one file. */
  readonly minting: { run<T>(work: () => Promise<T>): Promise<T> };
  /** Every source, the one that counts first. Fails with `usage` for a variable that makes no sense. */
  layers(project: Project, caller: Readonly<Record<string, string | undefined>>): readonly Layer[];
  /** What counts in a project. */
  values(project: Project, caller: Readonly<Record<string, string | undefined>>): Values;
  /** What the daemon has one of for all projects: of several that say it, the first one in use. */
  wide(): Values;
}

/** What was read again, and does not count yet. */
export type Reread = {
  readonly configuration: Values;
  readonly sessions: Readonly<Record<string, SessionSettings>>;
};

/** What a refresh has made ready: it counts after `commit`, and is as if it had never been after `undo`. */
export type RefreshStep = {
  /** In words, one each. */
  readonly changed: readonly string[];
  /** Handles on files that were opened again. */
  readonly closedHandles?: number;
  commit(): void;
  undo(): Promise<void>;
};

export interface Service {
  facts(): Omit<ServiceFacts, 'refreshedAt'>;
  /** Rejects with why it cannot be, and then nothing has changed. Never waits for work that does not end. */
  refresh(next: Reread): Promise<RefreshStep>;
}
