/** Tabs as they are made, and what their pages do on their own: dialogs, downloads, new documents. Knows nothing of how a page is opened. */
import { Audience } from '../../domain/tabs/audience.ts';
import { TabDialogs } from '../../domain/tabs/dialog.ts';
import { dialogText } from '../../domain/tabs/notice-text.ts';
import { TabQueue } from '../../domain/tabs/queue.ts';
import type { Notice, Tab } from '../../domain/tabs/tab.ts';
import { RefTable } from '../../domain/snapshot/refs.ts';
import { boundedEvent } from '../../domain/traffic/entry.ts';
import { shownUrl } from '../../domain/traffic/printable-url.ts';
import { BrowseError } from '../../protocol/errors.ts';
import type { CallerKey } from '../../domain/callers.ts';
import type { Services } from '../ports.ts';
import type { DownloadEnd, Downloads } from './downloads.ts';
import type { Page, PageEvent } from '../../domain/ports/page.ts';

/** How much is kept of what nobody has been told yet: a page could go on for ever. */
const UNTOLD = 50;

/** Adds to what the next answer tells; the oldest gives way, and how many did is told first. */
export function tell(notices: Notice[], notice: Notice): void {
  notices.push(notice);
  if (notices.length <= UNTOLD) return;
  const [first] = notices;
  const before = first?.kind === 'omitted' ? first.count : 0;
  const gone = before === 0 ? 2 : 1;
  notices.splice(0, 2, { kind: 'omitted', count: before + gone });
}

export type TabEventParts = {
  readonly session: string;
  readonly services: Services;
  readonly downloads: Downloads;
  /** Whether programs beside us have joined its browser. */
  readonly shared: () => boolean;
  /** What happens to dialogs that open now. */
  readonly onDialog: () => 'accept' | 'dismiss' | 'ask';
  /** A page closed by itself. */
  readonly closed: (tab: Tab) => void;
  /** Something that the next answer of the session tells, whatever its tab. */
  readonly note: (text: string) => void;
};

/** What is said of a page that floods. */
const FLOODS: Readonly<Record<Extract<PageEvent, { kind: 'flood' }>['state'], string>> = {
  muted: 'floods its console: its console is no longer read, until it navigates',
  ended: 'floods its console: it was ended',
  asking: 'floods the network: it was ended',
};

export class TabEvents {
  readonly #parts: TabEventParts;
  /** Tabs by page, closed ones too: their last rows may come later. */
  readonly #ids = new WeakMap<Page, number>();
  /** Files that no answer has told of. */
  readonly #untold = new Map<Notice, Tab>();

  constructor(parts: TabEventParts) {
    this.#parts = parts;
  }

  /** The number of a page's tab; null when it has none. */
  idOf(page: Page): number | null {
    return this.#ids.get(page) ?? null;
  }

  /** A tab of that number. `opener`: whose it is; undefined when it is nobody's doing. `refs`: of the tab that it takes the place of. */
  make(id: number, page: Page, opener?: CallerKey, refs = new RefTable()): Tab {
    const { clock } = this.#parts.services;
    const tab: Tab = {
      id,
      page,
      refs,
      queue: new TabQueue(id, clock),
      dialogs: new TabDialogs(clock),
      notices: [],
      downloads: new Map(),
      seen: new Map(),
      title: '',
      unloaded: null,
      loading: null,
      audience: new Audience(opener),
      document: null,
    };
    tab.dialogs.listen((told) => {
      tell(tab.notices, { kind: 'dialog', dialog: told });
      if (told.outcome === 'open') tab.queue.refuse(new BrowseError('dialog-open', { tab: id, dialog: dialogText(told) }));
    });
    this.attach(tab, page);
    return tab;
  }

  /** From now on the page is the tab's. */
  attach(tab: Tab, page: Page): void {
    tab.page = page;
    this.#ids.set(page, tab.id);
    page.onEvent((event) => this.#happened(tab, event));
  }

  #happened(tab: Tab, event: PageEvent): void {
    switch (event.kind) {
      case 'dialog':
        this.#note('dialog', tab, event.dialog.kind, event.dialog.message);
        tab.dialogs.meet(event.dialog, this.#parts.onDialog());
        return;
      case 'download':
        this.#download(tab, event);
        return;
      case 'crashed':
        tab.dialogs.drop();
        tell(tab.notices, { kind: 'crashed' });
        return;
      case 'closed':
        if (event.withBrowser) tab.dialogs.drop();
        else this.#parts.closed(tab);
        return;
      case 'flood':
        this.#flood(tab, event);
        return;
      case 'navigated':
        if (!event.document) return;
        tab.document = { url: event.url, at: this.#parts.services.clock.elapsed(), posted: event.posted };
        tab.audience.arrived(event.url === 'about:blank');
    }
  }

  #flood(tab: Tab, { state }: Extract<PageEvent, { kind: 'flood' }>): void {
    const text = FLOODS[state];
    this.#parts.note(`Tab ${tab.id} (${shownUrl(tab.page.url())}) ${text}`);
    this.#note('console', tab, 'warning', `(The page ${text})`);
  }

  #download(tab: Tab, event: Extract<PageEvent, { kind: 'download' }>): void {
    const { downloads, session, services } = this.#parts;
    const { paths, random } = services;
    for (const notice of this.#untold.keys()) if (!this.#untold.get(notice)?.notices.includes(notice)) this.#untold.delete(notice);
    if (!downloads.takes(session, event, this.#untold.size)) return;
    const name =
      event.suggestedName
        .replace(/[^\w.-]+/g, '_')
        .replace(/^\.+/, '')
        .slice(-100) || 'download';
    const path = `${paths.artifacts}/${random(6)}-${name}`;
    const notice: Extract<Notice, { kind: 'download' }> = { kind: 'download', name: event.suggestedName, path, state: 'under way' };
    tell(tab.notices, notice);
    this.#untold.set(notice, tab);
    this.#note('download', tab, 'info', `${event.suggestedName} from ${event.url}`);
    const ended = (state: DownloadEnd): void => {
      const told = !tab.notices.includes(notice);
      notice.state = state;
      // It was told of as under way: what became of it is told too.
      if (told) tell(tab.notices, { ...notice });
      tab.downloads.delete(notice);
    };
    const saving = downloads.save(session, event, path, this.#parts.shared()).then(ended);
    tab.downloads.set(notice, saving);
  }

  #note(kind: 'dialog' | 'download' | 'console', tab: Tab, level: string, text: string): void {
    const { traffic, clock } = this.#parts.services;
    const said = { kind, level, text, at: clock.now(), url: tab.page.url(), line: null, column: null, detail: [] };
    traffic.note(boundedEvent(said), this.#parts.session, tab.id, null);
  }
}
