/**
 * A tree as lines: what a filter keeps, and how a node is written. Pure; must not know where the tree came from or how
 * numbers are given.
 */
import type { Identity, SnapshotNode } from './tree.ts';

/** What `-i`, `-c` and `-d` keep. */
export type Filter = {
  /** Only what can be acted on, and what must not be missed. */
  readonly interactive: boolean;
  /** Leave out structural nodes without name or text. */
  readonly compact: boolean;
  /** Deepest printed depth, 0 for the top; null for all. */
  readonly depth: number | null;
  /** Also what no input reaches: behind the dialog on top, or inert. */
  readonly all?: boolean;
};

/** How lines are written beyond what every line has. */
export type Style = {
  /** The number of a node's ref, or null where it has none. */
  readonly refOf: (identity: Identity) => number | null;
  /** Say of twins what tells them apart (`(row "Bob")`): for `-i`, which leaves out the rows. */
  readonly twins?: boolean;
  /** Mark what no input reaches. */
  readonly covered?: boolean;
  /** Whether boxes that are there are printed; they are unless this says no. */
  readonly boxes?: boolean;
  /** Put `←` behind these, or behind the line that carries them. */
  readonly marked?: ReadonlySet<SnapshotNode>;
};

/** Printed when `-i` finds nothing. */
export const NOTHING_INTERACTIVE = '(no interactive elements found)';

/** Names are printed up to this many characters, with `…` behind the closing quote. */
const NAME_LIMIT = 300;

/** The context of a twin is printed up to this many characters. */
const CONTEXT_LIMIT = 40;

/** Roles of structure whose name only repeats what stands below them. */
const REPEATING = new Set(['cell', 'gridcell', 'row', 'columnheader', 'rowheader', 'listitem', 'heading', 'group', 'treeitem']);

// Controls, format characters (direction, zero width, tags), halves of pairs, what no font draws, separators, the empty braille cell.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{DI}\p{Zl}\p{Zp}\u2800]/gu;

function escapeUnits(char: string): string {
  let escaped = '';
  for (let at = 0; at < char.length; at += 1) escaped += `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`;
  return escaped;
}

/** A text as a JSON string whose characters can all be seen; `JSON.parse` gives it back. */
export function quote(text: string): string {
  return JSON.stringify(text).replace(UNSEEN, escapeUnits);
}

function quoteShort(text: string): string {
  return text.length <= NAME_LIMIT ? quote(text) : `${quote(text.slice(0, NAME_LIMIT).replace(/[\ud800-\udbff]$/, ''))}…`;
}

/** Page text on a line without quotes: one line, nothing unseen. */
function plain(text: string): string {
  return text.replace(/\n/g, String.raw`\n`).replace(UNSEEN, escapeUnits);
}

/** The nodes a filter keeps, at the depth they are printed: the number of kept nodes around each. */
export function keep(nodes: readonly SnapshotNode[], filter: Filter): readonly SnapshotNode[] {
  const kept = wanted(nodes, filter);
  const result: SnapshotNode[] = [];
  const open: number[] = [];
  nodes.forEach((node, index) => {
    while (open.length > 0 && (open.at(-1) ?? 0) >= node.depth) open.pop();
    if (kept[index] !== true) return;
    const depth = open.length;
    open.push(node.depth);
    if (filter.depth !== null && depth > filter.depth) return;
    result.push(depth === node.depth ? node : { ...node, depth });
  });
  return result;
}

function wanted(nodes: readonly SnapshotNode[], filter: Filter): boolean[] {
  const kept = nodes.map((node, index) => {
    if (node.behind === true && filter.all !== true) return false;
    if (node.interactive || node.notable) return true;
    if (filter.interactive) return false;
    if (!filter.compact || node.role === 'text') return true;
    if (node.value !== null || node.states.length > 0 || hasOwnText(nodes, index)) return true;
    return node.name !== '' && !repeatsChildren(node, nodes, index);
  });
  // A frame is worth its line when something in it is.
  for (let index = 0; index < nodes.length; index += 1) {
    const frame = nodes[index];
    if (frame?.role !== 'iframe' || kept[index] === true) continue;
    for (let inner = index + 1; inner < nodes.length; inner += 1) {
      const node = nodes[inner];
      if (node === undefined || node.depth <= frame.depth) break;
      if (kept[inner] === true) {
        kept[index] = true;
        break;
      }
    }
  }
  return kept;
}

function hasOwnText(nodes: readonly SnapshotNode[], index: number): boolean {
  const depth = nodes[index]?.depth ?? 0;
  for (let at = index + 1; at < nodes.length; at += 1) {
    const node = nodes[at];
    if (node === undefined || node.depth <= depth) return false;
    if (node.depth === depth + 1 && node.role === 'text') return true;
  }
  return false;
}

/** A line, and whether it lies where no input reaches. */
export type PrintedLine = { readonly text: string; readonly behind: boolean };

/** How many things that can be acted on lie where no input reaches. */
export function behindIn(nodes: readonly SnapshotNode[]): number {
  return nodes.filter(({ behind, interactive, role }) => behind === true && interactive && role !== 'option').length;
}

/** One line per node; a node whose only child is a text run carries it on its own line. */
export function lines(nodes: readonly SnapshotNode[], style: Style): string[] {
  return linesOf(nodes, style).map(({ text }) => text);
}

/** The same, each with where it lies. */
export function linesOf(nodes: readonly SnapshotNode[], style: Style): PrintedLine[] {
  const written: PrintedLine[] = [];
  /** The heading that was printed last. */
  let heading: string | null = null;
  for (let index = 0; index < nodes.length; index += 1) {
    const node = nodes[index];
    if (node === undefined) continue;
    const indent = '  '.repeat(node.depth);
    const marked = (each: SnapshotNode | undefined): boolean => each !== undefined && style.marked?.has(each) === true;
    if (node.role === 'text') {
      written.push({ text: `${indent}${quote(node.name)}${marked(node) ? ' ←' : ''}`, behind: node.behind === true });
      continue;
    }
    const run = onlyText(nodes, index);
    const mark = marked(node) || (run !== null && marked(nodes[index + 1])) ? ' ←' : '';
    const rest = run === null ? tail(node) : `: ${quote(run)}`;
    written.push({ text: `${indent}${head(node, nodes, index, style, heading)}${rest}${mark}`, behind: node.behind === true });
    if (node.role === 'heading') heading = node.name;
    if (run !== null) index += 1;
  }
  return written;
}

/** `@e3 [textbox] "Username" [required]`: a node without its place and value. */
function head(node: SnapshotNode, nodes: readonly SnapshotNode[], index: number, style: Style, heading: string | null): string {
  const number = node.identity === null ? null : style.refOf(node.identity);
  const parts = [number === null ? `[${node.role}]` : `@e${number} [${node.role}]`];
  if (node.name !== '' && !repeatsChildren(node, nodes, index)) parts.push(quoteShort(node.name));
  if (node.name === '' && node.hint !== undefined) parts.push(`~${quote(node.hint)}`);
  for (const state of node.states) parts.push(`[${plain(state)}]`);
  if (node.behind === true && style.covered === true) parts.push('[covered]');
  // The list around an option says which it is.
  if (style.twins === true && node.interactive && node.role !== 'option') parts.push(...contextOf(node, heading));
  if (node.box !== undefined && style.boxes !== false) parts.push(`[${node.box.x},${node.box.y},${node.box.width},${node.box.height}]`);
  if (node.url !== undefined) parts.push(`→ ${plain(node.url)}`);
  return parts.join(' ');
}

/** How each kind of a twin's context is introduced. */
const INTRODUCED: Readonly<Record<string, string>> = { row: 'row ', head: 'under ', col: 'column ', title: '', of: '' };

/** How a twin's context is told: each of its lines is `KIND LEVEL MODE COUNT : TEXT`; one with `~` only the check needs. */
function contextOf({ identity, hint }: SnapshotNode, heading: string | null): string[] {
  const parts = (identity?.twin ?? '').split('\n').flatMap((line) => {
    const found = /^([a-z]+)\d+[.,#!]\d+:(.*)$/su.exec(line);
    if (found === null) return [];
    const [, kind = '', text = ''] = found;
    if ((kind === 'of' && hint !== undefined) || (kind === 'head' && text === heading)) return [];
    const short = text.length <= CONTEXT_LIMIT ? quote(text) : `${quote(text.slice(0, CONTEXT_LIMIT).replace(/[\ud800-\udbff]$/, ''))}…`;
    return [`${INTRODUCED[kind] ?? 'in '}${kind === 'of' ? text : short}`];
  });
  return parts.length === 0 ? [] : [`(${parts.join(', ')})`];
}

function tail(node: SnapshotNode): string {
  // Of a list whose options are not printed, what is chosen and of how many.
  if (node.options !== undefined) return ` (${node.value === null ? 'none' : quote(node.value)} of ${node.options})`;
  return node.value === null ? '' : ` : ${plain(node.value)}`;
}

/** The text of a node's only child, when that is a text run and nothing else would stand in its place. */
function onlyText(nodes: readonly SnapshotNode[], index: number): string | null {
  const node = nodes[index];
  const child = nodes[index + 1];
  if (node === undefined || child === undefined || node.value !== null) return null;
  if (child.role !== 'text' || child.depth !== node.depth + 1) return null;
  const next = nodes[index + 2];
  return next === undefined || next.depth <= node.depth ? child.name : null;
}

/** Whether the printed children say all that the name of this structural node says. */
function repeatsChildren(node: SnapshotNode, nodes: readonly SnapshotNode[], index: number): boolean {
  if (node.interactive || !REPEATING.has(node.role)) return false;
  let rest = node.name;
  let children = 0;
  for (let at = index + 1; at < nodes.length; at += 1) {
    const child = nodes[at];
    if (child === undefined || child.depth <= node.depth) break;
    children += 1;
    if (child.name !== '') rest = rest.replace(child.name, '').trim();
    if (rest === '') break;
  }
  return children > 0 && rest === '';
}
