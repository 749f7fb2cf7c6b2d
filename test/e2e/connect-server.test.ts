/** A real Playwright server: its browser as a member of the pool, through a gate with a token, lost and joined again, left as it was. */
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { fileURLToPath } from 'node:url';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import { freePort, playwrightServer } from '../support/playwright-server.ts';
import { alive, eventually, look } from '../support/processes.ts';
import { serve } from '../support/site.ts';
import { usersBrowser } from '../support/users-browser.ts';

/** A certificate for `localhost` that nobody else vouches for, with its key. */
const PEM = fileURLToPath(new URL('../support/localhost.pem', import.meta.url));
const CERTIFICATE = readFileSync(PEM, 'utf8');

/** What stands in front of a server in a cluster: who has no token gets 401, the rest goes through as it is. */
async function gate(
  target: number,
  token: string,
  tls?: { key: string; cert: string },
): Promise<AsyncDisposable & { readonly port: number }> {
  const refuse: RequestListener = (_, response) => void response.writeHead(401).end();
  const server = tls === undefined ? createServer(refuse) : createTlsServer(tls, refuse);
  const open = new Set<{ destroy(): unknown }>();
  server.on('upgrade', (request, near, head) => {
    if (request.headers.authorization !== `Bearer ${token}`) return void near.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n');
    const far = connect(target, '127.0.0.1');
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => {}).on('close', () => void (near.destroy(), far.destroy()));
    }
    const lines = request.rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${request.rawHeaders[at + 1]}`] : []));
    far.write(`GET ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    far.write(head);
    near.pipe(far).pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

const PAGE = '<title>Far</title><button onclick="document.title = \'clicked\'">Keep</button><label>Name <input id=n></label>';

test('connect to a Playwright server: its browser works like any of the pool, is joined again after kill -9, and stop leaves the server and its other clients', async () => {
  await using site = await serve({ '/far': PAGE });
  await using server = await playwrightServer();
  await using shell = cli();
  const joined = await shell.ok('connect', server.endpoint);
  const port = joined.match(
    new RegExp(`^Joined \\S+ [\\d.]+ at ws://127\\.0\\.0\\.1:${server.port}/pw as browser (\\d+); this session uses it from now on$`),
  )?.[1];
  if (port === undefined) throw new Error(joined);
  await shell.ok('goto', `${site.origin}/far`);
  expect(await shell.ok('snapshot', '-i')).toContain('@e1 [button] "Keep"');
  expect(await shell.ok('click', '@e1')).toContain('Clicked @e1 [button] "Keep"');
  expect(await shell.ok('title')).toContain('clicked');
  await shell.ok('fill', '#n', 'Ann');
  expect(await shell.ok('network')).toContain('/far');
  await shell.ok('js', 'document.querySelector("button").textContent = "Delete"');
  expect(await shell.run(['click', '@e1'])).toMatchObject({ exit: 3, stderr: expect.stringContaining('its name is now "Delete"') });

  // Another session in it has cookies and tabs of its own.
  await shell.ok('goto', `${site.origin}/cookie?mine=1`);
  await shell.ok('--session', 'two', '--browser', port, 'goto', `${site.origin}/far`);
  expect(await shell.ok('--session', 'two', '--browser', port, 'cookies')).not.toContain('mine');
  expect((await shell.run(['pool', 'kill', port])).stderr).toContain('it is left, not killed');
  expect(await shell.json('pool', 'get', port)).toMatchObject({
    source: 'connected',
    state: 'running',
    pid: 0,
    cdp_endpoint: null,
    endpoint: server.endpoint,
  });

  await server.kill();
  const lost = await eventually('the loss to be said', async () => {
    const run = await shell.run(['url']);
    return run.exit === 4 && /is being joined again/.test(run.stderr) && run;
  });
  expect(lost.stderr).toBe(
    `The connection to the browser ${port} at ${server.endpoint} was lost and is being joined again. Run: browse pool list\n`,
  );
  expect(await shell.ok('pool', 'list')).toMatch(new RegExp(`^${port} .*  lost  `, 'm'));
  await eventually('the reason to be in the log', () =>
    readFileSync(join(shell.home, 'daemon.log'), 'utf8').includes(`the browser ${port} is not joined again yet: Cannot join`),
  );
  await server.restart();
  await eventually('it to be joined again', async () => (await shell.run(['url'])).exit === 0, 40_000);
  expect(await shell.ok('url')).toBe('about:blank');
  await shell.ok('goto', `${site.origin}/far`);

  const process = look(server.pid);
  const other = await chromium.connect(server.endpoint);
  const theirs = await other.newPage();
  await theirs.goto(`${site.origin}/far`);
  expect(server.browsers()).toBe(2);
  await shell.stop();
  await eventually('the server to end the browser that it had started for us', () => server.browsers() === 1, 10_000);
  expect(await theirs.title()).toBe('Far');
  expect(process !== null && alive(process)).toBe(true);
  await other.close();
});

test('a daemon that is killed leaves nothing in a browser elsewhere', async () => {
  await using server = await playwrightServer();
  await using shell = cli();
  await shell.ok('connect', server.endpoint);
  expect(server.browsers()).toBe(1);
  process.kill(shell.record()?.process.pid ?? 0, 'SIGKILL');
  await eventually('the server to end the browser of a client that has gone', () => server.browsers() === 0, 20_000);
});

test('a browser behind TLS is joined when its certificate is trusted, with the header that it asks for, and otherwise not', async () => {
  await using stranger = cli();
  const port = await freePort();
  const browser = await usersBrowser(join(stranger.root, 'profile'), port);
  try {
    const { webSocketDebuggerUrl } = (await (await fetch(`http://127.0.0.1:${port}/json/version`)).json()) as Record<string, string>;
    await using front = await gate(port, 'right', { key: CERTIFICATE, cert: CERTIFICATE });
    const endpoint = `wss://localhost:${front.port}${new URL(webSocketDebuggerUrl ?? '').pathname}`;
    const refused = await stranger.run(['connect', endpoint, '--header', 'Authorization: Bearer right']);
    expect([refused.exit, refused.stdout]).toEqual([5, '']);
    expect(refused.stderr).toMatch(/certificate/);
    await using friend = cli({ env: { NODE_EXTRA_CA_CERTS: PEM } });
    expect((await friend.run(['connect', endpoint])).stderr).toContain('it answered 401');
    expect(await friend.ok('connect', endpoint, '--header', 'Authorization: Bearer right')).toContain(`at ${endpoint} as browser`);
    await friend.ok('goto', 'data:text/html,<button>Far</button>');
    expect(await friend.ok('snapshot', '-i')).toContain('@e1 [button] "Far"');
  } finally {
    await browser.close();
  }
});

test('an endpoint that is none, with the wrong path or without its token is one clear line and status 5', async () => {
  await using site = await serve();
  await using server = await playwrightServer();
  await using front = await gate(server.port, 'right');
  await using shell = cli();
  const nobody = await freePort();
  const why = async (...argv: string[]): Promise<string> => {
    const run = await shell.run(['connect', ...argv]);
    expect([run.exit, run.stdout]).toEqual([5, '']);
    return run.stderr.replace(/^Cannot join the browser at \S+: (.*)\. Run: browse help connect\n$/, '$1');
  };
  expect(await why(`ws://127.0.0.1:${nobody}/pw`)).toBe('nothing listens there');
  expect(await why(`ws://127.0.0.1:${server.port}/none`)).toBe('it answered 400');
  expect(await why(`${site.origin.replace('http', 'ws')}/status/404`)).toBe('it answered 404');
  expect(await why(site.origin)).toMatch(/^(?:it answered 404|what answers there is no browser \(CDP\) and no Playwright server)$/);
  expect(await why('--grid', site.origin)).toBe('what answers there is no Selenium Grid');
  const guarded = `ws://127.0.0.1:${front.port}/pw`;
  expect(await why(guarded)).toBe('it answered 401: what --header has to send is missing or wrong');
  expect(await why(guarded, '--header', 'Authorization: Bearer wrong')).toContain('it answered 401');
  expect(await shell.ok('pool', 'list')).not.toContain('not ours');
  expect(await shell.ok('connect', guarded, '--header', 'Authorization: Bearer right')).toContain(`at ${guarded} as browser`);
  expect(await shell.ok('url')).toBe('about:blank');
  expect(readFileSync(join(shell.home, 'daemon.log'), 'utf8')).not.toContain('Bearer');
});
