/** Pages that clients who joined the browser made: found by the name they have there, and looked at. Nothing of ours stays in them. */
import type { Browser as ClientBrowser } from 'playwright';
import { guestNamed } from '../internals/server-side.ts';
import { makePage } from '../contexts/page.ts';
import { PageHandle } from '../handle/page-handle.ts';
import type { Around } from '../handle/around.ts';
import type { Page } from '../../../domain/ports/page.ts';

/** No session of ours: nobody is brought to the front, and nobody listens. */
const NOBODY: Around<PageHandle> = {
  far: false,
  front: async () => {},
  revive: async () => {},
  browserAnswers: () => Promise.resolve(true),
  arrived: () => 0,
  arrival: () => new Promise<void>(() => {}),
  traffic: null,
};

/** Null when there is no such page. One that a session of ours has is that session's, and is not to be asked for here. */
export function guestPage(client: ClientBrowser, name: string): Page | null {
  const found = guestNamed(client, name);
  return found === undefined ? null : makePage(new PageHandle(found, NOBODY));
}
