/** Fill, select and focus: one evaluation each, by reference, so that nothing lands in another field. Must not know commands. */
import type { Deadline } from '../../../base/deadline.ts';
import type { Identity } from '../../../domain/snapshot/tree.ts';
import { fail } from '../../../protocol/errors.ts';
import { failFromPage } from '../page/in-page-failures.ts';
import type { InPageAnswer } from '../page/in-page-failures.ts';
import { before, awaitConsequences } from '../page/consequences.ts';
import type { PageHandle } from '../handle/page-handle.ts';
import { DocumentGone, RESERVE, callPatiently, momentOf } from '../handle/isolated-world.ts';
import type { IsolatedWorld } from '../handle/isolated-world.ts';
import type { TimeLimit } from '../../../domain/ports/machine.ts';
import type { Acted, Entered, FilledField, Secrecy } from '../../../domain/ports/page.ts';
import { replaceText } from './editors.ts';
import { nameOf, stale, targetOf } from '../handle/target-words.ts';

/** Calls, unless a dialog or a navigation that the page begins in its own handlers stops the answer: then what was asked has been done. */
async function ask<T extends InPageAnswer>(surface: PageHandle, work: () => Promise<T>): Promise<T | null> {
  surface.act.sending();
  try {
    const done = await surface.uninterrupted(work());
    const { outcome } = 'value' in done ? done.value : { outcome: 'done' };
    surface.act.answered(outcome === 'done' ? 'all' : outcome === 'refused' || outcome === 'stopped' ? 'part' : 'unsent');
    return 'value' in done ? done.value : null;
  } catch (error) {
    if (!(error instanceof DocumentGone) || !surface.act.begun) throw error;
    surface.act.answered('all');
    return null;
  }
}

/** Whether a field is a secret one is known only when it is filled, and the page may have sent it by then: rows wait so long. */
async function inSecret<T extends { readonly outcome: string; readonly secret?: boolean }>(
  surface: PageHandle,
  value: string,
  work: () => Promise<T | null>,
): Promise<T | null> {
  const release = surface.around.traffic?.hold();
  let open = false;
  try {
    const filled = await work();
    open = filled !== null && filled.secret !== true;
    return filled;
  } finally {
    if (!open) surface.around.traffic?.secret(value, false);
    release?.();
  }
}

/** Sets a field's value, or replaces the text of an editor. `value` of the answer is read back; null for a secret one. */
export function fill(surface: PageHandle, target: Identity, value: string, secrecy: Secrecy, bound: TimeLimit): Promise<FilledField> {
  return surface.onTarget(
    'fill',
    target,
    bound,
    async (world, deadline) => {
      const since = before(surface);
      const facts = await setValue(surface, target, value, secrecy, world, deadline);
      surface.armings.gaveFocus(world.frame);
      const url = await awaitConsequences(surface, since, world.frame, deadline);
      return { role: target.role, name: target.name, url, ...facts };
    },
    { acted: true },
  );
}

async function setValue(
  surface: PageHandle,
  target: Identity,
  value: string,
  secrecy: Secrecy,
  world: IsolatedWorld,
  deadline: Deadline,
): Promise<Entered> {
  const until = momentOf(world, deadline) - RESERVE;
  const filled = await inSecret(surface, value, () =>
    ask(surface, () => callPatiently(world, 'fill', [targetOf(target), value, until, secrecy === 'secret'], deadline)),
  );
  if (filled?.outcome === 'editor') {
    if (secrecy === 'open') return replaceText(surface, target, value, world, deadline);
    const reason = 'it is an editor, whose page reads what is typed: a secret, or a text from stdin, goes into plain fields only';
    return fail('unsuited', { act: 'fill', target: nameOf(target), reason });
  }
  if (filled && filled.outcome !== 'done') return failFromPage(target, 'fill', filled, deadline);
  return { value: filled?.value ?? null, altered: filled?.altered ?? false, secret: filled?.secret ?? true, marks: filled?.marks ?? [] };
}

/** Selects options by value, then by label. */
export function select(
  surface: PageHandle,
  target: Identity,
  values: readonly string[],
  bound: TimeLimit,
): Promise<Acted & { selected: readonly string[] }> {
  return surface.onTarget(
    'select',
    target,
    bound,
    async (world, deadline) => {
      const since = before(surface);
      const until = momentOf(world, deadline) - RESERVE;
      const chosen = await ask(surface, () => callPatiently(world, 'choose', [targetOf(target), values, until], deadline));
      if (chosen?.outcome === 'suggested') {
        await setValue(surface, target, chosen.value, 'open', world, deadline);
        const url = await awaitConsequences(surface, since, world.frame, deadline);
        return { role: target.role, name: target.name, url, selected: [chosen.value] };
      }
      if (chosen && chosen.outcome !== 'done') return failFromPage(target, 'select', chosen, deadline);
      const url = await awaitConsequences(surface, since, world.frame, deadline);
      return { role: target.role, name: target.name, url, selected: chosen?.selected ?? values };
    },
    { acted: true },
  );
}

/** Gives an element the focus, and fails when it does not take it. */
export function focus(surface: PageHandle, target: Identity, bound: TimeLimit): Promise<Acted> {
  return surface.onTarget(
    'focus',
    target,
    bound,
    async (world, deadline) => {
      await surface.around.front(surface.client);
      const since = before(surface);
      const until = momentOf(world, deadline) - RESERVE;
      const focused = await ask(surface, () => callPatiently(world, 'focus', [targetOf(target), until], deadline));
      if (focused && focused.outcome !== 'done') return failFromPage(target, 'focus', focused, deadline);
      surface.armings.gaveFocus(world.frame);
      return acted(surface, target, world, since, deadline);
    },
    { acted: true },
  );
}

/** What an act came to, once what it began is known. */
export async function acted(
  surface: PageHandle,
  target: Identity,
  world: IsolatedWorld,
  since: ReturnType<typeof before>,
  deadline: Deadline,
): Promise<Acted> {
  return { role: target.role, name: target.name, url: await awaitConsequences(surface, since, world.frame, deadline) };
}
