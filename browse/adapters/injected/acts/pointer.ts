/**
 * Pointer acts: finds the point, checks that the element can be acted on, and arms the guard, in one evaluation.
 * The daemon then moves the mouse and asks for the verdict. Must not know Playwright or the daemon.
 */
import type { Verdict } from '../guard/guard.ts';
import { aim, aimBlindly, animated, disabledReason, hiddenReason, place, sketch } from './hit-point.ts';
import { attribute, boxOf, closest, flatParent, isConnected, select } from '../dom-getters.ts';
import { checkedState } from './checked-state.ts';
import { editable, isUnsuited } from './fields.ts';
import { holder } from './selector-matches.ts';
import { guard, insist, isStale, nextFrame, resolve, verify, world } from './target.ts';
import type { Late, NotYet, Stale, Target } from './target.ts';
import { actorAlong, hit, reaches } from '../hit-test.ts';

/** What the daemon wants to do with the pointer. */
export type PointerPlan = {
  readonly id: number;
  readonly act: 'click' | 'hover';
  readonly button: 'left' | 'right' | 'middle';
  readonly count: 1 | 2;
  readonly force: boolean;
  /** Wait until the element rests, although it could be hit: an earlier try missed it. */
  readonly settle: boolean;
  /** Only as things are: nothing is waited for. */
  readonly quick: boolean;
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
    const { point, reason: none } = aim(candidate, plan.act === 'hover');
    if (point) return point;
    reason ||= none;
  }
  return reason;
}

/** What is remembered of an armed press until its verdict. */
type Press = {
  readonly id: number;
  readonly element: Element;
  /** The label that lies at the point, and the control that a click there was meant for. */
  readonly label: HTMLLabelElement | null;
  readonly control: Element | null;
  readonly fields: ReadonlySet<Element>;
  readonly box: DOMRect;
  /** The field that the pressed element became, or was replaced by. */
  field: Element | null;
};
let press: Press | null = null;

const FIELDS = 'input, textarea, select, [contenteditable]';

function pressOn(element: Element, id: number, point: { readonly x: number; readonly y: number }): Press {
  let label: Element | null = hit(point);
  while (label !== null && !(label instanceof HTMLLabelElement)) label = flatParent(label);
  const fields = new Set(Array.from(select(element, FIELDS)));
  return { id, element, label, control: label?.control ?? null, fields, box: boxOf(element), field: null };
}

function arm(element: Element, target: Target, plan: PointerPlan, point: { readonly x: number; readonly y: number }): void {
  const last = plan.act === 'hover' ? 'mousemove' : plan.button === 'left' ? 'click' : plan.button === 'right' ? 'contextmenu' : 'auxclick';
  // Force takes what lies over the element now into the bargain, and nothing that comes there later.
  const cover = plan.force ? hit(point) : null;
  let holder: Element | null = null;
  /** The click on the label whose control has not had its own yet. */
  let labelled: Event | null = null;
  const wasOpen = attribute(element, 'aria-expanded') === 'true';
  const own = pressOn(element, plan.id, point);
  press = own;
  // What the page's own listeners make of the place of a pressed element is the answer to the press. What changes it before or after
  // them is not: the element was filled with other data. Where the page stops an event, its listeners cannot be told from the rest.
  let twin = target.twin;
  let unanswered: Event | null = null;
  const answered = (event: Event): void => {
    if (event === unanswered) unanswered = null;
    if (twin !== null && unanswered === null && verify({ ...target, twin }) !== null) twin = null;
  };
  guard().arm({
    id: plan.id,
    kind: 'pointer',
    deadline: performance.now() + plan.valid,
    last,
    times: plan.act === 'hover' ? 1 : plan.count,
    aside: (event) => {
      const [found] = event.composedPath();
      // What the pointer enters on its way is told of it, element by element.
      if (ENTERS.includes(event.type)) return found instanceof Element && found !== element && reaches(found, element);
      if (event.type !== 'click' || labelled === null || found !== own.control || event.timeStamp !== labelled.timeStamp) return false;
      labelled = null;
      return true;
    },
    ...(twin === null || plan.act === 'hover' ? {} : { answered }),
    check: (event, passed) => {
      const path = event.composedPath();
      const [found] = path;
      const pressed = passed.includes('mousedown');
      if (labelled !== null && event.type === 'click' && event.timeStamp === labelled.timeStamp)
        return {
          reason: `its label sent the click on to ${found instanceof Element ? sketch(found) : 'nothing'}`,
          kind: 'target',
          grave: true,
        };
      const actor = actorAlong(element, path);
      if (!(plan.act === 'hover' ? actor !== null : actor === element) && !(cover !== null && found === cover)) {
        // A slider may hold the pressed pointer on an element around its thumb: the rest of the press goes there.
        if (event.type === 'pointerup' && found instanceof Element && holds(found, element, event)) holder = found;
        if (holder !== null && found === holder) return null;
        if (pressed && found instanceof Element && isNewField(own, found)) {
          own.field = found;
          return null;
        }
        const where = found instanceof Element ? sketch(actor ?? found) : 'nothing';
        // A page may act on the press, and take the element away or open its list over it, as menus do: then the press was the act.
        const acted =
          pressed &&
          (!isConnected(element) || hiddenReason(element) !== null || (!wasOpen && attribute(element, 'aria-expanded') === 'true'));
        return { reason: acted ? '' : `the pointer met ${where}`, kind: 'target' };
      }
      const disabled = event.type === 'pointerdown' && !plan.force ? disabledReason(element) : null;
      if (disabled !== null) return { reason: `it is ${disabled}`, kind: 'target' };
      if (own.label !== null && path.includes(own.label)) {
        if (own.label.control !== own.control) return { reason: 'its label belongs to another field now', kind: 'identity' };
        // The browser sends the click on to the control, which may lie anywhere.
        if (event.type === 'click' && own.control !== null && !path.includes(own.control)) labelled = event;
      }
      // It is edited in place from now on, and its text is the field's.
      if (own.field !== null) return null;
      // The event of its own that a double click ends with follows at once: what the page made of it meanwhile is its own doing.
      if (unanswered !== null) twin = null;
      const reason = event.type === 'dblclick' ? null : verify({ ...target, twin });
      if (reason !== null) return { reason, kind: 'identity' };
      if (pressed || event.type === 'mousedown') unanswered = event;
      return null;
    },
  });
}

const ENTERS: readonly string[] = ['pointerenter', 'mouseenter'];

/** Whether it is a field to be edited that the press made of the element: in it or in its place, and not there before. */
function isNewField({ element, fields, box }: Press, found: Element): boolean {
  if (isUnsuited(editable(found)) || fields.has(found)) return false;
  if (reaches(element, found)) return true;
  const { left, right, top, bottom } = boxOf(found);
  const x = (left + right) / 2;
  const y = (top + bottom) / 2;
  return !isConnected(element) && x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
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
  const deadline = plan.quick ? 0 : performance.now() + plan.patience;
  const first = resolve(target);
  if (!isStale(first) && !plan.force && (plan.settle || animated(first))) {
    if (plan.quick) return { outcome: 'late', reason: 'it moves' };
    await resting(first, deadline);
  }
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

/** What a press has made of the element or its label's control. */
export type Outcome = {
  readonly edited: boolean;
  readonly control: { readonly role: string; readonly name: string; readonly checked: boolean } | null;
};

/** What became of the input. Ends the arming. */
export function verdict(id: number): (Verdict & Partial<Outcome>) | null {
  const ended = guard().disarm(id);
  if (ended === null || press === null || press.id !== id) return ended;
  const { element, control, field } = press;
  press = null;
  const checked = control === null || control === element ? null : checkedState(control);
  const described = control === null || checked === null ? null : world().describe(world().pin(control));
  return {
    ...ended,
    edited: field !== null,
    control: described && checked !== null ? { role: described.role, name: described.name, checked } : null,
  };
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
