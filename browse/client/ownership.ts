/**
 * A browser of the pool that belongs to this process: the connection to the pool's door over which it was spawned is held, and the
 * daemon ends the browser when that ends, however it does. The connection keeps no process alive.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { deferred } from '../base/deferred.ts';
import { BrowseError } from '../protocol/errors.ts';
import { remoteError } from './remote-error.ts';

/** Milliseconds that its end may take before we go on without waiting. */
const ENDING = 10_000;

export type OwnedBrowser = {
  readonly port: number;
  /** Resolves when the browser is gone, by this or before. */
  end(): Promise<void>;
};

/** What the door answers. */
type Reply =
  | { readonly type: 'browser'; readonly port: number }
  | { readonly type: 'error'; readonly code: string; readonly message: string };

/** `message` asks for the browser, `folder` is the daemon's. Fails with `daemon-down`, or with the code that the door gives. */
export async function own(path: string, folder: string, message: object): Promise<OwnedBrowser> {
  const socket = connect({ path, allowHalfOpen: true });
  const gone = deferred<void>();
  socket.once('close', () => gone.resolve());
  const lost = new BrowseError('daemon-down', { folder });
  const reply = await answerTo(socket, `${JSON.stringify({ ...message, owned: true })}\n`, lost);
  if (reply.type === 'error') {
    socket.destroy();
    throw remoteError(reply);
  }
  // A daemon that dies takes its browsers along.
  socket.on('error', () => {});
  socket.on('end', () => socket.end());
  socket.unref();
  return {
    port: reply.port,
    async end() {
      socket.ref();
      socket.end();
      const late = setTimeout(() => socket.destroy(), ENDING);
      await gone.promise;
      clearTimeout(late);
    },
  };
}

/** The first line that comes; `lost` when none does. */
function answerTo(socket: Socket, line: string, lost: BrowseError): Promise<Reply> {
  const { promise, resolve, reject } = deferred<Reply>();
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', (part: string) => {
    text += part;
    const end = text.indexOf('\n');
    if (end !== -1) resolve(JSON.parse(text.slice(0, end)) as Reply);
  });
  socket.once('error', () => reject(lost));
  socket.once('close', () => reject(lost));
  socket.write(line);
  return promise;
}
