/**
 * Contexts that tell elements of the same role and name apart, that hold an element to what it was found in, and the
 * words for a change. Must not know pins or snapshots.
 */
import { flatParent, matches } from '../dom-getters.ts';
import { ITEMS, LANDMARKS, ROWS, around, climb, containerOf, createMemory, headingKey, read, type Kind, type Memory } from './contexts.ts';

/** How many levels up a block is still the element's own. */
const NEAR = 3;
/** The same for a row or list item. */
const ROW_NEAR = 8;

/**
 * Context of a control that has no twin: a list that is down to one row, a detail view, are filled with other data too.
 * Row, item, block or heading as for twins, but near ones only, and numbers that count do not count (`kind~`).
 */
export function ownContext(element: Element, memory: Memory): string | null {
  const told = (kind: string): string | null => {
    const text = read(element, `${kind}~`, memory);
    return text === null || text === '' ? null : `${kind}~:${text}`;
  };
  const blocks: string[] = [];
  for (let at = flatParent(element), level = 1; at !== null; at = flatParent(at), level += 1) {
    if (matches(at, LANDMARKS)) return null;
    if (matches(at, 'body,main')) break;
    if (level <= ROW_NEAR && matches(at, ROWS)) return told('row');
    if (level <= ROW_NEAR && matches(at, ITEMS)) return told('item');
    if (level <= NEAR) blocks.push(`up${level}`);
  }
  for (const kind of blocks) {
    const block = told(kind);
    if (block !== null) return block;
  }
  return told('head');
}

/** Context of one element without knowing its twins, for a selector's match; null where nothing tells. */
export function contextOf(element: Element): string | null {
  const found = containerOf(element);
  if (found === null) return null;
  const text = read(element, found.kind, createMemory('element'));
  return text === null || text === '' ? null : `${found.kind}:${text}`;
}

/**
 * Contexts of a group of twins, index for index; null where nothing tells one from the others.
 * `headings` false leaves out the search for a heading, which only controls are worth.
 */
export function tellApart(group: readonly Element[], memory: Memory, headings: boolean): (string | null)[] {
  const kinds = kindsOf(group);
  const texts = group.map((element, index) => {
    const kind = kinds[index];
    return kind === undefined || kind === null ? '' : (read(element, kind, memory) ?? '');
  });
  // Rows that start alike ("Bob Smith", "Bob Jones") need more of themselves.
  const holders = new Map<string, Element | null>();
  const alike = new Set<string>();
  group.forEach((element, index) => {
    const text = texts[index] ?? '';
    const kind = kinds[index];
    if (text === '' || kind === undefined || kind === null) return;
    const holder = holderOf(element, kind);
    const other = holders.get(text);
    if (other !== undefined && other !== holder) alike.add(text);
    holders.set(text, holder);
  });
  return group.map((element, index) => {
    let kind = kinds[index] ?? null;
    let text = texts[index] ?? '';
    if (kind !== null && alike.has(text)) {
      const fuller = fullerKind(kind);
      const more = read(element, fuller, memory) ?? '';
      if (more !== '' && more !== text) [kind, text] = [fuller, more];
    }
    if (kind !== null && text !== '') return `${kind}:${text}`;
    if (!headings) return null;
    const heading = headingKey(element, memory);
    return heading === '' ? null : `head:${heading}`;
  });
}

const holderOf = (element: Element, kind: Kind): Element | null => {
  const levels = /^up(\d+)$/.exec(kind);
  return levels !== null ? climb(element, Number(levels[1])) : around(element, kind === 'row' ? ROWS : ITEMS);
};

const fullerKind = (kind: Kind): Kind => (kind === 'row' ? 'rows' : kind === 'item' ? 'items' : (`ups${kind.slice(2)}` as Kind));

/** Row or item where there is one; else the highest block that holds no other twin. */
function kindsOf(group: readonly Element[]): (Kind | null)[] {
  const kinds: (Kind | null)[] = group.map((element) => containerOf(element)?.kind ?? null);
  if (!kinds.includes(null)) return kinds;
  const held = new Map<Element, number>();
  for (const element of group)
    for (let at: Element | null = element; at !== null; at = flatParent(at)) held.set(at, (held.get(at) ?? 0) + 1);
  group.forEach((element, index) => {
    if (kinds[index] !== null) return;
    let levels = 0;
    for (let at = flatParent(element); at !== null && held.get(at) === 1; at = flatParent(at)) levels += 1;
    kinds[index] = levels === 0 ? null : `up${levels}`;
  });
  return kinds;
}

const WORDS: Readonly<Record<string, string>> = { row: 'row', item: 'list item', up: 'block', head: 'heading' };

/** Null when the context is still what it was; else `its row is now "Bob"`. */
export function contextChange(element: Element, twin: string): string | null {
  const colon = twin.indexOf(':');
  const kind = twin.slice(0, colon);
  const now = read(element, kind, createMemory('element'));
  if (now === twin.slice(colon + 1)) return null;
  const word = WORDS[kind.replace(/s?\d*~?$/, '')] ?? 'row';
  return now === null ? `it left its ${word}` : `its ${word} is now ${JSON.stringify(now)}`;
}
