/**
 * What holds an element to its place, written down so that it can be verified from the element alone. Must not know pins, snapshots,
 * or which elements are twins.
 *
 * A key is lines of `KIND LEVEL MODE COUNT ~ : TEXT`. Mode `.` takes what lasts of so many units of text (`,`: something of them was
 * left out), `#` so many words with their numbers, `!` with clocks too. `~` is verified and not printed; `of` only printed.
 */
import { flatParent, matches } from '../dom-getters.ts';
import { distance, holderAround, isEdge, isRow, namedAround, unitsOf } from './contexts.ts';
import { cut, lasting, words } from './texts.ts';
import type { Memory } from './context-memory.ts';

/** How many levels up a block is still the element's own. */
const NEAR = 3;
/** The same for a row, a list item or a named container. */
export const ROW_NEAR = 8;
type Mode = '.' | ',' | '#' | '!';
/** One line of a key. */
export type Part = {
  readonly kind: string;
  readonly level: number;
  readonly mode: Mode;
  readonly count: number;
  readonly hidden: boolean;
  readonly text: string;
};

/** As a line of a key. */
export const written = ({ kind, level, mode, count, hidden, text }: Part): string =>
  `${kind}${level}${mode}${count}${hidden ? '~' : ''}:${text}`;

function readPart(line: string): Part | null {
  const found = /^([a-z]+)(\d+)([.,#!])(\d+)(~?):(.*)$/su.exec(line);
  if (found === null) return null;
  const [, kind = '', level, mode, count, hidden, text = ''] = found;
  return { kind, level: Number(level), mode: mode as Mode, count: Number(count), hidden: hidden === '~', text };
}

/** Kinds whose text is a title: a word of state names it like any other. */
const TITLES = new Set(['in', 'head', 'col', 'title']);

/** The first units of which anything lasts, and what that is. */
function lastingUnits(units: Iterable<string>, kind: string, count: number): { readonly said: string; readonly steady: string } {
  const said: string[] = [];
  const steady: string[] = [];
  for (const unit of units) {
    const lasts = lasting(unit, TITLES.has(kind));
    if (lasts === '') continue;
    said.push(unit);
    if (steady.push(lasts) === count) break;
  }
  return { said: said.join(' '), steady: cut(steady.join(' ')) };
}

/** The text of a part, as its mode takes it from what is there. */
function textOf(units: Iterable<string>, { kind, mode, count }: Part): string {
  if (mode === '.' || mode === ',') return lastingUnits(units, kind, count).steady;
  return cut(
    words([...units], mode === '!')
      .slice(0, count)
      .join(' '),
  );
}

/** What lasts of so many units; null where there is nothing. */
export function partOf(element: Element, kind: string, level: number, count: number, hidden: boolean, memory: Memory): Part | null {
  const units = unitsOf(element, kind, level, memory);
  if (units === null) return null;
  const { said, steady } = lastingUnits(units, kind, count);
  return steady === '' ? null : { kind, level, mode: said === steady ? '.' : ',', count, hidden, text: steady };
}

/** What the n-th holder around an element is. */
export const kindOf = (element: Element, level: number, memory: Memory): 'row' | 'item' | null => {
  const holder = holderAround(element, level, memory);
  return holder === null ? null : isRow(holder) ? 'row' : 'item';
};

/**
 * What holds an element that has no twin: a list that is down to one row, a detail view, are filled with other data too. Only what
 * is near, and never what counts.
 */
export function ownContext(element: Element, memory: Memory): string | null {
  const parts = ownParts(element, memory);
  return parts.length === 0 ? null : parts.map(written).join('\n');
}

function ownParts(element: Element, memory: Memory): Part[] {
  const parts: Part[] = [];
  const container = namedAround(element, 1, memory);
  if (container !== null && !isLandmark(container) && distance(element, container) <= ROW_NEAR)
    parts.push(...given(partOf(element, 'in', 1, 1, true, memory)));
  const place = placeOf(element, memory);
  return place === null ? parts : [...parts, place];
}

/** None or one. */
export const given = (part: Part | null): Part[] => (part === null ? [] : [part]);
const isLandmark = (element: Element): boolean => isEdge(element) && !matches(element, 'dialog,[role=dialog],[role=alertdialog]');

/** Row or item, else the texts before it in a near block, else the heading over it. */
export function placeOf(element: Element, memory: Memory): Part | null {
  let level = 1;
  const blocks: number[] = [];
  const holder = holderAround(element, 1, memory);
  for (let at = flatParent(element); at !== null; at = flatParent(at), level += 1) {
    if (isLandmark(at)) return null;
    if (matches(at, 'body,main')) break;
    if (level <= ROW_NEAR && at === holder) {
      const part = partOf(element, isRow(at) ? 'row' : 'item', 1, 1, true, memory);
      if (part !== null) return part;
      // What stands before it there, and nothing of the rows before.
      break;
    }
    if (level <= NEAR) blocks.push(level);
    if (isEdge(at)) break;
  }
  for (const up of blocks) {
    const part = partOf(element, 'pre', up, 1, true, memory);
    if (part !== null) return part;
  }
  return partOf(element, 'head', 1, 1, true, memory);
}

/** Context of one element without knowing its twins, for a selector's match and for a part of a page; null where nothing tells. */
export function contextOf(element: Element, memory: Memory): string | null {
  const kind = kindOf(element, 1, memory);
  const part = kind === null ? null : partOf(element, kind, 1, 1, false, memory);
  return part === null ? null : written(part);
}

const WORDS: Readonly<Record<string, string>> = {
  row: 'row',
  item: 'list item',
  up: 'block',
  pre: 'block',
  head: 'heading',
  col: 'column',
  title: 'title',
};

/** The same text as a reader sees it, numbers included. */
function asItStands(units: Iterable<string>, { kind, mode, count, text }: Part): string {
  if (mode === '#' || mode === '!') return '';
  const { said } = lastingUnits(units, kind, count);
  return said === text ? '' : cut(said);
}

/** Null when the context is still what it was; else `its row is now "Bob"`. */
export function contextChange(element: Element, twin: string, memory: Memory): string | null {
  for (const line of twin.split('\n')) {
    const part = readPart(line);
    if (part === null || part.kind === 'of') continue;
    const units = unitsOf(element, part.kind, part.level, memory);
    const taken = units === null ? '' : textOf(units, part);
    if (taken === part.text) continue;
    const now = asItStands(unitsOf(element, part.kind, part.level, memory) ?? [], part) || taken;
    const container = part.kind === 'in' ? namedAround(element, part.level, memory) : null;
    const word = container === null ? (WORDS[part.kind] ?? 'container') : memory.cache.roles(container);
    return units === null ? `it left its ${word}` : `its ${word} is now ${JSON.stringify(now)}`;
  }
  return null;
}
