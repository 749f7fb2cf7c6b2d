/**
 * Elements that act without a role: by handler, tabindex or cursor. Must not know names, pins or the walk.
 */
import { attribute, clientHeightOf, hasAttribute, rectsOf, scrollHeightOf } from '../dom-getters.ts';
import { TRANSPARENT } from './role-tables.ts';
import type { Styles } from './styles.ts';

/** What the parts around an element decide. */
export type Around = {
  /** An ancestor has the pointer cursor already. */
  readonly pointer: boolean;
  /** It is part of something that acts as a whole. */
  readonly quiet: boolean;
};

/** Acts by handler, tabindex or cursor, and by nothing of its role. */
export function isClickable(element: Element, role: string, tag: string, above: Around, pointer: boolean, styles: Styles): boolean {
  if (tag === 'body' || tag === 'html' || role === 'iframe' || role === 'dialog' || role === 'tabpanel') return false;
  if (tag === 'label') {
    const control = (element as HTMLLabelElement).control;
    // A label stands in for a control that is not rendered; otherwise the control has its own line.
    return control !== null && (styles.look(control).gone || styles.look(control).veiled);
  }
  if (hasAttribute(element, 'onclick') || hasAttribute(element, 'onmousedown') || hasAttribute(element, 'onpointerdown')) return true;
  const tabindex = attribute(element, 'tabindex');
  // Components that keep their role to themselves (ElementInternals) still show that they take focus.
  if (tabindex !== null && tag.includes('-') && role === 'generic') return true;
  if (
    tabindex !== null &&
    Number(tabindex) >= 0 &&
    (TRANSPARENT.has(role) || role === 'img' || role === 'canvas' || role === 'listitem' || role === 'article')
  )
    return !scrolls(element);
  // An anchor without a target is there for a script; with a name it is only a place.
  if (tag === 'a' && role === 'generic' && !above.quiet && !hasAttribute(element, 'name')) return rectsOf(element).length > 0;
  return pointer && !above.pointer && !above.quiet && rectsOf(element).length > 0;
}

/** A part that takes focus only to be scrolled by keys. */
function scrolls(element: Element): boolean {
  return scrollHeightOf(element) > clientHeightOf(element) + 1 && /auto|scroll/.test(getComputedStyle(element).overflowY);
}
