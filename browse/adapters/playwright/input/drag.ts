/**
 * Dragging one element onto another with the mouse, native drags included: prepared, armed and judged as a click is. Whatever
 * stops it halfway puts the element back where it was. See `injected/drag.ts`. Must not know commands.
 */
import type { Deadline } from '../../../base/deadline.ts';
import { oneLine } from '../../../base/escape.ts';
import type { Identity } from '../../../domain/snapshot/tree.ts';
import { fail } from '../../../protocol/errors.ts';
import type { Verdict } from '../../injected/guard/guard.ts';
import { throughFrames } from './pointer.ts';
import type { PagePoint } from './pointer.ts';
import { tooLate } from '../page/in-page-failures.ts';
import { before, awaitConsequences } from '../page/consequences.ts';
import { shutOtherFrames, inputInOtherFrame } from './other-frames.ts';
import { nameOf, stale, targetOf } from '../page/page-handle.ts';
import type { PageHandle } from '../page/page-handle.ts';
import { RESERVE, call, callPatiently } from '../page/isolated-world.ts';
import type { IsolatedWorld } from '../page/isolated-world.ts';
import type { TimeLimit } from '../../../domain/ports/machine.ts';
import type { Acted } from '../../../domain/ports/page.ts';

/** Moves on the way: pages begin a drag only after some of them. */
const STEPS = 8;
/** How long the page may take to make room at the destination, in milliseconds. */
const ROOM = 1000;

/** One drag that is under way. */
type Drag = {
  readonly surface: PageHandle;
  readonly world: IsolatedWorld;
  readonly from: Identity;
  readonly to: Identity;
  readonly deadline: Deadline;
};

/** The mouse of the page; each fails as the deadline does, and is under way until the page has handled it. */
type Mouse = {
  readonly move: (spot: PagePoint, steps?: number) => Promise<void>;
  readonly down: () => Promise<void>;
  readonly up: () => Promise<void>;
};

function mouseOf({ surface, deadline }: Drag): Mouse {
  const { mouse } = surface.client;
  const sent = (input: Promise<void>): Promise<void> => deadline.race(surface.inputs.sent(input));
  return {
    move: ({ x, y }, steps = 1) => sent(mouse.move(x, y, { steps })),
    down: () => sent(mouse.down()),
    up: () => sent(mouse.up()),
  };
}

/** Drags `from` onto `to`, which must lie in the same document. */
export function drag(surface: PageHandle, from: Identity, to: Identity, bound: TimeLimit): Promise<Acted> {
  const progress = { acted: false };
  return surface.onTarget(
    'drag',
    from,
    bound,
    async (world, deadline) => {
      if (from.pin.document !== to.pin.document) {
        surface.worldOf(to);
        return fail('unsuited', { act: 'drag', target: nameOf(from), reason: 'its destination lies in another frame' });
      }
      await surface.around.front(surface.client);
      return perform({ surface, world, from, to, deadline }, progress);
    },
    progress,
  );
}

async function perform(drag: Drag, progress: { acted: boolean }): Promise<Acted> {
  const { surface, world, from, to, deadline } = drag;
  const mouse = mouseOf(drag);
  const id = await surface.arming(deadline);
  try {
    const patience = Math.max(0, deadline.left() - RESERVE);
    const plan = [id, targetOf(from), targetOf(to), patience, deadline.left()] as const;
    const begun = await callPatiently(world, 'prepareDrag', [...plan], deadline);
    if (begun.outcome === 'stale') return stale(begun.whose === 'from' ? from : to, oneLine(begun.reason));
    if (begun.outcome === 'late') return tooLate(from, 'drag', begun.reason, deadline);
    const start = await throughFrames(surface, world, begun, false, deadline);
    if (typeof start === 'string') return tooLate(from, 'drag', start, deadline);
    await shutOtherFrames(surface, id, deadline, { act: 'drag', target: nameOf(from) });
    const since = before(surface);
    progress.acted = true;
    const moved = surface.uninterrupted(
      mouse
        .move(start)
        .then(mouse.down)
        .then(() => toDestination(drag, start, mouse)),
    );
    const there = await moved;
    if ('interrupted' in there) return fail('may-have-run', { reason: `the page stopped under the drag (${there.interrupted})` });
    const problem = there.value;
    if (problem !== null) {
      await call(world, 'abandonDrag', [id], deadline);
      await mouse.move(start, STEPS);
    }
    const released = await surface.uninterrupted(mouse.up().then(() => call(world, 'verdict', [id], deadline)));
    const verdict = 'value' in released ? (released.value ?? surface.said(id)) : surface.said(id);
    judge(from, to, problem, verdict, await inputInOtherFrame(surface, world.frame, id, deadline));
    return { role: from.role, name: from.name, url: await awaitConsequences(surface, since, world.frame, deadline) };
  } finally {
    surface.disarm(id, [world]);
  }
}

/** With the button down: brings the pointer over the destination. A string says why it cannot be let go there. */
async function toDestination(drag: Drag, start: PagePoint, mouse: Mouse): Promise<string | null> {
  const { surface, world, from, to, deadline } = drag;
  // Away from the start first: some pages make room for what is dragged, and the destination moves.
  await mouse.move({ x: start.x + 6, y: start.y + 6 }, 2);
  const end = performance.now() + Math.min(ROOM, deadline.left() / 2);
  for (;;) {
    const aimed = await call(world, 'dropSpot', [targetOf(to)], deadline);
    if (aimed.outcome === 'stale') return aimed.reason;
    let reason = aimed.outcome === 'at' ? null : aimed.reason;
    if (aimed.outcome === 'at') {
      const spot = await throughFrames(surface, world, aimed, false, deadline);
      if (typeof spot === 'string') reason = spot;
      else {
        await mouse.move(spot, STEPS);
        // Pages take the place of the last movement: one more, over the destination itself.
        await mouse.move({ x: spot.x, y: spot.y + 1 });
        const met = await call(world, 'meetsDrop', [from.pin.index, to.pin.index, { x: aimed.x, y: aimed.y }], deadline);
        if (met === null) return null;
        reason = `the pointer meets ${met} there`;
      }
    }
    if (performance.now() > end) return reason;
    await deadline.pause(20);
  }
}

/** Throws unless it was pressed on the one and let go over the other. */
function judge(from: Identity, to: Identity, problem: string | null, verdict: Verdict | null, stray: Verdict | null): void {
  const target = `${nameOf(from)} to ${nameOf(to)}`;
  const passed = verdict?.passed ?? [];
  const broken = verdict?.broken ?? null;
  if (broken?.kind === 'identity' && passed.length === 0) stale(from, oneLine(broken.reason));
  if (broken !== null && !passed.includes('mousedown'))
    fail('act-broken', { act: 'drag', target, reason: oneLine(`at ${broken.at} ${broken.reason}; nothing was moved`) });
  if (problem !== null) fail('act-broken', { act: 'drag', target, reason: oneLine(`${problem}; it was put back`) });
  if (broken !== null) fail('act-broken', { act: 'drag', target, reason: oneLine(`at ${broken.at} ${broken.reason}`) });
  if (stray?.broken) fail('act-broken', { act: 'drag', target, reason: 'another frame came under the pointer' });
  if (verdict === null) fail('may-have-run', { reason: 'the page went away during the drag' });
  if (!passed.includes('mouseup') && !passed.includes('drop'))
    fail('unsuited', { act: 'drag', target, reason: 'the page does not take it there' });
}
