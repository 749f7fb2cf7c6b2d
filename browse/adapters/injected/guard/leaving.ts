/**
 * Hears, before the page does, that the focus leaves a field and that a form is about to be submitted: what a filled field has to tell
 * by then is told first. Installed at document start, as the guard is. Must not know fields.
 */

declare global {
  /** Set while a filled field has something to tell. */
  // eslint-disable-next-line no-var -- a property of globalThis can only be declared with var
  var __browseLeaving: ((event: Event) => void) | undefined;
}

/** Events at which a field is left or its form submitted. */
export const LEAVING = ['blur', 'click', 'submit'] as const;

const onLeaving = (event: Event): void => {
  if (Object.hasOwn(globalThis, '__browseLeaving')) globalThis.__browseLeaving?.(event);
};

/** Listens; again is the same as once. */
export function watchLeaving(): void {
  for (const type of LEAVING) globalThis.addEventListener(type, onLeaving, { capture: true });
}
