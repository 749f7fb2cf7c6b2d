/** Giving files, or a folder, to a file input or to the chooser that a button opens. Must not know commands. */
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { mime } from 'playwright-core/lib/utilsBundle';
import type { Deadline } from '../../../base/deadline.ts';
import { oneLine } from '../../../base/escape.ts';
import type { Identity } from '../../../domain/snapshot/tree.ts';
import { fail } from '../../../protocol/errors.ts';
import { sessionOf } from '../internals/server-side.ts';
import type { ProtocolSession } from '../internals/server-side.ts';
import { acted } from './fields.ts';
import { click } from './pointer.ts';
import { before } from '../page/consequences.ts';
import { nameOf, stale, targetOf } from '../handle/target-words.ts';
import type { PageHandle } from '../handle/page-handle.ts';
import { call, callForObject } from '../handle/isolated-world.ts';
import type { IsolatedWorld } from '../handle/isolated-world.ts';
import type { TimeLimit } from '../../../domain/ports/machine.ts';
import type { Acted } from '../../../domain/ports/page.ts';

/** Gives files (absolute paths) to a file input, or to the chooser that a button opens. */
export function upload(surface: PageHandle, target: Identity, files: readonly string[], bound: TimeLimit): Promise<Acted> {
  return surface.onTarget('upload', target, bound, async (world, deadline) => {
    const many = files.length > 1;
    const folder = await hasFolder(files);
    const answer = await callForObject(world, 'fileInput', [targetOf(target), many, folder], deadline);
    if (answer.objectId === null) return await instead(surface, target, String(answer.value), files, deadline);
    const since = before(surface);
    const session = sessionOf(surface.page, world.frame);
    if (folder && surface.around.far)
      return fail('unsuited', { act: 'upload', target: nameOf(target), reason: 'a browser that was joined takes files, not a folder' });
    // Nothing in the page refuses files that come too late.
    surface.act.sending('part');
    if (surface.around.far) await hand(surface, session, answer.objectId, target, files, deadline);
    else await surface.uninterrupted(deadline.race(session.send('DOM.setFileInputFiles', { files, objectId: answer.objectId })));
    surface.act.answered('all');
    if (folder) await filesCame(world, target, deadline);
    session.send('Runtime.releaseObject', { objectId: answer.objectId }).catch(() => {});
    return await acted(surface, target, world, since, deadline);
  });
}

const hasFolder = async (files: readonly string[]): Promise<boolean> =>
  (await Promise.all(files.map((file) => stat(file)))).some((seen) => seen.isDirectory());

/** The browser lists a folder in its own time. One without any file never comes. */
async function filesCame(world: IsolatedWorld, target: Identity, deadline: Deadline): Promise<void> {
  const end = performance.now() + Math.min(LISTING, deadline.left() / 2);
  while (performance.now() < end && (await call(world, 'filesHeld', [targetOf(target)], deadline)) === 0) await deadline.pause(20);
}

/** Milliseconds that the browser may take to list a folder. */
const LISTING = 2000;
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
  await opened.setFiles([...files], { timeout: deadline.left() }).catch((error: unknown) => {
    const reason = /webkitdirectory/.test(String(error))
      ? 'it takes a folder, not files'
      : /upload a directory|directory is not|File input does not support/.test(String(error))
        ? 'it takes files, not a folder'
        : null;
    if (reason === null) throw error;
    return fail('unsuited', { act: 'upload', target: nameOf(target), reason });
  });
  surface.act.answered('all');
  return { ...clicked, url: surface.url(), by: 'chooser' };
}
