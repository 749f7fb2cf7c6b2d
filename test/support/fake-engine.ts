import type { Capture, Documents, Identity, FieldFacts } from '../../browse/domain/snapshot/tree.ts';
import type { TrafficListener } from '../../browse/domain/traffic/ports.ts';
import type { RouteRule } from '../../browse/domain/traffic/shaping.ts';
import { withoutSecrets } from '../../browse/domain/pool.ts';
import type { JoinOptions, SharePlace } from '../../browse/domain/pool.ts';
import type { BrowserKind } from '../../browse/protocol/pool.ts';
import { deferred } from '../../browse/base/deferred.ts';
import { BrowseError, fail } from '../../browse/protocol/errors.ts';
import type { TimeLimit } from '../../browse/domain/ports/machine.ts';
import type {
  ActLimit,
  Acted,
  Dialog,
  DragEnd,
  Dragged,
  DragHow,
  FilledField,
  Matches,
  Page,
  PageEvent,
  PressedKeys,
  Scrolled,
  TypedText,
  TypedCount,
} from '../../browse/domain/ports/page.ts';
import type {
  Browser,
  BrowserOptions,
  BrowserSession,
  Cookie,
  Credentials,
  Engine,
  SessionOptions,
} from '../../browse/domain/ports/browser.ts';

/** An element of a fake page. `selectors` are the words that find it. */
export type FakeElement = {
  readonly role: string;
  name: string;
  readonly selectors?: readonly string[];
  value?: string;
  checked?: boolean;
  secret?: boolean;
  readonly onClick?: (page: FakePage) => void | Promise<void>;
};

/** What a URL shows. */
export type FakeSite = Readonly<
  Record<
    string,
    {
      readonly title?: string;
      readonly status?: number;
      readonly elements?: () => FakeElement[];
      readonly onLoad?: (page: FakePage) => void | Promise<void>;
    }
  >
>;

let documents = 0;

/** Runs until the bound ends it: what a page that never answers does. */
async function bounded<T>(what: string, bound: TimeLimit, work: Promise<T>): Promise<T> {
  const ended = deferred<never>();
  const leave = (): void => ended.reject(new BrowseError('interrupted', { command: what, outcome: 'may have run' }));
  bound.signal.addEventListener('abort', leave, { once: true });
  const timer = setTimeout(() => ended.reject(new BrowseError('timeout', { what, ms: Math.round(bound.timeout) })), bound.timeout);
  try {
    return await Promise.race([work, ended.promise]);
  } finally {
    clearTimeout(timer);
    bound.signal.removeEventListener('abort', leave);
  }
}

/** As by a page that begins with what it is sent and has not answered. */
function taken({ facts }: ActLimit): void {
  if (facts) Object.assign(facts, { sent: true, reached: 'part' });
}

export class FakePage implements Page {
  readonly session: FakeSession;
  elements: FakeElement[] = [];
  /** Every act that reached the page, in words. */
  readonly acts: string[] = [];
  /** Code → what evaluating it does. */
  readonly scripts = new Map<string, () => unknown>();
  closed = false;
  #url = 'about:blank';
  #title = '';
  #document = `d${++documents}`;
  #documents = 1;
  #history: string[] = ['about:blank'];
  #at = 0;
  #hung = deferred<void>();
  #isHung = false;
  readonly #listeners: ((event: PageEvent) => void)[] = [];

  constructor(session: FakeSession) {
    this.session = session;
  }

  guestName(): string {
    return `page@${this.#document}`;
  }

  /** From now on nothing that asks the page answers, until `wake`. */
  hang(): void {
    this.#isHung = true;
    this.#hung = deferred();
  }

  wake(): void {
    this.#isHung = false;
    this.#hung.resolve();
  }

  emit(event: PageEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Opens a dialog; resolves with the answer. */
  ask(kind: Dialog['kind'], message: string): Promise<string | boolean> {
    const answer = deferred<string | boolean>();
    this.emit({
      kind: 'dialog',
      dialog: {
        kind,
        message,
        defaultValue: '',
        accept: async (text) => answer.resolve(text ?? true),
        dismiss: async () => answer.resolve(false),
      },
    });
    return answer.promise;
  }

  url(): string {
    return this.#url;
  }

  documents(): number {
    return this.#documents;
  }

  async #answering<T>(what: string, bound: TimeLimit, work: () => T | Promise<T>): Promise<T> {
    if (this.closed) fail('page-closed', { url: this.#url });
    if (this.#isHung) await bounded(what, bound, this.#hung.promise);
    // It may have closed meanwhile.
    if (this.closed) fail('page-closed', { url: this.#url });
    return bounded(what, bound, Promise.resolve().then(work));
  }

  title(bound: TimeLimit): Promise<string> {
    return this.#answering('title', bound, () => this.#title);
  }

  responds(bound: TimeLimit): Promise<boolean> {
    return this.#answering('responds', bound, () => true).catch(() => false);
  }

  onEvent(listener: (event: PageEvent) => void): void {
    this.#listeners.push(listener);
  }

  async #load(url: string, bound: TimeLimit): Promise<{ url: string; status: number | null }> {
    const shown = this.session.site[url] ?? (url === 'about:blank' || url.startsWith('data:') ? {} : null);
    if (shown === null) return fail('navigation-failed', { url, reason: 'the host name does not resolve' });
    this.#document = `d${++documents}`;
    this.#documents += 1;
    this.#url = url;
    this.#title = shown.title ?? '';
    this.elements = shown.elements?.() ?? [];
    this.emit({ kind: 'navigated', url, document: true, posted: false });
    await bounded('goto', bound, Promise.resolve(shown.onLoad?.(this)));
    return { url, status: url.startsWith('http') ? (shown.status ?? 200) : null };
  }

  goto(url: string, _wait: unknown, bound: TimeLimit): Promise<{ url: string; status: number | null }> {
    return this.#answering('goto', bound, async () => {
      const went = await this.#load(url, bound);
      this.#history = [...this.#history.slice(0, this.#at + 1), url];
      this.#at = this.#history.length - 1;
      return went;
    });
  }

  async history(direction: 'back' | 'forward', _wait: unknown, bound: TimeLimit): Promise<{ url: string } | null> {
    const to = this.#history[this.#at + (direction === 'back' ? -1 : 1)];
    if (to === undefined) return null;
    this.#at += direction === 'back' ? -1 : 1;
    const { url } = await this.#load(to, bound);
    return { url };
  }

  reload(_options: unknown, _wait: unknown, bound: TimeLimit): Promise<{ url: string; status: number | null }> {
    return this.#answering('reload', bound, () => this.#load(this.#url, bound));
  }

  #identity(element: FakeElement): Identity {
    return { pin: { document: this.#document, index: this.elements.indexOf(element) }, role: element.role, name: element.name, twin: null };
  }

  #alive(): Documents {
    return { main: this.#document, living: [this.#document], gone: [] };
  }

  capture(options: { readonly interactive: boolean }, bound: TimeLimit): Promise<Capture> {
    return this.#answering('capture', bound, () => ({
      documents: this.#alive(),
      url: this.#url,
      title: this.#title,
      loading: false,
      nodes: this.elements
        .filter(({ role }) => !options.interactive || role !== 'paragraph')
        .map((element) => ({
          depth: 0,
          role: element.role,
          name: element.name,
          identity: this.#identity(element),
          states: element.checked ? ['checked'] : [],
          value: element.secret ? '••••' : (element.value ?? null),
          interactive: element.role !== 'paragraph',
          notable: false,
        })),
    }));
  }

  query(selector: string, limit: number, bound: TimeLimit): Promise<Matches> {
    return this.#answering('query', bound, () => {
      if (selector.includes('!!')) fail('selector-invalid', { selector, reason: 'unexpected "!!"' });
      const matching = this.elements.filter(({ role, selectors }) => role === selector || selectors?.includes(selector));
      return {
        count: matching.length,
        documents: this.#alive(),
        found: matching.slice(0, limit).map((element) => ({ identity: this.#identity(element), visible: true })),
      };
    });
  }

  #element(target: Identity): FakeElement {
    const stale = (reason: string): never => fail('ref-stale', { ref: '', role: target.role, name: target.name, reason });
    if (target.pin.document !== this.#document) return stale('the page navigated');
    const element = this.elements[target.pin.index];
    if (!element) return stale('the element left the page');
    if (element.name !== target.name) return stale(`its name is now ${JSON.stringify(element.name)}`);
    return element;
  }

  #act(what: string, target: Identity, bound: TimeLimit, work: (element: FakeElement) => unknown): Promise<Acted> {
    taken(bound);
    return this.#answering(what, bound, async () => {
      const element = this.#element(target);
      this.acts.push(`${what} ${element.name}`);
      const { role, name } = element;
      await work(element);
      return { role, name, url: this.#url };
    });
  }

  click(target: Identity, _act: unknown, bound: TimeLimit): Promise<Acted> {
    return this.#act('click', target, bound, (element) => element.onClick?.(this));
  }

  hover(target: Identity, _options: unknown, bound: TimeLimit): Promise<Acted> {
    return this.#act('hover', target, bound, () => {});
  }

  async fill(target: Identity, value: string, bound: TimeLimit): Promise<FilledField> {
    const acted = await this.#act('fill', target, bound, (element) => (element.value = value));
    const secret = this.#element(target).secret ?? false;
    return { ...acted, value: secret ? null : value, altered: false, secret, marks: [] };
  }

  async select(target: Identity, values: readonly string[], bound: TimeLimit): Promise<Acted & { selected: readonly string[] }> {
    return { ...(await this.#act('select', target, bound, (element) => (element.value = values[0] ?? ''))), selected: values };
  }

  setChecked(target: Identity, checked: boolean, bound: TimeLimit): Promise<Acted> {
    return this.#act('check', target, bound, (element) => (element.checked = checked));
  }

  upload(target: Identity, files: readonly string[], bound: TimeLimit): Promise<Acted> {
    return this.#act(`upload ${files.length}`, target, bound, () => {});
  }

  type(text: string, bound: TimeLimit): Promise<FieldFacts & TypedText> {
    taken(bound);
    return this.#answering('type', bound, () => {
      this.acts.push(`type ${text}`);
      return { typed: text.length, total: text.length, url: this.#url, field: null, secret: false, marks: [] };
    });
  }

  press(key: string, bound: TimeLimit): Promise<FieldFacts & PressedKeys> {
    taken(bound);
    return this.#answering('press', bound, () => {
      this.acts.push(`press ${key}`);
      return { url: this.#url, held: null, field: null, secret: false, marks: [] };
    });
  }

  async append(target: Identity, text: string, bound: TimeLimit): Promise<Acted & FieldFacts & TypedCount> {
    return {
      ...(await this.#act('append', target, bound, (element) => (element.value = (element.value ?? '') + text))),
      typed: text.length,
      total: text.length,
      secret: false,
      marks: [],
    };
  }

  text(target: Identity | null, bound: TimeLimit): Promise<string> {
    return this.#answering('text', bound, () => (target ? this.#element(target).name : this.elements.map(({ name }) => name).join('\n')));
  }

  loading(bound: TimeLimit): Promise<boolean> {
    return this.#answering('loading', bound, () => false);
  }

  html(target: Identity | null, bound: TimeLimit): Promise<string> {
    return this.#answering('html', bound, () => (target ? `<i>${this.#element(target).name}</i>` : '<html></html>'));
  }

  attributes(target: Identity, bound: TimeLimit): Promise<Readonly<Record<string, string>>> {
    return this.#answering('attributes', bound, () => ({ role: this.#element(target).role }));
  }

  style(target: Identity, property: string, bound: TimeLimit): Promise<string> {
    return this.#answering('style', bound, () => (this.#element(target), `${property}-value`));
  }

  is(target: Identity, check: string, bound: TimeLimit): Promise<boolean> {
    return this.#answering('is', bound, () => {
      const element = this.#element(target);
      return check === 'checked' ? (element.checked ?? false) : check !== 'hidden' && check !== 'disabled';
    });
  }

  matching({ source, flags }: { source: string; flags: string }, texts: readonly string[], bound: TimeLimit): Promise<readonly boolean[]> {
    return this.#answering('find', bound, () => texts.map((text) => new RegExp(source, flags).test(text)));
  }

  annotate(marks: readonly { label: string }[], path: string, bound: TimeLimit): Promise<void> {
    return this.#answering('screenshot', bound, () => void this.acts.push(`annotate ${path} ${marks.map(({ label }) => label).join()}`));
  }

  async enterFrame(): Promise<null> {
    return null;
  }

  frame(): null {
    return null;
  }

  async framePath(): Promise<readonly []> {
    return [];
  }

  focus(target: Identity, bound: TimeLimit): Promise<Acted> {
    return this.#act('focus', target, bound, () => {});
  }

  async drag({ identity: from }: DragEnd, { identity: to }: DragEnd, _: DragHow, bound: TimeLimit): Promise<Dragged> {
    this.#element(to);
    return { ...(await this.#act('drag', from, bound, () => {})), unchanged: false };
  }

  value(target: Identity, bound: TimeLimit): Promise<string | null> {
    return this.#answering('value', bound, () => {
      const { value, secret } = this.#element(target);
      return value === undefined ? null : secret ? '••••' : value;
    });
  }

  scroll(target: Identity | null, _how: unknown, bound: TimeLimit): Promise<Scrolled> {
    return this.#answering('scroll', bound, () => {
      if (target) this.#element(target);
      return { moved: 0, at: 0, most: 0 };
    });
  }

  async box(): Promise<null> {
    return null;
  }

  /** Runs the first of `scripts` whose key is in the source. */
  evaluate(source: string, _target: unknown, bound: TimeLimit): Promise<unknown> {
    taken(bound);
    return this.#answering('evaluate', bound, () => {
      const script = [...this.scripts].find(([key]) => source.includes(key))?.[1];
      if (!script) return fail('script-failed', { message: 'ReferenceError: nothing is known of this' });
      return script();
    });
  }

  async screenshot(target: Identity | null): Promise<void> {
    if (target) this.#element(target);
  }

  async waitForLoad(): Promise<void> {}

  async waitForUrl(): Promise<string> {
    return this.#url;
  }

  waitForText(text: string, bound: TimeLimit): Promise<void> {
    return this.#until('text', bound, () => this.elements.some(({ name }) => name.includes(text)));
  }

  async waitForFunction(): Promise<void> {}

  waitForSelector(selector: string, state: 'visible' | 'hidden', bound: TimeLimit): Promise<void> {
    return this.#until(
      selector,
      bound,
      () => this.elements.some(({ selectors }) => selectors?.includes(selector)) === (state === 'visible'),
    );
  }

  async #until(what: string, bound: TimeLimit, true_: () => boolean): Promise<void> {
    if (!true_()) await bounded(`Waiting for ${what}`, bound, new Promise(() => {}));
  }

  async setViewport(): Promise<void> {}
  async bringToFront(): Promise<void> {}

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.emit({ kind: 'closed' });
  }
}

export class FakeSession implements BrowserSession {
  readonly site: FakeSite;
  readonly options: SessionOptions;
  readonly pages: FakePage[] = [];
  closed = false;
  userAgent: string | null;
  #cookies: Cookie[] = [];
  readonly #listeners: ((page: Page, opener: Page | null) => void)[] = [];

  constructor(site: FakeSite, options: SessionOptions) {
    this.site = site;
    this.options = options;
    this.userAgent = options.userAgent;
  }

  async newPage(): Promise<FakePage> {
    const page = new FakePage(this);
    this.pages.push(page);
    return page;
  }

  /** What `window.open` does. */
  async popup(opener: FakePage | null, url: string): Promise<FakePage> {
    const page = await this.newPage();
    await page.goto(url, 'load', { timeout: 1000, signal: new AbortController().signal });
    for (const listener of this.#listeners) listener(page, opener);
    return page;
  }

  onPage(listener: (page: Page, opener: Page | null) => void): void {
    this.#listeners.push(listener);
  }

  /** What a page does on the network, as tests say it. */
  traffic: TrafficListener | null = null;

  onTraffic(listener: TrafficListener): void {
    this.traffic = listener;
  }

  async cookies(): Promise<readonly Cookie[]> {
    return this.#cookies;
  }

  async setCookie({ name, value, url }: { name: string; value: string; url: string }): Promise<void> {
    this.#cookies = [
      ...this.#cookies.filter((each) => each.name !== name),
      { name, value, domain: new URL(url).hostname, path: '/', expires: -1, httpOnly: false, secure: false, sameSite: 'Lax' },
    ];
  }

  async allowFiles(): Promise<void> {}

  async setUserAgent(userAgent: string | null): Promise<void> {
    this.userAgent = userAgent;
  }

  async setHeaders(): Promise<void> {}

  /** As they were set last. */
  credentials: readonly Credentials[] = [];

  async setCredentials(credentials: readonly Credentials[]): Promise<void> {
    this.credentials = credentials;
  }

  /** As they were set last. */
  routes: readonly RouteRule[] = [];

  async setRoutes(rules: readonly RouteRule[]): Promise<void> {
    this.routes = rules;
  }

  async setNetwork(): Promise<void> {}

  async saveState(): Promise<{ state: unknown; lost: readonly string[] }> {
    return { state: { cookies: this.#cookies }, lost: [] };
  }

  async restoreState(state: unknown): Promise<void> {
    this.#cookies = (state as { cookies: Cookie[] }).cookies;
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const page of this.pages) page.closed = true;
  }
}

export class FakeBrowser implements Browser {
  readonly pid: number;
  readonly name = 'fake';
  readonly version = '1';
  readonly kind: BrowserKind;
  readonly headless: boolean;
  readonly cdpEndpoint: string | null;
  readonly single: boolean;
  readonly endpoint: string | null;
  /** How it was joined. */
  readonly asked: JoinOptions | null;
  readonly sandbox = { on: true, reason: null };
  readonly sessions: FakeSession[] = [];
  closed = false;
  readonly #site: FakeSite;
  readonly #crash: (() => void)[] = [];

  /** `pid` from 4242 on. */
  constructor(
    site: FakeSite,
    { headless, spawn, cdpPort = null }: Pick<BrowserOptions, 'headless' | 'spawn' | 'cdpPort'>,
    pid: number,
    joined: JoinOptions | null = null,
  ) {
    this.pid = pid;
    this.#site = site;
    this.headless = headless;
    this.kind = spawn?.kind ?? 'chromium';
    this.asked = joined;
    this.endpoint = joined === null ? null : withoutSecrets(joined.endpoint);
    this.single = joined === null ? Boolean(spawn?.profile) : joined.grid === null && !joined.endpoint.startsWith('ws://');
    const port = spawn?.port ?? cdpPort;
    this.asked = joined;
    this.endpoint = joined === null ? null : withoutSecrets(joined.endpoint);
    this.single = joined === null ? Boolean(spawn?.profile) : joined.grid === null && !joined.endpoint.startsWith('ws://');
    this.cdpEndpoint = port !== null && this.kind !== 'firefox' && this.kind !== 'webkit' ? `http://127.0.0.1:${port}` : null;
  }

  async newSession(options: SessionOptions): Promise<FakeSession> {
    const session = new FakeSession(this.#site, options);
    this.sessions.push(session);
    if (this.dies)
      session.restoreState = async () => {
        this.crash();
        fail('browser-gone', { reason: 'the browser ended' });
      };
    return session;
  }

  /** As soon as cookies and storage are put back. */
  dies = false;

  /** Where it was shared. */
  place: SharePlace | null = null;
  joined: number[] = [];
  readonly #left: ((guest: number) => void)[] = [];

  async share(place: SharePlace): Promise<void> {
    this.place ??= place;
  }

  guests(): readonly number[] {
    return this.joined;
  }

  guestPage(): null {
    return null;
  }

  onGuestLeft(listener: (guest: number) => void): void {
    this.#left.push(listener);
  }

  /** What the end of a client does. */
  leave(guest: number): void {
    this.joined = this.joined.filter((each) => each !== guest);
    for (const listener of this.#left) listener(guest);
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const session of this.sessions) await session.close();
  }

  onCrash(listener: () => void): void {
    this.#crash.push(listener);
  }

  /** What kill -9 of the process does. */
  crash(): void {
    for (const session of this.sessions)
      for (const page of session.pages) {
        page.closed = true;
        page.wake();
      }
    for (const listener of this.#crash) listener();
  }
}

/** An engine whose browsers show `site`. `deaths`: so many of the first browsers die when a session is restored in them. */
export function fakeEngine(site: FakeSite, deaths = 0): Engine & { readonly launched: readonly FakeBrowser[] } {
  const launched: FakeBrowser[] = [];
  return {
    launched,
    async launch(options) {
      const browser = new FakeBrowser(site, options, 4242 + launched.length);
      browser.dies = launched.length < deaths;
      launched.push(browser);
      return browser;
    },
    async join(options) {
      const port = Number(new URL(options.endpoint).port);
      const spawn = { kind: null, port, profile: null, proxy: null, executable: null, args: [] };
      const browser = new FakeBrowser(site, { headless: false, spawn }, 4242 + launched.length, options);
      launched.push(browser);
      return browser;
    },
  };
}
