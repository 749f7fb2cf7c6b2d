/**
 * A listening HTTP server: `Bun.serve` under Bun, `node:http` elsewhere, the same handler for both.
 * Knows nothing of tokens, routes or commands.
 */
import type { Endpoint } from '../../protocol/record.ts';

/** What arrives. `caller` aborts when the one who asks has left. */
export type Incoming = {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  header(name: string): string | null;
  /** The whole body; null when it is longer than `limit` bytes. */
  body(limit: number): Promise<string | null>;
  readonly caller: AbortSignal;
};
export type Outgoing = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string };
export type Handler = (incoming: Incoming) => Promise<Outgoing>;

/** For a listener that anybody may reach: headers, and a whole body, may take so long. */
export type Limits = { readonly ms: number };

/** A body did not come within its limit. */
export class BodyLate extends Error {
  override readonly name = 'BodyLate';
}

export type HttpServer = {
  /** With the real port, where port 0 was asked for. */
  readonly endpoint: Endpoint;
  /** Takes no new connection, delivers what is being answered, then cuts what is left after `graceMs`. */
  close(graceMs: number): Promise<void>;
};

/** A handler that throws is our bug: the page says nothing of it. */
export const BROKEN: Outgoing = { status: 500, headers: { 'content-type': 'application/json' }, body: '{"ok":false,"error":"internal"}' };

/**
 * Listens. Rejects with the platform's error when the port or the path is taken. Without limits a request may take for ever;
 * with them reading its body rejects with BodyLate.
 */
export async function listen(endpoint: Endpoint, handler: Handler, limits: Limits | null = null): Promise<HttpServer> {
  if (typeof Bun === 'undefined') {
    const { listenOnNode } = await import('./node-server.ts');
    return listenOnNode(endpoint, handler, limits);
  }
  const { listenOnBun } = await import('./bun-server.ts');
  return listenOnBun(endpoint, handler, limits);
}
