/** Runs at document start in the isolated world, before any script of the page. A document may get it twice; the first one stays. */
import { makeGuard } from './guard.ts';

globalThis.__browseGuard ??= makeGuard();
