/** A program that speaks lines of JSON over a socket, well-behaved or not. */
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { once } from 'node:events';

export type LineClient = AsyncDisposable & {
  readonly socket: Socket;
  /** Sends one line as it is, and gives the next reply. */
  say(line: string): Promise<unknown>;
  /** Sends a message, and gives the next reply. */
  ask(message: object): Promise<unknown>;
  /** The next reply; rejects when the connection ends before. */
  next(): Promise<unknown>;
  /** Everything that came. */
  received(): string;
};

/** Connects to a socket's path or a port. */
export async function lineClient(at: string | { readonly host: string; readonly port: number }): Promise<LineClient> {
  const socket = typeof at === 'string' ? connect(at) : connect(at satisfies NetConnectOpts);
  await once(socket, 'connect');
  let [received, rest] = ['', ''];
  let ended = false;
  const lines: string[] = [];
  const waiting: (() => void)[] = [];
  const wake = (): void => {
    for (const each of waiting.splice(0)) each();
  };
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    received += text;
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
    wake();
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    ended = true;
    wake();
  });
  const next = async (): Promise<unknown> => {
    for (;;) {
      const line = lines.shift();
      if (line !== undefined) return JSON.parse(line);
      if (ended) throw new Error('the connection ended without a reply');
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  const say = (line: string): Promise<unknown> => {
    socket.write(`${line}\n`);
    return next();
  };
  return {
    socket,
    say,
    ask: (message) => say(JSON.stringify(message)),
    next,
    received: () => received,
    async [Symbol.asyncDispose]() {
      socket.destroy();
      if (!ended) await once(socket, 'close');
    },
  };
}
