import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import { browserOf, browsersOf, daemonOf, recordOf, statusOf } from '../support/daemons.ts';
import { alive, look } from '../support/processes.ts';
import { argvBody, ask, socketOf } from '../support/raw.ts';
import { sharedCli } from '../support/shared-cli.ts';
import { shellLine } from '../support/shell-line.ts';
import { serve } from '../support/site.ts';
import { ordinaryUser } from '../support/user.ts';

const mode = (path: string): string => (lstatSync(path).mode & 0o777).toString(8);

test('the socket is 0600 in a folder that is 0700, and so is every file with secrets', async () => {
  await using site = await serve();
  await using shell = cli();
  await shell.ok('goto', `${site.origin}/form.html`);
  await shell.ok('useragent', 'Secret/1');
  await shell.ok('screenshot');
  expect(mode(join(shell.home, 'run'))).toBe('700');
  expect(mode(socketOf(recordOf(shell)))).toBe('600');
  const open: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      // What others could read or enter.
      if (!entry.isSymbolicLink() && (lstatSync(path).mode & 0o077) !== 0) open.push(`${mode(path)} ${path}`);
      // A browser's own temp files lie in a folder that nobody else enters.
      if (entry.isDirectory() && entry.name !== 'tmp') walk(path);
    }
  };
  walk(shell.home);
  expect(open).toEqual([]);
});

test('the modes hold whatever umask the first command had', async () => {
  await using shell = cli();
  const first = shellLine(shell, 'umask 000; exec "$0" url');
  expect(first.stdout).toBe('about:blank\n');
  expect(mode(join(shell.home, 'run'))).toBe('700');
  expect(mode(join(shell.home, 'run/daemon.json'))).toBe('600');
  expect(mode(socketOf(recordOf(shell)))).toBe('600');
  expect(mode(join(shell.home, 'daemon.log'))).toBe('600');
});

test('without a token, or with a wrong one, everything is 401', async () => {
  await using shell = cli();
  await shell.ok('start');
  const record = recordOf(shell);
  for (const token of [null, '', 'wrong', record.token.slice(0, -1), `${record.token}x`, record.token.toUpperCase()]) {
    for (const [method, path] of [
      ['POST', '/v1/argv'],
      ['POST', '/stop'],
      ['POST', '/refresh'],
      ['GET', '/v1/ping'],
      ['GET', '/status'],
      ['GET', '/'],
    ]) {
      const answer = await ask(record, path ?? '', {
        method: method ?? '',
        token,
        body: method === 'POST' ? argvBody(['url']) : undefined,
      } as never);
      expect(answer.status, `${method} ${path} with ${token}`).toBe(401);
      expect(JSON.parse(answer.body)).toMatchObject({ ok: false, error: { code: 'unauthorized' } });
      expect(answer.body).not.toContain(record.token);
    }
  }
  expect((await statusOf(shell)).refreshedAt).toBeNull();
});

test('a foreign Host, any Origin and any Referer are refused, with the right token too', async () => {
  await using shell = cli();
  await shell.ok('start');
  const record = recordOf(shell);
  const foreign: readonly Record<string, string>[] = [
    { host: 'example.com' },
    { host: 'localhost.example.com' },
    { host: 'evil-localhost' },
    { origin: 'https://example.com' },
    { origin: 'null' },
    { origin: 'http://localhost' },
    { referer: 'https://example.com/x' },
  ];
  for (const headers of foreign) {
    const answer = await ask(record, '/v1/argv', { headers, body: argvBody(['url']) });
    expect(answer.status, JSON.stringify(headers)).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject({ ok: false, error: { code: 'forbidden' } });
  }
  const preflight = await ask(record, '/v1/argv', { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } });
  expect(Object.keys(preflight.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  expect((await ask(record, '/v1/argv', { body: argvBody(['url']) })).status).toBe(200);
});

describe('a body that makes no request', () => {
  const shared = sharedCli();

  test.each([
    ['no JSON', '{"argv": ['],
    ['no object', '[]'],
    ['null', 'null'],
    ['a number', '7'],
    ['no argv', '{"id": "12345678"}'],
    ['argv of numbers', '{"id": "12345678", "argv": [1], "cwd": "/", "env": {}}'],
    ['a relative cwd', '{"id": "12345678", "argv": ["url"], "cwd": "x", "env": {}}'],
    ['bytes', '\u0000\u0001'],
  ])('%s: it is a 400 in JSON, and the daemon lives on', async (_kind, body) => {
    const shell = shared();
    const answer = await ask(recordOf(shell), '/v1/argv', { body });
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toContain('application/json');
    expect(JSON.parse(answer.body)).toMatchObject({ ok: false, error: { code: 'malformed' }, retryable: false });
    expect(answer.body).not.toMatch(/at .*\.ts|node_modules|\$bunfs/);
    expect((await shell.run(['url'])).exit).toBe(0);
  });
});

test("the environment of the daemon and of its browser holds nobody's secrets", async () => {
  await using shell = cli({
    env: {
      AWS_SECRET_ACCESS_KEY: 'hunter2',
      GITHUB_TOKEN: 'hunter2',
      BROWSE_SESSION_TOKEN: 'hunter2',
      LD_LIBRARY_PATH: '/hunter2',
      NODE_OPTIONS: '--title=hunter2',
      PASSWORD: 'hunter2',
    },
  });
  await shell.ok('url');
  const browser = await browserOf(shell);
  const allowed =
    /^(HOME|USER|LOGNAME|PATH|LANG|LC_[A-Z]+|TZ|TMPDIR|TEMP|TMP|XDG_[A-Z_]+|DBUS_SESSION_BUS_ADDRESS|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|PLAYWRIGHT_BROWSERS_PATH|SSL_CERT_FILE|NODE_EXTRA_CA_CERTS|FONTCONFIG_[A-Z]+|BROWSE_(HOME|CLOSE_DEADLINE|IDLE|CHROMIUM|BROWSER|SANDBOX)|BUN_TMPDIR|([A-Za-z]+_)?(proxy|PROXY))$/;
  const names = daemonOf(shell)
    .environment.split('\0')
    .filter(Boolean)
    .map((pair) => pair.split('=', 1)[0] ?? '');
  expect(names.filter((name) => !allowed.test(name))).toEqual([]);
  for (const seen of shell.processes()) expect(look(seen.pid)?.environment ?? '', seen.command).not.toContain('hunter2');
  expect(alive(browser)).toBe(true);
});

test('what is typed into a page is not in the log, the record or the settings', async () => {
  await using site = await serve();
  await using shell = cli();
  await shell.ok('goto', `${site.origin}/form.html`);
  await shell.ok('fill', 'input[name=password]', 'hunter2-typed');
  const env = await shell.run(['fill', '--secret-env', 'SECRET', 'input[name=name]'], { env: { SECRET: 'hunter2-from-env' } });
  expect(env.exit, String(env)).toBe(0);
  expect(env.stdout + env.stderr).not.toContain('hunter2');
  await shell.ok('cookie', 'session=hunter2-cookie');
  const texts = (folder: string): string =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(folder, entry.name), 'utf8'))
      .join('');
  expect(texts(shell.home) + texts(join(shell.home, 'run'))).not.toContain('hunter2');
});

test("the browser's sandbox is on for a user who is not root, wherever the kernel allows one", async () => {
  await using site = await serve();
  await using shell = cli();
  const user = ordinaryUser(shell);
  const allowed = (await user.execute('unshare', ['--user', 'true'])) === 0;
  try {
    const gone = await user.run(['goto', `${site.origin}/form.html`]);
    expect(gone.exit, String(gone)).toBe(0);
    const status = JSON.parse((await user.run(['status', '--json'])).stdout) as {
      browsers: readonly { pid: number; sandbox: { on: boolean; reason: string | null } }[];
    };
    const sandbox = status.browsers[0]?.sandbox;
    const [browser] = browsersOf(shell);
    expect({ on: sandbox?.on, flag: browser?.command.includes('--no-sandbox') }).toEqual({ on: allowed, flag: !allowed });
    expect(sandbox?.reason ?? '').toMatch(allowed ? /^$/ : /./);
  } finally {
    await user.run(['stop']);
  }
});

test('for root the sandbox is off, and status says why', async () => {
  await using shell = cli();
  const browser = await (async () => {
    await shell.ok('url');
    return browserOf(shell);
  })();
  const { sandbox } = (await statusOf(shell)).browsers[0] ?? { sandbox: { on: true, reason: null } };
  expect(sandbox.on).toBe(!browser.command.includes('--no-sandbox'));
  expect(sandbox.reason ?? '').toMatch(sandbox.on ? /^$/ : /root|kernel|namespace/i);
});

test('a loopback port, where one was asked for, has the same door as the socket', async () => {
  await using site = await serve();
  await using shell = cli();
  await shell.ok('start', '--listen', '127.0.0.1:0');
  const { endpoint, token } = recordOf(shell);
  if (endpoint.kind !== 'tcp') throw new Error('it does not listen on a port');
  const knock = async (headers: Record<string, string>): Promise<number> =>
    (await fetch(`http://127.0.0.1:${endpoint.port}/v1/argv`, { method: 'POST', headers, body: argvBody(['url']) })).status;
  const authorization = `Bearer ${token}`;
  expect(await knock({})).toBe(401);
  expect(await knock({ authorization: 'Bearer wrong' })).toBe(401);
  expect(await knock({ authorization, origin: site.origin })).toBe(403);
  expect(await knock({ authorization, referer: `${site.origin}/x` })).toBe(403);
  expect(await knock({ authorization })).toBe(200);
  // A page that asks is refused before anything else, and learns nothing.
  await shell.ok('goto', `${site.origin}/links.html`);
  const asked = `fetch('http://127.0.0.1:${endpoint.port}/stop', { method: 'POST', mode: 'no-cors' }).then(() => 'sent', () => 'failed')`;
  await shell.ok('js', asked);
  expect((await shell.run(['status'])).exit).toBe(0);
  expect(await shell.ok('restart')).toContain('Restarted');
  expect(recordOf(shell).endpoint.kind).toBe('tcp');
});

test('a page cannot reach the daemon: no port is open anywhere', async () => {
  await using shell = cli();
  await shell.ok('url');
  const ours = new Set(shell.processes().map(({ pid }) => pid));
  const sockets = new Set(
    [...ours].flatMap((pid) => {
      try {
        return readdirSync(`/proc/${pid}/fd`).map((fd) => {
          try {
            return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? '';
          } catch {
            return '';
          }
        });
      } catch {
        return [];
      }
    }),
  );
  const listening = ['tcp', 'tcp6'].flatMap((name) =>
    readFileSync(`/proc/net/${name}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A' && sockets.has(fields[9] ?? ''))
      .map((fields) => fields[1]),
  );
  expect(listening).toEqual([]);
});

test('a file named like an expression, and one named like a command, change nothing', async () => {
  await using shell = cli();
  for (const name of ['1+1', 'document.title', 'url']) writeFileSync(join(shell.cwd, name), 'throw new Error("read a file")');
  expect(await shell.ok('js', '1+1')).toBe('2');
  expect(await shell.ok('eval', 'document.title')).toBe('');
  expect(await shell.ok('url')).toBe('about:blank');
  rmSync(join(shell.cwd, 'url'));
});
