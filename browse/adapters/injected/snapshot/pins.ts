/**
 * Numbers for elements of one document. An element keeps its number while it is pinned; forgotten numbers are never
 * given again. Must not know what an element is.
 */
import { isConnected } from '../dom-getters.ts';

export type Pins = {
  /** Random id of this document. */
  readonly document: string;
  pin(element: Element): number;
  element(index: number): Element | undefined;
  /** Forgets all; until `settle`, an element that is pinned again gets the number it had. */
  clear(): void;
  settle(): void;
};

/** From here on, elements that left the page are forgotten when a new one is pinned. */
const SWEEP = 20_000;

/** An empty set of pins with a new document id. */
export function createPins(): Pins {
  let elements = new Map<number, Element>();
  /** Keeps the wrappers of forgotten elements, and so their numbers, from being collected in the middle of a walk. */
  const held: { forgotten: Map<number, Element> | null } = { forgotten: null };
  const numbers = new WeakMap<Element, number>();
  let next = 0;
  let sweepAt = SWEEP;
  function sweep(): void {
    for (const [index, element] of elements) if (!isConnected(element)) elements.delete(index);
    sweepAt = Math.max(SWEEP, elements.size * 2);
  }
  return {
    document: Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join(''),
    pin(element) {
      let index = numbers.get(element);
      if (index === undefined) {
        index = next;
        next += 1;
        numbers.set(element, index);
      }
      if (!elements.has(index)) {
        if (elements.size >= sweepAt) sweep();
        elements.set(index, element);
      }
      return index;
    },
    element: (index) => elements.get(index),
    clear: () => {
      held.forgotten = elements;
      elements = new Map();
    },
    settle: () => {
      held.forgotten = null;
    },
  };
}
