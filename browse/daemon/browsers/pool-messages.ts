/** What the pool's own door understands: one message in, one reply out. Knows nothing of sockets and lines. */
import { isObject } from '../../base/json.ts';
import { BrowseError } from '../../protocol/errors.ts';
import { BROWSER_KINDS } from '../../protocol/pool.ts';
import type { BrowserInfo, BrowserKind, PoolRow } from '../../protocol/pool.ts';
import type { BrowserPool } from '../ports.ts';

/** A reply; `type` says which one. */
export type Reply =
  | { readonly type: 'pong' | 'ok' }
  | {
      readonly type: 'browser';
      readonly cdp_endpoint: string | null;
      readonly playwright_endpoint: string | null;
      readonly port: number;
    }
  | { readonly type: 'browsers'; readonly list: readonly BrowserInfo[] }
  | { readonly type: 'error'; readonly code: string; readonly message: string };

export type MessageParts = {
  readonly pool: Pick<BrowserPool, 'spawn' | 'get' | 'kill' | 'list'>;
  /** Variables that a window or a proxy needs. */
  readonly env: Readonly<Record<string, string>>;
  /** Begins the daemon's end on the next turn: the reply goes first. */
  readonly shutdown: () => void;
  /** Reports our own bug; returns the id that is told. */
  readonly report: (error: unknown) => string;
};

/** Milliseconds that a browser may take to start. */
const SPAWN_DEADLINE = 60_000;

export const refusal = (code: string, message: string): Reply => ({ type: 'error', code, message });

/** A line as an object; a reply that says what is wrong with it otherwise. */
export function parseMessage(line: string): { readonly message: Readonly<Record<string, unknown>> } | { readonly wrong: Reply } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { wrong: refusal('malformed', 'The line is not JSON') };
  }
  if (!isObject(value)) return { wrong: refusal('malformed', 'The line is not a JSON object') };
  if (typeof value['type'] !== 'string') return { wrong: refusal('malformed', 'The message has no "type"') };
  return { message: value };
}

function browser({ cdp_endpoint, playwright_endpoint, port }: PoolRow): Reply {
  return { type: 'browser', cdp_endpoint, playwright_endpoint, port: port ?? 0 };
}

const isKind = (value: unknown): value is BrowserKind => BROWSER_KINDS.some((kind) => kind === value);

/** Who asks: a connection. */
export type PoolClient = {
  /** Aborts when it has left. */
  readonly signal: AbortSignal;
  /** It owns that browser, which ends with it. */
  owns(row: PoolRow): void;
};

/** Never rejects. */
export async function answer(message: Readonly<Record<string, unknown>>, parts: MessageParts, asker: PoolClient): Promise<Reply> {
  try {
    return await carryOut(message, parts, asker);
  } catch (error) {
    if (error instanceof BrowseError) return refusal(error.code, error.message);
    return refusal('internal', `Something in browse itself failed (id ${parts.report(error)})`);
  }
}

async function carryOut(
  message: Readonly<Record<string, unknown>>,
  { pool, env, shutdown }: MessageParts,
  { signal, owns }: PoolClient,
): Promise<Reply> {
  switch (message['type']) {
    case 'ping':
      return { type: 'pong' };
    case 'spawn_browser': {
      const { browser: kind = null, headless = true, port = null, owned = false } = message;
      if (kind !== null && !isKind(kind)) return refusal('malformed', `"browser" is one of ${BROWSER_KINDS.join(', ')}`);
      if (typeof headless !== 'boolean') return refusal('malformed', '"headless" is true or false');
      if (port !== null && typeof port !== 'number') return refusal('malformed', '"port" is a number');
      if (typeof owned !== 'boolean') return refusal('malformed', '"owned" is true or false');
      const asked = { kind, port, headed: !headless, profile: null, proxy: null, executable: null, args: [], env };
      const row = await pool.spawn(asked, { timeout: SPAWN_DEADLINE, signal });
      if (owned) owns(row);
      return browser(row);
    }
    case 'get_browser':
      return typeof message['port'] === 'number' ? browser(pool.get(message['port'])) : refusal('malformed', '"port" is a number');
    case 'kill_browser':
      if (typeof message['port'] !== 'number') return refusal('malformed', '"port" is a number');
      await pool.kill(message['port']);
      return { type: 'ok' };
    case 'list_browsers':
      // Without the default one: whoever speaks here knows browsers by their ports.
      return {
        type: 'browsers',
        list: pool.list().map(({ port, browser: kind, headless, created_at }) => ({ port, browser: kind, headless, created_at })),
      };
    case 'shutdown':
      shutdown();
      return { type: 'ok' };
    case 'hello':
      return { type: 'ok' };
    default:
      return refusal('unknown-message', `There is no message ${JSON.stringify(String(message['type']).slice(0, 60))}`);
  }
}
