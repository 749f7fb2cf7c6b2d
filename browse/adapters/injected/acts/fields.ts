/**
 * Setting the value of a field, whole, in one evaluation and by reference: the value cannot land anywhere else, whatever the page
 * does with the focus meanwhile. Must not know Playwright or the daemon.
 */
import { attribute, controlOf, focusOn, isConnected, localName, matches } from '../dom-getters.ts';
import { checkedState } from './checked-state.ts';
import { drawnIn, hasEditContext, hostOf, isProxy } from './editors.ts';
import { UNTYPED, keptAs, unfitReason } from './field-forms.ts';
import { disabledReason, hiddenReason } from './hit-point.ts';
import { leaveField, noteFilled } from './pending-change.ts';
import { focused, nextTask } from './focus.ts';
import { isSecret, keepSecret, marksOf } from '../snapshot/states.ts';
import { insist, isStale, monotonic, resolve, verify } from './target.ts';
import type { Late, NotYet, Stale, Target, Unsuited } from './target.ts';

/** Read back from the field. `value` is null for a secret one. */
export type Filled = {
  readonly outcome: 'done';
  readonly value: string | null;
  /** The page has written it otherwise. */
  readonly altered: boolean;
  readonly secret: boolean;
  readonly marks: readonly string[];
};
/** The page or the browser kept another value. */
export type Refused = { readonly outcome: 'refused'; readonly reason: string };
/** The focus was given, and what the page did on it keeps the value out. */
export type Stopped = { readonly outcome: 'stopped'; readonly reason: string };
/** It takes real input only; nothing was touched. */
export type Edited = { readonly outcome: 'editor' };

type Field = HTMLInputElement | HTMLTextAreaElement;

const setInput = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
const setArea = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set;

/** Milliseconds that a field may stay shut after its focus made the page shut it: some only ask their server. */
const SHUT = 1000;
/** Characters that are told of what a page opened. */
const TOLD = 80;

/** Fields whose value is chosen and not written: the page hears of the change at once. */
const CHOSEN = new Set(['date', 'time', 'datetime-local', 'month', 'week', 'color', 'range']);

const isField = (element: Element): element is Field => element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;

/** The element that takes the text: itself, the control of a label, or the editable part it lies in. */
export function editable(element: Element): Field | HTMLElement | Unsuited {
  const control = controlOf(element);
  if (control instanceof HTMLTextAreaElement) return control;
  if (control instanceof HTMLInputElement) {
    const reason = UNTYPED[control.type];
    return reason === undefined ? control : { outcome: 'unsuited', reason };
  }
  if (control instanceof HTMLSelectElement) return { outcome: 'unsuited', reason: 'it is a list: select one of its options' };
  return hostOf(element) ?? hostOf(control) ?? { outcome: 'unsuited', reason: `it is no field but <${localName(control)}>` };
}

/** Whether {@link editable} found none. */
export function isUnsuited(found: Element | Unsuited): found is Unsuited {
  return !(found instanceof Element);
}

/** Whether its text is the page's own model, and changes by real input only. */
export function isEditor(field: Element): boolean {
  return !isField(field) || isProxy(field) || hasEditContext(field);
}

/** Why nothing can be entered now, in words that follow "it is". */
export function readOnlyReason(field: Element): string | null {
  // What only receives the keys of an editor need not be seen itself.
  const reason = hiddenReason(drawnIn(field)) ?? disabledReason(field);
  if (reason !== null) return reason;
  // `:read-only` also means fields that have no such state, such as a range.
  const locked = isField(field) && field.readOnly && matches(field, ':read-only');
  return locked || attribute(field, 'aria-readonly') === 'true' ? 'read-only' : null;
}

/** Sets the value, tells the page as a hand's typing would, and reads it back. */
export async function fill(
  target: Target,
  value: string,
  until: number,
  told: boolean,
): Promise<Filled | Refused | Stopped | Edited | Stale | Late | Unsuited> {
  let shut: { readonly reason: string; readonly until: number } | null = null;
  const done = await insist(monotonic(until), (): Given | Refused | Stopped | Edited | Stale | Unsuited | NotYet => {
    const element = resolve(target);
    if (isStale(element)) return shut === null ? element : { outcome: 'stopped', reason: shut.reason };
    const field = editable(element);
    if (isUnsuited(field)) return field;
    const reason = readOnlyReason(field);
    if (reason !== null && shut !== null && performance.now() >= shut.until) return { outcome: 'stopped', reason: shut.reason };
    if (reason !== null) return { outcome: 'not yet', reason: `it is ${reason}` };
    if (!isField(field) || isEditor(field)) return { outcome: 'editor' };
    const unfit = unfitReason(field, value);
    if (unfit !== null) return { outcome: 'refused', reason: unfit };
    // Asked before the page can turn it into a public one.
    const secret = told || isSecret(field);
    // Focus first: pages validate and prepare on it. They may also exchange the field, so it is verified again before it is touched.
    const opened = focusNoting(field);
    press(field, 'keydown', value);
    const moved = verify(target);
    if (moved !== null) return { outcome: 'stale', reason: moved };
    const again = readOnlyReason(field);
    if (again !== null) {
      const shows = opened === '' ? '' : `, and the page showed ${JSON.stringify(opened)}`;
      shut ??= { reason: `giving it the focus made it ${again}${shows}`, until: performance.now() + SHUT };
      return { outcome: 'not yet', reason: `it is ${again}` };
    }
    return setField(field, value, secret);
  });
  if (done.outcome === 'late' && shut !== null) return { outcome: 'stopped', reason: (shut as { readonly reason: string }).reason };
  return done.outcome === 'set' ? readBack(done, value) : done;
}

/** Gives the focus; answers what came into the page on it. */
function focusNoting(field: Field): string {
  const observer = new MutationObserver(() => {});
  observer.observe(document, { childList: true, subtree: true });
  focusOn(field, { preventScroll: false });
  let text = '';
  for (const { addedNodes } of observer.takeRecords())
    for (const node of addedNodes) if (node instanceof HTMLElement && text.length < TOLD) text += ` ${node.innerText}`;
  observer.disconnect();
  return text.replace(/\s+/g, ' ').trim().slice(0, TOLD);
}

/** A value that was set, and what to compare it with. */
type Given = {
  readonly outcome: 'set';
  readonly field: Field;
  readonly before: string;
  readonly secret: boolean;
  readonly marks: readonly string[];
};

function setField(field: Field, value: string, wasSecret: boolean): Given | Refused {
  const before = field.value;
  const setter = field instanceof HTMLInputElement ? setInput : setArea;
  setter?.call(field, value);
  const kept = field.value;
  // As the page calls it now: its own listeners may call it otherwise.
  const marks = marksOf(field);
  const secret = wasSecret || isSecret(field);
  // It stays one when the page shows it.
  if (secret && value !== '') keepSecret(field);
  const chosen = field instanceof HTMLInputElement && CHOSEN.has(field.type);
  announce(field, value, chosen);
  press(field, 'keyup', value);
  if (!chosen) noteFilled(field, before);
  if (value !== '' && kept === '' && !chosen) return { outcome: 'refused', reason: `a field of type ${field.type} did not keep it` };
  // It is left already: the page moved the focus, or took none.
  if (!chosen && focused() !== field) leaveField(field);
  return { outcome: 'set', field, before, secret, marks };
}

/** After the page has had its turn: some change what was entered in a task of their own. */
async function readBack({ field, before, secret: was, marks }: Given, value: string): Promise<Filled | Refused> {
  await nextTask();
  const secret = was || isSecret(field);
  if (secret && value !== '') keepSecret(field);
  const now = field.value;
  // A field that has gone was taken away with its value, as at the end of an edit in place.
  const kept = isConnected(field) ? keptAs(value, now, before) : 'same';
  if (kept !== 'other') return { outcome: 'done', value: secret ? null : now, altered: kept === 'formatted', secret, marks };
  if (secret) return { outcome: 'refused', reason: 'the page made it another one' };
  return { outcome: 'refused', reason: `the page made it ${JSON.stringify(now.slice(0, 200))}` };
}

function announce(field: Field, inserted: string, chosen: boolean): void {
  const inputType = inserted === '' ? 'deleteContentBackward' : 'insertText';
  field.dispatchEvent(
    chosen
      ? new Event('input', { bubbles: true, composed: true })
      : new InputEvent('input', { bubbles: true, composed: true, inputType, data: inserted || null }),
  );
  if (chosen) field.dispatchEvent(new Event('change', { bubbles: true }));
}

/** The last key of an edit, for pages that listen to keys. It cannot go anywhere but to the field. */
function press(field: Field, type: 'keydown' | 'keyup', value: string): void {
  if (field instanceof HTMLInputElement && CHOSEN.has(field.type)) return;
  const last = [...value].at(-1) ?? '';
  // A line break at the end is part of the text, and no Enter.
  const key = value === '' ? 'Backspace' : last < ' ' ? 'Unidentified' : last;
  const upper = key.toUpperCase();
  const keyCode = value === '' ? 8 : /^[A-Z0-9]$/.test(upper) ? upper.charCodeAt(0) : 0;
  field.dispatchEvent(new KeyboardEvent(type, { bubbles: true, composed: true, cancelable: true, key, keyCode }));
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
export function fileInput(target: Target, many: boolean, folder: boolean): Element | string {
  const element = resolve(target);
  if (isStale(element)) return `stale:${element.reason}`;
  const control = controlOf(element);
  if (!(control instanceof HTMLInputElement) || control.type !== 'file') return 'chooser';
  if (disabledReason(control)) return 'unsuited:it is disabled';
  if (folder && !control.webkitdirectory) return 'unsuited:it takes files, not a folder';
  if (!folder && control.webkitdirectory) return 'unsuited:it takes a folder, not files';
  if (many && (!control.multiple || folder)) return `unsuited:it takes one ${folder ? 'folder' : 'file'}, not several`;
  return control;
}

/** How many files an input holds. */
export function filesHeld(target: Target): number {
  const element = resolve(target);
  const control = isStale(element) ? null : controlOf(element);
  return control instanceof HTMLInputElement ? (control.files?.length ?? 0) : 0;
}
