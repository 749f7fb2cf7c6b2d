/**
 * One walk over a document: what a person sees and an agent can act on, in preorder, as plain data. Only reads: no
 * attribute, focus, scroll position or style of the page changes. Must not know refs, text output or other frames.
 */
import {
  aria,
  firstChild,
  nextSibling,
  bodyOf,
  collapse,
  documentElement,
  ELEMENT,
  flatChildren,
  flatContains,
  flatParent,
  hasAttribute,
  isConnected,
  localName,
  nodeType,
  nodeValue,
  referenced,
  rootOf,
  select,
  shadowRoot,
  TEXT,
  titleOf,
} from '../dom-getters.ts';
import { currentView, frameBox, frameOrigin, isTiny, obstacle } from './boxes.ts';
import { actsBy, type Around } from './clickable.ts';
import { finish, settleClickable, type DraftNode } from './draft-nodes.ts';
import type { Pins } from './pins.ts';
import { CLOSED, LIVE, NAMED_BY_CONTENT, PRESENTATIONAL_CHILDREN, SKIPPED, TRANSPARENT } from './role-tables.ts';
import { isEditingHost, isWidget } from './roles.ts';
import { areasOf, barredAround, errorTextsIn, isLabel, labelsIn, ownedIn, topModal } from './scopes.ts';
import { createWalkCache } from './walk-cache.ts';
import { focusedElement, ownDisabled, statesOf, valueOf } from './states.ts';
import { outOfReach } from '../styles/styles.ts';
import type { CapturedFrame, WalkOptions } from '../world.ts';

/** What the walk carries downward. */
type Below = Around & {
  readonly depth: number;
  /** The text here is already in a printed name. */
  readonly said: boolean;
  /** It is part of something whose line says all of it. */
  readonly quiet: boolean;
  /** Text and headings stay under `interactive`: an alert, a status, an open dialog. */
  readonly notable: boolean;
  readonly veiled: boolean;
  /** An element around says `aria-disabled`. */
  readonly barred: boolean;
};
const TOP: Below = { depth: 0, said: false, quiet: false, whole: false, notable: false, pointer: false, veiled: false, barred: false };

/** Text of an open dialog kept under `interactive`, in characters. */
const DIALOG_TEXT_LIMIT = 600;
const NOTABLE = new Set(['alert', 'status', 'alertdialog']);
const DIALOGS = new Set(['dialog', 'alertdialog']);

/** Walks a document, or one element of it, and pins what it names. */
export function walk(options: WalkOptions, pins: Pins): CapturedFrame {
  const cache = createWalkCache(true);
  const { styles, roles, names } = cache;
  const start = options.within === null ? null : (pins.element(options.within) ?? null);
  const drafts: DraftNode[] = [];
  const clickables = options.interactive || options.clickable;
  const owned = new Set<Element>();
  const visited = new Set<Element>();
  const errorTexts = new Set<Element>();
  const labels = new Set<Element>();
  const modal = topModal();
  const view = currentView();
  const focused = focusedElement();
  let run = '';
  /** The element whose text began the run. */
  let runOwner: Element | null = null;
  let runBudget = DIALOG_TEXT_LIMIT;

  const empty: CapturedFrame = { document: pins.document, url: location.href, title: titleOf(document), gone: pins.takeGone(), nodes: [] };
  const root = options.within === null ? (modal ?? bodyOf(document) ?? documentElement(document)) : start;
  if (root === null) return empty;
  if (options.within !== null && (!isConnected(root) || outOfReach(root, styles) || (modal !== null && !flatContains(modal, root))))
    return empty;
  if (options.within === null && modal !== null && outOfReach(modal, styles)) return empty;

  enter(document, root);
  // A part of a shadow tree is in that tree, too.
  for (let scope = rootOf(root); scope instanceof ShadowRoot; scope = rootOf(scope.host)) enter(scope, root);
  const before = flatParent(root);
  visit(root, { ...TOP, pointer: before !== null && styles.look(before).pointer, barred: barredAround(root) });
  flush(TOP);
  return { ...empty, nodes: finish(drafts, options, pins, cache) };

  function enter(scope: Document | ShadowRoot, top: Element): void {
    if (scope !== document) styles.meetShadow();
    for (const part of ownedIn(scope, top, styles)) owned.add(part);
    for (const part of errorTextsIn(scope)) errorTexts.add(part);
    for (const part of labelsIn(scope)) labels.add(part);
  }

  function flush(at: Below): void {
    if (run === '') return;
    const text = collapse(run);
    run = '';
    if (text === '' || at.said || at.quiet) return;
    const notable = at.notable && runBudget > 0;
    if (options.interactive && !notable) return;
    if (at.notable) runBudget -= text.length;
    const draft: DraftNode = { depth: at.depth, role: 'text', name: text };
    if (notable) draft.notable = true;
    if (options.viewport && runOwner !== null) draft.box = frameBox(runOwner);
    drafts.push(draft);
  }

  function children(element: Element, below: Below): void {
    const silent = below.veiled || below.said || below.quiet || (options.interactive && !below.notable);
    const each = (node: Node): void => {
      const type = nodeType(node);
      if (type === TEXT) {
        if (silent) return;
        if (run.trim() === '') runOwner = element;
        run += styles.transform(nodeValue(node) ?? '', element);
      } else if (type === ELEMENT && !owned.has(node as Element)) visit(node as Element, below);
    };
    if (shadowRoot(element) !== null || localName(element) === 'slot') flatChildren(element).forEach(each);
    else for (let node = firstChild(element); node !== null; node = nextSibling(node)) each(node);
    if (aria(element, 'aria-owns') !== null) for (const child of referenced(element, 'aria-owns')) visit(child, below);
  }

  function visit(element: Element, above: Below): void {
    const tag = localName(element);
    if (SKIPPED.has(tag)) {
      if (tag === 'br') run += ' ';
      return;
    }
    const look = styles.look(element);
    if (look.gone || aria(element, 'aria-hidden') === 'true' || hasAttribute(element, 'inert')) return;
    if (owned.size > 0) {
      if (visited.has(element)) return;
      visited.add(element);
    }
    const shadow = shadowRoot(element);
    if (shadow !== null) enter(shadow, root as Element);
    const role = roles(element);
    const editing = isEditingHost(element);
    const widget = isWidget(element, role);
    const by = !widget && clickables && !look.veiled ? actsBy(element, role, tag, above, look.pointer, cache) : null;
    const acts = by !== null;
    const pointer = clickables && look.pointer;
    const barred = ownDisabled(element, tag) ?? above.barred;
    const said = above.said || (labels.has(element) && isLabel(element, tag, styles));
    const same = pointer === above.pointer && barred === above.barred && look.veiled === above.veiled && said === above.said;
    const below: Below = same ? above : { ...above, pointer, barred, veiled: look.veiled, said };
    const transparent = TRANSPARENT.has(role) && !acts;
    const live = NOTABLE.has(role) || (options.interactive && !above.said && errorTexts.has(element));
    const dialog = DIALOGS.has(role);
    if (transparent && !live) {
      const breaks = !look.inline || below.said !== above.said;
      if (breaks) flush(above);
      else if (!look.joined) run += ' ';
      descend(element, tag, below);
      if (breaks) flush(below);
      else if (!look.joined) run += ' ';
      return;
    }
    if (look.veiled) {
      flush(above);
      descend(element, tag, below);
      flush(below);
      return;
    }
    flush(above);
    const printed = acts && !(NAMED_BY_CONTENT.has(role) || role === 'img') ? 'clickable' : transparent ? 'note' : role;
    const interactive = widget || acts;
    const notable = live || dialog || (above.notable && role === 'heading');
    const wanted = options.interactive
      ? interactive || notable || role === 'iframe'
      : interactive || notable || role === 'iframe' || !above.quiet;
    if (!wanted) {
      descend(element, tag, { ...below, notable: above.notable });
      flush(below);
      return;
    }
    const { name, fromContent } = names(element, printed);
    // Nothing to read and nothing to hit: a trap for the focus, an icon without a title.
    if (name === '' && ((acts && isTiny(element)) || (printed === 'img' && tag === 'svg' && !acts))) {
      descend(element, tag, below);
      flush(below);
      return;
    }
    const draft: DraftNode = { depth: above.depth, role: printed, name, pin: -1, element };
    const states = statesOf(element, printed, above.barred);
    if (element === focused) states.push('focused');
    if (acts && printed !== 'clickable') states.push('clickable');
    const way = interactive && role !== 'option' && !states.includes('disabled') ? obstacle(element, view) : null;
    if (way !== null) states.push(way);
    if (states.length > 0) draft.states = states;
    const value = valueOf(element, role);
    if (value !== null) draft.value = value;
    if (interactive) draft.interactive = true;
    if (notable) draft.notable = true;
    if (options.urls && role === 'link') draft.url = (element as HTMLAnchorElement).href;
    if (role === 'iframe') draft.frame = frameOrigin(element);
    if (options.boxes || options.viewport) draft.box = frameBox(element);
    const at = drafts.length;
    drafts.push(draft);
    const told = name !== '' && fromContent;
    const inner: Below = {
      ...below,
      depth: above.depth + 1,
      said: (above.said && !LIVE.has(role)) || told || editing,
      quiet: (above.quiet && !live) || (told && (interactive || role === 'heading')) || PRESENTATIONAL_CHILDREN.has(role) || editing,
      whole: above.whole || (widget && told) || PRESENTATIONAL_CHILDREN.has(role) || editing,
      notable: live || dialog || above.notable,
    };
    descend(element, tag, inner);
    flush(inner);
    if (acts) settleClickable(drafts, at, printed);
    else if (live && !dialog && name === '' && drafts.length === at + 1) delete draft.notable;
    if (options.interactive && draft.interactive === undefined && draft.notable === undefined && role !== 'iframe') drafts.splice(at, 1);
  }

  function descend(element: Element, tag: string, below: Below): void {
    if (tag === 'select') {
      for (const option of Array.from(select(element, 'option,optgroup')))
        if (!options.interactive || localName(option) === 'option') visitOption(option, below);
      return;
    }
    if (tag === 'img' && hasAttribute(element, 'usemap')) {
      for (const area of areasOf(element)) visitArea(area, below);
      return;
    }
    if (CLOSED.has(tag) || styles.sealed(element)) return;
    if (tag === 'details' && !hasAttribute(element, 'open')) {
      for (const child of flatChildren(element)) {
        if (nodeType(child) !== ELEMENT || localName(child as Element) !== 'summary') continue;
        visit(child as Element, below);
        return;
      }
      return;
    }
    children(element, below);
  }

  function visitArea(area: Element, below: Below): void {
    const { name } = names(area, 'link');
    const draft: DraftNode = { depth: below.depth, role: 'link', name, pin: -1, element: area, interactive: true };
    if (options.urls) draft.url = (area as HTMLAreaElement).href;
    if (options.boxes || options.viewport) draft.box = frameBox(area);
    drafts.push(draft);
  }

  function visitOption(option: Element, below: Below): void {
    if (localName(option) === 'optgroup' || styles.look(option).gone) return;
    const { name } = names(option, 'option');
    const draft: DraftNode = { depth: below.depth, role: 'option', name, pin: -1, element: option, interactive: true };
    const states = statesOf(option, 'option', below.barred);
    if (states.length > 0) draft.states = states;
    if (options.boxes || options.viewport) draft.box = frameBox(flatParent(option) ?? option);
    drafts.push(draft);
  }
}
