/**
 * What the walk says of a page beside what Chromium says of it, and the lists of where they may differ, each with its
 * reason. Must not know which pages there are.
 */
import { readFileSync } from 'node:fs';
import type { CapturedNode } from '../../browse/adapters/injected/world.ts';
import type { Native, Tree, Walked } from './walked.ts';

/** A difference that is wanted, and why. A field that is left out allows anything, but see `name`. */
export type Difference = {
  readonly page?: string;
  readonly ours: string;
  /** Of our node; left out: their name must be ours, unless `names`. */
  readonly name?: string;
  readonly theirs?: string;
  /** Of their node; left out beside a `name` of ours: anything. */
  readonly theirName?: string;
  /** Whether their name may differ too. */
  readonly names?: true;
  /** Whether it is one thing in two vocabularies: ours is of ARIA, theirs is internal to Chromium or has two spellings. */
  readonly word?: true;
  /** Holds only where their node is editable. */
  readonly editable?: true;
  readonly reason: string;
};

const words = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Reads a list, `test/FOLDER/differences.json`. */
export function readDifferences(folder: string): Difference[] {
  return JSON.parse(readFileSync(new URL(`../${folder}/differences.json`, import.meta.url), 'utf8')) as Difference[];
}

/** How many nodes were compared, and of how many another role or name was said. */
export type Count = { nodes: number; differ: number };

export type Judge = {
  /** Compares nodes with Chromium's in their order; what differs and is not listed, as sentences. */
  compare(page: string, nodes: readonly CapturedNode[], native: readonly (Native | null)[]): string[];
  /** By page. */
  readonly counts: ReadonlyMap<string, Count>;
  /** Those of a list that no comparison has met. */
  unmet(differences: readonly Difference[]): Difference[];
};

/** Compares by some lists; the first difference that fits is the one that is met. */
export function createJudge(differences: readonly Difference[]): Judge {
  const met = new Set<Difference>();
  const counts = new Map<string, Count>();
  function fits(each: Difference, page: string, node: CapturedNode, theirs: Native | null): boolean {
    const name = words(theirs?.name ?? '');
    if (each.ours !== node.role || (each.page !== undefined && each.page !== page)) return false;
    if (each.theirs !== undefined && each.theirs !== (theirs?.role ?? '')) return false;
    if (each.editable === true && theirs?.editable !== true) return false;
    if (each.name === undefined) return each.names === true || name === words(node.name);
    return each.name === node.name && (each.theirName === undefined || each.theirName === name);
  }
  function compare(page: string, nodes: readonly CapturedNode[], native: readonly (Native | null)[]): string[] {
    const count = counts.get(page) ?? { nodes: 0, differ: 0 };
    counts.set(page, count);
    return nodes.flatMap((node, index) => {
      const theirs = native[index] ?? null;
      count.nodes += 1;
      // Chromium's tree knows no listeners: what acts by one alone has no node there.
      if (node.role === 'clickable' && (theirs === null || theirs.ignored || theirs.role === 'none')) return [];
      if (theirs !== null && !theirs.ignored && theirs.role === node.role && words(theirs.name) === words(node.name)) return [];
      const listed = differences.find((each) => fits(each, page, node, theirs));
      if (listed !== undefined) met.add(listed);
      if (listed?.word !== true) count.differ += 1;
      return listed === undefined
        ? [`[${node.role}] ${JSON.stringify(node.name)} is [${theirs?.role ?? ''}] ${JSON.stringify(theirs?.name ?? '')}`]
        : [];
    });
  }
  return { compare, counts, unmet: (list) => list.filter((each) => !met.has(each)) };
}

const ACTS =
  /^(button|checkbox|combobox|link|listbox|menuitem|menuitemcheckbox|menuitemradio|option|radio|searchbox|slider|spinbutton|switch|tab|textbox|treeitem)$/;
// What the browser itself puts into date fields and players is closed to scripts; the field has its line.
const CLOSED = /^(Date|DateTime|InputTime|ColorWell|Video|Audio)$/;

/** What Chromium calls interactive and is not among these nodes, as `[role] name`. */
export async function lacking(walked: Walked, nodes: readonly CapturedNode[], given?: Tree): Promise<string[]> {
  const [ids, tree] = await Promise.all([walked.backendIds(nodes), given ?? walked.tree()]);
  const known = new Set(ids);
  const byId = new Map(tree.map((node) => [node.nodeId, node]));
  const inside = (node: (typeof tree)[number]): boolean => {
    for (let at = byId.get(node.parentId ?? ''); at !== undefined; at = byId.get(at.parentId ?? ''))
      if (CLOSED.test(String(at.role?.value))) return true;
    return false;
  };
  return tree
    .filter((node) => {
      const id = node.backendDOMNodeId;
      return ACTS.test(String(node.role?.value ?? '')) && !node.ignored && id !== undefined && !known.has(id) && !inside(node);
    })
    .map((node) => `[${String(node.role?.value)}] ${String(node.name?.value)}`);
}
