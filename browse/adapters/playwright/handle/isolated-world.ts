/**
 * Evaluating in the isolated world of a frame: installs our in-page code once per document and calls it.
 * A renderer that does not answer never holds the caller: every call races its deadline. Must not know selectors, refs or acts.
 */
import { isDetached, protocolOf } from '../internals/server-side.ts';
import { DeadlinePassed } from '../../../base/deadline.ts';
import type { Deadline } from '../../../base/deadline.ts';
import { WALK } from '../../injected/bundle.gen.ts';
import type { Acts } from '../../injected/acts/acts.ts';
import type { ProtocolSession, ServerContext, ServerFrame } from '../internals/server-side.ts';
import type { BrowseWorld } from '../../injected/browse-world.ts';

/** The document a call was meant for has gone, by navigation or with its frame. */
export class DocumentGone extends Error {
  override readonly name = 'DocumentGone';
}

/** The isolated world of one document, ready for calls. */
export type IsolatedWorld = {
  /** Id of the document; part of every pin, never used again. */
  readonly document: string;
  readonly frame: ServerFrame;
  readonly context: ServerContext;
  /** Milliseconds that its machine's clock is ahead of ours; 0 where both are one. */
  readonly ahead: number;
};

type Remote = { readonly value?: unknown; readonly objectId?: string; readonly type?: string; readonly description?: string };
type Answer = {
  readonly result: Remote;
  readonly exceptionDetails?: { readonly text: string; readonly exception?: { readonly description?: string } };
};

const GONE =
  /Cannot find context|context was destroyed|Execution context|navigated or closed|Promise was collected|Cannot find object|uniqueContextId not found/;

/** Sends to a renderer; {@link DocumentGone} when its document went meanwhile. Closed and crashed targets reject as Playwright says. */
async function send(session: ProtocolSession, method: string, params: object): Promise<Answer> {
  try {
    return (await session.send(method, params)) as unknown as Answer;
  } catch (error) {
    if (error instanceof Error && GONE.test(error.message)) throw new DocumentGone(error.message);
    throw error;
  }
}

function valueOf(answer: Answer): Remote {
  const { exceptionDetails: thrown } = answer;
  if (!thrown) return answer.result;
  const text = thrown.exception?.description ?? thrown.text;
  if (text.includes('browse: another document')) throw new DocumentGone(text);
  // A document that is going away lets its world run on without a page under it.
  throw new Error(`in-page code failed: ${text}`);
}

type Installed = Pick<IsolatedWorld, 'document' | 'ahead'>;

const installed = new WeakMap<ServerContext, Promise<Installed>>();

/**
 * From what it says between `from` and `to`: what the way there and back explains is no difference of clocks. As if the answer had taken
 * no time, so that a page gives up a little before its caller does, and never after.
 */
export function clockAhead(from: number, to: number, said: number): number {
  return said >= from && said <= to ? 0 : said - to;
}

function install(context: ServerContext): Promise<Installed> {
  const known = installed.get(context);
  if (known) return known;
  const { client, id } = protocolOf(context);
  // In one: a thread that is about to be stopped for a moment would answer a second question in the middle of the first.
  const expression = `${WALK}\n;[__browse.document, Date.now()]`;
  const from = Date.now();
  const asking = send(client, 'Runtime.evaluate', { expression, contextId: id, returnByValue: true });
  const installing = asking.then((answer) => {
    const [document, said] = valueOf(answer).value as readonly [string, number];
    return { document, ahead: clockAhead(from, Date.now(), said) };
  });
  installed.set(context, installing);
  installing.catch(() => installed.delete(context));
  return installing;
}

/** The in-page functions by their place: those of the world, and those that act. */
type Methods = { readonly [K in keyof BrowseWorld as BrowseWorld[K] extends (...args: never[]) => unknown ? K : never]: BrowseWorld[K] };
type Call = Methods & Acts;
type Arguments<K extends keyof Call> = Call[K] extends (...args: infer A) => unknown ? A : never;
type Value<K extends keyof Call> = Call[K] extends (...args: never[]) => infer R ? Awaited<R> : never;

/** A context's number may be given again in another renderer process while a call waits for a navigation: the document is asked for by name. */
const CALL =
  'function(d,u,n,...a){const b=globalThis.__browse;if(b?.document!==d)throw Error("browse: another document");if(u!==null&&Date.now()>u)throw Error("browse: too late");return n in b.acts?b.acts[n](...a):b[n](...a)}';

/** Calls by which the page is changed. It says when it has taken one: from then on its own code may be what keeps the answer. */
const TAKEN: readonly string[] = ['fill', 'choose', 'chooseOption', 'focus'];
const TAKING = CALL.replace('return n in', 'globalThis.__browseSay?.(`{"taken":"${n}"}`);return n in');

/** The documents of one page that pins may point into. */
export class IsolatedWorlds {
  readonly #byDocument = new Map<string, IsolatedWorld>();

  /** The world of a frame's present document, our code installed. Waits for the document of a frame that is between two. */
  async open(frame: ServerFrame, deadline: Deadline): Promise<IsolatedWorld> {
    const context = frame.existingContext('utility') ?? (await deadline.race(frame.context('utility')));
    const { document, ahead } = await deadline.race(install(context));
    const known = this.#byDocument.get(document);
    if (known?.context === context) return known;
    this.#prune();
    const world = { document, frame, context, ahead };
    this.#byDocument.set(document, world);
    return world;
  }

  /** The world a pin was made in; null once its document or frame has gone. */
  find(document: string): IsolatedWorld | null {
    const world = this.#byDocument.get(document);
    if (!world || !alive(world)) return null;
    return world;
  }

  /** The documents of all that pins may point into now. */
  living(): readonly string[] {
    this.#prune();
    return [...this.#byDocument.keys()];
  }

  #prune(): void {
    for (const [document, world] of this.#byDocument) if (!alive(world)) this.#byDocument.delete(document);
  }
}

/** Whether a document is still the one its frame shows. */
export function alive(world: IsolatedWorld): boolean {
  return !isDetached(world.frame) && world.frame.existingContext('utility') === world.context;
}

/** Calls one of our in-page functions. Rejects with {@link DocumentGone}, `DeadlinePassed`, or Playwright's own error. */
export async function call<K extends keyof Call & string>(
  world: IsolatedWorld,
  name: K,
  args: Arguments<K>,
  deadline: Deadline,
): Promise<Value<K>> {
  const answer = await deadline.race(request(world, name, args, deadline));
  return valueOf(answer).value as Value<K>;
}

/**
 * Whether the thread behind a session answers by the deadline. Asks it for nothing but that. Rejects with {@link DocumentGone}, or
 * Playwright's own error.
 */
export async function answers(session: ProtocolSession, deadline: Deadline): Promise<boolean> {
  let answered = false;
  const asked = send(session, 'Runtime.evaluate', { expression: '1' }).then(() => (answered = true));
  return deadline.race(asked).catch(async (error: unknown) => {
    if (!(error instanceof DeadlinePassed) || error.why === 'left') throw error;
    // The browser itself answers this, after what the page had said before: a machine that stood still is no page that hangs.
    await deadline
      .putOff(deadline.timeout)
      .race(session.send('Target.getTargetInfo'))
      .catch(() => {});
    return answered;
  });
}

/** Asks once more, a few times, when the document went under the question. */
export async function persistently<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof DocumentGone) || attempt === 5) throw error;
    }
  }
}

/** Milliseconds that the page's own waiting ends before our deadline, so that its answer still reaches us in time. */
export const RESERVE = 100;
/** How long the answer of a page that waited up to our deadline may take to reach us, in milliseconds. */
const GRACE = 300;

/** Like {@link call}, for what waits in the page until the deadline: a busy page that says so a little late does not hang. */
export function callPatiently<K extends keyof Call & string>(
  world: IsolatedWorld,
  name: K,
  args: Arguments<K>,
  deadline: Deadline,
): Promise<Value<K>> {
  return call(world, name, args, deadline.putOff(GRACE));
}

/** Like {@link call}, but an object stays in the page: its id, to be released by who asked, or the plain value where there is none. */
export async function callForObject<K extends keyof Call & string>(
  world: IsolatedWorld,
  name: K,
  args: Arguments<K>,
  deadline: Deadline,
): Promise<{ readonly objectId: string; readonly value?: undefined } | { readonly objectId: null; readonly value: unknown }> {
  const { objectId, value } = valueOf(await deadline.race(request(world, name, args, deadline, false)));
  return objectId === undefined ? { objectId: null, value } : { objectId };
}

/** Calls without waiting: for what must be said to a page that may not answer. */
export function tell<K extends keyof Call & string>(world: IsolatedWorld, name: K, args: Arguments<K>): void {
  request(world, name, args, null).catch(() => {});
}

/** A call that reaches its page after the deadline, because that was busy or on its way elsewhere, does nothing any more. */
function request(world: IsolatedWorld, name: string, args: readonly unknown[], deadline: Deadline | null, byValue = true): Promise<Answer> {
  const { client, id } = protocolOf(world.context);
  return send(client, 'Runtime.callFunctionOn', {
    functionDeclaration: TAKEN.includes(name) ? TAKING : CALL,
    executionContextId: id,
    arguments: [world.document, deadline === null ? null : momentOf(world, deadline), name, ...args].map((value) => ({ value })),
    returnByValue: byValue,
    awaitPromise: true,
    userGesture: true,
  });
}

/** A deadline on the page's clock. */
export function momentOf(world: IsolatedWorld, deadline: Deadline): number {
  return Date.now() + deadline.left() + world.ahead;
}
