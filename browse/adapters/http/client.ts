/** One HTTP request to a daemon, by whichever client this run time has. Knows nothing of commands. */
import { sendFromBun } from './bun-client.ts';
import type { Answer, Call } from './transport.ts';

export { TransportError } from './transport.ts';

/** Sends once, never again. Rejects with a TransportError only. */
export async function send(call: Call): Promise<Answer> {
  if (typeof Bun !== 'undefined') return sendFromBun(call);
  const { sendFromNode } = await import('./node-client.ts');
  return sendFromNode(call);
}
