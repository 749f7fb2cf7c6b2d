/**
 * Browsers and the sessions in them. One suite runs on the fake and on the real one.
 * Every method that waits takes a limit; it rejects with a BrowseError only (adapters translate everything else).
 */
import type { BrowserChoice, JoinOptions, SharePlace, SpawnOptions } from '../pool.ts';
import type { BrowserKind } from '../../protocol/pool.ts';
import type { TrafficListener } from '../traffic/ports.ts';
import type { RouteRule, Throttle } from '../traffic/shaping.ts';
import type { TimeLimit } from './machine.ts';
import type { Page, Viewport } from './page.ts';

// ---- the machine -------------------------------------------------------------------------------------------------
// ---- the browser -------------------------------------------------------------------------------------------------

export type BrowserOptions = {
  readonly headless: boolean;
  /** Absolute path of the browser's temp root, in our own folder. */
  readonly tempFolder: string;
  /** DISPLAY and proxy variables of the caller whose command started it. */
  readonly env: Readonly<Record<string, string>>;
  /** Of the default one. */
  readonly choice?: BrowserChoice;
  /** One of the pool, with a port. Absent: the best of Chromium's family. */
  readonly spawn?: SpawnOptions;
  /** Where one that is not of the pool answers to CDP; null or absent: on the pipe only. */
  readonly cdpPort?: number | null;
};

export interface Engine {
  /** Fails with `browser-missing`, `engine-missing`, `profile-busy`, `browser-failed`. */
  launch(options: BrowserOptions, bound: TimeLimit): Promise<Browser>;
  /**
   * One that somebody else started: its process (pid 0) is not ours. By CDP its own tabs are the one session; in the browser of a
   * Playwright server or a Grid sessions are contexts of ours. Fails with `join-failed`.
   */
  join(options: JoinOptions, bound: TimeLimit): Promise<Browser>;
}

export interface Browser {
  readonly pid: number;
  readonly kind: BrowserKind;
  readonly name: string;
  readonly version: string;
  readonly headless: boolean;
  /** There is one session, of its own tabs: those of a profile, or of whoever started it. */
  readonly single: boolean;
  /** Where it was joined, without what may be a secret; null for one of ours. */
  readonly endpoint: string | null;
  /** `http://127.0.0.1:PORT`; null while it is on a pipe only, or behind a server that speaks no CDP. */
  readonly cdpEndpoint: string | null;
  /** Whether Chromium's own sandbox is on, and why not. */
  readonly sandbox: { readonly on: boolean; readonly reason: string | null };
  /** Of a `single` browser: its own tabs, once; the end of a profile's is the browser's. For Chromium's family only. */
  newSession(options: SessionOptions): Promise<BrowserSession>;
  /**
   * Lets other Playwright clients join, through the socket at `place.path`: of the contexts of our sessions they see that of `session`
   * (null: of none) and no other; without one, all. Later calls for the same path only say which one that is.
   */
  share(place: SharePlace, session?: BrowserSession | null): Promise<void>;
  /** Those that have joined, by numbers that are never used again. */
  guests(): readonly number[];
  /** Contexts that they made are closed by itself, pages in our sessions are not. */
  onGuestLeft(listener: (guest: number) => void): void;
  /** A page that a client made, by the name that clients have for it: to look at, no more. */
  guestPage(name: string): Page | null;
  /** Resolves when the process group is gone; killed after `timeout`. */
  close(bound: TimeLimit): Promise<void>;
  /** Called once, when the process ended without `close`. */
  onCrash(listener: () => void): void;
}

/** What outlives a restart, per session. */
export type SessionOptions = {
  readonly userAgent: string | null;
  readonly viewport: Viewport | null;
  readonly headers: readonly OriginHeader[];
};

/** `origin` null means every origin. */
export type OriginHeader = { readonly name: string; readonly value: string; readonly origin: string | null };

/** What one origin is answered with when it asks who is there (HTTP authentication). */
export type Credentials = { readonly username: string; readonly password: string; readonly origin: string };

export type Cookie = {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly path: string;
  /** Seconds since the epoch, -1 for a session cookie. */
  readonly expires: number;
  readonly httpOnly: boolean;
  readonly secure: boolean;
  readonly sameSite: 'Strict' | 'Lax' | 'None';
};

/** An isolated context: its own tabs, cookies and storage. */
export interface BrowserSession {
  newPage(): Promise<Page>;
  /** Every page of the session that we did not ask for: popups. Called before its first request is answered. */
  onPage(listener: (page: Page, opener: Page | null) => void): void;
  /** Hears of all traffic. Set once, before the first page, so that nothing is missed. */
  onTraffic(listener: TrafficListener): void;
  cookies(): Promise<readonly Cookie[]>;
  setCookie(cookie: { name: string; value: string; url: string }): Promise<void>;
  /** Pages from local files may load files below these folders (real paths), and below those named before. Without any, none. */
  allowFiles(folders: readonly string[]): Promise<void>;
  setUserAgent(userAgent: string | null): Promise<void>;
  setHeaders(headers: readonly OriginHeader[]): Promise<void>;
  /** Of the pages there are and those to come. What a site has accepted already, the browser may go on sending to it. */
  setCredentials(credentials: readonly Credentials[]): Promise<void>;
  setRoutes(rules: readonly RouteRule[]): Promise<void>;
  /** Of the pages there are and those to come. */
  setNetwork(offline: boolean, throttle: Throttle | null): Promise<void>;
  /** Cookies and storage, for `restart --restore`; pages that do not answer within the bound are left out and named. */
  saveState(bound: TimeLimit): Promise<{ state: unknown; lost: readonly string[] }>;
  restoreState(state: unknown): Promise<void>;
  close(): Promise<void>;
}
