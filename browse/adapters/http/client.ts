/** One HTTP request to a daemon, by whichever client this run time has. Knows nothing of commands. */
import { beginFromBun, resumeFromBun, sendFromBun } from './bun-client.ts';
import type { HttpAnswer, Begun, Call, Dial } from './transport.ts';

export { TransportError } from './transport.ts';
export type { HttpAnswer, Begun, Dial } from './transport.ts';

/**
 * Begins to send, and waits for the answer where it stands as long as the dialled connection is patient; what goes that way is
 * a small request to a socket. Once, as `send`, whichever way. Throws a TransportError only.
 */
export function begin(call: Call, dial: Dial): Begun {
  return typeof Bun === 'undefined' ? { answer: null, finish: (signal) => send({ ...call, signal }) } : beginFromBun(call, dial);
}

/** Goes on with a call that was sent over this connection, of whose answer so much has come. Under Bun only. Throws a TransportError only. */
export const resume = resumeFromBun;

/** Sends once, never again. Rejects with a TransportError only. */
export async function send(call: Call): Promise<HttpAnswer> {
  if (typeof Bun !== 'undefined') return sendFromBun(call);
  const { sendFromNode } = await import('./node-client.ts');
  return sendFromNode(call);
}
