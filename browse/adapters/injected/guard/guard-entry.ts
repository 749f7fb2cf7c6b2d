/** Runs at document start in the isolated world, before any script of the page. A document may get it twice; the first one stays. */
import { makeGuard } from './guard.ts';
import { watchLeaving } from './leaving.ts';

// An element of this id is a property of the window too, in every world, but not one of its own.
if (!Object.hasOwn(globalThis, '__browseGuard')) {
  const guard = makeGuard();
  Object.defineProperty(globalThis, '__browseGuard', { value: guard });
  // It is asked first of all: a document that begins while an input is under way elsewhere begins shut.
  const shut = Object.hasOwn(globalThis, '__browseShut') ? globalThis.__browseShut : undefined;
  if (shut !== undefined) guard.shut(...shut);
}
watchLeaving();
