/**
 * What stands around an element as text: the key of its row, list item, block, or the heading above. A context is
 * written as `kind:text`, so that it can be read again from the element alone. Times and counters do not count.
 * Must not know twins, pins or snapshots.
 */
import {
  attribute,
  closest,
  collapse,
  comparePosition,
  ELEMENT,
  flatChildren,
  flatParent,
  hasAttribute,
  localName,
  matches,
  nodeType,
  nodeValue,
  parentNode,
  rootOf,
  select,
  textContent,
  TEXT,
} from '../dom-getters.ts';

export const ROWS = 'tr,[role=row]';
export const ITEMS = 'li,[role=listitem],[role=article],[role=treeitem],article,dd';
const CELLS = 'td,th,[role=cell],[role=gridcell],[role=rowheader],[role=columnheader]';
const HEADINGS = 'h1,h2,h3,h4,h5,h6,[role=heading],legend,summary,caption';
const CONTROLS = new Set([
  'output',
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
/** Parts whose text acts, or announces itself and goes again. */
const PASSING = new Set(['button', 'timer', 'status', 'alert', 'log', 'tooltip', 'progressbar']);
/** What stands around a page rather than in it: a heading beyond it says nothing of what is in it. */
export const LANDMARKS = 'nav,header,footer,aside,[role=navigation],[role=banner],[role=contentinfo],[role=complementary]';
const LIMIT = 120;

/** `12:30`, `3 min ago`, `2026-11-21`, `just now`: changes while nothing changes. */
const CLOCK =
  /\b\d{1,2}:\d{2}\b|\b(ago|just now|yesterday|today)\b|^\d+\s*(ms|s|sec|secs|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)\.?$/i;
const COUNTER = /^[^\p{L}]*$/u;

/** Where a context is read: `rows`, `items`, `upsN` say all of the container, `upN` is N levels up, `~` leaves out what counts. */
export type Kind = 'row' | 'rows' | 'item' | 'items' | 'head' | `up${number}` | `ups${number}`;

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
    if (CONTROLS.has(localName(child)) || PASSING.has(attribute(child, 'role') ?? '') || hasAttribute(child, 'aria-live')) return;
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
  const picture = select(item, 'img[alt]:not([alt=""]),[aria-label]:not(button,a,input,select,textarea,[role])')[0];
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

/** The last heading before an element in the nearest part that has one; empty where none is before it. */
export function headingKey(element: Element, memory: Memory): string {
  // Stands for the element in the tree scope that is looked through: itself, then the hosts and slots around it.
  let stand = element;
  let inner = element;
  for (let scope = flatParent(inner); scope !== null; inner = scope, scope = flatParent(scope)) {
    if (parentNode(inner) !== scope) stand = scope;
    if (matches(inner, LANDMARKS)) return '';
    const headings = headingsIn(scope, memory);
    if (headings.length === 0) continue;
    let before = 0;
    let after = headings.length;
    while (before < after) {
      const middle = (before + after) >> 1;
      if (precedes(headings[middle] as Element, stand, memory)) before = middle + 1;
      else after = middle;
    }
    const chosen = headings[before - 1];
    if (chosen !== undefined) return remembered(memory, 'heading', chosen, () => short(collapse(textContent(chosen) ?? '')));
  }
  return '';
}

export function around(element: Element, selector: string): Element | null {
  for (let at = flatParent(element); at !== null; at = flatParent(at)) if (matches(at, selector)) return at;
  return null;
}

/** Row or list item around an element: the nearer one. */
export function containerOf(element: Element): { kind: 'row' | 'item'; container: Element } | null {
  for (let at = flatParent(element); at !== null; at = flatParent(at)) {
    if (matches(at, ROWS)) return { kind: 'row', container: at };
    if (matches(at, ITEMS)) return { kind: 'item', container: at };
  }
  return null;
}

export function climb(element: Element, levels: number): Element | null {
  let at: Element | null = element;
  for (let level = 0; level < levels && at !== null; level += 1) at = flatParent(at);
  return at;
}

/** The text of that kind for an element now; null where there is no such container any more. */
export function read(element: Element, kind: string, memory: Memory): string | null {
  if (kind.endsWith('~')) {
    const text = read(element, kind.slice(0, -1), memory);
    return text === null ? null : steady(text);
  }
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

/** A text without what counts or costs: short numbers, amounts, shares. Long numbers are names (`Order 1042`). */
function steady(text: string): string {
  return collapse(text.replace(/[$€£¥]\s?[\d.,]+|[\d.,]+\s?[%$€£¥]|(?<![\d#])\d{1,3}(?!\d)/g, ' '));
}
