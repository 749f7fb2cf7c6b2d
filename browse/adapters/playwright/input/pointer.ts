/**
 * Click, hover and check: prepared and armed in the page, done by the mouse, judged by the guard. See `injected/guard.ts`.
 * Must not know commands.
 */
import { DeadlinePassed } from '../../../base/deadline.ts';
import type { Deadline } from '../../../base/deadline.ts';
import { oneLine } from '../../../base/escape.ts';
import type { Identity } from '../../../domain/snapshot/tree.ts';
import { BrowseError, fail } from '../../../protocol/errors.ts';
import type { Verdict } from '../../injected/guard/guard.ts';
import type { PointerPlan } from '../../injected/acts/pointer.ts';
import { around } from '../handle/frames.ts';
import { failFromPage, tooLate } from '../page/in-page-failures.ts';
import { before, awaitConsequences } from '../page/consequences.ts';
import { shutOtherFrames, inputInOtherFrame } from './other-frames.ts';
import type { PageHandle } from '../handle/page-handle.ts';
import { DocumentGone, RESERVE, alive, call, callPatiently, momentOf } from '../handle/isolated-world.ts';
import type { IsolatedWorld } from '../handle/isolated-world.ts';
import type { TimeLimit } from '../../../domain/ports/machine.ts';
import type { Acted, MouseAct } from '../../../domain/ports/page.ts';
import { nameOf, stale, targetOf } from '../handle/target-words.ts';

const MODIFIERS: Readonly<Record<MouseAct['modifiers'][number], number>> = { Alt: 1, Control: 2, Meta: 4, Shift: 8 };
const BUTTONS: Readonly<Record<MouseAct['button'], number>> = { left: 1, right: 2, middle: 4 };

/** What the pointer does once it is there. */
type Pointer = Pick<PointerPlan, 'act' | 'button' | 'count' | 'force'> & {
  readonly modifiers: MouseAct['modifiers'];
  /** Set once the input is on its way: from then on it may have had its effect. */
  readonly progress: { acted: boolean };
};

/** Clicks the element, or chooses it where it is an option of a dropdown. */
export function click(surface: PageHandle, target: Identity, act: MouseAct, bound: TimeLimit): Promise<Acted> {
  return point(surface, target, { act: 'click', ...act, progress: { acted: false } }, bound);
}

/** Moves the pointer onto the element. */
export function hover(surface: PageHandle, target: Identity, options: { readonly force: boolean }, bound: TimeLimit): Promise<Acted> {
  return point(surface, target, { act: 'hover', button: 'left', count: 1, modifiers: [], progress: { acted: false }, ...options }, bound);
}

/** Clicks a box or switch that is not as wanted, and looks whether it is then. */
export function setChecked(surface: PageHandle, target: Identity, checked: boolean, bound: TimeLimit): Promise<Acted> {
  const what = checked ? 'check' : 'uncheck';
  const plan: Pointer = { act: 'click', button: 'left', count: 1, force: false, modifiers: [], progress: { acted: false } };
  return surface.onTarget(
    what,
    target,
    bound,
    async (world, deadline) => {
      const now = await call(world, 'checkedNow', [targetOf(target)], deadline);
      if (now.outcome === 'stale') return stale(target, now.reason);
      if (now.outcome === 'unsuited') return fail('unsuited', { act: what, target: nameOf(target), reason: oneLine(now.reason) });
      const acted = { role: target.role, name: target.name, url: surface.url() };
      if (now.checked === checked) return acted;
      if (now.radio && !checked)
        return fail('unsuited', { act: what, target: nameOf(target), reason: 'a radio button is left by choosing another one' });
      const after = await pointUntilDone(surface, target, world, plan, what, deadline);
      const became = await call(world, 'checkedAfter', [target.pin.index], deadline).catch((error: unknown) => {
        if (error instanceof DocumentGone || (error instanceof DeadlinePassed && surface.leaving !== null)) return null;
        throw error;
      });
      if (became === !checked)
        return fail('value-refused', {
          target: nameOf(target),
          reason: `it is still ${checked ? 'unchecked' : 'checked'} after the click`,
        });
      return became === null ? { ...after, gone: true } : after;
    },
    plan.progress,
  );
}

function point(surface: PageHandle, target: Identity, pointer: Pointer, bound: TimeLimit): Promise<Acted> {
  // What is pressed in a frame is an element of its own document, which nobody has named.
  if (target.role === 'iframe')
    return Promise.reject(
      new BrowseError('unsuited', { act: pointer.act, target: nameOf(target), reason: 'it is a frame: name an element in it' }),
    );
  const work = (world: IsolatedWorld, deadline: Deadline): Promise<Acted> =>
    pointUntilDone(surface, target, world, pointer, pointer.act, deadline);
  return surface.onTarget(pointer.act, target, bound, work, pointer.progress);
}

async function pointUntilDone(
  surface: PageHandle,
  target: Identity,
  world: IsolatedWorld,
  pointer: Pointer,
  what: string,
  deadline: Deadline,
): Promise<Acted> {
  await surface.around.front(surface.client);
  let missed: string | null = null;
  for (;;) {
    const done = await attempt(surface, target, world, pointer, what, missed !== null, deadline);
    if (typeof done !== 'string') return done;
    missed = done;
    // Force takes what lies over the element into the bargain: what came there under the first try was not meant.
    if (pointer.force || deadline.left() < RESERVE * 2) return tooLate(target, what, missed, deadline);
    await deadline.pause(20);
  }
}

/** One try. A string says why nothing reached the page, so that it may be tried again. */
async function attempt(
  surface: PageHandle,
  target: Identity,
  world: IsolatedWorld,
  pointer: Pointer,
  what: string,
  settleFirst: boolean,
  deadline: Deadline,
): Promise<Acted | string> {
  const doing = { act: what, target: nameOf(target) };
  let id = await surface.arming(deadline);
  try {
    const { act, button, count, force } = pointer;
    const planned = (quick: boolean): PointerPlan => {
      const valid = deadline.left();
      return { id, act, button, count, force, settle: settleFirst, quick, patience: Math.max(0, valid - RESERVE), valid };
    };
    // Both at once: mostly it can be acted on as it is. While it must be waited for, nobody else's input is held up.
    const shutting = settleFirst ? null : shutOtherFrames(surface, id, deadline, doing);
    shutting?.catch(() => {});
    const quick = shutting && (await call(world, 'preparePointer', [targetOf(target), planned(true)], deadline));
    if (quick?.outcome === 'late') {
      surface.disarm(id, [world]);
      id = await surface.arming(deadline);
    } else await shutting;
    const waited = quick === null || quick.outcome === 'late';
    const prepared = waited ? await callPatiently(world, 'preparePointer', [targetOf(target), planned(false)], deadline) : quick;
    if (waited && prepared.outcome === 'armed') await shutOtherFrames(surface, id, deadline, doing);
    if (prepared.outcome === 'stale') return stale(target, oneLine(prepared.reason));
    if (prepared.outcome === 'late') return tooLate(target, what, prepared.reason, deadline);
    if (prepared.outcome === 'option') return await chooseOption(surface, target, world, deadline);
    const spot = await throughFrames(surface, world, prepared, pointer.force, deadline);
    if (typeof spot === 'string') return spot;
    const since = before(surface);
    const asked = { ...surface.armings.asked };
    pointer.progress.acted = true;
    if (prepared.file) surface.files.expect();
    const sent = surface.inputs.sent(send(surface, pointer, spot));
    const inputs = await surface.uninterrupted(
      deadline
        .race(sent)
        .then(() => call(world, 'verdict', [id], deadline))
        .catch((error: unknown) => afterwards(error, surface.said(id), surface.leaving !== null)),
    );
    const own = 'interrupted' in inputs ? null : inputs.value;
    const verdict = own ?? surface.said(id);
    surface.act.judged(verdict);
    if ('interrupted' in inputs && inputs.interrupted === 'closed' && !verdict?.broken) {
      // What was sent to a verified target closed its tab: nobody is left to be asked, and nothing else can have been hit.
      if (verdict?.passed.length) return { role: target.role, name: target.name, url: surface.url(), closed: true };
      surface.act.sending();
      return surface.lost();
    }
    const { edited = false, control = null } = own ?? {};
    const whole = verdict?.ended === true && verdict.broken === null;
    const stray = whole ? null : await inputInOtherFrame(surface, world.frame, id, deadline);
    const missed = judge(
      target,
      what,
      pointer,
      verdict,
      'interrupted' in inputs ? inputs.interrupted : null,
      stray,
      alive(world) && !edited,
    );
    if (missed !== null) {
      pointer.progress.acted = false;
      return missed;
    }
    if (pointer.act === 'click') surface.armings.gaveFocus(world.frame);
    const url = await awaitConsequences(surface, since, world.frame, deadline);
    const { chooser, print } = surface.armings.asked;
    const asks = chooser > asked.chooser ? 'chooser' : print > asked.print ? 'print' : null;
    return { role: target.role, name: target.name, url, ...(control === null ? {} : { control }), ...(asks === null ? {} : { asks }) };
  } finally {
    surface.disarm(id, [world]);
  }
}

/**
 * The document or its whole tab went away under the question: what the guard said by itself is all there is to know. A page
 * that stopped answering before the press reached it gets nothing any more: the guard refuses what comes too late.
 */
function afterwards(error: unknown, said: Verdict | null, leaving: boolean): null {
  // The click was whole, and the page is on its way elsewhere: nobody can be asked until it is there.
  if (error instanceof DeadlinePassed && error.why === 'late' && leaving && said?.ended && !said.broken) return null;
  if (error instanceof DocumentGone) return null;
  throw error;
}

async function chooseOption(surface: PageHandle, target: Identity, world: IsolatedWorld, deadline: Deadline): Promise<Acted> {
  const since = before(surface);
  surface.act.sending();
  const chosen = await callPatiently(world, 'chooseOption', [targetOf(target), momentOf(world, deadline) - RESERVE], deadline);
  surface.act.answered(chosen.outcome === 'done' ? 'all' : chosen.outcome === 'refused' ? 'part' : 'unsent');
  if (chosen.outcome === 'done')
    return { role: target.role, name: target.name, url: await awaitConsequences(surface, since, world.frame, deadline), by: 'choice' };
  // A page that takes the choice back has said that this option is none to choose.
  return failFromPage(target, 'select', chosen.outcome === 'refused' ? { ...chosen, outcome: 'unsuited' } : chosen, deadline);
}

/** CSS pixels in the main frame's viewport. */
export type PagePoint = { readonly x: number; readonly y: number };

/** The spot in the main frame's viewport; a string says what lies over it in a frame around. */
export async function throughFrames(
  surface: PageHandle,
  world: IsolatedWorld,
  inner: PagePoint,
  force: boolean,
  deadline: Deadline,
): Promise<PagePoint | string> {
  if (world.frame === surface.page.mainFrame()) return inner;
  let spot: PagePoint = inner;
  for (const { world: outer, pin } of await around(surface, world, deadline)) {
    const found = await call(outer, 'frameSpot', [pin, spot], deadline);
    if (!found) throw new DocumentGone('the frame left the page');
    if (found.reason !== null && !force) return `its frame is ${found.reason}`;
    spot = { x: found.x, y: found.y };
  }
  return spot;
}

/** Null when the input did what it was meant to. A string: nothing reached the page, it may be tried again. Otherwise throws. */
function judge(
  target: Identity,
  what: string,
  pointer: Pointer,
  verdict: Verdict | null,
  interrupted: string | null,
  stray: Verdict | null,
  there: boolean,
): string | null {
  const passed = verdict?.passed ?? [];
  const untouched = passed.length === 0;
  const once = pointer.act === 'click' && pointer.count === 2 && passed.filter((type) => type === 'click').length === 1;
  if (once && interrupted === null && (verdict?.broken?.reason ?? '') === '')
    return fail('act-broken', { act: what, target: nameOf(target), reason: 'the first click took it away, and the second met nothing' });
  if (verdict?.broken) {
    const { kind, reason, at } = verdict.broken;
    if (kind === 'target' && reason === '') return null;
    if (untouched && kind === 'identity') return stale(target, oneLine(reason));
    if (untouched && kind === 'target') return `it moves or is covered: ${reason}`;
    if (untouched) return reason;
    return fail('act-broken', { act: what, target: nameOf(target), reason: oneLine(`at ${at} ${reason}`) });
  }
  if (stray?.broken) {
    if (untouched) return 'it is covered by another frame';
    return fail('act-broken', { act: what, target: nameOf(target), reason: 'another frame came over it' });
  }
  if (verdict?.ended) return null;
  if (pointer.act === 'hover') return untouched ? 'it moves: the pointer did not meet it' : null;
  // No last event, and none was refused: the press itself made the page stop its script or go elsewhere.
  if (passed.includes('mousedown') && (interrupted !== null || !there)) return null;
  if (interrupted === 'dialog')
    return fail('act-broken', { act: what, target: nameOf(target), reason: 'a dialog opened before the press was whole' });
  if (passed.includes('mousedown'))
    return fail('act-broken', { act: what, target: nameOf(target), reason: 'the press reached it, and no click followed' });
  // Where it went is not known: no document of the page that could be asked has seen it.
  return fail('may-have-run', {
    reason: verdict === null ? `the page went away during the ${what}` : `nothing in the page saw the ${what}`,
  });
}

/** All of it at once: the browser keeps the order, and one round trip is enough. */
function send(surface: PageHandle, pointer: Pointer, { x, y }: PagePoint): Promise<unknown> {
  const { session } = surface;
  const modifiers = pointer.modifiers.reduce((bits, modifier) => bits | MODIFIERS[modifier], 0);
  const common = { x, y, modifiers };
  const inputs = [session.send('Input.dispatchMouseEvent', { type: 'mouseMoved', button: 'none', buttons: 0, ...common })];
  if (pointer.act === 'click') {
    const { button } = pointer;
    for (let clickCount = 1; clickCount <= pointer.count; clickCount += 1) {
      inputs.push(
        session.send('Input.dispatchMouseEvent', {
          type: 'mousePressed',
          button,
          buttons: BUTTONS[button],
          clickCount,
          force: 0.5,
          ...common,
        }),
        session.send('Input.dispatchMouseEvent', { type: 'mouseReleased', button, buttons: 0, clickCount, ...common }),
      );
    }
  }
  return Promise.all(inputs);
}
