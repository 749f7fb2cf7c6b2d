/**
 * Dragging one element onto another with the mouse, native drags included: prepared, armed and judged as a click is, moved as a hand
 * moves. A drag that is given up ends with a release outside of any goal. See `injected/acts/drag.ts`. Must not know commands.
 */
import { Deadline } from '../../../base/deadline.ts';
import { oneLine } from '../../../base/escape.ts';
import type { Identity } from '../../../domain/snapshot/tree.ts';
import { fail } from '../../../protocol/errors.ts';
import type { Verdict } from '../../injected/guard/guard.ts';
import type { DragPlan } from '../../injected/acts/drag.ts';
import { DragMouse } from './drag-mouse.ts';
import { throughFrames } from './pointer.ts';
import type { PagePoint } from './pointer.ts';
import { tooLate } from '../page/in-page-failures.ts';
import { before, awaitConsequences } from '../page/consequences.ts';
import { shutOtherFrames, inputInOtherFrame } from './other-frames.ts';
import type { PageHandle } from '../handle/page-handle.ts';
import { RESERVE, call, callPatiently } from '../handle/isolated-world.ts';
import type { IsolatedWorld } from '../handle/isolated-world.ts';
import type { TimeLimit } from '../../../domain/ports/machine.ts';
import type { DragEnd, Dragged, DragHow } from '../../../domain/ports/page.ts';
import { nameOf, stale, targetOf } from '../handle/target-words.ts';

/** Moves on the way: pages begin a drag only after some of them, and follow with a frame for each. */
const STEPS = 20;
/** Milliseconds between two of them. */
const PACE = 16;
/** Milliseconds that the pointer rests over the goal: lists take no second change for a moment after the first. */
const REST = 180;
/** The same after the last, smallest movement. */
const LAST_REST = 60;
/** How long a drag that broke off may take to end, in milliseconds. */
const PATIENCE = 1000;
/** How long the page may take to make room at the destination, in milliseconds. */
const ROOM = 1000;

/** One drag that is under way. */
type Drag = {
  readonly surface: PageHandle;
  readonly world: IsolatedWorld;
  readonly from: Identity;
  readonly to: Identity;
  readonly how: DragHow;
  readonly deadline: Deadline;
};

/** Drags `from` onto `to`, which must lie in the same document. */
export function drag(surface: PageHandle, from: DragEnd, to: DragEnd, how: DragHow, bound: TimeLimit): Promise<Dragged> {
  const progress = { acted: false };
  return surface.onTarget(
    'drag',
    from.identity,
    bound,
    async (world, deadline) => {
      if (from.identity.pin.document !== to.identity.pin.document) {
        surface.worldOf(to.identity);
        return fail('unsuited', { act: 'drag', target: nameOf(from.identity), reason: 'its destination lies in another frame' });
      }
      await surface.around.front(surface.client);
      const drag = { surface, world, from: from.identity, to: to.identity, how, deadline };
      const points = { fromPoint: from.point, toPoint: to.point };
      return perform(drag, points, progress);
    },
    progress,
  );
}

async function perform(drag: Drag, points: Pick<DragPlan, 'fromPoint' | 'toPoint'>, progress: { acted: boolean }): Promise<Dragged> {
  const { surface, world, from, to, how, deadline } = drag;
  const mouse = new DragMouse(surface, deadline);
  let origin: Origin | null = null;
  const id = await surface.arming(deadline);
  try {
    const patience = Math.max(0, deadline.left() - RESERVE);
    const plan = { id, from: targetOf(from), to: targetOf(to), force: how.force, ...points };
    const begun = await callPatiently(world, 'prepareDrag', [plan, patience, deadline.left()], deadline);
    if (begun.outcome === 'stale') return stale(begun.whose === 'from' ? from : to, oneLine(begun.reason));
    if (begun.outcome === 'late') return tooLate(from, 'drag', begun.reason, deadline);
    const start = await throughFrames(surface, world, begun, how.force, deadline);
    if (typeof start === 'string') return tooLate(from, 'drag', start, deadline);
    await shutOtherFrames(surface, id, deadline, { act: 'drag', target: nameOf(from) });
    const since = before(surface);
    progress.acted = true;
    origin = { inner: begun, start };
    const there = await surface.uninterrupted(mouse.down(start).then(() => toDestination(drag, start, mouse)));
    if ('interrupted' in there) return fail('may-have-run', { reason: `the page stopped under the drag (${there.interrupted})` });
    const problem = there.value;
    const back = problem === null || (await giveUp(drag, origin, mouse));
    const released = await surface.uninterrupted(mouse.up(problem !== null).then(() => call(world, 'verdict', [id], deadline)));
    const verdict = 'value' in released ? (released.value ?? surface.said(id)) : surface.said(id);
    const put = problem === null ? null : `${problem}; it was ${back ? 'put back' : 'let go in an empty place'}`;
    judge(from, to, put, verdict, await inputInOtherFrame(surface, world.frame, id, deadline));
    const url = await awaitConsequences(surface, since, world.frame, deadline);
    const changes = await call(world, 'endDrag', [], deadline).catch(() => null);
    return { role: from.role, name: from.name, url, unchanged: changes === 0 };
  } finally {
    if (origin !== null && mouse.pressed) surface.inputs.sent(letGo(drag, origin, mouse)).catch(() => {});
    else mouse.end();
    surface.disarm(id, [world]);
    surface.inputs.afterwards(() => void call(world, 'endDrag', [], deadline).catch(() => {}));
  }
}

/** Where it began: in its own frame, and in the page. */
type Origin = { readonly inner: PagePoint; readonly start: PagePoint };

/** The drag broke off with its button down, because its time was up or its caller left: it ends as one that is given up does. */
async function letGo(drag: Drag, origin: Origin, mouse: DragMouse): Promise<void> {
  const deadline = new Deadline({ timeout: PATIENCE, signal: new AbortController().signal });
  mouse.within(deadline);
  try {
    await giveUp({ ...drag, deadline }, origin, mouse);
    await mouse.up(true);
  } finally {
    mouse.end();
  }
}

/** Moves in a straight line, as steadily as a hand. */
async function glide(
  { how, deadline }: Drag,
  from: PagePoint,
  to: PagePoint,
  mouse: DragMouse,
  halfway: () => Promise<void>,
): Promise<void> {
  const steps = how.steps ?? STEPS;
  for (let step = 1; step <= steps; step += 1) {
    await mouse.move({ x: from.x + ((to.x - from.x) * step) / steps, y: from.y + ((to.y - from.y) * step) / steps });
    if (step === Math.ceil(steps / 2)) await halfway();
    await deadline.pause(PACE);
  }
}

/** With the button down: brings the pointer over the destination. A string says why it cannot be let go there. */
async function toDestination(drag: Drag, start: PagePoint, mouse: DragMouse): Promise<string | null> {
  const { surface, world, to, how, deadline } = drag;
  if (how.hold > 0) await deadline.pause(how.hold);
  // Away from the start first: some pages make room for what is dragged, and the destination moves.
  let at = { x: start.x + 4, y: start.y + 4 };
  await mouse.move({ x: start.x + 2, y: start.y + 2 });
  await mouse.move(at);
  await deadline.pause(PACE);
  const halfway = async (): Promise<void> => {
    if (await call(world, 'dragHalfway', [], deadline)) await mouse.handedOver();
  };
  for (let end = Infinity; ;) {
    const aimed = await call(world, 'dropSpot', [targetOf(to)], deadline);
    if (aimed.outcome === 'stale') return aimed.reason;
    if (aimed.native) await mouse.handedOver();
    let reason = aimed.outcome === 'at' ? null : aimed.reason;
    if (aimed.outcome === 'at') {
      const spot = await throughFrames(surface, world, aimed, how.force, deadline);
      if (typeof spot === 'string') reason = spot;
      else {
        await glide(drag, at, spot, mouse, halfway);
        at = spot;
        const met = await rest(drag, aimed, spot, mouse);
        if (met === null) return null;
        reason = met;
      }
    }
    // From the first arrival on.
    end = Math.min(end, performance.now() + Math.min(ROOM, deadline.left() / 2));
    if (performance.now() >= end) return reason;
    await deadline.pause(20);
  }
}

/** Over the goal: a pause, the smallest movement, and the goal's own point again. Null when it may be let go there, else why not. */
async function rest({ world, to, deadline }: Drag, aimed: PagePoint, spot: PagePoint, mouse: DragMouse): Promise<string | null> {
  await deadline.pause(REST);
  await mouse.move({ x: spot.x - 1, y: spot.y });
  await mouse.move(spot);
  await deadline.pause(LAST_REST);
  return call(world, 'meetsDrop', [targetOf(to), { x: aimed.x, y: aimed.y }], deadline);
}

/** Moves to where it can be let go without any effect but its end. Whether that is where it began. */
async function giveUp(drag: Drag, { inner: begun, start }: Origin, mouse: DragMouse): Promise<boolean> {
  const { surface, world, deadline } = drag;
  const { back, ...inner } = await call(world, 'abandonDrag', [{ x: begun.x, y: begun.y }], deadline);
  const spot = back ? start : await throughFrames(surface, world, inner, true, deadline);
  const to = typeof spot === 'string' ? start : spot;
  await mouse.move({ x: to.x + 1, y: to.y + 1 });
  await mouse.move(to);
  return back;
}

const RELEASED: readonly string[] = ['pointerup', 'mouseup', 'drop'];

/** Throws unless it was pressed on the one and let go over the other. */
function judge(from: Identity, to: Identity, problem: string | null, verdict: Verdict | null, stray: Verdict | null): void {
  const target = `${nameOf(from)} to ${nameOf(to)}`;
  const passed = verdict?.passed ?? [];
  const broken = verdict?.broken ?? null;
  if (broken?.kind === 'identity' && passed.length === 0) stale(from, oneLine(broken.reason));
  // A page may keep the mouse's own events away by what it does on the pointer's.
  const pressed = passed.includes('mousedown') || (passed.includes('pointerdown') && broken?.at !== 'mousedown');
  if (broken !== null && !pressed)
    fail('act-broken', { act: 'drag', target, reason: oneLine(`at ${broken.at} ${broken.reason}; nothing was moved`) });
  if (problem !== null) fail('act-broken', { act: 'drag', target, reason: oneLine(problem) });
  if (broken !== null) fail('act-broken', { act: 'drag', target, reason: oneLine(`at ${broken.at} ${broken.reason}`) });
  if (stray?.broken) fail('act-broken', { act: 'drag', target, reason: 'another frame came under the pointer' });
  if (verdict === null) fail('may-have-run', { reason: 'the page went away during the drag' });
  if (!passed.some((type) => RELEASED.includes(type))) fail('unsuited', { act: 'drag', target, reason: 'the page does not take it there' });
}
