/**
 * What a pinned element is now, and whether it is still what was printed. The one place that words why it is not.
 * Must not know snapshots or events.
 */
import { listens } from './actors.ts';
import { isHere, isVisible } from './boxes.ts';
import type { Pins } from './pins.ts';
import { attribute, localName } from '../dom-getters.ts';
import { NAMED_BY_CONTENT, TRANSPARENT } from './role-tables.ts';
import { isWidget } from './roles.ts';
import { contextChange, contextOf } from './keys.ts';
import { createWalkCache, type WalkCache } from './walk-cache.ts';
import type { Described } from '../world.ts';
import { createMemory } from './context-memory.ts';

const LEFT = 'the element left the page';

function here(pins: Pins, index: number): Element | null {
  const element = pins.element(index);
  return element !== undefined && isHere(element) ? element : null;
}

/** The role printed for an element outside a snapshot: `clickable` where it acts without one. */
function printedRole(element: Element, { roles, styles }: WalkCache): string {
  const role = roles(element);
  if (isWidget(element, role) || NAMED_BY_CONTENT.has(role) || role === 'img') return role;
  const tag = localName(element);
  if (tag === 'body' || tag === 'html') return role;
  const acts = listens(element) || Number(attribute(element, 'tabindex') ?? -1) >= 0 || styles.look(element).pointer;
  return acts && TRANSPARENT.has(role) ? 'clickable' : role;
}

/** An element as it is now; null when there is no such pin or it left this document. */
export function describe(pins: Pins, index: number): Described | null {
  const element = here(pins, index);
  if (element === null) return null;
  const cache = createWalkCache(false);
  const role = printedRole(element, cache);
  return {
    pin: index,
    role,
    name: cache.names(element, role).name,
    twin: contextOf(element, createMemory('element', cache)),
    visible: isVisible(element, cache.styles),
  };
}

/** Null when the element is still what was printed; else the reason, worded for `ref-stale`. */
export function verify(pins: Pins, index: number, role: string, name: string, twin: string | null): string | null {
  const element = here(pins, index);
  if (element === null) return LEFT;
  const cache = createWalkCache(false);
  const own = cache.roles(element);
  // `clickable` and `note` are words of ours for elements of no role of their own; they hold until one appears.
  const acting = role === 'clickable' || role === 'note';
  if (acting ? isWidget(element, own) : own !== role) return `its role is now ${own}`;
  const now = cache.names(element, role).name;
  if (now !== name) return `its name is now ${JSON.stringify(now)}`;
  return twin === null ? null : contextChange(element, twin, createMemory('element', cache));
}
