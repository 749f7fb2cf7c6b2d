/** Waiting for a document to have a body: until then there is nothing to look at. */
import type { Deadline } from '../../../base/deadline.ts';
import { call } from './isolated-world.ts';
import type { IsolatedWorld } from './isolated-world.ts';

/** How long a head may take, in milliseconds: a script in it holds up all that follows. */
const PATIENCE = 5_000;

/** Whether a document that had no body yet has got one by waiting. */
export async function bodyCame(world: IsolatedWorld, deadline: Deadline): Promise<boolean> {
  return !(await call(world, 'hasBody', [], deadline)) && (await awaitBody(world, deadline));
}

/** Resolves as soon as there is one, or the document is loaded without, or the patience is over: whether there is one. */
export function awaitBody(world: IsolatedWorld, deadline: Deadline): Promise<boolean> {
  return call(world, 'bodyThere', [Math.min(PATIENCE, deadline.left() * 0.8)], deadline);
}
