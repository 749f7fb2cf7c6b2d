/**
 * A page of test/pages/walk in a real browser, walked in an isolated world, beside the browser's own accessibility tree.
 * For tests of the walk alone: no daemon, no frames stitched together.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium, type CDPSession, type Page } from 'playwright';
import { WALK } from '../../browse/adapters/injected/bundle.gen.ts';
import type { CapturedFrame, CapturedNode, WalkOptions } from '../../browse/adapters/injected/world.ts';
import { keep, lines, type Filter } from '../../browse/domain/snapshot/render.ts';
import { RefTable } from '../../browse/domain/snapshot/refs.ts';
import type { SnapshotNode } from '../../browse/domain/snapshot/tree.ts';
import { findExecutables } from '../../browse/adapters/playwright/launch/executables.ts';
import { sandboxed } from './facilities.ts';

/** The plain walk of a whole document. */
export const PLAIN: WalkOptions = {
  interactive: false,
  clickable: false,
  within: null,
  viewport: false,
  boxes: false,
  urls: false,
};
/** What `-i` asks for. */
export const INTERACTIVE: WalkOptions = { ...PLAIN, interactive: true, clickable: true };

/** What the browser's own tree says of an element. */
export type Native = { readonly role: string; readonly name: string; readonly ignored: boolean; readonly editable: boolean };

/** Chromium's accessibility tree of a page. */
export type Tree = Awaited<ReturnType<typeof treeIn>>;

export type Walked = AsyncDisposable & {
  readonly page: Page;
  readonly session: CDPSession;
  /** Opens a file, from test/pages/walk. */
  open(file: string): Promise<void>;
  content(html: string): Promise<void>;
  /** The ids that the debugging protocol has for the elements of captured nodes, in their order. */
  backendIds(nodes: readonly CapturedNode[]): Promise<number[]>;
  capture(options?: WalkOptions): Promise<CapturedFrame>;
  /** Evaluates an expression where `__browse` is. */
  world(expression: string): Promise<unknown>;
  /** The browser's own tree of the page as it is now: the dearest question of all, so one answer serves all that rests on one state. */
  tree(): Promise<Tree>;
  /** The browser's own word on captured elements, in their order; null where it has no node. */
  native(nodes: readonly CapturedNode[], tree?: Tree): Promise<(Native | null)[]>;
};

function executable(): string {
  const [first] = findExecutables(true, process.env).found;
  if (first === undefined) throw new Error('no browser is installed. Run: ./setup');
  return first.path;
}

const treeIn = async (session: CDPSession) => (await session.send('Accessibility.getFullAXTree')).nodes;

/** Launches a browser with one page; `await using` closes it. */
export async function launchWalked(): Promise<Walked> {
  const browser = await chromium.launch({ executablePath: executable(), chromiumSandbox: sandboxed() });
  const page = await browser.newPage();
  const session = await page.context().newCDPSession(page);
  let world: number | null = null;
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame()) world = null;
  });

  async function contextId(): Promise<number> {
    if (world !== null) return world;
    const { frameTree } = await session.send('Page.getFrameTree');
    const { executionContextId } = await session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id, worldName: 'walk' });
    world = executionContextId;
    await evaluate(WALK);
    return executionContextId;
  }

  async function evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression,
      contextId: world ?? (await contextId()),
      returnByValue: true,
    });
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  async function backendIds(nodes: readonly CapturedNode[]): Promise<number[]> {
    const pins = nodes.map(({ pin }) => pin ?? -1);
    const objectGroup = 'pinned';
    const { result } = await session.send('Runtime.evaluate', {
      expression: `${JSON.stringify(pins)}.map((pin) => __browse.element(pin))`,
      contextId: await contextId(),
      objectGroup,
    });
    const { result: entries } = await session.send('Runtime.getProperties', { objectId: result.objectId ?? '', ownProperties: true });
    const ids = await Promise.all(
      pins.map(async (pin, index) => {
        const objectId = entries.find(({ name }) => name === String(index))?.value?.objectId;
        if (objectId === undefined) throw new Error(`pin ${pin} has no element`);
        return (await session.send('DOM.describeNode', { objectId })).node.backendNodeId;
      }),
    );
    await session.send('Runtime.releaseObjectGroup', { objectGroup });
    return ids;
  }

  return {
    page,
    session,
    open: async (file) => {
      await page.goto(pathToFileURL(fileURLToPath(new URL(`../pages/walk/${file}`, import.meta.url))).href);
      world = null;
    },
    content: async (html) => {
      await page.goto('about:blank');
      await page.setContent(html);
      world = null;
    },
    capture: async (options = PLAIN) =>
      JSON.parse(String(await evaluate(`__browse.captureText(${JSON.stringify(options)})`))) as CapturedFrame,
    backendIds,
    world: evaluate,
    tree: () => treeIn(session),
    native: async (nodes, given) => {
      const [ids, all] = await Promise.all([backendIds(nodes), given ?? treeIn(session)]);
      const known = new Map(all.map((node) => [node.backendDOMNodeId, node]));
      return ids.map((id): Native | null => {
        const node = known.get(id);
        if (node === undefined) return null;
        const editable = node.properties?.some(({ name }) => name === 'editable') === true;
        return { role: String(node.role?.value ?? ''), name: String(node.name?.value ?? ''), ignored: node.ignored, editable };
      });
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

/** The tree that an adapter makes of one frame. */
export function treeOf({ document, nodes }: CapturedFrame): SnapshotNode[] {
  return nodes.map((node) => ({
    depth: node.depth,
    role: node.role,
    name: node.name,
    identity:
      node.pin === undefined ? null : { pin: { document, index: node.pin }, role: node.role, name: node.name, twin: node.twin ?? null },
    states: node.states ?? [],
    value: node.value ?? null,
    interactive: node.interactive ?? false,
    notable: node.notable ?? false,
    ...(node.url === undefined ? {} : { url: node.url }),
    ...(node.box === undefined ? {} : { box: node.box }),
  }));
}

/** The lines a snapshot prints of one frame, numbered from `@e1`. */
export function printed(frame: CapturedFrame, filter: Partial<Filter> = {}): string {
  const nodes = keep(treeOf(frame), { interactive: false, compact: false, depth: null, ...filter });
  const refs = new RefTable();
  refs.number(nodes);
  return lines(nodes, { refOf: ({ pin }) => refs.numberOf(pin), twins: filter.interactive === true }).join('\n');
}

/** The nodes that are elements: all but runs of text. */
export function elementsOf({ nodes }: CapturedFrame): CapturedNode[] {
  return nodes.filter((node) => node.pin !== undefined);
}

/** Every page of test/pages, from there. */
export function allPages(): string[] {
  return ['', 'walk/', 'adversarial/'].flatMap((folder) =>
    readdirSync(new URL(`../pages/${folder}`, import.meta.url)).flatMap((name) => (name.endsWith('.html') ? [folder + name] : [])),
  );
}

/** The names of the pages for the walk. */
export function walkPages(): string[] {
  return readdirSync(new URL('../pages/walk/', import.meta.url)).filter((name) => name.endsWith('.html'));
}
