/**
 * Tabs whose page is not there yet: a browser or a daemon has ended since, and a page is asked for again when somebody uses it.
 *
 *   shown ──browser or daemon ended──► stand-in ──used──► loading ──► shown (known to nobody)
 *                                          └──goto──► shown (another page)
 */
import { folderOf } from '../../domain/address.ts';
import { printableUrl, shownUrl } from '../../domain/traffic/printable-url.ts';
import type { Tab } from '../../domain/tabs/tab.ts';
import type { NotLoaded } from '../../domain/tabs/unloaded.ts';
import { notLoadedText } from '../../domain/tabs/unloaded.ts';
import { BrowseError, fail } from '../../protocol/errors.ts';
import type { RefTable } from '../../domain/snapshot/refs.ts';
import { standInFor } from './stand-in.ts';
import type { TabEvents } from './tab-events.ts';
import type { SavedTab } from '../ports.ts';
import type { TimeLimit, Clock } from '../../domain/ports/machine.ts';
import type { Page } from '../../domain/ports/page.ts';

/** Milliseconds that a page may take to have its document; then its command goes on, and it goes on loading. */
const LOADING = 10_000;
/** A browser that dies so soon after a page began may have died of it, in milliseconds. */
const JUST_BEFORE = 5000;
/** So many deaths just after it, and a page is not asked for again by itself. */
const DEADLY = 2;
/** What a page fails with whose browser ended. */
const ENDED: readonly string[] = ['browser-gone', 'page-closed', 'page-crashed', 'tab-gone'];

export type LoadedTabsParts = {
  readonly clock: Clock;
  readonly events: TabEvents;
  newPage(): Promise<Page>;
  allowFiles(folder: string): Promise<unknown>;
  /** With the next answer. */
  tell(text: string): void;
};

/** A tab as it is written down. */
export function savedTab(tab: Tab): SavedTab {
  const { id, unloaded, document } = tab;
  if (unloaded !== null) return { id, url: unloaded.url, title: unloaded.title, not: unloaded.not };
  const url = tab.page.url();
  // An address to which the page went without a document still needs the form.
  return { id, url, title: tab.title, not: document?.posted === true ? 'posted' : null };
}

export class LoadedTabs {
  readonly #parts: LoadedTabsParts;
  /** How often the browser died just after that page began. */
  readonly #deaths = new Map<string, number>();

  constructor(parts: LoadedTabsParts) {
    this.#parts = parts;
  }

  /** The browser died under these. */
  died(tabs: readonly Tab[]): void {
    const now = this.#parts.clock.elapsed();
    for (const { document } of tabs) {
      if (document === null || document.url === 'about:blank') continue;
      if (now - document.at <= JUST_BEFORE) this.#deaths.set(document.url, (this.#deaths.get(document.url) ?? 0) + 1);
      else this.#deaths.delete(document.url);
    }
  }

  /** A tab that is not loaded, under that number. */
  standIn(id: number, { url, title, not }: Omit<SavedTab, 'id'>, after: string, refs?: RefTable): Tab {
    const tab = this.#parts.events.make(id, standInFor(url, title), undefined, refs);
    tab.title = title;
    tab.unloaded = { url, title, after, not: not ?? this.#deadly(url) };
    if (url !== 'about:blank') tab.audience.reloading(after);
    return tab;
  }

  #deadly(url: string): NotLoaded | null {
    return (this.#deaths.get(url) ?? 0) >= DEADLY ? 'deadly' : null;
  }

  /** Fails with `page-lost` for a page that is not to be asked for by itself. */
  async ready(tab: Tab, elsewhere: boolean): Promise<void> {
    const { unloaded } = tab;
    if (unloaded === null) return;
    if (unloaded.not !== null && !elsewhere) {
      const url = shownUrl(unloaded.url);
      return fail('page-lost', { tab: tab.id, reason: `[not loaded: ${url}], ${notLoadedText(unloaded.not)}`, hint: 'browse tabs' });
    }
    tab.loading ??= this.#load(tab, elsewhere).finally(() => (tab.loading = null));
    await tab.loading;
  }

  async #load(tab: Tab, elsewhere: boolean): Promise<void> {
    const { unloaded } = tab;
    if (unloaded === null) return;
    const { url } = unloaded;
    const { events, clock, tell } = this.#parts;
    const page = await this.#parts.newPage();
    // What a page does before it is the tab's belongs to the blank one that it begins with.
    events.attach(tab, page);
    if (elsewhere || url === 'about:blank') return void (tab.unloaded = null);
    tab.document = { url, at: clock.elapsed(), posted: false };
    const folder = folderOf(url);
    if (folder !== null) await this.#parts.allowFiles(folder);
    const bound: TimeLimit = { timeout: LOADING, signal: new AbortController().signal };
    try {
      await page.goto(url, 'domcontentloaded', bound);
    } catch (error) {
      // It is asked for once more in the next browser.
      if (!(error instanceof BrowseError) || ENDED.includes(error.code)) throw error;
      if (error.code !== 'timeout' && error.code !== 'dialog-open') tell(`Could not be opened again: tab ${tab.id} (${printableUrl(url)})`);
    }
    tab.unloaded = null;
  }
}
