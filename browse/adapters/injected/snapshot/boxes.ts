/** Where elements are, in this frame's viewport, and whether they are to be seen. Only reads. */
import { boxOf, clientLeftOf, clientTopOf, flatContains, flatParent, localName, rectsOf, rootOf } from '../dom-getters.ts';
import type { Styles } from '../styles/styles.ts';
import type { FrameBox } from '../world.ts';
import { hit, reaches } from '../hit-test.ts';

/** The border box, in whole pixels. */
export function frameBox(element: Element): FrameBox {
  const { x, y, width, height } = boxOf(element);
  return { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) };
}

/** Where the inside of a frame element begins. */
export function frameOrigin(element: Element): { x: number; y: number } {
  const { x, y } = boxOf(element);
  const style = getComputedStyle(element);
  return {
    x: x + clientLeftOf(element) + Number.parseFloat(style.paddingLeft),
    y: y + clientTopOf(element) + Number.parseFloat(style.paddingTop),
  };
}

/** Elements that one walk looks for obstacles before: a person has no more in view, and a hit in a dense page is dear. */
const HITS = 250;

/** The viewport of this frame and how far it is scrolled, read once per walk: asking again for each element costs. */
export type View = { readonly width: number; readonly height: number; readonly left: number; readonly top: number; hits: number };
/** The viewport as it is now. */
export function currentView(): View {
  return { width: innerWidth, height: innerHeight, left: scrollX, top: scrollY, hits: HITS };
}

/**
 * Why an input would not land on an element where it is now: `covered` by something else, or `offscreen`, where no
 * scrolling leads. Null when it would, or when scrolling comes first.
 */
export function obstacle(element: Element, view: View): 'covered' | 'offscreen' | null {
  const box = boxOf(element);
  const { x, y, width: w, height: h } = box;
  if (w < 2 || h < 2) return null;
  if (x + w + view.left <= 0 || y + h + view.top <= 0) return 'offscreen';
  if (y >= view.height || y + h <= 0 || x >= view.width || x + w <= 0) return null;
  if (view.hits === 0) return null;
  view.hits -= 1;
  const { left, top, width, height } = firstLine(element) ?? box;
  const point = { x: left + width / 2, y: top + height / 2 };
  if (point.x < 0 || point.y < 0 || point.x >= view.width || point.y >= view.height) return null;
  const inner = hit(point);
  return reaches(element, inner) || isDrawnBy(element, inner) || cutBy(element, point) !== null ? null : 'covered';
}

/** Of a text that wraps: the middle of its box may be another's. A block in a link leaves empty lines before and after it. */
function firstLine(element: Element): DOMRect | null {
  const rects = rectsOf(element);
  for (let at = 0; at < rects.length; at += 1) {
    const rect = rects[at] as DOMRect;
    if (rect.width >= 1 && rect.height >= 1) return rect;
  }
  return null;
}

/** Boxes, sliders and file fields are often drawn by something beside them that passes the input on. */
function isDrawnBy(element: Element, inner: Element | null): boolean {
  if (!(element instanceof HTMLInputElement) || !/^(checkbox|radio|range|file|color)$/.test(element.type)) return false;
  const around = flatParent(element);
  return around !== null && inner !== null && localName(around) !== 'body' && flatContains(around, inner);
}

/** The part around the element that cuts the point off; scrolling that part may show it. */
export function cutBy(element: Element, point: { readonly x: number; readonly y: number }): Element | null {
  for (let at = flatParent(element); at !== null; at = flatParent(at)) {
    if (getComputedStyle(at).overflow === 'visible') continue;
    const { left, top, right, bottom } = boxOf(at);
    if (point.x < left || point.x > right || point.y < top || point.y > bottom) return at;
  }
  return null;
}

/** Whether it covers no more than a point. */
export function isTiny(element: Element): boolean {
  const { width, height } = boxOf(element);
  return width < 2 || height < 2;
}

/** Whether any of a box is in the viewport. */
export function inViewport({ x, y, width, height }: FrameBox): boolean {
  return width > 0 && height > 0 && x + width > 0 && y + height > 0 && x < innerWidth && y < innerHeight;
}

/** Whether a person could see it: rendered, not hidden, with some area (or a line of its own content). */
export function isVisible(element: Element, styles: Styles): boolean {
  const look = styles.look(element);
  if (look.gone || look.veiled) return false;
  for (let at = flatParent(element); at !== null; at = flatParent(at)) if (styles.look(at).gone) return false;
  const { width, height } = boxOf(element);
  return (width > 0 && height > 0) || getComputedStyle(element).display === 'contents';
}

/** Whether an element's tree is that of this document. */
export function isHere(element: Element): boolean {
  let root: Node = rootOf(element);
  while (root instanceof ShadowRoot) root = rootOf(root.host);
  return root === document;
}
