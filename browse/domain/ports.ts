/**
 * What the pure floors need from the world. One suite per port runs on the fake and on the real one.
 * Every method that waits takes `Bound`; it rejects with a BrowseError only (adapters translate everything else).
 */
import type { BrowserChoice, JoinOptions, SharePlace, SpawnOptions } from './pool.ts';
import type { FieldFacts, FrameStep } from './export/deed.ts';
import type { Capture, Identity, Box } from './snapshot/tree.ts';
import type { BrowserKind } from '../protocol/pool.ts';
import type { ProcessIdentity } from '../protocol/record.ts';
import type { FrameChoice, FrameFacts } from './tabs/frame.ts';
import type { TrafficListener } from './traffic/ports.ts';
import type { RouteRule, Throttle } from './traffic/shaping.ts';

/** How long, and until who leaves. */
export type Bound = {
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal;
};

// ---- the machine -------------------------------------------------------------------------------------------------

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Monotonic milliseconds. */
  elapsed(): number;
  /** Resolves after `ms`, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Processes {
  /** This process. */
  self(): ProcessIdentity;
  /** Gone = no such pid, another birth time, another boot, or a zombie without threads. */
  state(identity: ProcessIdentity): 'alive' | 'gone' | 'foreign-namespace';
  /** The identity of a live process by its pid; null when it is gone. */
  identify(pid: number): ProcessIdentity | null;
  /** Signals exactly that process (or the group that it heads), verified by birth time at the last moment; false when it was gone. */
  signal(identity: ProcessIdentity, signal: 'SIGTERM' | 'SIGKILL', reach?: 'one' | 'group'): boolean;
  /** Resolves true when gone, false when the bound ran out. */
  waitGone(identity: ProcessIdentity, bound: Bound): Promise<boolean>;
}

/** Our own files. Fails with `state-unusable`, `disk-full`. */
export interface Files {
  /** Whole text, or null when there is no such file. */
  read(path: string): string | null;
  /** Replaces the file in one step, mode 0600. */
  write(path: string, text: string): Promise<void>;
  /** Makes the file with its whole text, mode 0600; false when one is there already. */
  claim(path: string, text: string): Promise<boolean>;
  /** One file or socket; nothing to do when it is missing. */
  remove(path: string): void;
  /** A folder of ours and all that is in it. */
  removeTree(path: string): Promise<void>;
  /** Names in a folder; none when it is missing. */
  list(path: string): readonly string[];
  /** Makes the folder 0700, or checks that it is ours already: no link, our owner, nobody else may enter or exchange it. */
  secureFolder(path: string): void;
  /** The same check, making nothing: false when the folder is missing. */
  checkFolder(path: string): boolean;
}

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
  launch(options: BrowserOptions, bound: Bound): Promise<Browser>;
  /**
   * One that somebody else started: its process (pid 0) is not ours. By CDP its own tabs are the one session; in the browser of a
   * Playwright server or a Grid sessions are contexts of ours. Fails with `join-failed`.
   */
  join(options: JoinOptions, bound: Bound): Promise<Browser>;
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
  /** Lets other Playwright clients join, through the socket at `place.path`. Once; later calls change nothing. */
  share(place: SharePlace): Promise<void>;
  /** Those that have joined, by numbers that are never used again. */
  guests(): readonly number[];
  /** Contexts that they made are closed by itself, pages in our sessions are not. */
  onGuestLeft(listener: (guest: number) => void): void;
  /** A page that a client made, by the name that clients have for it: to look at, no more. */
  guestPage(name: string): Page | null;
  /** Resolves when the process group is gone; killed after `timeout`. */
  close(bound: Bound): Promise<void>;
  /** Called once, when the process ended without `close`. */
  onCrash(listener: () => void): void;
}

/** What outlives a restart, per session. */
export type SessionOptions = {
  readonly userAgent: string | null;
  readonly viewport: Viewport | null;
  readonly headers: readonly OriginHeader[];
};
export type Viewport = { readonly width: number; readonly height: number; readonly scale: number };
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
  saveState(bound: Bound): Promise<{ state: unknown; lost: readonly string[] }>;
  restoreState(state: unknown): Promise<void>;
  close(): Promise<void>;
}

export type DialogKind = 'alert' | 'confirm' | 'prompt' | 'beforeunload';
export interface Dialog {
  readonly kind: DialogKind;
  /** Untrusted page text. */
  readonly message: string;
  readonly defaultValue: string;
  accept(text?: string): Promise<void>;
  dismiss(): Promise<void>;
}

/** What a page does on its own or as the consequence of a command. The pipeline drains these into the answer. */
export type PageEvent =
  | { readonly kind: 'dialog'; readonly dialog: Dialog }
  | { readonly kind: 'download'; readonly suggestedName: string; readonly url: string; save(path: string): Promise<void> }
  | { readonly kind: 'navigated'; readonly url: string }
  | { readonly kind: 'crashed' }
  /** `withBrowser`: it did not close, its browser died; it is opened again with the next one. */
  | { readonly kind: 'closed'; readonly withBrowser?: true };

export type LoadState = 'commit' | 'domcontentloaded' | 'load' | 'networkidle';

/** An element as a selector found it: pinned, with what it is now. */
export type Found = { readonly identity: Identity; readonly visible: boolean };

/** What an act did, read back from the page. */
export type Acted = {
  /** Role and name acted on, as they were at the event. */
  readonly role: string;
  readonly name: string;
  /** URL of the tab after the act (after the commit of a navigation that it began). */
  readonly url: string;
  /** How, where it was not as usual: an option of a dropdown was chosen, a file chooser was opened. */
  readonly by?: 'choice' | 'chooser';
};

export type MouseAct = {
  readonly button: 'left' | 'right' | 'middle';
  readonly count: 1 | 2;
  readonly modifiers: readonly ('Alt' | 'Control' | 'Meta' | 'Shift')[];
  /** Skips visible, stable and hit-point checks; never identity. */
  readonly force: boolean;
};

/** What is drawn on a picture: a few characters at a box of the main frame's viewport. */
export type Mark = { readonly label: string; readonly box: Box };

/** So many CSS pixels down (up when negative), to an end, or null: the element into view. */
export type ScrollBy = { readonly by: number } | { readonly to: 'top' | 'bottom' } | null;
/** How far it went, and where it is of how much, in CSS pixels. */
export type Scrolled = { readonly moved: number; readonly at: number; readonly most: number };

export type Check = 'visible' | 'hidden' | 'enabled' | 'disabled' | 'checked' | 'editable' | 'focused';

export interface Page {
  /** Known without asking the page. */
  url(): string;
  /** What clients that joined the browser call it. */
  guestName(): string;
  /** Untrusted. While a dialog is open, the last one seen. */
  title(bound: Bound): Promise<string>;
  /** False when the renderer does not answer within the bound. */
  responds(bound: Bound): Promise<boolean>;
  onEvent(listener: (event: PageEvent) => void): void;

  /** `status` null for about:, data:, file: and same-document navigations. Fails with `navigation-failed`, `timeout`. */
  goto(url: string, wait: LoadState, bound: Bound): Promise<{ url: string; status: number | null }>;
  /** Null when there is nowhere to go. */
  history(direction: 'back' | 'forward', wait: LoadState, bound: Bound): Promise<{ url: string } | null>;
  reload(options: { hard: boolean }, wait: LoadState, bound: Bound): Promise<{ url: string; status: number | null }>;

  /**
   * From now on captures, texts, selectors and scripts without an element mean that frame, until another choice or a navigation
   * that we are asked for. Once it has left the page they fail with `frame-gone`. Null: the main frame.
   */
  enterFrame(choice: FrameChoice, bound: Bound): Promise<FrameFacts | null>;
  /** The chosen frame; null for the main one. */
  frame(): FrameFacts | null;
  /** How a document (null: the chosen frame) is reached from the main frame; null when that cannot be told. Never fails. */
  framePath(document: string | null, bound: Bound): Promise<readonly FrameStep[] | null>;

  /** One walk over every frame. `within` limits it to an element and what is below it. */
  capture(options: CaptureOptions, bound: Bound): Promise<Capture>;
  /** Which of `texts` an expression is found in. Tried where a bad one can be ended: fails with `usage` when it is none, or takes too long. */
  matching(
    expression: { readonly source: string; readonly flags: string },
    texts: readonly string[],
    bound: Bound,
  ): Promise<readonly boolean[]>;
  /** Every element a selector matches now, in document order, at most `limit` of them described; `count` is the real number. */
  query(selector: string, limit: number, bound: Bound): Promise<{ count: number; found: readonly Found[] }>;

  // Each act verifies the identity in the evaluation that begins it and again at the event. It fails with `ref-stale`
  // (the reason in words; `ref` is empty, who knows it fills it in), `not-actionable` (hidden, disabled, covered, moving ... until the bound ran out), `timeout`.
  click(target: Identity, act: MouseAct, bound: Bound): Promise<Acted>;
  hover(target: Identity, options: { force: boolean }, bound: Bound): Promise<Acted>;
  /** `secret`: it is one, whatever the field is. */
  fill(target: Identity, value: string, bound: Bound, secret?: boolean): Promise<Acted & FieldFacts & { value: string | null }>;
  select(target: Identity, values: readonly string[], bound: Bound): Promise<Acted & { selected: readonly string[] }>;
  setChecked(target: Identity, checked: boolean, bound: Bound): Promise<Acted>;
  /** Fails with `unsuited` when it does not take the focus. */
  focus(target: Identity, bound: Bound): Promise<Acted>;
  /** Presses on the one and lets go over the other; what the page drags on the way is its own. */
  drag(from: Identity, to: Identity, bound: Bound): Promise<Acted>;
  upload(target: Identity, files: readonly string[], bound: Bound): Promise<Acted>;
  /** Into the focused element, which must stay the one focused at the start. */
  type(text: string, bound: Bound): Promise<FieldFacts & { typed: number; url: string }>;
  /** `held`: where the page moved the focus meanwhile, so that the rest of the key was held back; null as a rule. */
  press(key: string, bound: Bound): Promise<FieldFacts & { url: string; held: string | null }>;
  /** Focus at the end of the field's text, then type. */
  append(target: Identity, text: string, bound: Bound): Promise<Acted & FieldFacts & { typed: number }>;

  /** `target` null means the whole page. */
  text(target: Identity | null, bound: Bound): Promise<string>;
  html(target: Identity | null, bound: Bound): Promise<string>;
  attributes(target: Identity, bound: Bound): Promise<Readonly<Record<string, string>>>;
  /** What a field holds, a line per selected option; null for what holds nothing. A password is masked. */
  value(target: Identity, bound: Bound): Promise<string | null>;
  /** `target` null: the page. Resolves when what scrolling set off has had its frame to be drawn. */
  scroll(target: Identity | null, how: ScrollBy, bound: Bound): Promise<Scrolled>;
  style(target: Identity, property: string, bound: Bound): Promise<string>;
  is(target: Identity, check: Check, bound: Bound): Promise<boolean>;
  box(target: Identity, bound: Bound): Promise<Box | null>;
  /** In the page's own world. The value as JSON data, or its description where it has none. */
  evaluate(source: string, target: Identity | null, bound: Bound): Promise<unknown>;
  screenshot(target: Identity | null, options: { path: string; full: boolean }, bound: Bound): Promise<void>;

  /** A picture of the viewport with these labels drawn at their boxes. The page itself is not touched. */
  annotate(marks: readonly Mark[], path: string, bound: Bound): Promise<void>;

  waitForLoad(state: LoadState, bound: Bound): Promise<void>;
  waitForUrl(glob: string, bound: Bound): Promise<string>;
  waitForText(text: string, bound: Bound): Promise<void>;
  waitForFunction(source: string, bound: Bound): Promise<void>;
  waitForSelector(selector: string, state: 'visible' | 'hidden', bound: Bound): Promise<void>;

  setViewport(viewport: Viewport): Promise<void>;
  bringToFront(): Promise<void>;
  close(): Promise<void>;
}

export type CaptureOptions = {
  /** Leave out what is neither interactive nor notable already in the page. */
  readonly interactive: boolean;
  readonly within: Identity | null;
  readonly viewport: boolean;
  readonly boxes: boolean;
  readonly urls: boolean;
  /** Also what acts only by cursor or handler; implied by `interactive`. */
  readonly clickable: boolean;
  /** True keeps the pins of earlier captures: a diff, `find`, a list. False forgets them: a snapshot. */
  readonly extend: boolean;
};
