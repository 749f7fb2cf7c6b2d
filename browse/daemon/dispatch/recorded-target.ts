/** How a target can be found again by somebody else: found out before it is acted on, as it may be gone behind that. Never fails. */
import type { MatchChoice, FoundTarget } from '../../commands/context.ts';
import { alike, bySaying, hasRole, isAlone } from '../../domain/export/locators.ts';
import type { Identity } from '../../domain/snapshot/tree.ts';
import type { Tab } from '../../domain/tabs/tab.ts';
import type { RecordedTarget } from './invocation.ts';
import type { TimeLimit } from '../../domain/ports/machine.ts';
import type { Page } from '../../domain/ports/page.ts';

/** Milliseconds that it may take to look for a text: it is for the log. */
const PATIENCE = 500;

/** A target that nobody will look for again. */
export const unrecorded = (found: FoundTarget): RecordedTarget => ({
  ...found,
  pick: null,
  among: null,
  alone: false,
  said: false,
  frames: null,
});

/** A target with its place. */
export async function recordTarget(tab: Tab, found: FoundTarget, pick: MatchChoice, bound: TimeLimit): Promise<RecordedTarget> {
  const { identity, given } = found;
  const byRef = given.startsWith('@');
  return {
    ...found,
    pick: pick.first ? 1 : (pick.nth ?? null),
    among: byRef ? tab.refs.standing(identity, alike(identity)) : null,
    alone: byRef && isAlone(tab.refs, identity),
    said: byRef && !hasRole(identity.role) && identity.name !== '' && (await saysItsName(tab.page, identity, bound)),
    frames: await tab.page.framePath(identity.pin.document, bound),
  };
}

/** Whether the only element that says the name is this one, or lies in it, so that a click there is a click on this one. */
async function saysItsName(page: Page, identity: Identity, bound: TimeLimit): Promise<boolean> {
  const short = { ...bound, timeout: Math.min(PATIENCE, bound.timeout / 4) };
  try {
    const { count, found } = await page.query(bySaying(identity.name), 1, short);
    const [only] = found;
    if (count !== 1 || only === undefined || only.identity.pin.document !== identity.pin.document) return false;
    if (only.identity.pin.index === identity.pin.index) return true;
    const [outer, inner] = await Promise.all([page.box(identity, short), page.box(only.identity, short)]);
    if (outer === null || inner === null) return false;
    const [x, y] = [inner.x + inner.width / 2, inner.y + inner.height / 2];
    return x > outer.x && x < outer.x + outer.width && y > outer.y && y < outer.y + outer.height;
  } catch {
    // Whatever it was, the act itself says it.
    return false;
  }
}
