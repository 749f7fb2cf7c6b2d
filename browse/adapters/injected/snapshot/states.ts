/**
 * States and current value of an element, as words in print order. Password values are masked here and go no further.
 * Must not know names, refs or snapshots.
 */
import {
  aria,
  attribute,
  collapse,
  flatParent,
  focusedIn,
  glyphless,
  hasAttribute,
  localName,
  matches,
  shadowRoot,
  textContent,
} from '../dom-getters.ts';
import { isEditingHost } from './roles.ts';

/** Stands for any password, whatever its length. */
export const MASK = '••••';
/** Longer values are cut. */
const VALUE_LIMIT = 200;

const REQUIRABLE = new Set([
  'textbox',
  'searchbox',
  'combobox',
  'listbox',
  'spinbutton',
  'checkbox',
  'radio',
  'radiogroup',
  'switch',
  'tree',
  'button',
  'slider',
]);
const CHECKABLE = new Set(['checkbox', 'radio', 'switch', 'menuitemcheckbox', 'menuitemradio', 'option', 'treeitem']);
const SELECTABLE = new Set(['option', 'tab', 'row', 'gridcell', 'treeitem', 'columnheader', 'rowheader']);
/** Field types a plain `textbox` does not tell apart, and which take values of a form of their own. */
const TYPED = new Set(['date', 'time', 'datetime-local', 'month', 'week', 'color', 'password', 'file']);

const truth = (element: Element, name: `aria-${string}`): string | null => {
  const value = aria(element, name)?.trim().toLowerCase() ?? null;
  return value === '' || value === 'undefined' ? null : value;
};

/** The states of an element but for the focus, in print order; `barred`: an element around it is `aria-disabled`. */
export function statesOf(element: Element, role: string, barred: boolean): string[] {
  const states: string[] = [];
  const tag = localName(element);
  const input = element instanceof HTMLInputElement ? element : null;
  if (input !== null && TYPED.has(input.type)) states.push(`type=${input.type}`);
  const level = levelOf(element, role, tag);
  if (level !== null) states.push(`level=${level}`);
  if (
    REQUIRABLE.has(role) &&
    (truth(element, 'aria-required') === 'true' ||
      (hasAttribute(element, 'required') && (input !== null || tag === 'select' || tag === 'textarea')))
  )
    states.push('required');
  const checked = checkedOf(element, role, input);
  if (checked !== null) states.push(checked === 'mixed' ? 'checked=mixed' : 'checked');
  if (role === 'button') {
    const pressed = truth(element, 'aria-pressed');
    if (pressed === 'true') states.push('pressed');
    else if (pressed === 'mixed') states.push('pressed=mixed');
  }
  if (tag === 'option' ? (element as HTMLOptionElement).selected : SELECTABLE.has(role) && truth(element, 'aria-selected') === 'true')
    states.push('selected');
  const expanded = expandedOf(element, tag);
  if (expanded !== null) states.push(expanded ? 'expanded' : 'collapsed');
  const current = truth(element, 'aria-current');
  if (current !== null && current !== 'false') states.push(current === 'true' ? 'current' : `current=${current}`);
  const sort = truth(element, 'aria-sort');
  if (sort !== null && sort !== 'none') states.push(`sort=${sort}`);
  if (ownDisabled(element, tag) ?? barred) states.push('disabled');
  if (isReadonly(element, tag)) states.push('readonly');
  const invalid = truth(element, 'aria-invalid');
  if (invalid !== null && invalid !== 'false') states.push('invalid');
  if (truth(element, 'aria-busy') === 'true') states.push('busy');
  return states;
}

function levelOf(element: Element, role: string, tag: string): string | null {
  if (role !== 'heading' && role !== 'treeitem') return null;
  const said = aria(element, 'aria-level');
  if (said !== null && /^[1-9]\d*$/.test(said)) return said;
  if (role === 'treeitem') return null;
  return /^h[1-6]$/.test(tag) ? tag.slice(1) : '2';
}

function checkedOf(element: Element, role: string, input: HTMLInputElement | null): 'true' | 'mixed' | null {
  if (!CHECKABLE.has(role)) return null;
  if (input !== null && (input.type === 'checkbox' || input.type === 'radio'))
    return input.indeterminate ? 'mixed' : input.checked ? 'true' : null;
  const said = truth(element, 'aria-checked');
  return said === 'true' || said === 'mixed' ? said : null;
}

function expandedOf(element: Element, tag: string): boolean | null {
  if (tag === 'summary') {
    const parent = flatParent(element);
    return parent !== null && localName(parent) === 'details' ? hasAttribute(parent, 'open') : null;
  }
  const said = truth(element, 'aria-expanded');
  return said === 'true' ? true : said === 'false' ? false : null;
}

const DISABLEABLE = new Set(['button', 'input', 'select', 'textarea', 'fieldset', 'option', 'optgroup']);

/** What an element itself says: native `disabled` (through its fieldset too) or `aria-disabled`; null when nothing. */
export function ownDisabled(element: Element, tag: string): boolean | null {
  if ((DISABLEABLE.has(tag) || tag.includes('-')) && matches(element, ':disabled')) return true;
  const said = aria(element, 'aria-disabled');
  return said === null ? null : said.trim().toLowerCase() === 'true';
}

function isReadonly(element: Element, tag: string): boolean {
  if (truth(element, 'aria-readonly') === 'true') return true;
  if (tag === 'textarea') return (element as HTMLTextAreaElement).readOnly;
  return (
    element instanceof HTMLInputElement &&
    element.readOnly &&
    /^(text|search|url|tel|email|password|date|month|week|time|datetime-local|number)$/.test(element.type)
  );
}

/** The element that has the focus, open shadow trees included; null when it is the page as a whole. */
export function focusedElement(): Element | null {
  let focused = focusedIn(document);
  for (let at = focused; at !== null;) {
    focused = at;
    const shadow = shadowRoot(at);
    at = shadow === null ? null : focusedIn(shadow);
  }
  return focused === null || localName(focused) === 'body' ? null : focused;
}

/** The current value of a field or range; null where an element has none. */
export function valueOf(element: Element, role: string): string | null {
  const raw = rawValue(element, role);
  if (raw === null || raw === '') return null;
  return raw.length > VALUE_LIMIT ? `${raw.slice(0, VALUE_LIMIT - 1)}…` : raw;
}

/** Fields that were given a secret by us: it is one whatever the page makes of the field. */
const secrets = new WeakSet<Element>();

/** From now on what the field holds is a secret. */
export function keepSecret(field: Element): void {
  secrets.add(field);
}

/** A password field, also while a page shows it as plain text, and whatever was given a secret. */
export function isSecret(element: Element): boolean {
  if (secrets.has(element)) return true;
  if (!(element instanceof HTMLInputElement)) return false;
  return element.type === 'password' || /(^|[\s])(current|new)-password\b/i.test(attribute(element, 'autocomplete') ?? '');
}

/** What a field is called besides its accessible name. */
export function marksOf(element: Element): readonly string[] {
  const marks = ['name', 'id', 'autocomplete', 'placeholder'].map((name) => attribute(element, name) ?? '');
  return marks.filter((mark) => mark !== '').map((mark) => mark.slice(0, 200));
}

const innerTextOf = Object.getOwnPropertyDescriptor(HTMLElement.prototype, 'innerText')?.get;

/** The text of an element on one line, with a blank where blocks meet. */
export function readable(element: Element): string {
  const text = element instanceof HTMLElement ? String(innerTextOf?.call(element) ?? '') : (textContent(element) ?? '');
  return collapse(glyphless(text.replace(/[\u200b\ufeff]/g, '')));
}

function rawValue(element: Element, role: string): string | null {
  if (element instanceof HTMLInputElement) {
    if (isSecret(element)) return element.value === '' ? null : MASK;
    switch (element.type) {
      case 'checkbox':
      case 'radio':
      case 'button':
      case 'submit':
      case 'reset':
      case 'image':
      case 'hidden':
        return null;
      case 'file': {
        const names: string[] = [];
        for (const file of Array.from(element.files ?? [])) names.push(file.name);
        return names.join(', ');
      }
      default:
        return element.value;
    }
  }
  if (element instanceof HTMLTextAreaElement) return isSecret(element) && element.value !== '' ? MASK : element.value;
  if (element instanceof HTMLSelectElement) {
    const chosen: string[] = [];
    for (const option of Array.from(element.selectedOptions)) chosen.push(collapse(option.label));
    return chosen.join(', ');
  }
  if (element instanceof HTMLProgressElement) return element.position < 0 ? null : String(element.value);
  if (element instanceof HTMLMeterElement) return String(element.value);
  if (isEditingHost(element)) return readable(element);
  if (role === 'textbox' || role === 'searchbox') return null;
  // A combobox that is no field shows what is chosen as its text.
  if (role === 'combobox') return readable(element);
  if (role === 'slider' || role === 'spinbutton' || role === 'progressbar' || role === 'meter' || role === 'scrollbar')
    return aria(element, 'aria-valuetext') ?? aria(element, 'aria-valuenow');
  return null;
}
