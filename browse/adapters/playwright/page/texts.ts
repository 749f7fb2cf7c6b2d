/** The text of a page or an element, that of the frames in it included, in reading order. Must not know commands. */
import type { Deadline } from '../../../base/deadline.ts';
import { oneLine } from '../../../base/escape.ts';
import type { Identity } from '../../../domain/snapshot/tree.ts';
import type { TimeLimit } from '../../../domain/ports/machine.ts';
import type { TextPart } from '../../injected/acts/page-text.ts';
import { awaitBody } from '../handle/body.ts';
import { call } from '../handle/isolated-world.ts';
import type { IsolatedWorld } from '../handle/isolated-world.ts';
import type { PageHandle } from '../handle/page-handle.ts';
import { stale, targetOf } from '../handle/target-words.ts';

/** How long a frame may take before its text is left out, in milliseconds. */
const CHILD_PATIENCE = 1000;

/** The text of an element, or of the page. */
export function text(surface: PageHandle, target: Identity | null, bound: TimeLimit): Promise<string> {
  if (target)
    return surface.onTarget('text', target, bound, async (world, deadline) => {
      const answer = await call(world, 'read', [targetOf(target), { what: 'text' }], deadline);
      if (answer.outcome === 'stale') return stale(target, oneLine(answer.reason));
      return joined(surface, world, answer.value as readonly TextPart[], deadline);
    });
  return surface.run('text', bound, (deadline) =>
    surface.inChosen(deadline, async (world) => {
      let page = await call(world, 'pageText', [], deadline);
      if (!page.body && page.loading && (await awaitBody(world, deadline))) page = await call(world, 'pageText', [], deadline);
      return joined(surface, world, page.parts, deadline);
    }),
  );
}

/** Whether the document is still being read. */
export function loading(surface: PageHandle, bound: TimeLimit): Promise<boolean> {
  return surface.run('text', bound, (deadline) =>
    surface.inChosen(deadline, async (world) => (await call(world, 'pageText', [], deadline)).loading),
  );
}

/** The parts with the texts of frames in their places. */
async function joined(surface: PageHandle, world: IsolatedWorld, parts: readonly TextPart[], deadline: Deadline): Promise<string> {
  if (parts.every((part) => typeof part === 'string')) return parts.join('');
  const inside = new Map<number, string>();
  const patience = Math.min(CHILD_PATIENCE, deadline.left() * 0.8);
  await Promise.all(
    world.frame.childFrames().map(async (child) => {
      const read = async (): Promise<void> => {
        const inner = await surface.worlds.open(child, deadline);
        const owner = await surface.owners.of(child, world, deadline);
        inside.set(owner, await joined(surface, inner, (await call(inner, 'pageText', [], deadline)).parts, deadline));
      };
      // A frame that does not answer has no text.
      await deadline.race(read(), patience).catch(() => {});
    }),
  );
  const said = parts.map((part) => (typeof part === 'string' ? part : (inside.get(part.frame) ?? '').trim()));
  return said.reduce(
    (all, part) => (part === '' || all === '' || all.endsWith('\n') || part.startsWith('\n') ? all + part : `${all}\n${part}`),
    '',
  );
}
