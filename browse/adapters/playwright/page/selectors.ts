/**
 * Finding elements by a selector of Playwright's language. Our own engine, chained behind the selector, leaves what it matched in
 * the isolated world, where it is pinned: no handle per element. Must not know refs.
 */
import { selectors } from 'playwright';
import type { BrowserContext, Frame } from 'playwright';
import { oneLine } from '../../../base/escape.ts';
import { fail } from '../../../protocol/errors.ts';
import { firstLine } from '../errors.ts';
import { addEngine, serverFrame } from '../internals/server-side.ts';
import type { PageHandle } from '../handle/page-handle.ts';
import { bodyCame } from '../handle/body.ts';
import { call } from '../handle/isolated-world.ts';
import type { TimeLimit } from '../../../domain/ports/machine.ts';
import type { Matches } from '../../../domain/ports/page.ts';
import type { Documents } from '../../../domain/snapshot/tree.ts';
import type { Deadline } from '../../../base/deadline.ts';

const ENGINE = 'browse-found';
const SOURCE = `({
  query(root, key) { return this.queryAll(root, key)[0]; },
  queryAll(root, key) {
    if (!Object.hasOwn(globalThis, '__browseFound')) Object.defineProperty(globalThis, '__browseFound', { value: new Map() });
    const all = globalThis.__browseFound;
    if (!all.has(key)) { if (all.size > 20) all.clear(); all.set(key, []); }
    all.get(key).push(root);
    return [root];
  },
})`;

let registered: Promise<void> | undefined;

/** Makes our engine known to Playwright, once per process. */
export function registerEngine(): Promise<void> {
  registered ??= selectors.register(ENGINE, SOURCE, { contentScript: true });
  return registered;
}

/** The same to a context that somebody else made. */
export function lendEngine(context: BrowserContext): void {
  addEngine(context, { name: ENGINE, source: SOURCE, contentScript: true });
}

let queries = 0;

/** Throws `selector-invalid` for an error that means it; others as they are. */
export function badSelector(selector: string, error: unknown): never {
  const message = error instanceof Error ? error.message : '';
  if (
    !/while parsing|not a valid selector|Unknown engine|Unexpected|Malformed|selector/i.test(message) ||
    /Timeout|has been closed|crashed/.test(message)
  )
    throw error;
  return fail('selector-invalid', { selector: oneLine(selector), reason: firstLine(error) });
}

function liesIn(frame: Frame, outer: Frame): boolean {
  for (let at: Frame | null = frame; at !== null; at = at.parentFrame()) if (at === outer) return true;
  return false;
}

/** Every match in the chosen frame, or, where there is none, in the first frame within it that has one. */
export function query(surface: PageHandle, selector: string, limit: number, bound: TimeLimit): Promise<Matches> {
  const look = async (deadline: Deadline): Promise<Matches | null> => {
    const start = surface.chosen.in(surface.client);
    for (const frame of surface.client.frames()) {
      if (!liesIn(frame, start)) continue;
      const main = frame === start;
      queries += 1;
      const key = `q${queries}`;
      const counted = frame.locator(`${selector} >> ${ENGINE}=${key}`).count();
      const patience = main ? Infinity : 1000;
      const count = await deadline.race(counted, patience).catch((error: unknown) => {
        if (main) return badSelector(selector, error);
        return 0;
      });
      if (count === 0) continue;
      const world = await surface.worlds.open(serverFrame(frame), deadline);
      const { count: all, found } = await call(world, 'foundBy', [key, limit], deadline);
      return {
        count: all,
        documents: await documentsOf(surface, deadline),
        found: found.map(({ pin, role, name, twin, visible }) => ({
          identity: { pin: { document: world.document, index: pin }, role, name, twin },
          visible,
        })),
      };
    }
    return null;
  };
  return surface.run('query', bound, async (deadline) => {
    await registerEngine();
    const first = await look(deadline);
    // In a document without a body nothing can be found yet.
    const again = first === null && (await surface.inChosen(deadline, (world) => bodyCame(world, deadline)));
    return first ?? (again ? await look(deadline) : null) ?? { count: 0, found: [], documents: NOWHERE };
  });
}

/** Where nothing was found nothing is numbered. */
const NOWHERE: Documents = { main: '', living: [], gone: [] };

async function documentsOf(surface: PageHandle, deadline: Deadline): Promise<Documents> {
  const { document: main } = await surface.main(deadline);
  return { main, living: surface.worlds.living(), gone: [] };
}
