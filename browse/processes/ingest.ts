/**
 * `browse __listen`: the port for logs, in a process of its own, so that no flood ever slows a command. Reads, checks and takes
 * secrets out; hands rows to the daemon, and answers once that has them. Ends with its input. One JSON object a line, both ways.
 */
import { setPriority } from 'node:os';
import { inputLines } from '../adapters/node/input-lines.ts';
import { listen } from '../adapters/http/server.ts';
import { createRater } from '../domain/ingest/rates.ts';
import { secretNames } from '../domain/traffic/secrets.ts';
import { PATIENCE, createListener } from './ingest-listener.ts';
import type { FromListener, Serving, ToListener } from '../domain/messages/ingest.ts';
import type { Handler, HttpServer, Outgoing } from '../adapters/http/handler.ts';

const HOST = '127.0.0.1';
/** Milliseconds that answers under way have when the port is given up. */
const GRACE = 500;
/** Characters of rows in one message: the daemon reads it between two commands. */
const PIECE = 64_000;
/** Milliseconds between two messages of how many were refused. */
const TALLY = 500;
const NICE = 5;

type Answer = (refused: string | null) => void;

/** Until its input ends. */
export async function main(): Promise<void> {
  process.umask(0o077);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  process.stdout.on('error', () => {});
  yieldToOthers();
  const say = (message: FromListener): void => void process.stdout.write(`${JSON.stringify(message)}\n`);
  const open = new Map<number, Answer>();
  let serving: Serving = { ports: [], projects: [] };
  let server: HttpServer | null = null;
  let [told, refused, counting] = [0, 0, false];

  const put = (session: string, rows: readonly unknown[]): Promise<string | null> => {
    told += 1;
    const { promise, resolve } = Promise.withResolvers<string | null>();
    open.set(told, resolve);
    process.stdout.write(
      `{"rows":${told},"session":${JSON.stringify(session)},"put":[${rows.map((row) => JSON.stringify(row)).join(',')}]}\n`,
    );
    return promise;
  };
  const handler = createListener({
    projects: () => serving.projects,
    rater: createRater(),
    secret: secretNames((process.env['BROWSE_REDACT'] ?? '').split(',')),
    now: Date.now,
    async put({ session }, rows) {
      for (const piece of pieces(rows)) {
        const reason = await put(session, piece);
        if (reason !== null) return reason;
      }
      return null;
    },
    refused() {
      refused += 1;
      if (counting) return;
      counting = true;
      setTimeout(() => {
        counting = false;
        say({ refused });
      }, TALLY).unref();
    },
  });

  /** The new port answers before the old one is given up. */
  const serve = async (next: Serving): Promise<number> => {
    const port = server?.endpoint.kind === 'tcp' ? server.endpoint.port : null;
    if (port !== null && next.ports.includes(port)) {
      serving = next;
      return port;
    }
    const opened = await firstFree(next.ports, handler);
    serving = next;
    const before = server;
    server = opened;
    await before?.close(GRACE);
    return opened.endpoint.kind === 'tcp' ? opened.endpoint.port : 0;
  };

  // Beside the loop: requests that the old port still answers wait for what the loop reads.
  let turn: Promise<unknown> = Promise.resolve();
  for await (const line of inputLines(process.stdin)) {
    const message = JSON.parse(line) as ToListener;
    if (message.do === 'took') {
      open.get(message.rows)?.(message.refused);
      open.delete(message.rows);
      continue;
    }
    const { n, serving: next } = message;
    turn = turn
      .then(() => serve(next))
      .then(
        (port) => say({ n, port }),
        (error: unknown) => say({ n, trouble: reasonOf(error) }),
      );
  }
  await (server as HttpServer | null)?.close(0);
  process.exit(0);
}

/** Commands and the browser go first. */
function yieldToOthers(): void {
  try {
    setPriority(NICE);
  } catch {
    // Then as it is.
  }
}

/** Why a port cannot be had, in words. */
function reasonOf(error: unknown): string {
  const code = (error as { code?: string } | null)?.code;
  if (code === 'EADDRINUSE') return 'the port is taken';
  if (code === 'EACCES') return 'no permission for that port';
  return error instanceof Error ? error.message : String(error);
}

function* pieces<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  let [piece, size]: [Row[], number] = [[], 0];
  for (const row of rows) {
    piece.push(row);
    size += JSON.stringify(row).length;
    if (size < PIECE) continue;
    yield piece;
    [piece, size] = [[], 0];
  }
  if (piece.length > 0) yield piece;
}

/** Rejects with what the last one was refused for. */
async function firstFree(ports: readonly number[], handler: Handler): Promise<HttpServer> {
  let closing = false;
  // Who keeps his connection is told that it is the last answer there.
  const farewell = (outgoing: Outgoing): Outgoing =>
    closing ? { ...outgoing, headers: { ...outgoing.headers, connection: 'close' } } : outgoing;
  let last: unknown = new Error('no port was named');
  for (const port of ports) {
    try {
      const { endpoint, close } = await listen({ kind: 'tcp', host: HOST, port }, async (incoming) => farewell(await handler(incoming)), {
        ms: PATIENCE,
      });
      return {
        endpoint,
        close: (graceMs) => {
          closing = true;
          return close(graceMs);
        },
      };
    } catch (error) {
      last = error;
    }
  }
  throw last;
}
