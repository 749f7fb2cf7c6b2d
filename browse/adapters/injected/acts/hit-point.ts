/**
 * Where on an element an input must land, and what is in its way. Reads layout, may scroll; changes nothing else.
 * Must not know pins, identity or the guard.
 */
import { ELEMENT, attribute, boxOf, flatParent, hasAttribute, isConnected, localName, matches, nodeType } from '../dom-getters.ts';
import { actorOn, hit } from '../hit-test.ts';
import type { Point } from '../hit-test.ts';

/** A point that hits, or why there is none, in words that follow "it is" (`covered by <div class="overlay">`). */
export type Aim = { readonly point: Point; readonly reason: null } | { readonly point: null; readonly reason: string };

const rectsOf = Function.prototype.call.bind(Element.prototype.getClientRects) as (element: Element) => DOMRectList;
const scrollTo = Function.prototype.call.bind(Element.prototype.scrollIntoView) as (
  element: Element,
  options: ScrollIntoViewOptions,
) => void;
const animations = Function.prototype.call.bind(Document.prototype.getAnimations) as (root: Document) => Animation[];

/** Short and recognisable: `<button id="go" class="big">`. Untrusted page text. */
export function sketch(element: Element | null): string {
  if (element === null) return 'nothing';
  let text = `<${localName(element)}`;
  for (const name of ['id', 'class', 'name', 'role', 'aria-label', 'type']) {
    const value = attribute(element, name);
    if (value) text += ` ${name}=${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value)}`;
    if (text.length > 90) break;
  }
  return `${text}>`;
}

/** Why a person could not see the element, in words that follow "it is"; null when it shows. */
export function hiddenReason(element: Element): string | null {
  if (!isConnected(element)) return 'gone from the page';
  const style = getComputedStyle(element);
  if (style.display === 'none') return 'hidden (display: none)';
  if (style.visibility !== 'visible') return `hidden (visibility: ${style.visibility})`;
  if (areas(element).length > 0) return null;
  for (let at = flatParent(element); at !== null; at = flatParent(at)) {
    if (getComputedStyle(at).display === 'none') return 'hidden (display: none on an element around it)';
  }
  return 'without any size';
}

/** Why it does not react, in words that follow "it is". */
export function disabledReason(element: Element): string | null {
  if (matches(element, ':disabled')) return 'disabled';
  for (let at: Element | null = element; at !== null; at = flatParent(at)) {
    if (attribute(at, 'aria-disabled') === 'true') return 'disabled';
    if (hasAttribute(at, 'inert')) return 'inert';
  }
  return null;
}

/** Every box of the element with an area; of its contents where it makes none itself. */
function areas(element: Element): DOMRect[] {
  const own = [...rectsOf(element)].filter(hasArea);
  if (own.length > 0 || getComputedStyle(element).display === 'block') return own.length > 0 ? own : contents(element);
  return contents(element);
}

function contents(element: Element): DOMRect[] {
  const range = new Range();
  range.selectNodeContents(element);
  return [...range.getClientRects()].filter(hasArea);
}

function hasArea(rect: DOMRect): boolean {
  return rect.width >= 1 && rect.height >= 1;
}

function clip(rect: DOMRect): { left: number; top: number; right: number; bottom: number } | null {
  const left = Math.max(0, rect.left);
  const top = Math.max(0, rect.top);
  const right = Math.min(innerWidth, rect.right);
  const bottom = Math.min(innerHeight, rect.bottom);
  return right - left >= 1 && bottom - top >= 1 ? { left, top, right, bottom } : null;
}

/** Middle first, then the quarters, then the rims: a sticky bar may lie over the middle, a button of its own over most of a row. */
const PLACES: readonly (readonly [number, number])[] = [
  [0.5, 0.5],
  [0.5, 0.25],
  [0.5, 0.75],
  [0.25, 0.5],
  [0.75, 0.5],
  [0.05, 0.5],
  [0.95, 0.5],
  [0.5, 0.08],
  [0.5, 0.92],
];

function look(target: Element, places: readonly (readonly [number, number])[], anywhere: boolean): Aim {
  let reason = 'outside of the viewport';
  for (const rect of areas(target)) {
    const seen = clip(rect);
    if (!seen) continue;
    for (const [x, y] of places) {
      const point = { x: seen.left + (seen.right - seen.left) * x, y: seen.top + (seen.bottom - seen.top) * y };
      const found = hit(point);
      const actor = actorOn(target, found);
      if (actor === target || (anywhere && actor !== null)) return { point, reason: null };
      if (found !== null && reason === 'outside of the viewport')
        reason = actor === null ? `covered by ${sketch(found)}` : `covered by a part that acts by itself, ${sketch(actor)}`;
    }
  }
  return { point: null, reason };
}

const SCROLLS: readonly ScrollIntoViewOptions[] = [
  { block: 'center', inline: 'center', behavior: 'instant' },
  { block: 'end', inline: 'end', behavior: 'instant' },
  { block: 'start', inline: 'start', behavior: 'instant' },
];

/** A point where an input reaches the element, scrolling only when there is none as things lie. `anywhere`: also on parts that act by themselves. */
export function aim(target: Element, anywhere = false): Aim {
  let best = look(target, PLACES.slice(0, 1), anywhere);
  if (best.point) return best;
  for (const options of SCROLLS) {
    scrollTo(target, options);
    const next = look(target, PLACES.slice(0, 1), anywhere);
    if (next.point) return next;
    if (best.reason === 'outside of the viewport') best = next;
  }
  const last = look(target, PLACES, anywhere);
  return last.point ? last : best;
}

/** A point that `--force` acts on: the middle of the element, whatever lies there. */
export function aimBlindly(target: Element): Aim {
  for (const options of [null, ...SCROLLS]) {
    if (options) scrollTo(target, options);
    for (const rect of areas(target)) {
      const seen = clip(rect);
      if (seen) return { point: { x: (seen.left + seen.right) / 2, y: (seen.top + seen.bottom) / 2 }, reason: null };
    }
  }
  return { point: null, reason: hiddenReason(target) ?? 'outside of the viewport' };
}

/** Whether an animation or transition moves the element now. Movement by script shows only over time. */
export function animated(target: Element): boolean {
  for (const animation of animations(document)) {
    if (animation.playState !== 'running') continue;
    const effect = animation.effect;
    const moved = effect instanceof KeyframeEffect ? effect.target : null;
    if (!moved || nodeType(moved) !== ELEMENT) continue;
    for (let at: Element | null = target; at !== null; at = flatParent(at)) if (at === moved) return true;
  }
  return false;
}

/** Where the element is, for telling whether it moves. */
export function place(target: Element): string {
  const { x, y, width, height } = boxOf(target);
  return `${x},${y},${width},${height}`;
}
