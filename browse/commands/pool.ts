/** The pool: browsers with a port of their own, which commands, scripts and other programs use side by side. */
import { browserArguments, checkPort, proxyUrl } from '../domain/pool.ts';
import { fail } from '../protocol/errors.ts';
import { BROWSER_KINDS, DOOR_PORT } from '../protocol/pool.ts';
import type { PoolRow } from '../protocol/pool.ts';
import { command } from './context.ts';

/** A launch under a busy machine, behind others, takes its time. */
const SPAWN_DEADLINE = 60_000;
const PORT = { label: 'PORT', type: 'integer', summary: 'port of the browser, as pool list shows it' } as const;

/** `9222  chromium  headless  running  pid 123  Chromium 1.2  http://127.0.0.1:9222`. */
function line(row: PoolRow): string {
  const { port, browser, headless, state, pid, name, profile, endpoint, cdp_endpoint: cdp } = row;
  return [
    port ?? 'default',
    browser,
    headless ? 'headless' : 'window',
    state,
    pid === 0 ? 'not ours' : `pid ${pid}`,
    name,
    ...(profile === null ? [] : [`profile ${profile}`]),
    endpoint ?? cdp ?? (state === 'crashed' ? 'gone' : 'on a pipe'),
  ].join('  ');
}

function lines(row: PoolRow): string {
  return [
    `port: ${row.port ?? 'none'}`,
    `browser: ${row.browser}`,
    `headless: ${row.headless}`,
    `created_at: ${row.created_at}`,
    `state: ${row.state}`,
    `pid: ${row.pid === 0 ? 'none of ours' : row.pid}`,
    `name: ${row.name}`,
    `profile: ${row.profile ?? 'temporary'}`,
    ...(row.endpoint === null ? [] : [`endpoint: ${row.endpoint}`]),
    `cdp_endpoint: ${row.cdp_endpoint ?? 'none'}`,
    `playwright_endpoint: ${row.playwright_endpoint ?? 'none'}`,
  ].join('\n');
}

const spawn = command({
  name: 'pool spawn',
  family: 'session',
  summary: 'start a browser with a port of its own',
  effect: 'write',
  scope: 'daemon',
  deadline: SPAWN_DEADLINE,
  operands: { kind: { label: 'BROWSER', optional: true, choices: BROWSER_KINDS, summary: 'default: the best of Chromium and its family' } },
  flags: {
    port: { type: 'integer', value: 'N', summary: 'this port (9222-10221); default: the first free one' },
    profile: { type: 'string', value: 'DIR', summary: 'keep cookies, logins and storage in that folder' },
    proxy: { type: 'string', value: 'URL', summary: 'send its traffic through http://HOST:PORT or socks5://HOST:PORT' },
    executable: { type: 'string', value: 'PATH', summary: 'start this program' },
    args: {
      type: 'string',
      value: 'ARGS',
      repeatable: true,
      summary: "further arguments for the browser: --args '--lang=de --mute-audio'",
    },
  },
  examples: ['browse pool spawn', 'browse pool spawn chrome --headed --profile ~/work', "browse pool spawn --args '--lang=de'"],
  notes: [
    'Use it with --browser PORT. Every local user can connect to its port and drive it: it is for machines that are yours alone.',
    'It ends with the daemon. A profile in use by another browser is refused.',
  ],
  async run(context, { kind, port, profile, proxy, executable, args }) {
    if (port !== undefined) checkPort(port);
    return context.pool.spawn(
      {
        kind: kind ?? null,
        port: port ?? null,
        headed: context.headed,
        profile: profile === undefined ? null : context.path(profile),
        proxy: proxy === undefined ? null : proxyUrl(proxy),
        executable: executable === undefined ? null : context.path(executable),
        args: browserArguments(args),
        env: context.caller.env,
      },
      context.bound,
    );
  },
  text: (row) => `Spawned ${row.name} on port ${row.port} (pid ${row.pid})\n${row.cdp_endpoint ?? 'It has no CDP endpoint'}`,
});

const list = command({
  name: 'pool list',
  family: 'session',
  summary: 'list the browsers that run, the default one first',
  effect: 'read',
  scope: 'daemon',
  operands: {},
  flags: {},
  examples: ['browse pool list', 'browse pool list --json'],
  run: async (context) => ({ browsers: context.pool.list() }),
  text: ({ browsers }) => (browsers.length === 0 ? '(no browsers)' : browsers.map(line).join('\n')),
});

const get = command({
  name: 'pool get',
  family: 'session',
  summary: 'tell of one browser, with its endpoints',
  effect: 'read',
  scope: 'daemon',
  operands: { port: PORT },
  flags: {},
  examples: ['browse pool get 9222'],
  run: async (context, { port }) => context.pool.get(port),
  text: lines,
});

const kill = command({
  name: 'pool kill',
  family: 'session',
  summary: 'end a browser of the pool: its tabs are gone, its profile stays if it has one',
  effect: 'destructive',
  scope: 'daemon',
  operands: { port: PORT },
  flags: {},
  examples: ['browse pool kill 9222'],
  async run(context, { port }) {
    const { pid } = context.pool.get(port);
    await context.pool.kill(port);
    return { killed: port, pid };
  },
  text: ({ killed, pid }) => `Killed the browser on port ${killed} (pid ${pid})`,
});

const socket = command({
  name: 'pool socket',
  family: 'session',
  summary: 'print where other programs speak to the pool: lines of JSON over a socket',
  effect: 'write',
  scope: 'daemon',
  prints: 'data',
  operands: {},
  flags: {
    tcp: { type: 'boolean', summary: 'over a loopback port, behind a token, where sockets are not to be had' },
    port: { type: 'integer', value: 'N', summary: `that port; 0 is any (default ${DOOR_PORT})` },
  },
  examples: ['browse pool socket', 'browse pool socket --tcp'],
  notes: [
    'Messages: {"type":"ping"}, spawn_browser {browser, headless, port?, owned?}, get_browser {port}, kill_browser {port}, list_browsers, shutdown.',
    'Replies, in order: pong, browser {cdp_endpoint, playwright_endpoint, port}, browsers {list}, ok, error {code, message}.',
    'A browser that is owned ends with the connection that spawned it. The socket is yours alone. Over TCP the second line that is printed has to be sent first.',
  ],
  run: async (context, { tcp, port }) => context.pool.door(tcp || port !== undefined ? (port ?? DOOR_PORT) : null),
  text: (door) => ('path' in door ? door.path : `${door.address}\n${JSON.stringify({ type: 'hello', token: door.token })}`),
});

const playwrightUrl = command({
  name: 'playwright-url',
  family: 'session',
  summary: "print the endpoint at which a Playwright script joins this session's browser",
  effect: 'write',
  scope: 'browser',
  opens: true,
  notRecorded: 'a test has no such step',
  prints: 'data',
  operands: {},
  flags: {},
  examples: ['browse playwright-url', 'browse playwright-url --browser 9222'],
  notes: [
    'For chromium.connect(endpoint) of Playwright 1.60 and later: the same context, tabs and cookies, of this session only. It is yours alone.',
    'A tab that a script opens is in tabs; what it leaves behind is closed when it leaves, unless that became the current tab.',
  ],
  run: async (context) => ({ endpoint: await context.pool.share(), session: context.session.name }),
  text: ({ endpoint }) => endpoint,
});

const cdpUrl = command({
  name: 'cdp-url',
  family: 'session',
  summary: "print the CDP endpoint of this session's browser, if it is one of the pool or config.json gives it a port",
  effect: 'read',
  scope: 'daemon',
  operands: {},
  flags: {},
  examples: ['browse cdp-url --browser 9222', 'browse cdp-url'],
  notes: [
    'For Puppeteer, Lighthouse, chrome-devtools-mcp and everything else that speaks CDP. Every local user can connect to such a port.',
    'With {"browser": {"cdp": true}} in your config.json the default browser has one too, from its next start on.',
  ],
  async run(context) {
    return { endpoint: (await context.pool.cdp()) ?? fail('pipe-only', {}), session: context.sessions.status().name };
  },
  text: ({ endpoint }) => endpoint,
});

export const poolCommands = [spawn, list, get, kill, socket, playwrightUrl, cdpUrl];
