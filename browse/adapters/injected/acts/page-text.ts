/**
 * The text of a page or of an element as a person reads it. `innerText` knows neither shadow trees nor frames: where there are any, the
 * text is put together here by its rules, with a place for each frame. Must not know other documents.
 */
import {
  bodyOf,
  collapse,
  documentElement,
  ELEMENT,
  firstChild,
  flatChildren,
  hasAttribute,
  localName,
  nextSibling,
  nodeType,
  nodeValue,
  parentNode,
  select,
  shadowRoot,
  TEXT,
  textContent,
} from '../dom-getters.ts';
import { CLOSED, SKIPPED } from '../snapshot/role-tables.ts';
import { isSecret } from '../snapshot/states.ts';
import { createStyles, type Styles } from '../styles/styles.ts';
import { world } from './target.ts';

/** A run of text, or the place of a frame by the number of the element that holds it. */
export type TextPart = string | { readonly frame: number };

/** A whole page: `body`: it has one, empty or not. */
export type PageText = { readonly parts: readonly TextPart[]; readonly body: boolean; readonly loading: boolean };

const FRAMES = 'iframe,frame,object,embed';
const innerText = Object.getOwnPropertyDescriptor(HTMLElement.prototype, 'innerText')?.get;

/** The page as a person reads it. */
export function pageText(): PageText {
  const body = bodyOf(document);
  const top = body ?? documentElement(document);
  const parts = top === null ? [] : body === null ? [textContent(top) ?? ''] : textParts(body);
  return { parts, body: body !== null, loading: document.readyState === 'loading' };
}

/** What a person can read of an element; the value of a field, but for a password. */
export function textParts(element: Element): readonly TextPart[] {
  return isPlain(element) ? [plainText(element)] : createWriter().write(element);
}

/** The same without what lies in frames. */
export function textOf(element: Element): string {
  return textParts(element)
    .filter((part) => typeof part === 'string')
    .join('');
}

function plainText(element: Element): string {
  if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) return isSecret(element) ? '' : element.value;
  if (element instanceof HTMLSelectElement) return [...element.selectedOptions].map((option) => option.text.trim()).join('\n');
  return element instanceof HTMLElement ? String(innerText?.call(element) ?? '') : (textContent(element) ?? '');
}

function isPlain(element: Element): boolean {
  if (shadowRoot(element) !== null || (isFrame(element) && nodeType(element) === ELEMENT)) return false;
  if (select(element, FRAMES).length > 0) return false;
  const all = select(element, '*');
  for (let at = 0; at < all.length; at += 1) if (shadowRoot(all[at] as Element) !== null) return false;
  return true;
}

function isFrame(element: Element): boolean {
  const tag = localName(element);
  if (tag === 'object') return (element as HTMLObjectElement).contentWindow !== null;
  return tag === 'iframe' || tag === 'frame' || tag === 'embed';
}

const BLOCK = /^(block|flex|grid|table|list-item|flow-root|table-caption|table-row-group|table-header-group|table-footer-group|table-row)$/;
const KEPT = /^(pre|break-spaces)/;

function createWriter(): { write(element: Element): readonly TextPart[] } {
  const styles: Styles = createStyles();
  const parts: TextPart[] = [];
  let run = '';
  /** Line breaks that come before the next text. */
  let due = 0;
  /** Whether anything was written at all. */
  let begun = false;

  function breaks(count: number): void {
    due = Math.max(due, count);
  }
  function put(text: string): void {
    if (due > 0) {
      run = run.replace(/ +$/, '');
      if (begun) run += '\n'.repeat(due);
      due = 0;
    }
    begun = true;
    run += text;
  }
  function text(node: Node, parent: Element): void {
    const look = styles.look(parent);
    if (look.veiled) return;
    const said = styles.transform(nodeValue(node) ?? '', parent);
    if (KEPT.test(look.style.whiteSpace)) {
      if (said !== '') put(said);
      return;
    }
    const even = said.replace(/[ \t\n\r\f]+/g, ' ');
    const bare = !begun || due > 0 || /[ \n\t]$/.test(run);
    const rest = bare ? even.replace(/^ /, '') : even;
    if (rest !== '') put(rest);
  }
  function frame(element: Element): void {
    breaks(1);
    put('');
    if (run !== '') parts.push(run);
    run = '';
    parts.push({ frame: world().pin(element) });
    breaks(1);
  }
  function visit(element: Element): void {
    const tag = localName(element);
    if (tag === 'br') {
      run = run.replace(/ +$/, '');
      put('\n');
      return;
    }
    if (SKIPPED.has(tag)) return;
    const look = styles.look(element);
    if (look.gone) return;
    const { display } = look.style;
    if (isFrame(element)) {
      if (!look.veiled) frame(element);
      return;
    }
    const block = BLOCK.test(display);
    const lines = tag === 'p' ? 2 : block ? 1 : 0;
    if (display === 'table-cell' && !isFirst(element)) put('\t');
    if (lines > 0) breaks(lines);
    inside(element, tag);
    if (lines > 0) breaks(lines);
  }
  function inside(element: Element, tag: string): void {
    if (tag === 'select') {
      if (!styles.look(element).veiled) put(plainText(element));
      return;
    }
    if (CLOSED.has(tag) || styles.sealed(element)) return;
    if (shadowRoot(element) !== null) styles.meetShadow();
    const closed = tag === 'details' && !hasAttribute(element, 'open');
    for (const child of flatChildren(element)) {
      const type = nodeType(child);
      if (closed && !(type === ELEMENT && localName(child as Element) === 'summary')) continue;
      if (type === TEXT) text(child, element);
      else if (type === ELEMENT) visit(child as Element);
    }
  }
  return {
    write(element) {
      visit(element);
      run = run.replace(/ +$/, '');
      if (run !== '') parts.push(run);
      return parts;
    },
  };
}

function isFirst(cell: Element): boolean {
  const row = parentNode(cell);
  for (let at = row === null ? null : firstChild(row); at !== null && at !== cell; at = nextSibling(at))
    if (nodeType(at) === ELEMENT || collapse(nodeValue(at) ?? '') !== '') return false;
  return true;
}

/** Whether there is a body, or will be none. */
export function hasBody(): boolean {
  return bodyOf(document) !== null || document.readyState !== 'loading';
}

/** Resolves when the document has a body, or is no longer to have one, or the time is up: whether it has one. */
export function bodyThere(patience: number): Promise<boolean> {
  return new Promise((resolve) => {
    if (hasBody()) {
      resolve(bodyOf(document) !== null);
      return;
    }
    const finish = (): void => {
      observer.disconnect();
      clearTimeout(timer);
      removeEventListener('DOMContentLoaded', look);
      resolve(bodyOf(document) !== null);
    };
    const look = (): void => {
      if (hasBody()) finish();
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { childList: true, subtree: true });
    const timer = setTimeout(finish, patience);
    addEventListener('DOMContentLoaded', look);
  });
}
