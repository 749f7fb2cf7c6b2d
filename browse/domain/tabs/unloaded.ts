/** A page that a tab is to show, and does not show yet: what became of the one it showed, and whether it may be asked for again. Pure. */
import { shownUrl } from '../traffic/printable-url.ts';

/** Why a page is not asked for again by itself. */
export type NotLoaded = 'posted' | 'stripped' | 'deadly';

export type Unloaded = {
  readonly url: string;
  /** The last one that was known; empty without one. Untrusted. */
  readonly title: string;
  /** What ended before: `the daemon was killed`. */
  readonly after: string;
  /** Null: it is loaded when the tab is used. */
  readonly not: NotLoaded | null;
};

const WHY: Readonly<Record<NotLoaded, string>> = {
  posted: 'it came of a form that was sent',
  stripped: 'a secret was taken out of its address',
  deadly: 'the browser died twice just after it was loaded',
};

/** Why it is not loaded, in words. */
export function notLoadedText(not: NotLoaded): string {
  return WHY[not];
}

/** `[not loaded: https://a/]`. */
export function notLoadedMark(url: string): string {
  return `[not loaded: ${shownUrl(url)}]`;
}

type Restored = { readonly id: number; readonly url: string; readonly not: NotLoaded | null; readonly left: boolean };

/**
 * What is said once of a session that is there again: what will be loaded, what will not, what is gone. Null when it held nothing.
 * `left`: its tab goes elsewhere at once.
 */
export function restoredText(after: string, tabs: readonly Restored[], gone: readonly string[]): string | null {
  const shown = tabs.filter(({ url }) => url !== 'about:blank');
  if (shown.length === 0) return null;
  const list = (some: readonly Restored[], text: (tab: Restored) => string): string =>
    some.slice(0, LISTED).map(text).join(', ') + (some.length > LISTED ? ` and ${some.length - LISTED} more` : '');
  const [left, others] = [shown.filter((tab) => tab.left), shown.filter((tab) => !tab.left)];
  const [again, not] = [others.filter((tab) => tab.not === null), others.filter((tab) => tab.not !== null)];
  const parts = [
    ...left.map(({ id, url }) => `tab ${id} was at ${brief(url)}`),
    ...(again.length === 0 ? [] : [`loaded again when used: ${list(again, ({ id, url }) => `tab ${id} ${brief(url)}`)}`]),
    ...(not.length === 0 ? [] : [list(not, (tab) => `tab ${tab.id} ${notLoadedMark(brief(tab.url))}, ${tab.not && WHY[tab.not]}`)]),
    `lost: ${gone.join(', ')}`,
  ];
  return `${after.charAt(0).toUpperCase()}${after.slice(1)}; ${parts.join('; ')}`;
}

/** Tabs that a sentence names. */
const LISTED = 5;

const brief = (url: string): string => (url.length > 80 ? `${url.slice(0, 79)}…` : url);
