/**
 * Which elements of a page listen for input, told by the page's own world to ours: one evaluation finds them, by the browser's list
 * of listeners and by what frameworks leave on their elements, and one event of a random name carries them over, in the same task.
 * Nothing of the page can hear that name. Must not know how a walk uses it.
 */
import { randomBytes } from 'node:crypto';
import { sessionOf } from '../internals/server-side.ts';
import type { ServerPage } from '../internals/server-side.ts';
import { tell } from './isolated-world.ts';
import type { IsolatedWorld } from './isolated-world.ts';

/**
 * Runs in the page's world, with the console's own functions. React, Svelte, Solid and jQuery keep handlers in properties of their
 * elements; jQuery keeps those for others on a container, with a selector.
 */
const FIND = String.raw`(type) => {
  const EVENTS = ['click', 'mousedown', 'pointerdown', 'touchstart', 'keydown'];
  const PROPS = ['onClick', 'onMouseDown', 'onPointerDown', 'onTouchStart', 'onKeyDown'];
  const OWN = new Set(['A', 'BUTTON', 'INPUT', 'SELECT', 'TEXTAREA', 'OPTION', 'HTML', 'BODY', 'HEAD', 'SCRIPT', 'STYLE', 'LINK', 'META', 'BR']);
  const found = new Set();
  const delegated = (holder, container) => {
    for (const key of Object.keys(holder)) {
      if (!key.startsWith('jQuery')) continue;
      const events = holder[key]?.events;
      for (const event of EVENTS) for (const { selector } of Array.isArray(events?.[event]) ? events[event] : []) {
        if (typeof selector === 'string') for (const element of container.querySelectorAll(selector)) found.add(element);
      }
    }
  };
  const kept = (element) => {
    let own = false;
    for (const key of Object.keys(element)) {
      if (key.startsWith('__reactContainer$')) return null;
      if (key.startsWith('__reactProps$')) { const props = element[key]; own ||= PROPS.some((prop) => typeof props?.[prop] === 'function'); }
      else if (key.startsWith('$$') || key.startsWith('__')) own ||= EVENTS.includes(key.slice(2)) && element[key] != null;
      else if (key.startsWith('jQuery')) delegated(element, element);
    }
    for (const symbol of Object.getOwnPropertySymbols(element)) {
      const events = symbol.description === 'events' ? element[symbol] : null;
      own ||= events != null && EVENTS.some((event) => events[event] != null);
    }
    return own;
  };
  const look = (root) => {
    for (const element of root.querySelectorAll('*')) {
      const shadow = element.shadowRoot;
      if (shadow) look(shadow);
      if (OWN.has(element.tagName)) { if (element.tagName === 'BODY') kept(element); continue; }
      const own = kept(element);
      if (own === null) continue;
      if (own) { found.add(element); continue; }
      const listeners = getEventListeners(element);
      // A framework's root listens for everything.
      if (EVENTS.some((event) => event in listeners) && Object.keys(listeners).length < 30) found.add(element);
    }
  };
  look(document);
  delegated(document, document);
  delegated(globalThis, document);
  let identifier = 0;
  const touches = [...found].map((target) => new Touch({ identifier: (identifier += 1), target }));
  globalThis.dispatchEvent(new TouchEvent(type, { touches }));
}`;

/** Sent before a walk, and not waited for: the browser does them in order. What fails leaves the marks as they were. */
export function tellActors(page: ServerPage, world: IsolatedWorld): void {
  const main = world.frame.existingContext('main');
  if (main === null) return;
  const type = `b${randomBytes(12).toString('hex')}`;
  tell(world, 'hearActors', [type]);
  const expression = `(${FIND})('${type}')`;
  sessionOf(page, world.frame)
    .send('Runtime.evaluate', {
      expression,
      contextId: main.delegate._contextId,
      includeCommandLineAPI: true,
      silent: true,
      returnByValue: true,
    })
    .catch(() => {});
}
