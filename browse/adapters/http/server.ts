/**
 * A listening HTTP server: `Bun.serve` under Bun, `node:http` elsewhere, the same handler for both.
 * Knows nothing of tokens, routes or commands.
 */
import type { Endpoint } from '../../protocol/record.ts';
import type { Handler, Limits, HttpServer } from './handler.ts';

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
