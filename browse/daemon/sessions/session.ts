/**
 * A session while it lives: its context in the browser, its tabs, and what its pages do on their own.
 * Knows nothing of commands and replies.
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
import type { Away, Opening, SessionContext, SessionState } from './session-state.ts';
import type { Downloads } from './downloads.ts';
import { Popups } from './popups.ts';
import { TabEvents, tell } from './tab-events.ts';
import { TabTitles } from './tab-titles.ts';
import type { TimeLimit } from '../../domain/ports/machine.ts';
import type { Page } from '../../domain/ports/page.ts';
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
  #state: SessionState = { at: 'away', fresh: true, reason: null };
  readonly #events: TabEvents;
  readonly #downloads: Downloads;
  readonly #loaded: LoadedTabs;
  /** Monotonic milliseconds of its last use. */
  #usedAt: number;
  readonly #titles = new TabTitles();
  /** Pages that no command of this session opened. */
  readonly popups: Popups;

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
    this.popups = new Popups({
      tabs: this.tabs,
      notices: this.notices,
      guests: () => host.guests(),
      ours: () => this.#configuration.ours,
      headless: () => host.facts()?.headless === true,
      make: (id, page, opener) => this.#events.make(id, page, opener),
      close: (id) => this.closeTab(id),
    });
    this.#loaded = new LoadedTabs({
      clock,
      events: this.#events,
      newPage: () => this.#newPage(),
      allowFiles: async (folder) => this.browser?.allowFiles([folder]),
      tell: (text) => tell(this.notices, { kind: 'note', text }),
    });
  }

  /** Its context when it has one. */
  get browser(): BrowserSession | null {
    return this.#context?.browser ?? null;
  }

  get #context(): SessionContext | null {
    return this.#state.at === 'away' ? null : this.#state.context;
  }

  settings(): SessionSettings {
    return this.#services.settings.session(this.name);
  }

  /** Opens the context, or opens it again after its browser died. Every caller waits for the same opening. */
  async open(start: SessionStart, signal: AbortSignal): Promise<BrowserSession> {
    this.#host.look();
    this.#usedAt = this.#services.clock.elapsed();
    const state = this.#state;
    if (state.at === 'open') {
      if (start.headed === true && this.#host.facts()?.headless === true) {
        fail('usage', {
          problem: '--headed is for the start of the browser, and it runs without a window already',
          hint: 'browse restart --headed --restore',
        });
      }
      return state.context.browser;
    }
    const made = state.at === 'opening' ? state.made : this.#begin(state, start);
    const left = new Promise<never>((_, reject) => {
      signal.addEventListener(
        'abort',
        () => reject(new BrowseError('interrupted', { command: 'opening the session', outcome: 'did not run' })),
        { once: true },
      );
    });
    return Promise.race([made, left]);
  }

  /** The browser died: nothing of it can be used any more. */
  lose(reason: string): void {
    const state = this.#state;
    if (state.at === 'away') return;
    if (state.at === 'opening') {
      state.died = reason;
      if (state.context === null) return;
      state.context = null;
    } else this.#state = { at: 'away', fresh: false, reason };
    this.losses += 1;
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
    const blank = this.tabs.size === 0 && this.#context !== null ? await this.openTab(true) : null;
    const closed = tab.page.close().catch(() => {});
    // A page that hangs closes when its renderer is killed; nobody waits for that.
    await atMost(this.#services.clock, PATIENCE, closed);
    return blank;
  }

  /** What is to be told with an answer; from then on it is known. */
  takeNotices(): readonly Notice[] {
    this.lost = null;
    for (const text of this.#downloads.takeTally(this.name)) tell(this.notices, { kind: 'note', text });
    const closed = this.popups.takeTally();
    if (closed !== null) tell(this.notices, { kind: 'note', text: closed });
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
    const { browser } = this;
    if (browser === null) return { reseated: [], failed: [] };
    const before = this.#configuration.values;
    const { viewport } = await this.#configuration.read(this.root);
    const resized =
      viewport &&
      this.#configuration.ours &&
      this.settings().viewport === undefined &&
      JSON.stringify(viewport) !== JSON.stringify(before.viewport);
    if (resized) for (const { page } of this.tabs.list()) page.setViewport(viewport).catch(() => {});
    return this.#configuration.take(browser, this.#host, { anew });
  }

  async close(): Promise<void> {
    const { browser } = this;
    this.#state = { at: 'away', fresh: false, reason: null };
    for (const tab of this.tabs.list()) {
      tab.dialogs.drop();
      tab.queue.refuse(new BrowseError('session-unknown', { session: this.name }));
    }
    if (browser !== null) await this.#host.closeSession(browser);
  }

  /** Fails with `timeout`: a browser may stop answering at any moment. */
  async #newPage(): Promise<Page> {
    const context = this.#context;
    if (context === null) throw new BrowseError('browser-gone', { reason: 'the session has no browser' });
    const bound: TimeLimit = { timeout: OPENING, signal: new AbortController().signal };
    // One that comes at last must not stay as a tab that nobody knows.
    const page = await inTime(this.#services.clock, bound, 'Opening a tab', context.browser.newPage(), (late) => late.close());
    const { viewport = this.#configuration.values.viewport } = this.settings();
    // The context still has the one that it was made with.
    if (viewport && this.#configuration.ours && viewport !== context.viewport) await page.setViewport(viewport);
    return page;
  }

  #begin(from: Away, start: SessionStart): Promise<BrowserSession> {
    const { promise, resolve, reject } = Promise.withResolvers<BrowserSession>();
    const opening: Opening = { at: 'opening', from, made: promise, context: null, died: null };
    this.#state = opening;
    this.#make(opening, start).then(resolve, reject);
    return promise;
  }

  /** A context with its tabs, whole or not at all. Fails with `browser-gone` when the browser dies meanwhile, whatever said so first. */
  async #make(opening: Opening, start: SessionStart): Promise<BrowserSession> {
    const { from } = opening;
    let browser: BrowserSession | null = null;
    try {
      const kept = from.fresh ? this.#services.saved.of(this.name) : null;
      if (from.fresh) this.root = kept?.root ?? start.root();
      const values = await this.#configuration.read(this.root, start.env);
      browser = await openContext(this.#host, this.name, this.settings(), values, start);
      return await this.#furnish(opening, browser, kept, start);
    } catch (error) {
      if (browser !== null) this.#host.look();
      const { died } = opening;
      if (this.#state === opening) this.#state = { ...from, reason: died ?? from.reason };
      if (browser !== null && died !== null) fail('browser-gone', { reason: 'it ended while the session was opened' });
      browser?.close().catch(() => {});
      throw error;
    }
  }

  async #furnish(opening: Opening, browser: BrowserSession, kept: KeptSession | null, start: SessionStart): Promise<BrowserSession> {
    const { clock } = this.#services;
    const alive = (): void => {
      this.#host.look();
      // A session that is closed meanwhile is not opened behind the back of the command that closed it.
      if (opening.died !== null || this.#state !== opening) fail('browser-gone', { reason: 'it ended while the session was opened' });
    };
    const viewport = this.settings().viewport ?? this.#configuration.values.viewport ?? null;
    await this.#configuration.begin(browser, this.#host);
    const gone = opening.from.fresh ? await fillContext(browser, kept, start, clock) : [];
    // Nobody is told of the death of a browser in which there is no session yet.
    alive();
    const context: SessionContext = { browser, viewport };
    opening.context = context;
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
    browser.onPage((page, opener) => this.popups.adopt(page, opener));
    // A browser that was joined has tabs already: nobody opened them now.
    this.notices.length = told;
    for (const text of this.#configuration.takeNotes()) tell(this.notices, { kind: 'note', text });
    if (before.length > 0) this.#reopen(before, opening.from.reason ?? 'it ended');
    else if (kept !== null) {
      const text = restoreTabs(this.tabs, this.#loaded, { kept, lost: gone, goes: start.goes === true });
      if (text !== null) tell(this.notices, { kind: 'note', text });
    } else await this.openTab(true);
    alive();
    this.#state = { at: 'open', context };
    this.#services.saved.restored(this.name);
    return browser;
  }

  /** The tabs that were there when the browser died. */
  #reopen(before: readonly SavedTab[], reason: string): void {
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
    if (this.#context === null || !this.tabs.has(tab.id) || this.tabs.get(tab.id) !== tab) return;
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
}
