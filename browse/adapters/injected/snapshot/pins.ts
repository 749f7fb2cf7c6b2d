/**
 * Numbers for elements of one document. An element keeps its number for as long as it lives, and no other one ever gets it;
 * elements that the page lets go of are not kept. Must not know what an element is.
 */
export type Pins = {
  /** Random id of this document. */
  readonly document: string;
  pin(element: Element): number;
  /** Undefined for a number that was never given, or whose element was collected. */
  element(index: number): Element | undefined;
  /** Numbers whose elements were collected, each told once. */
  takeGone(): readonly number[];
};

/** Fewer numbers than this are not looked through for collected elements. */
const FEW = 4_096;

/** An empty set of pins with a new document id. */
export function createPins(): Pins {
  const elements = new Map<number, WeakRef<Element>>();
  // The browser keeps the wrapper of a living node for each world, so that neither the number nor the reference is lost before it.
  const numbers = new WeakMap<Element, number>();
  let gone: number[] = [];
  let next = 0;
  let sweepAt = FEW;
  function sweep(): void {
    for (const [index, element] of elements) {
      if (element.deref() !== undefined) continue;
      elements.delete(index);
      gone.push(index);
    }
    sweepAt = Math.max(FEW, elements.size * 2);
  }
  return {
    document: Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join(''),
    pin(element) {
      const known = numbers.get(element);
      if (known !== undefined) return known;
      if (elements.size >= sweepAt) sweep();
      const index = next;
      next += 1;
      numbers.set(element, index);
      elements.set(index, new WeakRef(element));
      return index;
    },
    element: (index) => elements.get(index)?.deref(),
    takeGone() {
      const told = gone;
      gone = [];
      return told;
    },
  };
}
