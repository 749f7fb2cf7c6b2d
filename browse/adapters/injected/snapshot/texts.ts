/**
 * What a container says to its reader, as units (a cell, a run of text) from the left, and which part of it lasts: numbers that
 * count, clocks and words of state change while nothing changes. Must not know twins, rows or headings.
 */
import {
  attribute,
  collapse,
  ELEMENT,
  flatChildren,
  flatContains,
  glyphless,
  hasAttribute,
  localName,
  nodeType,
  nodeValue,
  TEXT,
} from '../dom-getters.ts';
import type { Styles } from '../styles/styles.ts';

const CONTROLS = new Set(
  'output button input select textarea option script style template noscript time progress meter svg iframe object'.split(' '),
);
/** Parts whose text acts, or announces itself and goes again. */
const PASSING = new Set(
  (
    'button timer status alert log tooltip progressbar textbox searchbox combobox spinbutton slider switch checkbox radio option ' +
    'menuitem menuitemcheckbox menuitemradio tab'
  ).split(' '),
);
/** Units looked at, and characters of each. */
const UNITS = 24;
export const LIMIT = 120;

export const cut = (text: string): string => (text.length > LIMIT ? text.slice(0, LIMIT) : text);

/** One run of visible text, and the element that it stands in. */
type Leaf = { readonly text: string; readonly parent: Element };

/** Texts of one walk or one look, by container. */
export type Texts = {
  /** The units of a container without those in `skip`, in order; only those before `skip` where `before` says so. */
  units(container: Element, skip: Element | null, before?: boolean): readonly string[];
};

/** Whether the text of an element is never part of what stands around something. */
function isControl(element: Element): boolean {
  return CONTROLS.has(localName(element)) || PASSING.has(attribute(element, 'role') ?? '') || hasAttribute(element, 'aria-live');
}

/** Fresh memory of texts; never kept from one evaluation to the next. */
export function createTexts(styles: Styles): Texts {
  const leavesOf = new Map<Element, readonly Leaf[]>();
  function leaves(container: Element): readonly Leaf[] {
    const remembered = leavesOf.get(container);
    if (remembered !== undefined) return remembered;
    const found: Leaf[] = [];
    visit(container, found);
    leavesOf.set(container, found);
    return found;
  }
  function visit(parent: Element, found: Leaf[]): void {
    for (const child of flatChildren(parent)) {
      if (found.length >= UNITS) return;
      const type = nodeType(child);
      if (type === TEXT) {
        const text = collapse(glyphless(nodeValue(child) ?? ''));
        if (text !== '' && !styles.look(parent).veiled) found.push({ text, parent });
      } else if (type === ELEMENT) {
        const element = child as Element;
        if (isControl(element) || attribute(element, 'aria-hidden') === 'true' || styles.look(element).gone) continue;
        if (localName(element) === 'img') {
          const alt = collapse(attribute(element, 'alt') ?? '');
          if (alt !== '') found.push({ text: alt, parent: element });
        } else visit(element, found);
      }
    }
  }
  return {
    units(container, skip, before = false) {
      const all = leaves(container);
      // What is in a control is left out already.
      if (skip === null || (isControl(skip) && !before)) return all.map(({ text }) => text);
      const outside: string[] = [];
      for (const { text, parent } of all) {
        if (before && (skip.compareDocumentPosition(parent) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0) continue;
        if (!flatContains(skip, parent)) outside.push(text);
      }
      return outside;
    },
  };
}

const CLOCK =
  /\b\d{1,2}:\d{2}(:\d{2})?(\s?[ap]m)?\b|\b(\d+|an?|a few)\s?(ms|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|weeks?|months?|years?)\.? ago\b|\b(just now|yesterday|today)\b/giu;
const DURATION = /^\d+\s*(ms|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)\.?$/iu;
const COUNTER = /^[^\p{L}]*$/u;
/** Amounts, shares, short numbers. A long number, or one with a sign before it, is a name (`Order 1042`). */
const COUNTS = /[$€£¥]\s?[\d.,]+|[\d.,]+\s?[%$€£¥]|(?<![\d#\p{L}])\d{1,3}(?![\d\p{L}])/gu;
const NAMING = /^.*?(?:#\d+|\d{4,})/u;
const STATE = new RegExp(
  `^(${(
    'yes no on off true false enabled disabled active inactive open opened closed online offline new pending done running stopped ' +
    'paused loading loaded saving saved ready busy failed ok error warning success draft published public private read unread ' +
    'selected checked unchecked none empty'
  ).replaceAll(' ', '|')}|in progress)[.!…]*$`,
  'iu',
);

/** Answers of {@link lasting}: the same units are asked about for each twin. */
const known = new Map<string, string>();
/** Answers kept at most. */
const KNOWN = 20_000;

/** What lasts of a unit; empty where nothing does. It ends with the number that names it. `title`: it names a part, whatever word it is. */
export function lasting(unit: string, title = false): string {
  if (title) return steadyOf(unit);
  let answer = known.get(unit);
  if (answer !== undefined) return answer;
  if (known.size >= KNOWN) known.clear();
  known.set(unit, (answer = STATE.test(unit) || DURATION.test(unit) ? '' : steadyOf(unit)));
  return answer;
}

function steadyOf(unit: string): string {
  if (COUNTER.test(unit)) return '';
  const steady = /[\d$€£¥]|just now|yesterday|today| ago/iu.test(unit) ? collapse(unit.replace(CLOCK, ' ').replace(COUNTS, ' ')) : unit;
  if (COUNTER.test(steady)) return '';
  return cut(NAMING.exec(steady)?.[0] ?? steady);
}

/** The words of all units, numbers and states among them; clocks only where `clocks` says so. */
export function words(units: readonly string[], clocks: boolean): readonly string[] {
  const text = units.join(' ');
  return collapse(clocks ? text : text.replace(CLOCK, ' '))
    .split(' ')
    .filter((word) => word !== '');
}
