/**
 * What a page took of the keys that reached it: a key is taken when text came of it, or when the page kept its effect to itself.
 * Listens beside the guard, and decides nothing. Must not know Playwright or the daemon.
 */
import { disabledReason } from './hit-point.ts';
import { isProxy } from './editors.ts';
import { UNTYPED } from './field-forms.ts';

/** `reason`: why a field takes none, in words; null where it is no field, and the page may listen to keys all the same. */
export type TakenText = { readonly seen: number; readonly taken: number; readonly reason: string | null };

/** One key, or one piece of text that no key makes. */
type Stroke = { readonly events: Event[]; readonly characters: number; text: boolean };
type Watch = {
  readonly id: number;
  readonly element: Element;
  readonly before: string | null;
  readonly strokes: Stroke[];
  open: Stroke | null;
};

const TYPES = ['keydown', 'keypress', 'beforeinput', 'input', 'keyup'] as const;
let watch: Watch | null = null;

/** Begins to listen, for the keys of this number. */
export function watchTaken(id: number, element: Element): void {
  endWatch();
  watch = { id, element, before: valueOf(element), strokes: [], open: null };
  for (const type of TYPES) globalThis.addEventListener(type, note, { capture: true });
}

function endWatch(): void {
  watch = null;
  for (const type of TYPES) globalThis.removeEventListener(type, note, { capture: true });
}

function note(event: Event): void {
  if (watch === null || !event.isTrusted) return;
  if (event instanceof KeyboardEvent) noteKey(watch, event);
  else if (event.type === 'input') {
    const last = watch.open ?? watch.strokes.at(-1);
    if (last) last.text = true;
  } else if (watch.open !== null) watch.open.events.push(event);
  else watch.strokes.push({ events: [event], characters: [...((event as InputEvent).data ?? '')].length, text: false });
}

function noteKey(to: Watch, event: KeyboardEvent): void {
  if (event.type === 'keydown') {
    const { key, ctrlKey, metaKey, altKey } = event;
    const characters = (key.length === 1 && !ctrlKey && !metaKey && !altKey) || key === 'Enter' ? 1 : 0;
    // Enter is taken by what it does: a submission, the next line.
    to.open = { events: [event], characters, text: key === 'Enter' };
    if (characters > 0) to.strokes.push(to.open);
  } else if (event.type === 'keyup') to.open = null;
  else to.open?.events.push(event);
}

/** What became of them; the end of listening. Null when it did not listen to these. */
export function takenOf(id: number): TakenText | null {
  if (watch?.id !== id) return null;
  const { element, before, strokes } = watch;
  endWatch();
  const seen = strokes.reduce((sum, { characters }) => sum + characters, 0);
  const after = valueOf(element);
  const changed = before !== after;
  const keeps = keepsKeys(element, changed && !strokes.some(({ text }) => text));
  const kept = ({ events, text }: Stroke): boolean => text || (keeps && events.some(({ defaultPrevented }) => defaultPrevented));
  const taken = strokes.filter(kept).reduce((sum, { characters }) => sum + characters, 0);
  return { seen, taken: wholly(element, taken, seen, changed), reason: refusal(element) };
}

/**
 * Whether a key that the page prevents is one that it used. An ordinary field has refused it (it takes digits only, say), unless the
 * page has `written` all there is by itself.
 */
function keepsKeys(element: Element, written: boolean): boolean {
  if (!(element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement)) return true;
  return written || element.readOnly || isProxy(element);
}

/** Of a value that is one or none what was taken is all or nothing: a date of sections, a number that is none yet. */
function wholly(element: Element, taken: number, seen: number, changed: boolean): number {
  if (!(element instanceof HTMLInputElement)) return taken;
  if (element.type === 'number') return element.value === '' && element.validity.badInput ? 0 : taken;
  if (!SECTIONS.has(element.type)) return taken;
  // It tells of its text only once that is whole.
  return taken > 0 || changed || element.validity.badInput ? seen : 0;
}

const SECTIONS = new Set(['date', 'time', 'datetime-local', 'month', 'week']);

const valueOf = (element: Element): string | null =>
  element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? element.value : null;

function refusal(element: Element): string | null {
  if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) {
    const disabled = disabledReason(element);
    if (disabled !== null) return `it is ${disabled}`;
    if (element.readOnly) return 'it is read-only';
    const untyped = element instanceof HTMLInputElement ? UNTYPED[element.type] : undefined;
    if (untyped !== undefined) return untyped;
    if (element.type === 'number') return 'a field of type number takes numbers';
    if (element.type === 'range') return 'a slider takes no text: fill it';
    if (element.maxLength >= 0 && element.value.length >= element.maxLength) return `it takes at most ${element.maxLength} characters`;
    return 'the page kept none of it';
  }
  if (element instanceof HTMLSelectElement) return 'no option begins with it: select one of its options';
  return element instanceof HTMLElement && element.isContentEditable ? 'the page kept none of it' : null;
}
