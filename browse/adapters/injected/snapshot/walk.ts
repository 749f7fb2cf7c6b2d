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
  flatParent,
  glyphless,
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
import { currentView, frameBox, frameOrigin, inViewport, isTiny, obstacle } from './boxes.ts';
import { TOP, type Below } from './lines/below.ts';
import { actsBy } from './clickable.ts';
import { finish, settleClickable, type DraftNode } from './lines/draft-nodes.ts';
import { beginningOf } from './lines/hints.ts';
import type { Pins } from './pins.ts';
import { CLOSED, LIVE, NAMED_BY_CONTENT, PRESENTATIONAL_CHILDREN, SKIPPED, TRANSPARENT } from './role-tables.ts';
import { isEditingHost, isWidget } from './roles.ts';
import { areasOf, barredAround, errorTextsIn, isLabel, labelsIn, ownedIn } from './scopes.ts';
import { createSuspects } from './visibility/suspects.ts';
import { canBeHit, isLive, isShown, topDialog } from './visibility/top-dialog.ts';
import { createWalkCache } from './walk-cache.ts';
import { focusedElement, ownDisabled, readable, statesOf, valueOf } from './states.ts';
import { keptAround, outOfReach, type Look } from '../styles/styles.ts';
import type { CapturedFrame, WalkOptions } from '../world.ts';

/** Text of an open dialog kept under `interactive`, in characters. */
const DIALOG_TEXT_LIMIT = 600;
const NOTABLE = new Set(['alert', 'status', 'alertdialog']);
const DIALOGS = new Set(['dialog', 'alertdialog']);
/** Parts of an editor's text where a person goes on writing. */
const EDITED = new Set(['cell', 'gridcell', 'columnheader', 'rowheader', 'heading', 'listitem', 'img']);
/** Options of a closed list that are printed one by one. */
const FEW_OPTIONS = 10;

/** Walks a document, or one element of it, and pins what it names. */
export function walk(options: WalkOptions, pins: Pins): CapturedFrame {
  const cache = createWalkCache(true);
  const { styles, roles, names } = cache;
  const suspects = createSuspects();
  const start = options.within === null ? null : (pins.element(options.within) ?? null);
  const drafts: DraftNode[] = [];
  const clickables = options.interactive || options.clickable;
  const owned = new Set<Element>();
  const visited = new Set<Element>();
  const errorTexts = new Set<Element>();
  const labels = new Set<Element>();
  const view = currentView();
  const dialog = options.within === null ? topDialog(styles, view) : null;
  const focused = focusedElement();
  let run = '';
  /** The element whose text began the run. */
  let runOwner: Element | null = null;
  let runBudget = DIALOG_TEXT_LIMIT;
  /** The dialog that was walked before all else. */
  let drawn: Element | null = null;

  const empty: CapturedFrame = {
    document: pins.document,
    url: location.href,
    title: titleOf(document),
    gone: pins.takeGone(),
    loading: document.readyState === 'loading',
    bodiless: bodyOf(document) === null,
    suspects: [],
    nodes: [],
  };
  const root = options.within === null ? (bodyOf(document) ?? documentElement(document)) : start;
  if (root === null || (options.within !== null && (!isConnected(root) || outOfReach(root, styles)))) return empty;

  enter(document, root);
  // A part of a shadow tree is in that tree, too.
  for (let scope = rootOf(root); scope instanceof ShadowRoot; scope = rootOf(scope.host)) enter(scope, root);
  const before = flatParent(root);
  const around = { ...TOP, pointer: before !== null && styles.look(before).pointer, barred: barredAround(root), kept: keptAround(root) };
  if (dialog !== null) {
    visit(dialog.element, { ...TOP, barred: barredAround(dialog.element) });
    flush(TOP);
    drawn = dialog.element;
  }
  visit(root, dialog === null ? around : { ...around, behind: dialog.behind });
  flush(dialog === null ? around : { ...around, behind: dialog.behind });
  return { ...empty, suspects: suspects.take(pins), nodes: finish(drafts, options, pins, cache) };

  function enter(scope: Document | ShadowRoot, top: Element): void {
    if (scope !== document) styles.meetShadow();
    for (const part of ownedIn(scope, top, styles)) owned.add(part);
    for (const part of errorTextsIn(scope)) errorTexts.add(part);
    for (const part of labelsIn(scope)) labels.add(part);
  }

  function flush(at: Below): void {
    if (run === '') return;
    const text = collapse(glyphless(run));
    run = '';
    if (text === '' || at.said || at.quiet || (at.kept !== null && !at.notable)) return;
    const notable = at.notable && runBudget > 0;
    if (options.interactive && !notable) return;
    if (at.notable) runBudget -= text.length;
    const draft: DraftNode = { depth: at.depth, role: 'text', name: text };
    if (notable) draft.notable = true;
    if (at.behind !== null && !at.notable && runOwner !== null && isBehind(runOwner, at)) draft.behind = true;
    if (options.viewport && runOwner !== null) draft.box = frameBox(runOwner);
    drafts.push(draft);
  }

  function children(element: Element, below: Below): void {
    const silent = below.veiled || below.said || below.quiet || ((options.interactive || below.kept !== null) && !below.notable);
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
    // An owner that is kept from the tree owns nothing.
    if (below.kept === null && aria(element, 'aria-owns') !== null)
      for (const child of referenced(element, 'aria-owns')) visit(child, below);
  }

  function visit(element: Element, above: Below): void {
    const tag = localName(element);
    if (SKIPPED.has(tag)) {
      if (tag === 'br') run += ' ';
      return;
    }
    const look = styles.look(element);
    if (look.gone || element === drawn) return;
    const kept = hasAttribute(element, 'inert')
      ? 'inert'
      : (above.kept ?? (aria(element, 'aria-hidden') === 'true' ? 'aria-hidden' : null));
    if (kept !== null && !above.notable) {
      visitKept(element, tag, kept === above.kept ? above : { ...above, kept }, look);
      return;
    }
    visitSeen(element, tag, above, look);
  }

  /** What is kept from the accessibility tree, and yet on the screen: what announces itself, and what can be acted on. */
  function visitKept(element: Element, tag: string, above: Below, look: Look): void {
    const role = roles(element);
    const announcing = above.announcing || NOTABLE.has(role) || isLive(element);
    if (announcing && !look.veiled && isShown(element)) {
      visitSeen(element, tag, announcing === above.announcing ? above : { ...above, announcing }, look);
      return;
    }
    const acts =
      isWidget(element, role) || isEditingHost(element) || (clickables && actsBy(element, role, tag, above, look.pointer, cache) !== null);
    if (acts && !look.veiled && isShown(element) && isOnScreen(element, above)) {
      visitSeen(element, tag, above, look);
      return;
    }
    const shadow = shadowRoot(element);
    if (shadow !== null) enter(shadow, root as Element);
    const pointer = clickables && look.pointer;
    const same = pointer === above.pointer && announcing === above.announcing;
    if (tag !== 'select') descend(element, tag, same ? above : { ...above, pointer, announcing });
  }

  function isOnScreen(element: Element, { kept, behind }: Below): boolean {
    return behind !== null || (kept === 'inert' ? inViewport(frameBox(element)) : canBeHit(element, view, true));
  }

  /** Whether an input cannot land on it, because of the dialog on top. */
  function isBehind(element: Element, { behind }: Below): boolean {
    return behind === 'all' || (behind === 'covered' && !canBeHit(element, view, false));
  }

  function visitSeen(element: Element, tag: string, above: Below, look: Look): void {
    if (owned.size > 0) {
      if (visited.has(element)) return;
      visited.add(element);
    }
    const shadow = shadowRoot(element);
    if (shadow !== null) enter(shadow, root as Element);
    else suspects.meet(element, tag);
    const role = roles(element);
    const editing = isEditingHost(element);
    const part = above.edited && EDITED.has(role);
    const widget = isWidget(element, role) || editing || part;
    const by = !widget && clickables && !look.veiled ? actsBy(element, role, tag, above, look.pointer, cache) : null;
    const acts = by !== null;
    const announcing = options.interactive || above.kept !== null ? above.announcing || (!above.notable && isLive(element)) : false;
    const pointer = clickables && look.pointer;
    const barred = ownDisabled(element, tag) ?? above.barred;
    const said = above.said || (labels.has(element) && isLabel(element, tag, styles));
    const same =
      pointer === above.pointer &&
      barred === above.barred &&
      look.veiled === above.veiled &&
      said === above.said &&
      announcing === above.announcing;
    const below: Below = same ? above : { ...above, pointer, barred, veiled: look.veiled, said, announcing };
    const transparent = TRANSPARENT.has(role) && !acts;
    const announced = NOTABLE.has(role) || (announcing && !look.veiled && isShown(element));
    const live = announced || (options.interactive && !above.said && errorTexts.has(element));
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
    const parting = options.interactive && role === 'heading';
    const notable = live || dialog || (above.notable && role === 'heading');
    const wanted = options.interactive
      ? interactive || notable || parting || role === 'iframe'
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
    if (editing && printed !== 'textbox') states.push('editable');
    const behind = !live && !above.notable && (above.kept === 'inert' || (above.behind !== null && isBehind(element, above)));
    const way = interactive && !behind && role !== 'option' && !states.includes('disabled') ? obstacle(element, view) : null;
    if (way !== null) states.push(way);
    if (above.kept === 'aria-hidden' && !behind && !above.notable && !live) states.push('aria-hidden');
    if (states.length > 0) draft.states = states;
    const value = valueOf(element, role);
    if (value !== null && value !== '') draft.value = value;
    if (part && role === 'listitem') draft.hint = beginningOf(readable(element));
    if (!options.options && element instanceof HTMLSelectElement && isLongList(element)) draft.options = element.options.length;
    if (behind) draft.behind = true;
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
      edited: above.edited || editing,
      whole: above.whole || (widget && told && !part) || PRESENTATIONAL_CHILDREN.has(role) || editing,
      announcing: announcing && !live,
      notable: live || dialog || above.notable,
    };
    descend(element, tag, inner);
    flush(inner);
    if (acts) settleClickable(drafts, at, printed);
    else if (live && !dialog && name === '' && drafts.length === at + 1) delete draft.notable;
    if (options.interactive && draft.interactive === undefined && draft.notable === undefined && !parting && role !== 'iframe')
      drafts.splice(at, 1);
  }

  function descend(element: Element, tag: string, below: Below): void {
    if (tag === 'select') {
      if (!options.options && isLongList(element as HTMLSelectElement)) return;
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

/** A closed list whose options would fill the look: its line says how many there are. */
function isLongList(list: HTMLSelectElement): boolean {
  return !list.multiple && list.size <= 1 && list.options.length > FEW_OPTIONS;
}
