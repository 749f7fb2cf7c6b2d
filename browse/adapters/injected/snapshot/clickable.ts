/**
 * Elements that act without a role: by handler, tabindex or cursor. Must not know names, pins or the walk.
 */
import { attribute, clientHeightOf, hasAttribute, rectsOf, scrollHeightOf } from '../dom-getters.ts';
import { TRANSPARENT } from './role-tables.ts';
import { holdsActors, listens } from './actors.ts';
import type { WalkCache } from './walk-cache.ts';

/** What the parts around an element decide. */
export type Around = {
  /** An ancestor has the pointer cursor already. */
  readonly pointer: boolean;
  /** It is part of a widget, which acts as a whole. */
  readonly whole: boolean;
};

/** What an element that acts without a role acts by; the first that holds. */
export type ActsBy = 'listener' | 'tabindex' | 'cursor';

/** What it acts by, and by nothing of its role; null for what does not, or only passes on what is meant for something in it. */
export function actsBy(
  element: Element,
  role: string,
  tag: string,
  above: Around,
  pointer: boolean,
  { styles, ownCursor }: WalkCache,
): ActsBy | null {
  if (tag === 'body' || tag === 'html' || role === 'iframe' || role === 'dialog' || role === 'tabpanel') return null;
  if (tag === 'label') {
    const control = (element as HTMLLabelElement).control;
    // A label stands in for a control that is not rendered; otherwise the control has its own line.
    return control !== null && (styles.look(control).gone || styles.look(control).veiled) ? 'cursor' : null;
  }
  const cursor = pointer && rectsOf(element).length > 0 && (!above.pointer || ownCursor(element)) && !above.whole;
  const tabindex = attribute(element, 'tabindex');
  // Components that keep their role to themselves (ElementInternals) still show that they take focus.
  if (tabindex !== null && tag.includes('-') && role === 'generic') return 'tabindex';
  const focusable =
    tabindex !== null &&
    Number(tabindex) >= 0 &&
    (TRANSPARENT.has(role) || role === 'img' || role === 'canvas' || role === 'listitem' || role === 'article') &&
    !scrolls(element);
  if (listens(element)) {
    const own = cursor || focusable || !TRANSPARENT.has(role) || NAMES.some((name) => hasAttribute(element, name));
    return own || !holdsActors(element, styles) ? 'listener' : null;
  }
  if (focusable) return 'tabindex';
  // An anchor without a target is there for a script; with a name it is only a place.
  if (tag === 'a' && role === 'generic' && !above.whole && !hasAttribute(element, 'name') && rectsOf(element).length > 0) return 'cursor';
  return cursor ? 'cursor' : null;
}

const NAMES = ['aria-label', 'aria-labelledby', 'title'];

/** A part that takes focus only to be scrolled by keys. */
function scrolls(element: Element): boolean {
  return scrollHeightOf(element) > clientHeightOf(element) + 1 && /auto|scroll/.test(getComputedStyle(element).overflowY);
}
