/**
 * Dragging one element onto another: where to press, where to let go, and a guard over both. The press must reach the one, the
 * release the other; between them a page may draw what it likes under the pointer. Must not know Playwright or the daemon.
 */
import { attribute, flatParent, isConnected, localName, textContent } from '../dom-getters.ts';
import { aim, disabledReason, hiddenReason, sketch } from './hit-point.ts';
import { guard, insist, isStale, resolve, verify } from './target.ts';
import type { Late, NotYet, Stale, Target } from './target.ts';
import { actorAlong, hit, reaches } from '../hit-test.ts';
import type { Point } from '../hit-test.ts';

/** The point for the pointer. */
export type DragSpot = { readonly outcome: 'at'; readonly x: number; readonly y: number };

const PRESS: readonly string[] = ['pointerdown', 'mousedown'];
/** The drag that is given up: what was dragged is put back. */
let abandoned = 0;

const RELEASE: readonly string[] = ['pointerup', 'mouseup', 'drop'];

/** Scrolls to the first element, and arms the guard for the whole of the drag. */
export async function prepareDrag(
  id: number,
  from: Target,
  to: Target,
  patience: number,
  valid: number,
): Promise<DragSpot | (Stale & { readonly whose: 'from' | 'to' }) | Late> {
  return insist(performance.now() + patience, (): DragSpot | (Stale & { readonly whose: 'from' | 'to' }) | NotYet => {
    const element = resolve(from);
    if (isStale(element)) return { ...element, whose: 'from' };
    const end = resolve(to);
    if (isStale(end)) return { ...end, whose: 'to' };
    const reason = hiddenReason(element) ?? disabledReason(element);
    if (reason !== null) return { outcome: 'not yet', reason: `it is ${reason}` };
    const { point, reason: none } = aim(element);
    if (point === null) return { outcome: 'not yet', reason: `it is ${none}` };
    guard().arm({
      id,
      kind: 'pointer',
      deadline: performance.now() + valid,
      last: 'mouseup',
      times: 1,
      check: (event, passed) => {
        const path = event.composedPath();
        if (PRESS.includes(event.type)) {
          if (actorAlong(element, path) === null) return { reason: `the pointer met ${met(path)}`, kind: 'target' };
          const changed = verify(from);
          return changed === null ? null : { reason: changed, kind: 'identity' };
        }
        if (!RELEASE.includes(event.type) || passed.some((type) => type === 'mouseup' || type === 'drop')) return null;
        if (abandoned === id) return isOwn(path, element, element) ? null : { reason: `the pointer met ${met(path)}`, kind: 'target' };
        if (actorAlong(end, path) === null && !isOwn(path, element, end)) return { reason: `the pointer met ${met(path)}`, kind: 'target' };
        const changed = isConnected(end) ? verify(to) : null;
        return changed === null ? null : { reason: changed, kind: 'identity' };
      },
    });
    return { outcome: 'at', x: point.x, y: point.y };
  });
}

const met = (path: readonly EventTarget[]): string => (path[0] instanceof Element ? sketch(path[0]) : 'nothing');

/** What a page draws under the pointer during a drag: the dragged element itself, a copy of it, or what holds the destination. */
function isOwn(path: readonly EventTarget[], dragged: Element, end: Element): boolean {
  const [inner] = path;
  if (!(inner instanceof Element)) return false;
  if (reaches(dragged, inner) || reaches(inner, end)) return true;
  return path.some((at) => at instanceof Element && at !== dragged && isCopy(at, dragged));
}

function isCopy(element: Element, of: Element): boolean {
  return (
    localName(element) === localName(of) &&
    attribute(element, 'class') === attribute(of, 'class') &&
    textContent(element) === textContent(of)
  );
}

/** Where to let go. The pointer is down: scrolling happens only when the destination is out of view. */
export function dropSpot(to: Target): DragSpot | Stale | NotYet {
  const end = resolve(to);
  if (isStale(end)) return end;
  const reason = hiddenReason(end);
  if (reason !== null) return { outcome: 'not yet', reason: `the destination is ${reason}` };
  const { point, reason: none } = aim(end, true);
  return point === null ? { outcome: 'not yet', reason: `the destination is ${none}` } : { outcome: 'at', x: point.x, y: point.y };
}

/** From now on it may be let go over the dragged element alone. */
export function abandonDrag(id: number): void {
  abandoned = id;
}

/** Null when letting go there would reach the destination, or what the page drags over it; else what lies there. */
export function meetsDrop(from: number, to: number, point: Point): string | null {
  const dragged = globalThis.__browse?.element(from);
  const end = globalThis.__browse?.element(to);
  const found = hit(point);
  if (found === null || dragged === undefined || end === undefined) return 'nothing';
  if (reaches(end, found)) return null;
  const path: Element[] = [];
  for (let at: Element | null = found; at !== null; at = flatParent(at)) path.push(at);
  return isOwn(path, dragged, end) ? null : sketch(found);
}
