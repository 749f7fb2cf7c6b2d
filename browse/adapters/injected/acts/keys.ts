/**
 * Keyboard acts: remembers what has the focus and arms the guard on it, so that no key goes anywhere else.
 * Must not know Playwright or the daemon.
 */
import { isConnected } from '../dom-getters.ts';
import { editable, isUnsuited, readOnlyReason } from './fields.ts';
import { focused } from './focus.ts';
import { sketch } from './hit-point.ts';
import { isSecret, keepSecret, marksOf } from '../snapshot/states.ts';
import { guard, insist, isStale, resolve, verify, world } from './target.ts';
import type { Late, NotYet, Stale, Target, Unsuited } from './target.ts';

/** A field, and what is known of it. */
type Armed = { readonly outcome: 'armed'; readonly secret: boolean; readonly marks: readonly string[] };
/** What the keys go to. `frame` is the pin of a frame that has the focus inside: ask there. */
export type Focus = Armed | { readonly outcome: 'frame'; readonly pin: number };

/** `identity` null: one key, which may move the focus, as Tab does; its release goes where the focus is then. */
export function armOn(
  element: Element,
  id: number,
  valid: number,
  identity: ((passed: readonly string[]) => string | null) | null,
): void {
  guard().arm({
    id,
    kind: 'keys',
    deadline: performance.now() + valid,
    last: '',
    times: 1,
    check: (event, passed) => {
      if (identity === null && event.type === 'keyup') return null;
      const [at] = event.composedPath();
      if (at !== element && !(at instanceof Node && element.contains(at) && (element as HTMLElement).isContentEditable)) {
        return { reason: at instanceof Element ? sketch(at) : 'nothing', kind: 'target' };
      }
      const reason = identity === null ? null : identity(passed);
      return reason === null ? null : { reason, kind: 'identity' };
    },
  });
}

/** Arms the guard on whatever has the focus now. */
export function armFocused(id: number, valid: number): Focus {
  const element = focused();
  if (element instanceof HTMLIFrameElement || element instanceof HTMLFrameElement) return { outcome: 'frame', pin: world().pin(element) };
  armOn(element, id, valid, null);
  if (isSecret(element)) keepSecret(element);
  return { outcome: 'armed', secret: isSecret(element), marks: marksOf(element) };
}

/** Puts the caret behind the text of a field and arms the guard on it. */
export async function armAppend(target: Target, id: number, patience: number, valid: number): Promise<Armed | Stale | Late | Unsuited> {
  const from = performance.now();
  return insist(from + patience, (): Armed | Stale | Unsuited | NotYet => {
    const element = resolve(target);
    if (isStale(element)) return element;
    const field = editable(element);
    if (isUnsuited(field)) return field;
    const reason = readOnlyReason(field);
    if (reason !== null) return { outcome: 'not yet', reason: `it is ${reason}` };
    field.focus();
    const moved = verify(target);
    if (moved !== null) return { outcome: 'stale', reason: moved };
    if (focused() !== field) return { outcome: 'not yet', reason: 'it does not take the focus' };
    caretToEnd(field);
    armOn(field, id, valid - (performance.now() - from), () => verifyField(target, field));
    if (isSecret(field)) keepSecret(field);
    return { outcome: 'armed', secret: isSecret(field), marks: marksOf(field) };
  });
}

/**
 * While typing, a field may change its name (a counter or a complaint in its label), but not lose every word of it; and its row
 * stays its row. Worded as what has the focus now.
 */
function verifyField(target: Target, field: Element): string | null {
  const now = isConnected(field) ? world().describe(target.pin) : null;
  if (now === null) return 'nothing: the element left the page';
  const name = sharesWord(target.name, now.name) ? now.name : target.name;
  const reason = world().verify(target.pin, target.role, name, target.twin);
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
  const range = document.createRange();
  range.selectNodeContents(field);
  range.collapse(false);
  const selection = getSelection();
  selection?.removeAllRanges();
  selection?.addRange(range);
}
