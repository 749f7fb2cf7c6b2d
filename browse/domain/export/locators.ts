/**
 * A target as a locator of Playwright's: by the selector that was given, else by role and exact name, by its row or list item where
 * it has twins, and by its place among them where nothing else tells. A place is never trusted alone: it says how many there were.
 */
import { HIDDEN } from '../traffic/printable-url.ts';
import type { RefTable } from '../snapshot/refs.ts';
import type { Identity } from '../snapshot/tree.ts';
import type { ActionTarget } from './recorded-action.ts';
import { capitals, literal, loosePattern, matcher, wholePattern } from './literals.ts';
import type { FrameStep } from '../tabs/frame.ts';

/** `checks` come before its use: lines that fail where the page is no longer what it was. */
export type Located = { readonly code: string; readonly checks: readonly string[] };

/** Roles that Playwright finds elements by. */
const ROLES = new Set(
  (
    'alert alertdialog application article banner blockquote button caption cell checkbox code columnheader combobox complementary ' +
    'contentinfo definition deletion dialog directory document emphasis feed figure form generic grid gridcell group heading img ' +
    'insertion link list listbox listitem log main mark marquee math meter menu menubar menuitem menuitemcheckbox menuitemradio ' +
    'navigation none note option paragraph presentation progressbar radio radiogroup region row rowgroup rowheader scrollbar search ' +
    'searchbox separator slider spinbutton status strong subscript superscript switch tab table tablist tabpanel term textbox time ' +
    'timer toolbar tooltip tree treegrid treeitem'
  ).split(' '),
);
/** Roles of ours for what Playwright calls otherwise. */
const CALLED: Readonly<Record<string, string>> = { image: 'img' };
/** Contexts are cut at so many characters. */
const CUT = 120;
/** What a list item is to us. */
const ITEMS = `'li, [role=listitem], [role=article], [role=treeitem], article, dd'`;

/** A selector of the innermost elements that have this as a text of their own, between those of others. */
export function bySaying(text: string): string {
  return `text="${text.replace(/["\\]/g, String.raw`\$&`)}"`;
}

/** Whether Playwright finds elements by that role. */
export function hasRole(role: string): boolean {
  return ROLES.has(CALLED[role] ?? role);
}

/** A page's frame, by the frames around it. Null when nobody knows them. */
export function framed(page: string, frames: readonly FrameStep[] | null): string | null {
  if (frames === null) return null;
  return frames.reduce(
    (code, { selector, nth }) =>
      `${code}.${nth === null ? '' : `locator(${literal(selector)}).nth(${nth}).contentFrame()`}${nth === null ? `frameLocator(${literal(selector)})` : ''}`,
    page,
  );
}

/** Null where nothing finds it again. */
export function locate(target: ActionTarget, page: string): Located | null {
  const scope = framed(page, target.frames);
  if (scope === null) return null;
  const { selector, pick } = target;
  if (selector !== null) {
    // What was hidden in it cannot be guessed.
    if (selector.includes(HIDDEN)) return null;
    return {
      code: `${scope}.locator(${literal(selector)})${pick === null ? '' : pick === 1 ? '.first()' : `.nth(${pick - 1})`}`,
      checks: [],
    };
  }
  const found = byRole(target, contextOf(target, scope, page) ?? scope);
  if (found === null) return null;
  const { among } = target;
  if (among === null || among.of === 1) return { code: found, checks: [] };
  return { code: `${found}.nth(${among.at})`, checks: [`await expect(${found}).toHaveCount(${among.of});`] };
}

function byRole({ role, name, said, alone }: ActionTarget, scope: string): string | null {
  const called = CALLED[role] ?? role;
  if (name.replaceAll(HIDDEN, '').trim() === '' && name !== '') return null;
  const exact = nameOf(name, alone);
  if (ROLES.has(called))
    return name === '' ? `${scope}.getByRole(${literal(called)})` : `${scope}.getByRole(${literal(called)}, { ${exact} })`;
  if (name === '' || !said || name.includes(HIDDEN)) return null;
  return `${scope}.locator(${literal(bySaying(name))})`;
}

/** As short as it can be: a name is found as a part of a name, in letters of whatever size. */
function nameOf(name: string, alone: boolean): string {
  if (name.includes(HIDDEN) || alone) return `name: ${matcher(name)}`;
  return capitals(name) ? `name: ${wholePattern(name)}` : `name: ${literal(name)}, exact: true`;
}

/** Whether its name, found as a part of names and in letters of whatever size, finds no other name of its role. */
export function isAlone(refs: Pick<RefTable, 'standing'>, identity: Identity): boolean {
  const plain = (text: string): string => text.toLowerCase().replace(/\s+/g, ' ').trim();
  const wanted = plain(identity.name);
  const found = refs.standing(identity, ({ role, name }) => role === identity.role && plain(name).includes(wanted));
  return found !== null && found.of === refs.standing(identity, ({ role, name }) => role === identity.role && name === identity.name)?.of;
}

/** Whether two elements look alike to a locator, but for their place. */
export function alike(one: Pick<Identity, 'role' | 'name' | 'twin'>): (other: Pick<Identity, 'role' | 'name' | 'twin'>) => boolean {
  return ({ role, name, twin }) =>
    role === one.role && (one.name === '' || name === one.name) && (!hasContext(one.twin) || twin === one.twin);
}

/** The row or list item of a context, by its text: how much of it, and whether it is as it stands on the page. */
type Held = { readonly kind: string; readonly text: string; readonly exact: boolean };

function heldBy(twin: string | null): Held | null {
  for (const line of (twin ?? '').split('\n')) {
    const found = /^(row|item)1([.,#!])(\d+):(\s*\S.*)$/su.exec(line);
    if (found === null) continue;
    const [, kind = '', mode, count, text = ''] = found;
    return { kind, text, exact: mode === '.' && count === '1' && text.length < CUT };
  }
  return null;
}

/** Whether a context tells an element from its twins, and can be looked for by its text. */
function hasContext(twin: string | null): boolean {
  const held = heldBy(twin);
  return held !== null && !held.text.includes(HIDDEN);
}

/** The row or list item around it, by its text. */
function contextOf({ twin }: ActionTarget, scope: string, page: string): string | null {
  const found = heldBy(twin);
  if (found === null || !hasContext(twin)) return null;
  const { kind, text, exact } = found;
  const held = `${scope}.${kind === 'row' ? `getByRole('row')` : `locator(${ITEMS})`}`;
  // The beginning of a row, or a text of which something was left out: its words in their order.
  if (!exact) return `${held}.filter({ hasText: ${loosePattern(text)} })`;
  const exactly = `${page}.locator(${literal(bySaying(text))})`;
  const said = capitals(text)
    ? `${page}.getByText(${wholePattern(text)})`
    : /\s/.test(text)
      ? `${exactly}.or(${page}.getByText(${wholePattern(text)}))`
      : exactly;
  const holding = `${held}.filter({ has: ${said} })`;
  // The text of an item may be its own, not that of something in it.
  return kind === 'row' ? holding : `${holding}.or(${held}.and(${said}))`;
}
