/** What else pages do: WebSockets with their frames, workers, dialogs and downloads, bodies too large to keep, failures by name. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import type { EventRow, RequestRow } from '../../browse/domain/traffic/entry.ts';
import { cli } from '../support/cli.ts';
import { eventually } from '../support/processes.ts';
import { serve } from '../support/site.ts';
import { sharedDaemon } from '../support/shared-cli.ts';

const freshUser = sharedDaemon();

/** Accepts any WebSocket, says one thing and closes when it hears anything. */
async function socketServer(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer();
  server.on('upgrade', (request, socket) => {
    const key = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`);
    const text = Buffer.from('{"token":"PLANTED","hello":"there"}');
    socket.write(Buffer.concat([Buffer.from([0x81, text.length]), text]));
    socket.once('data', () => socket.end(Buffer.from([0x88, 0])));
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/live`,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

test('a WebSocket is a row with its frames in both directions, secrets out', async () => {
  await using sockets = await socketServer();
  await using site = await serve({
    '/': `<title>busy</title><script>
      const socket = new WebSocket('${sockets.url}');
      socket.onmessage = () => socket.send('and hello to you');
      socket.onclose = () => (document.title = 'done');</script>`,
  });
  await using user = freshUser();
  await user.ok('goto', site.origin);
  await user.ok('wait', '--fn', 'document.title === "done"');
  const [row] = await user.json<readonly RequestRow[]>('network', '--type', 'websocket');
  expect(row).toMatchObject({ url: sockets.url, status: 101, state: 'done', tab: 1 });
  const whole = await user.ok('request', String(row?.id), '--no-fence');
  expect(whole).toContain('Frames (2)\n← {"token":"****","hello":"there"}\n→ and hello to you');
});

test('a worker is heard: its requests, its console and its errors', async () => {
  await using site = await serve({
    '/worker.js': (_, response) =>
      void response
        .writeHead(200, { 'content-type': 'text/javascript' })
        .end(`console.log('from the worker'); fetch('/status/207').then(() => { postMessage(1); null.x; });`),
    '/': `<title>busy</title><script>new Worker('/worker.js').onmessage = () => (document.title = 'done');</script>`,
  });
  await using user = freshUser();
  await user.ok('goto', site.origin);
  await user.ok('wait', '--fn', 'document.title === "done"');
  // The page goes on with the headers of an answer; that it has ended is heard from another process.
  const row = /^#\d+ GET \S+\/status\/207 → 207 \(/;
  await eventually('the answer to end', async () => row.test(await user.ok('network', '--url', '/status/207', '--no-fence')));
  expect(await user.ok('console', '--no-fence')).toMatch(/\[log\] from the worker \(\S+\/worker\.js:1:\d+\)/);
  await eventually('the error', async () => (await user.ok('errors', '--no-fence')).includes('TypeError'));
});

test('an answer of a hundred megabytes is a row whose body is not kept, and says so', async () => {
  await using site = await serve({
    '/large': (_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      let left = 100;
      const more = (): void => {
        if (left-- === 0) return void response.end();
        response.write('x'.repeat(1_000_000), more);
      };
      more();
    },
  });
  await using user = cli();
  await user.ok('goto', `${site.origin}/status/200`);
  await user.ok('js', `fetch('/large').then((r) => r.arrayBuffer()).then((b) => b.byteLength)`, '--timeout', '60000');
  const [row] = await user.json<readonly RequestRow[]>('network', '--url', '/large');
  expect(row).toMatchObject({ state: 'done', status: 200, bodySize: 100_000_000 });
  expect(await user.ok('request', String(row?.id), '--response-body', '--no-fence')).toBe(
    '(no body: it is larger than 262144 bytes (100000000))',
  );
  expect((await user.json<{ readonly memory: number }>('status')).memory).toBeLessThan(400 * 1024 ** 2);
});

test('a request that nobody answers, a dialog and a download are in the log', async () => {
  await using site = await serve();
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/status/200`);
  await user.ok('js', `fetch('http://127.0.0.1:9/').catch(() => 1)`);
  expect(await user.ok('network', '--status', 'failed', '--no-fence')).toMatch(
    /^#\d+ GET http:\/\/127\.0\.0\.1:9\/ → failed \(net::ERR_\w+\)/,
  );
  await user.run(['js', `confirm('Are you sure?')`]);
  await user.ok('dialog-accept');
  await user.run(['goto', `${site.origin}/download`]);
  const lines = JSON.parse(await user.ok('logs', '--source', 'console', '--json')) as readonly { readonly event: EventRow }[];
  const said = lines.map(({ event }) => [event.kind, event.tab, event.text]);
  expect(said).toContainEqual(['dialog', 1, 'Are you sure?']);
  expect(said).toContainEqual(['download', 1, `a.txt from ${site.origin}/download`]);
});
