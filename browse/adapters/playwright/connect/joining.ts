/**
 * The one door to a browser that somebody else started, or starts for us: what answers at an endpoint is found out by asking, and
 * joined as what it is. CDP: the running browser with its own tabs and logins. A Playwright server, a Selenium Grid: a browser that
 * is started over there for this connection, in which every session is a context of ours.
 */
import { chromium } from 'playwright';
import type { Browser as ClientBrowser } from 'playwright';
import { Deadline } from '../../../base/deadline.ts';
import { isObject } from '../../../base/json.ts';
import { withoutSecrets } from '../../../domain/pool.ts';
import type { JoinOptions } from '../../../domain/pool.ts';
import { BrowseError, fail } from '../../../protocol/errors.ts';
import { launchInGrid } from './grid.ts';
import { joinThrough } from '../internals/server-side.ts';
import { BEAT, makeJoined } from './joined.ts';
import { reasonOf, speaksOtherwise } from './join-reasons.ts';
import { lendEngine, registerEngine } from '../page/selectors.ts';
import { openCdpTunnel } from './cdp-tunnel.ts';
import type { TimeLimit } from '../../../domain/ports/machine.ts';
import type { Browser } from '../../../domain/ports/browser.ts';

/** Milliseconds in which a failure is still told as one, before whoever waits gives up. */
const RESERVE = 250;

/** `beat`: milliseconds between two looks whether it is still there, and for each. Fails with `join-failed`. */
export async function join(options: JoinOptions, bound: TimeLimit, beat: number = BEAT): Promise<Browser> {
  const deadline = new Deadline({ timeout: Math.max(1, bound.timeout - RESERVE), signal: bound.signal });
  const endpoint = withoutSecrets(options.endpoint);
  await registerEngine();
  try {
    if (options.grid !== null) {
      const client = await launchInGrid(options, options.grid, deadline);
      return await orLeave(client, () => makeJoined(client, { endpoint, single: null, cdpEndpoint: null, leave: null, beat }, deadline));
    }
    try {
      return await overCdp(options, endpoint, beat, deadline);
    } catch (error) {
      if (!speaksOtherwise(error)) throw error;
      const server = await serverAt(options, deadline);
      if (server === null) return await nobody(error, options, deadline);
      return await throughServer(server, options, endpoint, beat, deadline);
    }
  } catch (error) {
    if (error instanceof BrowseError) throw error;
    const expected = options.grid === null ? 'browser (CDP) and no Playwright server' : 'Selenium Grid';
    return fail('join-failed', { endpoint, reason: reasonOf(error, bound.timeout, expected) });
  }
}

async function overCdp(options: JoinOptions, endpoint: string, beat: number, deadline: Deadline): Promise<Browser> {
  const headers = { ...options.headers };
  const timeout = Math.max(1, deadline.left());
  const client = await caught(chromium.connectOverCDP(options.endpoint, { headers, timeout, noDefaults: true }), deadline);
  return orLeave(client, () => {
    const [context] = client.contexts();
    if (!context) throw new Error('it has no tabs of its own');
    lendEngine(context);
    return makeJoined(client, { endpoint, single: context, cdpEndpoint: endpoint, leave: null, beat }, deadline);
  });
}

/** The socket of a Playwright server; null where something else answers. Over HTTP the server tells its path. */
async function serverAt({ endpoint, headers }: JoinOptions, deadline: Deadline): Promise<string | null> {
  const url = new URL(endpoint);
  if (url.protocol.startsWith('ws')) return endpoint;
  const { wsEndpointPath: path } = await asked(url, 'json', headers, deadline);
  if (typeof path !== 'string') return null;
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.pathname = below(url, path.replace(/^\//, ''));
  return url.href;
}

/** A Grid is not asked for a browser by the way: who wants one says so. */
async function nobody(error: unknown, { endpoint, headers }: JoinOptions, deadline: Deadline): Promise<never> {
  const { value } = await asked(new URL(endpoint), 'status', headers, deadline);
  if (isObject(value) && 'ready' in value) throw new Error('a Selenium Grid answers there, which takes --grid');
  throw error;
}

/** What an HTTP server says at a path below its own, where that is a JSON object; else an empty one. */
async function asked(url: URL, name: string, headers: JoinOptions['headers'], deadline: Deadline): Promise<Record<string, unknown>> {
  const place = new URL(url);
  place.pathname = below(url, name);
  try {
    const answer = await deadline.race(fetch(place, { headers, signal: AbortSignal.timeout(Math.max(1, Math.ceil(deadline.left()))) }));
    const said: unknown = await deadline.race(answer.json());
    return isObject(said) ? said : {};
  } catch {
    return {};
  }
}

function below({ pathname }: URL, name: string): string {
  return `${pathname.replace(/\/$/, '')}/${name}`;
}

async function throughServer(socket: string, options: JoinOptions, endpoint: string, beat: number, deadline: Deadline): Promise<Browser> {
  const headers = { ...(options.headed ? { 'x-playwright-launch-options': '{"headless":false}' } : {}), ...options.headers };
  const far = await caught(chromium.connect(socket, { headers, timeout: Math.max(1, deadline.left()) }), deadline);
  return orLeave(far, async () => {
    const kind = far.browserType().name();
    if (kind !== 'chromium') throw new Error(`it has ${kind}, which commands cannot drive`);
    const tunnel = await openCdpTunnel(far, deadline);
    const client = await caught(joinThrough(tunnel, Math.max(1, deadline.left())), deadline);
    const leave = (): Promise<void> => far.close();
    return makeJoined(client, { endpoint, single: null, cdpEndpoint: null, leave, beat }, deadline);
  });
}

/** One that answers at last must not stay joined without anybody knowing. */
async function caught(joining: Promise<ClientBrowser>, deadline: Deadline): Promise<ClientBrowser> {
  try {
    return await deadline.race(joining);
  } catch (error) {
    joining.then((late) => late.close()).catch(() => {});
    throw error;
  }
}

async function orLeave<T>(client: ClientBrowser, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    client.close().catch(() => {});
    throw error;
  }
}
