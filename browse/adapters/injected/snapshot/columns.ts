/** The header of the column that an element stands in. Must not know rows, twins or snapshots. */
import { attribute, closest, ELEMENT, flatChildren, localName, matches, nodeType, select } from '../dom-getters.ts';
import type { Memory } from './context-memory.ts';

const CELL = 'td,th,[role=cell],[role=gridcell],[role=rowheader]';
const TABLE = 'table,[role=table],[role=grid],[role=treegrid]';
const ROW = 'tr,[role=row]';
const HEADER = 'th:not([scope=row]),[role=columnheader]';
/** Rows looked at for headers. */
const FIRST = 3;

const elementsIn = (parent: Element): Element[] => flatChildren(parent).filter((child): child is Element => nodeType(child) === ELEMENT);

/** Empty where there is none. */
export function columnHeader(element: Element, memory: Memory): string {
  const cell = closest(element, CELL);
  const row = cell === null ? null : closest(cell, ROW);
  const table = row === null ? null : closest(row, TABLE);
  if (cell === null || row === null || table === null || matches(cell, '[role=columnheader]')) return '';
  const place = columnOf(row, cell);
  return place === null ? '' : (headersOf(table, memory)[place] ?? '');
}

function spanOf(cell: Element): number {
  const span = Number(attribute(cell, 'colspan') ?? attribute(cell, 'aria-colspan') ?? 1);
  return Number.isInteger(span) && span > 0 && span < 1000 ? span : 1;
}

const isCell = (element: Element): boolean =>
  localName(element) === 'td' || localName(element) === 'th' || matches(element, `${CELL},[role=columnheader]`);

function columnOf(row: Element, cell: Element): number | null {
  const said = Number(attribute(cell, 'aria-colindex') ?? 0);
  if (said > 0) return said - 1;
  let place = 0;
  for (const each of elementsIn(row).filter(isCell)) {
    if (each === cell) return place;
    place += spanOf(each);
  }
  return null;
}

/** The texts over the columns, of the last of the first rows that is made of headers. */
function headersOf(table: Element, memory: Memory): readonly string[] {
  const known = memory.columns.get(table);
  if (known !== undefined) return known;
  const headers: string[] = [];
  const rows = Array.from(select(table, ROW)).filter((row) => closest(row, TABLE) === table);
  for (const row of rows.slice(0, FIRST)) {
    const cells = elementsIn(row).filter(isCell);
    const heads = cells.filter((cell) => matches(cell, HEADER));
    // A row of data may begin with a header of its own.
    if (heads.length === 0 || heads.length * 2 < cells.length || (heads.length === 1 && cells.length > 1)) continue;
    let place = 0;
    for (const cell of cells) {
      const said = Number(attribute(cell, 'aria-colindex') ?? 0);
      if (said > 0) place = said - 1;
      const text = matches(cell, HEADER) ? memory.texts.units(cell, null).join(' ') : '';
      for (let span = spanOf(cell); span > 0; span -= 1, place += 1) if (text !== '') headers[place] = text;
    }
  }
  memory.columns.set(table, headers);
  return headers;
}
