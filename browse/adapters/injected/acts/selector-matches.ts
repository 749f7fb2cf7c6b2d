/** Elements that a selector found: the selector engine leaves them in this world, here they are pinned and described. */
import { attribute, localName, rootOf, select, titleOf } from '../dom-getters.ts';
import { world } from './target.ts';
import type { Described } from '../world.ts';

declare global {
  /** What the selector engine found, by the key of the query. */
  // eslint-disable-next-line no-var -- a property of globalThis can only be declared with var
  var __browseFound: Map<string, Element[]> | undefined;
}

/** Takes what a query left: how many, and the first of them pinned and described. */
export function foundBy(key: string, limit: number): { readonly count: number; readonly found: readonly Described[] } {
  const elements = globalThis.__browseFound?.get(key) ?? [];
  globalThis.__browseFound?.delete(key);
  const found = elements.slice(0, limit).flatMap((element) => {
    const described = world().describe(world().pin(element));
    return described ? [described] : [];
  });
  return { count: elements.length, found };
}

/** The number of an element that holds a frame, handed to us by the protocol. */
export function holderOf(element: Element): number {
  return world().pin(element);
}

/** The element that holds a frame. */
export function holder(index: number): Element | undefined {
  return world().element(index);
}

/** A selector that finds a frame's element again, and which of its matches it is where there are several; null when it has gone. */
export function frameStep(index: number): { readonly selector: string; readonly nth: number | null } | null {
  const element = world().element(index);
  if (element === undefined) return null;
  const [root, tag] = [rootOf(element), localName(element)];
  for (const name of ['name', 'id', 'title', 'src']) {
    const value = attribute(element, name) ?? '';
    // eslint-disable-next-line no-control-regex -- a selector may not hold them
    if (value === '' || value.length > 200 || /[\u0000-\u001f"\\]/.test(value)) continue;
    const selector = `${tag}[${name}="${value}"]`;
    if (select(root, selector).length === 1) return { selector, nth: null };
  }
  const at = Array.from(select(root, tag)).indexOf(element);
  // Playwright counts all of a document's, ours are those of one tree.
  return at === -1 || root !== document ? null : { selector: tag, nth: at };
}

/** The size of the viewport, in CSS pixels. */
export function viewNow(): { readonly width: number; readonly height: number } {
  return { width: innerWidth, height: innerHeight };
}

/** The document's title. */
export function titleNow(): string {
  return titleOf(document);
}
