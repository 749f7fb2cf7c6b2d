/**
 * The client under Bun: one request over a bare socket. `fetch` would start a thread of its own for it, which costs a
 * command most of a millisecond. Speaks just the HTTP that our own server answers with: a status, headers, a body of known length.
 */
import { TransportError, hostOf, transportError } from './transport.ts';
import type { Answer, Call } from './transport.ts';

const HEAD_END = '\r\n\r\n';
// Cheaper in a fresh process than Buffer, which is a good part of a command's own time.
const encoder = new TextEncoder();
const decoder = new TextDecoder();

type Head = { readonly status: number; readonly from: number; readonly length: number };

/** Status and place of the body; null while the head is not all there. A head is ASCII: its characters are its bytes. */
function headOf(text: string): Head | null {
  const end = text.indexOf(HEAD_END);
  if (end === -1) return null;
  const head = text.slice(0, end);
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? Number.NaN);
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? Number.NaN);
  if (!Number.isInteger(status) || !Number.isInteger(length)) throw new Error('this is not an answer of a daemon');
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
  add(chunk: Uint8Array): Answer | null {
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

/** As `send` in client.ts. */
export function sendFromBun(call: Call): Promise<Answer> {
  const { endpoint, signal } = call;
  if (signal?.aborted) return Promise.reject(new TransportError('aborted', 'aborted'));
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const received = new Received();
  let rest = requestBytes(call);
  let opened: { terminate(): unknown } | null = null;
  const abort = (): void => {
    reject(new TransportError('aborted', 'aborted'));
    opened?.terminate();
  };
  signal?.addEventListener('abort', abort, { once: true });
  const lost = (error: unknown): void => reject(transportError(error, signal?.aborted === true));
  const push = (socket: { write(data: Uint8Array): number }): void => {
    if (rest.length > 0) rest = rest.subarray(Math.max(0, socket.write(rest)));
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
        const answer = received.add(chunk);
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
  const connecting =
    endpoint.kind === 'unix'
      ? Bun.connect({ unix: endpoint.path, socket: handlers })
      : Bun.connect({ hostname: endpoint.host, port: endpoint.port, socket: handlers });
  connecting.catch(lost);
  return promise.finally(() => signal?.removeEventListener('abort', abort));
}
