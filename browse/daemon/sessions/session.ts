/**
 * A session while it lives: its context in the browser, its tabs, and what its pages do on their own.
 * Knows nothing of commands and replies.
 *
 *   unmade ──first use──► open ──browser died──► lost ──next use──► open (tabs again under their numbers, refs gone)
 *   kept on disk ──first use──┘
 */
import type { Applied } from '../../domain/configuration/ports.ts';
import type { CallerKey } from '../../domain/callers.ts';
import type { BrowserHost, KeptSession, SavedSession, SavedTab, Services, SessionStart } from '../ports.ts';
import type { SessionSettings } from '../../domain/session.ts';
import { Tabs } from '../../domain/tabs/registry.ts';
import type { Notice, Tab } from '../../domain/tabs/tab.ts';
import { secretForms } from '../../domain/credentials.ts';
import { BrowseError, fail } from '../../protocol/errors.ts';
import { atMost, inTime } from '../../domain/timeouts.ts';
import { OPENING, openContext, shaped } from './opening.ts';
import { LoadedTabs, savedTab } from './loaded-tabs.ts';
import { fillContext, restoreTabs } from './restoring.ts';
import { SessionConfiguration } from './session-configuration.ts';
import type { Downloads } from './downloads.ts';
import { TabEvents, tell } from './tab-events.ts';
import { TabTitles } from './tab-titles.ts';
import type { TimeLimit } from '../../domain/ports/machine.ts';
import type { Page, Viewport } from '../../domain/ports/page.ts';
import type { BrowserSession } from '../../domain/ports/browser.ts';

/** Milliseconds that a page may take to close. */
const PATIENCE = 500;

export class Session {
  readonly name: string;
  readonly tabs: Tabs<Tab>;
  /** Told with the next answer of this session, whatever its tab. */
  readonly notices: Notice[] = [];
  /** The tab that was current until it closed by itself, while nobody has been told. */
  lost: Tab | null = null;
  /** Monotonic milliseconds at which it was opened first; null before. */
  openedAt: number | null = null;
  /** The project that it was first used in; null for none, and before. */
  root: string | null = null;
  /** How often its browser died. */
  losses = 0;
  readonly #services: Services;
  readonly #host: BrowserHost;
  readonly #configuration: SessionConfiguration;
  #browser: BrowserSession | null = null;
  #opening: Promise<BrowserSession> | null = null;
  #lost: string | null = null;
  /** How often its browser died, with a context of this session in it or not. */
  #deaths = 0;
  /** Nothing of it was ever there: what is kept of it on disk still counts. */
  #fresh = true;
  /** The one that its context was made with. */
  #viewport: Viewport | null = null;
  readonly #events: TabEvents;
  readonly #downloads: Downloads;
  readonly #loaded: LoadedTabs;
  /** Monotonic milliseconds of its last use. */
  #usedAt: number;
  readonly #titles = new TabTitles();
  /** Tabs that another client opened: who may have been it. */
  readonly #guests = new Map<number, Set<number>>();

  /** `host` has the browser that it is to live in. */
  constructor(name: string, services: Services, host: BrowserHost, downloads: Downloads) {
    this.name = name;
    this.#services = services;
    this.#host = host;
    this.#configuration = new SessionConfiguration(name, services);
    const { register, clock } = services;
    this.tabs = new Tabs(register.next(name), (id) => register.took(name, id));
    this.#usedAt = clock.elapsed();
    const onDialog = (): 'accept' | 'dismiss' | 'ask' => this.settings().onDialog ?? 'ask';
    this.#downloads = downloads;
    this.#events = new TabEvents({
      session: name,
      services,
      downloads,
      shared: () => host.guests().length > 0,
      onDialog,
      closed: (tab) => this.#closed(tab),
      note: (text) => tell(this.notices, { kind: 'note', text }),
    });
    this.#loaded = new LoadedTabs({
      clock,
      events: this.#events,
      newPage: () => this.#newPage(),
      allowFiles: async (folder) => this.#browser?.allowFiles([folder]),
      tell: (text) => tell(this.notices, { kind: 'note', text }),
    });
  }

  /** Its context when it has one. */
  get browser(): BrowserSession | null {
    return this.#browser;
  }

  settings(): SessionSettings {
    return this.#services.settings.session(this.name);
  }

  /** Opens the context, or opens it again after its browser died. Every caller waits for the same opening. */
  async open(start: SessionStart, signal: AbortSignal): Promise<BrowserSession> {
    this.#host.look();
    this.#usedAt = this.#services.clock.elapsed();
    if (this.#browser !== null) {
      if (start.headed === true && this.#host.facts()?.headless === true) {
        fail('usage', {
          problem: '--headed is for the start of the browser, and it runs without a window already',
          hint: 'browse restart --headed --restore',
        });
      }
      return this.#browser;
    }
    this.#opening ??= this.#make(start).finally(() => {
      this.#opening = null;
    });
    const left = new Promise<never>((_, reject) => {
      signal.addEventListener(
        'abort',
        () => reject(new BrowseError('interrupted', { command: 'opening the session', outcome: 'did not run' })),
        { once: true },
      );
    });
    return Promise.race([this.#opening, left]);
  }

  /** The browser died: nothing of it can be used any more. */
  lose(reason: string): void {
    this.#deaths += 1;
    if (this.#browser === null) return;
    this.#browser = null;
    this.losses += 1;
    this.#lost = reason;
    this.#loaded.died(this.tabs.list());
    for (const tab of this.tabs.list()) {
      tab.dialogs.drop();
      tab.queue.refuse(new BrowseError('browser-gone', { reason }));
    }
  }

  /** `opener`: whose it is; undefined when it is nobody's doing. */
  async openTab(current: boolean, opener?: CallerKey): Promise<Tab> {
    const page = await this.#newPage();
    return this.tabs.add((id) => this.#events.make(id, page, opener), current);
  }

  /** Has a tab show its page, or, when it is about to go `elsewhere`, be ready for that. Fails with `page-lost`, and as the browser does. */
  ready(tab: Tab, elsewhere: boolean): Promise<void> {
    return this.#loaded.ready(tab, elsewhere);
  }

  /** Asks the pages that answer at once for their titles: of documents that are new, or of all. */
  learnTitles(all = false): Promise<void> {
    return this.#titles.learn(this.tabs.list(), all);
  }

  /** Milliseconds since it was used. */
  get idle(): number {
    return this.#services.clock.elapsed() - this.#usedAt;
  }

  /** As it is now, to be written down. */
  saved(): Omit<SavedSession, 'state' | 'gone'> {
    const tabs = this.tabs.list().map(savedTab);
    return { name: this.name, root: this.root, current: this.tabs.current, tabs };
  }

  /** The last one leaves a blank tab in its place, which is returned. */
  async closeTab(id: number): Promise<Tab | null> {
    const tab = this.tabs.get(id);
    this.tabs.remove(id);
    tab.queue.refuse(new BrowseError('tab-gone', { tab: id, reason: 'it was closed' }));
    if (tab.dialogs.open) await tab.dialogs.answer(tab.dialogs.open.kind === 'beforeunload' ? 'accept' : 'dismiss').catch(() => {});
    const blank = this.tabs.size === 0 && this.#browser !== null ? await this.openTab(true) : null;
    const closed = tab.page.close().catch(() => {});
    // A page that hangs closes when its renderer is killed; nobody waits for that.
    await atMost(this.#services.clock, PATIENCE, closed);
    return blank;
  }

  /** What is to be told with an answer; from then on it is known. */
  takeNotices(): readonly Notice[] {
    this.lost = null;
    for (const text of this.#downloads.takeTally(this.name)) tell(this.notices, { kind: 'note', text });
    return this.notices.splice(0);
  }

  async configure(change: { readonly [K in keyof SessionSettings]?: SessionSettings[K] | null }): Promise<void> {
    const merged = Object.fromEntries(
      Object.entries({ ...this.settings(), ...change }).filter(([, value]) => value !== null && value !== undefined),
    );
    await this.#services.settings.setSession(this.name, merged);
  }

  /** Makes what is configured by now count here, in place. Never rejects. */
  async reconfigure(anew: boolean): Promise<Applied> {
    if (this.#browser === null) return { reseated: [], failed: [] };
    const before = this.#configuration.values;
    const { viewport } = await this.#configuration.read(this.root);
    const resized =
      viewport &&
      this.#configuration.ours &&
      this.settings().viewport === undefined &&
      JSON.stringify(viewport) !== JSON.stringify(before.viewport);
    if (resized) for (const { page } of this.tabs.list()) page.setViewport(viewport).catch(() => {});
    return this.#configuration.take(this.#browser, this.#host, { anew });
  }

  async close(): Promise<void> {
    const browser = this.#browser;
    this.#browser = null;
    for (const tab of this.tabs.list()) {
      tab.dialogs.drop();
      tab.queue.refuse(new BrowseError('session-unknown', { session: this.name }));
    }
    if (browser !== null) await this.#host.closeSession(browser);
  }

  /** Fails with `timeout`: a browser may stop answering at any moment. */
  async #newPage(): Promise<Page> {
    if (this.#browser === null) throw new BrowseError('browser-gone', { reason: 'the session has no browser' });
    const bound: TimeLimit = { timeout: OPENING, signal: new AbortController().signal };
    // One that comes at last must not stay as a tab that nobody knows.
    const page = await inTime(this.#services.clock, bound, 'Opening a tab', this.#browser.newPage(), (late) => late.close());
    const { viewport = this.#configuration.values.viewport } = this.settings();
    // The context still has the one that it was made with.
    if (viewport && this.#configuration.ours && viewport !== this.#viewport) await page.setViewport(viewport);
    return page;
  }

  /** A context with its tabs, whole or not at all. Fails with `browser-gone` when the browser dies meanwhile, whatever said so first. */
  async #make(start: SessionStart): Promise<BrowserSession> {
    const kept = this.#fresh ? this.#services.saved.of(this.name) : null;
    if (this.#fresh) this.root = kept?.root ?? start.root();
    const values = await this.#configuration.read(this.root, start.env);
    const deaths = this.#deaths;
    const browser = await openContext(this.#host, this.name, this.settings(), values, start);
    try {
      return await this.#furnish(browser, kept, start);
    } catch (error) {
      if (this.#browser === browser) this.#browser = null;
      this.#host.look();
      if (this.#deaths !== deaths) fail('browser-gone', { reason: 'it ended while the session was opened' });
      browser.close().catch(() => {});
      throw error;
    }
  }

  async #furnish(browser: BrowserSession, kept: KeptSession | null, start: SessionStart): Promise<BrowserSession> {
    const { clock } = this.#services;
    const deaths = this.#deaths;
    const alive = (): void => {
      this.#host.look();
      if (this.#deaths !== deaths) fail('browser-gone', { reason: 'it ended while the session was opened' });
    };
    this.#viewport = this.settings().viewport ?? this.#configuration.values.viewport ?? null;
    await this.#configuration.begin(browser, this.#host);
    const gone = this.#fresh ? await fillContext(browser, kept, start, clock) : [];
    // Nobody is told of the death of a browser in which there is no session yet.
    alive();
    this.#browser = browser;
    this.openedAt ??= clock.elapsed();
    for (const each of this.settings().credentials ?? [])
      for (const secret of secretForms(each)) this.#services.traffic.learn(secret, false);
    await shaped(browser, this.settings());
    alive();
    browser.onTraffic(
      this.#services.traffic.listener(
        this.name,
        (page) => this.#events.idOf(page),
        () => this.settings().har?.since ?? null,
      ),
    );
    const before = this.tabs.list().map(savedTab);
    const told = this.notices.length;
    browser.onPage((page, opener) => this.#popup(page, opener));
    // A browser that was joined has tabs already: nobody opened them now.
    this.notices.length = told;
    for (const text of this.#configuration.takeNotes()) tell(this.notices, { kind: 'note', text });
    if (before.length > 0) this.#reopen(before);
    else if (kept !== null) {
      const text = restoreTabs(this.tabs, this.#loaded, { kept, lost: gone, goes: start.goes === true });
      if (text !== null) tell(this.notices, { kind: 'note', text });
    } else await this.openTab(true);
    this.#fresh = false;
    this.#services.saved.restored(this.name);
    return browser;
  }

  /** The tabs that were there when the browser died. */
  #reopen(before: readonly SavedTab[]): void {
    const reason = this.#lost ?? 'it ended';
    this.#lost = null;
    const current = this.tabs.current;
    for (const tab of before) {
      // It goes on numbering, so that an old ref never comes to mean another element unseen.
      const { refs } = this.tabs.get(tab.id);
      this.tabs.addAs(tab.id, () => this.#loaded.standIn(tab.id, tab, 'the browser was gone', refs), tab.id === current);
    }
    const tabs = before.length === 1 ? 'its tab was' : `its ${before.length} tabs were`;
    tell(this.notices, { kind: 'note', text: `The browser was gone (${reason}); ${tabs} opened again and earlier refs are gone` });
  }

  /** The page closed by itself. */
  #closed(tab: Tab): void {
    tab.dialogs.drop();
    if (this.#browser === null || !this.tabs.has(tab.id) || this.tabs.get(tab.id) !== tab) return;
    const current = this.tabs.current === tab.id;
    this.tabs.remove(tab.id);
    tab.queue.refuse(new BrowseError('tab-gone', { tab: tab.id, reason: 'it was closed' }));
    if (current) this.lost = tab;
    tell(this.notices, {
      kind: 'note',
      text: `Tab ${tab.id} closed itself${current && this.tabs.current !== null ? `; tab ${this.tabs.current} is the current one now` : ''}`,
    });
    if (this.tabs.size === 0) this.openTab(true).catch(() => {});
  }

  /** What a client opened and left is closed, once nobody is there who may have opened it; not a tab that was made the current one. */
  guestLeft(guest: number): void {
    for (const [id, makers] of this.#guests) {
      makers.delete(guest);
      if (makers.size > 0) continue;
      this.#guests.delete(id);
      if (!this.tabs.has(id) || this.tabs.current === id) continue;
      tell(this.notices, { kind: 'note', text: `Tab ${id} was closed: the program that opened it has left` });
      this.closeTab(id).catch(() => {});
    }
  }

  #popup(page: Page, opener: Page | null): void {
    const from = this.tabs.list().find((each) => each.page === opener);
    const tab = this.tabs.add((id) => this.#events.make(id, page, from?.audience.actor), false);
    tab.audience.popup();
    const guests = opener === null ? this.#host.guests() : [];
    if (guests.length > 0) this.#guests.set(tab.id, new Set(guests));
    tell(from?.notices ?? this.notices, { kind: 'tab', tab: tab.id, url: page.url() });
  }
}
