/** What a command set off beside its result: files that are coming, and what its answer tells of the tab. */
import type { Notice } from '../domain/tabs/tab.ts';
import type { Place } from './place.ts';
import type { Services } from './services.ts';

/** Milliseconds that an answer waits for a file that began to come. */
const FILE_PATIENCE = 2000;

/** Gives the files that nobody was told of yet a moment to be there, or to fail, before they are told of. */
export async function filesSettled({ clock }: Services, { tab }: Place, signal: AbortSignal): Promise<void> {
  const coming = tab.notices.flatMap((notice) => tab.downloads.get(notice) ?? []);
  if (coming.length === 0) return;
  const settled = new AbortController();
  await Promise.race([Promise.all(coming), clock.sleep(FILE_PATIENCE, AbortSignal.any([signal, settled.signal]))]);
  settled.abort();
}

/** Takes what happened in the tab; nothing of a tab that is no more. */
export function noticesOf({ session, tab }: Place): readonly Notice[] {
  const told = tab.notices.splice(0);
  return session.tabs.has(tab.id) ? told : [];
}
