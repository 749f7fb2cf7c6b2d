/**
 * A session while it lives: its context in the browser, its tabs, and what its pages do on their own.
 * Knows nothing of commands and replies.
 *
 *   unmade ──first use──► open ──browser died──► lost ──next use──► open (tabs again under their numbers, refs gone)
 */
import { oneLine } from '../../base/escape.ts';
import { folderOf } from '../../domain/address.ts';
import type { Applied } from '../../domain/configuration/ports.ts';
import type { BrowserHost, Services, SessionStart } from '../ports.ts';
import type { SessionSettings } from '../../domain/session.ts';
import { TabDialogs } from '../../domain/tabs/dialog.ts';
import { TabQueue } from '../../domain/tabs/queue.ts';
import { Tabs } from '../../domain/tabs/registry.ts';
import type { Notice, Tab } from '../../domain/tabs/tab.ts';
import { RefTable } from '../../domain/snapshot/refs.ts';
import { boundedEvent } from '../../domain/traffic/entry.ts';
import { secretForms } from '../../domain/credentials.ts';
import { BrowseError, fail } from '../../protocol/errors.ts';
import { atMost, inTime } from '../../domain/timeouts.ts';
import { dialogText } from '../../domain/tabs/notice-text.ts';
import { OPENING, openContext, shaped } from './opening.ts';
import { SessionConfiguration } from './session-configuration.ts';
import type { TimeLimit } from '../../domain/ports/machine.ts';
import type { Page, PageEvent, Viewport } from '../../domain/ports/page.ts';
import type { BrowserSession } from '../../domain/ports/browser.ts';

/** How much is kept of what nobody has been told yet: a page could go on for ever. */
const UNTOLD = 50;
/** Milliseconds that a page may take to close, or to commit when it is opened again. */
const PATIENCE = 500;

const floodNote = ({ id, page }: Tab): string =>
  `Tab ${id} (${oneLine(page.url())}) floods its console, which is no longer read until the page navigates`;

export class Session {
  readonly name: string;
  readonly tabs = new Tabs<Tab>();
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
  /** The one that its context was made with. */
  #viewport: Viewport | null = null;
  /** Tabs by page, closed ones too: their last rows may come later. */
  readonly #ids = new WeakMap<Page, number>();
  /** Tabs that another client opened: who may have been it. */
  readonly #guests = new Map<number, Set<number>>();

  /** `host` has the browser that it is to live in. */
  constructor(name: string, services: Services, host: BrowserHost) {
    this.name = name;
    this.#services = services;
    this.#host = host;
    this.#configuration = new SessionConfiguration(name, services);
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
    if (this.#browser !== null) {
      if (start.headed === true && this.#host.facts()?.headless === true) {
        fail('usage', { problem: '--headed is for the start of the browser, and it runs without a window already', hint: 'browse stop' });
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
    if (this.#browser === null) return;
    this.#browser = null;
    this.losses += 1;
    this.#lost = reason;
    for (const tab of this.tabs.list()) {
      tab.dialogs.drop();
      tab.queue.refuse(new BrowseError('browser-gone', { reason }));
    }
  }

  async openTab(current: boolean): Promise<Tab> {
    const page = await this.#newPage();
    return this.tabs.add((id) => this.#adopt(id, page), current);
  }

  /** Opens a tab under a number it had before. */
  async reopenTab(id: number, url: string, current: boolean): Promise<string | null> {
    if (this.#browser === null) return `tab ${id}`;
    const page = await this.#newPage();
    const before = this.tabs.has(id) ? this.tabs.get(id).page : null;
    this.tabs.addAs(id, () => this.#adopt(id, page), current);
    before?.close().catch(() => {});
    if (url === 'about:blank') return null;
    const folder = folderOf(url);
    if (folder !== null) await this.#browser.allowFiles([folder]);
    const bound: TimeLimit = { timeout: PATIENCE, signal: new AbortController().signal };
    // A slow page goes on loading by itself: only what cannot be opened at all is lost.
    return page.goto(url, 'commit', bound).then(
      () => null,
      (error: unknown) => (error instanceof BrowseError && error.code === 'timeout' ? null : `tab ${id} (${url})`),
    );
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

  async #make(start: SessionStart): Promise<BrowserSession> {
    const { clock } = this.#services;
    if (this.openedAt === null) this.root = start.root();
    const browser = await openContext(this.#host, this.name, this.settings(), await this.#configuration.read(this.root), start);
    this.#viewport = this.settings().viewport ?? this.#configuration.values.viewport ?? null;
    await this.#configuration.begin(browser, this.#host);
    this.#browser = browser;
    this.openedAt ??= clock.elapsed();
    for (const each of this.settings().credentials ?? [])
      for (const secret of secretForms(each)) this.#services.traffic.learn(secret, false);
    await shaped(browser, this.settings());
    browser.onTraffic(this.#services.traffic.listener(this.name, (page) => this.#ids.get(page) ?? null));
    const before = this.tabs.list().map((tab) => ({ id: tab.id, url: tab.page.url() }));
    const told = this.notices.length;
    browser.onPage((page, opener) => this.#popup(page, opener));
    // A browser that was joined has tabs already: nobody opened them now.
    this.notices.length = told;
    for (const text of this.#configuration.takeNotes()) tell(this.notices, { kind: 'note', text });
    if (before.length === 0) {
      await this.openTab(true);
      return browser;
    }
    const current = this.tabs.current;
    const lost = await Promise.all(before.map(({ id, url }) => this.reopenTab(id, url, id === current)));
    const failed = lost.filter((each) => each !== null);
    const reason = this.#lost ?? 'it ended';
    this.#lost = null;
    const tabs = before.length === 1 ? 'its tab was' : `its ${before.length} tabs were`;
    tell(this.notices, { kind: 'note', text: `The browser was gone (${reason}); ${tabs} opened again and earlier refs are gone` });
    if (failed.length > 0) tell(this.notices, { kind: 'note', text: `Could not be opened again: ${failed.join(', ')}` });
    return browser;
  }

  #adopt(id: number, page: Page): Tab {
    const { clock } = this.#services;
    this.#ids.set(page, id);
    const tab: Tab = {
      id,
      page,
      refs: new RefTable(),
      queue: new TabQueue(id, clock),
      dialogs: new TabDialogs(clock),
      notices: [],
      downloads: new Map(),
      seen: new Map(),
      title: '',
    };
    tab.dialogs.listen((told) => {
      tell(tab.notices, { kind: 'dialog', dialog: told });
      if (told.outcome === 'open') tab.queue.refuse(new BrowseError('dialog-open', { tab: id, dialog: dialogText(told) }));
    });
    page.onEvent((event) => this.#happened(tab, event));
    return tab;
  }

  #happened(tab: Tab, event: PageEvent): void {
    switch (event.kind) {
      case 'dialog':
        this.#note('dialog', tab, event.dialog.kind, event.dialog.message);
        tab.dialogs.meet(event.dialog, this.settings().onDialog ?? 'ask');
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
        else this.#closed(tab);
        return;
      case 'flood':
        tell(this.notices, { kind: 'note', text: floodNote(tab) });
        return;
      case 'navigated':
    }
  }

  #download(tab: Tab, event: Extract<PageEvent, { kind: 'download' }>): void {
    const name =
      event.suggestedName
        .replace(/[^\w.-]+/g, '_')
        .replace(/^\.+/, '')
        .slice(-100) || 'download';
    const path = `${this.#services.paths.artifacts}/${this.#services.random(6)}-${name}`;
    const notice: Extract<Notice, { kind: 'download' }> = { kind: 'download', name: event.suggestedName, path, state: 'under way' };
    tell(tab.notices, notice);
    this.#note('download', tab, 'info', `${event.suggestedName} from ${event.url}`);
    const ended = (state: 'saved' | { readonly failed: string }): void => {
      const told = !tab.notices.includes(notice);
      notice.state = state;
      // It was told of as under way: what became of it is told too.
      if (told) tell(tab.notices, { ...notice });
      tab.downloads.delete(notice);
    };
    const saving = event.save(path).then(
      () => ended('saved'),
      (error: unknown) => ended({ failed: oneLine(error instanceof Error ? error.message : String(error)) }),
    );
    tab.downloads.set(notice, saving);
  }

  #note(kind: 'dialog' | 'download', tab: Tab, level: string, text: string): void {
    const { traffic, clock } = this.#services;
    const said = { kind, level, text, at: clock.now(), url: tab.page.url(), line: null, column: null, detail: [] };
    traffic.note(boundedEvent(said), this.name, tab.id, null);
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
    const tab = this.tabs.add((id) => this.#adopt(id, page), false);
    const from = this.tabs.list().find((each) => each.page === opener);
    const guests = opener === null ? this.#host.guests() : [];
    if (guests.length > 0) this.#guests.set(tab.id, new Set(guests));
    tell(from?.notices ?? this.notices, { kind: 'tab', tab: tab.id, url: page.url() });
  }
}

/** Adds to what the next answer tells; the oldest gives way. */
function tell(notices: Notice[], notice: Notice): void {
  notices.push(notice);
  if (notices.length > UNTOLD) notices.shift();
}
