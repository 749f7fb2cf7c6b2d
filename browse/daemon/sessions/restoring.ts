/** A session that was kept on disk, put into a context that was made just now: cookies and storage, then its tabs. */
import { printableUrl } from '../../domain/traffic/printable-url.ts';
import type { Tabs } from '../../domain/tabs/registry.ts';
import type { Tab } from '../../domain/tabs/tab.ts';
import { restoredText } from '../../domain/tabs/unloaded.ts';
import { inTime } from '../../domain/timeouts.ts';
import { BrowseError } from '../../protocol/errors.ts';
import type { LoadedTabs } from './loaded-tabs.ts';
import type { KeptSession, SessionStart } from '../ports.ts';
import type { BrowserSession } from '../../domain/ports/browser.ts';
import type { Clock, TimeLimit } from '../../domain/ports/machine.ts';

/** Milliseconds that cookies and storage may take to be put back. */
const RESTORING = 10_000;

/** Those that were kept, or of the project that the session is a part of. Says in words what could not be put back. */
export async function fillContext(
  browser: BrowserSession,
  kept: KeptSession | null,
  start: SessionStart,
  clock: Clock,
): Promise<readonly string[]> {
  const state = kept === null ? await start.begins?.() : kept.state;
  if (state === null || state === undefined) return [];
  const bound: TimeLimit = { timeout: RESTORING, signal: new AbortController().signal };
  try {
    await inTime(clock, bound, 'Putting cookies and storage back', browser.restoreState(state), () => {});
    return [];
  } catch (error) {
    // A browser that has died has lost nothing: all of it is put back in the next one.
    if (error instanceof BrowseError && error.code === 'browser-gone') throw error;
    return ['cookies and storage'];
  }
}

type Restoring = {
  readonly kept: KeptSession;
  /** What could not be put back, beside what could not be kept. */
  readonly lost: readonly string[];
  /** The current tab is about to go elsewhere. */
  readonly goes: boolean;
};

/** Puts its tabs there, not loaded yet. Gives what is to be said of it, once; null for nothing. */
export function restoreTabs(tabs: Tabs<Tab>, loaded: LoadedTabs, { kept, lost, goes }: Restoring): string | null {
  const { after, renumber, gone } = kept;
  const again = kept.tabs.map((tab) => {
    const id = renumber ? tabs.nextFor(tab.id) : tab.id;
    tabs.addAs(id, () => loaded.standIn(id, tab, after), tab.id === kept.current);
    return { ...tab, id };
  });
  const told = again.map(({ id, url, not }) => ({ id, url: printableUrl(url), not, left: goes && id === tabs.current }));
  return restoredText(after, told, [...new Set(['what was typed', 'sessionStorage', ...gone, ...lost])]);
}
