/**
 * The element that an act is for: found by its pin, verified by what it was printed as. Every act begins here.
 * Must not know what is done to it.
 */
import { makeGuard } from '../guard/guard.ts';
import type { Guard } from '../guard/guard.ts';

/** A pinned element and what it is believed to be. */
export type Target = { readonly pin: number; readonly role: string; readonly name: string; readonly twin: string | null };

/** It is no longer what was printed: nothing was touched. */
export type Stale = { readonly outcome: 'stale'; readonly reason: string };
/** It could not be acted on until the time was up: nothing was touched. */
export type Late = { readonly outcome: 'late'; readonly reason: string };
/** It is not the kind of element for this act: nothing was touched. */
export type Unsuited = { readonly outcome: 'unsuited'; readonly reason: string };

/** The world this code lives in. */
export function world(): NonNullable<typeof globalThis.__browse> {
  const installed = globalThis.__browse;
  if (!installed) throw new Error('the world is not installed');
  return installed;
}

/** The guard; made now in a document that was there before us, whose own listeners then come first. */
export function guard(): Guard {
  // Own, because an element of that id shows up as a global too.
  if (!Object.hasOwn(globalThis, '__browseGuard')) Object.defineProperty(globalThis, '__browseGuard', { value: makeGuard() });
  return globalThis.__browseGuard as Guard;
}

/** Null when the element is still what was printed, else why not. */
export function verify(target: Target): string | null {
  return world().verify(target.pin, target.role, target.name, target.twin);
}

/** The verified element, or why there is none. */
export function resolve(target: Target): Element | Stale {
  const reason = verify(target);
  if (reason !== null) return { outcome: 'stale', reason };
  const element = world().element(target.pin);
  return element ?? { outcome: 'stale', reason: 'the element left the page' };
}

/** Whether {@link resolve} found none. */
export function isStale(found: Element | Stale): found is Stale {
  return !(found instanceof Element);
}

/** The next frame, or 50 ms where frames do not tick (a tab in the background). */
export function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 50);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** What a step of {@link insist} says when it cannot be done yet. */
export type NotYet = { readonly outcome: 'not yet'; readonly reason: string };

/** A moment of the wall clock, which we share with who calls us, on the page's own: a call that arrives late has no more time for it. */
export function monotonic(until: number): number {
  return performance.now() + until - Date.now();
}

/** Repeats a step, frame by frame, until it is done or the time is up. The first try is made at once. */
export async function insist<T extends { readonly outcome: string }>(deadline: number, step: () => T | NotYet): Promise<T | Late> {
  for (;;) {
    const result = step();
    if (result.outcome !== 'not yet') return result as T;
    if (performance.now() >= deadline) return { outcome: 'late', reason: (result as NotYet).reason };
    await nextFrame();
  }
}
