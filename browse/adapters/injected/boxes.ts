/** Where elements are, in this frame's viewport, and whether they are to be seen. Only reads. */
import { boxOf, clientLeftOf, clientTopOf, flatParent, rootOf } from './native.ts';
import type { Styles } from './styles.ts';
import type { FrameBox } from './world.ts';

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
