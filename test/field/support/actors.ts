/**
 * The oracle of what acts on a page: the browser's own list of listeners, what frameworks keep in properties, native
 * controls and editable elements. It runs in a browser of its own and knows nothing of the product.
 *
 * A container that only delegates is no actor. The rule: it is `html`, `body` or a framework's root; or it has other
 * actors below it, and no cursor, tabindex, role or name of its own. A cursor is its own when it is `pointer` and its
 * parent's is not; the roles `none` and `presentation` are none; a name is an `aria-label`, `aria-labelledby` or `title`.
 */
import type { CDPSession, Page } from 'playwright';

/** The attribute that numbers the elements of a page, in tree order, open shadow trees after their host. */
export const NUMBER = 'data-n';

/**
 * Numbers every element, and gives their tags in order. The same text runs in both browsers, so a number means the same
 * element in both as long as the tags are the same.
 */
export const NUMBERED = `(() => {
  const tags = [];
  const visit = (root) => {
    for (const element of root.querySelectorAll('*')) {
      element.setAttribute('${NUMBER}', tags.length);
      tags.push(element.localName);
      if (element.shadowRoot !== null) visit(element.shadowRoot);
    }
  };
  visit(document);
  return tags.join(' ');
})()`;

/** An element of the oracle. */
export type Actor = {
  readonly n: number;
  /** Its tag, its first classes and the beginning of its text. */
  readonly looks: string;
  /** Why it acts: `click`, `mousedown` ..., `control`, `editable`. */
  readonly why: readonly string[];
  /** The numbers of what it lies in, nearest first, shadow hosts included. */
  readonly above: readonly number[];
};

export type Oracle = {
  readonly actors: readonly Actor[];
  /** What has listeners, and only delegates. */
  readonly delegating: readonly Actor[];
};

const TYPES = ['click', 'mousedown', 'pointerdown', 'touchstart', 'keydown'];

/** Listeners of all elements of a page, as the browser lists them: number to types. */
async function listeners(cdp: CDPSession): Promise<ReadonlyMap<number, readonly string[]>> {
  type Node = { backendNodeId: number; attributes?: string[]; children?: Node[]; shadowRoots?: Node[]; contentDocument?: Node };
  const { root } = (await cdp.send('DOM.getDocument', { depth: -1, pierce: true })) as { root: Node };
  const numbers = new Map<number, number>();
  const visit = (node: Node): void => {
    const at = (node.attributes ?? []).indexOf(NUMBER);
    if (at !== -1) numbers.set(node.backendNodeId, Number(node.attributes?.[at + 1]));
    for (const child of [...(node.children ?? []), ...(node.shadowRoots ?? [])]) visit(child);
  };
  visit(root);
  const { result } = await cdp.send('Runtime.evaluate', { expression: 'document' });
  const objectId = result.objectId ?? '';
  const { listeners: all } = await cdp.send('DOMDebugger.getEventListeners', { objectId, depth: -1, pierce: true });
  const found = new Map<number, readonly string[]>();
  for (const { type, backendNodeId } of all) {
    const n = backendNodeId === undefined ? undefined : numbers.get(backendNodeId);
    if (n !== undefined && TYPES.includes(type)) found.set(n, [...new Set([...(found.get(n) ?? []), type])]);
  }
  return found;
}

/** What the page itself must be asked: properties, controls, shape. Runs in the page's main world; `types` is `TYPES`. */
function facts([attribute, types]: readonly [string, readonly string[]]): readonly {
  n: number;
  looks: string;
  why: string[];
  above: number[];
  shown: boolean;
  root: boolean;
  own: boolean;
}[] {
  type Bag = Record<PropertyKey, unknown>;
  const wanted = (name: string): string | undefined => types.find((type) => name.toLowerCase().replace(/capture$/, '') === type);
  const delegated = new Set((globalThis as unknown as { __delegated?: () => Element[] }).__delegated?.());
  // jQuery's selectors are its own: only it can say what they match.
  type JQuery = (element: Element) => { find(selector: string): Iterable<Element> };
  const find = (element: Element, selector: string): Iterable<Element> =>
    (globalThis as unknown as { jQuery: JQuery }).jQuery(element).find(selector);
  const jquery = new Map<Element, string[]>();
  const elements: Element[] = [];
  const visit = (tree: Document | ShadowRoot): void => {
    for (const element of tree.querySelectorAll('*')) {
      elements.push(element);
      if (element.shadowRoot !== null) visit(element.shadowRoot);
    }
  };
  visit(document);
  for (const element of elements)
    for (const key of Object.keys(element).filter((name) => /^jQuery\d+$/.test(name))) {
      const { events = {} } = (element as unknown as Bag)[key] as { events?: Record<string, { selector?: string }[]> };
      for (const type of Object.keys(events).filter((name) => types.includes(name)))
        for (const { selector } of Object.values(events[type] ?? []))
          for (const hit of selector === undefined ? [] : find(element, selector)) jquery.set(hit, [...(jquery.get(hit) ?? []), type]);
    }
  const held = (element: Element): string[] => {
    const bag = element as unknown as Bag;
    const names: string[] = [...(jquery.get(element) ?? [])];
    for (const key of Reflect.ownKeys(element)) {
      const name = String(key);
      const value = bag[key] as Record<string, unknown> | undefined;
      if (name.startsWith('__reactProps$')) {
        const handlers = Object.entries(value ?? {}).filter(([, handler]) => typeof handler === 'function');
        names.push(...handlers.flatMap(([prop]) => wanted(prop.replace(/^on/, '')) ?? []));
      } else if (typeof key === 'symbol' && key.description === 'events')
        names.push(...Object.keys(value ?? {}).flatMap((each) => wanted(each) ?? []));
      else if (/^\$\$[a-z]+$/.test(name) && typeof value === 'function') names.push(...[wanted(name.slice(2)) ?? []].flat());
    }
    if (delegated.has(element)) names.push('click');
    return names;
  };
  const controls = 'a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, audio[controls], video[controls]';
  const parentOf = (element: Element): Element | null => {
    const root = element.getRootNode();
    return element.assignedSlot ?? element.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
  };
  const pointer = (element: Element | null): boolean => element !== null && getComputedStyle(element).cursor === 'pointer';
  return elements.map((element) => {
    const above: number[] = [];
    for (let up = parentOf(element); up !== null; up = parentOf(up)) above.push(Number(up.getAttribute(attribute)));
    const box = element.getBoundingClientRect();
    const editable = element.getAttribute('contenteditable');
    const text = (element.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 24);
    const named = ['aria-label', 'aria-labelledby', 'title'].some((name) => (element.getAttribute(name) ?? '') !== '');
    const cursor = pointer(element) && !pointer(parentOf(element));
    const role = !['', 'none', 'presentation'].includes(element.getAttribute('role') ?? '');
    return {
      n: Number(element.getAttribute(attribute)),
      looks: `${element.localName}${[...element.classList]
        .slice(0, 2)
        .map((name) => `.${name}`)
        .join('')} "${text}"`,
      why: [
        ...held(element),
        ...(element.matches(controls) ? ['control'] : []),
        ...(editable !== null && editable !== 'false' ? ['editable'] : []),
      ],
      above,
      shown: element.checkVisibility({ visibilityProperty: true }) && box.width > 0 && box.height > 0,
      root:
        ['html', 'body'].includes(element.localName) || Reflect.ownKeys(element).some((key) => String(key).startsWith('__reactContainer$')),
      own: cursor || element.hasAttribute('tabindex') || role || named,
    };
  });
}

/** Asks a page whose elements are numbered. */
export async function oracle(page: Page): Promise<Oracle> {
  const cdp = await page.context().newCDPSession(page);
  const heard = await listeners(cdp);
  await cdp.detach();
  const all = (await page.evaluate(facts, [NUMBER, TYPES] as const)).map((each) => ({
    ...each,
    why: [...new Set([...(heard.get(each.n) ?? []), ...each.why])],
  }));
  const acting = all.filter(({ why, shown, root }) => why.length > 0 && shown && !root);
  const above = new Set(acting.flatMap((each) => each.above));
  const native = (why: readonly string[]): boolean => why.includes('control') || why.includes('editable');
  const delegates = ({ n, own, why }: (typeof acting)[number]): boolean => above.has(n) && !own && !native(why);
  return { actors: acting.filter((each) => !delegates(each)), delegating: acting.filter(delegates) };
}
