/** The server under Bun. */
import type { Endpoint } from '../../protocol/record.ts';
import { BROKEN, BodyLate } from './handler.ts';
import type { Handler, HttpServer, Limits, Outgoing } from './handler.ts';

const respond = (outgoing: Outgoing): Response => new Response(outgoing.body, { status: outgoing.status, headers: outgoing.headers });

async function readBody(request: Request, limit: number, limits: Limits | null): Promise<string | null> {
  if (request.body === null) return '';
  if (Number(request.headers.get('content-length') ?? 0) > limit) return null;
  if (limits !== null) return readBounded(request.body, limit, limits.ms);
  const text = await request.text();
  return text.length > limit ? null : text;
}

/** Piece by piece: nothing past the limit is kept, and nobody is waited for longer. */
async function readBounded(body: ReadableStream<Uint8Array>, limit: number, ms: number): Promise<string | null> {
  const reader = body.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new BodyLate()), ms);
  });
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), late]);
      if (done) return Buffer.concat(parts).toString('utf8');
      size += value.length;
      if (size > limit) return null;
      parts.push(value);
    }
  } finally {
    clearTimeout(timer);
    reader.cancel().catch(() => {});
  }
}

/** Listens on a unix socket or a loopback port. */
export async function listenOnBun(endpoint: Endpoint, handler: Handler, limits: Limits | null): Promise<HttpServer> {
  const server = Bun.serve({
    ...(endpoint.kind === 'unix' ? { unix: endpoint.path } : { hostname: endpoint.host, port: endpoint.port }),
    // A port is ours alone: two that share one get every second request of the other.
    reusePort: false,
    // Its default cuts a slow command after 10 s.
    // A body that is late is answered by the handler, a moment before.
    idleTimeout: limits === null ? 0 : Math.ceil(limits.ms / 1000) + 2,
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
        body: (limit) => readBody(request, limit, limits),
        caller: request.signal,
      });
      return respond(outgoing);
    },
  } as Parameters<typeof Bun.serve>[0]);
  return {
    endpoint: endpoint.kind === 'unix' ? endpoint : { ...endpoint, port: server.port ?? endpoint.port },
    async close(graceMs) {
      // Clients of a listener keep theirs open. Not where answers are long: one that is still being sent may look idle.
      if (limits !== null) server.closeIdleConnections();
      // Its promise may never come true when a caller left at a bad moment; what is delivered within the grace is all there is.
      await Promise.race([server.stop(), new Promise((resolve) => setTimeout(resolve, graceMs).unref())]);
      void server.stop(true);
    },
  };
}
