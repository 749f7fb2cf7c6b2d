/** Whether a box or a switch is on. Must not know acts. */
import { attribute } from '../dom-getters.ts';

/** State of a box or a switch; null for what has none. */
export function checkedState(element: Element): boolean | null {
  if (element instanceof HTMLInputElement && (element.type === 'checkbox' || element.type === 'radio')) return element.checked;
  const stated = attribute(element, 'aria-checked') ?? attribute(element, 'aria-pressed');
  return stated === null ? null : stated === 'true';
}
