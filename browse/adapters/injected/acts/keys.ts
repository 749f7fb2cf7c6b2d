/**
 * Keyboard acts: remembers what has the focus and arms the guard on it, so that no key goes anywhere else.
 * Must not know Playwright or the daemon.
 */
import type { Problem, Verdict } from '../guard/guard.ts';
import { isConnected, select } from '../dom-getters.ts';
import { caretBehind, selectionSettled } from './editors.ts';
import { editable, isEditor, isUnsuited, readOnlyReason } from './fields.ts';
import { focused } from './focus.ts';
import { hiddenReason, sketch } from './hit-point.ts';
import { isSecret, keepSecret, marksOf } from '../snapshot/states.ts';
import type { Follow } from '../../../domain/ports/page.ts';
import { watchTaken } from './taken.ts';
import { guard, insist, isStale, resolve, verify, world } from './target.ts';
import type { Late, NotYet, Stale, Target, Unsuited } from './target.ts';

/** What an element is called. */
export type Called = { readonly role: string; readonly name: string };
/** A field, and what is known of it. `field` is null where nothing has the focus. */
type Armed = { readonly outcome: 'armed'; readonly secret: boolean; readonly marks: readonly string[]; readonly field: Called | null };
/** `editor`: it has a caret of its own, which a key puts behind its text. */
type Appending = Armed & { readonly editor: 'mac' | 'other' | null };
/** What the keys go to. `frame` is the pin of a frame that has the focus inside: ask there. `empty`: the document has no element yet. */
export type Focus = Armed | { readonly outcome: 'frame'; readonly pin: number } | { readonly outcome: 'empty' };

const FIELDS = 'input, textarea, select, [contenteditable]';
const isText = (element: Element): element is HTMLElement =>
  (element instanceof HTMLInputElement && !isUnsuited(editable(element))) ||
  element instanceof HTMLTextAreaElement ||
  (element instanceof HTMLElement && element.isContentEditable);

/** Which element may take the keys over from the one that has them. */
function followed(
  from: Element,
  how: Follow,
): { readonly focused: (target: EventTarget | null, byOurKey: boolean) => void; readonly at: () => Element } {
  let at = from;
  // Those that a person could see when the command began: another field of the page is none that a key opened.
  const before = new Set<Element>();
  if (how === 'editor') for (const field of Array.from(select(document, FIELDS))) if (hiddenReason(field) === null) before.add(field);
  return {
    focused: (_, byOurKey) => {
      const now = focused();
      if (how === 'never' || now === at || !isText(now) || isSecret(now)) return;
      if (how === 'always' || (byOurKey && !before.has(now))) at = now;
    },
    at: () => at,
  };
}

/** `identity` null: one key, which may move the focus, as Tab does; its release goes where the focus is then. */
export function armOn(
  element: Element,
  id: number,
  valid: number,
  identity: ((passed: readonly string[]) => string | null) | null,
  follow: Follow,
): void {
  const to = followed(element, follow);
  watchTaken(id, element);
  guard().arm({
    id,
    kind: 'keys',
    deadline: performance.now() + valid,
    last: '',
    times: 1,
    focused: to.focused,
    check: (event, passed) => {
      if (identity === null && event.type === 'keyup') return null;
      const [at] = event.composedPath();
      if (!takes(to.at(), at)) return { reason: at instanceof Element ? sketch(at) : 'nothing', kind: 'target' };
      const reason = identity === null || to.at() !== element ? null : identity(passed);
      return reason === null ? null : { reason, kind: 'identity' };
    },
    ...(follow === 'always' ? {} : { settled: () => elsewhere(to.at()) }),
  });
}

/** Where text would go now, if not into the element. */
function elsewhere(element: Element): Problem | null {
  const now = focused();
  if (!takes(element, now)) return { reason: sketch(now), kind: 'target' };
  const anchor = getSelection()?.anchorNode ?? null;
  const outside = isEditable(element) && anchor !== null && !element.contains(anchor) && anchor.getRootNode() === element.getRootNode();
  return outside ? { reason: 'another part of the page', kind: 'target' } : null;
}

const isEditable = (element: Element): boolean => element instanceof HTMLElement && element.isContentEditable;
const takes = (element: Element, at: EventTarget | undefined): boolean =>
  at === element || (at instanceof Node && element.contains(at) && isEditable(element));

/** Null where nothing has the focus. */
function called(element: Element): Called | null {
  if (element === document.body || element === document.documentElement) return null;
  const described = world().describe(world().pin(element));
  return described === null ? null : { role: described.role, name: described.name };
}

/** Arms the guard on whatever has the focus now. */
export function armFocused(id: number, valid: number, follow: Follow): Focus {
  if (!document.documentElement) return { outcome: 'empty' };
  const element = focused();
  if (element instanceof HTMLIFrameElement || element instanceof HTMLFrameElement) return { outcome: 'frame', pin: world().pin(element) };
  armOn(element, id, valid, null, follow);
  if (isSecret(element)) keepSecret(element);
  return { outcome: 'armed', secret: isSecret(element), marks: marksOf(element), field: called(element) };
}

/** Pin of the frame that has the focus inside; null where it is in this document. */
export function focusedFrame(): number | null {
  const element = focused();
  return element instanceof HTMLIFrameElement || element instanceof HTMLFrameElement ? world().pin(element) : null;
}

/** Puts the caret behind the text of a field and arms the guard on it. */
export async function armAppend(
  target: Target,
  id: number,
  patience: number,
  valid: number,
  follow: Follow,
): Promise<Appending | Stale | Late | Unsuited> {
  const from = performance.now();
  return insist(from + patience, (): Appending | Stale | Unsuited | NotYet => {
    const element = resolve(target);
    if (isStale(element)) return element;
    const field = editable(element);
    if (isUnsuited(field)) return field;
    const reason = readOnlyReason(field);
    if (reason !== null) return { outcome: 'not yet', reason: `it is ${reason}` };
    field.focus();
    const moved = verify(target);
    if (moved !== null) return { outcome: 'stale', reason: moved };
    if (focused() !== field || !document.hasFocus()) return { outcome: 'not yet', reason: 'it does not take the focus' };
    caretToEnd(field);
    armOn(field, id, valid - (performance.now() - from), () => verifyField(target, field), follow);
    if (isSecret(field)) keepSecret(field);
    return { outcome: 'armed', secret: isSecret(field), marks: marksOf(field), field: null, editor: isEditor(field) ? platform() : null };
  });
}

/** Resolves when the caret rests where a key has put it. */
export function caretSettled(): Promise<void> {
  return selectionSettled();
}

/** Whose keys an editor listens to. */
export const platform = (): 'mac' | 'other' => (/mac/i.test(navigator.platform) ? 'mac' : 'other');

/** Whether a list or a calendar of the browser's own is open over the focused element: that takes keys, and no page sees them. */
export function popupOpen(): boolean {
  return focused().matches(':open');
}

/** How many keys went down here, and what was refused, while the guard stays armed. */
export function keysSoFar(id: number): Verdict | null {
  return guard().verdict(id);
}

/**
 * While typing, a field may change its name (a counter or a complaint in its label), but not lose every word of it; and its row
 * stays its row. Worded as what has the focus now.
 */
function verifyField(target: Target, field: Element): string | null {
  const now = isConnected(field) ? world().describe(target.pin) : null;
  if (now === null) return 'nothing: the element left the page';
  const name = sharesWord(target.name, now.name) ? now.name : target.name;
  const reason = world().verify(target.pin, target.role, name, isEditor(field) ? null : target.twin);
  return reason === null ? null : `another field (${reason})`;
}

function sharesWord(before: string, now: string): boolean {
  const words = before.split(/\s+/);
  return now.split(/\s+/).some((word) => words.includes(word));
}

function caretToEnd(field: HTMLElement): void {
  if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) {
    try {
      field.setSelectionRange(field.value.length, field.value.length);
    } catch {
      // Fields such as email and number have no caret to set; with nothing selected the end is where focus() puts it.
      field.select();
      getSelection()?.collapseToEnd();
    }
    return;
  }
  caretBehind(field);
}
