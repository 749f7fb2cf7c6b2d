/** The tree a walk returns, as plain data. Knows nothing of the DOM, of numbers or of text output. */

/**
 * A concrete element, pinned in the isolated world of one document.
 * `document` changes with every navigation of that frame and is never used again; `index` is the element's
 * number in that world and stays its own for as long as the document lives.
 */
export type Pin = { readonly document: string; readonly index: number };

/** What an element was when it was printed; verified on every use. */
export type Identity = {
  readonly pin: Pin;
  readonly role: string;
  readonly name: string;
  /** Container, row, list item, heading or column that tells it from a twin, as `twins.ts` writes it; null where nothing has to. */
  readonly twin: string | null;
};

/** CSS pixels relative to the main frame's viewport. */
export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** One line of a snapshot, in preorder. */
export type SnapshotNode = {
  /** 0 at the top; frames are nested in place, so depth goes on inside them. */
  readonly depth: number;
  /** ARIA role; `clickable` for an element that acts without one; `text` for a text run, which has no identity. */
  readonly role: string;
  /** Accessible name, untrusted page text. For `text`, the text itself. */
  readonly name: string;
  /** Null only for text runs. */
  readonly identity: Identity | null;
  /** `required`, `checked`, `disabled`, `expanded`, `level=2`, ... in print order. */
  readonly states: readonly string[];
  /** Current value of a field; password values arrive masked. */
  readonly value: string | null;
  /** Whether an agent can act on it (kept by `-i`). */
  readonly interactive: boolean;
  /** Whether `-i` keeps it although it is not interactive: alerts, status, invalid states, open dialogs. */
  readonly notable: boolean;
  /** Where no input reaches it: behind the dialog on top, or inert. Left out: false. */
  readonly behind?: true;
  /** What stands for the name of something nameless to its reader. Untrusted; never verified. */
  readonly hint?: string;
  /** How many options a closed list has that have no lines of their own. */
  readonly options?: number;
  readonly url?: string;
  readonly box?: Box;
};

/** Which documents a look found, so that numbers are held to their elements and let go with them. */
export type Documents = {
  /** That of the tab's main frame. */
  readonly main: string;
  /** Every document that pins may point into now, the main one included. */
  readonly living: readonly string[];
  /** Pins of elements that were collected since the last look. */
  readonly gone: readonly Pin[];
};

/** One walk over a tab: all its frames, stitched together. */
export type Capture = {
  readonly documents: Documents;
  readonly url: string;
  readonly title: string;
  /** The main document is still being read, so that more may come. */
  readonly loading: boolean;
  readonly nodes: readonly SnapshotNode[];
};

/** What a field is: whether it is a secret one, and what it is called besides its accessible name (name, id, autocomplete). */
export type FieldFacts = { readonly secret: boolean; readonly marks: readonly string[] };
