/**
 * Facts that one look over a tree scope (a document or a shadow tree) settles for the whole walk. Must not know pins or lines.
 */
import { attribute, flatContains, flatParent, hasAttribute, localName, referenced, rootOf, select } from '../dom-getters.ts';
import { CLOSED, SKIPPED } from './role-tables.ts';
import { ownDisabled } from './states.ts';
import { keptAround, outOfReach, type Styles } from '../styles/styles.ts';

/**
 * Elements of a tree scope that others own; they are walked where they are owned. An owner that is not walked itself, or
 * whose inside is closed, owns nothing: what it points at stays where it is, as in Chromium.
 */
export function ownedIn(scope: Node, root: Element, styles: Styles): readonly Element[] {
  const owned: Element[] = [];
  for (const owner of Array.from(select(scope, '[aria-owns]'))) {
    const tag = localName(owner);
    if (CLOSED.has(tag) || SKIPPED.has(tag) || !flatContains(root, owner) || outOfReach(owner, styles)) continue;
    if (attribute(owner, 'aria-hidden') === 'true' || hasAttribute(owner, 'inert') || keptAround(owner) !== null) continue;
    owned.push(...referenced(owner, 'aria-owns'));
  }
  return owned;
}

/** The links of an image map. */
export function areasOf(image: Element): readonly Element[] {
  const name = (attribute(image, 'usemap') ?? '').replace(/^#/, '');
  const root = rootOf(image);
  const map = Array.from(select(root, 'map')).find((each) => attribute(each, 'name') === name);
  return map === undefined || name === '' ? [] : Array.from(select(map, 'area[href]'));
}

/** Texts that explain why a field is invalid. */
export function errorTextsIn(scope: Document | ShadowRoot): Set<Element> {
  const found = new Set<Element>();
  for (const field of Array.from(select(scope, '[aria-invalid]:not([aria-invalid=false]):not([aria-invalid=""])'))) {
    const texts = referenced(field, 'aria-errormessage');
    for (const text of texts.length > 0 ? texts : referenced(field, 'aria-describedby')) found.add(text);
  }
  return found;
}

/** Whether `aria-disabled` holds from above. */
export function barredAround(element: Element): boolean {
  for (let at = flatParent(element); at !== null; at = flatParent(at)) {
    const said = ownDisabled(at, localName(at));
    if (said !== null) return said;
  }
  return false;
}

/** What may be printed as the name of something else. */
export function labelsIn(scope: Document | ShadowRoot): Set<Element> {
  const found = new Set<Element>(Array.from(select(scope, 'label,legend,caption')));
  for (const element of Array.from(select(scope, '[aria-labelledby]'))) {
    const targets = referenced(element, 'aria-labelledby');
    for (const target of targets) found.add(target);
  }
  return found;
}

/** Whether the text of such a label is said by a line of its own already. */
export function isLabel(element: Element, tag: string, styles: Styles): boolean {
  if (tag !== 'label') return true;
  const control = (element as HTMLLabelElement).control;
  if (control === null || hasAttribute(control, 'aria-label') || hasAttribute(control, 'aria-labelledby')) return false;
  const look = styles.look(control);
  return !look.gone && !look.veiled;
}
