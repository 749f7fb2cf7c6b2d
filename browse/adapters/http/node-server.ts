/** The server under Node, for tests of the daemon's floors and for a run from source. */
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Endpoint } from '../../protocol/record.ts';
import { BROKEN } from './server.ts';
import type { Handler, HttpServer } from './server.ts';

async function readBody(message: IncomingMessage, limit: number): Promise<string | null> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of message) {
    size += (part as Buffer).length;
    if (size > limit) return null;
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Listens on a unix socket or a loopback port. */
export async function listenOnNode(endpoint: Endpoint, handler: Handler): Promise<HttpServer> {
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
      body: (limit) => readBody(message, limit),
      caller: caller.signal,
    })
      .catch(() => BROKEN)
      .then((outgoing) => response.writeHead(outgoing.status, outgoing.headers).end(outgoing.body));
  });
  server.requestTimeout = 0;
  server.timeout = 0;
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
