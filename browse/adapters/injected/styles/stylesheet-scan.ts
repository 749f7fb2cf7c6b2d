/**
 * What the style sheets of a document can do at all. Reading the rules once is cheaper than asking thousands of elements
 * for what none of them has. Must not know elements' roles or names.
 */
import { adoptedSheetsOf, select, styleSheetsOf } from '../dom-getters.ts';

/** Effects that some rule or inline style may have; true where rules cannot be read. */
export type StylesheetEffects = {
  /** Text before or after an element's content. */
  readonly generates: boolean;
  /** `text-transform`. */
  readonly transforms: boolean;
  /** `content-visibility`. */
  readonly seals: boolean;
};

const ALL: StylesheetEffects = { generates: true, transforms: true, seals: true };

/** The effects that styles of a document may have, shadow trees left out. */
export function stylesheetEffects(scope: Document): StylesheetEffects {
  const found = {
    generates: false,
    transforms: select(scope, '[style*="text-transform"]').length > 0,
    seals: select(scope, '[style*="content-visibility"],[hidden="until-found" i]').length > 0,
  };
  for (const sheet of [...Array.from(styleSheetsOf(scope)), ...adoptedSheetsOf(scope)]) {
    try {
      read(sheet.cssRules, found);
    } catch {
      return ALL;
    }
  }
  return found;
}

function read(rules: CSSRuleList, found: { -readonly [K in keyof StylesheetEffects]: StylesheetEffects[K] }): void {
  for (let index = 0; index < rules.length; index += 1) {
    const rule = rules[index];
    if (rule instanceof CSSStyleRule) {
      const { style } = rule;
      if (style.textTransform !== '') found.transforms = true;
      if (style.contentVisibility !== '') found.seals = true;
      if (/"[^"]|(attr|counters?|var)\(/.test(style.content)) found.generates = true;
    }
    if (rule instanceof CSSImportRule) {
      if (rule.styleSheet !== null) read(rule.styleSheet.cssRules, found);
    } else if (rule !== undefined && 'style' in rule && 'keyText' in rule) {
      // Animations may set any of them.
      Object.assign(found, rule.cssText.includes('content') || rule.cssText.includes('text-transform') ? ALL : {});
    }
    if (rule !== undefined && 'cssRules' in rule) read(rule.cssRules as CSSRuleList, found);
  }
}
