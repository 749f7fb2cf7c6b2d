/**
 * Setting the value of a field, whole, in one evaluation and by reference: the value cannot land anywhere else, whatever the page
 * does with the focus meanwhile. Must not know Playwright or the daemon.
 */
import { attribute, closest, controlOf, focusOn, isConnected, localName, matches } from '../dom-getters.ts';
import { checkedState } from './checked-state.ts';
import { disabledReason, hiddenReason } from './hit-point.ts';
import { isSecret, keepSecret, marksOf } from '../snapshot/states.ts';
import { insist, isStale, monotonic, resolve, verify } from './target.ts';
import type { Late, NotYet, Stale, Target, Unsuited } from './target.ts';

/** Read back from the field. `value` is null for a secret one. */
export type Filled = {
  readonly outcome: 'done';
  readonly value: string | null;
  readonly secret: boolean;
  readonly length: number;
  readonly marks: readonly string[];
};
/** The page or the browser kept another value. */
export type Refused = { readonly outcome: 'refused'; readonly reason: string };
/** Labels of what is selected now. */
export type Selected = { readonly outcome: 'done'; readonly selected: readonly string[] };
/** The options there are, as `"value" (label)`. */
export type NoOption = { readonly outcome: 'no option'; readonly wanted: string; readonly options: readonly string[] };

type Field = HTMLInputElement | HTMLTextAreaElement;

const setInput = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
const setArea = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set;
const setOption = Object.getOwnPropertyDescriptor(HTMLOptionElement.prototype, 'selected')?.set;

const UNTYPED: Readonly<Record<string, string>> = {
  checkbox: 'it is a checkbox: check or uncheck it',
  radio: 'it is a radio button: check it',
  file: 'it takes files: upload them',
  button: 'it is a button: click it',
  submit: 'it is a button: click it',
  reset: 'it is a button: click it',
  image: 'it is a button: click it',
  hidden: 'it is a hidden field',
};

/** The element that takes the text: itself, the control of a label, or the editable part it lies in. */
export function editable(element: Element): Field | HTMLElement | Unsuited {
  const control = controlOf(element);
  if (control instanceof HTMLTextAreaElement) return control;
  if (control instanceof HTMLInputElement) {
    const reason = UNTYPED[control.type];
    return reason === undefined ? control : { outcome: 'unsuited', reason };
  }
  if (control instanceof HTMLSelectElement) return { outcome: 'unsuited', reason: 'it is a list: select one of its options' };
  if (control instanceof HTMLElement && control.isContentEditable) return host(control);
  return { outcome: 'unsuited', reason: `it is no field but <${localName(control)}>` };
}

/** The outermost element that is edited as one. */
function host(element: HTMLElement): HTMLElement {
  let found = element;
  for (let at: HTMLElement | null = element; at?.isContentEditable; at = at.parentElement) found = at;
  return found;
}

/** Whether {@link editable} found none. */
export function isUnsuited(found: Element | Unsuited): found is Unsuited {
  return !(found instanceof Element);
}

/** Why nothing can be entered now, in words that follow "it is". */
export function readOnlyReason(field: Element): string | null {
  const reason = hiddenReason(field) ?? disabledReason(field);
  if (reason !== null) return reason;
  // `:read-only` also means fields that have no such state, such as a range.
  const locked =
    (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) && field.readOnly && matches(field, ':read-only');
  return locked || attribute(field, 'aria-readonly') === 'true' ? 'read-only' : null;
}

function announce(element: Element, inserted: string | null): void {
  const text = element instanceof HTMLTextAreaElement || (element instanceof HTMLInputElement && TEXTUAL.has(element.type));
  element.dispatchEvent(
    text
      ? new InputEvent('input', {
          bubbles: true,
          composed: true,
          inputType: inserted ? 'insertText' : 'deleteContentBackward',
          data: inserted || null,
        })
      : new Event('input', { bubbles: true, composed: true }),
  );
  element.dispatchEvent(new Event('change', { bubbles: true }));
}

const TEXTUAL = new Set(['text', 'search', 'url', 'tel', 'email', 'password', 'number', '']);

/** Sets the value, tells the page as typing would, and reads it back. */
export async function fill(
  target: Target,
  value: string,
  until: number,
  told: boolean,
): Promise<Filled | Refused | Stale | Late | Unsuited> {
  return insist(monotonic(until), (): Filled | Refused | Stale | Unsuited | NotYet => {
    const element = resolve(target);
    if (isStale(element)) return element;
    const field = editable(element);
    if (isUnsuited(field)) return field;
    const reason = readOnlyReason(field);
    if (reason !== null) return { outcome: 'not yet', reason: `it is ${reason}` };
    if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) {
      const unfit = unfitReason(field, value);
      if (unfit !== null) return { outcome: 'refused', reason: unfit };
    }
    // Asked before the page can turn it into a public one.
    const secret = told || isSecret(field);
    // Focus first: pages validate and prepare on it. They may also exchange the field, so it is verified again before it is touched.
    focusOn(field, { preventScroll: false });
    const moved = verify(target);
    if (moved !== null) return { outcome: 'stale', reason: moved };
    const again = readOnlyReason(field);
    if (again !== null) return { outcome: 'not yet', reason: `it is ${again}` };
    return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement
      ? setField(field, value, secret)
      : setEditable(field, value);
  });
}

/** Why the field could not be given this by hand either. Said before anything is touched. */
function unfitReason(field: Field, value: string): string | null {
  if (field.maxLength >= 0 && value.length > field.maxLength) return `it takes at most ${field.maxLength} characters, not ${value.length}`;
  if (field instanceof HTMLInputElement && value !== '') {
    const form = FORMS[field.type];
    if (form && !form.test(value)) return `a field of type ${field.type} takes ${EXAMPLES[field.type] ?? 'another form'}`;
    if (field.type === 'number' && !/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(value)) return 'a field of type number takes numbers';
  }
  return null;
}

const FORMS: Readonly<Record<string, RegExp>> = {
  'date': /^\d{4,}-\d\d-\d\d$/,
  'time': /^\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/,
  'datetime-local': /^\d{4,}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/,
  'month': /^\d{4,}-\d\d$/,
  'week': /^\d{4,}-W\d\d$/,
  'color': /^#[\da-f]{6}$/i,
};
const EXAMPLES: Readonly<Record<string, string>> = {
  'date': 'a date such as 2026-11-30',
  'time': 'a time such as 13:45',
  'datetime-local': 'a time such as 2026-11-30T13:45',
  'month': 'a month such as 2026-11',
  'week': 'a week such as 2026-W48',
  'color': 'a colour such as #00ff80',
};

function setField(field: Field, value: string, wasSecret: boolean): Filled | Refused {
  const setter = field instanceof HTMLInputElement ? setInput : setArea;
  setter?.call(field, value);
  const kept = field.value;
  // As the page calls it now: its own listeners may call it otherwise.
  const marks = marksOf(field);
  announce(field, value);
  const secret = wasSecret || isSecret(field);
  // It stays one when the page shows it.
  if (secret && value !== '') keepSecret(field);
  const now = field.value;
  if (value !== '' && kept === '' && !['color', 'range'].includes(field.type)) {
    return { outcome: 'refused', reason: `a field of type ${field.type} did not keep it` };
  }
  return { outcome: 'done', value: secret ? null : now, secret, length: now.length, marks };
}

/** Editors listen to what typing does, so the text goes in as an editing command on the whole content, while the focus is there. */
function setEditable(field: HTMLElement, value: string): Filled | Refused {
  const root = field.getRootNode() as Document | ShadowRoot;
  if (root.activeElement !== field) return { outcome: 'refused', reason: 'it does not take the focus' };
  const selection = getSelection();
  const range = document.createRange();
  range.selectNodeContents(field);
  selection?.removeAllRanges();
  selection?.addRange(range);
  if (value === '') document.execCommand('delete');
  else document.execCommand('insertText', false, value);
  const now = field.innerText.replace(/\n$/, '');
  return { outcome: 'done', value: now, secret: false, length: now.length, marks: marksOf(field) };
}

/** Selects by value, then by label; every wanted one must exist and be enabled before anything changes. */
export async function choose(
  target: Target,
  wanted: readonly string[],
  until: number,
): Promise<Selected | NoOption | Refused | Stale | Late | Unsuited> {
  return insist(monotonic(until), (): Selected | NoOption | Refused | Stale | Unsuited | NotYet => {
    const element = resolve(target);
    if (isStale(element)) return element;
    const control = controlOf(element);
    if (!(control instanceof HTMLSelectElement)) {
      return { outcome: 'unsuited', reason: `it is no list of options but <${localName(control)}>: click it, then the option` };
    }
    const reason = hiddenReason(control) ?? disabledReason(control);
    if (reason !== null) return { outcome: 'not yet', reason: `it is ${reason}` };
    const options = [...control.options];
    const picks: HTMLOptionElement[] = [];
    for (const value of wanted) {
      const pick = options.find((option) => option.value === value) ?? options.find((option) => label(option) === value.trim());
      if (!pick) return { outcome: 'no option', wanted: value, options: options.slice(0, 50).map(named) };
      if (disabledReason(pick)) return { outcome: 'not yet', reason: `its option ${named(pick)} is disabled` };
      picks.push(pick);
    }
    if (picks.length > 1 && !control.multiple) return { outcome: 'refused', reason: 'it takes one option, not several' };
    return pick(control, picks);
  });
}

/** Chooses the option that a ref points at. */
export async function chooseOption(target: Target, until: number): Promise<Selected | Refused | Stale | Late | Unsuited> {
  return insist(monotonic(until), (): Selected | Refused | Stale | Unsuited | NotYet => {
    const element = resolve(target);
    if (isStale(element)) return element;
    const control = closest(element, 'select');
    if (!(element instanceof HTMLOptionElement) || !(control instanceof HTMLSelectElement)) {
      return { outcome: 'unsuited', reason: 'it is no option of a list' };
    }
    const reason = hiddenReason(control) ?? disabledReason(control) ?? disabledReason(element);
    if (reason !== null) return { outcome: 'not yet', reason: `it is ${reason}` };
    return pick(control, control.multiple ? [...control.selectedOptions, element] : [element]);
  });
}

function pick(control: HTMLSelectElement, picks: readonly HTMLOptionElement[]): Selected | Refused {
  focusOn(control, { preventScroll: false });
  for (const option of control.options) {
    const wanted = picks.includes(option);
    if (option.selected !== wanted && (wanted || control.multiple)) setOption?.call(option, wanted);
  }
  announce(control, null);
  const now = [...control.selectedOptions];
  if (now.length !== picks.length || !picks.every((wanted) => now.includes(wanted)))
    return { outcome: 'refused', reason: `the page made it ${now.map(named).join(', ') || 'nothing'}` };
  return { outcome: 'done', selected: now.map((option) => option.value) };
}

function label(option: HTMLOptionElement): string {
  return (option.label || option.text).trim();
}

function named(option: HTMLOptionElement): string {
  const text = label(option);
  return text === '' || text === option.value ? JSON.stringify(option.value) : `${JSON.stringify(option.value)} (${text})`;
}

/** State of a verified box or switch; `unsuited` for what has none. */
export function checkedNow(
  target: Target,
): { readonly outcome: 'done'; readonly checked: boolean; readonly radio: boolean } | Stale | Unsuited {
  const element = resolve(target);
  if (isStale(element)) return element;
  const control = controlOf(element);
  const checked = checkedState(control);
  if (checked === null) return { outcome: 'unsuited', reason: `it is no checkbox, radio button or switch but <${localName(control)}>` };
  const radio = control instanceof HTMLInputElement && control.type === 'radio';
  return { outcome: 'done', checked, radio };
}

/** State after the click; the same element, whatever its name became. Null when it left the page. */
export function checkedAfter(pin: number): boolean | null {
  const element = globalThis.__browse?.element(pin);
  if (!element || !isConnected(element)) return null;
  return checkedState(controlOf(element));
}

/** The verified file input itself, for the protocol to give files to; a string says why there is none. */
export function fileInput(target: Target, many: boolean): Element | string {
  const element = resolve(target);
  if (isStale(element)) return `stale:${element.reason}`;
  const control = controlOf(element);
  if (!(control instanceof HTMLInputElement) || control.type !== 'file') return 'chooser';
  if (disabledReason(control)) return 'unsuited:it is disabled';
  if (many && !control.multiple) return 'unsuited:it takes one file, not several';
  return control;
}
