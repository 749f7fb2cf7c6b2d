/**
 * Which elements of a page listen for input. The browser's own list of listeners says it exactly and unseen, as numbers of nodes:
 * few of them are handed to our world one by one. Many, and what frameworks keep in properties of their elements, the page's own
 * world tells in one event of a random name, which nothing of the page can hear. Must not know how a walk uses it.
 */
import { randomBytes } from 'node:crypto';
import type { Deadline } from '../../../base/deadline.ts';
import { sessionOf, protocolOf } from '../internals/server-side.ts';
import type { ProtocolSession, ServerContext, ServerPage } from '../internals/server-side.ts';
import { tell } from './isolated-world.ts';
import type { IsolatedWorld } from './isolated-world.ts';

/** Nodes that are handed over one by one. */
const FEW = 60;
/** Nodes remembered as handed over; after that they are handed over again. */
const REMEMBERED = 5_000;
const EVENTS: ReadonlySet<string> = new Set(['click', 'mousedown', 'pointerdown', 'touchstart', 'keydown']);

/** Whether a framework is at work that keeps handlers where the browser's list does not have them. Looks at the top of the page only. */
const FRAMEWORKS = String.raw`(() => {
  const marked = (holder) => holder != null && Reflect.ownKeys(holder).some((key) => /^(__react|_reactRoot|jQuery|\$\$|__svelte|_\$DX)/.test(typeof key === 'string' ? key : key.description ?? ''));
  if (globalThis.jQuery || globalThis.__svelte || globalThis._$HY || marked(document)) return true;
  let left = 300;
  for (const element of document.querySelectorAll('body, body > *, body > * > *')) {
    if (marked(element)) return true;
    if ((left -= 1) === 0) return false;
  }
  return false;
})()`;

/**
 * Runs in the page's world, with the console's own functions. React, Svelte, Solid and jQuery keep handlers in properties of their
 * elements; jQuery keeps those for others on a container, with a selector.
 */
const FIND = String.raw`(type, frameworks) => {
  const EVENTS = ['click', 'mousedown', 'pointerdown', 'touchstart', 'keydown'];
  const PROPS = ['onClick', 'onMouseDown', 'onPointerDown', 'onTouchStart', 'onKeyDown'];
  const OTHERS = ':not(a[href],button,input,select,textarea,option,html,body,head,head *,script,style,br)';
  const found = new Set();
  const delegated = (holder, container) => {
    for (const key of Object.keys(holder)) {
      if (!key.startsWith('jQuery')) continue;
      const events = holder[key]?.events;
      for (const event of EVENTS) for (const { selector } of Array.isArray(events?.[event]) ? events[event] : []) {
        if (typeof selector === 'string') for (const element of container.querySelectorAll(selector)) found.add(element);
      }
    }
  };
  const kept = (element) => {
    let own = false;
    for (const key of Object.keys(element)) {
      if (key.startsWith('__reactContainer$')) return null;
      if (key.startsWith('__reactProps$')) { const props = element[key]; own ||= PROPS.some((prop) => typeof props?.[prop] === 'function'); }
      else if (key.startsWith('$$') || key.startsWith('__')) own ||= EVENTS.includes(key.slice(2)) && element[key] != null;
      else if (key.startsWith('jQuery')) delegated(element, element);
    }
    for (const symbol of Object.getOwnPropertySymbols(element)) {
      const events = symbol.description === 'events' ? element[symbol] : null;
      own ||= events != null && EVENTS.some((event) => events[event] != null);
    }
    return own;
  };
  const LISTENED = new Set(EVENTS);
  const look = (root) => {
    for (const element of root.querySelectorAll(OTHERS)) {
      const shadow = element.shadowRoot;
      if (shadow !== null) look(shadow);
      if (frameworks) {
        const own = kept(element);
        if (own === null) continue;
        if (own) { found.add(element); continue; }
      }
      let [all, own] = [0, false];
      for (const event in getEventListeners(element)) { all += 1; own ||= LISTENED.has(event); }
      // A framework's root listens for everything.
      if (own && all < 30) found.add(element);
    }
  };
  look(document);
  if (frameworks) { kept(document.body ?? document); delegated(document, document); delegated(globalThis, document); }
  let identifier = 0;
  const touches = [...found].map((target) => new Touch({ identifier: (identifier += 1), target }));
  globalThis.dispatchEvent(new TouchEvent(type, { touches }));
}`;

/** The document of a page's own world, asked for once. */
const documents = new WeakMap<ServerContext, Promise<string | null>>();

function documentOf(session: ProtocolSession, context: ServerContext): Promise<string | null> {
  let known = documents.get(context);
  if (known === undefined) {
    known = evaluate(session, context, 'document', false).then(({ objectId }) => objectId ?? null);
    documents.set(context, known);
    known.catch(() => documents.delete(context));
  }
  return known;
}

type Remote = { readonly objectId?: string; readonly value?: unknown };

async function evaluate(session: ProtocolSession, context: ServerContext, expression: string, byValue: boolean): Promise<Remote> {
  const given = {
    expression,
    contextId: protocolOf(context).id,
    returnByValue: byValue,
    silent: true,
    includeCommandLineAPI: byValue,
  };
  return ((await session.send('Runtime.evaluate', given)) as { result: Remote }).result;
}

/** Nodes that have a listener for input. */
async function listed(session: ProtocolSession, context: ServerContext): Promise<readonly number[]> {
  const objectId = await documentOf(session, context);
  if (objectId === null) return [];
  const { listeners } = (await session.send('DOMDebugger.getEventListeners', { objectId, depth: -1, pierce: true })) as {
    listeners: readonly { readonly type: string; readonly backendNodeId?: number }[];
  };
  const nodes = new Set<number>();
  for (const { type, backendNodeId } of listeners) if (backendNodeId !== undefined && EVENTS.has(type)) nodes.add(backendNodeId);
  return [...nodes];
}

/** Nodes that a world has been handed already. */
const handed = new WeakMap<IsolatedWorld, Set<number>>();

async function handOver(session: ProtocolSession, world: IsolatedWorld, nodes: readonly number[]): Promise<void> {
  let known = handed.get(world);
  if (known === undefined || known.size > REMEMBERED) handed.set(world, (known = new Set()));
  const had = known;
  const executionContextId = protocolOf(world.context).id;
  const fresh = nodes.filter((node) => !had.has(node));
  const objects = await Promise.all(
    fresh.map(async (backendNodeId) => {
      had.add(backendNodeId);
      // One of another document, or one that has just gone.
      const resolved = session.send('DOM.resolveNode', { backendNodeId, executionContextId }).catch(() => null);
      return ((await resolved) as { object: Remote } | null)?.object.objectId;
    }),
  );
  const given = objects.flatMap((objectId, at) => (objectId === undefined ? [] : [{ node: fresh[at] as number, objectId }]));
  session
    .send('Runtime.callFunctionOn', {
      functionDeclaration: 'function(all,fresh,...elements){globalThis.__browse.markActors(all,fresh,elements)}',
      executionContextId,
      arguments: [{ value: nodes }, { value: given.map(({ node }) => node) }, ...given.map(({ objectId }) => ({ objectId }))],
    })
    .catch(() => {});
  for (const { objectId } of given) session.send('Runtime.releaseObject', { objectId }).catch(() => {});
}

/** Before a walk: what is sent is done in that order, so that only what has to be known is waited for. What fails leaves marks out. */
export async function tellActors(page: ServerPage, world: IsolatedWorld, deadline: Deadline): Promise<void> {
  const main = world.frame.existingContext('main');
  if (main === null) return;
  const session = sessionOf(page, world.frame);
  const asked = Promise.all([listed(session, main), evaluate(session, main, FRAMEWORKS, true)]).catch(() => null);
  const answer = await deadline.race(asked);
  if (answer === null) return;
  const [nodes, { value: frameworks }] = answer;
  // The list goes into frames of the same process, too: a node of theirs that is handed to this world would get the wrong prototypes.
  const alone = world.frame.childFrames().length === 0 || nodes.length === 0;
  if (alone && nodes.length <= FEW && frameworks !== true) {
    await deadline.race(handOver(session, world, nodes));
    return;
  }
  const type = `b${randomBytes(12).toString('hex')}`;
  tell(world, 'hearActors', [type]);
  evaluate(session, main, `(${FIND})('${type}', ${frameworks === true})`, true).catch(() => {});
}
