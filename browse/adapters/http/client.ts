/**
 * One HTTP request to a daemon: Bun's `fetch` where we run under Bun (it speaks unix sockets), `node:http` elsewhere.
 * Says only whether a failed request can have been accepted; knows nothing of commands.
 */
import type { Endpoint } from '../../protocol/record.ts';

export type Call = {
  readonly endpoint: Endpoint;
  readonly token: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly signal?: AbortSignal;
};
export type Answer = { readonly status: number; readonly body: string };

/** `refused`: nobody took the connection, so nothing was accepted. `lost`: it broke later. `aborted`: by our own signal. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly kind: 'refused' | 'lost' | 'aborted';
  constructor(kind: 'refused' | 'lost' | 'aborted', reason: string) {
    super(reason);
    this.kind = kind;
  }
}

const NOT_ACCEPTED: readonly string[] = ['ENOENT', 'ECONNREFUSED', 'ConnectionRefused', 'FailedToOpenSocket', 'EACCES', 'ENOTSOCK'];

/** Where a request for `endpoint` goes, for either client. The host is fixed: the daemon answers to no other name. */
export function originOf(endpoint: Endpoint): string {
  return endpoint.kind === 'unix' ? 'http://localhost' : `http://${endpoint.host}:${endpoint.port}`;
}

/** Translates what either client throws. */
export function transportError(error: unknown, aborted: boolean): TransportError {
  const { code, message } = error as { code?: string; message?: string };
  if (aborted) return new TransportError('aborted', 'aborted');
  return new TransportError(code !== undefined && NOT_ACCEPTED.includes(code) ? 'refused' : 'lost', message ?? String(error));
}

/** Sends once, never again. Rejects with a TransportError only. */
export async function send(call: Call): Promise<Answer> {
  if (typeof Bun === 'undefined') {
    const { sendFromNode } = await import('./node-client.ts');
    return sendFromNode(call);
  }
  try {
    const response = await fetch(originOf(call.endpoint) + call.path, {
      method: call.method,
      headers: { authorization: `Bearer ${call.token}`, 'content-type': 'application/json' },
      // A proxy of the caller's environment has no business between us and our own daemon.
      ...(call.endpoint.kind === 'unix' ? { unix: call.endpoint.path } : { proxy: '' }),
      ...(call.body === undefined ? {} : { body: call.body }),
      ...(call.signal === undefined ? {} : { signal: call.signal }),
      redirect: 'manual',
      keepalive: false,
    } as RequestInit);
    return { status: response.status, body: await response.text() };
  } catch (error) {
    throw transportError(error, call.signal?.aborted === true);
  }
}
