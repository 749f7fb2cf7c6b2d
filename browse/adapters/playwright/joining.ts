/**
 * The `Browser` port over one that somebody else started and that answers to CDP: its own tabs and logins, and never its end.
 * Its default context is the one session; leaving closes what is still blank of ours and no tab of anybody else's.
 */
import { chromium } from 'playwright';
import type { Browser as ClientBrowser } from 'playwright';
import { Deadline, DeadlinePassed } from '../../base/deadline.ts';
import { oneLine } from '../../base/escape.ts';
import { withoutSecrets } from '../../domain/pool.ts';
import type { JoinOptions } from '../../domain/pool.ts';
import type { Bound, Browser, BrowserSession } from '../../domain/ports.ts';
import { fail } from '../../protocol/errors.ts';
import { guestPage } from './guest-pages.ts';
import { registerEngine } from './selectors.ts';
import { makeSession } from './session.ts';
import { sharing } from './sharing.ts';

/** Fails with `join-failed`. */
export async function join({ endpoint, headers }: JoinOptions, bound: Bound): Promise<Browser> {
  const deadline = new Deadline(bound);
  await registerEngine();
  const joining = chromium.connectOverCDP(endpoint, { headers: { ...headers }, timeout: Math.max(1, bound.timeout), noDefaults: true });
  try {
    const client = await deadline.race(joining);
    return await makeJoined(client, endpoint, deadline);
  } catch (error) {
    // One that answers at last must not stay joined without anybody knowing.
    joining.then((late) => late.close()).catch(() => {});
    return fail('join-failed', { endpoint: withoutSecrets(endpoint), reason: reasonOf(error, bound.timeout) });
  }
}

async function makeJoined(client: ClientBrowser, endpoint: string, deadline: Deadline): Promise<Browser> {
  const [context] = client.contexts();
  if (!context) throw new Error('it has no tabs of its own');
  const root = await client.newBrowserCDPSession();
  const { product, userAgent } = await deadline.race(root.send('Browser.getVersion'));
  const { close: unshare, share, guests, onGuestLeft } = sharing(client);
  const listeners: (() => void)[] = [];
  let session: BrowserSession | null = null;
  let closing = false;
  let gone = false;
  client.on('disconnected', () => {
    gone = true;
    unshare();
    if (!closing) for (const listener of listeners) listener();
  });
  return {
    // Whoever started it has its process.
    pid: 0,
    kind: /Edg/.test(product) ? 'msedge' : 'chromium',
    name: product.split('/', 1)[0] ?? product,
    version: client.version(),
    // The new headless mode tells only pages of it.
    headless: userAgent.includes('Headless'),
    cdpEndpoint: withoutSecrets(endpoint),
    sandbox: { on: false, reason: 'whoever started it knows' },
    newSession: async (options) => {
      if (gone) return fail('browser-gone', { reason: 'the connection to it was lost' });
      session = makeSession(context, { starves: true, ready: [], others: context.pages() }, options);
      return session;
    },
    share,
    guests,
    onGuestLeft,
    guestPage: (name) => guestPage(client, name),
    close: async (bound) => {
      closing = true;
      unshare();
      const leaving = async (): Promise<void> => {
        if (gone) return;
        await session?.close();
        await client.close();
      };
      await new Deadline(bound).race(leaving()).catch(() => {});
    },
    onCrash: (listener) => void listeners.push(listener),
  };
}

function reasonOf(error: unknown, timeout: number): string {
  if (error instanceof DeadlinePassed || (error instanceof Error && error.name === 'TimeoutError'))
    return `it did not answer within ${timeout} ms`;
  const message = error instanceof Error ? error.message : String(error);
  if (/ECONNREFUSED/.test(message)) return 'nothing listens there';
  if (/ENOTFOUND|EAI_AGAIN/.test(message)) return 'no such host (DNS)';
  const status = /Unexpected (?:server response|status):? (\d+)/i.exec(message)?.[1];
  if (status) return `it answered ${status}`;
  return oneLine(
    (message.split('\n')[0] ?? message).replace(/^browserType\.connectOverCDP: /, '').replace(/(?:wss?|https?):\/\/\S+/g, 'it'),
  );
}
