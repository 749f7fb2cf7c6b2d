/** The twin of `send` for Node, which has no `Bun.connect`. */
import { request } from 'node:http';
import { deferred } from '../../base/deferred.ts';
import { hostOf, transportError } from './transport.ts';
import type { HttpAnswer, Call } from './transport.ts';

/** As `send` in client.ts. */
export function sendFromNode(call: Call): Promise<HttpAnswer> {
  const { promise, resolve, reject } = deferred<HttpAnswer>();
  const lost = (error: unknown): void => reject(transportError(error, call.signal?.aborted === true));
  const outgoing = request(
    `http://${hostOf(call.endpoint)}${call.path}`,
    {
      method: call.method,
      agent: false,
      headers: {
        authorization: `Bearer ${call.token}`,
        'content-type': 'application/json',
        ...(call.body === undefined ? {} : { 'content-length': Buffer.byteLength(call.body) }),
      },
      ...(call.endpoint.kind === 'unix' ? { socketPath: call.endpoint.path } : {}),
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    },
    (incoming) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.on('error', lost);
      incoming.on('end', () =>
        incoming.complete
          ? resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(parts).toString('utf8') })
          : lost(new Error('the answer was cut short')),
      );
    },
  );
  outgoing.on('error', lost);
  outgoing.end(call.body);
  return promise;
}
