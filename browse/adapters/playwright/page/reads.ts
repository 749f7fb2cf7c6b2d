/** Reading a page or an element, running a script in the page's own world, and screenshots. Must not know commands. */
import { writeFile } from 'node:fs/promises';
import { DeadlinePassed } from '../../../base/deadline.ts';
import type { Deadline } from '../../../base/deadline.ts';
import { oneLine } from '../../../base/escape.ts';
import type { Box, Identity } from '../../../domain/snapshot/tree.ts';
import { BrowseError, fail } from '../../../protocol/errors.ts';
import type { Question } from '../../injected/acts/read.ts';
import { awaitBody } from '../handle/body.ts';
import { around } from '../handle/frames.ts';
import { serverFrame, sessionOf, protocolOf } from '../internals/server-side.ts';
import type { ProtocolSession, ServerFrame } from '../internals/server-side.ts';
import type { PageHandle } from '../handle/page-handle.ts';
import { DocumentGone, call, callForObject } from '../handle/isolated-world.ts';
import type { IsolatedWorld } from '../handle/isolated-world.ts';
import type { TimeLimit } from '../../../domain/ports/machine.ts';
import type { Check, ScrollBy } from '../../../domain/ports/page.ts';
import { plainValue } from './plain-value.ts';
import { stale, targetOf } from '../handle/target-words.ts';

/** Asks one question of an element, which must still be what it was. */
export function ask(surface: PageHandle, target: Identity, question: Question, bound: TimeLimit): Promise<unknown> {
  return surface.onTarget(question.what, target, bound, async (world, deadline) => {
    const answer = await call(world, 'read', [targetOf(target), question], deadline);
    return answer.outcome === 'stale' ? stale(target, oneLine(answer.reason)) : answer.value;
  });
}

/** Fails with `ref-stale` unless the element is still what it was. */
export async function verify(surface: PageHandle, target: Identity, bound: TimeLimit): Promise<void> {
  await ask(surface, target, { what: 'is', check: 'visible' }, bound);
}

/** The markup of an element, or of the page. */
export async function html(surface: PageHandle, target: Identity | null, bound: TimeLimit): Promise<string> {
  if (target) return String(await ask(surface, target, { what: 'html' }, bound));
  return surface.run('html', bound, (deadline) =>
    surface.inChosen(deadline, async (world) => {
      const { html: markup, body } = await call(world, 'pageHtml', [], deadline);
      if (body || !(await awaitBody(world, deadline))) return markup;
      return (await call(world, 'pageHtml', [], deadline)).html;
    }),
  );
}

/** Scrolls an element into view, or the page, or what the element lies in. */
export function scroll(
  surface: PageHandle,
  target: Identity | null,
  how: ScrollBy,
  bound: TimeLimit,
): Promise<{ readonly moved: number; readonly at: number; readonly most: number }> {
  const inside = async (world: IsolatedWorld, deadline: Deadline) => {
    const scrolled = await call(world, 'scroll', [target && targetOf(target), how], deadline);
    return scrolled.outcome === 'stale' ? stale(target as Identity, oneLine(scrolled.reason)) : scrolled;
  };
  if (target) return surface.onTarget('scroll', target, bound, inside);
  return surface.run('scroll', bound, (deadline) => surface.inChosen(deadline, (world) => inside(world, deadline)));
}

/** Whether the element is so now; `hidden` is true of one that has gone. */
export async function is(surface: PageHandle, target: Identity, check: Check, bound: TimeLimit): Promise<boolean> {
  return (await ask(surface, target, { what: 'is', check }, bound)) === true;
}

/** In the main frame's viewport; null for what has no area. */
export function box(surface: PageHandle, target: Identity, bound: TimeLimit): Promise<Box | null> {
  return surface.onTarget('box', target, bound, (world, deadline) => boxIn(surface, target, world, 'read', deadline));
}

async function boxIn(
  surface: PageHandle,
  target: Identity,
  world: IsolatedWorld,
  how: 'read' | 'reveal',
  deadline: Deadline,
): Promise<Box | null> {
  const answer =
    how === 'read'
      ? await call(world, 'read', [targetOf(target), { what: 'box' }], deadline)
      : await call(world, 'reveal', [targetOf(target)], deadline);
  if (answer.outcome === 'stale') return stale(target, oneLine(answer.reason));
  const inner = answer.value as Box | null;
  if (!inner || world.frame === surface.page.mainFrame()) return inner;
  let corner = { x: inner.x, y: inner.y };
  for (const { world: outer, pin } of await around(surface, world, deadline)) {
    const found = await call(outer, 'frameSpot', [pin, corner], deadline);
    if (!found) throw new DocumentGone('the frame left the page');
    corner = { x: found.x, y: found.y };
  }
  return { ...inner, ...corner };
}

type Remote = {
  readonly type: string;
  readonly subtype?: string;
  readonly value?: unknown;
  readonly unserializableValue?: string;
  readonly objectId?: string;
  readonly description?: string;
};
type Evaluated = {
  readonly result: Remote;
  readonly exceptionDetails?: { readonly text: string; readonly exception?: Remote };
};

/** Runs a script as the console would (await, declarations, the last value); a function is called, with the element if there is one. */
export function evaluate(surface: PageHandle, source: string, target: Identity | null, bound: TimeLimit): Promise<unknown> {
  const progress = { acted: true };
  if (target) {
    return surface.onTarget(
      'js',
      target,
      bound,
      async (world, deadline) => {
        const handle = await callForObject(world, 'handle', [targetOf(target)], deadline);
        if (handle.objectId === null) return stale(target, oneLine(String(handle.value)));
        const session = sessionOf(surface.page, world.frame);
        const element = await intoMain(session, handle.objectId, world.frame, deadline);
        surface.act.sending('part');
        try {
          return await script(session, world.frame, source, element, deadline);
        } catch (error) {
          if (error instanceof BrowseError) surface.act.answered();
          throw error;
        }
      },
      progress,
    );
  }
  return surface.run(
    'js',
    bound,
    async (deadline) => {
      const frame = serverFrame(surface.chosen.in(surface.client));
      const session = sessionOf(surface.page, frame);
      // Nothing in the page refuses a script that comes too late: it is sent to a page that answers.
      await deadline.race(session.send('Runtime.evaluate', { expression: '1' }));
      surface.act.sending('part');
      try {
        return await script(session, frame, source, null, deadline);
      } catch (error) {
        // It threw, or was ended: the page says so itself.
        if (error instanceof BrowseError) surface.act.answered();
        if (
          error instanceof Error &&
          /context was destroyed|Cannot find context|navigated or closed|Promise was collected/.test(error.message)
        ) {
          surface.act.answered();
          return fail('script-failed', { message: 'The script was cut off: the page navigated' });
        }
        // A script that waits for something is late, and its page is well.
        const late = error instanceof DeadlinePassed && error.why === 'late';
        if (late && (await surface.responds({ timeout: PROOF, signal: bound.signal }))) {
          surface.act.answered();
          return fail('timeout', { what: 'js', ms: Math.round(bound.timeout) });
        }
        throw error;
      }
    },
    progress,
  );
}

async function intoMain(session: ProtocolSession, objectId: string, frame: ServerFrame, deadline: Deadline): Promise<string> {
  const main = await deadline.race(frame.context('main'));
  const { node } = (await deadline.race(session.send('DOM.describeNode', { objectId }))) as { node: { backendNodeId: number } };
  const resolved = session.send('DOM.resolveNode', { backendNodeId: node.backendNodeId, executionContextId: protocolOf(main).id });
  const { object } = (await deadline.race(resolved)) as { object: { objectId: string } };
  return object.objectId;
}

/** How long a page may take to prove that it is well, in milliseconds. */
const PROOF = 300;
/** How long before the deadline a script is ended, in milliseconds, so that the end of it can be told. */
const TERMINATION = 100;

async function script(
  session: ProtocolSession,
  frame: ServerFrame,
  source: string,
  element: string | null,
  deadline: Deadline,
): Promise<unknown> {
  const context = frame.existingContext('main') ?? (await deadline.race(frame.context('main')));
  const contextId = protocolOf(context).id;
  const trimmed = source.trim();
  // As in a console, braces at the start of an expression mean an object.
  const literal = /^\{[\s\S]*\}$/.test(trimmed) ? `(${trimmed})` : null;
  const run = async (expression: string): Promise<Evaluated> => {
    // A script that never ends is ended with its command: the page must not be lost to it.
    const timeout = Math.max(1, Math.floor(deadline.left()) - TERMINATION);
    const given = { expression, contextId, replMode: true, awaitPromise: true, userGesture: true, timeout };
    try {
      return (await deadline.race(session.send('Runtime.evaluate', given))) as unknown as Evaluated;
    } catch (error) {
      const ended = deadline.left() <= TERMINATION && error instanceof Error && /terminated|Internal error/.test(error.message);
      if (ended) return fail('timeout', { what: 'js', ms: Math.round(deadline.timeout) });
      throw error;
    }
  };
  let done = await run(literal ?? trimmed);
  if (literal !== null && isSyntaxError(done)) done = await run(trimmed);
  let result = await settled(session, thrown(done), deadline);
  if (result.type === 'function') {
    const applied = session.send('Runtime.callFunctionOn', {
      functionDeclaration: 'function(...a){return this(...a)}',
      objectId: result.objectId,
      arguments: element === null ? [] : [{ objectId: element }],
      awaitPromise: true,
      userGesture: true,
    });
    result = thrown((await deadline.race(applied)) as unknown as Evaluated);
  }
  return plain(session, result, deadline);
}

/** A console leaves the promise that an expression gives as it is: it hands out the value. */
async function settled(session: ProtocolSession, result: Remote, deadline: Deadline): Promise<Remote> {
  if (result.subtype !== 'promise') return result;
  const awaited = session.send('Runtime.awaitPromise', { promiseObjectId: result.objectId });
  return thrown((await deadline.race(awaited)) as unknown as Evaluated);
}

function isSyntaxError({ exceptionDetails }: Evaluated): boolean {
  return exceptionDetails?.exception?.description?.startsWith('SyntaxError') ?? false;
}

function thrown({ result, exceptionDetails }: Evaluated): Remote {
  if (!exceptionDetails) return result;
  const { exception, text: said } = exceptionDetails;
  const message = exception?.description ?? (exception && 'value' in exception ? String(exception.value) : said);
  return fail('script-failed', { message: oneLine(message.split('\n    at ')[0] ?? message) });
}

async function plain(session: ProtocolSession, remote: Remote, deadline: Deadline): Promise<unknown> {
  if (remote.unserializableValue !== undefined) return remote.unserializableValue;
  if (remote.objectId === undefined) return remote.type === 'undefined' ? undefined : remote.value;
  if (remote.type === 'function' || remote.type === 'symbol') return remote.description ?? null;
  const value = await plainValue(session, remote.objectId, deadline);
  session.send('Runtime.releaseObject', { objectId: remote.objectId }).catch(() => {});
  return value;
}

/** An image of the viewport, the whole page or one element, written to `path` (PNG, or JPEG by its ending). */
export function screenshot(
  surface: PageHandle,
  target: Identity | null,
  options: { readonly path: string; readonly full: boolean },
  bound: TimeLimit,
): Promise<void> {
  const type = /\.jpe?g$/i.test(options.path) ? 'jpeg' : 'png';
  const shoot = async (deadline: Deadline, clip: Box | null): Promise<void> => {
    await surface.around.front(surface.client);
    const shot = surface.client.screenshot({ type, timeout: 0, fullPage: options.full && !clip, ...(clip ? { clip } : {}) });
    await save(options.path, await deadline.race(shot));
  };
  if (!target) return surface.run('screenshot', bound, (deadline) => shoot(deadline, null));
  return surface.onTarget('screenshot', target, bound, async (world, deadline) => {
    const clip = await boxIn(surface, target, world, 'reveal', deadline);
    if (!clip) return fail('unsuited', { act: 'photograph', target: target.role, reason: 'it has no area' });
    return shoot(deadline, clip);
  });
}

/** Writes a picture; fails with `file-unwritable`. */
export async function save(path: string, image: Buffer): Promise<void> {
  try {
    await writeFile(path, image);
  } catch (error) {
    const code = (error as { code?: string }).code ?? String(error);
    fail('file-unwritable', { path, reason: WRITING[code] ?? code });
  }
}

const WRITING: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
};
