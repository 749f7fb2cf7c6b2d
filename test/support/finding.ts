import type { Identity, SnapshotNode } from '../../browse/domain/snapshot/tree.ts';
import { BrowseError } from '../../browse/protocol/errors.ts';
import { within } from './browser.ts';
import type { MouseAct, Page } from '../../browse/domain/ports/page.ts';

/** A plain click. */
export const CLICK: MouseAct = { button: 'left', count: 1, modifiers: [], force: false };

/** Everything a full snapshot holds. */
export async function nodesOf(page: Page): Promise<readonly SnapshotNode[]> {
  const options = { interactive: false, within: null, viewport: false, boxes: false, urls: false, clickable: true };
  return (await page.capture(options, within())).nodes;
}

/** The only element of that role and name. */
export async function named(page: Page, role: string, name: string): Promise<Identity> {
  const nodes = await nodesOf(page);
  const found = nodes.filter((node) => node.role === role && node.name === name);
  const [only] = found;
  if (found.length !== 1 || !only?.identity) {
    throw new Error(
      `${found.length} elements are ${role} "${name}" in:\n${nodes.map((node) => `${' '.repeat(node.depth)}${node.role} "${node.name}"`).join('\n')}`,
    );
  }
  return only.identity;
}

/** The first element that a selector means. */
export async function matching(page: Page, selector: string): Promise<Identity> {
  const { found } = await page.query(selector, 1, within());
  if (!found[0]) throw new Error(`nothing matches ${selector}`);
  return found[0].identity;
}

/** The failure that a promise ends in. */
export async function failureOf(work: Promise<unknown>): Promise<BrowseError> {
  const ended = await work.then(
    (value) => new Error(`it succeeded with ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (ended instanceof BrowseError) return ended;
  throw ended;
}
