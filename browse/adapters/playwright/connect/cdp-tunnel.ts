/**
 * CDP through a connection to a Playwright server. The server hands out single protocol sessions, not those of frames and popups below
 * them; so a blank page of ours in the far browser passes everything on (`Target.exposeDevToolsProtocol`), and on our side of it
 * stands what stands behind a browser of our own: the isolated world, the guard, the traffic. Contexts of others never come through.
 *
 *     Playwright here ──► this ──► a Playwright connection ──► that page ──► the far browser
 *
 * Must not know sessions or tabs.
 */
import type { Browser as ClientBrowser, CDPSession } from 'playwright';
import type { Deadline } from '../../../base/deadline.ts';
import type { Message, Transport } from '../internals/server-side.ts';

/** Under which names the page holds both ends. Nothing but ours runs in it. */
const DOWN = 'browseDown';
const UP = 'browseUp';

/** What the tunnel itself asks is numbered from here downwards: Playwright's own numbers go up. */
const FIRST_OWN = -1_000_000;

/** Rejects as Playwright does; `far` stays open either way, and is closed by whoever opened it. */
export async function openCdpTunnel(far: ClientBrowser, deadline: Deadline): Promise<Transport> {
  const context = await deadline.race(far.newContext());
  const page = await deadline.race(context.newPage());
  const session = await deadline.race(context.newCDPSession(page));
  const browser = await deadline.race(far.newBrowserCDPSession());
  const { targetInfo } = await deadline.race(session.send('Target.getTargetInfo'));
  await deadline.race(browser.send('Target.exposeDevToolsProtocol', { targetId: targetInfo.targetId, bindingName: DOWN }));
  await deadline.race(session.send('Runtime.enable'));
  await deadline.race(session.send('Runtime.addBinding', { name: UP }));
  await deadline.race(session.send('Runtime.evaluate', { expression: `${DOWN}.onmessage = (message) => ${UP}(message)` }));
  const tunnel = makeTunnel(session);
  page.once('close', tunnel.end);
  page.once('crash', tunnel.end);
  far.once('disconnected', tunnel.end);
  await deadline.race(tunnel.begin());
  return tunnel.transport;
}

/** `begin` asks for the session of the whole browser, in which everything else is. */
function makeTunnel(session: CDPSession): { readonly transport: Transport; begin(): Promise<void>; end(): void } {
  const answers = new Map<number, (message: Message) => void>();
  /** Requests of Playwright's for a context, and the contexts that came of them. */
  const asked = new Set<number>();
  const ours = new Set<string>();
  const foreign = new Set<string>();
  let root = '';
  let numbers = FIRST_OWN;
  let over = false;

  const end = (): void => {
    if (over) return;
    over = true;
    transport.onclose?.();
  };
  const put = (message: object): void => {
    // Twice: a literal of the page's script, which is the message's text.
    const expression = `${DOWN}.send(${JSON.stringify(JSON.stringify(message))})`;
    session.send('Runtime.evaluate', { expression }).then(({ exceptionDetails }) => exceptionDetails && end(), end);
  };
  const ask = (method: string, params: object, sessionId: string | undefined): Promise<Message> => {
    const id = numbers--;
    return new Promise((resolve) => {
      answers.set(id, resolve);
      put({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) });
    });
  };

  /** Whether it is for Playwright: what belongs to somebody else is let go at once, as it was. */
  const passes = (message: Message): boolean => {
    const { method, params } = message;
    if (message.id !== undefined && asked.delete(message.id) && typeof message.result?.browserContextId === 'string')
      ours.add(message.result.browserContextId);
    if (method === 'Target.attachedToTarget' && message.sessionId === undefined) {
      const { sessionId = '', targetInfo } = params ?? {};
      // A further session of the whole browser was asked for here.
      if (targetInfo?.type === 'browser' || ours.has(targetInfo?.browserContextId ?? '')) return true;
      foreign.add(sessionId);
      void ask('Runtime.runIfWaitingForDebugger', {}, sessionId);
      void ask('Target.detachFromTarget', { sessionId }, root);
      return false;
    }
    if (method === 'Target.detachedFromTarget' && params?.sessionId !== undefined) return !foreign.delete(params.sessionId);
    return message.sessionId === undefined || !foreign.has(message.sessionId);
  };

  session.on('Runtime.bindingCalled', ({ name, payload }) => {
    if (name !== UP || over) return;
    // The page is handed the bytes of the text, one per character.
    const heard = JSON.parse(Buffer.from(payload, 'latin1').toString('utf8')) as Message;
    const answer = heard.id === undefined ? undefined : answers.get(heard.id);
    if (answer && heard.id !== undefined) {
      answers.delete(heard.id);
      return answer(heard);
    }
    const { sessionId, ...rest } = heard;
    // Outside every session is only who came through the tunnel, and went.
    if (sessionId === undefined)
      return heard.method === 'Target.detachedFromTarget' && heard.params?.sessionId === root ? end() : undefined;
    const message = sessionId === root ? rest : heard;
    if (passes(message)) transport.onmessage?.(message);
  });

  const transport: Transport = {
    send(message) {
      if (message.method === 'Target.createBrowserContext' && message.id !== undefined) asked.add(message.id);
      put(message.sessionId ? message : { ...message, sessionId: root });
    },
    close: end,
  };
  return {
    transport,
    end,
    async begin() {
      const { result, error } = await ask('Target.attachToBrowserTarget', {}, undefined);
      if (result?.sessionId === undefined) throw new Error(`the browser lets nobody in: ${error?.message ?? 'no session'}`);
      root = result.sessionId;
    },
  };
}
