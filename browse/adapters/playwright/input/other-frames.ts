/**
 * The frames that an input is not for: shut before it is sent, born shut while it is under way, and asked afterwards whether it
 * came there. A frame that does not shut means that nothing is sent. Must not know what the input is.
 */
import { Deadline } from '../../../base/deadline.ts';
import { shownUrl } from '../../../domain/traffic/printable-url.ts';
import { fail } from '../../../protocol/errors.ts';
import type { Verdict } from '../../injected/guard/guard.ts';
import type { PageHandle } from '../handle/page-handle.ts';
import { isOwnScript } from '../handle/own-scripts.ts';
import { sessionOf, sessionsOf, worldNameOf, protocolOf } from '../internals/server-side.ts';
import type { ProtocolSession, ServerFrame } from '../internals/server-side.ts';

/** How long the frames may take to shut, in milliseconds. */
const PATIENCE = 3000;
/** After how long a frame of another process that has not answered is stopped for a moment, in milliseconds. */
const BUSY = 120;
/** How long a frame may take to say whether an input came there, in milliseconds. */
const ASKING = 250;

/** What the input is, for the failure of a frame that stays open. */
export type ForeignInput = { readonly act: string; readonly target: string };

/**
 * Lets nothing of the input into any document of the page but the one it is armed in, nor into those that begin meanwhile. All of
 * it is sent before this function first waits: what is sent to the page's own session after the call finds it done. `disarm` of the page opens them.
 */
export async function shutOtherFrames(surface: PageHandle, id: number, deadline: Deadline, doing: ForeignInput): Promise<FrameShutter> {
  const { page } = surface;
  const patience = new Deadline(deadline.bound(PATIENCE));
  const shutter = new FrameShutter(id, Math.ceil(deadline.left()), worldNameOf(page), () => single(surface));
  surface.armings.shutting(id, shutter);
  for (const session of sessionsOf(page)) shutter.begins(session);
  const main = surface.session;
  for (;;) {
    const waited = shutter.count;
    try {
      await patience.race(shutter.all(main));
    } catch (error) {
      if (error instanceof OpenSession) return refuse(surface, error.session, doing, deadline);
      if (!patience.passed || deadline.passed) throw error;
      return refuse(surface, shutter.unanswered(), doing, deadline);
    }
    if (shutter.count === waited) return shutter;
  }
}

/**
 * Stops the scripts of the frames of other sites, so that none takes the focus while keys are sent to the page's own process. One
 * whose documents were written anew hears keys before any guard. Whether there are any.
 */
export async function stopOtherSites(surface: PageHandle, shutter: FrameShutter, deadline: Deadline): Promise<boolean> {
  const { page } = surface;
  const here = siteOf(page.mainFrame().url());
  const others = page.frameManager.frames().filter((frame) => {
    const site = siteOf(frame.url());
    // A frame of this site in one of another shares the process of the page.
    return site !== null && site !== here && sessionOf(page, frame) !== surface.session;
  });
  const sessions = new Set(others.map((frame) => sessionOf(page, frame)));
  if (here === null || sessions.size === 0) return false;
  await deadline.race(shutter.freeze([...sessions], deadline.left()));
  return true;
}

/** What two addresses of one process have in common; null for one without a host, which belongs to whoever made it. */
function siteOf(url: string): string | null {
  const { hostname } = URL.canParse(url) ? new URL(url) : { hostname: '' };
  if (hostname === '') return null;
  return /^[\d.]+$|^\[/.test(hostname) ? hostname : hostname.split('.').slice(-2).join('.');
}

const single = ({ page }: PageHandle): boolean => page.frameManager.frames().length === 1 && sessionsOf(page).length === 1;

/** A session whose frames could not be shut although it is there. */
class OpenSession extends Error {
  override readonly name = 'OpenSession';
  readonly session: ProtocolSession;

  constructor(session: ProtocolSession, cause: unknown) {
    super('its frames could not be shut', { cause });
    this.session = session;
  }
}

function refuse(surface: PageHandle, session: ProtocolSession | null, { act, target }: ForeignInput, deadline: Deadline): never {
  const frame = surface.page.frameManager.frames().find((one) => session !== null && sessionOf(surface.page, one) === session);
  const which = frame === undefined ? 'a frame of the page' : `the frame ${shownUrl(frame.url())}`;
  return fail('not-actionable', {
    act,
    target,
    reason: `${which} does not answer, and could get the input`,
    ms: Math.round(deadline.timeout),
  });
}

/** One script per session, which runs at once in all documents of it and first of all in those to come. */
export class FrameShutter {
  readonly #source: string;
  readonly #open: string;
  readonly #worldName: string;
  readonly #single: () => boolean;
  readonly #scripts = new Map<ProtocolSession, Promise<string | null>>();
  readonly #answered = new Set<ProtocolSession>();
  readonly #thawed = Promise.withResolvers<void>();
  #frozen = true;

  constructor(id: number, valid: number, worldName: string, single: () => boolean) {
    const guard = `Object.hasOwn(globalThis,'__browseGuard')?__browseGuard:null`;
    // The browser runs such scripts in the order of their names, so this one may come before the guard's.
    this.#source = `(g=>g?g.shut(${id},${valid}):Object.defineProperty(globalThis,'__browseShut',{value:[${id},${valid}],configurable:true}))(${guard})`;
    this.#open = `(${guard})?.disarm(${id})`;
    this.#worldName = worldName;
    this.#single = single;
  }

  get count(): number {
    return this.#scripts.size;
  }

  begins(session: ProtocolSession): void {
    if (this.#scripts.has(session)) return;
    const script = this.#run(session, this.#source).then((identifier) => {
      this.#answered.add(session);
      return identifier;
    });
    script.catch(() => {});
    this.#scripts.set(session, script);
  }

  #run(session: ProtocolSession, source: string): Promise<string> {
    const params = { source, worldName: this.#worldName, runImmediately: true };
    return session.send('Page.addScriptToEvaluateOnNewDocument', params).then(({ identifier }) => String(identifier));
  }

  /** Resolves when every document of every session is shut. `main` answers by itself, or the act on it fails. */
  async all(main: ProtocolSession): Promise<void> {
    await Promise.all(
      [...this.#scripts].map(async ([session, script]) => {
        const busy = session === main ? undefined : setTimeout(() => void stop(session, script, PATIENCE), BUSY);
        try {
          await script;
        } catch (error) {
          // A session that ended has no frames any more; the page's own is the page.
          if (session === main || !/closed|detached|Target|Session/.test(String(error)))
            throw session === main ? error : new OpenSession(session, error);
        } finally {
          clearTimeout(busy);
        }
      }),
    );
  }

  unanswered(): ProtocolSession | null {
    return [...this.#scripts.keys()].find((session) => !this.#answered.has(session)) ?? null;
  }

  /** Stops what runs in these sessions, and what would begin to, until `thaw`. */
  async freeze(sessions: readonly ProtocolSession[], most: number): Promise<void> {
    await Promise.all(sessions.map((session) => stop(session, this.#thawed.promise, most, () => this.#frozen)));
  }

  thaw(): void {
    this.#frozen = false;
    this.#thawed.resolve();
  }

  /** Opens them again, those that were born shut too. */
  open(): void {
    this.thaw();
    for (const [session, script] of this.#scripts) void this.#openIn(session, script).catch(() => {});
  }

  async #openIn(session: ProtocolSession, script: Promise<string | null>): Promise<void> {
    await session.send('Page.removeScriptToEvaluateOnNewDocument', { identifier: await script });
    // What began before that is known by now. The document that was acted on is told by itself.
    if (this.#single()) return;
    const identifier = await this.#run(session, this.#open);
    await session.send('Page.removeScriptToEvaluateOnNewDocument', { identifier });
  }
}

type Paused = { readonly callFrames: readonly { readonly location: { readonly scriptId: string } }[] };

/** `frozen`: whatever else runs there is to be stopped as well. `going`: it was stopped before, and is about to go on. */
type Stopped = { until: Promise<unknown>; most: number; frozen: () => boolean; going: Promise<unknown> };

const stopped = new WeakMap<ProtocolSession, Stopped>();

/**
 * Pauses the script that runs in a session, or the next one, until that promise settles. What is asked of a paused session is answered;
 * what is asked of one that is about to pause is answered when it goes on.
 */
async function stop(session: ProtocolSession, until: Promise<unknown>, most: number, frozen = (): boolean => false): Promise<void> {
  const known = stopped.get(session);
  const state: Stopped = known ?? { until, most, frozen, going: Promise.resolve() };
  Object.assign(state, { until, most, frozen });
  if (known) await state.going;
  else {
    stopped.set(session, state);
    session.on('Debugger.paused', ({ callFrames }: Paused) => {
      state.going = goOn(session, state, callFrames);
    });
  }
  await session.send('Debugger.pause').catch(() => {});
}

async function goOn(session: ProtocolSession, state: Stopped, callFrames: Paused['callFrames']): Promise<void> {
  const patience = new Promise((resolve) => void setTimeout(resolve, state.most));
  // Ours is waited for, or keeps the input out: it may not stand still.
  const [top] = callFrames;
  const ours = top !== undefined && isOwnScript(session, top.location.scriptId);
  if (!ours) await Promise.race([state.until, patience]).catch(() => {});
  // Ours may have been called for by what the page runs, which stands still again as soon as ours returns to it. Where nothing did,
  // the next script does. Both are sent at once: whatever runs between the two is free to take the focus.
  const commands = state.frozen() ? ['Debugger.stepOut', 'Debugger.pause'] : ['Debugger.resume'];
  await Promise.all(commands.map((command) => session.send(command).catch(() => {})));
}

/** What the first of the other frames says that had to refuse the input; null when none had. */
export async function inputInOtherFrame(surface: PageHandle, own: ServerFrame, id: number, deadline: Deadline): Promise<Verdict | null> {
  const said = surface.armings.strayed(id);
  if (said) return said;
  surface.armings.thaw(id);
  const patience = new Deadline(deadline.bound(ASKING));
  const ask = async (frame: ServerFrame): Promise<Verdict | null> => {
    const context = frame.existingContext('utility');
    if (context === null) return null;
    const expression = `Object.hasOwn(globalThis,'__browseGuard')?__browseGuard.verdict(${id}):null`;
    const { client, id: contextId } = protocolOf(context);
    const asked = client.send('Runtime.evaluate', { expression, contextId, returnByValue: true });
    const { result } = (await patience.race(asked)) as { result: { value?: Verdict | null } };
    return result.value ?? null;
  };
  const others = surface.page.frameManager.frames().filter((frame) => frame !== own);
  const told = await Promise.all(others.map((frame) => ask(frame).catch(() => null)));
  return told.find((verdict) => verdict?.broken) ?? surface.armings.strayed(id);
}
