/**
 * The `change` of a field that was filled. By hand it comes when the field is left or Enter is pressed, and once; after a value that
 * was set by script the browser sends none, so it is sent here. Only the field that has the focus can have one to come.
 * Must not know how it was filled.
 */
import { LEAVING } from '../guard/leaving.ts';

type Field = HTMLInputElement | HTMLTextAreaElement;

/** What is still to be told, and what the field held before it was filled. */
let pending: { readonly field: Field; readonly before: string } | null = null;

/** The field holds another value now, of which no `change` has told. */
export function noteFilled(field: Field, before: string): void {
  if (pending !== null && pending.field !== field) leaveField(pending.field);
  if (pending === null) {
    pending = { field, before };
    listen(field);
  } else if (!pending.field.isConnected) pending = { field, before };
}

/** Tells the page of it now, unless the value is again what it was. */
export function leaveField(field: Field): void {
  if (pending?.field !== field) return;
  const { before } = pending;
  forget();
  if (field.isConnected && field.value !== before) field.dispatchEvent(new Event('change', { bubbles: true }));
}

/** Before something else is chosen without the focus: what was filled is left by then. */
export function leaveFilled(except: Element): void {
  if (pending !== null && pending.field !== except) leaveField(pending.field);
}

function forget(): void {
  if (pending === null) return;
  const { field } = pending;
  pending = null;
  for (const type of AT_FIELD) field.removeEventListener(type, onField, { capture: true });
  globalThis.__browseLeaving = undefined;
  for (const type of LEAVING) globalThis.removeEventListener(type, onWindow, { capture: true });
  globalThis.removeEventListener('beforeinput', onEnter);
}

const AT_FIELD = ['blur', 'change'] as const;

function listen(field: Field): void {
  for (const type of AT_FIELD) field.addEventListener(type, onField, { capture: true });
  globalThis.__browseLeaving = onWindow;
  // Where the page took away what listened from its beginning, by `document.open()`.
  for (const type of LEAVING) globalThis.addEventListener(type, onWindow, { capture: true });
  globalThis.addEventListener('beforeinput', onEnter);
}

function onField(event: Event): void {
  if (pending === null || event.target !== pending.field) return;
  // The browser's own, after keys that followed: it tells of all of it.
  if (event.type === 'change') return event.isTrusted ? forget() : undefined;
  leaveField(pending.field);
}

/** Enter, which ends the edit of a single line, unless the page prevents it. */
function onEnter(event: InputEvent): void {
  if (pending === null || event.inputType !== 'insertLineBreak' || event.defaultPrevented || !event.isTrusted) return;
  if (pending.field instanceof HTMLInputElement && event.composedPath()[0] === pending.field) leaveField(pending.field);
}

/** Before the page's own listeners: at the focus that leaves, and at the submission that Enter makes. */
function onWindow(event: Event): void {
  if (pending === null) return;
  const { field } = pending;
  const [at] = event.composedPath();
  if (event.type === 'blur') {
    if (at === field) leaveField(field);
    return;
  }
  const form = event.type === 'submit' ? at : madeByEnter(event) && at instanceof Element && 'form' in at ? at.form : null;
  if (form !== null && form === field.form) leaveField(field);
}

function madeByEnter(event: Event): boolean {
  return event instanceof MouseEvent && event.isTrusted && event.detail === 0;
}
