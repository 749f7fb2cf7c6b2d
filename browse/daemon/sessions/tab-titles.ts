/** What the tabs of a session are called, as their pages told it last. A page that hangs holds up an answer only briefly. */
import type { TimeLimit } from '../../domain/ports/machine.ts';
import type { Page } from '../../domain/ports/page.ts';
import type { Tab } from '../../domain/tabs/tab.ts';

/** Milliseconds that a page may take to tell its title. */
const PATIENCE = 500;

export class TabTitles {
  /** The document of which a page has told its title. */
  readonly #told = new WeakMap<Page, Tab['document']>();

  /** Asks the pages that answer at once: of documents that are new, or of all. Never rejects. */
  async learn(tabs: readonly Tab[], all: boolean): Promise<void> {
    const limit: TimeLimit = { timeout: PATIENCE, signal: new AbortController().signal };
    await Promise.all(
      tabs.map(async (tab) => {
        if (tab.unloaded !== null || tab.document === null || (!all && this.#told.get(tab.page) === tab.document)) return;
        const { page, document } = tab;
        const title = await page.title(limit).catch(() => null);
        // One that did not answer is asked again after the next command.
        if (title === null || tab.page !== page) return;
        this.#told.set(page, document);
        tab.title = title;
      }),
    );
  }
}
