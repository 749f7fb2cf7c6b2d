/**
 * The page's side of replacing the text of an editable document: the focus and the guard, what the page did with the input, and what
 * it shows afterwards. The input itself is real and comes from outside. Must not know Playwright or the daemon.
 */
import { focusOn, isConnected } from '../dom-getters.ts';
import { compare, drawsElsewhere, hasEditContext, linesOf, plain, selectionSettled } from './editors.ts';
import type { Shown } from './editors.ts';
import { editable, isUnsuited, readOnlyReason } from './fields.ts';
import type { Refused } from './fields.ts';
import { focused } from './focus.ts';
import { armOn, platform } from './keys.ts';
import { marksOf } from '../snapshot/states.ts';
import { insist, isStale, nextFrame, resolve, verify } from './target.ts';
import type { Late, NotYet, Stale, Target, Unsuited } from './target.ts';

/** Armed: press Control+A, then insert the text, or let it be pasted. On a Mac Meta stands for Control. */
export type Editor = {
  readonly outcome: 'armed';
  readonly way: 'text' | 'paste';
  readonly platform: 'mac' | 'other';
  readonly marks: readonly string[];
};
/** What an editor shows after the input. */
export type Replaced = {
  readonly shown: Shown | 'elsewhere';
  /** Nothing of it has changed. */
  readonly untouched: boolean;
  /** The text as far as it is drawn. */
  readonly text: string;
};

/** The one document that is being filled. */
type Work = {
  readonly id: number;
  readonly host: HTMLElement;
  readonly before: string;
  readonly observer: MutationObserver;
  readonly changed: Set<Node>;
};
let work: Work | null = null;

/** Milliseconds that an element may go on refusing the focus. */
const FOCUSING = 500;
/** Milliseconds that an editor may take to draw what it was given. */
const DRAWING = 700;

/** Gives the editor the focus, waits until its selection rests, and arms the guard on it. */
export async function prepareEditor(
  target: Target,
  id: number,
  patience: number,
  valid: number,
): Promise<Editor | Refused | Stale | Late | Unsuited> {
  const from = performance.now();
  let refusing: number | null = null;
  const host = await insist(
    from + patience,
    (): { readonly outcome: 'host'; readonly host: HTMLElement } | Refused | Stale | Unsuited | NotYet => {
      const element = resolve(target);
      if (isStale(element)) return element;
      const field = editable(element);
      if (isUnsuited(field)) return field;
      const shut = readOnlyReason(field);
      if (shut !== null) return { outcome: 'not yet', reason: `it is ${shut}` };
      // Also where it is the body, which counts as the active element of a frame that has no focus.
      focusOn(field, { preventScroll: false });
      const moved = verify(target);
      if (moved !== null) return { outcome: 'stale', reason: moved };
      if (hasFocus(field)) return { outcome: 'host', host: field };
      refusing ??= performance.now() + FOCUSING;
      const reason = 'it does not take the focus';
      return performance.now() < refusing ? { outcome: 'not yet', reason } : { outcome: 'refused', reason };
    },
  );
  if (host.outcome !== 'host') return host;
  await selectionSettled();
  const field = host.host;
  // What lies around it may show its text, and change with the focus: from now on the element itself counts, with its role and name.
  const self = { ...target, twin: null };
  const reason = verify(self);
  if (reason !== null) return { outcome: 'stale', reason };
  if (!hasFocus(field)) return { outcome: 'late', reason: 'it does not keep the focus' };
  begin(id, field);
  // Its name may be its own text: that counts until the text begins to change.
  armOn(
    field,
    id,
    valid - (performance.now() - from),
    (passed) => (passed.includes('beforeinput') ? (isConnected(field) ? null : 'nothing: the element left the page') : verify(self)),
    'never',
  );
  return { outcome: 'armed', way: hasEditContext(field) ? 'paste' : 'text', platform: platform(), marks: marksOf(field) };
}

function hasFocus(field: Element): boolean {
  return focused() === field && document.hasFocus();
}

function begin(id: number, host: HTMLElement): void {
  endReplace();
  const changed = new Set<Node>();
  const observer = new MutationObserver((records) => {
    for (const { target } of records) if (changed.size < 1000 && !host.contains(target)) changed.add(target);
  });
  observer.observe(document, { subtree: true, childList: true, characterData: true });
  work = { id, host, before: linesOf(host).join('\n'), observer, changed };
}

/** Resolves when everything is selected as the editor understands it. False when a page that shuts Control+A out has nothing selected. */
export async function allSelected(id: number): Promise<boolean> {
  await selectionSettled();
  const host = work?.id === id ? work.host : null;
  const selection = getSelection();
  if (host === null || selection === null || drawsElsewhere(host) || host instanceof HTMLTextAreaElement) return true;
  if (!selection.isCollapsed || linesOf(host).length === 0 || !hasFocus(host)) return true;
  selection.selectAllChildren(host);
  await selectionSettled();
  return !selection.isCollapsed;
}

/** The text as a paste, which only the editor itself hears. */
export function pasteText(id: number, text: string): void {
  if (work?.id !== id || !hasFocus(work.host)) return;
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/plain', text);
  work.host.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true, composed: true }));
}

/** What the editor shows, as soon as it is what was asked for, or when its time is up. */
export async function replacedText(id: number, wanted: string): Promise<Replaced> {
  const end = performance.now() + DRAWING;
  for (;;) {
    await nextFrame();
    if (work?.id !== id) return { shown: 'other', untouched: true, text: '' };
    const { host, before, changed } = work;
    const lines = linesOf(host);
    const text = lines.join('\n');
    const shown = compare(host, lines, wanted);
    const done = { untouched: text === before, text };
    if (shown !== 'other') return { shown, ...done };
    if (performance.now() < end) continue;
    return { shown: text === before && toldElsewhere(changed, wanted) ? 'elsewhere' : 'other', ...done };
  }
}

/** An editor may draw its text late, or not at all, and yet show elsewhere what it holds: a preview, a summary. A complaint is none. */
function toldElsewhere(changed: ReadonlySet<Node>, wanted: string): boolean {
  const goal = plain(wanted);
  if (goal === '') return false;
  for (const node of changed) {
    const element = node instanceof Element ? node : node.parentElement;
    if (element === null || element.closest('[role=alert],[role=status],[aria-live]') !== null) continue;
    const text = plain(node.textContent ?? '');
    if (text.includes(goal)) return true;
  }
  return false;
}

/** The end of it. */
export function endReplace(): void {
  work?.observer.disconnect();
  work = null;
}
