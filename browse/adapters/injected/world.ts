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
  /** A line for every option of a long closed list, too. */
  readonly options?: boolean;
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
  /** Left out: false. It lies behind the dialog on top, where no input reaches it, or is inert. */
  readonly behind?: true;
  /** What stands for the name of something nameless to its reader: the name of its icon, its tooltip. Never verified. Left out: none. */
  readonly hint?: string;
  /** How many options a closed list has whose options have no lines. */
  readonly options?: number;
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
  /** Pins of elements that were collected since the last walk. */
  readonly gone: readonly number[];
  /** The document is still being read. */
  readonly loading: boolean;
  /** It has no body yet. */
  readonly bodiless: boolean;
  /** Elements that may have a closed shadow tree, by their pins. */
  readonly suspects: readonly number[];
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
