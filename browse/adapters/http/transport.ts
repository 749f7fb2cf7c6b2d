/** What both HTTP clients share: a request, an answer, and whether a failed request can have been accepted. */
import type { Endpoint } from '../../protocol/record.ts';

export type Call = {
  readonly endpoint: Endpoint;
  readonly token: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly signal?: AbortSignal;
};
export type HttpAnswer = { readonly status: number; readonly body: string };

/** A connection that blocks, for an answer that comes at once; see `adapters/node/fast-path/quick-socket.ts`. */
export type Blocking = {
  readonly fd: number;
  send(bytes: Uint8Array): number;
  receive(into: Uint8Array): number | null;
  close(): void;
};
/** Opens one to the socket at a path; null where that cannot be. */
export type Dial = (path: string) => Blocking | null;

/** A request that was sent, or tried to be: with its answer, if that came at once, or else how to get it. */
export type Begun = { readonly answer: HttpAnswer | null; finish(signal: AbortSignal): Promise<HttpAnswer> };

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

/** Translates what either client meets. */
export function transportError(error: unknown, aborted: boolean): TransportError {
  const { code, message } = error as { code?: string; message?: string };
  if (aborted) return new TransportError('aborted', 'aborted');
  return new TransportError(code !== undefined && NOT_ACCEPTED.includes(code) ? 'refused' : 'lost', message ?? String(error));
}

/** The name it is called by: the daemon answers to no foreign one. */
export function hostOf(endpoint: Endpoint): string {
  return endpoint.kind === 'unix' ? 'localhost' : `${endpoint.host}:${endpoint.port}`;
}
