/**
 * What tells elements of the same role and name apart: the shortest leading set of the texts around them, written down so that it
 * can be verified from the element alone. Must not know pins or snapshots.
 *
 * A key is lines of `KIND LEVEL MODE COUNT ~ : TEXT`. Mode `.` takes what lasts of so many units of text (`,`: something of them was
 * left out), `#` so many words with their numbers, `!` with clocks too. `~` is verified and not printed.
 */
import { flatParent, localName, matches } from '../dom-getters.ts';
import { climb, distance, holderAround, isEdge, isRow, namedAround, unitsOf, type Memory } from './contexts.ts';
import { cut, lasting, words } from './texts.ts';

/** How many levels up a block is still the element's own. */
const NEAR = 3;
/** The same for a row, a list item or a named container. */
const ROW_NEAR = 8;
/** Named containers, rows and items that lie in each other and are looked at. */
const LEVELS = 3;
/** Units of a container that may be part of a key. */
const DEPTH = 12;

type Mode = '.' | ',' | '#' | '!';
type Part = {
  readonly kind: string;
  readonly level: number;
  readonly mode: Mode;
  readonly count: number;
  readonly hidden: boolean;
  readonly text: string;
};

const written = ({ kind, level, mode, count, hidden, text }: Part): string => `${kind}${level}${mode}${count}${hidden ? '~' : ''}:${text}`;

function readPart(line: string): Part | null {
  const found = /^([a-z]+)(\d+)([.,#!])(\d+)(~?):(.*)$/su.exec(line);
  if (found === null) return null;
  const [, kind = '', level, mode, count, hidden, text = ''] = found;
  return { kind, level: Number(level), mode: mode as Mode, count: Number(count), hidden: hidden === '~', text };
}

/** The text of a part, as its mode takes it from what is there. */
function textOf(units: readonly string[], mode: Mode, count: number): string {
  const taken = mode === '.' || mode === ',' ? units.map(lasting).filter((unit) => unit !== '') : words(units, mode === '!');
  return cut(taken.slice(0, count).join(' '));
}

function partOf(element: Element, kind: string, level: number, count: number, hidden: boolean, memory: Memory): Part | null {
  const units = unitsOf(element, kind, level, memory);
  const text = units === null ? '' : textOf(units, '.', count);
  if (units === null || text === '') return null;
  const whole = units
    .filter((unit) => lasting(unit) !== '')
    .slice(0, count)
    .join(' ');
  return { kind, level, mode: whole === text ? '.' : ',', count, hidden, text };
}

const kindOf = (element: Element, level: number, memory: Memory): 'row' | 'item' | null => {
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

const given = (part: Part | null): Part[] => (part === null ? [] : [part]);
const isLandmark = (element: Element): boolean => isEdge(element) && !matches(element, 'dialog,[role=dialog],[role=alertdialog]');

/** Row or item, else the texts before it in a near block, else the heading over it. */
function placeOf(element: Element, memory: Memory): Part | null {
  let level = 1;
  const blocks: number[] = [];
  const holder = holderAround(element, 1, memory);
  for (let at = flatParent(element); at !== null; at = flatParent(at), level += 1) {
    if (isLandmark(at)) return null;
    if (matches(at, 'body,main')) break;
    if (level <= ROW_NEAR && at === holder) {
      const part = partOf(element, isRow(at) ? 'row' : 'item', 1, 1, true, memory);
      if (part !== null) return part;
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

/** One of a group of twins, its key so far, and the number of the class of those that it cannot be told from. */
type Twin = { readonly element: Element; parts: Part[]; same: number };

/** Keys of a group of twins, index for index; null where nothing is around them. `all` false leaves out what only controls are worth. */
export function tellApart(group: readonly Element[], memory: Memory, all: boolean): (string | null)[] {
  const twins = group.map((element): Twin => ({ element, parts: [], same: 0 }));
  const told = (): boolean => new Set(twins.map(({ same }) => same)).size === twins.length;
  const tries = all
    ? [named, held(1), headings, columns, deeper(1), held(2), deeper(2), blocks, numbered, titles]
    : [held(1), deeper(1), numbered];
  for (const attempt of tries) {
    if (told()) break;
    attempt(twins, memory);
  }
  if (all) {
    // Of fields in a table that nothing tells apart, the column at least says what they are.
    for (const twin of ambiguous(twins))
      if (!twin.parts.some(({ kind }) => kind === 'col')) twin.parts.push(...given(partOf(twin.element, 'col', 1, 1, false, memory)));
    ordinals(twins);
  }
  return twins.map(({ element, parts }) => {
    const shown = parts.some(({ kind }) => kind !== 'of');
    // A place that the key did not need still holds it: rows may be filled with other data.
    const own = all ? (shown ? rowOf(element, parts, memory) : placeOf(element, memory)) : null;
    const visible = own !== null && !shown && all && own.kind !== 'pre' ? { ...own, hidden: false } : own;
    const lines = [...parts, ...given(visible)];
    return lines.length === 0 ? null : lines.map(written).join('\n');
  });
}

function rowOf(element: Element, parts: readonly Part[], memory: Memory): Part | null {
  const kind = kindOf(element, 1, memory);
  if (kind === null || parts.some((part) => part.kind === kind && part.level === 1)) return null;
  const holder = holderAround(element, 1, memory);
  return holder !== null && distance(element, holder) <= ROW_NEAR ? partOf(element, kind, 1, 1, true, memory) : null;
}

/** Takes a part into the keys of all if it tells any from another; whether it did. */
function split(twins: Twin[], partFor: (twin: Twin) => Part | null, replaces = false): boolean {
  const parts = twins.map(partFor);
  const classes = new Map<string, number>();
  const next = twins.map(({ same }, at) => {
    const key = `${same}\0${parts[at] ? written({ ...(parts[at] as Part), mode: '.' }) : ''}`;
    const known = classes.get(key) ?? classes.size;
    classes.set(key, known);
    return known;
  });
  if (classes.size === new Set(twins.map(({ same }) => same)).size) return false;
  twins.forEach((twin, at) => {
    twin.same = next[at] ?? 0;
    const part = parts[at];
    if (!part) return;
    if (replaces) twin.parts = twin.parts.filter(({ kind, level }) => kind !== part.kind || level !== part.level);
    twin.parts.push(part);
  });
  return true;
}

type Attempt = (twins: Twin[], memory: Memory) => void;

const named: Attempt = (twins, memory) => {
  for (let level = 1; level <= LEVELS; level += 1) {
    if (twins.every(({ element }) => namedAround(element, level, memory) === null)) return;
    split(twins, ({ element }) => partOf(element, 'in', level, 1, false, memory));
  }
};

const held =
  (level: number): Attempt =>
  (twins, memory) => {
    split(twins, ({ element }) => {
      const kind = kindOf(element, level, memory);
      return kind === null ? null : partOf(element, kind, level, 1, false, memory);
    });
  };

const headings: Attempt = (twins, memory) => {
  split(twins, ({ element }) => partOf(element, 'head', 1, 1, false, memory));
};

const columns: Attempt = (twins, memory) => {
  split(twins, ({ element }) => partOf(element, 'col', 1, 1, false, memory));
};

/** More of the rows or items, unit by unit, as long as it tells any of those apart that are alike. */
const deeper =
  (level: number): Attempt =>
  (twins, memory) => {
    const alike = ambiguous(twins);
    for (let count = 2; count <= DEPTH; count += 1) {
      const grows = alike.some(({ element }) => {
        const kind = kindOf(element, level, memory);
        const units = kind === null ? null : unitsOf(element, kind, level, memory);
        return units !== null && units.filter((unit) => lasting(unit) !== '').length >= count;
      });
      if (!grows) return;
      const parted = split(
        twins,
        ({ element }) => {
          const kind = kindOf(element, level, memory);
          return kind === null ? null : partOf(element, kind, level, count, false, memory);
        },
        true,
      );
      if (parted && ambiguous(twins).length === 0) return;
    }
  };

/** Twins that are not told from another one yet. */
function ambiguous(twins: readonly Twin[]): Twin[] {
  const sizes = new Map<number, number>();
  for (const { same } of twins) sizes.set(same, (sizes.get(same) ?? 0) + 1);
  return twins.filter(({ same }) => (sizes.get(same) ?? 0) > 1);
}

/** The highest block around each that holds no other twin. */
function ownBlocks(twins: readonly Twin[]): ReadonlyMap<Element, number> {
  const holds = new Map<Element, number>();
  for (const { element } of twins)
    for (let at: Element | null = element; at !== null; at = flatParent(at)) holds.set(at, (holds.get(at) ?? 0) + 1);
  const found = new Map<Element, number>();
  for (const { element } of twins) {
    let levels = 0;
    for (let at = flatParent(element); at !== null && holds.get(at) === 1; at = flatParent(at)) levels += 1;
    if (levels > 0) found.set(element, levels);
  }
  return found;
}

const blocks: Attempt = (twins, memory) => {
  const own = ownBlocks(twins);
  if (own.size === 0) return;
  for (let count = 1; count <= DEPTH && ambiguous(twins).length > 0; count += 1) {
    const parts = new Map<Element, Part>();
    let grows = false;
    for (const { element } of twins) {
      const level = own.get(element);
      const block = level === undefined ? null : climb(element, level);
      if (level === undefined || block === null || matches(block, 'html,body')) continue;
      const part = partOf(element, 'up', level, count, false, memory);
      if (part !== null) parts.set(element, part);
      grows ||= memory.texts.units(block, element).filter((unit) => lasting(unit) !== '').length >= count;
    }
    if (!grows) return;
    splitAcross(twins, parts);
  }
};

/** As {@link split}, where the level differs from twin to twin and says nothing. */
function splitAcross(twins: Twin[], parts: ReadonlyMap<Element, Part>): void {
  const alike = new Map([...parts].map(([element, part]) => [element, { ...part, level: 0 }]));
  const before = new Map(twins.map((twin) => [twin, twin.parts]));
  if (!split(twins, ({ element }) => alike.get(element) ?? null)) return;
  for (const twin of twins) {
    const kept = (before.get(twin) ?? []).filter(({ kind }) => kind !== 'up');
    const part = parts.get(twin.element);
    twin.parts = part === undefined ? kept : [...kept, part];
  }
}

/** Where only numbers, states or clocks differ, they are the name: words of the row, the container or the block from the left. */
const numbered: Attempt = (twins, memory) => {
  const own = ownBlocks(twins);
  const sources: ((element: Element) => readonly [string, number] | null)[] = [
    () => ['in', 1],
    (element) => {
      const kind = kindOf(element, 1, memory);
      return kind === null ? null : [kind, 1];
    },
    () => ['head', 1],
    () => ['col', 1],
    (element) => {
      const kind = kindOf(element, 2, memory);
      return kind === null ? null : [kind, 2];
    },
    (element) => {
      const level = own.get(element);
      const block = level === undefined ? null : climb(element, level);
      return level === undefined || block === null || localName(block) === 'html' || localName(block) === 'body' ? null : ['up', level];
    },
  ];
  for (const mode of ['#', '!'] as const) for (const source of sources) byWords(ambiguous(twins), source, mode, memory);
};

function byWords(
  alike: readonly Twin[],
  source: (element: Element) => readonly [string, number] | null,
  mode: '#' | '!',
  memory: Memory,
): void {
  const classes = new Map<number, Twin[]>();
  for (const twin of alike) classes.set(twin.same, [...(classes.get(twin.same) ?? []), twin]);
  let fresh = -1;
  for (const members of classes.values()) {
    const said = members.map(({ element }) => {
      const from = source(element);
      const units = from === null ? null : unitsOf(element, from[0], from[1], memory);
      return { from, words: units === null ? [] : words(units, mode === '!') };
    });
    const ends = new Map<string, number>();
    for (const { words: all } of said) ends.set(all.join(' '), (ends.get(all.join(' ')) ?? 0) + 1);
    if (ends.size === 1) continue;
    const marks = new Map<string, number>();
    members.forEach((twin, at) => {
      const { from, words: all } = said[at] as (typeof said)[number];
      if (from === null || all.length === 0) return;
      const count = tellingWords(
        all,
        said.map(({ words: others }) => others),
      );
      const text = cut(all.slice(0, count).join(' '));
      const part: Part = { kind: from[0], level: from[1], mode, count, hidden: false, text };
      twin.parts = [...twin.parts.filter(({ kind, level }) => kind !== part.kind || level !== part.level), part];
      const whole = all.join(' ');
      if (!marks.has(whole)) marks.set(whole, (fresh -= 1) - twin.same * 1e6);
      twin.same = marks.get(whole) ?? twin.same;
    });
  }
}

/** How many words from the left no other of a class has, other than those that say the very same. */
function tellingWords(all: readonly string[], others: readonly (readonly string[])[]): number {
  let count = 1;
  const whole = all.join(' ');
  for (const other of others) {
    if (other.join(' ') === whole) continue;
    let common = 0;
    while (common < all.length && all[common] === other[common]) common += 1;
    count = Math.max(count, Math.min(all.length, common + 1));
  }
  return count;
}

const titles: Attempt = (twins, memory) => {
  split(twins, ({ element }) => partOf(element, 'title', 1, 1, false, memory));
};

/** Those that nothing tells apart are counted: printed, and not verified. */
function ordinals(twins: Twin[]): void {
  const places = new Map<number, number>();
  const alike = ambiguous(twins);
  const sizes = new Map<number, number>();
  for (const { same } of alike) sizes.set(same, (sizes.get(same) ?? 0) + 1);
  for (const twin of alike) {
    const place = (places.get(twin.same) ?? 0) + 1;
    places.set(twin.same, place);
    twin.parts.push({ kind: 'of', level: 1, mode: '.', count: 1, hidden: false, text: `${place} of ${sizes.get(twin.same)}` });
  }
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

/** Null when the context is still what it was; else `its row is now "Bob"`. */
export function contextChange(element: Element, twin: string, memory: Memory): string | null {
  for (const line of twin.split('\n')) {
    const part = readPart(line);
    if (part === null || part.kind === 'of') continue;
    const units = unitsOf(element, part.kind, part.level, memory);
    const now = units === null ? '' : textOf(units, part.mode, part.count);
    if (now === part.text) continue;
    const container = part.kind === 'in' ? namedAround(element, part.level, memory) : null;
    const word = container === null ? (WORDS[part.kind] ?? 'container') : memory.cache.roles(container);
    return units === null ? `it left its ${word}` : `its ${word} is now ${JSON.stringify(now)}`;
  }
  return null;
}
