/**
 * The client under Bun: one request over a bare socket. `fetch` would start a thread of its own for it, which costs a
 * command most of a millisecond. Speaks just the HTTP that our own server answers with: a status, headers, a body of known length.
 */
import { TransportError, hostOf, transportError } from './transport.ts';
import type { HttpAnswer, Begun, Blocking, Call, Dial } from './transport.ts';

const HEAD_END = '\r\n\r\n';
const VERSION = 'HTTP/1.1 ';
const LENGTH = '\r\ncontent-length:';
// Cheaper in a fresh process than Buffer, which is a good part of a command's own time.
const encoder = new TextEncoder();
const decoder = new TextDecoder();

type Head = { readonly status: number; readonly from: number; readonly length: number };

/** Status and place of the body; null while the head is not all there. A head is ASCII: its characters are its bytes. */
function headOf(text: string): Head | null {
  const end = text.indexOf(HEAD_END);
  if (end === -1) return null;
  const head = text.slice(0, end);
  // Without patterns: to compile one costs a fresh process more than all of this.
  const at = head.toLowerCase().indexOf(LENGTH);
  const line = head.indexOf('\r\n', at + LENGTH.length);
  const status = head.startsWith(VERSION) ? Number(head.slice(VERSION.length, VERSION.length + 3)) : Number.NaN;
  const length = at === -1 ? Number.NaN : Number(head.slice(at + LENGTH.length, line === -1 ? undefined : line));
  if (!Number.isSafeInteger(status) || !Number.isSafeInteger(length) || length < 0) throw new Error('this is not an answer of a daemon');
  return { status, length, from: end + HEAD_END.length };
}

function requestBytes({ method, path, token, body = '', endpoint }: Call): Uint8Array {
  const head = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${hostOf(endpoint)}`,
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${encoder.encode(body).length}`,
    'Connection: close',
  ].join('\r\n');
  return encoder.encode(`${head}${HEAD_END}${body}`);
}

/** An answer that arrives in pieces. */
export class Received {
  #bytes = new Uint8Array(0);
  #size = 0;
  #head: Head | null = null;

  /** The answer as soon as it is all there. Throws when it is none. */
  add(chunk: Uint8Array): HttpAnswer | null {
    this.#keep(chunk);
    this.#head ??= headOf(decoder.decode(this.#bytes.subarray(0, this.#size)));
    if (this.#head === null) return null;
    const { status, from, length } = this.#head;
    return this.#size < from + length ? null : { status, body: decoder.decode(this.#bytes.subarray(from, from + length)) };
  }

  /** Room is doubled, so that a long answer is not copied for each of its pieces. The runtime may use a chunk's memory again. */
  #keep(chunk: Uint8Array): void {
    const size = this.#size + chunk.length;
    if (size > this.#bytes.length) {
      const room = new Uint8Array(Math.max(size, this.#size * 2));
      room.set(this.#bytes.subarray(0, this.#size));
      this.#bytes = room;
    }
    this.#bytes.set(chunk, this.#size);
    this.#size = size;
  }
}

/** A request that is on its way: what is not sent of it yet, and what came of its answer. */
type Exchange = { rest: Uint8Array; readonly received: Received };

/** Bytes of a request that a socket takes without anybody reading it. */
const SMALL = 32 * 1024;
const CHUNK = 64 * 1024;

/** The answer, if it comes while we wait; otherwise what there is of it stands in `exchange`. Throws when it ends too early. */
function atOnce(socket: Blocking, exchange: Exchange): HttpAnswer | null {
  exchange.rest = exchange.rest.subarray(socket.send(exchange.rest));
  if (exchange.rest.length > 0) return null;
  const chunk = new Uint8Array(CHUNK);
  for (;;) {
    const size = socket.receive(chunk);
    if (size === null) return null;
    if (size === 0) throw new Error('the connection was closed');
    const answer = exchange.received.add(chunk.subarray(0, size));
    if (answer !== null) return answer;
  }
}

/** As `begin` in client.ts. */
export function beginFromBun(call: Call, dial: Dial): Begun {
  const exchange: Exchange = { rest: requestBytes(call), received: new Received() };
  const size = exchange.rest.length;
  const socket = call.endpoint.kind === 'unix' && size <= SMALL ? dial(call.endpoint.path) : null;
  if (socket === null) return { answer: null, finish: (signal) => inTurns(call, exchange, null, signal) };
  try {
    const answer = atOnce(socket, exchange);
    if (answer === null && exchange.rest.length < size) return { answer, finish: (signal) => inTurns(call, exchange, socket.fd, signal) };
    socket.close();
    // Nothing of it was taken: a connection of its own tells why.
    return { answer, finish: (signal) => inTurns(call, exchange, null, signal) };
  } catch (error) {
    socket.close();
    throw transportError(error, false);
  }
}

/** As `resume` in client.ts. */
export function resumeFromBun(call: Call, fd: number, received: Uint8Array): Begun {
  const exchange: Exchange = { rest: new Uint8Array(0), received: new Received() };
  try {
    const answer = exchange.received.add(received);
    const closed = (): Promise<HttpAnswer> => Promise.reject(new TransportError('lost', 'the connection was closed'));
    return { answer, finish: fd < 0 ? closed : (signal) => inTurns(call, exchange, fd, signal) };
  } catch (error) {
    throw transportError(error, false);
  }
}

/** As `send` in client.ts. */
export function sendFromBun(call: Call): Promise<HttpAnswer> {
  return inTurns(call, { rest: requestBytes(call), received: new Received() }, null, call.signal);
}

/** The rest of an exchange in the event loop, over a connection that is open already or a new one. */
function inTurns({ endpoint }: Call, exchange: Exchange, fd: number | null, signal: AbortSignal | undefined): Promise<HttpAnswer> {
  if (signal?.aborted && fd === null) return Promise.reject(new TransportError('aborted', 'aborted'));
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  let opened: { terminate(): unknown } | null = null;
  const abort = (): void => {
    reject(new TransportError('aborted', 'aborted'));
    opened?.terminate();
  };
  signal?.addEventListener('abort', abort, { once: true });
  const lost = (error: unknown): void => reject(transportError(error, signal?.aborted === true));
  const push = (socket: { write(data: Uint8Array): number }): void => {
    const { rest } = exchange;
    if (rest.length > 0) exchange.rest = rest.subarray(Math.max(0, socket.write(rest)));
  };
  const handlers: Bun.SocketHandler = {
    open(socket) {
      opened = socket;
      if (signal?.aborted) socket.terminate();
      else push(socket);
    },
    drain: push,
    data(socket, chunk) {
      try {
        const answer = exchange.received.add(chunk);
        if (answer === null) return;
        resolve(answer);
        socket.end();
      } catch (error) {
        lost(error);
        socket.terminate();
      }
    },
    close: () => lost(new Error('the connection was closed')),
    error: (_socket, error) => lost(error),
    connectError: (_socket, error) => lost(error),
  };
  const connect = (): Promise<unknown> => {
    // The runtime takes one that is open; its types do not say so.
    if (fd !== null) return Bun.connect({ fd, socket: handlers } as unknown as Bun.UnixSocketOptions);
    if (endpoint.kind === 'unix') return Bun.connect({ unix: endpoint.path, socket: handlers });
    return Bun.connect({ hostname: endpoint.host, port: endpoint.port, socket: handlers });
  };
  connect().catch(lost);
  return promise.finally(() => signal?.removeEventListener('abort', abort));
}
