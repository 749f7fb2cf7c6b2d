/**
 * Type, press and append: the guard is armed on what has the focus, then keys are sent; what the guard let through is counted.
 * Must not know commands.
 */
import { DeadlinePassed } from '../../../base/deadline.ts';
import type { Deadline } from '../../../base/deadline.ts';
import { oneLine } from '../../../base/escape.ts';
import { shownUrl } from '../../../domain/traffic/printable-url.ts';
import type { Identity, FieldFacts } from '../../../domain/snapshot/tree.ts';
import { fail } from '../../../protocol/errors.ts';
import type { Verdict } from '../../injected/guard/guard.ts';
import type { TakenText } from '../../injected/acts/taken.ts';
import type { Called } from '../../injected/acts/keys.ts';
import { sessionOf, sessionsOf } from '../internals/server-side.ts';
import type { ServerFrame } from '../internals/server-side.ts';
import { moveToEnd } from './editors.ts';
import { hasKey, strike } from './strokes.ts';
import { goneKind } from '../errors.ts';
import { judgeTaken } from './taken.ts';
import { failFromPage } from '../page/in-page-failures.ts';
import { before, awaitConsequences } from '../page/consequences.ts';
import { shutOtherFrames, stopOtherSites, inputInOtherFrame } from './other-frames.ts';
import type { PageHandle } from '../handle/page-handle.ts';
import { DocumentGone, RESERVE, alive, call } from '../handle/isolated-world.ts';
import type { IsolatedWorld } from '../handle/isolated-world.ts';
import type { TimeLimit } from '../../../domain/ports/machine.ts';
import type { Acted, Follow, PressedKeys, TypedText, TypedCount } from '../../../domain/ports/page.ts';
import { nameOf, targetOf } from '../handle/target-words.ts';

/** Characters between two looks at whether the guard, the page or the caller ended it. */
const STRETCH = 16;
/** After how long keys that are not handled may be in a frame that stands still, in milliseconds. */
const STUCK = 1500;

type Armed = { readonly id: number; readonly world: IsolatedWorld };

/** Types into what has the focus. */
export function type(surface: PageHandle, text: string, follow: Follow, bound: TimeLimit): Promise<FieldFacts & TypedText> {
  return surface.run(
    'type',
    bound,
    async (deadline) => {
      await surface.around.front(surface.client);
      const armed = await armFocused(surface, 'type', follow, deadline);
      if (armed.secret) surface.around.traffic?.secret(text, true);
      const since = before(surface);
      const sent = await strokes(surface, armed, text, 0, deadline);
      const { secret, marks, field } = armed;
      const url = await awaitConsequences(surface, since, armed.world.frame, deadline);
      const typed = await judgeTaken(armed.world, sent.took, sent.typed, field && nameOf(field), deadline);
      return { typed, total: [...text].length, secret, marks, field, url };
    },
    { acted: true },
  );
}

/** Types behind what a field holds. */
export function append(
  surface: PageHandle,
  target: Identity,
  text: string,
  follow: Follow,
  bound: TimeLimit,
): Promise<Acted & FieldFacts & TypedCount> {
  return surface.onTarget(
    'type',
    target,
    bound,
    async (world, deadline) => {
      await surface.around.front(surface.client);
      const { id, secret, marks, editor } = await armAppend(surface, target, world, follow, deadline);
      if (secret) surface.around.traffic?.secret(text, true);
      const since = before(surface);
      if (editor !== null && text !== '') await moveToEnd(surface, world, editor, deadline);
      const sent = await strokes(surface, { id, world }, text, editor === null ? 0 : 2, deadline);
      surface.armings.gaveFocus(world.frame);
      const url = await awaitConsequences(surface, since, world.frame, deadline);
      const typed = await judgeTaken(world, sent.took, sent.typed, nameOf(target), deadline);
      return { role: target.role, name: target.name, typed, total: [...text].length, secret, marks, url };
    },
    { acted: true },
  );
}

/** Presses one key or chord on what has the focus. Fails with `usage` for a key there is none of. */
export function press(surface: PageHandle, key: string, follow: Follow, bound: TimeLimit): Promise<FieldFacts & PressedKeys> {
  return surface.run(
    'press',
    bound,
    async (deadline) => {
      await surface.around.front(surface.client);
      const leads = /(^|\+)Tab$/.test(key);
      const armed = await armFocused(surface, 'press', follow, deadline, !leads);
      const since = before(surface);
      const pressed = surface.inputs.sent(unstuck(surface, armed.id, surface.client.keyboard.press(key))).catch((error: unknown) => {
        if (error instanceof Error && /Unknown key/.test(error.message))
          return fail('usage', { problem: `There is no key ${JSON.stringify(key)}`, hint: 'browse help press' });
        throw error;
      });
      try {
        const done = await surface.uninterrupted(deadline.race(pressed));
        const verdict = 'value' in done ? await verdictOf(surface, armed, chordLength(key), deadline) : surface.said(armed.id);
        surface.act.judged(verdict);
        if (verdict?.broken && verdict.passed.length === 0)
          return fail('focus-moved', { typed: 0, total: 1, now: oneLine(verdict.broken.reason) });
        const held = verdict?.broken ? oneLine(verdict.broken.reason) : null;
        const { secret, marks, field } = armed;
        const url = await awaitConsequences(surface, since, armed.world.frame, deadline);
        // The only key that leads from one frame into the next.
        if (leads) await noteFocus(surface, deadline);
        return { url, held, secret, marks, field };
      } finally {
        end(surface, armed);
      }
    },
    { acted: true },
  );
}

/** Keys that go down for a chord such as `Control+Shift+K`, or for `+` itself. */
const chordLength = (key: string): number => (key === '+' ? 1 : key.replace(/\+\+$/, '+plus').split('+').length);

/** Notes the frame that has the focus: our own key put it there. */
async function noteFocus(surface: PageHandle, deadline: Deadline): Promise<void> {
  const frame = await focusedFrame(surface, deadline).catch(() => null);
  if (frame) surface.armings.gaveFocus(frame);
}

async function focusedFrame(surface: PageHandle, deadline: Deadline): Promise<ServerFrame> {
  let world = await surface.main(deadline);
  for (;;) {
    const pin = await call(world, 'focusedFrame', [], deadline);
    const inner = pin === null ? null : await childAt(surface, world, pin, deadline);
    if (inner === null) return world.frame;
    world = inner;
  }
}

type Focused = { readonly world: IsolatedWorld } & FieldFacts & { readonly field: Called | null };

/** Arms on the focused element of whichever frame has the focus, once all others are shut. */
async function armFocused(surface: PageHandle, act: string, follow: Follow, deadline: Deadline, stop = true): Promise<Armed & Focused> {
  const id = await surface.arming(deadline);
  const find = (main: IsolatedWorld): Promise<Focused> => focusedField(surface, main, id, follow, deadline);
  try {
    return await surface.inMain(deadline, async (main) => {
      const shutting = shutOtherFrames(surface, id, deadline, { act, target: 'what has the focus' });
      shutting.catch(() => {});
      const found = await find(main);
      const shutter = await shutting;
      const inPage = sessionOf(surface.page, found.world.frame) === surface.session;
      // Until they stood still one of them may have taken the focus.
      const still = stop && inPage && (await stopOtherSites(surface, shutter, deadline)) ? await find(main) : found;
      refuseStolen(surface, act, still.world.frame);
      if (inPage && sessionOf(surface.page, still.world.frame) !== surface.session) surface.armings.thaw(id);
      return { id, ...still };
    });
  } catch (error) {
    surface.disarm(id, []);
    throw error;
  }
}

async function focusedField(surface: PageHandle, main: IsolatedWorld, id: number, follow: Follow, deadline: Deadline): Promise<Focused> {
  for (let world = main; ;) {
    const focus = await call(world, 'armFocused', [id, deadline.left(), follow], deadline);
    if (focus.outcome === 'armed') {
      const { secret, marks, field } = focus;
      return { world, secret, marks, field };
    }
    if (focus.outcome === 'empty') throw new DocumentGone('it has no element yet');
    const inner = await childAt(surface, world, focus.pin, deadline);
    if (!inner) throw new DocumentGone('the focused frame left the page');
    world = inner;
  }
}

/** A page may put the focus into a frame of another site. Keys go there only after an act of ours that put it there. */
function refuseStolen(surface: PageHandle, act: string, frame: ServerFrame): void {
  if (sessionOf(surface.page, frame) === surface.session || surface.armings.focusWasGiven(frame)) return;
  const target = `the frame ${shownUrl(frame.url())}`;
  fail('unsuited', { act, target, reason: 'it is of another site and took the focus by itself; name a field, or click or focus it first' });
}

async function armAppend(
  surface: PageHandle,
  target: Identity,
  world: IsolatedWorld,
  follow: Follow,
  deadline: Deadline,
): Promise<{ readonly id: number; readonly secret: boolean; readonly marks: readonly string[]; readonly editor: 'mac' | 'other' | null }> {
  for (;;) {
    const id = await surface.arming(deadline);
    try {
      const shut = shutOtherFrames(surface, id, deadline, { act: 'type into', target: nameOf(target) });
      shut.catch(() => {});
      // In the page's own process the one is done before the other. Frames of others learn of the focus: they are shut first.
      if (sessionsOf(surface.page).length > 1) {
        const shutter = await shut;
        if (sessionOf(surface.page, world.frame) === surface.session) await stopOtherSites(surface, shutter, deadline);
      }
      const answer = await call(world, 'armAppend', [targetOf(target), id, 0, deadline.left(), follow], deadline);
      await shut;
      if (answer.outcome === 'armed') return { id, secret: answer.secret, marks: answer.marks, editor: answer.editor };
      if (answer.outcome !== 'late' || deadline.left() < RESERVE * 2) return failFromPage(target, 'type into', answer, deadline);
    } catch (error) {
      surface.disarm(id, [world]);
      throw error;
    }
    // While it is waited for, nobody else's input is held up.
    surface.disarm(id, [world]);
    await deadline.pause(20);
  }
}

async function childAt(surface: PageHandle, world: IsolatedWorld, pin: number, deadline: Deadline): Promise<IsolatedWorld | null> {
  for (const child of world.frame.childFrames()) {
    if ((await surface.owners.of(child, world, deadline)) === pin) return surface.worlds.open(child, deadline);
  }
  return null;
}

type Sent = { readonly typed: number; readonly took: TakenText | null };

/** Sends the text stretch by stretch, after so many keys of ours before it; fails with `focus-moved`, naming how much arrived, as soon as the guard held a key back. */
async function strokes(surface: PageHandle, armed: Armed, text: string, before: number, deadline: Deadline): Promise<Sent> {
  const characters = [...text];
  const total = characters.length;
  let sent = 0;
  let keys = text === '' ? 0 : before;
  const stuck = { is: false };
  try {
    while (sent < total) {
      // Where there is another frame that could get them, one key goes first.
      const several = surface.page.frameManager.frames().length > 1;
      const stretch = characters.slice(sent, sent + (several && sent === 0 ? 1 : STRETCH));
      const line = stretch.findIndex((character) => character === '\n' || character === '\r');
      const part = line === -1 ? stretch : stretch.slice(0, line + 1);
      const done = await surface.uninterrupted(
        deadline.race(surface.inputs.sent(unstuck(surface, armed.id, strike(surface.session, part), stuck))),
      );
      sent += part.length;
      keys += part.filter(hasKey).length;
      if ('interrupted' in done) break;
      if (surface.said(armed.id)?.broken || surface.armings.strayed(armed.id) || deadline.passed) break;
      // A line break may submit the form: what follows must not be typed into the next page.
      if (line !== -1 && sent < total && !(await stays(armed.world, deadline))) {
        return fail('focus-moved', { typed: sent, total, now: 'a new page' });
      }
      // The frames of other sites run again: what comes now could be heard there.
      if (stuck.is && several && sent < total) {
        const verdict = await verdictOf(surface, armed, keys, deadline);
        return fail('focus-moved', { typed: verdict?.typed ?? 0, total, now: 'another frame, it seems: the page took too long' });
      }
      if (several && sent < total && !(await allCame(armed, keys, deadline))) break;
    }
    if (surface.dialog) {
      const said = surface.said(armed.id);
      surface.act.judged(said);
      return heldBack(said, total) ?? { typed: sent, took: null };
    }
    const taking = call(armed.world, 'takenOf', [armed.id], deadline).catch(() => null);
    const verdict = await verdictOf(surface, armed, keys, deadline);
    surface.act.judged(verdict);
    return heldBack(verdict, total) ?? { typed: sent, took: await taking };
  } finally {
    end(surface, armed);
  }
}

function heldBack(verdict: Verdict | null, total: number): null {
  if (verdict?.broken) fail('focus-moved', { typed: verdict.typed, total, now: oneLine(verdict.broken.reason) });
  return null;
}

/** A key that went to a frame whose scripts stand still is refused there as soon as they go on. */
async function unstuck<T>(surface: PageHandle, id: number, handled: Promise<T>, stuck = { is: false }): Promise<T> {
  const timer = setTimeout(() => {
    stuck.is = true;
    surface.armings.thaw(id);
  }, STUCK);
  try {
    return await handled;
  } finally {
    clearTimeout(timer);
  }
}

/** Whether the document that is typed into has seen each key that was sent. */
async function allCame({ id, world }: Armed, keys: number, deadline: Deadline): Promise<boolean> {
  const verdict = await call(world, 'keysSoFar', [id], deadline);
  return verdict !== null && verdict.broken === null && verdict.keys === keys;
}

async function stays(world: IsolatedWorld, deadline: Deadline): Promise<boolean> {
  const answered = await call(world, 'ping', [], deadline).catch(() => false);
  return answered && alive(world) && !world.frame.pendingDocument();
}

/** What the guard saw of the keys. Those that no document of the page has seen may have gone anywhere. */
async function verdictOf(surface: PageHandle, { id, world }: Armed, keys: number, deadline: Deadline): Promise<Verdict | null> {
  try {
    const own = await call(world, 'verdict', [id], deadline);
    if (own?.broken || (own && own.keys >= keys) || (await call(world, 'popupOpen', [], deadline))) return own;
    const stray = await inputInOtherFrame(surface, world.frame, id, deadline);
    if (stray) return { ...stray, typed: own?.typed ?? 0, passed: own?.passed ?? [] };
    return fail('may-have-run', { reason: `of ${keys} keys the page saw ${own?.keys ?? 0}` });
  } catch (error) {
    // The keys were taken, none was held back, and the page is on its way elsewhere: nobody can be asked until it is there.
    const leaving = error instanceof DeadlinePassed && error.why === 'late' && surface.leaving !== null;
    if (error instanceof DocumentGone || leaving) return surface.said(id);
    // A key may close the tab, as Enter does in a form of a popup.
    if (goneKind(error) === 'closed' && (await surface.closedItself())) return surface.said(id);
    throw error;
  }
}

function end(surface: PageHandle, { id, world }: Armed): void {
  surface.disarm(id, [world]);
}
