/** Roles and names of the walk against Chromium's own accessibility tree, node by node. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchWalked, PLAIN, walkPages, type Native, type Walked } from '../support/walked.ts';
import type { CapturedNode } from '../../browse/adapters/injected/world.ts';

/** A difference that is wanted, and why. */
type Difference = {
  readonly page?: string;
  readonly ours: string;
  readonly theirs?: string;
  readonly name?: string;
  /** Whether their name may differ too. */
  readonly names?: true;
  readonly reason: string;
};

const DIFFERENCES = JSON.parse(readFileSync(new URL('../pages/walk/differences.json', import.meta.url), 'utf8')) as Difference[];
const used = new Set<Difference>();

let walked: Walked;
beforeAll(async () => {
  walked = await launchWalked();
});
afterAll(() => walked[Symbol.asyncDispose]());

const words = (text: string): string => text.replace(/\s+/g, ' ').trim();

function agrees(page: string, node: CapturedNode, native: Native | null): boolean {
  const role = native === null || native.ignored ? (native?.role ?? '') : native.role;
  const name = words(native?.name ?? '');
  if (native !== null && !native.ignored && role === node.role && name === words(node.name)) return true;
  const difference = DIFFERENCES.find(
    (each) =>
      each.ours === node.role &&
      (each.page === undefined || each.page === page) &&
      (each.name === undefined ? each.theirs === role : each.name === node.name) &&
      (each.names === true || each.name !== undefined || name === words(node.name)),
  );
  if (difference !== undefined) used.add(difference);
  return difference !== undefined;
}

const counted = { nodes: 0, other: 0 };

test.each(walkPages())('every printed role and name of %s is the one Chromium has, but for the listed differences', async (page) => {
  await walked.open(page);
  const { nodes } = await walked.capture({ ...PLAIN, clickable: true });
  const printed = nodes.filter((node) => node.pin !== undefined);
  const native = await walked.native(printed);
  const odd = printed.flatMap((node, index) => {
    const theirs = native[index] ?? null;
    counted.nodes += 1;
    if (theirs === null || theirs.role !== node.role || words(theirs.name) !== words(node.name)) counted.other += 1;
    return agrees(page, node, theirs)
      ? []
      : [`[${node.role}] ${JSON.stringify(node.name)} is [${theirs?.role ?? ''}] ${JSON.stringify(theirs?.name ?? '')}`];
  });
  expect(odd).toEqual([]);
});

test('every listed difference still exists', () => {
  expect(counted.nodes).toBeGreaterThan(300);
  expect(DIFFERENCES.filter((each) => !used.has(each))).toEqual([]);
});

test('every element that Chromium calls focusable and interactive has a line under -i', async () => {
  for (const page of walkPages()) {
    if (page === 'clickable.html') continue;
    await walked.open(page);
    const { nodes } = await walked.capture({ ...PLAIN, interactive: true, clickable: true });
    const known = new Set<number>();
    for (const node of nodes) if (node.pin !== undefined) known.add(await walked.backendId(node.pin));
    const { nodes: tree } = await walked.session.send('Accessibility.getFullAXTree');
    const byId = new Map(tree.map((node) => [node.nodeId, node]));
    // What the browser itself puts into date fields and players is closed to scripts; the field has its line.
    const inside = (node: (typeof tree)[number]): boolean => {
      for (let at = byId.get(node.parentId ?? ''); at !== undefined; at = byId.get(at.parentId ?? ''))
        if (/^(Date|DateTime|InputTime|ColorWell|Video|Audio)$/.test(String(at.role?.value))) return true;
      return false;
    };
    const missing = tree.filter((node) => {
      const role = String(node.role?.value ?? '');
      const acts =
        /^(button|checkbox|combobox|link|listbox|menuitem|menuitemcheckbox|menuitemradio|option|radio|searchbox|slider|spinbutton|switch|tab|textbox|treeitem)$/.test(
          role,
        );
      return acts && !node.ignored && !inside(node) && node.backendDOMNodeId !== undefined && !known.has(node.backendDOMNodeId);
    });
    expect({ page, missing: missing.map((node) => `[${String(node.role?.value)}] ${String(node.name?.value)}`) }).toEqual({
      page,
      missing: MISSING[page] ?? [],
    });
  }
});

/** What only the browser's tree has, with the reason. */
const MISSING: Readonly<Record<string, readonly string[]>> = {
  // Nobody can pick an option that is not shown.
  'hidden.html': ['[option] no'],
  // A closed shadow tree is closed to scripts, ours included.
  'shadow.html': ['[button] Closed shadow button'],
};
