/** Which element lies at a point, shadow trees included, and whether an input there reaches another one. Reads layout; changes nothing. */
import { flatParent, rootOf, shadowRoot } from './dom-getters.ts';

/** CSS pixels in this frame's viewport. */
export type Point = { readonly x: number; readonly y: number };

const fromPointDocument = Function.prototype.call.bind(Document.prototype.elementFromPoint) as (
  root: Document,
  x: number,
  y: number,
) => Element | null;

const fromPointShadow = Function.prototype.call.bind(ShadowRoot.prototype.elementFromPoint) as (
  root: ShadowRoot,
  x: number,
  y: number,
) => Element | null;

const allFromPointShadow = Function.prototype.call.bind(ShadowRoot.prototype.elementsFromPoint) as (
  root: ShadowRoot,
  x: number,
  y: number,
) => Element[];

/** The innermost element at a point, open shadow trees included. */
export function hit(point: Point): Element | null {
  let found = fromPointDocument(document, point.x, point.y);
  for (let inner = found; inner !== null;) {
    found = inner;
    const shadow: ShadowRoot | null = shadowRoot(inner);
    inner = shadow === null ? null : inShadow(shadow, found, point);
  }
  return found;
}

/** A text in a slot is reported as its host: what lies in the shadow tree at that point holds the slot. */
function inShadow(shadow: ShadowRoot, host: Element, point: Point): Element | null {
  const next = fromPointShadow(shadow, point.x, point.y);
  if (next === null) return null;
  if (next !== host) return rootOf(next) === shadow ? next : null;
  for (const below of allFromPointShadow(shadow, point.x, point.y)) if (rootOf(below) === shadow) return below;
  return null;
}

/** Whether an input on `inner` reaches `target`: it lies inside, or in a label whose control `target` is. */
export function reaches(target: Element, inner: Element | null): boolean {
  for (let at = inner; at !== null; at = flatParent(at)) {
    if (at === target) return true;
    if (at instanceof HTMLLabelElement && at.control === target) return true;
  }
  return false;
}

/** The same for the path of an event. */
export function pathReaches(target: Element, path: readonly EventTarget[]): boolean {
  for (const at of path) {
    if (at === target) return true;
    if (at instanceof HTMLLabelElement && at.control === target) return true;
  }
  return false;
}
