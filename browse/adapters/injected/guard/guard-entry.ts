/** Runs at document start in the isolated world, before any script of the page. A document may get it twice; the first one stays. */
import { makeGuard } from './guard.ts';
import { watchLeaving } from './leaving.ts';

// An element of this id is a property of the window too, in every world, but not one of its own.
if (!Object.hasOwn(globalThis, '__browseGuard')) Object.defineProperty(globalThis, '__browseGuard', { value: makeGuard() });
watchLeaving();
