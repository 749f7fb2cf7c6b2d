/** What one walk, or one look at an element, remembers of the contexts around elements. */
import { createTexts } from './texts.ts';
import type { Texts } from './texts.ts';
import type { WalkCache } from './walk-cache.ts';

/** Remembers for one walk, or for one look at an element. */
export type Memory = {
  readonly texts: Texts;
  readonly cache: WalkCache;
  readonly names: Map<Element, string>;
  readonly around: Map<string, Map<Element, Element | null>>;
  readonly headings: Map<Element, readonly Element[]>;
  readonly above: Map<Element, string>;
  readonly bare: Map<Element, boolean>;
  readonly columns: Map<Element, readonly string[]>;
  /** Places in document order by tree scope, for a walk: asking the browser which of two siblings is first costs time by their distance. */
  readonly places: Map<Node, Map<Element, number>> | null;
};

/** A fresh memory; never kept from one evaluation to the next. */
export function createMemory(of: 'walk' | 'element', cache: WalkCache): Memory {
  return {
    texts: createTexts(cache.styles),
    cache,
    names: new Map(),
    around: new Map(),
    headings: new Map(),
    above: new Map(),
    bare: new Map(),
    columns: new Map(),
    places: of === 'walk' ? new Map() : null,
  };
}
