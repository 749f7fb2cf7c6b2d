/** Looking for a text in a tree: what is asked for, and what is shown around each match. Pure; must not know pages or numbers. */
import type { SnapshotNode } from './tree.ts';

/** A text, found in any case, or an expression. */
export type Sought =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'expression'; readonly source: string; readonly flags: string };

/** `sign in`, or `/sign (in|up)/i`. */
export function soughtIn(words: string): Sought {
  const found = /^\/(.+)\/([a-z]*)$/s.exec(words);
  return found === null ? { kind: 'text', text: words } : { kind: 'expression', source: found[1] ?? '', flags: found[2] ?? '' };
}

/** All that is said of a node on its line, for an expression to be tried on. */
export function saidOf({ name, hint, value, url }: SnapshotNode): string {
  return [name, hint, value, url].filter((part) => part !== null && part !== undefined && part !== '').join('\n');
}

/** Whether a node says the text, in any case. */
export function says(node: SnapshotNode, text: string): boolean {
  return saidOf(node).toLowerCase().includes(text.toLowerCase());
}

/** What belongs together: a match is shown with all of it, unless it is large. */
const UNITS: ReadonlySet<string> = new Set([
  'row',
  'listitem',
  'article',
  'treeitem',
  'option',
  'group',
  'radiogroup',
  'form',
  'dialog',
  'alertdialog',
]);
/** Nodes of a unit that is shown whole. */
const UNIT_LIMIT = 12;

/**
 * The matches (by their place in `nodes`) with what is around each: all that it lies in, the rest of its row or item, and where
 * there is none the line before and after it. In order, with their depth kept.
 */
export function surroundings(nodes: readonly SnapshotNode[], matches: readonly number[]): readonly SnapshotNode[] {
  const wanted = new Set<number>();
  for (const match of matches) {
    const around = ancestors(nodes, match);
    for (const at of [match, ...around]) wanted.add(at);
    const unit = [match, ...around].find((at) => UNITS.has(nodes[at]?.role ?? '') && end(nodes, at) - at <= UNIT_LIMIT);
    for (const at of unit === undefined ? neighbours(nodes, match) : upTo(unit, end(nodes, unit))) wanted.add(at);
  }
  return nodes.filter((_, at) => wanted.has(at));
}

/** From the nearest to the top. */
function ancestors(nodes: readonly SnapshotNode[], of: number): number[] {
  const found: number[] = [];
  let depth = nodes[of]?.depth ?? 0;
  for (let at = of - 1; at >= 0 && depth > 0; at -= 1) {
    const above = nodes[at]?.depth ?? 0;
    if (above >= depth) continue;
    found.push(at);
    depth = above;
  }
  return found;
}

/** Behind the last node that lies in this one. */
function end(nodes: readonly SnapshotNode[], of: number): number {
  const depth = nodes[of]?.depth ?? 0;
  let at = of + 1;
  while (at < nodes.length && (nodes[at]?.depth ?? 0) > depth) at += 1;
  return at;
}

const upTo = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, step) => from + step);

/** The text run of the match itself, and the nodes before and after it in the same place, where they say anything. */
function neighbours(nodes: readonly SnapshotNode[], of: number): number[] {
  const depth = nodes[of]?.depth ?? 0;
  const found = nodes[of + 1]?.role === 'text' && nodes[of + 1]?.depth === depth + 1 ? [of + 1] : [];
  let before = of - 1;
  while (before >= 0 && (nodes[before]?.depth ?? 0) > depth) before -= 1;
  const after = end(nodes, of);
  for (const at of [before, after]) {
    const node = nodes[at];
    if (node?.depth === depth && saidOf(node) !== '') found.push(at);
  }
  return found;
}
