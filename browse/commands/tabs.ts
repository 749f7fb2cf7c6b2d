/** The tabs of a session: list, switch, open, close. Beside the queues, and never waiting for a page that does not answer. */
import { quoted } from '../base/escape.ts';
import type { Tab } from '../domain/tabs/tab.ts';
import { notLoadedMark } from '../domain/tabs/unloaded.ts';
import { shownUrl } from '../domain/traffic/printable-url.ts';
import { command } from './context.ts';
import type { Context } from './context.ts';
import { resolveAddress } from './navigate.ts';
import type { TimeLimit } from '../domain/ports/machine.ts';

/** How long a page may take to answer before it is shown as not responding, in milliseconds. */
const PATIENCE = 400;

type Row = {
  readonly tab: number;
  readonly title: string;
  readonly url: string;
  readonly current: boolean;
  readonly responding: boolean;
  readonly dialog: string | null;
  /** Its page was there before a browser or a daemon ended, and is not there now. */
  readonly loaded: boolean | 'when used';
};

async function look(context: Context, tab: Tab, current: boolean): Promise<Row> {
  const { unloaded } = tab;
  if (unloaded !== null) {
    const { title, url } = unloaded;
    return { tab: tab.id, title, url, current, responding: true, dialog: null, loaded: unloaded.not === null ? 'when used' : false };
  }
  const dialog = tab.dialogs.open;
  const within = (ms: number): TimeLimit => ({ timeout: Math.min(ms, context.bound.timeout), signal: context.bound.signal });
  // A page behind a dialog cannot answer, and is well.
  const responding = dialog !== null || (await tab.page.responds(within(PATIENCE)));
  if (responding && dialog === null) tab.title = await tab.page.title(within(2 * PATIENCE)).catch(() => tab.title);
  return { tab: tab.id, title: tab.title, url: tab.page.url(), current, responding, dialog: dialog?.kind ?? null, loaded: true };
}

function rowText({ tab, title, url, current, responding, dialog, loaded }: Row): string {
  if (loaded === false) return `${current ? '→' : ' '} [${tab}] ${notLoadedMark(url)}`;
  const marks = `${dialog === null ? '' : ` [${dialog} open]`}${responding ? '' : ' [not responding]'}`;
  return `${current ? '→' : ' '} [${tab}] ${title === '' && loaded === 'when used' ? '(not loaded yet)' : quoted(title)} — ${shownUrl(url)}${marks}`;
}

const tabs = command({
  name: 'tabs',
  aliases: ['tab-list', 'tab list'],
  family: 'tabs',
  summary: 'list the tabs of the session',
  effect: 'read',
  scope: 'browser',
  operands: {},
  flags: {},
  examples: ['browse tabs'],
  async run(context) {
    const { tabs: registry } = context.session;
    return { tabs: await Promise.all(registry.list().map((tab) => look(context, tab, tab.id === registry.current))) };
  },
  text: (result) => result.tabs.map(rowText).join('\n'),
});

const ID = { label: 'ID', type: 'integer', summary: "a tab's number, as browse tabs prints it" } as const;

const tab = command({
  name: 'tab',
  aliases: ['tab-select', 'tab select'],
  family: 'tabs',
  summary: 'make a tab the current one',
  effect: 'write',
  scope: 'browser',
  recorded: ['id'],
  operands: { id: ID },
  flags: {},
  examples: ['browse tab 2'],
  async run(context, { id }) {
    const chosen = context.session.tabs.select(id);
    return { tab: id, url: chosen.page.url() };
  },
  text: (result) => `Switched to tab ${result.tab}`,
});

const newtab = command({
  name: 'newtab',
  aliases: ['tab-new', 'tab new'],
  family: 'tabs',
  summary: 'open a tab and make it the current one',
  effect: 'write',
  scope: 'browser',
  opens: true,
  outcome: 'navigation',
  recorded: ['url', '.tab'],
  operands: { url: { label: 'URL', optional: true, summary: 'as for goto; about:blank without' } },
  flags: {},
  examples: ['browse newtab', 'browse newtab https://example.com'],
  async run(context, { url }) {
    const address = url === undefined ? null : await resolveAddress(context, url);
    const opened = await context.session.openTab({ current: false });
    try {
      if (address !== null) await opened.queue.run('newtab', context.bound, (bound) => opened.page.goto(address, 'load', bound));
    } catch (error) {
      // A dialog keeps the page from loading, but the tab is there.
      if (opened.dialogs.open === null) {
        await context.session.closeTab(opened.id);
        throw error;
      }
    }
    context.session.tabs.select(opened.id);
    return { tab: opened.id, url: opened.page.url() };
  },
  text: (result) => `Opened tab ${result.tab} → ${shownUrl(result.url)}`,
});

const closetab = command({
  name: 'closetab',
  aliases: ['tab-close', 'tab close'],
  family: 'tabs',
  summary: 'close a tab; the last one leaves a blank tab',
  effect: 'destructive',
  scope: 'browser',
  recorded: ['.closed', '.blank', '.current'],
  operands: { id: { ...ID, optional: true } },
  flags: {},
  examples: ['browse closetab', 'browse closetab 2'],
  async run(context, { id }) {
    const closed = id ?? context.tab.id;
    const blank = await context.session.closeTab(closed);
    return { closed, current: context.session.tabs.current, blank: blank !== null };
  },
  text: (result) => `Closed tab ${result.closed}${result.blank ? `; tab ${result.current} is a new blank one` : ''}`,
});

export const tabCommands = [tabs, tab, newtab, closetab];
