/** Since when a list of traffic is wanted: a time, or the last navigation of the tab. */
import { ANY_REQUEST } from '../domain/traffic/filter.ts';
import type { RequestRow } from '../domain/traffic/entry.ts';
import type { Context } from './context.ts';
import { sinceFrom } from './traffic-lines.ts';

/** The value of the flag that means the last navigation. */
const NAVIGATION = 'navigation';
/** Documents among which that of the tab is looked for: the others are those of its frames. */
const DOCUMENTS = 50;

/** For the flag. */
export const SINCE = { type: 'string', value: 'TIME', summary: 'those since: 5m, 30s, an ISO time, or navigation: the last one' } as const;

/** Milliseconds since the epoch; null where nothing was said. Fails with `usage`. */
export async function sinceOf(context: Context, text: string | undefined, name: string): Promise<number | null> {
  return text === NAVIGATION ? lastNavigation(context) : sinceFrom(text, context.clock.now(), name);
}

/** When the first request for the tab's document began; 0 where it has shown none. */
export async function lastNavigation(context: Context): Promise<number> {
  const { tab, session, clock } = context;
  if (tab.document === null) return 0;
  const came = clock.now() - (clock.elapsed() - tab.document.at);
  const filter = { ...ANY_REQUEST, session: session.name, tab: tab.id, type: 'document', limit: DOCUMENTS };
  const { rows } = await context.traffic.ask({ ask: 'requests', filter }, context.bound);
  let first = rows.findLast(({ at }) => at <= came);
  const before = (row: RequestRow): RequestRow | undefined => rows.find(({ id }) => id === row.redirectedFrom);
  for (let earlier = first && before(first); earlier !== undefined; earlier = before(earlier)) first = earlier;
  return first?.at ?? came;
}
