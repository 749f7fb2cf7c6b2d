/** Lines of a walk before they are pinned, and what can only be decided once all of them are there. */
import { inViewport } from '../boxes.ts';
import { hintOf, placesInGrid } from './hints.ts';
import type { Pins } from '../pins.ts';
import { contextOf, ownContext } from '../keys.ts';
import { tellApart } from '../twins.ts';
import type { WalkCache } from '../walk-cache.ts';
import type { CapturedNode, WalkOptions } from '../../world.ts';
import { createMemory } from '../context-memory.ts';
import type { Memory } from '../context-memory.ts';

/** A line that still knows its element. */
export type DraftNode = { -readonly [K in keyof CapturedNode]: CapturedNode[K] } & { element?: Element | undefined };

/** A block that only wraps real controls says nothing that they do not say. */
export function settleClickable(drafts: DraftNode[], at: number, printed: string): void {
  const draft = drafts[at];
  if (draft === undefined) return;
  let rest = draft.name;
  let held = 0;
  for (let index = at + 1; index < drafts.length; index += 1) {
    const inner = drafts[index];
    if (inner?.interactive === undefined) continue;
    held += 1;
    if (inner.name !== '') rest = rest.replace(inner.name, '');
  }
  if (held === 0 || rest.trim() !== '') return;
  if (printed === 'clickable') {
    drafts.splice(at, 1);
    for (let index = at; index < drafts.length; index += 1) {
      const inner = drafts[index];
      if (inner !== undefined) inner.depth -= 1;
    }
  } else {
    delete draft.interactive;
    if (draft.states !== undefined) draft.states = draft.states.filter((state) => state !== 'clickable');
  }
}

/** Limited to a part, "unique" means little: a twin may stand outside it. */
function contextOfOne(element: Element, draft: DraftNode, memory: Memory, options: WalkOptions): string | null {
  const context = options.within !== null || options.viewport ? contextOf(element, memory) : null;
  return context ?? (draft.interactive === true && draft.role !== 'option' ? ownContext(element, memory) : null);
}

const levelOf = ({ states }: DraftNode): number => Number(states?.find((state) => state.startsWith('level='))?.slice(6) ?? 2);

/** Headings that part what can be acted on stay under `interactive`: with two things below each, and another such heading. */
function partingHeadings(drafts: readonly DraftNode[]): ReadonlySet<DraftNode> {
  const found = new Set<DraftNode>();
  const open: { readonly draft: DraftNode; readonly level: number; held: number }[] = [];
  for (const draft of drafts) {
    if (draft.role === 'heading' && draft.name !== '') {
      const level = levelOf(draft);
      while ((open.at(-1)?.level ?? 0) >= level) open.pop();
      // What acts in it says its name already.
      open.push({ draft, level, held: draft.interactive === true ? -Infinity : 0 });
    } else if (draft.interactive === true && draft.role !== 'option') {
      for (const heading of open) {
        heading.held += draft.name === heading.draft.name ? -1 : 1;
        if (heading.held === 2) found.add(heading.draft);
      }
    }
  }
  return found.size < 2 ? new Set() : found;
}

/** Without the headings that part nothing. */
function parted(drafts: DraftNode[]): DraftNode[] {
  const headings = partingHeadings(drafts);
  const kept: DraftNode[] = [];
  const dropped: number[] = [];
  for (const draft of drafts) {
    while (dropped.length > 0 && draft.depth <= (dropped.at(-1) ?? 0)) dropped.pop();
    const only = draft.role === 'heading' && draft.interactive === undefined && draft.notable === undefined;
    if (only && !headings.has(draft)) {
      dropped.push(draft.depth);
      continue;
    }
    if (only) draft.notable = true;
    draft.depth -= dropped.length;
    kept.push(draft);
  }
  return kept;
}

/** What stands for the name of those of one role that have none. */
function hint(group: readonly DraftNode[]): void {
  const elements = group.map((draft) => draft.element as Element);
  const hints = elements.map(hintOf);
  // The same for all of them, it tells none from the other.
  const places = new Set(hints).size === 1 ? placesInGrid(elements) : [];
  group.forEach((draft, at) => {
    const said = places[at] ?? hints[at];
    if (said !== null && said !== undefined) draft.hint ??= said;
  });
}

/** Pins what is left and tells twins apart. */
export function finish(drafts: DraftNode[], options: WalkOptions, pins: Pins, cache: WalkCache): CapturedNode[] {
  const shown = options.interactive ? parted(drafts) : drafts;
  const nodes = options.viewport ? shown.filter((draft) => draft.box !== undefined && inViewport(draft.box)) : shown;
  const groups = new Map<string, DraftNode[]>();
  for (const draft of nodes) {
    if (draft.element === undefined) continue;
    draft.pin = pins.pin(draft.element);
    const key = `${draft.behind === true ? '-' : ''}${draft.role}\0${draft.name}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [draft]);
    else group.push(draft);
  }
  const memory = createMemory('walk', cache);
  for (const group of groups.values()) {
    const first = group[0];
    if (first?.element === undefined) continue;
    if (first.interactive === true && first.name === '') hint(group);
    if (group.length === 1) {
      const twin = contextOfOne(first.element, first, memory, options);
      if (twin !== null) first.twin = twin;
      continue;
    }
    const contexts = tellApart(
      group.map((draft) => draft.element as Element),
      memory,
      first.interactive === true,
    );
    group.forEach((draft, index) => {
      const twin = contexts[index];
      if (twin !== null && twin !== undefined) draft.twin = twin;
    });
  }
  return nodes.map((draft) => {
    // Deleted, it would make each of them a slow object; undefined is not handed over.
    draft.element = undefined;
    if (!options.boxes && draft.frame === undefined) delete draft.box;
    return draft;
  });
}
