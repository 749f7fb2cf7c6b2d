/** What a command set off beside its result: files that are coming, and what its answer tells of the tab. */
import type { Notice } from '../../domain/tabs/tab.ts';
import { atMost } from '../../domain/timeouts.ts';
import type { ResolvedTab } from './tab-resolution.ts';
import type { Services } from '../ports.ts';

/** Milliseconds that an answer waits for a file that began to come. */
const FILE_PATIENCE = 2000;

/** Gives the files that nobody was told of yet a moment to be there, or to fail, before they are told of. */
export async function filesSettled({ clock }: Services, { tab }: ResolvedTab, left: number, signal: AbortSignal): Promise<void> {
  const coming = tab.notices.flatMap((notice) => tab.downloads.get(notice) ?? []);
  if (coming.length === 0) return;
  await atMost(clock, Math.min(FILE_PATIENCE, left), Promise.all(coming), signal);
}

/** Takes what happened in the tab; nothing of a tab that is no more. */
export function noticesOf({ session, tab }: ResolvedTab): readonly Notice[] {
  const told = tab.notices.splice(0);
  return session.tabs.has(tab.id) ? told : [];
}
