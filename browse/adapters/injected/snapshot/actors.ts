/**
 * Elements that listen for input themselves, as the browser or the page's own world tells just before a walk. It may only add a mark:
 * a page that lies about them harms its own marks. Must not know roles, names or lines.
 */
import { flatParent, hasAttribute, localName, select } from '../dom-getters.ts';
import type { Styles } from '../styles/styles.ts';

const listening = { marks: new WeakSet<Element>(), around: new WeakSet<Element>() };
let hearing: { readonly type: string; readonly hear: (event: Event) => void } | null = null;

/** From now until the next walk takes what the page's world says in one event of that name. It cannot be told from another one by the page. */
export function hearActors(type: string): void {
  if (hearing !== null) removeEventListener(hearing.type, hearing.hear);
  hearing = { type, hear: take };
  addEventListener(type, take, { once: true });
}

function take(event: Event): void {
  event.stopImmediatePropagation();
  hearing = null;
  const touches = event instanceof TouchEvent ? Array.from(event.touches) : [];
  mark(touches.flatMap(({ target }) => (target instanceof Element ? [target] : [])));
}

function mark(elements: readonly Element[]): void {
  const marks = new WeakSet<Element>();
  const around = new WeakSet<Element>();
  for (const element of elements) {
    if (ROOTS.has(localName(element))) continue;
    marks.add(element);
    for (let at = flatParent(element); at !== null && !around.has(at); at = flatParent(at)) around.add(at);
  }
  listening.marks = marks;
  listening.around = around;
}

const ROOTS = new Set(['html', 'body']);
/** Elements by the numbers that the browser has for them. */
const handed = new Map<number, WeakRef<Element>>();

/** The browser's list of what listens: all of it by number, and the elements of those numbers that were not handed over before. */
export function markActors(all: readonly number[], fresh: readonly number[], elements: readonly unknown[]): void {
  fresh.forEach((number, at) => {
    const element = elements[at];
    if (element instanceof Element && element.ownerDocument === document) handed.set(number, new WeakRef(element));
  });
  for (const [number, element] of handed) if (element.deref() === undefined) handed.delete(number);
  mark(all.flatMap((number) => handed.get(number)?.deref() ?? []));
}

/** Whether an element listens for a press, a click, a touch or a key of its own. */
export function listens(element: Element): boolean {
  return (
    listening.marks.has(element) ||
    hasAttribute(element, 'onclick') ||
    hasAttribute(element, 'onmousedown') ||
    hasAttribute(element, 'onpointerdown')
  );
}

const ACTORS =
  'a[href],button,input,select,textarea,summary,[contenteditable],[tabindex],[onclick],[role=button],[role=link],[role=tab],' +
  '[role=menuitem],[role=option],[role=checkbox],[role=radio],[role=switch],[role=treeitem]';
/** Actors looked at for one that is rendered. */
const TRIED = 20;

/** Whether something in an element acts by itself, so that a listener around it may be there for that alone. */
export function holdsActors(element: Element, styles: Styles): boolean {
  if (listening.around.has(element)) return true;
  const inner = select(element, ACTORS);
  for (let at = 0; at < inner.length && at < TRIED; at += 1) if (!styles.look(inner[at] as Element).gone) return true;
  return false;
}
