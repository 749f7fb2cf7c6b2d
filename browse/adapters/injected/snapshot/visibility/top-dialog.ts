/**
 * The dialog on top, and what cannot be hit behind it. Asked of the points where things lie: a dialog that only says it is modal
 * hides nothing. Must not know names, pins or lines.
 */
import {
  aria,
  attribute,
  bodyOf,
  boxOf,
  checkVisibility,
  clientHeightOf,
  clientWidthOf,
  documentElement,
  flatContains,
  flatParent,
  localName,
  rectsOf,
  select,
} from '../../dom-getters.ts';
import { hit, reaches } from '../../hit-test.ts';
import { outOfReach, type Styles } from '../../styles/styles.ts';
import { cutBy, type View } from '../boxes.ts';

/** `behind`: what lies outside of it is out of reach: all of it (a native modal), where a cover lies over it, or nothing. */
export type TopDialog = { readonly element: Element; readonly behind: 'all' | 'covered' | null };

/** Dialogs looked at; the last of them are the newest. */
const TRIED = 10;

/** The dialog that is to be seen first; null where none is modal. */
export function topDialog(styles: Styles, view: View): TopDialog | null {
  const modals = Array.from(select(document, 'dialog:modal'));
  if (modals.length > 0) {
    const element = modals.length === 1 ? modals[0] : (modals.find((modal) => isOnTop(modal, modals)) ?? modals.at(-1));
    return element === undefined || outOfReach(element, styles) ? null : { element, behind: 'all' };
  }
  const candidates = Array.from(select(document, '[role=dialog],[role=alertdialog],dialog[open],[aria-modal=true]')).slice(-TRIED);
  const shown = candidates.filter((dialog) => isShown(dialog) && !outOfReach(dialog, styles));
  for (const element of shown.toReversed()) {
    if (!isOnTop(element, shown)) continue;
    if (coversAround(element, view)) return { element, behind: 'covered' };
    if (attribute(element, 'aria-modal') === 'true') return { element, behind: null };
  }
  return null;
}

function isOnTop(dialog: Element, dialogs: readonly Element[]): boolean {
  const { x, y, width, height } = boxOf(dialog);
  const inner = hit({ x: x + width / 2, y: y + height / 2 });
  return inner !== null && dialogs.filter((other) => flatContains(other, inner)).at(-1) === dialog;
}

/** Parts of the viewport's width and height at which a cover must lie. */
const PLACES: readonly (readonly [number, number])[] = [
  [0.02, 0.02],
  [0.98, 0.02],
  [0.02, 0.98],
  [0.98, 0.98],
  [0.5, 0.02],
  [0.5, 0.98],
  [0.02, 0.5],
  [0.98, 0.5],
];

/** Places at which something else may lie over the cover, as a toast does. */
const ABOVE = 2;

/** Whether one thing that stays in place lies over the whole viewport, the dialog aside. */
function coversAround(dialog: Element, view: View): boolean {
  const whole = covers(dialog, view);
  const counts = new Map<Element | null, number>();
  let met = 0;
  for (const [x, y] of PLACES) {
    const found = hit({ x: Math.min(view.width * x, rightEdge() - 1), y: view.height * y });
    if (found === null) return false;
    if (flatContains(dialog, found) && !whole) continue;
    met += 1;
    const cover = coverAround(found, view);
    counts.set(cover, (counts.get(cover) ?? 0) + 1);
  }
  counts.delete(null);
  const most = Math.max(0, ...counts.values());
  return most >= Math.min(met, 3) && most >= met - ABOVE && met > 0;
}

/** A scroll bar beside the page is nothing that could be hit. */
function rightEdge(): number {
  const root = documentElement(document);
  return root === null ? innerWidth : clientWidthOf(root);
}

function coverAround(inner: Element, view: View): Element | null {
  for (let at: Element | null = inner; at !== null && at !== bodyOf(document); at = flatParent(at)) if (covers(at, view)) return at;
  return null;
}

function covers(element: Element, view: View): boolean {
  const root = documentElement(document);
  if (element === root || localName(element) === 'body' || !/fixed|absolute/.test(getComputedStyle(element).position)) return false;
  const { left, top, right, bottom } = boxOf(element);
  const height = root === null ? view.height : Math.min(view.height, clientHeightOf(root));
  return left <= 0 && top <= 0 && right >= Math.min(view.width, rightEdge()) && bottom >= height;
}

/** Whether a person sees an element that is kept from the accessibility tree: with an area, not transparent, not cut off. */
export function isShown(element: Element): boolean {
  const { x, y, width, height } = boxOf(element);
  if (width < 2 || height < 2 || x + width + scrollX <= 0 || y + height + scrollY <= 0) return false;
  return checkVisibility(element, SEEN);
}
const SEEN: CheckVisibilityOptions = { opacityProperty: true, visibilityProperty: true };

/** Whether an input could land on it: at its own point where that is in view, else wherever scrolling leads. */
export function canBeHit(element: Element, view: View, elsewhere: boolean): boolean {
  if (getComputedStyle(element).pointerEvents === 'none') return false;
  const rect = Array.from(rectsOf(element)).find((each) => each.width >= 1 && each.height >= 1);
  if (rect === undefined) return false;
  const point = { x: rect.left + rect.width / 2, y: rect.top + rect.height / 2 };
  const cut = cutBy(element, point);
  if (cut !== null) return elsewhere && /auto|scroll/.test(getComputedStyle(cut).overflow);
  if (point.x < 0 || point.y < 0 || point.x >= view.width || point.y >= view.height) return elsewhere;
  if (view.hits === 0) return elsewhere;
  view.hits -= 1;
  return reaches(element, hit(point));
}

/** Whether it announces what it says although its role does not. */
export function isLive(element: Element): boolean {
  const live = aria(element, 'aria-live');
  return live === 'polite' || live === 'assertive';
}
