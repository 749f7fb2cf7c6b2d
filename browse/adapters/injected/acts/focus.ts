/** Giving an element the focus, and looking whether it has it. Must not know the guard or the daemon. */
import { controlOf, focusedIn, focusOn, rootOf } from '../dom-getters.ts';
import { disabledReason, hiddenReason, sketch } from './hit-point.ts';
import { insist, isStale, monotonic, resolve, verify } from './target.ts';
import type { Late, NotYet, Stale, Target, Unsuited } from './target.ts';

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
