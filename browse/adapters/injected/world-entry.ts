/**
 * Entry of the WALK bundle: installs `globalThis.__browse` in the isolated world of a document, once.
 * Must not touch the page's DOM.
 */
import { acts } from './acts/acts.ts';
import { openUp } from './dom-getters.ts';
import { hearActors, markActors } from './snapshot/actors.ts';
import { createPins } from './snapshot/pins.ts';
import { describe, verify } from './snapshot/identity.ts';
import { walk } from './snapshot/walk.ts';
import type { WalkOptions } from './world.ts';
import type { BrowseWorld } from './browse-world.ts';

function createWorld(): BrowseWorld {
  const pins = createPins();
  const capture = (options: WalkOptions) => walk(options, pins);
  return {
    document: pins.document,
    capture,
    captureText: (options) => JSON.stringify(capture(options)),
    hearActors,
    openUp: (...roots) => {
      for (const root of roots) if (root instanceof ShadowRoot) openUp(root);
    },
    markActors,
    describe: (index) => describe(pins, index),
    verify: (index, role, name, twin) => verify(pins, index, role, name, twin),
    pin: pins.pin,
    element: pins.element,
    acts,
  };
}

// An element of this id is a property of the window too, in every world, but not one of its own.
if (!Object.hasOwn(globalThis, '__browse')) Object.defineProperty(globalThis, '__browse', { value: createWorld() });
