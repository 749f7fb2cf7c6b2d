/** Giving an element the focus, and looking whether it has it. Must not know the guard or the daemon. */
import { controlOf, focusedIn, focusOn, rootOf, shadowRoot } from '../dom-getters.ts';
import { disabledReason, hiddenReason, sketch } from './hit-point.ts';
import { insist, isStale, monotonic, resolve, verify } from './target.ts';
import type { Late, NotYet, Stale, Target, Unsuited } from './target.ts';

/** The innermost element that has the focus, open shadow trees included. */
export function focused(): Element {
  let at = focusedIn(document);
  for (let inner = at; inner !== null;) {
    at = inner;
    const shadow: ShadowRoot | null = shadowRoot(inner);
    inner = shadow === null ? null : focusedIn(shadow);
  }
  return at ?? document.body ?? document.documentElement;
}

/** The next turn of the page's event loop, which no throttling puts off. */
export function nextTask(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** Focuses a verified element, as soon as a person could. */
export async function focus(target: Target, until: number): Promise<{ readonly outcome: 'done' } | Stale | Late | Unsuited> {
  return insist(monotonic(until), (): { readonly outcome: 'done' } | Stale | Unsuited | NotYet => {
    const element = resolve(target);
    if (isStale(element)) return element;
    const reason = hiddenReason(element) ?? disabledReason(element);
    if (reason !== null) return { outcome: 'not yet', reason: `it is ${reason}` };
    const control = controlOf(element);
    if (!(control instanceof HTMLElement || control instanceof SVGElement))
      return { outcome: 'unsuited', reason: 'it cannot have the focus' };
    focusOn(control as HTMLElement, { preventScroll: false });
    const now = focusedIn(rootOf(control) as Document | ShadowRoot);
    // A host may hand the focus on to a part of itself.
    if (now === control || control.matches(':focus-within')) return { outcome: 'done' };
    const changed = verify(target);
    if (changed !== null) return { outcome: 'stale', reason: changed };
    const where = now === null || now === document.body ? 'nowhere' : `to ${sketch(now)}`;
    return { outcome: 'unsuited', reason: `it does not take the focus, which went ${where}` };
  });
}
