/**
 * Pointer acts: finds the point, checks that the element can be acted on, and arms the guard, in one evaluation.
 * The daemon then moves the mouse and asks for the verdict. Must not know Playwright or the daemon.
 */
import type { Verdict } from '../guard/guard.ts';
import { aim, aimBlindly, animated, disabledReason, hiddenReason, place, sketch } from './hit-point.ts';
import { attribute, boxOf, closest, isConnected } from '../dom-getters.ts';
import { holder } from './selector-matches.ts';
import { guard, insist, isStale, nextFrame, resolve, verify } from './target.ts';
import type { Late, NotYet, Stale, Target } from './target.ts';
import { hit, pathReaches, reaches } from '../hit-test.ts';

/** What the daemon wants to do with the pointer. */
export type PointerPlan = {
  readonly id: number;
  readonly act: 'click' | 'hover';
  readonly button: 'left' | 'right' | 'middle';
  readonly count: 1 | 2;
  readonly force: boolean;
  /** Wait until the element rests, although it could be hit: an earlier try missed it. */
  readonly settle: boolean;
  /** Milliseconds from now. */
  readonly patience: number;
  /** Milliseconds from now after which the input must not run any more. */
  readonly valid: number;
};

/** Armed: move the mouse to `x`, `y` of this frame's viewport. `option`: it is chosen, not clicked. */
export type Prepared =
  | {
      readonly outcome: 'armed';
      readonly x: number;
      readonly y: number;
      /** It is, or lies in, a link that says it leads to a file. */
      readonly file: boolean;
    }
  | { readonly outcome: 'option' };

function actionable(element: Element, plan: PointerPlan): string | null {
  const hidden = hiddenReason(element);
  if (hidden) return hidden;
  return plan.act === 'hover' ? null : disabledReason(element);
}

/** A native box that a label stands for: many pages hide the box and paint the label. */
function standIns(element: Element): Element[] {
  if (!(element instanceof HTMLInputElement) || !['checkbox', 'radio', 'file'].includes(element.type)) return [element];
  return [element, ...(element.labels ?? [])];
}

function spotFor(element: Element, plan: PointerPlan): { readonly x: number; readonly y: number } | string {
  let reason = '';
  for (const candidate of standIns(element)) {
    if (plan.force) {
      const { point, reason: none } = aimBlindly(candidate);
      if (point) return point;
      reason ||= none;
      continue;
    }
    const problem = actionable(candidate, plan) ?? (candidate === element ? null : disabledReason(element));
    if (problem) {
      reason ||= problem;
      continue;
    }
    const { point, reason: none } = aim(candidate);
    if (point) return point;
    reason ||= none;
  }
  return reason;
}

function arm(element: Element, target: Target, plan: PointerPlan, point: { readonly x: number; readonly y: number }): void {
  const last = plan.act === 'hover' ? 'mousemove' : plan.button === 'left' ? 'click' : plan.button === 'right' ? 'contextmenu' : 'auxclick';
  // Force takes what lies over the element now into the bargain, and nothing that comes there later.
  const cover = plan.force ? hit(point) : null;
  let holder: Element | null = null;
  const wasOpen = attribute(element, 'aria-expanded') === 'true';
  guard().arm({
    id: plan.id,
    kind: 'pointer',
    deadline: performance.now() + plan.valid,
    last,
    times: plan.act === 'hover' ? 1 : plan.count,
    check: (event, passed) => {
      const path = event.composedPath();
      if (!pathReaches(element, path) && !(cover !== null && path[0] === cover)) {
        const [found] = path;
        // A slider may hold the pressed pointer on an element around its thumb: the rest of the press goes there.
        if (event.type === 'pointerup' && found instanceof Element && holds(found, element, event)) holder = found;
        if (holder !== null && found === holder) return null;
        const where = found instanceof Element ? sketch(found) : 'nothing';
        // A page may act on the press, and take the element away or open its list over it, as menus do: then the press was the act.
        const acted =
          passed.includes('mousedown') &&
          (!isConnected(element) || hiddenReason(element) !== null || (!wasOpen && attribute(element, 'aria-expanded') === 'true'));
        return { reason: acted ? '' : `the pointer met ${where}`, kind: 'target' };
      }
      const disabled = event.type === 'pointerdown' && !plan.force ? disabledReason(element) : null;
      if (disabled !== null) return { reason: `it is ${disabled}`, kind: 'target' };
      // The event of its own that a double click ends with follows at once: what the page made of it meanwhile is its own doing.
      const reason = event.type === 'dblclick' ? null : verify(target);
      return reason === null ? null : { reason, kind: 'identity' };
    },
  });
}

function holds(outer: Element, inner: Element, event: Event): boolean {
  return event instanceof PointerEvent && outer.hasPointerCapture(event.pointerId) && reaches(outer, inner);
}

async function resting(element: Element, deadline: number): Promise<void> {
  // A thing that never rests is aimed at all the same: the guard decides whether it was hit.
  const patience = Math.min(deadline, performance.now() + 1000);
  for (let last = place(element); performance.now() < patience;) {
    await nextFrame();
    const now = place(element);
    if (now === last) return;
    last = now;
  }
}

/** Scrolls, checks and arms; waits frame by frame within the plan's patience while the element cannot be acted on. */
export async function preparePointer(target: Target, plan: PointerPlan): Promise<Prepared | Stale | Late> {
  const deadline = performance.now() + plan.patience;
  const first = resolve(target);
  if (!isStale(first) && !plan.force && (plan.settle || animated(first))) await resting(first, deadline);
  return insist(deadline, (): Prepared | Stale | NotYet => {
    const element = resolve(target);
    if (isStale(element)) return element;
    if (element instanceof HTMLOptionElement && plan.act === 'click' && dropdown(element)) return { outcome: 'option' };
    const point = spotFor(element, plan);
    if (typeof point === 'string') return { outcome: 'not yet', reason: `it is ${point}` };
    arm(element, target, plan, point);
    const file = plan.act === 'click' && plan.button === 'left' && closest(element, 'a[download][href]') !== null;
    return { outcome: 'armed', x: point.x, y: point.y, file };
  });
}

function dropdown(option: HTMLOptionElement): boolean {
  const select = option.closest('select');
  return select !== null && !select.multiple && select.size <= 1;
}

/** What became of the input. Ends the arming. */
export function verdict(id: number): Verdict | null {
  return guard().disarm(id);
}

/** Gives the input up, without waiting. */
export function disarm(id: number): Verdict | null {
  return guard().disarm(id);
}

/** Where a child frame's viewport lies in this one: its corner, its scale, and what lies over a point of it. */
export function frameSpot(
  pin: number,
  point: { readonly x: number; readonly y: number },
): { readonly x: number; readonly y: number; readonly reason: string | null } | null {
  const element = holder(pin);
  if (!element || !isConnected(element)) return null;
  const first = throughFrame(element, point);
  const found = obstacle(element, first);
  if (!found) return { ...first, reason: null };
  element.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
  let moved = throughFrame(element, point);
  if (obstacle(element, moved)) {
    scrollBy({ left: moved.x - innerWidth / 2, top: moved.y - innerHeight / 2, behavior: 'instant' });
    moved = throughFrame(element, point);
  }
  return { ...moved, reason: obstacle(element, moved) };
}

function throughFrame(element: Element, point: { readonly x: number; readonly y: number }): { x: number; y: number } {
  const box = boxOf(element);
  const { offsetWidth, offsetHeight } = element instanceof HTMLElement ? element : { offsetWidth: box.width, offsetHeight: box.height };
  const style = getComputedStyle(element);
  const scaleX = offsetWidth ? box.width / offsetWidth : 1;
  const scaleY = offsetHeight ? box.height / offsetHeight : 1;
  const left = Number.parseFloat(style.borderLeftWidth) + Number.parseFloat(style.paddingLeft);
  const top = Number.parseFloat(style.borderTopWidth) + Number.parseFloat(style.paddingTop);
  return { x: box.x + (left + point.x) * scaleX, y: box.y + (top + point.y) * scaleY };
}

function obstacle(element: Element, point: { readonly x: number; readonly y: number }): string | null {
  if (point.x < 0 || point.y < 0 || point.x >= innerWidth || point.y >= innerHeight) return 'outside of the viewport';
  const found = hit(point);
  return reaches(element, found) ? null : `covered by ${sketch(found)}`;
}

/** State of a box or a switch; null for what has none. */
export function checkedState(element: Element): boolean | null {
  if (element instanceof HTMLInputElement && (element.type === 'checkbox' || element.type === 'radio')) return element.checked;
  const stated = attribute(element, 'aria-checked') ?? attribute(element, 'aria-pressed');
  return stated === null ? null : stated === 'true';
}
