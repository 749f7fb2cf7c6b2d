/** The frames of a page as one tree: who holds whom, and one capture stitched from a walk in each. Must not know how lines are printed. */
import type { Capture, Identity, Pin, SnapshotNode } from '../../../domain/snapshot/tree.ts';
import type { Deadline } from '../../../base/deadline.ts';
import type { CapturedFrame, CapturedNode, WalkOptions } from '../../injected/world.ts';
import { sessionOf, protocolOf, frameIdOf } from '../internals/server-side.ts';
import type { ServerFrame, ServerPage } from '../internals/server-side.ts';
import { awaitBody } from './body.ts';
import { openClosed } from './closed-trees.ts';
import { DocumentGone, call } from './isolated-world.ts';
import type { IsolatedWorld, IsolatedWorlds } from './isolated-world.ts';
import { tellActors } from './own-listeners.ts';
import type { CaptureOptions } from '../../../domain/ports/page.ts';

/** How deep closed shadow trees are looked for in one another. */
const NESTED = 4;

/** How long a child frame may take before it is printed without its contents, in milliseconds. */
const CHILD_PATIENCE = 1000;

/** Number of the element that holds a frame, in the document around it. Asked once per pair of documents. */
export class Owners {
  readonly #known = new WeakMap<ServerFrame, { readonly document: string; readonly pin: number }>();
  readonly #page: ServerPage;

  constructor(page: ServerPage) {
    this.#page = page;
  }

  /** Rejects with {@link DocumentGone} when the frame has left the document around it. */
  async of(frame: ServerFrame, around: IsolatedWorld, deadline: Deadline): Promise<number> {
    const known = this.#known.get(frame);
    if (known?.document === around.document) return known.pin;
    const session = sessionOf(this.#page, around.frame);
    const pin = await deadline.race(ownerPin(session, frame, around));
    this.#known.set(frame, { document: around.document, pin });
    return pin;
  }
}

async function ownerPin(
  session: { send(method: string, params?: object): Promise<Record<string, unknown>> },
  frame: ServerFrame,
  around: IsolatedWorld,
): Promise<number> {
  try {
    const { backendNodeId } = await session.send('DOM.getFrameOwner', { frameId: frameIdOf(frame) });
    const { object } = (await session.send('DOM.resolveNode', {
      backendNodeId,
      executionContextId: protocolOf(around.context).id,
    })) as {
      object: { objectId: string };
    };
    const { result } = (await session.send('Runtime.callFunctionOn', {
      functionDeclaration: 'function(){return globalThis.__browse.acts.holderOf(this)}',
      objectId: object.objectId,
      returnByValue: true,
    })) as { result: { value: number } };
    void session.send('Runtime.releaseObject', { objectId: object.objectId }).catch(() => {});
    return result.value;
  } catch (error) {
    throw new DocumentGone(String(error));
  }
}

/** A frame's walk, or null when its document did not answer in time. */
type Walked = {
  readonly captured: CapturedFrame | null;
  readonly children: readonly { readonly owner: number | null; readonly walked: Walked }[];
};

/** What a walk needs of a page. */
export type Walking = { readonly page: ServerPage; readonly worlds: IsolatedWorlds; readonly owners: Owners };

/** Walks a frame and every frame in it, side by side; the slow ones are left out. */
async function walk(walking: Walking, world: IsolatedWorld, options: WalkOptions, deadline: Deadline): Promise<Walked> {
  const captureText = async (): Promise<CapturedFrame> => {
    if (options.clickable || options.interactive) await tellActors(walking.page, world, deadline);
    let captured = JSON.parse(await call(world, 'captureText', [options], deadline)) as CapturedFrame;
    if (captured.bodiless && captured.loading && (await awaitBody(world, deadline))) return captureText();
    // A tree that was found may hold another one.
    for (let depth = 0; captured.suspects.length > 0 && depth < NESTED; depth += 1) {
      if (!(await openClosed(walking.page, world, captured.suspects, deadline))) break;
      const gone = captured.gone;
      captured = JSON.parse(await call(world, 'captureText', [options], deadline)) as CapturedFrame;
      captured = { ...captured, gone: [...gone, ...captured.gone] };
    }
    return captured;
  };
  const text = captureText();
  const children = world.frame.childFrames().map(async (child) => {
    const patience = Math.min(CHILD_PATIENCE, deadline.left() * 0.8);
    const inside = async (): Promise<Walked> => {
      const inner = await walking.worlds.open(child, deadline);
      return walk(walking, inner, { ...options, within: null }, deadline);
    };
    const [owner, walked] = await Promise.all([
      walking.owners.of(child, world, deadline).catch(() => null),
      deadline.race(inside(), patience).catch((): Walked => ({ captured: null, children: [] })),
    ]);
    return { owner, walked };
  });
  const [captured, ...rest] = await Promise.all([text, ...children]);
  return { captured, children: rest };
}

/** One walk over a frame and what lies in it, as one tree. */
export async function capture(
  walking: Walking,
  world: IsolatedWorld,
  options: CaptureOptions,
  within: number | null,
  deadline: Deadline,
): Promise<Capture> {
  const { interactive, clickable, viewport, boxes, urls, options: listed } = options;
  const asked = { interactive, clickable, viewport, boxes, urls, options: listed === true };
  // Numbers are of the tab's document, whatever frame is looked at.
  const top = walking.page.mainFrame();
  const main = world.frame === top ? world.document : (await walking.worlds.open(top, deadline)).document;
  const walked = await walk(walking, world, { ...asked, within }, deadline);
  const nodes: SnapshotNode[] = [];
  append(nodes, walked, 0, { x: 0, y: 0 });
  const documents = { main, living: walking.worlds.living(), gone: goneIn(walked) };
  return {
    url: walked.captured?.url ?? '',
    title: walked.captured?.title ?? '',
    loading: walked.captured?.loading ?? false,
    documents,
    nodes,
  };
}

function goneIn({ captured, children }: Walked): Pin[] {
  const own = captured?.gone.map((index) => ({ document: captured.document, index })) ?? [];
  return [...own, ...children.flatMap(({ walked }) => goneIn(walked))];
}

type Corner = { readonly x: number; readonly y: number };

function append(nodes: SnapshotNode[], { captured, children }: Walked, depth: number, corner: Corner, behind = false): void {
  if (!captured) return;
  for (const node of captured.nodes) {
    const child = node.pin === undefined ? undefined : children.find(({ owner }) => owner === node.pin);
    const silent = child !== undefined && child.walked.captured === null;
    const shown = nodeOf(node, captured.document, depth, corner, silent);
    nodes.push(behind ? { ...shown, behind: true } : shown);
    if (!child) continue;
    const { x, y } = node.frame ?? { x: 0, y: 0 };
    append(nodes, child.walked, depth + node.depth + 1, { x: corner.x + x, y: corner.y + y }, behind || node.behind === true);
  }
}

function nodeOf(node: CapturedNode, document: string, depth: number, corner: Corner, silent: boolean): SnapshotNode {
  const identity: Identity | null =
    node.pin === undefined ? null : { pin: { document, index: node.pin }, role: node.role, name: node.name, twin: node.twin ?? null };
  return {
    depth: depth + node.depth,
    role: node.role,
    name: node.name,
    identity,
    states: silent ? [...(node.states ?? []), 'not responding'] : (node.states ?? []),
    value: node.value ?? null,
    interactive: node.interactive ?? false,
    notable: silent || (node.notable ?? false),
    ...(node.behind === undefined ? {} : { behind: node.behind }),
    ...(node.hint === undefined ? {} : { hint: node.hint }),
    ...(node.options === undefined ? {} : { options: node.options }),
    ...(node.url === undefined ? {} : { url: node.url }),
    ...(node.box === undefined
      ? {}
      : { box: { x: node.box.x + corner.x, y: node.box.y + corner.y, width: node.box.width, height: node.box.height } }),
  };
}

/** The worlds around a frame's, the nearest first, each with the number of the element that leads to the one before. */
export async function around(
  walking: Walking,
  world: IsolatedWorld,
  deadline: Deadline,
): Promise<readonly { readonly world: IsolatedWorld; readonly pin: number }[]> {
  const chain: { world: IsolatedWorld; pin: number }[] = [];
  let inner = world.frame;
  for (let outer = inner.parentFrame(); outer; inner = outer, outer = outer.parentFrame()) {
    const opened = await walking.worlds.open(outer, deadline);
    chain.push({ world: opened, pin: await walking.owners.of(inner, opened, deadline) });
  }
  return chain;
}
