/**
 * The client under Bun: one request over a bare socket. `fetch` would start a thread of its own for it, which costs a
 * command most of a millisecond. Speaks just the HTTP that our own server answers with: a status, headers, a body of known length.
 */
import { TransportError, hostOf, transportError } from './transport.ts';
import type { Answer, Call } from './transport.ts';

const HEAD_END = '\r\n\r\n';

type Head = { readonly status: number; readonly from: number; readonly length: number };

/** Status and place of the body; null while the head is not all there. */
function headOf(bytes: Buffer): Head | null {
  const end = bytes.indexOf(HEAD_END);
  if (end === -1) return null;
  const [first = '', ...headers] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? Number.NaN);
  const length = Number(headers.find((line) => /^content-length:/i.test(line))?.slice('content-length:'.length) ?? Number.NaN);
  if (!Number.isInteger(status) || !Number.isInteger(length)) throw new Error('this is not an answer of a daemon');
  return { status, length, from: end + HEAD_END.length };
}

function requestBytes({ method, path, token, body, endpoint }: Call): Buffer {
  const content = Buffer.from(body ?? '', 'utf8');
  const head = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${hostOf(endpoint)}`,
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${content.length}`,
    'Connection: close',
  ].join('\r\n');
  return Buffer.concat([Buffer.from(head + HEAD_END, 'latin1'), content]);
}

/** An answer that arrives in pieces. */
export class Received {
  #parts: Buffer[] = [];
  #size = 0;
  #head: Head | null = null;

  /** The answer as soon as it is all there. Throws when it is none. */
  add(chunk: Uint8Array): Answer | null {
    this.#parts.push(Buffer.from(chunk));
    this.#size += chunk.length;
    if (this.#head === null) {
      this.#parts = [Buffer.concat(this.#parts)];
      this.#head = headOf(this.#parts[0] as Buffer);
    }
    if (this.#head === null) return null;
    const { status, from, length } = this.#head;
    return this.#size < from + length
      ? null
      : {
          status,
          body: Buffer.concat(this.#parts)
            .subarray(from, from + length)
            .toString('utf8'),
        };
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
