/**
 * The role of an element: its first valid ARIA role, else the one its host language gives it (HTML-AAM, SVG-AAM),
 * as Chromium resolves conflicts. `generic` means none worth a word. Must not know names or styles.
 */
import {
  attribute,
  closest,
  designModeOf,
  firstChild,
  flatParent,
  hasAttribute,
  localName,
  matches,
  namespace,
  nextSibling,
  nodeType,
  select,
  ELEMENT,
} from '../dom-getters.ts';
import {
  ARIA,
  FIXED,
  FOCUSABLE_WIDGETS,
  GLOBAL_ARIA,
  HTML_NS,
  INPUTS,
  LISTED,
  NAMED_BY_CONTENT,
  SECTIONING,
  SVG_NS,
  TRANSPARENT,
  WIDGETS,
} from './role-tables.ts';

/** Whether the keyboard or `focus()` reaches it, disabled or not. */
export function focusable(element: Element): boolean {
  if (hasAttribute(element, 'tabindex') || isEditingHost(element)) return true;
  const tag = localName(element);
  if (tag === 'a' || tag === 'area') return hasAttribute(element, 'href');
  return (
    tag === 'button' ||
    tag === 'select' ||
    tag === 'textarea' ||
    tag === 'summary' ||
    (tag === 'input' && attribute(element, 'type') !== 'hidden')
  );
}

/** The outermost element of an editable part, or the body of a document that can be edited as a whole. */
export function isEditingHost(element: Element): boolean {
  const value = attribute(element, 'contenteditable');
  if (value === null) return localName(element) === 'body' && designModeOf(document) === 'on';
  return value === '' || /^(true|plaintext-only)$/i.test(value);
}

const labelled = (element: Element): boolean =>
  (attribute(element, 'aria-label')?.trim() !== undefined && attribute(element, 'aria-label')?.trim() !== '') ||
  hasAttribute(element, 'aria-labelledby') ||
  (attribute(element, 'title')?.trim() ?? '') !== '';

/** Whether children of this table are a table to the browser, or only layout. */
function isDataTable(table: Element): boolean {
  // In an editor every cell is a place for text.
  if (table instanceof HTMLElement && table.isContentEditable) return true;
  if (hasAttribute(table, 'role') || hasAttribute(table, 'summary') || labelled(table)) return true;
  let rows = 0;
  for (const part of Array.from(select(table, 'caption,thead,tfoot,th,td[headers],td[scope],td[abbr],colgroup,tr'))) {
    if (closest(part, 'table') !== table) continue;
    if (localName(part) !== 'tr') return true;
    rows += 1;
  }
  return rows >= 20 || Number(attribute(table, 'border') ?? 0) > 0;
}

/** Remembers roles for one walk; a table or list that lost its meaning takes its parts along. */
export type Roles = {
  (element: Element): string;
  /** Whether an element of that role takes its name from its content. */
  readonly namedByContent: (element: Element, role: string) => boolean;
};

/** A fresh memory of roles. */
export function createRoles(): Roles {
  const known = new Map<Element, string>();
  const tables = new Map<Element, boolean>();
  function roleOf(element: Element): string {
    let role = known.get(element);
    if (role === undefined) {
      role = compute(element);
      known.set(element, role);
    }
    return role;
  }
  function compute(element: Element): string {
    const role = ofItself(element);
    return TRANSPARENT.has(role) && isEditingHost(element) ? 'textbox' : role;
  }
  function ofItself(element: Element): string {
    const explicit = attribute(element, 'role');
    if (explicit !== null) {
      for (const token of explicit.toLowerCase().split(/\s+/)) {
        if (!ARIA.has(token)) continue;
        if (token === 'none' || token === 'presentation') {
          if (!focusable(element) && !GLOBAL_ARIA.some((name) => hasAttribute(element, name))) return 'none';
          break;
        }
        // A landmark without a name is none (ARIA 1.3, Chromium).
        if ((token === 'region' || token === 'form') && !labelled(element)) break;
        if (token === 'directory') return 'list';
        if (token === 'cell' && tableRole(element).endsWith('grid')) return 'gridcell';
        return token === 'image' ? 'img' : token === 'presentation' ? 'none' : token;
      }
    }
    const space = namespace(element);
    if (space === SVG_NS) return svg(element);
    return space === HTML_NS ? html(element) : 'generic';
  }
  function svg(element: Element): string {
    const tag = localName(element);
    if (tag === 'a') return hasAttribute(element, 'href') || hasAttribute(element, 'xlink:href') ? 'link' : 'generic';
    if (tag === 'svg') return 'img';
    if (tag === 'image') return 'img';
    return 'generic';
  }
  function html(element: Element): string {
    const tag = localName(element);
    switch (tag) {
      case 'div':
      case 'span':
        return 'generic';
      case 'a':
      case 'area':
        return hasAttribute(element, 'href') ? 'link' : 'generic';
      case 'input': {
        const type = (element as HTMLInputElement).type;
        if (LISTED.has(type) && hasAttribute(element, 'list')) return 'combobox';
        if (type === 'checkbox' && hasAttribute(element, 'aria-pressed')) return 'button';
        return INPUTS[type] ?? 'textbox';
      }
      case 'select':
        return (element as HTMLSelectElement).multiple || (element as HTMLSelectElement).size > 1 ? 'listbox' : 'combobox';
      case 'img':
        return attribute(element, 'alt') === '' &&
          !hasAttribute(element, 'aria-label') &&
          !hasAttribute(element, 'aria-labelledby') &&
          (attribute(element, 'title') ?? '') === ''
          ? 'none'
          : 'img';
      case 'section':
        return labelled(element) ? 'region' : 'generic';
      case 'form':
        return labelled(element) ? 'form' : 'generic';
      case 'aside':
        return flatAncestor(element, SECTIONING) && !labelled(element) ? 'generic' : 'complementary';
      case 'header':
        return flatAncestor(element, SECTIONING) ? 'generic' : 'banner';
      case 'footer':
        return flatAncestor(element, SECTIONING) ? 'generic' : 'contentinfo';
      case 'li': {
        const parent = flatParent(element);
        const list = parent === null ? 'none' : roleOf(parent);
        return list === 'list' ? 'listitem' : 'generic';
      }
      case 'summary': {
        const parent = flatParent(element);
        return parent !== null && localName(parent) === 'details' ? 'button' : 'generic';
      }
      case 'table':
        return data(element) ? 'table' : 'none';
      case 'tbody':
      case 'thead':
      case 'tfoot':
        return 'rowgroup';
      case 'tr':
        return tableRole(element) === 'none' ? 'none' : 'row';
      case 'td': {
        const table = tableRole(element);
        return table === 'none' ? 'none' : table === 'table' ? 'cell' : 'gridcell';
      }
      case 'th':
        return tableRole(element) === 'none' ? 'none' : headerCell(element);
      case 'object':
        return (element as HTMLObjectElement).contentWindow === null ? 'generic' : 'iframe';
      case 'embed':
        return 'iframe';
      default:
        return FIXED[tag] ?? 'generic';
    }
  }
  function namedByContent(element: Element, role: string): boolean {
    // What is written in it is its value: its name would change with each key.
    if (NAMED_BY_CONTENT.has(role)) return !isEditingHost(element);
    // Those of a plain table have none in Chromium; one that can be acted on must be told from the others.
    return role === 'row' && (isWidget(element, role) || tableRole(element).endsWith('grid'));
  }
  function data(table: Element): boolean {
    let known = tables.get(table);
    if (known === undefined) {
      known = isDataTable(table);
      tables.set(table, known);
    }
    return known;
  }
  function tableRole(part: Element): string {
    const table = closest(part, 'table,[role=table],[role=grid],[role=treegrid]');
    if (table === null) return 'none';
    const role = roleOf(table);
    return role === 'table' || role === 'grid' || role === 'treegrid' ? role : 'none';
  }
  return Object.assign(roleOf, { namedByContent });
}

function flatAncestor(element: Element, selector: string): boolean {
  for (let at = flatParent(element); at !== null; at = flatParent(at)) if (matches(at, selector)) return true;
  return false;
}

function headerCell(element: Element): string {
  const scope = (attribute(element, 'scope') ?? '').toLowerCase();
  if (scope === 'row' || scope === 'rowgroup') return 'rowheader';
  if (scope === 'col' || scope === 'colgroup') return 'columnheader';
  const row = flatParent(element);
  let before: string | null = null;
  let after: string | null = null;
  let seen = false;
  for (let cell = row === null ? null : firstChild(row); cell !== null; cell = nextSibling(cell)) {
    if (nodeType(cell) !== ELEMENT) continue;
    if (cell === element) seen = true;
    else if (!seen) before = localName(cell as Element);
    else {
      after = localName(cell as Element);
      break;
    }
  }
  return before === 'td' || after === 'td' ? 'rowheader' : 'columnheader';
}

/** Whether an agent can act on an element of this role. */
export function isWidget(element: Element, role: string): boolean {
  if (WIDGETS.has(role)) return true;
  if (FOCUSABLE_WIDGETS.has(role)) return Number(attribute(element, 'tabindex') ?? -1) >= 0;
  return (role === 'video' || role === 'audio') && hasAttribute(element, 'controls');
}
