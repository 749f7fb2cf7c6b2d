/** Where a point of a frame's document lies in the document around it, whatever turns, mirrors or scales the frame. Only reads. */
import { boxOf, flatParent } from '../dom-getters.ts';

type Place = { readonly x: number; readonly y: number };

/** The place of a point of the frame's viewport in this document's; exact for all that keeps parallel lines parallel. */
export function throughFrame(element: Element, point: Place): Place {
  const box = boxOf(element);
  const style = getComputedStyle(element);
  const left = Number.parseFloat(style.borderLeftWidth) + Number.parseFloat(style.paddingLeft);
  const top = Number.parseFloat(style.borderTopWidth) + Number.parseFloat(style.paddingTop);
  const { offsetWidth, offsetHeight } = element instanceof HTMLElement ? element : { offsetWidth: box.width, offsetHeight: box.height };
  const turned = turnOf(element);
  if (turned === null) {
    const scaleX = offsetWidth ? box.width / offsetWidth : 1;
    const scaleY = offsetHeight ? box.height / offsetHeight : 1;
    return { x: box.x + (left + point.x) * scaleX, y: box.y + (top + point.y) * scaleY };
  }
  // The middle of what lies around it is the middle of it.
  const { a, b, c, d } = turned;
  const wide = Math.abs(a) * offsetWidth + Math.abs(c) * offsetHeight;
  const zoom = wide > 0 ? box.width / wide : 1;
  const x = left + point.x - offsetWidth / 2;
  const y = top + point.y - offsetHeight / 2;
  return { x: box.x + box.width / 2 + (a * x + c * y) * zoom, y: box.y + box.height / 2 + (b * x + d * y) * zoom };
}

/** How the element and all around it are turned or mirrored together; null where nothing does more than move and scale. */
function turnOf(element: Element): DOMMatrix | null {
  let all = new DOMMatrix();
  for (let at: Element | null = element; at !== null; at = flatParent(at)) {
    const { transform, rotate, scale } = getComputedStyle(at);
    if (transform === 'none' && rotate === 'none' && scale === 'none') continue;
    // In this order, whatever the order in the style sheet.
    const own = new DOMMatrix();
    if (rotate !== 'none') own.multiplySelf(new DOMMatrix(`rotate${rotate.includes(' ') ? '3d' : ''}(${turnWords(rotate)})`));
    if (scale !== 'none') own.multiplySelf(new DOMMatrix(`scale${scale.split(' ').length > 2 ? '3d' : ''}(${scale.split(' ').join(',')})`));
    if (transform !== 'none') own.multiplySelf(new DOMMatrix(transform));
    all = own.multiply(all);
  }
  return all.b === 0 && all.c === 0 && all.a > 0 && all.d > 0 ? null : all;
}

const AXES: Readonly<Record<string, string>> = { x: '1,0,0', y: '0,1,0', z: '0,0,1' };

/** `45deg`, `x 45deg` or `1 0 0 45deg` as the words of a transform. */
function turnWords(rotate: string): string {
  const words = rotate.split(' ');
  const axis = AXES[words[0] ?? ''];
  return axis === undefined ? words.join(',') : `${axis},${words[1]}`;
}
