/**
 * The one object in the isolated world of a document, `globalThis.__browse`, and the plain data that crosses its border.
 * Types only: the adapter imports them, the bundle implements them. Must not know Playwright, refs or text output.
 */
import type { Acts } from './acts/acts.ts';

/** What one frame's walk is asked for. */
export type WalkOptions = {
  /** Leave out what is neither interactive nor notable already in the page. */
  readonly interactive: boolean;
  /** Also pin and return elements that act only by cursor or handler (`[clickable]`); implied by `interactive`. */
  readonly clickable: boolean;
  /** Pin index of the element to which the walk is limited (itself included); null for the whole document. */
  readonly within: number | null;
  /** Only what intersects the viewport of this frame. */
  readonly viewport: boolean;
  /** Add `box` to every node. */
  readonly boxes: boolean;
  /** Add `url` to links. */
  readonly urls: boolean;
  /** False for a snapshot, which forgets the pins of the one before; true for a diff, `find`, a list. */
  readonly keepPins: boolean;
};

/** CSS pixels relative to this frame's own viewport. */
export type FrameBox = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** One line of a frame's tree, in preorder. A field that is left out has the value its comment names. */
export type CapturedNode = {
  /** 0 at the top of this frame; not yet collapsed by filters. */
  readonly depth: number;
  readonly role: string;
  /** Whitespace collapsed and trimmed; may be empty. */
  readonly name: string;
  /** Left out for text runs only. */
  readonly pin?: number;
  /** Left out: null. Opaque to everybody but `verify`. */
  readonly twin?: string;
  /** Left out: none. */
  readonly states?: readonly string[];
  /** Left out: null. Password values arrive as `••••`. */
  readonly value?: string;
  /** Left out: false. */
  readonly interactive?: true;
  /** Left out: false. */
  readonly notable?: true;
  readonly url?: string;
  readonly box?: FrameBox;
  /**
   * Set on `iframe` elements only: where the child frame's viewport begins in this frame's viewport.
   * The adapter replaces nothing: it inserts the child's nodes after this one, `depth + 1` deeper.
   */
  readonly frame?: { readonly x: number; readonly y: number };
};

/** One walk over one document. */
export type CapturedFrame = {
  /** Random id of the document, made when the world was installed. */
  readonly document: string;
  readonly url: string;
  readonly title: string;
  readonly nodes: readonly CapturedNode[];
};

/** An element as it is now. */
export type Described = {
  readonly pin: number;
  readonly role: string;
  readonly name: string;
  readonly twin: string | null;
  /** Rendered, not `visibility: hidden`, not in an inert or aria-hidden part is not asked: only what a person sees. */
  readonly visible: boolean;
};

/** What `globalThis.__browse` holds. The guard adds fields of its own under `guard`. */
export type BrowseWorld = {
  /** Same for as long as this document lives. */
  readonly document: string;
  capture(options: WalkOptions): CapturedFrame;
  /** `JSON.stringify(capture(options))`: what the adapter calls; far cheaper to transfer than the object. */
  captureText(options: WalkOptions): string;
  /** Null when there is no such pin or its element left the page. */
  describe(index: number): Described | null;
  /**
   * Null when the pinned element is still what was printed; else why not, in the words of the `ref-stale` sentence:
   * `the element left the page`, `its name is now "Keep"`, `its role is now button`, `its row is now "Bob"`.
   */
  verify(index: number, role: string, name: string, twin: string | null): string | null;
  /** The element's number in this document; the same one while it stays pinned. */
  pin(element: Element): number;
  /** Undefined for a number that was never given or was forgotten. */
  element(index: number): Element | undefined;
  clearPins(): void;
  /** `acts` of `acts.ts`: what is done to elements. The entry of the bundle puts it here. */
  readonly acts: Acts;
};

declare global {
  // eslint-disable-next-line no-var -- a property of globalThis can only be declared with var
  var __browse: BrowseWorld | undefined;
}
