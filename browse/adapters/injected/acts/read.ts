/** Reading a verified element. Changes nothing; must not know what the answer is for. */
import { textOf, textParts } from './page-text.ts';
import { attribute, attributesOf, boxOf, controlOf, focusedIn, localName, matches, rootOf, select } from '../dom-getters.ts';
import { checkedState } from './checked-state.ts';
import { disabledReason, hiddenReason } from './hit-point.ts';
import { isSecret, MASK } from '../snapshot/states.ts';
import { readOnlyReason, editable, isUnsuited } from './fields.ts';
import { isStale, resolve } from './target.ts';
import type { Stale, Target } from './target.ts';
import type { FrameBox } from '../world.ts';

/** What can be read of an element. */
export type Question =
  | { readonly what: 'text' | 'html' | 'attributes' | 'box' | 'value' }
  | { readonly what: 'style'; readonly property: string }
  | { readonly what: 'is'; readonly check: 'visible' | 'hidden' | 'enabled' | 'disabled' | 'checked' | 'editable' | 'focused' };

/** The answer, whose type the question decides. */
export type Answered = { readonly outcome: 'done'; readonly value: unknown };

const outerHtml = Object.getOwnPropertyDescriptor(Element.prototype, 'outerHTML')?.get;

/** Asks one question of a verified element. */
export function read(target: Target, question: Question): Answered | Stale {
  const element = resolve(target);
  return isStale(element) ? element : { outcome: 'done', value: answer(element, question) };
}

function answer(element: Element, question: Question): unknown {
  switch (question.what) {
    case 'text':
      return textParts(element);
    case 'html':
      return markup(element);
    case 'attributes':
      return Object.fromEntries(
        Array.from(attributesOf(element), ({ name, value }) => [name, isSecret(element) && name === 'value' ? MASK : value]),
      );
    case 'box':
      return box(element);
    case 'value':
      return valueNow(element);
    case 'style':
      return getComputedStyle(element).getPropertyValue(question.property);
    case 'is':
      return check(element, question.check);
  }
}

const SECRETS = 'input[type=password i][value]';

/** The markup, without the values that it gives password fields. */
function markup(element: Element): string {
  const html = String(outerHtml?.call(element));
  const fields = [...Array.from(select(element, SECRETS)), ...(matches(element, SECRETS) ? [element] : [])];
  if (fields.length === 0) return html;
  // On a copy that no script runs in: the page itself is not touched.
  const copy = document.implementation.createHTMLDocument('');
  const whole = localName(element) === 'html';
  if (whole) copy.documentElement.innerHTML = html;
  else copy.body.innerHTML = html;
  for (const field of copy.querySelectorAll(SECRETS)) field.setAttribute('value', MASK);
  return whole ? copy.documentElement.outerHTML : copy.body.innerHTML;
}

/** What a field holds, a line per selected option; null for what holds nothing. A password is masked. */
function valueNow(element: Element): string | null {
  const control = controlOf(element);
  if (isSecret(control)) return (control as HTMLInputElement).value === '' ? '' : MASK;
  if (control instanceof HTMLSelectElement) return [...control.selectedOptions].map((option) => option.value).join('\n');
  if (control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement || control instanceof HTMLOptionElement)
    return control.value;
  if (control instanceof HTMLButtonElement || control instanceof HTMLProgressElement || control instanceof HTMLMeterElement)
    return String(control.value);
  if (control instanceof HTMLOutputElement) return control.value;
  if (control instanceof HTMLElement && control.isContentEditable) return textOf(control).replace(/\n$/, '');
  return attribute(control, 'aria-valuetext') ?? attribute(control, 'aria-valuenow');
}

function check(element: Element, what: Extract<Question, { what: 'is' }>['check']): boolean {
  switch (what) {
    case 'visible':
      return hiddenReason(element) === null;
    case 'hidden':
      return hiddenReason(element) !== null;
    case 'enabled':
      return disabledReason(element) === null;
    case 'disabled':
      return disabledReason(element) !== null;
    case 'checked':
      return checkedState(element) ?? matches(element, ':checked');
    case 'editable': {
      const field = editable(element);
      return !isUnsuited(field) && readOnlyReason(field) === null;
    }
    case 'focused':
      return focusedIn(rootOf(element) as Document | ShadowRoot) === element;
  }
}

function box(element: Element): FrameBox | null {
  const { x, y, width, height } = boxOf(element);
  return width === 0 && height === 0 ? null : { x, y, width, height };
}

/** The page as it is now, doctype included, and whether it has a body yet or will have none. */
export function pageHtml(): { readonly html: string; readonly body: boolean } {
  const { doctype } = document;
  const head = doctype ? `${new XMLSerializer().serializeToString(doctype)}\n` : '';
  const html = head + (document.documentElement ? markup(document.documentElement) : '');
  return { html, body: document.body !== null || document.readyState !== 'loading' };
}

/** Brings a verified element into view and tells its box. */
export function reveal(target: Target): Answered | Stale {
  const element = resolve(target);
  if (isStale(element)) return element;
  const { x, y, width, height } = boxOf(element);
  if (x < 0 || y < 0 || x + width > innerWidth || y + height > innerHeight) {
    element.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
  }
  return { outcome: 'done', value: box(element) };
}

/** The verified element itself, for a call into the page's own world; a string says why it is stale. */
export function handle(target: Target): Element | string {
  const element = resolve(target);
  return isStale(element) ? element.reason : element;
}

/** Answers as soon as the page's thread is free. */
export function ping(): true {
  return true;
}
