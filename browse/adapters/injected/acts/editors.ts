/**
 * Editable documents (contenteditable, EditContext, `designMode`, the tiny field that a code editor listens to): what they are, and
 * what they show. Their text is the page's own model, so it is replaced by real input under the guard and read back from the page.
 * Must not know Playwright or the daemon.
 */
import {
  ELEMENT,
  TEXT,
  attribute,
  boxOf,
  firstChild,
  flatParent,
  localName,
  nextSibling,
  nodeType,
  nodeValue,
  scrollTopOf,
} from '../dom-getters.ts';
import { nextFrame } from './target.ts';

/** CSS pixels; a field that is smaller than this either way only receives the keys of an editor that is drawn elsewhere. */
const PROXY = 3;
/** What an editor is drawn in, at least, in CSS pixels. */
const DRAWN = 24;
/** Milliseconds that a selection may take to come to rest. */
const SETTLING = 200;
/** Characters of a document that are compared, at most. */
const LIMIT = 2_000_000;

type WithContext = HTMLElement & { readonly editContext?: object | null };

/** Whether text comes to the element through an `EditContext`, as in Monaco. */
export function hasEditContext(element: Element): boolean {
  return element instanceof HTMLElement && ((element as WithContext).editContext ?? null) !== null;
}

/** Whether a field only receives what is typed for an editor that is drawn elsewhere: too small to show a text, or transparent and empty. */
export function isProxy(field: Element): boolean {
  if (!(field instanceof HTMLTextAreaElement)) return false;
  const { width, height } = boxOf(field);
  if (width <= PROXY || height <= PROXY) return true;
  for (let at = flatParent(field), depth = 0; at !== null && depth < 2; at = flatParent(at), depth += 1) {
    const box = boxOf(at);
    if ((box.width <= PROXY || box.height <= PROXY) && getComputedStyle(at).overflow !== 'visible') return true;
  }
  return field.value.trim() === '' && Number(getComputedStyle(field).opacity) === 0;
}

/** The outermost element that is edited as one with this one; null when it is no editable document. */
export function hostOf(element: Element): HTMLElement | null {
  if (!(element instanceof HTMLElement)) return null;
  for (let at: Element | null = element; at !== null; at = flatParent(at)) if (hasEditContext(at)) return at as HTMLElement;
  if (document.designMode === 'on') return document.body;
  if (!element.isContentEditable) return null;
  let host = element;
  for (let at: HTMLElement | null = element; at?.isContentEditable; at = at.parentElement) host = at;
  return host;
}

/** Whether the editor shows its text in other elements than the one that receives the keys. */
export function drawsElsewhere(host: Element): boolean {
  return isProxy(host) || hasEditContext(host);
}

/** Where an editor shows its text: itself, or what is drawn around the field that receives its keys. */
export function drawnIn(host: Element): Element {
  if (!drawsElsewhere(host)) return host;
  for (let at = flatParent(host); at !== null && at !== document.body; at = flatParent(at)) {
    const { width, height } = boxOf(at);
    if (width >= DRAWN && height >= DRAWN) return at;
  }
  return host;
}

const BLOCK =
  /^(address|article|aside|blockquote|br|dd|div|dl|dt|fieldset|figcaption|figure|h[1-6]|hr|li|ol|p|pre|section|table|td|th|tr|ul)$/;

/** The lines that it shows; what cannot be edited in it (a placeholder, a gutter, a widget) is none of its text. */
export function linesOf(host: Element): string[] {
  let text = '';
  // What is drawn for an editor has parts that only measure.
  const unseen = (element: Element): boolean =>
    drawsElsewhere(host) && !element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const walk = (node: Node): void => {
    for (let child = firstChild(node); child !== null && text.length < LIMIT; child = nextSibling(child)) {
      if (nodeType(child) === TEXT) text += nodeValue(child) ?? '';
      if (nodeType(child) !== ELEMENT) continue;
      const element = child as Element;
      const tag = localName(element);
      if (tag === 'style' || tag === 'script' || tag === 'textarea' || unseen(element)) continue;
      if (attribute(element, 'contenteditable') === 'false') continue;
      const block = BLOCK.test(tag);
      if (block) text += '\n';
      walk(element);
      if (block) text += '\n';
    }
  };
  walk(drawnIn(host));
  return linesIn(text);
}

function linesIn(text: string): string[] {
  return text
    .split('\n')
    .map(plain)
    .filter((line) => line !== '');
}

/** A text as it is compared: blanks of every kind are one, and what has no width is none. */
export function plain(text: string): string {
  return text
    .replace(/[\u200b\u200c\u2060\ufeff]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Whether lines are what was asked for; `part`: as far as they are drawn, up to the end, as in an editor that draws what is in view. */
export type Shown = 'whole' | 'part' | 'other';

/** Compares what an editor shows with what it was given. */
export function compare(host: Element, lines: readonly string[], wanted: string): Shown {
  const drawnElsewhere = drawsElsewhere(host);
  const squeezed = (text: string): string => text.replace(/ /g, '');
  const goal = linesIn(wanted);
  if (wanted !== '' && host instanceof HTMLTextAreaElement && squeezed(linesIn(host.value).join('')) === squeezed(goal.join('')))
    return 'whole';
  if (squeezed(lines.join('')) === squeezed(goal.join(''))) return 'whole';
  // A gutter numbers its lines.
  const drawn = drawnElsewhere ? lines.filter((line) => !/^\d+$/.test(line)) : lines;
  if (squeezed(drawn.join('')) === squeezed(goal.join(''))) return 'whole';
  const last = goal.at(-1);
  const end = drawn.at(-1);
  if (last === undefined || end === undefined || !last.endsWith(end) || !drawsInPart(host)) return 'other';
  // What is drawn must be one piece of the text, up to its end.
  return drawn.length > 1 && squeezed(goal.join('')).endsWith(squeezed(drawn.join(''))) ? 'part' : 'other';
}

/** Whether the editor may draw less than it holds: one that draws elsewhere, or one that is scrolled away from its beginning. */
function drawsInPart(host: Element): boolean {
  if (drawsElsewhere(host)) return true;
  for (let at: Element | null = host; at !== null; at = flatParent(at)) if (scrollTopOf(at) > 0) return true;
  return false;
}

/** Resolves once the selection has not changed for a frame: editors take it over when they hear of it. */
export async function selectionSettled(): Promise<void> {
  let moved = true;
  const note = (): void => void (moved = true);
  document.addEventListener('selectionchange', note, true);
  const end = performance.now() + SETTLING;
  try {
    while (moved && performance.now() < end) {
      moved = false;
      await nextFrame();
    }
  } finally {
    document.removeEventListener('selectionchange', note, true);
  }
}

/** Puts the caret behind the text, as far as that is drawn. */
export function caretBehind(host: Element): void {
  const range = document.createRange();
  range.selectNodeContents(host);
  range.collapse(false);
  const selection = getSelection();
  selection?.removeAllRanges();
  selection?.addRange(range);
}
