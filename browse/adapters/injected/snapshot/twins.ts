/**
 * What tells elements of the same role and name apart: the shortest leading set of the texts around them. Must not know pins,
 * snapshots, or how a key is verified.
 */
import { flatParent, localName, matches } from '../dom-getters.ts';
import { climb, distance, holderAround, namedAround, unitsOf } from './contexts.ts';
import { given, kindOf, partOf, placeOf, ROW_NEAR, written, type Part } from './keys.ts';
import { cut, lasting, words } from './texts.ts';
import type { Memory } from './context-memory.ts';

/** Named containers, rows and items that lie in each other and are looked at. */
const LEVELS = 3;
/** Units of a container that may be part of a key. */
const DEPTH = 12;

/** One of a group of twins, its key so far, and the number of the class of those that it cannot be told from. */
type Twin = { readonly element: Element; parts: Part[]; same: number };

/** Keys of a group of twins, index for index; null where nothing is around them. `all` false leaves out what only controls are worth. */
export function tellApart(group: readonly Element[], memory: Memory, all: boolean): (string | null)[] {
  const twins = group.map((element): Twin => ({ element, parts: [], same: 0 }));
  const told = (): boolean => new Set(twins.map(({ same }) => same)).size === twins.length;
  const tries: readonly Attempt[] = all
    ? [named, held(1), headings, columns, deeper(1), held(2), deeper(2), blocks, numbered(true), titles]
    : [held(1), deeper(1), blocks, numbered(false)];
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
    const lines = [...parts.filter(({ kind }) => kind !== 'of'), ...given(visible), ...parts.filter(({ kind }) => kind === 'of')];
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
  if (twins.every(({ element }) => kindOf(element, 1, memory) !== 'row')) return;
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
        return units !== null && [...units].filter((unit) => lasting(unit) !== '').length >= count;
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
const numbered =
  (all: boolean): Attempt =>
  (twins, memory) => {
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
    for (const mode of ['#', '!'] as const) for (const source of all ? sources : sources.slice(1, 2)) byWords(twins, source, mode, memory);
  };

function byWords(
  twins: readonly Twin[],
  source: (element: Element) => readonly [string, number] | null,
  mode: '#' | '!',
  memory: Memory,
): void {
  let fresh = twins.reduce((most, { same }) => Math.max(most, same), 0);
  for (const members of Map.groupBy(ambiguous(twins), ({ same }) => same).values()) {
    const said = members.map(({ element }) => {
      const from = source(element);
      const units = from === null ? null : unitsOf(element, from[0], from[1], memory);
      return { from, words: units === null ? [] : words([...units], mode === '!') };
    });
    const counts = tellingWords(said.map((each) => each.words));
    if (counts.size === 1) continue;
    const classes = new Map<string, number>();
    members.forEach((twin, at) => {
      const { from, words: all } = said[at] as (typeof said)[number];
      const whole = all.join(SEPARATOR);
      if (!classes.has(whole)) classes.set(whole, (fresh += 1));
      twin.same = classes.get(whole) ?? twin.same;
      if (from === null || all.length === 0) return;
      const count = counts.get(whole) ?? all.length;
      const part: Part = { kind: from[0], level: from[1], mode, count, hidden: false, text: cut(all.slice(0, count).join(' ')) };
      twin.parts = [...twin.parts.filter(({ kind, level }) => kind !== part.kind || level !== part.level), part];
    });
  }
}

const SEPARATOR = '\0';

/** By all words of a text: how many of them from the left no other text has. */
function tellingWords(texts: readonly (readonly string[])[]): ReadonlyMap<string, number> {
  const different = new Map(texts.map((each) => [each.join(SEPARATOR), each]));
  // In order, the one that has most in common with a text stands beside it.
  const sorted = [...different.keys()].sort((one, other) => (one < other ? -1 : 1));
  const common = (one: readonly string[], other: readonly string[] | undefined): number => {
    let count = 0;
    while (other !== undefined && count < one.length && one[count] === other[count]) count += 1;
    return count;
  };
  return new Map(
    sorted.map((key, at) => {
      const own = different.get(key) ?? [];
      const beside = [sorted[at - 1], sorted[at + 1]].map((each) => common(own, each === undefined ? undefined : different.get(each)));
      return [key, Math.max(1, Math.min(own.length, Math.max(...beside) + 1))];
    }),
  );
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
