/** Choosing the frame to work in: by its element, its name or its address. Must not know commands. */
import type { Frame as ClientFrame } from 'playwright';
import { Deadline } from '../../../base/deadline.ts';
import type { FrameChoice, FrameFacts, FrameStep } from '../../../domain/tabs/frame.ts';
import { fail } from '../../../protocol/errors.ts';
import { titleOf } from '../handle/chosen-frame.ts';
import { around } from '../handle/frames.ts';
import { serverFrame } from '../internals/server-side.ts';
import { verify } from './reads.ts';
import type { PageHandle } from '../handle/page-handle.ts';
import { call } from '../handle/isolated-world.ts';
import type { TimeLimit } from '../../../domain/ports/machine.ts';
import { nameOf } from '../handle/target-words.ts';

/** Chooses a frame. Fails with `element-missing`, `selector-ambiguous`, `unsuited`, `ref-stale`. */
export function enterFrame(surface: PageHandle, choice: FrameChoice, bound: TimeLimit): Promise<FrameFacts | null> {
  return surface.run('frame', bound, async (deadline) => {
    const frame = choice.kind === 'main' ? null : await chosen(surface, choice, deadline);
    surface.chosen.choose(frame);
    return surface.chosen.facts;
  });
}

async function chosen(surface: PageHandle, choice: Exclude<FrameChoice, { kind: 'main' }>, deadline: Deadline): Promise<ClientFrame> {
  const children = surface.client.frames().filter((frame) => frame !== surface.client.mainFrame());
  if (choice.kind === 'element') return heldBy(surface, choice.target, children, deadline);
  const wanted = choice.kind === 'name' ? (frame: ClientFrame) => frame.name() === choice.name : matcher(choice.url);
  const found = children.filter(wanted);
  const selector = choice.kind === 'name' ? `--name ${choice.name}` : `--url ${choice.url}`;
  const [only] = found;
  if (only === undefined) return fail('element-missing', { selector: `frame ${selector}` });
  if (found.length > 1)
    return fail('selector-ambiguous', {
      selector: `frame ${selector}`,
      count: found.length,
      first: found.slice(0, 5).map((frame) => titleOf(frame)),
    });
  return only;
}

/** Part of an address, in which `*` stands for anything. */
function matcher(part: string): (frame: ClientFrame) => boolean {
  const pieces = part.split('*');
  return (frame) => {
    let at = 0;
    for (const piece of pieces) {
      const found = frame.url().indexOf(piece, at);
      if (found === -1) return false;
      at = found + piece.length;
    }
    return true;
  };
}

async function heldBy(
  surface: PageHandle,
  target: Extract<FrameChoice, { kind: 'element' }>['target'],
  children: readonly ClientFrame[],
  deadline: Deadline,
): Promise<ClientFrame> {
  await verify(surface, target, deadline.bound());
  const world = surface.worldOf(target);
  for (const child of children) {
    const server = serverFrame(child);
    if (server.parentFrame() !== world.frame) continue;
    if ((await surface.owners.of(server, world, deadline).catch(() => null)) === target.pin.index) return child;
  }
  return fail('unsuited', { act: 'enter', target: nameOf(target), reason: 'it holds no frame' });
}

/** Milliseconds that the way to a frame may take to be found: it is for the log, and nobody waits for it longer. */
const PATIENCE = 500;

/** How a document is reached from the main frame. */
export async function framePath(surface: PageHandle, document: string | null, bound: TimeLimit): Promise<readonly FrameStep[] | null> {
  const deadline = new Deadline({ ...bound, timeout: Math.min(PATIENCE, bound.timeout / 2) });
  try {
    const frame = document === null ? serverFrame(surface.chosen.in(surface.client)) : surface.worlds.find(document)?.frame;
    if (frame === undefined) return null;
    if (frame === surface.page.mainFrame()) return [];
    const world = await surface.worlds.open(frame, deadline);
    const steps: FrameStep[] = [];
    for (const { world: outer, pin } of await around(surface, world, deadline)) {
      const step = await call(outer, 'frameStep', [pin], deadline);
      if (step === null) return null;
      steps.unshift(step);
    }
    return steps;
  } catch {
    // Whatever it was, the act itself says it.
    return null;
  }
}
