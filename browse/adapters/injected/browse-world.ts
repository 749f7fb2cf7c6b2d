/** The one object in the isolated world of a document, `globalThis.__browse`. Types only: the adapter imports them, the bundle implements them. */
import type { Acts } from './acts/acts.ts';
import type { WalkOptions, CapturedFrame, Described } from './world.ts';

/** What `globalThis.__browse` holds. The guard adds fields of its own under `guard`. */
export type BrowseWorld = {
  /** Same for as long as this document lives. */
  readonly document: string;
  capture(options: WalkOptions): CapturedFrame;
  /** `JSON.stringify(capture(options))`: what the adapter calls; far cheaper to transfer than the object. */
  captureText(options: WalkOptions): string;
  /** The page's world is about to say, in one event of that name, which elements listen for input. */
  hearActors(type: string): void;
  /** The elements that listen for input, by the browser's numbers; the elements of `fresh` are handed over with them. */
  markActors(all: readonly number[], fresh: readonly number[], elements: readonly unknown[]): void;
  /** Closed shadow trees: from now on they are like others. */
  openUp(...roots: readonly unknown[]): void;
  /** Null when there is no such pin or its element left the page. */
  describe(index: number): Described | null;
  /**
   * Null when the pinned element is still what was printed; else why not, in the words of the `ref-stale` sentence:
   * `the element left the page`, `its name is now "Keep"`, `its role is now button`, `its row is now "Bob"`.
   */
  verify(index: number, role: string, name: string, twin: string | null): string | null;
  /** The element's number in this document, for as long as it lives. */
  pin(element: Element): number;
  /** Undefined for a number that was never given, or whose element was collected. */
  element(index: number): Element | undefined;
  /** `acts` of `acts.ts`: what is done to elements. The entry of the bundle puts it here. */
  readonly acts: Acts;
};

declare global {
  // eslint-disable-next-line no-var -- a property of globalThis can only be declared with var
  var __browse: BrowseWorld | undefined;
}
