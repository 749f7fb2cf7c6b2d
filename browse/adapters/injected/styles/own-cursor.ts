/**
 * Whether an element has the pointer cursor by a rule of its own, where what is around it has it too: each entry of a list, each
 * day of a calendar. Read from the style sheets once per walk. Must not know roles or listeners.
 */
import { adoptedSheetsOf, attribute, matches, rootOf, styleSheetsOf } from '../dom-getters.ts';

/** Rules looked at; a page with more of them gets no answer. */
const LIMIT = 300;

export type OwnCursor = (element: Element) => boolean;

/** A fresh memory of the rules that set the cursor; never kept from one evaluation to the next. */
export function createOwnCursor(): OwnCursor {
  const known = new Map<Node, readonly string[]>();
  return function ownCursor(element) {
    if (/cursor:\s*pointer/.test(attribute(element, 'style') ?? '')) return true;
    const root = rootOf(element);
    if (!(root instanceof Document || root instanceof ShadowRoot)) return false;
    let selectors = known.get(root);
    if (selectors === undefined) known.set(root, (selectors = selectorsIn(root)));
    return selectors.some((selector) => matches(element, selector));
  };
}

function selectorsIn(root: Document | ShadowRoot): readonly string[] {
  const found: string[] = [];
  const sheets =
    root instanceof Document
      ? [...Array.from(styleSheetsOf(root)), ...adoptedSheetsOf(root)]
      : [...Array.from(root.styleSheets), ...root.adoptedStyleSheets];
  for (const sheet of sheets) {
    try {
      read(sheet.cssRules, found);
    } catch {
      // Of another site: its rules cannot be read.
    }
  }
  return found.length > LIMIT ? [] : found;
}

function read(rules: CSSRuleList, found: string[]): void {
  for (let index = 0; index < rules.length && found.length <= LIMIT; index += 1) {
    const rule = rules[index];
    if (rule instanceof CSSStyleRule) {
      // A rule for everything says nothing of the one.
      if (
        rule.style.cursor === 'pointer' &&
        !/(^|[\s>+~,])\*/.test(rule.selectorText) &&
        !/&|:{1,2}(hover|active|before|after)/.test(rule.selectorText)
      )
        found.push(rule.selectorText);
    } else if (rule instanceof CSSImportRule) {
      if (rule.styleSheet !== null) read(rule.styleSheet.cssRules, found);
    } else if (rule !== undefined && 'cssRules' in rule) read(rule.cssRules as CSSRuleList, found);
  }
}
