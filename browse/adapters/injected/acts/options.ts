/**
 * Choosing options: of a list, by value or label or by their own ref, and of the suggestions of a field. The focus is not given: a page
 * that has drawn a list of its own over the native one would open it. Must not know Playwright or the daemon.
 */
import { closest, controlOf, localName } from '../dom-getters.ts';
import { disabledReason, hiddenReason } from './hit-point.ts';
import { leaveFilled } from './pending-change.ts';
import type { Refused } from './fields.ts';
import { insist, isStale, monotonic, resolve } from './target.ts';
import type { Late, NotYet, Stale, Target, Unsuited } from './target.ts';

/** Labels of what is selected now. */
export type Selected = { readonly outcome: 'done'; readonly selected: readonly string[] };
/** The options there are, as `"value" (label)`. */
export type NoOption = { readonly outcome: 'no option'; readonly wanted: string; readonly options: readonly string[] };

/** An option that a field suggests: what it is to be filled with. */
export type Suggested = { readonly outcome: 'suggested'; readonly value: string };

const setOption = Object.getOwnPropertyDescriptor(HTMLOptionElement.prototype, 'selected')?.set;

/** Selects by value, then by label; every wanted one must exist and be enabled before anything changes. */
export async function choose(
  target: Target,
  wanted: readonly string[],
  until: number,
): Promise<Selected | Suggested | NoOption | Refused | Stale | Late | Unsuited> {
  return insist(monotonic(until), (): Selected | Suggested | NoOption | Refused | Stale | Unsuited | NotYet => {
    const element = resolve(target);
    if (isStale(element)) return element;
    const control = controlOf(element);
    if (control instanceof HTMLInputElement && control.list !== null) return suggested(control.list, wanted);
    if (!(control instanceof HTMLSelectElement)) {
      return { outcome: 'unsuited', reason: `it is no list of options but <${localName(control)}>: click it, then the option` };
    }
    const reason = hiddenReason(control) ?? disabledReason(control);
    if (reason !== null) return { outcome: 'not yet', reason: `it is ${reason}` };
    const options = [...control.options];
    // Of a list of several the empty text is none of them.
    if (control.multiple && wanted.every((value) => value === '') && options.every((option) => option.value !== ''))
      return pick(control, []);
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

function suggested(list: HTMLDataListElement, wanted: readonly string[]): Suggested | NoOption | Refused {
  const [value = '', ...more] = wanted;
  if (more.length > 0) return { outcome: 'refused', reason: 'it takes one option, not several' };
  const options = [...list.options];
  const found = options.find((option) => option.value === value) ?? options.find((option) => label(option) === value.trim());
  if (value !== '' && found === undefined) return { outcome: 'no option', wanted: value, options: options.slice(0, 50).map(named) };
  return { outcome: 'suggested', value: found?.value ?? '' };
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
  leaveFilled(control);
  for (const option of control.options) {
    const wanted = picks.includes(option);
    if (option.selected !== wanted && (wanted || control.multiple)) setOption?.call(option, wanted);
  }
  for (const type of ['input', 'change']) control.dispatchEvent(new Event(type, { bubbles: true, composed: type === 'input' }));
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
