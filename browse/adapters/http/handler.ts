/** What both HTTP servers share: what arrives, what is answered, and the handler between them. */
import type { Endpoint } from '../../protocol/record.ts';

/** What arrives. `caller` aborts when the one who asks has left. */
export type Incoming = {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  header(name: string): string | null;
  /** The whole body; null when it is longer than `limit` bytes. */
  body(limit: number): Promise<string | null>;
  readonly caller: AbortSignal;
};

export type Outgoing = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string };

export type Handler = (incoming: Incoming) => Promise<Outgoing>;

/** For a listener that anybody may reach: headers, and a whole body, may take so long. */
export type Limits = { readonly ms: number };

/** A body did not come within its limit. */
export class BodyLate extends Error {
  override readonly name = 'BodyLate';
}

export type HttpServer = {
  /** With the real port, where port 0 was asked for. */
  readonly endpoint: Endpoint;
  /** Takes no new connection, delivers what is being answered, then cuts what is left after `graceMs`. */
  close(graceMs: number): Promise<void>;
};

/** A handler that throws is our bug: the page says nothing of it. */
export const BROKEN: Outgoing = { status: 500, headers: { 'content-type': 'application/json' }, body: '{"ok":false,"error":"internal"}' };
