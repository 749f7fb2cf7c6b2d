/**
 * What of an element is rendered, asked of the browser once per element and walk. Must not know roles or names.
 */
import { flatParent, hasAttribute, localName, attribute } from './native.ts';

/** The few facts of the computed style that decide about printing. */
export type Look = {
  /** `display: none` or a closed part: nothing below it is rendered. */
  readonly gone: boolean;
  /** `visibility: hidden`; something below may be visible again. */
  readonly veiled: boolean;
  /** `content-visibility: hidden`: itself rendered, nothing below it. */
  readonly sealed: boolean;
  /** Flows inside a line, so text on both sides of it runs together. */
  readonly inline: boolean;
  readonly pointer: boolean;
};

/** Remembers looks for one walk; a new walk needs a new one. */
export type Styles = { look(element: Element): Look; pseudo(element: Element, which: '::before' | '::after'): string };

const INLINE = /^(inline|contents|ruby|none)/;

/** A fresh memory of computed styles. */
export function createStyles(): Styles {
  const looks = new Map<Element, Look>();
  const compute = getComputedStyle;
  function look(element: Element): Look {
    const known = looks.get(element);
    if (known !== undefined) return known;
    const style = compute(element);
    const display = style.display;
    const fresh: Look = {
      // An element in no rendered tree (a light child without a slot) has an empty computed style in Chromium.
      gone: display === 'none' || display === '',
      veiled: style.visibility !== 'visible',
      sealed: style.contentVisibility === 'hidden',
      inline: INLINE.test(display),
      pointer: style.cursor === 'pointer',
    };
    looks.set(element, fresh);
    return fresh;
  }
  function pseudo(element: Element, which: '::before' | '::after'): string {
    const content = compute(element, which).content;
    if (content === 'none' || content === 'normal' || content === '') return '';
    let text = '';
    // `"text" / "alternative"`: the alternative is what assistive technology gets.
    const slash = content.lastIndexOf('" / ');
    const source = slash >= 0 ? content.slice(slash + 4) : content;
    for (const [, double] of source.matchAll(/"((?:[^"\\]|\\.)*)"/g)) text += (double ?? '').replace(/\\(.)/g, '$1');
    return text;
  }
  return { look, pseudo };
}

/** Whether an ancestor or the element itself is taken out of reach: not rendered, `inert`, `aria-hidden`. */
export function outOfReach(element: Element, styles: Styles): boolean {
  for (let at: Element | null = element; at !== null; at = flatParent(at)) {
    if (styles.look(at).gone || hasAttribute(at, 'inert') || attribute(at, 'aria-hidden') === 'true') return true;
    const parent = flatParent(at);
    if (parent !== null && localName(parent) === 'details' && !hasAttribute(parent, 'open') && localName(at) !== 'summary') return true;
  }
  return false;
}
