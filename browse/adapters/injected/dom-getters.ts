/**
 * The DOM as the browser implements it. A form or a document lets its named children hide its own properties
 * (`<input name="parentNode">`), so every property of a node is read through the prototype's getter, taken once.
 * Must not know roles, names or snapshots.
 */

function reader<T extends object, K extends keyof T>(prototype: T, key: K): (object: T) => T[K] {
  const getter = Object.getOwnPropertyDescriptor(prototype, key)?.get;
  if (getter === undefined) throw new Error(`no native getter for ${String(key)}`);
  return Function.prototype.call.bind(getter) as (object: T) => T[K];
}

const nodes = Node.prototype;
const elements = Element.prototype;
const documents = Document.prototype;

/** Node type of elements. */
export const ELEMENT = 1;
/** Node type of text and CDATA sections, which both render as text. */
export const TEXT = 3;

export const nodeType = reader(nodes, 'nodeType');
export const parentNode = reader(nodes, 'parentNode');
export const firstChild = reader(nodes, 'firstChild');
export const nextSibling = reader(nodes, 'nextSibling');
export const nodeValue = reader(nodes, 'nodeValue');
export const textContent = reader(nodes, 'textContent');
export const isConnected = reader(nodes, 'isConnected');
export const localName = reader(elements, 'localName');
export const namespace = reader(elements, 'namespaceURI');
export const attributesOf = reader(elements, 'attributes');
export const assignedSlot = reader(elements, 'assignedSlot');
export const documentElement = reader(documents, 'documentElement');
export const bodyOf = reader(documents, 'body');
export const titleOf = reader(documents, 'title');
export const designModeOf = reader(documents, 'designMode');
export const styleSheetsOf = reader(documents, 'styleSheets');
export const adoptedSheetsOf = reader(documents, 'adoptedStyleSheets');
export const scrollTopOf = reader(elements, 'scrollTop');
export const scrollHeightOf = reader(elements, 'scrollHeight');
export const clientWidthOf = reader(elements, 'clientWidth');
export const clientHeightOf = reader(elements, 'clientHeight');
export const clientLeftOf = reader(elements, 'clientLeft');
export const clientTopOf = reader(elements, 'clientTop');
/** Of a tree scope: what has focus in it. */
export const focusedIn = (root: Document | ShadowRoot): Element | null =>
  root instanceof ShadowRoot ? focusedInShadow(root) : focusedInDocument(root);
const focusedInDocument = reader(documents, 'activeElement');
const focusedInShadow = reader(ShadowRoot.prototype, 'activeElement');

const openRootOf = reader(elements, 'shadowRoot');
const closedRoots = new WeakMap<Element, ShadowRoot>();
let meetsClosed = false;

/** The shadow tree of an element: an open one, or a closed one that was handed to us. */
export function shadowRoot(element: Element): ShadowRoot | null {
  const open = openRootOf(element);
  return open === null && meetsClosed ? (closedRoots.get(element) ?? null) : open;
}

/** From now on that closed tree is one like others. */
export function openUp(root: ShadowRoot): void {
  meetsClosed = true;
  closedRoots.set(root.host, root);
}

const call = <T, A extends unknown[], R>(method: (this: T, ...rest: A) => R): ((object: T, ...rest: A) => R) =>
  Function.prototype.call.bind(method) as (object: T, ...rest: A) => R;

export const focusOn = call<HTMLElement, [FocusOptions], void>(HTMLElement.prototype.focus as (options: FocusOptions) => void);
export const attribute = call<Element, [string], string | null>(elements.getAttribute);
export const hasAttribute = call<Element, [string], boolean>(elements.hasAttribute);
export const matches = call<Element, [string], boolean>(elements.matches);
export const closest = call<Element, [string], Element | null>(elements.closest as (selector: string) => Element | null);
export const checkVisibility = call<Element, [CheckVisibilityOptions], boolean>(
  elements.checkVisibility as (options: CheckVisibilityOptions) => boolean,
);
export const rectsOf = call<Element, [], DOMRectList>(elements.getClientRects);
export const boxOf = call<Element, [], DOMRect>(elements.getBoundingClientRect);
export const rootOf = call<Node, [], Node>(nodes.getRootNode as () => Node);
export const comparePosition = call<Node, [Node], number>(nodes.compareDocumentPosition);
const query = call<Element, [string], NodeListOf<Element>>(elements.querySelectorAll as (selector: string) => NodeListOf<Element>);
const queryDocument = call<Document, [string], NodeListOf<Element>>(
  documents.querySelectorAll as (selector: string) => NodeListOf<Element>,
);
const queryFragment = call<DocumentFragment, [string], NodeListOf<Element>>(
  DocumentFragment.prototype.querySelectorAll as (selector: string) => NodeListOf<Element>,
);
const byIdInDocument = call<Document, [string], Element | null>(documents.getElementById);
const byIdInFragment = call<DocumentFragment, [string], Element | null>(DocumentFragment.prototype.getElementById);

/** What a label stands for, or the element itself. */
export function controlOf(element: Element): Element {
  return element instanceof HTMLLabelElement && element.control ? element.control : element;
}

/** Every descendant that matches, in document order, without what lies in shadow trees. */
export function select(scope: Node, selector: string): ArrayLike<Element> {
  if (scope instanceof Document) return queryDocument(scope, selector);
  if (scope instanceof DocumentFragment) return queryFragment(scope, selector);
  return query(scope as Element, selector);
}

/** The element of that id in the tree scope of `near`, or null. */
export function byId(near: Node, id: string): Element | null {
  const root = rootOf(near);
  if (root instanceof Document) return byIdInDocument(root, id);
  if (root instanceof DocumentFragment) return byIdInFragment(root, id);
  return null;
}

/** The elements an attribute of ids points at, in its order, without the missing ones. */
export function referenced(element: Element, name: string): Element[] {
  const ids = attribute(element, name);
  const found: Element[] = [];
  if (ids === null) return found;
  for (const id of ids.split(/\s+/)) {
    const target = id === '' ? null : byId(element, id);
    if (target !== null) found.push(target);
  }
  return found;
}

const slotAssigned = call<HTMLSlotElement, [], Node[]>(HTMLSlotElement.prototype.assignedNodes as () => Node[]);

/** The children a person sees: those of the open shadow root, the nodes assigned to a slot, or the plain children. */
export function flatChildren(element: Element): Node[] {
  const shadow = shadowRoot(element);
  if (shadow === null && element instanceof HTMLSlotElement) {
    const assigned = slotAssigned(element);
    if (assigned.length > 0) return assigned;
  }
  const children: Node[] = [];
  for (let child = firstChild(shadow ?? element); child !== null; child = nextSibling(child)) children.push(child);
  return children;
}

/** The element around a node as a person sees it: its slot, its shadow host or its parent; null at the top. */
export function flatParent(node: Node): Element | null {
  const slot = nodeType(node) === ELEMENT ? assignedSlot(node as Element) : null;
  if (slot !== null) return slot;
  const parent = parentNode(node);
  if (parent === null) return null;
  if (parent instanceof ShadowRoot) return parent.host;
  return nodeType(parent) === ELEMENT ? (parent as Element) : null;
}

/** Whether `inner` is `outer` or lies in it, shadow trees and slots included. */
export function flatContains(outer: Element, inner: Element): boolean {
  for (let at: Element | null = inner; at !== null; at = flatParent(at)) if (at === outer) return true;
  return false;
}

const SPACE = /[ \t\n\r\f]+/g;
const UNEVEN = /[\t\n\r\f]| {2}/;
/** Runs of whitespace become one space; the ends are trimmed (no-break spaces stay inside, not at the ends). */
export function collapse(text: string): string {
  return (UNEVEN.test(text) ? text.replace(SPACE, ' ') : text).trim();
}

const GLYPHS = /\p{Co}+/gu;
const MAYBE_GLYPH = /[\ue000-\uf8ff\udb80-\udbff]/;
/** Without the private characters by which fonts draw icons: they say nothing to a reader. */
export function glyphless(text: string): string {
  return MAYBE_GLYPH.test(text) ? text.replace(GLYPHS, ' ') : text;
}

const attributeNames = call<Element, [], string[]>(elements.getAttributeNames);
let lastElement: Element | null = null;
let lastAria = false;

/** An `aria-` attribute. Most elements have none, so whether there is any is asked once for an element in a row of questions. */
export function aria(element: Element, name: `aria-${string}`): string | null {
  if (element !== lastElement) {
    lastElement = element;
    lastAria = attributeNames(element).some((each) => each.startsWith('aria-'));
  }
  return lastAria ? attribute(element, name) : null;
}

/** To be called when an evaluation begins: the page may have changed since the last question. */
export function forgetAttributes(): void {
  lastElement = null;
}
