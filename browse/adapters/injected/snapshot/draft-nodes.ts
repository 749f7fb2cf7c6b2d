/** Lines of a walk before they are pinned, and what can only be decided once all of them are there. */
import { inViewport } from './boxes.ts';
import type { Pins } from './pins.ts';
import { contextOf, ownContext } from './keys.ts';
import { tellApart } from './twins.ts';
import type { WalkCache } from './walk-cache.ts';
import type { CapturedNode, WalkOptions } from '../world.ts';
import { createMemory } from './context-memory.ts';
import type { Memory } from './context-memory.ts';

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

/** Pins what is left and tells twins apart. */
export function finish(drafts: DraftNode[], options: WalkOptions, pins: Pins, cache: WalkCache): CapturedNode[] {
  const nodes = options.viewport ? drafts.filter((draft) => draft.box !== undefined && inViewport(draft.box)) : drafts;
  const groups = new Map<string, DraftNode[]>();
  for (const draft of nodes) {
    if (draft.element === undefined) continue;
    draft.pin = pins.pin(draft.element);
    const key = `${draft.role}\0${draft.name}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [draft]);
    else group.push(draft);
  }
  const memory = createMemory('walk', cache);
  for (const group of groups.values()) {
    const first = group[0];
    if (first?.element === undefined) continue;
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
