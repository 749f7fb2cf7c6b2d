/**
 * Type, press and append: the guard is armed on what has the focus, then keys are sent; what the guard let through is counted.
 * Must not know commands.
 */
import { DeadlinePassed } from '../../../base/deadline.ts';
import type { Deadline } from '../../../base/deadline.ts';
import { oneLine } from '../../../base/escape.ts';
import type { Identity, FieldFacts } from '../../../domain/snapshot/tree.ts';
import { fail } from '../../../protocol/errors.ts';
import type { Verdict } from '../../injected/guard/guard.ts';
import { goneKind } from '../errors.ts';
import { strike } from './strokes.ts';
import { failFromPage } from '../page/in-page-failures.ts';
import { before, awaitConsequences } from '../page/consequences.ts';
import { shutOtherFrames, inputInOtherFrame } from './other-frames.ts';
import { targetOf } from '../page/page-handle.ts';
import type { PageHandle } from '../page/page-handle.ts';
import { DocumentGone, RESERVE, alive, call, callPatiently } from '../page/isolated-world.ts';
import type { IsolatedWorld } from '../page/isolated-world.ts';
import type { TimeLimit } from '../../../domain/ports/machine.ts';
import type { Acted } from '../../../domain/ports/page.ts';

/** Characters between two looks at whether the guard, the page or the caller ended it. */
const STRETCH = 16;

type Armed = { readonly id: number; readonly world: IsolatedWorld; readonly others: readonly IsolatedWorld[] };

/** Types into what has the focus. */
export function type(surface: PageHandle, text: string, bound: TimeLimit): Promise<FieldFacts & { typed: number; url: string }> {
  return surface.run(
    'type',
    bound,
    async (deadline) => {
      await surface.around.front(surface.client);
      const armed = await armFocused(surface, deadline);
      if (armed.secret) surface.around.traffic?.secret(text, true);
      const since = before(surface);
      const typed = await strokes(surface, armed, text, deadline);
      const { secret, marks } = armed;
      return { typed, secret, marks, url: await awaitConsequences(surface, since, armed.world.frame, deadline) };
    },
    { acted: true },
  );
}

/** Types behind what a field holds. */
export function append(
  surface: PageHandle,
  target: Identity,
  text: string,
  bound: TimeLimit,
): Promise<Acted & FieldFacts & { typed: number }> {
  return surface.onTarget(
    'type',
    target,
    bound,
    async (world, deadline) => {
      await surface.around.front(surface.client);
      const id = await surface.arming(deadline);
      const left = deadline.left();
      const answer = await callPatiently(world, 'armAppend', [targetOf(target), id, Math.max(0, left - RESERVE), left], deadline);
      if (answer.outcome !== 'armed') return failFromPage(target, 'type into', answer, deadline);
      if (answer.secret) surface.around.traffic?.secret(text, true);
      const others = await shutOtherFrames(surface, world, id, deadline);
      const since = before(surface);
      const typed = await strokes(surface, { id, world, others }, text, deadline);
      const { secret, marks } = answer;
      return {
        role: target.role,
        name: target.name,
        typed,
        secret,
        marks,
        url: await awaitConsequences(surface, since, world.frame, deadline),
      };
    },
    { acted: true },
  );
}

/** Presses one key or chord on what has the focus. Fails with `usage` for a key there is none of. */
export function press(surface: PageHandle, key: string, bound: TimeLimit): Promise<FieldFacts & { url: string; held: string | null }> {
  return surface.run(
    'press',
    bound,
    async (deadline) => {
      await surface.around.front(surface.client);
      const armed = await armFocused(surface, deadline);
      const since = before(surface);
      const pressed = surface.inputs.sent(surface.client.keyboard.press(key)).catch((error: unknown) => {
        if (error instanceof Error && /Unknown key/.test(error.message))
          return fail('usage', { problem: `There is no key ${JSON.stringify(key)}`, hint: 'browse help press' });
        throw error;
      });
      try {
        const done = await surface.uninterrupted(deadline.race(pressed));
        const verdict = 'value' in done ? await verdictOf(surface, armed, deadline) : surface.said(armed.id);
        surface.act.judged(verdict);
        if (verdict?.broken && verdict.passed.length === 0)
          return fail('focus-moved', { typed: 0, total: 1, now: oneLine(verdict.broken.reason) });
        const held = verdict?.broken ? oneLine(verdict.broken.reason) : null;
        const { secret, marks } = armed;
        return { url: await awaitConsequences(surface, since, armed.world.frame, deadline), held, secret, marks };
      } finally {
        end(surface, armed);
      }
    },
    { acted: true },
  );
}

/** Arms on the focused element of whichever frame has the focus, and shuts the others. */
async function armFocused(surface: PageHandle, deadline: Deadline): Promise<Armed & FieldFacts> {
  const id = await surface.arming(deadline);
  return surface.inMain(deadline, async (main) => {
    let world = main;
    for (;;) {
      const focus = await call(world, 'armFocused', [id, deadline.left()], deadline);
      if (focus.outcome === 'armed') {
        const { secret, marks } = focus;
        return { id, world, secret, marks, others: await shutOtherFrames(surface, world, id, deadline) };
      }
      const inner = await childAt(surface, world, focus.pin, deadline);
      if (!inner) throw new DocumentGone('the focused frame left the page');
      world = inner;
    }
  });
}

async function childAt(surface: PageHandle, world: IsolatedWorld, pin: number, deadline: Deadline): Promise<IsolatedWorld | null> {
  for (const child of world.frame.childFrames()) {
    if ((await surface.owners.of(child, world, deadline)) === pin) return surface.worlds.open(child, deadline);
  }
  return null;
}

/** Sends the text stretch by stretch; fails with `focus-moved`, naming how much arrived, as soon as the guard held a key back. */
async function strokes(surface: PageHandle, armed: Armed, text: string, deadline: Deadline): Promise<number> {
  const characters = [...text];
  const total = characters.length;
  let sent = 0;
  try {
    while (sent < total) {
      const stretch = characters.slice(sent, sent + STRETCH);
      const line = stretch.findIndex((character) => character === '\n' || character === '\r');
      const part = line === -1 ? stretch : stretch.slice(0, line + 1);
      const done = await surface.uninterrupted(deadline.race(surface.inputs.sent(strike(surface.session, part))));
      sent += part.length;
      if ('interrupted' in done) break;
      if (surface.said(armed.id)?.broken || deadline.passed) break;
      // A line break may submit the form: what follows must not be typed into the next page.
      if (line !== -1 && sent < total && !(await stays(armed.world, deadline))) {
        return fail('focus-moved', { typed: sent, total, now: 'a new page' });
      }
    }
    const verdict = surface.dialog ? surface.said(armed.id) : await verdictOf(surface, armed, deadline);
    surface.act.judged(verdict);
    if (verdict?.broken) return fail('focus-moved', { typed: verdict.typed, total, now: oneLine(verdict.broken.reason) });
    return sent;
  } finally {
    end(surface, armed);
  }
}

async function stays(world: IsolatedWorld, deadline: Deadline): Promise<boolean> {
  const answered = await call(world, 'ping', [], deadline).catch(() => false);
  return answered && alive(world) && !world.frame.pendingDocument();
}

async function verdictOf(surface: PageHandle, { id, world, others }: Armed, deadline: Deadline): Promise<Verdict | null> {
  try {
    const own = await call(world, 'verdict', [id], deadline);
    if (own?.broken) return own;
    const stray = await inputInOtherFrame(others, id, deadline);
    return stray ? { ...stray, typed: own?.typed ?? 0, passed: own?.passed ?? [] } : own;
  } catch (error) {
    // The keys were taken, none was held back, and the page is on its way elsewhere: nobody can be asked until it is there.
    const leaving = error instanceof DeadlinePassed && error.why === 'late' && surface.leaving !== null;
    if (error instanceof DocumentGone || leaving) return surface.said(id);
    // A key may close the tab, as Enter does in a form of a popup.
    if (goneKind(error) === 'closed' && (await surface.closedItself())) return surface.said(id);
    throw error;
  }
}

function end(surface: PageHandle, { id, world, others }: Armed): void {
  surface.disarm(id, [world, ...others]);
}
