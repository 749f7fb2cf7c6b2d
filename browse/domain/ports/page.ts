/**
 * A page of a browser. One suite runs on the fake and on the real one.
 * Every method that waits takes a limit; it rejects with a BrowseError only (adapters translate everything else).
 */
import type { Capture, Documents, Identity, Box, FieldFacts } from '../snapshot/tree.ts';
import type { FrameChoice, FrameFacts, FrameStep } from '../tabs/frame.ts';
import type { TimeLimit } from './machine.ts';

export type Viewport = { readonly width: number; readonly height: number; readonly scale: number };

export type DialogKind = 'alert' | 'confirm' | 'prompt' | 'beforeunload';

export interface Dialog {
  readonly kind: DialogKind;
  /** Untrusted page text. */
  readonly message: string;
  readonly defaultValue: string;
  accept(text?: string): Promise<void>;
  dismiss(): Promise<void>;
}

/** A file that a page sends. */
export interface ComingFile {
  /** Resolves when it is there. `whole`: nobody else wants it, so that it is kept in no other place. */
  save(path: string, whole?: boolean): Promise<void>;
  /** Bytes that have come. */
  received(): number;
  /** Ends it, and removes what has come. */
  drop(): Promise<void>;
}

/** What a page does on its own or as the consequence of a command. The pipeline drains these into the answer. */
export type PageEvent =
  | { readonly kind: 'dialog'; readonly dialog: Dialog }
  | ({ readonly kind: 'download'; readonly suggestedName: string; readonly url: string } & ComingFile)
  /** `document`: it is a new one, and not another place in the same; `posted`: it came of a POST. */
  | { readonly kind: 'navigated'; readonly url: string; readonly document: boolean; readonly posted: boolean }
  | { readonly kind: 'crashed' }
  /** It writes to its console without end: that is not read until it navigates (`muted`), or it is ended; or it asks for things without end. */
  | { readonly kind: 'flood'; readonly state: 'muted' | 'ended' | 'asking' }
  /** `withBrowser`: it did not close, its browser died; it is opened again with the next one. */
  | { readonly kind: 'closed'; readonly withBrowser?: true };

export type LoadState = 'commit' | 'domcontentloaded' | 'load' | 'networkidle';

/** An element as a selector found it: pinned, with what it is now. */
export type Found = { readonly identity: Identity; readonly visible: boolean };

/** What a selector found. */
export type Matches = { readonly count: number; readonly found: readonly Found[]; readonly documents: Documents };

/**
 * What is known of an act while it is under way and afterwards: noted by the page's side as it happens, judged by the daemon. One
 * act is one command, whatever it is made of.
 */
export type ActFacts = {
  /** Something is on its way to the page that it may still obey. */
  sent: boolean;
  /** How much of it the page is known to have been given: none of its events, some, or its last one too. */
  reached: 'nothing' | 'part' | 'all';
  /** The page has answered since: by what it said, by going elsewhere, by a dialog, by closing itself. */
  answered: boolean;
};

/** Nothing was sent yet. */
export function newActFacts(): ActFacts {
  return { sent: false, reached: 'nothing', answered: false };
}

/** A time limit of an act, with the facts that are to be noted about it. */
export type ActLimit = TimeLimit & { readonly facts?: ActFacts };

/** What an act did, read back from the page. */
export type Acted = {
  /** Role and name acted on, as they were at the event. */
  readonly role: string;
  readonly name: string;
  /** URL of the tab after the act (after the commit of a navigation that it began). */
  readonly url: string;
  /** How, where it was not as usual: an option of a dropdown was chosen, a file chooser was opened. */
  readonly by?: 'choice' | 'chooser';
  /** What the page asked a person for: a file, or where to print it. */
  readonly asks?: 'chooser' | 'print';
  /** The box or button that a label was clicked for, as it is now. */
  readonly control?: { readonly role: string; readonly name: string; readonly checked: boolean };
  /** The tab closed itself by it. */
  readonly closed?: true;
  /** It left the page by it: what it was then is not known. */
  readonly gone?: true;
};

/** How a value may be told: `secret` is one, whatever the field is; `private` may be one, and is never typed into an editor. */
export type Secrecy = 'open' | 'private' | 'secret';

/** What a field holds after it was filled. */
export type Entered = FieldFacts & {
  /** Null for a secret one. */
  readonly value: string | null;
  /** The page has written it otherwise. */
  readonly altered: boolean;
  /** Where the text shows, when the field itself does not show it. */
  readonly elsewhere?: true;
};
export type FilledField = Acted & Entered;

/**
 * Whether keys go on into another element of the document that gets the focus meanwhile. `editor`, as a rule: only into one that
 * the page opened for a key of ours, as the cells of a spreadsheet do. `never`: for what is secret.
 */
export type Follow = 'never' | 'editor' | 'always';
/** What had the focus; null where nothing had. */
type InField = { readonly url: string; readonly field: { readonly role: string; readonly name: string } | null };
/** Characters that the page took, of so many. */
export type TypedCount = { readonly typed: number; readonly total: number };
export type TypedText = InField & TypedCount;
/** `held`: where the page moved the focus meanwhile, so that the rest of the key was held back; null as a rule. */
export type PressedKeys = InField & { readonly held: string | null };

/** An end of a drag; `point` is an offset from its top left corner in CSS pixels, null its middle. */
export type DragEnd = { readonly identity: Identity; readonly point: { readonly x: number; readonly y: number } | null };
/** How a hand drags: milliseconds that it holds still after the press, and moves on the way (null: as usual). */
export type DragHow = { readonly hold: number; readonly steps: number | null; readonly force: boolean };
/** `unchanged`: the page shows no effect of it. */
export type Dragged = Acted & { readonly unchanged: boolean };

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
  /** Documents that the tab has ever shown; known without asking the page. */
  documents(): number;
  /** What clients that joined the browser call it. */
  guestName(): string;
  /** Untrusted. While a dialog is open, the last one seen. */
  title(bound: TimeLimit): Promise<string>;
  /** False when the renderer does not answer within the bound. */
  responds(bound: TimeLimit): Promise<boolean>;
  onEvent(listener: (event: PageEvent) => void): void;

  /** `status` null for about:, data:, file: and same-document navigations. Fails with `navigation-failed`, `timeout`. */
  goto(url: string, wait: LoadState, bound: TimeLimit): Promise<{ url: string; status: number | null }>;
  /** Null when there is nowhere to go. */
  history(direction: 'back' | 'forward', wait: LoadState, bound: TimeLimit): Promise<{ url: string } | null>;
  reload(options: { hard: boolean }, wait: LoadState, bound: TimeLimit): Promise<{ url: string; status: number | null }>;

  /**
   * From now on captures, texts, selectors and scripts without an element mean that frame, until another choice or a navigation
   * that we are asked for. Once it has left the page they fail with `frame-gone`. Null: the main frame.
   */
  enterFrame(choice: FrameChoice, bound: TimeLimit): Promise<FrameFacts | null>;
  /** The chosen frame; null for the main one. */
  frame(): FrameFacts | null;
  /** How a document (null: the chosen frame) is reached from the main frame; null when that cannot be told. Never fails. */
  framePath(document: string | null, bound: TimeLimit): Promise<readonly FrameStep[] | null>;

  /** One walk over every frame. `within` limits it to an element and what is below it. */
  capture(options: CaptureOptions, bound: TimeLimit): Promise<Capture>;
  /** Which of `texts` an expression is found in. Tried where a bad one can be ended: fails with `usage` when it is none, or takes too long. */
  matching(
    expression: { readonly source: string; readonly flags: string },
    texts: readonly string[],
    bound: TimeLimit,
  ): Promise<readonly boolean[]>;
  /** Every element a selector matches now, in document order, at most `limit` of them described; `count` is the real number. */
  query(selector: string, limit: number, bound: TimeLimit): Promise<Matches>;

  // Each act verifies the identity in the evaluation that begins it and again at the event. It fails with `ref-stale`
  // (the reason in words; `ref` is empty, who knows it fills it in), `not-actionable` (hidden, disabled, covered, moving ... until the bound ran out), `timeout`.
  click(target: Identity, act: MouseAct, bound: TimeLimit): Promise<Acted>;
  hover(target: Identity, options: { force: boolean }, bound: TimeLimit): Promise<Acted>;
  /** Fails with `value-refused` when nothing of the value is there afterwards. Secrecy is `open` unless said. */
  fill(target: Identity, value: string, bound: TimeLimit, secrecy?: Secrecy): Promise<FilledField>;
  select(target: Identity, values: readonly string[], bound: TimeLimit): Promise<Acted & { selected: readonly string[] }>;
  setChecked(target: Identity, checked: boolean, bound: TimeLimit): Promise<Acted>;
  /** Fails with `unsuited` when it does not take the focus. */
  focus(target: Identity, bound: TimeLimit): Promise<Acted>;
  /** Presses on the one and lets go over the other; what the page drags on the way is its own. */
  drag(from: DragEnd, to: DragEnd, how: DragHow, bound: TimeLimit): Promise<Dragged>;
  upload(target: Identity, files: readonly string[], bound: TimeLimit): Promise<Acted>;
  /** Into the focused element, which must stay the one focused at the start, or as `follow` allows. */
  type(text: string, bound: TimeLimit, follow?: Follow): Promise<FieldFacts & TypedText>;
  press(key: string, bound: TimeLimit, follow?: Follow): Promise<FieldFacts & PressedKeys>;
  /** Focus at the end of the field's text, then type. */
  append(target: Identity, text: string, bound: TimeLimit, follow?: Follow): Promise<Acted & FieldFacts & TypedCount>;

  /** `target` null means the whole page. */
  text(target: Identity | null, bound: TimeLimit): Promise<string>;
  /** Whether the document is still being read, so that more may come. */
  loading(bound: TimeLimit): Promise<boolean>;
  html(target: Identity | null, bound: TimeLimit): Promise<string>;
  attributes(target: Identity, bound: TimeLimit): Promise<Readonly<Record<string, string>>>;
  /** What a field holds, a line per selected option; null for what holds nothing. A password is masked. */
  value(target: Identity, bound: TimeLimit): Promise<string | null>;
  /** `target` null: the page. Resolves when what scrolling set off has had its frame to be drawn. */
  scroll(target: Identity | null, how: ScrollBy, bound: TimeLimit): Promise<Scrolled>;
  style(target: Identity, property: string, bound: TimeLimit): Promise<string>;
  is(target: Identity, check: Check, bound: TimeLimit): Promise<boolean>;
  box(target: Identity, bound: TimeLimit): Promise<Box | null>;
  /** In the page's own world. The value as JSON data, or its description where it has none. */
  evaluate(source: string, target: Identity | null, bound: TimeLimit): Promise<unknown>;
  screenshot(target: Identity | null, options: { path: string; full: boolean }, bound: TimeLimit): Promise<void>;

  /** A picture of the viewport with these labels drawn at their boxes. The page itself is not touched. */
  annotate(marks: readonly Mark[], path: string, bound: TimeLimit): Promise<void>;

  waitForLoad(state: LoadState, bound: TimeLimit): Promise<void>;
  waitForUrl(glob: string, bound: TimeLimit): Promise<string>;
  waitForText(text: string, bound: TimeLimit): Promise<void>;
  waitForFunction(source: string, bound: TimeLimit): Promise<void>;
  waitForSelector(selector: string, state: 'visible' | 'hidden', bound: TimeLimit): Promise<void>;

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
  /** A line for every option of a long closed list, too. */
  readonly options?: boolean;
};
