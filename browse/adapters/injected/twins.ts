/**
 * What tells two elements of the same role and name apart: the row they stand in, their list item, the block around
 * each, or the heading above. Written as `kind:text`, so that it can be read again from the element alone.
 * Times and counters in a row do not count. Must not know pins or snapshots.
 */
import {
  attribute,
  closest,
  collapse,
  comparePosition,
  ELEMENT,
  flatChildren,
  flatParent,
  localName,
  matches,
  nodeType,
  nodeValue,
  parentNode,
  rootOf,
  select,
  textContent,
  TEXT,
} from './native.ts';

const ROWS = 'tr,[role=row]';
const ITEMS = 'li,[role=listitem],[role=article],[role=treeitem],article,dd';
const CELLS = 'td,th,[role=cell],[role=gridcell],[role=rowheader],[role=columnheader]';
const HEADINGS = 'h1,h2,h3,h4,h5,h6,[role=heading],legend,summary,caption';
const CONTROLS = new Set([
  'button',
  'input',
  'select',
  'textarea',
  'option',
  'script',
  'style',
  'template',
  'time',
  'progress',
  'meter',
  'svg',
]);
const LIMIT = 120;

/** `12:30`, `3 min ago`, `2026-11-21`, `just now`: changes while nothing changes. */
const CLOCK =
  /\b\d{1,2}:\d{2}\b|\b(ago|just now|yesterday|today)\b|^\d+\s*(ms|s|sec|secs|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)\.?$/i;
const COUNTER = /^[^\p{L}]*$/u;

type Kind = 'row' | 'rows' | 'item' | 'items' | 'head' | `up${number}` | `ups${number}`;

/** Remembers texts and headings for one walk. */
export type Memory = {
  readonly texts: Map<string, Map<Element, string>>;
  readonly headings: Map<Element, readonly Element[]>;
  /** Places in document order by tree scope, for a walk: asking the browser which of two siblings is first costs time by their distance. */
  readonly places: Map<Node, Map<Element, number>> | null;
};
/** A fresh memory, for a walk or for one element; never kept from one evaluation to the next. */
export function createMemory(of: 'walk' | 'element'): Memory {
  return { texts: new Map(), headings: new Map(), places: of === 'walk' ? new Map() : null };
}

function precedes(first: Element, second: Element, { places }: Memory): boolean {
  if (places === null) return (comparePosition(first, second) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  const root = rootOf(first);
  let known = places.get(root);
  if (known === undefined) {
    known = new Map();
    let place = 0;
    for (const element of Array.from(select(root, '*'))) known.set(element, (place += 1));
    places.set(root, known);
  }
  return (known.get(first) ?? 0) < (known.get(second) ?? 0);
}

function remembered(memory: Memory, kind: string, element: Element, compute: () => string): string {
  let texts = memory.texts.get(kind);
  if (texts === undefined) {
    texts = new Map();
    memory.texts.set(kind, texts);
  }
  let text = texts.get(element);
  if (text === undefined) {
    text = compute();
    texts.set(element, text);
  }
  return text;
}

const short = (text: string): string => (text.length > LIMIT ? text.slice(0, LIMIT) : text);

function cellsOf(row: Element): Element[] {
  if (localName(row) === 'tr') return flatChildren(row).filter((child): child is Element => nodeType(child) === ELEMENT);
  return Array.from(select(row, CELLS)).filter((cell) => closest(cell, ROWS) === row);
}

function cellText(cell: Element): string {
  return collapse(textContent(cell) ?? '') || (texts(cell)[0] ?? '');
}

/** Row header, else the first cell that says something that is no clock. */
function rowKey(row: Element): string {
  const cells = cellsOf(row);
  const header = cells.find((cell) => matches(cell, 'th[scope=row],[role=rowheader]'));
  if (header !== undefined && cellText(header) !== '') return short(cellText(header));
  let spare = '';
  for (const cell of cells) {
    const leaves = texts(cell);
    const text = leaves.join(' ');
    if (text === '') continue;
    if (!CLOCK.test(text)) return short(text);
    if (spare === '') spare = text;
  }
  return cells.length === 0 ? itemKey(row) : short(spare);
}

/** Texts of an element outside its controls, in order, each collapsed. */
function texts(element: Element, limit = 12): string[] {
  const found: string[] = [];
  const visit = (node: Node): void => {
    if (found.length >= limit) return;
    const type = nodeType(node);
    if (type === TEXT) {
      const text = collapse(nodeValue(node) ?? '');
      if (text !== '') found.push(text);
      return;
    }
    if (type !== ELEMENT) return;
    const child = node as Element;
    if (CONTROLS.has(localName(child)) || attribute(child, 'role') === 'button' || attribute(child, 'role') === 'timer') return;
    for (const inner of flatChildren(child)) visit(inner);
  };
  for (const child of flatChildren(element)) visit(child);
  return found;
}

function lasting(found: readonly string[]): string[] {
  return found.filter((text) => !CLOCK.test(text) && !COUNTER.test(text));
}

/** The heading in an item, else its first lasting text. */
function itemKey(item: Element): string {
  const heading = select(item, HEADINGS)[0];
  const said = heading === undefined ? '' : collapse(textContent(heading) ?? '');
  if (said !== '') return short(said);
  const found = texts(item);
  return short(lasting(found)[0] ?? found.find((text) => !CLOCK.test(text)) ?? alternatives(item));
}

function alternatives(item: Element): string {
  const picture = select(item, 'img[alt]:not([alt=""]),[aria-label]:not(button,a,input)')[0];
  return picture === undefined ? '' : collapse(attribute(picture, 'alt') ?? attribute(picture, 'aria-label') ?? '');
}

function fullKey(container: Element): string {
  return short(lasting(texts(container, 24)).join(' '));
}

function headingsIn(scope: Element, memory: Memory): readonly Element[] {
  let found = memory.headings.get(scope);
  if (found === undefined) {
    found = Array.from(select(scope, HEADINGS));
    memory.headings.set(scope, found);
  }
  return found;
}

/** The last heading before an element in the nearest part that has one; the first of that part when none is before it. */
function headingKey(element: Element, memory: Memory): string {
  // Stands for the element in the tree scope that is looked through: itself, then the hosts and slots around it.
  let stand = element;
  let inner = element;
  for (let scope = flatParent(inner); scope !== null; inner = scope, scope = flatParent(scope)) {
    if (parentNode(inner) !== scope) stand = scope;
    const headings = headingsIn(scope, memory);
    if (headings.length === 0) continue;
    let before = 0;
    let after = headings.length;
    while (before < after) {
      const middle = (before + after) >> 1;
      if (precedes(headings[middle] as Element, stand, memory)) before = middle + 1;
      else after = middle;
    }
    const chosen = headings[Math.max(0, before - 1)] as Element;
    return remembered(memory, 'heading', chosen, () => short(collapse(textContent(chosen) ?? '')));
  }
  return '';
}

function around(element: Element, selector: string): Element | null {
  for (let at = flatParent(element); at !== null; at = flatParent(at)) if (matches(at, selector)) return at;
  return null;
}

/** Row or list item around an element: the nearer one. */
function containerOf(element: Element): { kind: 'row' | 'item'; container: Element } | null {
  for (let at = flatParent(element); at !== null; at = flatParent(at)) {
    if (matches(at, ROWS)) return { kind: 'row', container: at };
    if (matches(at, ITEMS)) return { kind: 'item', container: at };
  }
  return null;
}

function climb(element: Element, levels: number): Element | null {
  let at: Element | null = element;
  for (let level = 0; level < levels && at !== null; level += 1) at = flatParent(at);
  return at;
}

/** The text of that kind for an element now; null where there is no such container any more. */
function read(element: Element, kind: string, memory: Memory): string | null {
  if (kind === 'head') return headingKey(element, memory);
  const levels = /^(ups?)(\d+)$/.exec(kind);
  const full = kind === 'rows' || kind === 'items' || levels?.[1] === 'ups';
  const container = levels !== null ? climb(element, Number(levels[2])) : around(element, kind.startsWith('row') ? ROWS : ITEMS);
  if (container === null) return null;
  if (full) return remembered(memory, 'full', container, () => fullKey(container));
  return kind === 'row'
    ? remembered(memory, 'row', container, () => rowKey(container))
    : remembered(memory, 'item', container, () => itemKey(container));
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
  const word = WORDS[kind.replace(/s?\d*$/, '')] ?? 'row';
  return now === null ? `it left its ${word}` : `its ${word} is now ${JSON.stringify(now)}`;
}
