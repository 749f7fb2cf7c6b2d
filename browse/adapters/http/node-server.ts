/** The server under Node, for tests of the daemon's floors and for a run from source. */
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Endpoint } from '../../protocol/record.ts';
import { BROKEN, BodyLate } from './handler.ts';
import type { Handler, HttpServer, Limits } from './handler.ts';

/** What is not read stays where it is: to end the stream would take the answer's connection along. */
function readBody(message: IncomingMessage, limit: number, limits: Limits | null): Promise<string | null> {
  if (Number(message.headers['content-length'] ?? 0) > limit) return Promise.resolve(null);
  const { promise, resolve, reject } = Promise.withResolvers<string | null>();
  const parts: Buffer[] = [];
  let size = 0;
  const timer = limits === null ? undefined : setTimeout(() => reject(new BodyLate()), limits.ms);
  message.on('data', (part: Buffer) => {
    size += part.length;
    if (size <= limit) return void parts.push(part);
    message.pause();
    resolve(null);
  });
  message.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
  message.on('error', reject);
  return promise.finally(() => clearTimeout(timer));
}

/** Listens on a unix socket or a loopback port. */
export async function listenOnNode(endpoint: Endpoint, handler: Handler, limits: Limits | null): Promise<HttpServer> {
  const server = createServer((message, response) => {
    const caller = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) caller.abort();
    });
    void handler({
      method: message.method ?? 'GET',
      target: message.url ?? '/',
      header: (name) => {
        const value = message.headers[name.toLowerCase()];
        return Array.isArray(value) ? value.join(', ') : (value ?? null);
      },
      body: (limit) => readBody(message, limit, limits),
      caller: caller.signal,
    })
      .catch(() => BROKEN)
      .then((outgoing) => response.writeHead(outgoing.status, outgoing.headers).end(outgoing.body));
  });
  server.requestTimeout = limits?.ms ?? 0;
  server.timeout = 0;
  if (limits !== null) server.headersTimeout = limits.ms;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', resolve);
    if (endpoint.kind === 'unix') server.listen(endpoint.path);
    else server.listen(endpoint.port, endpoint.host);
  });
  return {
    endpoint: endpoint.kind === 'unix' ? endpoint : { ...endpoint, port: (server.address() as AddressInfo).port },
    async close(graceMs) {
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
      clearTimeout(cut);
    },
  };
}
