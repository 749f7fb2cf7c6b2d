/**
 * Where an element stands, for its reader: the named containers around it, its row or list item, the heading that covers it, the
 * header of its column, its block. Each is read again from the element alone. Must not know twins, pins or snapshots.
 */
import {
  aria,
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
  parentNode,
  rootOf,
  select,
} from '../dom-getters.ts';
import { columnHeader } from './columns.ts';
import type { Memory } from './context-memory.ts';

const ROWS = 'tr,[role=row]';
const ITEMS = 'li,[role=listitem],[role=article],[role=treeitem],article,dd';
const CELLS = 'td,th,[role=cell],[role=gridcell],[role=rowheader],[role=columnheader]';
const HEADINGS = 'h1,h2,h3,h4,h5,h6,[role=heading],legend,summary,caption';
/** Headings of the part that they are a child of, and of nothing beside it. */
const OWN = new Set(['legend', 'summary', 'caption']);
/** What stands around a page rather than in it, and what lies over it: a heading beyond it says nothing of what is in it. */
const CLOSED = 'nav,header,footer,aside,[role=navigation],[role=banner],[role=contentinfo],[role=complementary]';
const DIALOGS = 'dialog,[role=dialog],[role=alertdialog]';

/** Roles whose name says what is in them. */
const CONTAINERS = new Set(
  (
    'group radiogroup region form search dialog alertdialog tabpanel article listitem row treeitem figure toolbar table grid ' +
    'treegrid list menu menubar listbox tree tablist navigation complementary banner contentinfo feed'
  ).split(' '),
);
/** Elements that have a name without an attribute for it. */
const NAMED_BY_A_CHILD = new Set(['fieldset', 'table']);

/** The nearest element above that is one of a kind, remembered for all that lie in the same part. */
function nearest(element: Element, kind: string, is: (element: Element) => boolean, memory: Memory): Element | null {
  let known = memory.around.get(kind);
  if (known === undefined) memory.around.set(kind, (known = new Map()));
  const passed: Element[] = [];
  let found: Element | null = null;
  for (let at = flatParent(element); at !== null; at = flatParent(at)) {
    const remembered = known.get(at);
    if (remembered !== undefined) {
      found = remembered;
      break;
    }
    passed.push(at);
    if (!is(at)) continue;
    found = at;
    break;
  }
  for (const at of passed) known.set(at, found);
  return found;
}

function nth(element: Element, levels: number, step: (element: Element) => Element | null): Element | null {
  let at: Element | null = element;
  for (let level = 0; level < levels && at !== null; level += 1) at = step(at);
  return at;
}

/** The name of a container; empty for what is none, or has none. */
function containerName(element: Element, memory: Memory): string {
  let name = memory.names.get(element);
  if (name !== undefined) return name;
  name = '';
  const authored = aria(element, 'aria-label') !== null || aria(element, 'aria-labelledby') !== null || hasAttribute(element, 'title');
  if (authored || NAMED_BY_A_CHILD.has(localName(element))) {
    const { roles, names } = memory.cache;
    const role = roles(element);
    if (CONTAINERS.has(role)) ({ name } = names(element, role));
  }
  memory.names.set(element, name);
  return name;
}

/** The n-th container with an accessible name around an element. */
export function namedAround(element: Element, levels: number, memory: Memory): Element | null {
  return nth(element, levels, (at) => nearest(at, 'named', (each) => containerName(each, memory) !== '', memory));
}

/** The n-th row or list item around an element. */
export function holderAround(element: Element, levels: number, memory: Memory): Element | null {
  return nth(element, levels, (at) => nearest(at, 'holder', (each) => matches(each, `${ROWS},${ITEMS}`), memory));
}

/** Whether a holder is a row. */
export const isRow = (holder: Element): boolean => matches(holder, ROWS);

/** How far above an element one of its ancestors is. */
export function distance(element: Element, ancestor: Element): number {
  let levels = 1;
  for (let at = flatParent(element); at !== null && at !== ancestor; at = flatParent(at)) levels += 1;
  return levels;
}

/** The element so many levels up. */
export const climb = (element: Element, levels: number): Element | null => nth(element, levels, flatParent);

/** Whether an element is where a search for its context ends. */
export const isEdge = (element: Element): boolean => matches(element, `${CLOSED},${DIALOGS}`);

/** The units of what an element is in; null where there is no such part any more. `level` counts from the inside. */
export function unitsOf(element: Element, kind: string, level: number, memory: Memory): Iterable<string> | null {
  switch (kind) {
    case 'in': {
      const container = namedAround(element, level, memory);
      return container === null ? null : [containerName(container, memory)];
    }
    case 'row':
    case 'item': {
      const holder = holderAround(element, level, memory);
      if (holder === null || isRow(holder) !== (kind === 'row')) return null;
      return kind === 'row' ? rowUnits(holder, element, memory) : itemUnits(holder, element, memory);
    }
    case 'head':
      return [headingAbove(element, memory)];
    case 'col':
      return [columnHeader(element, memory)];
    case 'up':
    case 'pre': {
      const block = climb(element, level);
      return block === null ? null : memory.texts.units(block, element, kind === 'pre');
    }
    case 'title':
      return [collapse(attribute(element, 'title') ?? '')];
    default:
      return null;
  }
}

function cellsOf(row: Element): Element[] {
  if (localName(row) === 'tr') return flatChildren(row).filter((child): child is Element => nodeType(child) === ELEMENT);
  return Array.from(select(row, CELLS)).filter((cell) => closest(cell, ROWS) === row);
}

/** The row's header first, then its cells from the left. */
function* rowUnits(row: Element, target: Element, memory: Memory): Iterable<string> {
  const cells = cellsOf(row);
  if (cells.length === 0) {
    yield* itemUnits(row, target, memory);
    return;
  }
  const header = cells.find((cell) => matches(cell, 'th[scope=row],[role=rowheader]'));
  const ordered = header === undefined ? cells : [header, ...cells.filter((cell) => cell !== header)];
  const { styles } = memory.cache;
  for (const cell of ordered) if (!styles.look(cell).gone) yield memory.texts.units(cell, target).join(' ');
}

/** The heading in an item first, then its texts; what a `dd` says begins with its term. */
function itemUnits(item: Element, target: Element, memory: Memory): readonly string[] {
  const own = memory.texts.units(item, target);
  const heading = Array.from(select(item, HEADINGS)).find((each) => !OWN.has(localName(each)));
  const said = heading === undefined ? '' : memory.texts.units(heading, target).join(' ');
  const named = said === '' ? own : [said, ...own];
  return localName(item) === 'dd' ? [termOf(item, memory), ...named] : named;
}

function termOf(item: Element, memory: Memory): string {
  const parent = flatParent(item);
  let term = '';
  for (const child of parent === null ? [] : flatChildren(parent)) {
    if (child === item) break;
    if (nodeType(child) === ELEMENT && localName(child as Element) === 'dt') term = memory.texts.units(child as Element, null).join(' ');
  }
  return term;
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

function headingsIn(scope: Element, { headings }: Memory): readonly Element[] {
  let found = headings.get(scope);
  if (found === undefined) {
    found = Array.from(select(scope, HEADINGS));
    headings.set(scope, found);
  }
  return found;
}

/** Headings looked at in one part: further back there is another section. */
const TRIED = 12;

function headingAbove(element: Element, memory: Memory): string {
  let known = memory.above.get(element);
  if (known === undefined) memory.above.set(element, (known = headingOf(element, memory)));
  return known;
}

/** The last heading before an element whose section has not ended there; empty where there is none. */
function headingOf(element: Element, memory: Memory): string {
  // Stands for the element in the tree scope that is looked through: itself, then the hosts and slots around it.
  let stand = element;
  let inner = element;
  for (let scope = flatParent(inner); scope !== null; inner = scope, scope = flatParent(scope)) {
    if (parentNode(inner) === scope) stand = inner;
    else stand = scope;
    if (inner !== element && isEdge(inner)) return '';
    const headings = headingsIn(scope, memory);
    let before = 0;
    let after = headings.length;
    while (before < after) {
      const middle = (before + after) >> 1;
      if (precedes(headings[middle] as Element, stand, memory)) before = middle + 1;
      else after = middle;
    }
    for (let at = before - 1; at >= 0 && at >= before - TRIED; at -= 1) {
      const heading = headings[at] as Element;
      if (heading === stand || !covers(heading, scope, memory)) continue;
      const said = memory.texts.units(heading, element).join(' ');
      if (said !== '' && !memory.cache.styles.look(heading).gone) return said;
    }
  }
  return '';
}

/** Whether what follows a heading in a part is still under it: the heading is a child of the part, or alone in one. */
function covers(heading: Element, scope: Element, memory: Memory): boolean {
  let child = heading;
  for (let parent = flatParent(child); parent !== null && parent !== scope; parent = flatParent(parent)) child = parent;
  if (child === heading) return true;
  if (OWN.has(localName(heading)) || memory.cache.styles.look(child).gone) return false;
  if (matches(child, 'header,hgroup')) return true;
  let bare = memory.bare.get(child);
  if (bare === undefined) {
    bare = memory.texts.units(child, heading).length === 0 && !matches(child, DIALOGS);
    memory.bare.set(child, bare);
  }
  return bare;
}
