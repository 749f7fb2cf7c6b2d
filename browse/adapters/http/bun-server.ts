/** The server under Bun. */
import type { Endpoint } from '../../protocol/record.ts';
import { BROKEN } from './server.ts';
import type { Handler, HttpServer, Outgoing } from './server.ts';

const respond = (outgoing: Outgoing): Response => new Response(outgoing.body, { status: outgoing.status, headers: outgoing.headers });

async function readBody(request: Request, limit: number): Promise<string | null> {
  if (request.body === null) return '';
  if (Number(request.headers.get('content-length') ?? 0) > limit) return null;
  const text = await request.text();
  return text.length > limit ? null : text;
}

/** Listens on a unix socket or a loopback port. */
export async function listenOnBun(endpoint: Endpoint, handler: Handler): Promise<HttpServer> {
  const server = Bun.serve({
    ...(endpoint.kind === 'unix' ? { unix: endpoint.path } : { hostname: endpoint.host, port: endpoint.port }),
    // Its default cuts a slow command after 10 s.
    idleTimeout: 0,
    // Its default error page shows our source.
    development: false,
    maxRequestBodySize: 256 * 1024 * 1024,
    error: () => respond(BROKEN),
    fetch: async (request: Request) => {
      const url = request.url;
      const slash = url.indexOf('/', url.indexOf('//') + 2);
      const outgoing = await handler({
        method: request.method,
        target: slash === -1 ? '/' : url.slice(slash),
        header: (name) => request.headers.get(name),
        body: (limit) => readBody(request, limit),
        caller: request.signal,
      });
      return respond(outgoing);
    },
  } as Parameters<typeof Bun.serve>[0]);
  return {
    endpoint: endpoint.kind === 'unix' ? endpoint : { ...endpoint, port: server.port ?? endpoint.port },
    async close(graceMs) {
      // Its promise may never come true when a caller left at a bad moment; what is delivered within the grace is all there is.
      await Promise.race([server.stop(), new Promise((resolve) => setTimeout(resolve, graceMs).unref())]);
      void server.stop(true);
    },
  };
}
