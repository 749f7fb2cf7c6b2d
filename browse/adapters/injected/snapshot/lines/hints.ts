/**
 * What stands for the name of something nameless to its reader: the name of its icon, its tooltip, its test id, its picture's file,
 * its place in a grid. Printed only; what an element is never depends on it. Must not know pins or lines.
 */
import { aria, attribute, boxOf, collapse, glyphless, localName, referenced, select, textContent } from '../../dom-getters.ts';

/** Longest hint, in characters. */
const LIMIT = 40;
/** Parts of an element that are looked at for its icon. */
const PARTS = 12;

const TOOLTIPS = [
  'data-tooltip',
  'data-tooltip-content',
  'data-bs-original-title',
  'data-original-title',
  'data-tip',
  'data-title',
  'tooltip',
];
const TEST_IDS = ['data-testid', 'data-test-id', 'data-test', 'data-cy', 'data-qa'];
/** Words before the name of an icon in a class: `fa-trash`, `lucide-trash`, `icon-trash`, `mdi-trash`. */
const ICON =
  /^(?:fa|fas|far|fab|bi|mdi|ti|ri|bx|bxs|(?:[a-z]{1,4}-)?icons?|ico|lucide|tabler-icon|feather|codicon|octicon|glyphicon|anticon|pi|la|heroicon|ph|uil|dashicons|oi|ion|btn|button)-+([a-z][a-z0-9-]*)$/i;
/** Such words that say how an icon looks and not what it shows. */
const LOOKS =
  /^(?:\d+x|xs|sm|md|lg|xl|\dxl|fw|spin|pulse|solid|regular|light|duotone|brands|thin|sharp|inverse|border|stack(?:-\dx)?|rotate-.*|flip-.*|pull-.*|primary|secondary|success|danger|warning|info|dark|link|outline.*|block|icon|default|small|large|medium|ghost|text|group|wrapper|container|root|none)$/i;
/** Fonts that write the name of an icon as its text. */
const LIGATURES = /material-(?:icons|symbols)/;
/** A name that a bundler made. */
const MADE = /^[a-z]*[-_]?[0-9a-f]{6,}$|^\d+$/i;

/** The hint of a nameless element; null where nothing says anything. */
export function hintOf(element: Element): string | null {
  const own = tooltipOf(element) ?? iconOf(element);
  if (own !== null) return beginningOf(own);
  const inner = Array.from(select(element, 'svg,use,img,i,span,[class*=icon],[data-icon],title,image')).slice(0, PARTS);
  for (const part of inner) {
    const said = tooltipOf(part) ?? iconOf(part) ?? pictureOf(part);
    if (said !== null) return beginningOf(said);
  }
  const said = pictureOf(element) ?? testIdOf(element) ?? inner.map(testIdOf).find((id) => id !== null) ?? fieldOf(element);
  return said === null || said === undefined ? null : beginningOf(said);
}

/** As much of a text as a hint holds. */
export function beginningOf(text: string): string {
  return text.length <= LIMIT ? text : `${text.slice(0, LIMIT - 1)}…`;
}

function textOr(text: string | null): string | null {
  const said = collapse(glyphless(text ?? ''));
  return said === '' ? null : said;
}

function tooltipOf(element: Element): string | null {
  for (const name of ['title', ...TOOLTIPS]) {
    const said = textOr(attribute(element, name));
    if (said !== null) return said;
  }
  if (localName(element) === 'title') return textOr(textContent(element));
  if (aria(element, 'aria-describedby') === null && aria(element, 'aria-description') === null) return null;
  const described = referenced(element, 'aria-describedby').map((part) => textContent(part) ?? '');
  return textOr(described.join(' ')) ?? textOr(aria(element, 'aria-description'));
}

function iconOf(element: Element): string | null {
  const data = attribute(element, 'data-icon') ?? attribute(element, 'data-lucide') ?? attribute(element, 'icon');
  if (data !== null) return textOr(data.replace(/^.*:/, ''));
  if (localName(element) === 'use') {
    const [, name = ''] = /#(.+)$/.exec(attribute(element, 'href') ?? attribute(element, 'xlink:href') ?? '') ?? [];
    return textOr(name.replace(/^(?:icon|ico|i|svg|symbol)[-_:]/i, ''));
  }
  const classes = attribute(element, 'class') ?? '';
  if (classes === '') return null;
  if (LIGATURES.test(classes)) return textOr(textContent(element));
  for (const token of classes.split(/\s+/)) {
    const name = ICON.exec(token)?.[1];
    if (name !== undefined && !LOOKS.test(name)) return name;
  }
  return null;
}

function pictureOf(element: Element): string | null {
  const tag = localName(element);
  const source =
    tag === 'img' ? attribute(element, 'src') : tag === 'image' ? (attribute(element, 'href') ?? attribute(element, 'xlink:href')) : null;
  if (source === null || source.startsWith('data:')) return null;
  const [, name = ''] = /([^/?#]+?)(?:\.[a-z0-9]{2,5})?(?:[?#].*)?$/i.exec(source) ?? [];
  return name === '' || MADE.test(name) ? null : name;
}

function testIdOf(element: Element): string | null {
  for (const name of TEST_IDS) {
    const said = textOr(attribute(element, name));
    if (said !== null) return said;
  }
  return null;
}

/** What a form calls a field, and an author a shape. */
function fieldOf(element: Element): string | null {
  const id = textOr(attribute(element, 'name')) ?? textOr(attribute(element, 'id'));
  return id === null || MADE.test(id) || /[:«»]/.test(id) ? null : id;
}

/** Fewer than these are told by their number alone. */
const GRID = 4;

/** Where nameless twins stand in rows and columns; null for each where they stand in one line. */
export function placesInGrid(elements: readonly Element[]): readonly (string | null)[] {
  const none = elements.map(() => null);
  if (elements.length < GRID) return none;
  const boxes = elements.map(boxOf);
  const rows = linesOf(boxes.map(({ y, height }) => y + height / 2));
  const columns = linesOf(boxes.map(({ x, width }) => x + width / 2));
  const [down, across] = [Math.max(...rows), Math.max(...columns)];
  // Fields that lie anywhere are in no grid.
  if (down < 2 || across < 2 || down * across > 2 * elements.length) return none;
  if (new Set(rows.map((row, at) => `${row},${columns[at]}`)).size < elements.length) return none;
  return rows.map((row, at) => `row ${row}, column ${columns[at]}`);
}

/** Which line each middle lies in, from 1; middles a few pixels apart are in one. */
function linesOf(middles: readonly number[]): readonly number[] {
  const sorted = [...new Set(middles)].sort((one, other) => one - other);
  const lines = new Map<number, number>();
  let line = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const middle of sorted) {
    if (middle - last > 4) line += 1;
    lines.set(middle, line);
    last = middle;
  }
  return middles.map((middle) => lines.get(middle) ?? 0);
}
