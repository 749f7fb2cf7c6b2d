/**
 * What the tests of a run find: the warm browser, or one that can be started; their own pages only, whatever else is open in it;
 * the tab they are to work on; and, when one fails, a look at its pages. Reaches into Playwright where it offers no other way.
 */
import { existsSync } from 'node:fs';
import type { Browser, BrowserContext, Page, TestInfo } from '@playwright/test';
import type { SpecPlace, SpecWord } from '../../domain/messages/specs.ts';

type Use = (value: unknown) => Promise<void>;
type Fixture = (args: Record<string, unknown>, use: Use, info: Watched) => unknown;
type Fixtures = Record<string, unknown>;
/** The client of Playwright in this process. */
type Client = {
  _allContexts?: () => BrowserContext[];
  _allPages?: () => Page[];
  _defaultLaunchOptions?: Record<string, unknown>;
  readonly _instrumentation: { addListener(listener: { runAfterCreateBrowserContext(context: BrowserContext): Promise<void> }): void };
  readonly chromium: { executablePath(): string };
};
type Watched = TestInfo & { readonly _onDidFinishTestFunctionCallbacks?: Set<() => Promise<void>> };

/** Milliseconds that a look at a page may take. */
const LOOK = 3000;
/** Options of a launch that the warm browser has anyhow, or that are about the wait for it. */
const HARMLESS = ['headless', 'timeout', 'handleSIGINT', 'handleSIGTERM', 'handleSIGHUP', 'tracesDir', 'artifactsDir', 'downloadsPath'];

const send = process.send?.bind(process);
const tell = (word: SpecWord): void => void send?.({ browse: word }, undefined, undefined, () => {});
const told = new Set<string>();
/** Once per process. */
function note(text: string): void {
  if (!told.has(text)) tell({ kind: 'note', text });
  told.add(text);
}

/** `folder` is the `playwright` package. Called before anything of the caller's is loaded. */
export function prepare(folder: string, place: SpecPlace): void {
  const client = require(require.resolve('playwright-core', { paths: [folder] })) as Client;
  const { test } = require(`${folder}/lib/index.js`) as { test: object };
  const own = new Own(client);
  const inside = Object.getOwnPropertySymbols(test).map((symbol) => (test as Record<symbol, unknown>)[symbol])[0];
  for (const { fixtures } of (inside as { fixtures: readonly { fixtures: Fixtures }[] }).fixtures) change(fixtures, place, client, own);
}

/** What the tests of this process made, as opposed to what is open in the browser besides. */
class Own {
  readonly contexts = new WeakSet<BrowserContext>();
  tab: Page | null = null;

  constructor(client: Client) {
    client._instrumentation.addListener({ runAfterCreateBrowserContext: async (context) => void this.contexts.add(context) });
    const all = client._allContexts?.bind(client);
    const has = (context: BrowserContext): boolean => this.contexts.has(context);
    if (all) client._allContexts = () => all().filter(has);
    if (!all) return;
    client._allPages = () => {
      const made = all()
        .filter(has)
        .flatMap((context) => context.pages());
      return this.tab === null || this.tab.isClosed() ? made : [...made, this.tab];
    };
  }

  /** The same, for whoever asks the browser. */
  hideOthers(browser: Browser): void {
    const contexts = browser.contexts.bind(browser);
    browser.contexts = () => contexts().filter((context) => this.contexts.has(context) || context === this.tab?.context());
  }
}

/** Playwright reads the parameters of a fixture from its text. */
const NO_PARAMETERS = '({}) => {}';

/** One with the parameters of another. */
function shaped(fixture: Fixture, like: unknown): Fixture {
  return Object.assign(fixture, { toString: () => String(like) });
}

/** The function in a fixture with options. */
const functionOf = (fixture: unknown): Fixture => (Array.isArray(fixture) ? (fixture[0] as Fixture) : (fixture as Fixture));
const optionsOf = (fixture: unknown): unknown => (Array.isArray(fixture) ? fixture[1] : undefined);

function change(fixtures: Fixtures, place: SpecPlace, client: Client, own: Own): void {
  const set = (name: string, value: unknown): void => {
    const options = optionsOf(fixtures[name]);
    fixtures[name] = options === undefined ? value : [value, options];
  };
  // What a configuration says goes over these.
  if ('trace' in fixtures) set('trace', 'retain-on-failure');
  if ('screenshot' in fixtures) set('screenshot', 'only-on-failure');
  if ('storageState' in fixtures && place.storageState !== null) set('storageState', place.storageState);
  if ('baseURL' in fixtures && place.baseUrl !== null) set('baseURL', process.env['PLAYWRIGHT_TEST_BASE_URL'] ?? place.baseUrl);
  if ('_setupArtifacts' in fixtures)
    fixtures['_browseLook'] = [lookAfter(client, place), { auto: 'all-hooks-included', box: true, timeout: 0 }];
  if ('connectOptions' in fixtures) set('connectOptions', joinsWhenItCan(place));
  if ('browser' in fixtures) set('browser', browserOf(functionOf(fixtures['browser']), place, client, own));
  // One context for all tests would be one for all runs.
  if ('_reuseContext' in fixtures && place.endpoint !== null)
    set(
      '_reuseContext',
      shaped(async (_, use) => use(false), NO_PARAMETERS),
    );
  if (place.tab !== null && place.endpoint !== null && 'page' in fixtures) {
    set('context', async ({ browser }: { browser: Browser }, use: Use) => use(tabIn(browser, place, own).context()));
    set('page', async ({ browser }: { browser: Browser }, use: Use) => use(tabIn(browser, place, own)));
  }
}

function tabIn(browser: Browser, { tab }: SpecPlace, own: Own): Page {
  if (own.tab !== null && !own.tab.isClosed()) return own.tab;
  const all = (Object.getPrototypeOf(browser) as Browser).contexts.call(browser);
  const found = all.flatMap((context) => context.pages()).find((page) => (page as unknown as { _guid: string })._guid === tab);
  if (!found) throw new Error('The tab of this run is gone, or is in another browser');
  own.tab = found;
  return found;
}

/** What a project asks of its browser that the warm one does not have; null when nothing is. */
function elsewhere(args: Record<string, unknown>): string | null {
  const { browserName, headless, channel } = args;
  if (browserName !== 'chromium') return `${String(browserName)} is not the warm browser`;
  if (channel !== undefined && channel !== 'chromium' && channel !== 'chromium-headless-shell')
    return `the configuration asks for the channel ${JSON.stringify(channel)}`;
  if (headless === false) return 'the configuration asks for a window';
  const asked = Object.entries((args['launchOptions'] ?? {}) as Record<string, unknown>)
    .filter(([name, value]) => value !== undefined && !HARMLESS.includes(name) && !(name === 'args' && (value as unknown[]).length === 0))
    .map(([name]) => name)
    .filter((name) => name !== 'channel');
  return asked.length === 0 ? null : `the configuration sets launchOptions.${asked.join(', launchOptions.')}`;
}

function joinsWhenItCan({ endpoint }: SpecPlace): unknown {
  return async (
    { browserName, launchOptions, headless, channel, _optionConnectOptions }: Record<string, unknown>,
    use: Use,
  ): Promise<void> => {
    const env = process.env['PW_TEST_CONNECT_WS_ENDPOINT'];
    if (env !== undefined && env !== '') {
      const headers = process.env['PW_TEST_CONNECT_HEADERS'];
      return use({
        wsEndpoint: env,
        headers: headers === undefined ? undefined : (JSON.parse(headers) as unknown),
        exposeNetwork: process.env['PW_TEST_CONNECT_EXPOSE_NETWORK'],
      });
    }
    if (_optionConnectOptions !== undefined || endpoint === null) return use(_optionConnectOptions);
    const reason = elsewhere({ browserName, launchOptions, headless, channel });
    if (reason === null) return use({ wsEndpoint: endpoint });
    note(`Tests ran in a browser of their own: ${reason}`);
    return use(undefined);
  };
}

function browserOf(original: Fixture, place: SpecPlace, client: Client, own: Own): Fixture {
  return shaped((args, use, info) => {
    const options = client._defaultLaunchOptions ?? {};
    const bare =
      args['connectOptions'] === undefined &&
      args['browserName'] === 'chromium' &&
      options['executablePath'] === undefined &&
      options['channel'] === undefined;
    if (bare && place.executable !== null && !existsSync(client.chromium.executablePath())) options['executablePath'] = place.executable;
    return original(
      args,
      async (value) => {
        own.hideOthers(value as Browser);
        await use(value);
      },
      info,
    );
  }, original);
}

/** When a test has failed, before its pages are closed: what is on them. */
function lookAfter(client: Client, { endpoint }: SpecPlace): unknown {
  const around: Fixture = async (_, use, info: Watched) => {
    let number = 0;
    info._onDidFinishTestFunctionCallbacks?.add(async () => {
      if (info.status === info.expectedStatus || info.status === 'skipped' || number > 0) return;
      for (const page of client._allPages?.() ?? []) {
        if (page.isClosed()) continue;
        number += 1;
        const file = info.outputPath(`snapshot-${number}.txt`);
        if (endpoint !== null) await look((page as unknown as { _guid: string })._guid, file);
        if (existsSync(file)) info.attachments.push({ name: 'snapshot', path: file, contentType: 'text/plain' });
      }
    });
    await use(undefined);
  };
  return shaped(around, NO_PARAMETERS);
}

/** Whether it could be looked at shows by the file. */
function look(page: string, file: string): Promise<void> {
  const id = Math.floor(Math.random() * 2 ** 50);
  return new Promise((resolve) => {
    const done = (word: unknown): void => {
      if (typeof word === 'object' && word !== null && 'looked' in word && word.looked !== id) return;
      clearTimeout(late);
      process.off('message', done);
      resolve();
    };
    const late = setTimeout(() => done({ looked: id }), LOOK);
    process.on('message', done);
    tell({ kind: 'look', id, page, file });
  });
}
