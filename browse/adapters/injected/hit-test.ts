/** Which element lies at a point, shadow trees included, and whether an input there reaches another one. Reads layout; changes nothing. */
import { attribute, controlOf, flatParent, focusedIn, matches, rootOf, shadowRoot } from './dom-getters.ts';

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

/** The path of an event. From a closed shadow tree that is known it begins in that tree, which no event tells of outside of it. */
export function pathOf(event: Event): readonly EventTarget[] {
  const path = event.composedPath();
  const [first] = path;
  const shadow = first instanceof Element ? shadowRoot(first) : null;
  if (shadow === null || shadow.mode === 'open') return path;
  const inner = event instanceof MouseEvent ? hit({ x: event.clientX, y: event.clientY }) : focusedWithin(shadow);
  const within: Element[] = [];
  for (let at = inner; at !== null; at = flatParent(at)) {
    if (at === first) return [...within, ...path];
    within.push(at);
  }
  return path;
}

function focusedWithin(root: ShadowRoot): Element | null {
  let found = focusedIn(root);
  for (let shadow = found === null ? null : shadowRoot(found); shadow !== null;) {
    const inner = focusedIn(shadow);
    if (inner === null) break;
    found = inner;
    shadow = shadowRoot(inner);
  }
  return found;
}

/** Whether `inner` lies in `target`, or in a label whose control `target` is. */
export function reaches(target: Element, inner: Element | null): boolean {
  for (let at = inner; at !== null; at = flatParent(at))
    if (at === target || (at instanceof HTMLLabelElement && at.control === target)) return true;
  return false;
}

/** What an input on `inner` sets off: `target` itself, a part of it that acts by itself, or null where it does not lie in `target`. */
export function actorOn(target: Element, inner: Element | null): Element | null {
  const path: Element[] = [];
  for (let at = inner; at !== null; at = flatParent(at)) path.push(at);
  return actorAlong(target, path);
}

/** The same for the path of an event. */
export function actorAlong(target: Element, path: readonly EventTarget[]): Element | null {
  let own: Element | null = null;
  for (const at of path) {
    if (!(at instanceof Element)) continue;
    if (at === target || (at instanceof HTMLLabelElement && at.control === target)) return own ?? target;
    own ??= acts(at, target) ? at : null;
  }
  return null;
}

const ACTING =
  'a[href],area[href],button,input,select,textarea,summary,iframe,object,embed,audio[controls],video[controls],[onclick],[onmousedown],[onpointerdown]';
const ROLES = new Set(
  'button link checkbox radio switch tab menuitem menuitemcheckbox menuitemradio option textbox searchbox combobox slider spinbutton treeitem'.split(
    ' ',
  ),
);
/** Widgets whose native part inside is the widget itself. */
const WRAPPERS = new Set(
  'checkbox radio switch combobox textbox searchbox spinbutton slider menuitemcheckbox menuitemradio option'.split(' '),
);

/** Whether a part of `target` is a link, control or widget of its own, so that an input on it is meant for it. */
function acts(part: Element, target: Element): boolean {
  if (inShadowOf(target, part)) return false;
  if (part instanceof HTMLLabelElement) return part.control !== null && part.control !== target && controlOf(target) !== part.control;
  if (part === controlOf(target)) return false;
  if (matches(part, ACTING)) return !(part instanceof HTMLInputElement && WRAPPERS.has(attribute(target, 'role') ?? ''));
  if (ROLES.has(attribute(part, 'role') ?? '')) return true;
  if (part instanceof HTMLElement && part.isContentEditable && !(part.parentElement?.isContentEditable ?? false)) return true;
  const tabindex = attribute(part, 'tabindex');
  if (tabindex !== null && Number(tabindex) >= 0) return true;
  // Inherited, it says nothing: the target itself may have it.
  return part instanceof HTMLElement && part.style.cursor === 'pointer';
}

/** What a component is made of is no part of its own. */
function inShadowOf(target: Element, part: Element): boolean {
  for (let root = rootOf(part); root instanceof ShadowRoot; root = rootOf(root.host)) if (root.host === target) return true;
  return false;
}
