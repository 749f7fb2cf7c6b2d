/** A local web server: the pages of test/pages, counted requests, and answers that are slow, never come, or come on command. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deferred, type Deferred } from '../../browse/base/deferred.ts';

const PAGES = fileURLToPath(new URL('../pages/', import.meta.url));

/** One request as it arrived; `body` is complete. */
export type Hit = {
  readonly method: string;
  /** With the query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
};

/** An answer that waits for the test. */
export type Held = {
  /** Resolves when a request for it has arrived. */
  readonly arrived: Promise<void>;
  /** Lets this and every later request through. */
  release(): void;
};

export type Handler = (request: Hit, response: ServerResponse) => void | Promise<void>;

export type Site = AsyncDisposable & {
  readonly port: number;
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly origin: string;
  /** The same server as another site: `http://localhost:PORT`. */
  readonly elsewhere: string;
  /** Everything that arrived, in order. */
  readonly hits: readonly Hit[];
  /** How often a path was asked for, whatever its query. */
  count(path: string): number;
  /** Resolves when a path has been asked for at least `times` times. */
  seen(path: string, times?: number): Promise<void>;
  /** Answers a path by a handler, or by this HTML. */
  on(path: string, answer: Handler | string): void;
  /** Keeps every request for a path waiting until released; then the usual answer is given. */
  hold(path: string): Held;
};

/**
 * Starts one on a free port. Every file of test/pages is there as `/name.html`, and so are
 * `/slow?ms=N`, `/never`, `/status/N`, `/cookie?NAME=VALUE`, `/headers` (the request's, as JSON), `/event` (counted, 204),
 * `/redirect?to=URL`, `/download` (a file named a.txt) and `/empty` (204).
 */
export async function serve(routes: Readonly<Record<string, Handler | string>> = {}): Promise<Site> {
  const handlers = new Map<string, Handler | string>(Object.entries(routes));
  const hits: Hit[] = [];
  const held = new Map<string, { arrived: Deferred<void>; open: Deferred<void> }>();
  const waiting = new Set<() => void>();
  const timers = new Set<NodeJS.Timeout>();

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const hit: Hit = {
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    const { pathname, searchParams } = new URL(hit.url, 'http://site');
    hits.push(hit);
    for (const look of waiting) look();
    const gate = held.get(pathname);
    gate?.arrived.resolve();
    await gate?.open.promise;
    const own = handlers.get(pathname);
    if (typeof own === 'string') return html(response, own);
    if (own !== undefined) return own(hit, response);
    const status = /^\/status\/(\d{3})$/.exec(pathname);
    if (status !== null) return html(response, `<title>Status ${status[1]}</title><p>Status ${status[1]}`, Number(status[1]));
    switch (pathname) {
      case '/never':
        return undefined;
      case '/slow': {
        const timer = setTimeout(() => html(response, '<title>Slow</title><p>Here at last'), Number(searchParams.get('ms') ?? 1_000));
        timers.add(timer);
        return undefined;
      }
      case '/cookie':
        response.setHeader(
          'set-cookie',
          [...searchParams].map(([name, value]) => `${name}=${value}; Path=/`),
        );
        return html(response, '<title>Cookie</title>');
      case '/headers':
        response.setHeader('content-type', 'application/json');
        return void response.end(JSON.stringify(hit.headers));
      case '/event':
      case '/empty':
      case '/favicon.ico':
        response.statusCode = 204;
        return void response.end();
      case '/redirect':
        response.statusCode = 302;
        response.setHeader('location', searchParams.get('to') ?? '/');
        return void response.end();
      case '/download':
        response.setHeader('content-disposition', 'attachment; filename="a.txt"');
        return void response.end('downloaded\n');
      default:
        return page(response, pathname);
    }
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => html(response, String(error), 500));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const count = (path: string): number => hits.filter((hit) => new URL(hit.url, 'http://site').pathname === path).length;

  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    elsewhere: `http://localhost:${port}`,
    hits,
    count,
    seen: (path, times = 1) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (count(path) < times) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    on: (path, handler) => void handlers.set(path, handler),
    hold: (path) => {
      const gate = { arrived: deferred<void>(), open: deferred<void>() };
      held.set(path, gate);
      return {
        arrived: gate.arrived.promise,
        release: () => {
          held.delete(path);
          gate.open.resolve();
        },
      };
    },
    [Symbol.asyncDispose]: async () => {
      for (const timer of timers) clearTimeout(timer);
      for (const gate of held.values()) gate.open.resolve();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function html(response: ServerResponse, text: string, status = 200): void {
  if (response.headersSent) return;
  response.statusCode = status;
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(text.startsWith('<!') ? text : `<!doctype html><meta charset="utf-8">${text}`);
}

function page(response: ServerResponse, pathname: string): void {
  try {
    html(response, readFileSync(`${PAGES}${basename(pathname)}`, 'utf8'));
  } catch {
    html(response, '<title>Not found</title><p>Not found', 404);
  }
}
