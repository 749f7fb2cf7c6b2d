/**
 * Replacing the text of an editable document, whose model is the page's: as a hand does, by selecting all and entering the text in one
 * piece, under the guard; then read back from the page. See `injected/acts/replace-text.ts`. Must not know commands.
 */
import type { Deadline } from '../../../base/deadline.ts';
import { oneLine } from '../../../base/escape.ts';
import type { Entered } from '../../../domain/ports/page.ts';
import type { Identity } from '../../../domain/snapshot/tree.ts';
import { fail } from '../../../protocol/errors.ts';
import type { Editor, Replaced } from '../../injected/acts/replace-text.ts';
import type { Verdict } from '../../injected/guard/guard.ts';
import type { ProtocolSession } from '../internals/server-side.ts';
import { failFromPage } from '../page/in-page-failures.ts';
import { RESERVE, call, callPatiently } from '../handle/isolated-world.ts';
import type { IsolatedWorld } from '../handle/isolated-world.ts';
import type { PageHandle } from '../handle/page-handle.ts';
import { inputInOtherFrame, shutOtherFrames } from './other-frames.ts';
import { nameOf, targetOf } from '../handle/target-words.ts';

/** Characters that are told of another text than was asked for. */
const TOLD = 200;

/** Replaces all of it. Fails with `value-refused` where the page shows another text afterwards. */
export async function replaceText(
  surface: PageHandle,
  target: Identity,
  text: string,
  world: IsolatedWorld,
  deadline: Deadline,
): Promise<Entered> {
  await surface.around.front(surface.client);
  const id = await surface.arming(deadline);
  try {
    await shutOtherFrames(surface, id, deadline, { act: 'fill', target: nameOf(target) });
    const left = deadline.left();
    const editor = await callPatiently(world, 'prepareEditor', [targetOf(target), id, Math.max(0, left - RESERVE), left], deadline);
    if (editor.outcome !== 'armed') return failFromPage(target, 'fill', editor, deadline);
    const sent = await surface.uninterrupted(enter(surface, world, id, editor, text, deadline));
    const verdict = 'value' in sent ? await call(world, 'verdict', [id], deadline) : surface.said(id);
    const stray = await inputInOtherFrame(surface, world.frame, id, deadline);
    judge(target, verdict, stray);
    const { marks } = editor;
    if ('interrupted' in sent) return fail('may-have-run', { reason: `the page stopped under the fill (${sent.interrupted})` });
    const shown = await callPatiently(world, 'replacedText', [id, text], deadline);
    return { secret: false, marks, ...readBack(target, text, shown) };
  } finally {
    surface.disarm(id, [world]);
    surface.inputs.afterwards(() => void call(world, 'endReplace', [], deadline).catch(() => {}));
  }
}

/** Select all, then the text, or Backspace where there is none. */
async function enter(
  surface: PageHandle,
  world: IsolatedWorld,
  id: number,
  { way, platform }: Editor,
  text: string,
  deadline: Deadline,
): Promise<void> {
  const sent = (input: Promise<unknown>): Promise<unknown> => deadline.race(surface.inputs.sent(input));
  await sent(selectAll(surface.session, platform));
  if (!(await callPatiently(world, 'allSelected', [id], deadline))) return;
  if (text === '') await sent(backspace(surface.session));
  else if (way === 'paste') await call(world, 'pasteText', [id, text], deadline);
  else await sent(surface.session.send('Input.insertText', { text }));
}

/** A key as the protocol names it, and what it means to the browser: without a window of its system none is derived from it. */
type Key = { readonly key: string; readonly code: string; readonly windowsVirtualKeyCode: number };

async function pressKey(session: ProtocolSession, key: Key, modifier: Key | null, commands: readonly string[]): Promise<void> {
  const modifiers = modifier === null ? 0 : modifier.key === 'Meta' ? 4 : 2;
  const send = (type: string, what: Key, more: object = {}): Promise<unknown> =>
    session.send('Input.dispatchKeyEvent', { type, ...what, modifiers: what === modifier && type === 'keyUp' ? 0 : modifiers, ...more });
  await Promise.all([
    ...(modifier === null ? [] : [send('rawKeyDown', modifier)]),
    send('rawKeyDown', key, { commands }),
    send('keyUp', key),
    ...(modifier === null ? [] : [send('keyUp', modifier)]),
  ]);
}

const CONTROL: Key = { key: 'Control', code: 'ControlLeft', windowsVirtualKeyCode: 17 };
const META: Key = { key: 'Meta', code: 'MetaLeft', windowsVirtualKeyCode: 91 };

function selectAll(session: ProtocolSession, platform: 'mac' | 'other'): Promise<void> {
  const key = { key: 'a', code: 'KeyA', windowsVirtualKeyCode: 65 };
  return pressKey(session, key, platform === 'mac' ? META : CONTROL, ['selectAll']);
}

function backspace(session: ProtocolSession): Promise<void> {
  return pressKey(session, { key: 'Backspace', code: 'Backspace', windowsVirtualKeyCode: 8 }, null, []);
}

/** Puts the caret of an editor behind its text, which may go on where nothing is drawn. */
export async function moveToEnd(surface: PageHandle, world: IsolatedWorld, platform: 'mac' | 'other', deadline: Deadline): Promise<void> {
  const end =
    platform === 'mac'
      ? pressKey(surface.session, { key: 'ArrowDown', code: 'ArrowDown', windowsVirtualKeyCode: 40 }, META, ['moveToEndOfDocument'])
      : pressKey(surface.session, { key: 'End', code: 'End', windowsVirtualKeyCode: 35 }, CONTROL, ['moveToEndOfDocument']);
  await surface.uninterrupted(deadline.race(surface.inputs.sent(end)));
  await call(world, 'caretSettled', [], deadline);
}

/** Throws when the guard held something back. */
function judge(target: Identity, verdict: Verdict | null, stray: Verdict | null): void {
  const broken = verdict?.broken ?? stray?.broken ?? null;
  if (broken === null) return;
  const changed = verdict?.passed.includes('beforeinput') === true;
  const reason = oneLine(`at ${broken.at} ${broken.reason}${changed ? '' : '; its text was not touched'}`);
  fail('act-broken', { act: 'fill', target: nameOf(target), reason });
}

function readBack(
  target: Identity,
  wanted: string,
  { shown, untouched, text }: Replaced,
): Pick<Entered, 'value' | 'altered' | 'elsewhere'> {
  if (shown === 'whole' || shown === 'part') return { value: wanted, altered: false };
  if (shown === 'elsewhere') return { value: wanted, altered: false, elsewhere: true };
  const now = JSON.stringify(text.slice(0, TOLD));
  const reason = untouched ? 'its text is what it was' : `the page made it ${now}`;
  return fail('value-refused', { target: nameOf(target), reason: oneLine(reason) });
}
