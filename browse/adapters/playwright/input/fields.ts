/** Fill, select and upload: one evaluation each, by reference, so that nothing lands in another field. Must not know commands. */
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { mime } from 'playwright-core/lib/utilsBundle';
import type { Deadline } from '../../../base/deadline.ts';
import { oneLine } from '../../../base/escape.ts';
import type { Identity } from '../../../domain/snapshot/tree.ts';
import { fail } from '../../../protocol/errors.ts';
import { sessionOf } from '../internals/server-side.ts';
import type { ProtocolSession } from '../internals/server-side.ts';
import { click } from './pointer.ts';
import { failFromPage } from '../page/in-page-failures.ts';
import type { InPageAnswer } from '../page/in-page-failures.ts';
import { before, awaitConsequences } from '../page/consequences.ts';
import { nameOf, stale, targetOf } from '../page/page-handle.ts';
import type { PageHandle } from '../page/page-handle.ts';
import { DocumentGone, RESERVE, callForObject, callPatiently, momentOf } from '../page/isolated-world.ts';
import type { IsolatedWorld } from '../page/isolated-world.ts';
import type { TimeLimit } from '../../../domain/ports/machine.ts';
import type { Acted, Entered, FilledField, Secrecy } from '../../../domain/ports/page.ts';
import { replaceText } from './editors.ts';

/** Calls, unless a dialog or a navigation that the page begins in its own handlers stops the answer: then what was asked has been done. */
async function ask<T extends InPageAnswer>(surface: PageHandle, work: () => Promise<T>): Promise<T | null> {
  surface.act.sending();
  try {
    const done = await surface.uninterrupted(work());
    const { outcome } = 'value' in done ? done.value : { outcome: 'done' };
    surface.act.answered(outcome === 'done' ? 'all' : outcome === 'refused' ? 'part' : 'unsent');
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

/** Gives files (absolute paths) to a file input, or to the chooser that a button opens. */
export function upload(surface: PageHandle, target: Identity, files: readonly string[], bound: TimeLimit): Promise<Acted> {
  return surface.onTarget('upload', target, bound, async (world, deadline) => {
    const many = files.length > 1;
    const answer = await callForObject(world, 'fileInput', [targetOf(target), many], deadline);
    if (answer.objectId === null) return await instead(surface, target, String(answer.value), files, deadline);
    const since = before(surface);
    const session = sessionOf(surface.page, world.frame);
    // Nothing in the page refuses files that come too late.
    surface.act.sending('part');
    if (surface.around.far) await hand(surface, session, answer.objectId, target, files, deadline);
    else await surface.uninterrupted(deadline.race(session.send('DOM.setFileInputFiles', { files, objectId: answer.objectId })));
    surface.act.answered('all');
    session.send('Runtime.releaseObject', { objectId: answer.objectId }).catch(() => {});
    return await acted(surface, target, world, since, deadline);
  });
}

/** Most that is handed to a page by its contents, in bytes; Playwright's own bound for a browser elsewhere. */
const HANDED = 50 * 1024 * 1024;
/** As if a person had chosen them: in the isolated world, on the input itself. */
const GIVE = `function (files) {
  const chosen = new DataTransfer();
  for (const { name, type, content } of files)
    chosen.items.add(new File([Uint8Array.from(atob(content), (byte) => byte.charCodeAt(0))], name, { type }));
  this.files = chosen.files;
  for (const type of ['input', 'change']) this.dispatchEvent(new Event(type, { bubbles: true, composed: true }));
}`;

/** Files for a browser that may run where their paths mean nothing, or another file: their contents. */
async function hand(
  surface: PageHandle,
  session: ProtocolSession,
  objectId: string,
  target: Identity,
  files: readonly string[],
  deadline: Deadline,
): Promise<void> {
  const bytes = (await Promise.all(files.map((file) => stat(file)))).reduce((sum, { size }) => sum + size, 0);
  if (bytes > HANDED)
    return fail('unsuited', {
      act: 'upload',
      target: nameOf(target),
      reason: 'a browser that was joined takes files of at most 50 MiB in all',
    });
  const read = files.map(async (file) => {
    const name = basename(file);
    return { name, type: mime.getType(name) ?? '', content: await readFile(file, 'base64') };
  });
  const value = await deadline.race(Promise.all(read));
  const call = { functionDeclaration: GIVE, objectId, arguments: [{ value }], userGesture: true };
  const done = await surface.uninterrupted(deadline.race(session.send('Runtime.callFunctionOn', call)));
  if ('value' in done && done.value['exceptionDetails']) throw new Error('the files were not taken');
}

async function acted(
  surface: PageHandle,
  target: Identity,
  world: IsolatedWorld,
  since: ReturnType<typeof before>,
  deadline: Deadline,
): Promise<Acted> {
  return { role: target.role, name: target.name, url: await awaitConsequences(surface, since, world.frame, deadline) };
}

/** What is no file input: why not, or a button that opens a chooser. */
async function instead(
  surface: PageHandle,
  target: Identity,
  answer: string,
  files: readonly string[],
  deadline: Deadline,
): Promise<Acted> {
  const [kind = '', ...rest] = answer.split(':');
  const reason = oneLine(rest.join(':'));
  if (kind === 'stale') return stale(target, reason);
  if (kind === 'unsuited') return fail('unsuited', { act: 'upload', target: nameOf(target), reason });
  const chooser = surface.client.waitForEvent('filechooser', { timeout: deadline.left() });
  chooser.catch(() => {});
  const clicked = await click(surface, target, { button: 'left', count: 1, modifiers: [], force: false }, deadline.bound());
  const opened = await deadline.race(chooser, 1000).catch(() => null);
  if (!opened)
    return fail('unsuited', {
      act: 'upload',
      target: nameOf(target),
      reason: 'it is no file input, and clicking it opened no file chooser',
    });
  if (files.length > 1 && !opened.isMultiple())
    return fail('unsuited', { act: 'upload', target: nameOf(target), reason: 'it takes one file, not several' });
  surface.act.sending('part');
  await opened.setFiles([...files], { timeout: deadline.left() });
  surface.act.answered('all');
  return { ...clicked, url: surface.url(), by: 'chooser' };
}
