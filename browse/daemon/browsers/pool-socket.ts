/**
 * The pool's own door: lines of JSON over a unix socket, or over a loopback port behind a token. Opened when somebody asks where it
 * is. One handler per connection, which answers in order; how much a connection may say, owe and keep silent is bounded, so that
 * none of them costs the others anything. What looks like a web page's request is hung up on. A browser may be owned by the connection
 * that spawned it: however that ends, the browser does, and who hangs up on his side first hears the end of ours when it is gone.
 */
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { BrowseError } from '../../protocol/errors.ts';
import type { PoolRow } from '../../protocol/pool.ts';
import { sameSecret } from '../../adapters/http/request-gate.ts';
import { answer, parseMessage, refusal } from './pool-messages.ts';
import type { MessageParts, Reply } from './pool-messages.ts';

/** Longest line, in bytes. */
const LINE_LIMIT = 64 * 1024;
/** Connections at a time that own no browser; one more ends the one that has been idle longest. */
const MOST = 128;
/** Milliseconds that a connection may be silent. */
const IDLE = 10 * 60_000;
/** Milliseconds in which the token must come, and in which a reader must take what it asked for. */
const PATIENCE = 10_000;

const HTTP = /^(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|PRI) /;

export type PoolSocketParts = MessageParts & {
  /** A connection has come (+1) or gone (-1). */
  readonly present: (change: 1 | -1) => void;
};

export type PoolSocket = {
  /** The port, where it is one. */
  readonly port: number;
  close(): Promise<void>;
};

/** Listens at `path`, or at a loopback `port` (0: any) for whoever knows the token. Fails with `port-busy`, `state-unusable`. */
export async function openPoolSocket(
  parts: PoolSocketParts,
  at: { readonly path: string } | { readonly port: number; readonly token: string },
): Promise<PoolSocket> {
  const open = new Set<Talk>();
  // Who has said all that he has to say may still wait for an answer.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const guests = [...open].filter((talk) => !talk.owning);
    if (guests.length >= MOST && !makeRoom(guests)) return void socket.destroy();
    const talk = new Talk(socket, parts, 'token' in at ? at.token : null);
    open.add(talk);
    parts.present(1);
    socket.once('close', () => {
      open.delete(talk);
      parts.present(-1);
    });
  });
  await listen(server, at);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null && 'port' in address ? address.port : 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const talk of open) talk.hangUp();
      }),
  };
}

function listen(server: Server, at: { readonly path: string } | { readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if ('path' in at) reject(new BrowseError('state-unusable', { path: at.path, reason: error.message }));
      else if (error.code === 'EADDRINUSE') reject(new BrowseError('port-busy', { port: at.port, by: 'another program' }));
      else reject(error);
    });
    server.listen('path' in at ? { path: at.path } : { port: at.port, host: '127.0.0.1', exclusive: true }, resolve);
  });
}

/** Ends the connection that has been idle longest; false when every one waits for an answer. */
function makeRoom(open: readonly Talk[]): boolean {
  const idlest = open.filter((talk) => !talk.working).toSorted((a, b) => a.last - b.last)[0];
  idlest?.say(refusal('idle', 'Too many connections; this one was idle longest'));
  idlest?.leave();
  return idlest !== undefined;
}

/** One connection: its lines, answered one after the other. */
class Talk {
  working = false;
  /** Monotonic milliseconds of its last line. */
  last = performance.now();
  readonly #socket: Socket;
  readonly #parts: PoolSocketParts;
  #token: string | null;
  /** Null: one that was too long. */
  #lines: (string | null)[] = [];
  #rest: Buffer = Buffer.alloc(0);
  /** The rest of a line that is too long is passed over. */
  #skipping = false;
  #first = true;
  readonly #left = new AbortController();
  #owned: PoolRow[] = [];

  /** `token` null: whoever can open the socket is its owner. */
  constructor(socket: Socket, parts: PoolSocketParts, token: string | null) {
    this.#socket = socket;
    this.#parts = parts;
    this.#token = token;
    socket.on('error', () => this.hangUp());
    socket.on('close', () => void this.#over());
    socket.on('end', () => void this.#over());
    socket.on('data', (chunk: Buffer) => this.#heard(chunk));
    socket.setTimeout(IDLE, () => {
      if (!this.working && !this.owning) this.hangUp();
    });
    if (token === null) return;
    const late = setTimeout(() => {
      if (this.#token !== null) this.hangUp();
    }, PATIENCE);
    late.unref();
    socket.once('close', () => clearTimeout(late));
  }

  /** Its silence is no idleness: it is there. */
  get owning(): boolean {
    return this.#owned.length > 0;
  }

  say(reply: Reply): boolean {
    return this.#socket.destroyed || this.#socket.write(`${JSON.stringify(reply)}\n`);
  }

  /** Hangs up when what was said has been sent. */
  leave(): void {
    this.#lines = [];
    this.#socket.end(() => this.hangUp());
  }

  hangUp(): void {
    this.#lines = [];
    this.#rest = Buffer.alloc(0);
    this.#socket.destroy();
  }

  /** The other side has left, or has said its last. */
  async #over(): Promise<void> {
    this.#left.abort();
    await Promise.all(this.#owned.splice(0).map((row) => this.#kill(row)));
    this.leave();
  }

  async #kill({ port, pid }: PoolRow): Promise<void> {
    // Somebody else may have ended it, or be about to.
    if (port !== null) await this.#parts.pool.kill(port, pid).catch(() => {});
  }

  #heard(chunk: Buffer): void {
    let rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (this.#first && HTTP.test(rest.toString('latin1', 0, 16))) return this.hangUp();
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      this.#first = false;
      if (this.#skipping) this.#skipping = false;
      else this.#lines.push(end > LINE_LIMIT ? null : rest.toString('utf8', 0, end));
      rest = rest.subarray(end + 1);
    }
    if (this.#skipping || rest.length > LINE_LIMIT) {
      if (!this.#skipping) this.#lines.push(null);
      this.#skipping = true;
      rest = rest.subarray(rest.length);
    }
    // A copy: a part of a large chunk would keep all of it.
    this.#rest = Buffer.from(rest);
    if (!this.working && this.#lines.length > 0) void this.#work();
  }

  async #work(): Promise<void> {
    this.working = true;
    // Until these are answered nothing more is read: whoever talks faster than he listens waits.
    this.#socket.pause();
    for (let line = this.#lines.shift(); line !== undefined && !this.#socket.destroyed; line = this.#lines.shift()) {
      this.last = performance.now();
      if (!this.say(await this.#reply(line))) await this.#drained();
      // Who has no token gets one reply.
      if (this.#token !== null) this.leave();
    }
    this.working = false;
    if (!this.#socket.destroyed) this.#socket.resume();
  }

  async #reply(line: string | null): Promise<Reply> {
    if (line === null) return refusal('too-large', `A line has at most ${LINE_LIMIT} bytes`);
    const parsed = parseMessage(line);
    if ('wrong' in parsed) return parsed.wrong;
    const { message } = parsed;
    if (this.#token !== null) {
      if (message['type'] !== 'hello' || !sameSecret(String(message['token']), this.#token))
        return refusal('unauthorized', 'The first line must be {"type":"hello","token":...} with the token that browse pool socket prints');
      this.#token = null;
    }
    const { signal } = this.#left;
    return answer(message, this.#parts, { signal, owns: (row) => void (signal.aborted ? this.#kill(row) : this.#owned.push(row)) });
  }

  /** Waits until the reader has taken what it was sent; one that does not is left. */
  async #drained(): Promise<void> {
    await new Promise<void>((resolve) => {
      const late = setTimeout(() => this.hangUp(), PATIENCE);
      const over = (): void => {
        clearTimeout(late);
        resolve();
      };
      this.#socket.once('drain', over);
      this.#socket.once('close', over);
    });
  }
}
