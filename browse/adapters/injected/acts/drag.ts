/**
 * Dragging one element onto another: where to press, where to let go, and a guard over both. The press must reach the one, the
 * release the other, or what the page itself draws there for the drag. Must not know Playwright or the daemon.
 */
import { attribute, boxOf, flatParent, isConnected, localName, textContent } from '../dom-getters.ts';
import { aim, disabledReason, hiddenReason, sketch } from './hit-point.ts';
import { guard, insist, isStale, resolve, verify } from './target.ts';
import type { Late, NotYet, Stale, Target } from './target.ts';
import { actorAlong, hit, pathOf, reaches } from '../hit-test.ts';
import type { Point } from '../hit-test.ts';

/** The point for the pointer. */
export type DragSpot = { readonly outcome: 'at'; readonly x: number; readonly y: number };
/** Where to let go; `native`: by now the browser itself drags. */
export type DropSpot = (DragSpot | NotYet) & { readonly native: boolean };
/** What is dragged where. Points are offsets from the top left corner of their element; null: its middle. */
export type DragPlan = {
  readonly id: number;
  readonly from: Target;
  readonly to: Target;
  readonly fromPoint: Point | null;
  readonly toPoint: Point | null;
  /** Takes what lies over the two now into the bargain. */
  readonly force: boolean;
};

const PRESS: readonly string[] = ['pointerdown', 'mousedown'];
const RELEASE: readonly string[] = ['pointerup', 'mouseup', 'drop'];
/** Places of an element to let go at, the middle first, in fractions of what is seen of it. */
const PLACES: readonly (readonly [number, number])[] = [
  [0.5, 0.5],
  [0.5, 0.25],
  [0.5, 0.75],
  [0.25, 0.5],
  [0.75, 0.5],
];
/** So many times as large as what is dragged, and as its destination, a placeholder may be. */
const PLACEHOLDER = 1.5;
/** So many times as far as what is dragged is large its neighbours may move to make room. */
const ROOM = 1.5;
/** Elements that came in during a drag and are remembered, at most. */
const CAME = 500;

/** The drag that is under way. */
type Work = {
  readonly plan: DragPlan;
  readonly dragged: Element;
  readonly end: Element;
  /** Where the items of the list were, if the destination is one of the same as what is dragged. */
  readonly places: ReadonlyMap<Element, DOMRect>;
  /** What lay at the point to let go when it was aimed at; for a drag with force. */
  cover: Element | null;
  /** What came into the page since the press, and where it was halfway. */
  readonly came: Map<Element, DOMRect | null>;
  readonly observer: MutationObserver;
  changes: number;
  /** The event by which the browser began to drag by itself. */
  native: Event | null;
  /** It is given up: it may be let go anywhere but over the destination. */
  abandoned: boolean;
};
let work: Work | null = null;

type Answer = DragSpot | (Stale & { readonly whose: 'from' | 'to' }) | Late;

/** Scrolls to the first element, and arms the guard for the whole of the drag. */
export async function prepareDrag(plan: DragPlan, patience: number, valid: number): Promise<Answer> {
  const { from, to } = plan;
  return insist(performance.now() + patience, (): Exclude<Answer, Late> | NotYet => {
    const dragged = resolve(from);
    if (isStale(dragged)) return { ...dragged, whose: 'from' };
    const end = resolve(to);
    if (isStale(end)) return { ...end, whose: 'to' };
    const reason = hiddenReason(dragged) ?? (plan.force ? null : disabledReason(dragged));
    if (reason !== null) return { outcome: 'not yet', reason: `it is ${reason}` };
    const point = startAt(dragged, plan);
    if (typeof point === 'string') return { outcome: 'not yet', reason: `it is ${point}` };
    begin(plan, dragged, end);
    arm(plan, dragged, end, point, valid);
    return { outcome: 'at', x: point.x, y: point.y };
  });
}

/** Where to press. A string says why nowhere. */
function startAt(dragged: Element, { fromPoint, force }: DragPlan): Point | string {
  if (fromPoint === null && !force) {
    const { point, reason } = aim(dragged);
    return point ?? reason;
  }
  const seen = (): Point | null => pointOf(dragged, fromPoint);
  if (seen() === null) dragged.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
  const point = seen();
  if (point === null) return 'outside of the viewport there';
  const found = hit(point);
  return force || reaches(dragged, found) ? point : `covered by ${sketch(found)} there`;
}

/** A point of an element in the viewport; null when it lies outside of that. */
function pointOf(element: Element, offset: Point | null): Point | null {
  const { left, top, width, height } = boxOf(element);
  const point = { x: left + (offset?.x ?? width / 2), y: top + (offset?.y ?? height / 2) };
  return point.x >= 0 && point.y >= 0 && point.x < innerWidth && point.y < innerHeight ? point : null;
}

function begin(plan: DragPlan, dragged: Element, end: Element): void {
  endDrag();
  const came = new Map<Element, DOMRect | null>();
  const next: Work = {
    plan,
    dragged,
    end,
    places: new Map(peers(dragged, end).map((peer) => [peer, boxOf(peer)])),
    cover: null,
    came,
    observer: new MutationObserver((records) => {
      next.changes += records.length;
      for (const { addedNodes } of records)
        for (const node of addedNodes) if (node instanceof Element && came.size < CAME && !came.has(node)) came.set(node, null);
    }),
    changes: 0,
    native: null,
    abandoned: false,
  };
  next.observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  globalThis.addEventListener('dragstart', noteNative, { capture: true });
  work = next;
}

/** A page may pretend to begin one. */
function noteNative(event: Event): void {
  if (work !== null && event.isTrusted) work.native = event;
}

function peers(dragged: Element, end: Element): Element[] {
  const parent = flatParent(end);
  return parent === null || parent !== flatParent(dragged) ? [] : [...parent.children].slice(0, CAME).filter((peer) => peer !== dragged);
}

function arm({ id, from, to, force }: DragPlan, dragged: Element, end: Element, start: Point, valid: number): void {
  const over = force ? hit(start) : null;
  guard().arm({
    id,
    kind: 'pointer',
    deadline: performance.now() + valid,
    last: 'mouseup',
    times: 1,
    check: (event, passed) => {
      const path = pathOf(event);
      if (PRESS.includes(event.type)) {
        if (actorAlong(dragged, path) === null && !(over !== null && path[0] === over))
          return { reason: `the pointer met ${met(path)}`, kind: 'target' };
        const changed = verify(from);
        return changed === null ? null : { reason: changed, kind: 'identity' };
      }
      // Of one release the first event decides: what the page does on it is its own.
      if (!RELEASE.includes(event.type) || passed.some((type) => RELEASE.includes(type))) return null;
      if (work?.plan.id === id && work.abandoned)
        return event.type === 'drop' || (actorAlong(end, path) !== null && !path.includes(dragged))
          ? { reason: `the pointer met ${met(path)}`, kind: 'target' }
          : null;
      if (!mayDrop(path)) return { reason: `the pointer met ${met(path)}`, kind: 'target' };
      const changed = isConnected(end) ? verify({ ...to, twin: null }) : null;
      return changed === null ? null : { reason: changed, kind: 'identity' };
    },
  });
}

const met = (path: readonly EventTarget[]): string => (path[0] instanceof Element ? sketch(path[0]) : 'nothing');

/** Whether to let go on a path is to let go on the destination, or on what the page draws there for the drag. */
function mayDrop(path: readonly EventTarget[]): boolean {
  const [inner] = path;
  if (work === null || !(inner instanceof Element)) return false;
  const { end, plan, cover } = work;
  if (actorAlong(end, path) !== null || reaches(end, inner) || reaches(inner, end)) return true;
  return (plan.force && inner === cover) || isDragged(path) || madeRoom(inner);
}

/** The dragged element, a copy of it, or what came in for the drag. */
function isDragged(path: readonly EventTarget[]): boolean {
  if (work === null) return false;
  const { dragged } = work;
  return path.some((at) => at instanceof Element && (at === dragged || isDrawn(at) || isCopy(at, dragged)));
}

/** A neighbour in a list that made room for what is dragged: it and the destination moved by no more than that needs. */
function madeRoom(inner: Element): boolean {
  if (work === null) return false;
  const { dragged, end, places } = work;
  const { width, height } = boxOf(dragged);
  const shifted = (element: Element, was: DOMRect): boolean => {
    const now = boxOf(element);
    const [x, y] = [Math.abs(now.x - was.x), Math.abs(now.y - was.y)];
    return x + y > 1 && x <= ROOM * width && y <= ROOM * height;
  };
  const [own, pushed] = [[...places.keys()].find((place) => reaches(place, inner)), places.get(end)];
  const was = own && places.get(own);
  return own !== undefined && was !== undefined && pushed !== undefined && shifted(end, pushed) && shifted(own, was);
}

/** What came in since the press: a picture that goes with the pointer, or a placeholder among the items. */
function isDrawn(element: Element): boolean {
  if (work === null || !work.came.has(element)) return false;
  const halfway = work.came.get(element) ?? null;
  const box = boxOf(element);
  if (halfway !== null && (Math.abs(box.x - halfway.x) > 1 || Math.abs(box.y - halfway.y) > 1)) return true;
  const { dragged, end } = work;
  const parent = flatParent(element);
  if (parent !== flatParent(dragged) && parent !== flatParent(end) && parent !== end) return false;
  const area = ({ width, height }: DOMRect): number => width * height;
  return area(box) <= PLACEHOLDER * Math.max(area(boxOf(dragged)), area(boxOf(end)));
}

function isCopy(element: Element, of: Element): boolean {
  return (
    localName(element) === localName(of) &&
    attribute(element, 'class') === attribute(of, 'class') &&
    textContent(element) === textContent(of)
  );
}

/** Where to let go. The pointer is down: scrolling happens only when the destination is out of view. */
export function dropSpot(to: Target): DropSpot | Stale {
  const spot = placeToDrop(to);
  return spot.outcome === 'stale' ? spot : { ...spot, native: isNative() };
}

function placeToDrop(to: Target): DragSpot | Stale | NotYet {
  const end = resolve({ ...to, twin: null });
  if (isStale(end)) return end;
  if (work === null) return { outcome: 'not yet', reason: 'the drag has ended' };
  const reason = hiddenReason(end);
  if (reason !== null) return { outcome: 'not yet', reason: `the destination is ${reason}` };
  let point = goalPoint(end);
  if (typeof point === 'string') {
    const { x, y } = boxOf(end);
    end.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
    const now = boxOf(end);
    if (now.x !== x || now.y !== y) point = goalPoint(end);
  }
  if (typeof point === 'string') return { outcome: 'not yet', reason: `the destination is ${point}` };
  work.cover = hit(point);
  return { outcome: 'at', x: point.x, y: point.y };
}

/** The middle of what is seen of it, else another place of it; a string says why there is none. */
function goalPoint(end: Element): Point | string {
  const { force, toPoint } = (work as Work).plan;
  if (toPoint !== null) {
    const point = pointOf(end, toPoint);
    if (point === null) return 'outside of the viewport there';
    return force || isGoal(end, pathAt(point)) ? point : `covered by ${sketch(hit(point))} there`;
  }
  const box = boxOf(end);
  const [left, top] = [Math.max(0, box.left), Math.max(0, box.top)];
  const [right, bottom] = [Math.min(innerWidth, box.right), Math.min(innerHeight, box.bottom)];
  // Half of its middle must be seen: at an edge it would be let go where nobody aims.
  const inView = (box.left + box.right) / 2 < innerWidth && (box.top + box.bottom) / 2 < innerHeight && box.right > 0 && box.bottom > 0;
  if (!inView || right - left < 1 || bottom - top < 1) return 'outside of the viewport';
  let reason = 'outside of the viewport';
  for (const [x, y] of force ? PLACES.slice(0, 1) : PLACES) {
    const point = { x: left + (right - left) * x, y: top + (bottom - top) * y };
    if (force || isGoal(end, pathAt(point))) return point;
    if (reason === 'outside of the viewport') reason = `covered by ${sketch(hit(point))}`;
  }
  return reason;
}

const isGoal = (end: Element, path: readonly Element[]): boolean => actorAlong(end, path) !== null || isDragged(path);

function pathAt(point: Point): Element[] {
  return pathFrom(hit(point));
}

function pathFrom(inner: Element | null): Element[] {
  const path: Element[] = [];
  for (let at = inner; at !== null; at = flatParent(at)) path.push(at);
  return path;
}

/** Notes where everything is that came in, to know later what goes with the pointer. Whether the browser itself drags by now. */
export function dragHalfway(): boolean {
  if (work === null) return false;
  for (const [element, box] of work.came) if (box === null && isConnected(element)) work.came.set(element, boxOf(element));
  return isNative();
}

const isNative = (): boolean => work !== null && work.native !== null && !work.native.defaultPrevented;

/**
 * Null when letting go there would reach the destination, or what the page draws over it; else what lies there. What goes with the
 * pointer lies over everything: what counts is under it.
 */
export function meetsDrop(to: Target, point: Point): string | null {
  if (work === null) return 'the pointer meets nothing there';
  const reason = verify({ ...to, twin: null });
  if (reason !== null) return reason;
  if (!mayDrop(pathAt(point))) return `the pointer meets ${sketch(hit(point))} there`;
  for (const under of document.elementsFromPoint(point.x, point.y)) {
    const path = pathFrom(under);
    if (isDragged(path)) continue;
    return mayDrop(path) ? null : `the destination is covered by ${sketch(under)}`;
  }
  return null;
}

/**
 * The drag is given up: where to let go instead, so that the page hears of its end. At the start, if what was dragged is there again
 * or nothing is; else in an empty place of the viewport, which may be its very edge.
 */
export function abandonDrag(start: Point): Point & { readonly back: boolean } {
  if (work === null) return { ...start, back: true };
  work.abandoned = true;
  const { dragged, end } = work;
  const empty = (point: Point): boolean => {
    const [inner] = pathAt(point);
    return inner === undefined || inner === document.body || inner === document.documentElement;
  };
  const found = hit(start);
  if (found === null || reaches(dragged, found) || (!reaches(end, found) && !reaches(found, end)) || empty(start))
    return { ...start, back: true };
  const [right, bottom] = [innerWidth - 2, innerHeight - 2];
  const corners = [
    { x: right, y: bottom },
    { x: 1, y: bottom },
    { x: right, y: 1 },
    { x: 1, y: 1 },
  ];
  return { ...(corners.find(empty) ?? start), back: false };
}

/** The end of it: how much of the page has changed since the press; null where that cannot be seen, as in a canvas. */
export function endDrag(): number | null {
  if (work === null) return null;
  const { observer, dragged, end } = work;
  const changes = work.changes + observer.takeRecords().length;
  observer.disconnect();
  globalThis.removeEventListener('dragstart', noteNative, { capture: true });
  work = null;
  const drawn = (element: Element): boolean =>
    element.matches('canvas,iframe,video,embed,object') || element.querySelector('canvas') !== null;
  return isConnected(dragged) && isConnected(end) && (drawn(dragged) || drawn(end)) ? null : changes;
}
