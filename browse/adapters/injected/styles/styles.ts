/**
 * What of an element is rendered, asked of the browser once per element and walk. Must not know roles or names.
 */
import { attribute, flatParent, hasAttribute, localName } from '../dom-getters.ts';
import { stylesheetEffects, type StylesheetEffects } from './stylesheet-scan.ts';

/** The few facts of the computed style that decide about printing. */
export type Look = {
  /** `display: none` or a closed part: nothing below it is rendered. */
  readonly gone: boolean;
  /** `visibility: hidden`; something below may be visible again. */
  readonly veiled: boolean;
  /** Stands in a line of text. */
  readonly inline: boolean;
  /** Its text runs together with that on both sides: inline, and no box of its own. */
  readonly joined: boolean;
  readonly pointer: boolean;
  readonly style: CSSStyleDeclaration;
};

class ComputedLook implements Look {
  readonly style: CSSStyleDeclaration;
  readonly gone: boolean;
  readonly veiled: boolean;
  readonly inline: boolean;
  readonly joined: boolean;
  constructor(style: CSSStyleDeclaration) {
    const display = style.display;
    this.style = style;
    // An element in no rendered tree (a light child without a slot) has an empty computed style in Chromium.
    this.gone = display === 'none' || display === '';
    this.veiled = style.visibility !== 'visible';
    this.inline = INLINE.test(display);
    this.joined = JOINED.test(display);
  }
  get pointer(): boolean {
    return this.style.cursor === 'pointer';
  }
}

/** Remembers looks for one walk; a new walk needs a new one. */
export type Styles = {
  look(element: Element): Look;
  /** `content-visibility: hidden`: itself rendered, nothing below it. */
  sealed(element: Element): boolean;
  /** Text that style puts before or after an element's content. */
  pseudo(element: Element, which: '::before' | '::after'): string;
  /** A text of that element as it is shown (`text-transform`). */
  transform(text: string, element: Element): string;
  /** To be called when an open shadow tree is come to. */
  meetShadow(): void;
};

const INLINE = /^(inline|contents|ruby)/;
const JOINED = /^(inline|contents|ruby.*)$/;

/** A fresh memory of computed styles. */
export function createStyles(): Styles {
  const looks = new Map<Element, Look>();
  const compute = getComputedStyle;
  function look(element: Element): Look {
    const known = looks.get(element);
    if (known !== undefined) return known;
    const fresh = new ComputedLook(compute(element));
    looks.set(element, fresh);
    return fresh;
  }
  let asked = 0;
  let effects: StylesheetEffects | null = null;
  /** Shadow trees have sheets of their own: from the first one on, every element is asked. */
  let open = false;
  function may(effect: keyof StylesheetEffects): boolean {
    asked += 1;
    if (open || asked <= FEW) return true;
    effects ??= stylesheetEffects(document);
    return effects[effect];
  }
  function pseudo(element: Element, which: '::before' | '::after'): string {
    if (!may('generates')) return '';
    const style = compute(element, which);
    const { content } = style;
    if (content === 'none' || content === 'normal' || content === '' || content === '""') return '';
    if (style.display === 'none' || style.visibility !== 'visible') return '';
    let text = '';
    // `"text" / "alternative"`: the alternative is what assistive technology gets.
    const slash = content.lastIndexOf('" / ');
    const source = slash >= 0 ? content.slice(slash + 3) : content;
    for (const [, double] of source.matchAll(/"((?:[^"\\]|\\.)*)"/g)) text += (double ?? '').replace(/\\(.)/g, '$1');
    return slash >= 0 || !JOINED.test(style.display) ? ` ${text} ` : text;
  }
  function transform(text: string, element: Element): string {
    if (!may('transforms')) return text;
    switch (look(element).style.textTransform) {
      case 'uppercase':
        return text.toLocaleUpperCase();
      case 'lowercase':
        return text.toLocaleLowerCase();
      case 'capitalize':
        return text.replace(
          /(^|[^\p{L}\p{N}\p{M}'’])(\p{L})/gu,
          (_whole, before: string, letter: string) => before + letter.toLocaleUpperCase(),
        );
      default:
        return text;
    }
  }
  return {
    look,
    sealed: (element) => may('seals') && look(element).style.contentVisibility === 'hidden',
    pseudo,
    transform,
    meetShadow: () => {
      open = true;
    },
  };
}

/** A few are cheaper to ask for than all rules are to read. */
const FEW = 200;

/** Whether an ancestor or the element itself is not rendered. */
export function outOfReach(element: Element, styles: Styles): boolean {
  for (let at: Element | null = element; at !== null; at = flatParent(at)) {
    if (styles.look(at).gone) return true;
    const parent = flatParent(at);
    if (parent !== null && styles.sealed(parent)) return true;
    if (parent !== null && localName(parent) === 'details' && !hasAttribute(parent, 'open') && localName(at) !== 'summary') return true;
  }
  return false;
}

/** What keeps an element from the accessibility tree, by an element around it. */
export function keptAround(element: Element): 'aria-hidden' | 'inert' | null {
  let kept: 'aria-hidden' | null = null;
  for (let at = flatParent(element); at !== null; at = flatParent(at)) {
    if (hasAttribute(at, 'inert')) return 'inert';
    if (attribute(at, 'aria-hidden') === 'true') kept = 'aria-hidden';
  }
  return kept;
}
