/**
 * Pages of a session that no command asked for: popups, and what the other clients of its browser open. Each becomes a tab that is not
 * the current one. What a client opened goes when that client leaves.
 */
import type { CallerKey } from '../../domain/callers.ts';
import type { Page } from '../../domain/ports/page.ts';
import type { Tabs } from '../../domain/tabs/registry.ts';
import type { Notice, Tab } from '../../domain/tabs/tab.ts';
import { OpenedTabs } from './opened-tabs.ts';
import { tell } from './tab-events.ts';

export type PopupParts = {
  readonly tabs: Tabs<Tab>;
  /** The session's own, for what has no tab to be told in. */
  readonly notices: Notice[];
  /** The clients of the browser that may have opened a page. */
  readonly guests: () => readonly number[];
  /** Whether the context was made for this session. */
  readonly ours: () => boolean;
  readonly headless: () => boolean;
  readonly make: (id: number, page: Page, opener: CallerKey | undefined) => Tab;
  readonly close: (id: number) => Promise<unknown>;
};

export class Popups {
  readonly #parts: PopupParts;
  readonly #opened = new OpenedTabs();

  constructor(parts: PopupParts) {
    this.#parts = parts;
  }

  /** The page becomes a tab of its opener's caller, or is closed where pages have opened too many. */
  adopt(page: Page, opener: Page | null): void {
    const { tabs, notices, guests, ours, headless, make } = this.#parts;
    const from = tabs.list().find((each) => each.page === opener);
    // What a person or a program opens, in a window or a browser of its own, is never closed.
    const makers = opener === null ? guests() : [];
    const byPage = opener !== null || (headless() && makers.length === 0);
    if (byPage && ours() && !this.#opened.takes()) return void page.close().catch(() => {});
    const tab = tabs.add((id) => make(id, page, from?.audience.actor), false);
    tab.audience.popup();
    // What a program's tab opened goes with it too.
    this.#opened.opened(tab.id, from?.id ?? null, makers);
    tell(from?.notices ?? notices, { kind: 'tab', tab: tab.id, url: page.url() });
  }

  /** What was closed since the last answer, in words; null for nothing. */
  takeTally(): string | null {
    return this.#opened.takeTally();
  }

  /** What a client opened and left is closed, once no client is there that may have opened it; the current tab stays. */
  guestLeft(guest: number): void {
    const { tabs, notices, close } = this.#parts;
    for (const id of this.#opened.left(guest)) {
      if (!tabs.has(id) || tabs.current === id) continue;
      tell(notices, { kind: 'note', text: `Tab ${id} was closed: the program that opened it has left` });
      close(id).catch(() => {});
    }
  }
}
