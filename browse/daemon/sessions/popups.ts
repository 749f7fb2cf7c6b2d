/**
 * Pages of a session that no command asked for: popups, and what the other clients of its browser open. Each becomes a tab that is not
 * the current one. What a client opened goes when that client leaves.
 */
import type { CallerKey } from '../../domain/callers.ts';
import type { Page } from '../../domain/ports/page.ts';
import type { Tabs } from '../../domain/tabs/registry.ts';
import type { Notice, Tab } from '../../domain/tabs/tab.ts';
import { tell } from './tab-events.ts';

export type PopupParts = {
  readonly tabs: Tabs<Tab>;
  /** The session's own, for what has no tab to be told in. */
  readonly notices: Notice[];
  /** The clients of the browser that may have opened a page. */
  readonly guests: () => readonly number[];
  readonly make: (id: number, page: Page, opener: CallerKey | undefined) => Tab;
  readonly close: (id: number) => Promise<unknown>;
};

export class Popups {
  readonly #parts: PopupParts;
  /** Tabs that another client opened: which it may have been. */
  readonly #makers = new Map<number, Set<number>>();

  constructor(parts: PopupParts) {
    this.#parts = parts;
  }

  /** The page becomes a tab of its opener's caller. */
  adopt(page: Page, opener: Page | null): void {
    const { tabs, notices, guests, make } = this.#parts;
    const from = tabs.list().find((each) => each.page === opener);
    const tab = tabs.add((id) => make(id, page, from?.audience.actor), false);
    tab.audience.popup();
    const makers = opener === null ? guests() : [];
    if (makers.length > 0) this.#makers.set(tab.id, new Set(makers));
    tell(from?.notices ?? notices, { kind: 'tab', tab: tab.id, url: page.url() });
  }

  /** What a client opened and left is closed, once no client is there that may have opened it; the current tab stays. */
  guestLeft(guest: number): void {
    const { tabs, notices, close } = this.#parts;
    for (const [id, makers] of this.#makers) {
      makers.delete(guest);
      if (makers.size > 0) continue;
      this.#makers.delete(id);
      if (!tabs.has(id) || tabs.current === id) continue;
      tell(notices, { kind: 'note', text: `Tab ${id} was closed: the program that opened it has left` });
      close(id).catch(() => {});
    }
  }
}
