/** What a command says to its daemon, over a connection that blocks where there is one, against servers of every temper. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { ROOT } from '../support/sources.ts';

const RUNTIMES = [
  ['Node', process.execPath, false],
  ['Bun', join(ROOT, 'node_modules/.bin/bun'), process.platform === 'linux'],
] as const;

type Outcome = { readonly at: 'once' | 'last'; readonly answer: string; readonly failure: string; readonly dialled: readonly boolean[] };

const answer = (body: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

/** Everything the client sends up to the end of its body, then `then`. */
function whole(socket: Socket, then: (request: string) => void): void {
  let seen = '';
  socket.on('data', (part) => {
    seen += part.toString();
    const [head = '', body] = seen.split('\r\n\r\n');
    if (body !== undefined && body.length === Number(/content-length: (\d+)/i.exec(head)?.[1])) then(seen);
  });
  socket.on('error', () => {});
}

async function listening(path: string, serve: (socket: Socket) => void): Promise<Server> {
  const server = createServer(serve).listen(path);
  await once(server, 'listening');
  return server;
}

async function ask(
  runtime: string,
  path: string,
  { patience = 100, size = 10, interrupt }: { patience?: number; size?: number; interrupt?: Promise<void> } = {},
): Promise<Outcome> {
  const child = spawn(runtime, [join(ROOT, 'test/support/quick-socket-probe.ts'), path, String(patience), String(size)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  void interrupt?.then(() => child.kill('SIGINT'));
  return JSON.parse(await text(child.stdout)) as Outcome;
}

describe.each(RUNTIMES)('in %s', (_name, runtime, blocks) => {
  test.each([10, 20_000, 2_000_000])('a request of %d bytes arrives whole and its answer is read whole', async (size) => {
    using folder = temporaryFolder();
    const path = `${folder.path}/s`;
    const long = 'é'.repeat(300_000);
    await using _server = await listening(path, (socket) =>
      whole(socket, (request) => socket.end(answer(`${request.split('\r\n\r\n')[1]?.length} ${long}`))),
    );
    const outcome = await ask(runtime, path, { size, patience: 900 });
    expect(outcome).toMatchObject({ failure: '', answer: `200 ${size} ${long}` });
    // Only what fits into the socket whole goes the blocking way.
    expect(outcome.dialled).toEqual(blocks && size < 100_000 ? [true] : []);
    expect(outcome.at).toBe(blocks && size < 100_000 ? 'once' : 'last');
  });

  test('an answer that takes longer than the patience is still got, in the pieces it comes in', async () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/s`;
    const [head, tail] = [answer('late').slice(0, 25), answer('late').slice(25)];
    await using _server = await listening(path, (socket) =>
      whole(socket, () => {
        socket.write(head);
        setTimeout(() => socket.end(tail), 250);
      }),
    );
    expect(await ask(runtime, path, { patience: 40 })).toMatchObject({ at: 'last', answer: '200 late', failure: '' });
  });

  test('a connection that closes before the answer is whole is lost, early or late', async () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/s`;
    await using _server = await listening(path, (socket) => whole(socket, () => socket.end(answer('cut').slice(0, -1))));
    expect(await ask(runtime, path)).toMatchObject({ answer: '', failure: 'lost' });
    using other = temporaryFolder();
    const later = `${other.path}/s`;
    await using _later = await listening(later, (socket) => whole(socket, () => setTimeout(() => socket.destroy(), 150)));
    expect(await ask(runtime, later, { patience: 40 })).toMatchObject({ answer: '', failure: 'lost' });
  });

  test('nobody at the socket, or no socket at all, is a refusal', async () => {
    using folder = temporaryFolder();
    expect(await ask(runtime, `${folder.path}/none`)).toMatchObject({ answer: '', failure: 'refused' });
    expect(await ask(runtime, `${folder.path}/${'x'.repeat(200)}`)).toMatchObject({
      answer: '',
      failure: expect.stringMatching(/refused|lost/),
    });
  });

  test('Ctrl-C ends the wait at once, however patient it is', async () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/s`;
    const arrived = Promise.withResolvers<void>();
    await using _server = await listening(path, (socket) => whole(socket, () => arrived.resolve()));
    const began = performance.now();
    const outcome = await ask(runtime, path, { patience: 999, interrupt: arrived.promise });
    expect(outcome).toMatchObject({ at: 'last', answer: '', failure: 'aborted' });
    expect(performance.now() - began).toBeLessThan(3000);
  });
});
