/** Browsers that somebody else started, or starts for us: joined, used, and left as they are. */
import { isObject } from '../base/json.ts';
import { oneLine } from '../base/escape.ts';
import { gridUrl, joinEndpoint, loopbackPort, withoutSecrets } from '../domain/pool.ts';
import type { JoinOptions } from '../domain/pool.ts';
import { fail } from '../protocol/errors.ts';
import { command } from './context.ts';
import type { Context } from './context.ts';

/** The one browser that can be meant. Fails with `join-none`, or `usage` naming them when there are several. */
function found({ pool }: Context): string {
  const known = new Set(pool.list().map(({ cdp_endpoint: cdp }) => cdp));
  const others = pool.debugged().filter((endpoint) => !known.has(endpoint));
  const [only] = others;
  if (only === undefined) return fail('join-none', {});
  if (others.length > 1) fail('usage', { problem: `Several browsers answer: ${others.join(', ')}`, hint: `browse connect ${only}` });
  return only;
}

/** `NAME: value` → both parts. */
function header(typed: string): readonly [string, string] {
  const at = typed.indexOf(':');
  if (at > 0) return [typed.slice(0, at).trim(), typed.slice(at + 1).trim()];
  return fail('usage', { problem: '--header takes NAME:VALUE', hint: 'browse help connect' });
}

/** A variable that holds a JSON object; null when it is not set. Fails with `usage`, without the value: it may hold a token. */
function objectIn(env: Context['caller']['env'], name: string): Record<string, unknown> | null {
  const text = env[name];
  if (text === undefined || text === '') return null;
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // No JSON at all.
  }
  return fail('usage', { problem: `${name} is no JSON object`, hint: 'browse help connect' });
}

/** The Grid that is meant, and what goes to it. The variable's headers go to the variable's address only. */
function grid({ caller: { env }, headed }: Context, endpoint: string | undefined, headers: Readonly<Record<string, string>>): JoinOptions {
  const named = endpoint ?? env['SELENIUM_REMOTE_URL'] ?? '';
  if (named === '') fail('usage', { problem: '--grid takes a URL, or the variable SELENIUM_REMOTE_URL', hint: 'browse help connect' });
  const own = endpoint === undefined ? objectIn(env, 'SELENIUM_REMOTE_HEADERS') : null;
  const sent = Object.fromEntries(Object.entries(own ?? {}).map(([name, value]) => [name, String(value)]));
  const capabilities = objectIn(env, 'SELENIUM_REMOTE_CAPABILITIES');
  return {
    endpoint: gridUrl(named),
    headers: { ...sent, ...headers },
    grid: { capabilities: capabilities === null ? null : JSON.stringify(capabilities) },
    headed,
  };
}

/** A browser that is started for it, on a busy machine or behind a queue, takes its time. */
const JOIN_DEADLINE = 60_000;

const connect = command({
  name: 'connect',
  family: 'session',
  summary: 'join a browser that somebody else started, or a server starts for you, and use it in this session',
  effect: 'write',
  scope: 'daemon',
  deadline: JOIN_DEADLINE,
  operands: { endpoint: { label: 'ENDPOINT', optional: true, summary: 'http://HOST:PORT, ws://..., wss://... or a port of this machine' } },
  flags: {
    auto: { type: 'boolean', summary: 'the one of yours that was started with --remote-debugging-port' },
    yes: { type: 'boolean', summary: 'also one that another user of this machine runs' },
    grid: { type: 'boolean', summary: 'ENDPOINT is a Selenium Grid (default: SELENIUM_REMOTE_URL), which starts a browser' },
    header: { type: 'string', value: 'NAME:VALUE', repeatable: true, summary: 'send this header when joining' },
  },
  examples: [
    'browse connect http://127.0.0.1:9222',
    'browse connect --auto',
    "browse connect wss://host.example/pw --header 'Authorization: Bearer TOKEN'",
    'browse connect --grid http://grid.example:4444',
  ],
  notes: [
    'A browser with a debugging port (CDP): its own tabs are listed, commands begin in a new one, and it is one session. Pages that were open before are guarded from now on only: what they listened to earlier sees an event that we hold back.',
    'A Playwright server (run-server) of the same minor version, or a Grid: it starts a Chromium for this connection. Sessions in it are contexts of their own, as in any browser of the pool: --browser PORT. docs/scale.md says what is different there.',
    'Nothing of it is ended by disconnect or stop but what is ours in it. A connection that was lost is said, and tried again with growing pauses.',
  ],
  async run(context, { endpoint, auto, yes, grid: inGrid, header: typed }) {
    if (auto ? endpoint !== undefined || inGrid : endpoint === undefined && !inGrid)
      fail('usage', { problem: 'connect takes an ENDPOINT, --auto or --grid', hint: 'browse help connect' });
    const headers = Object.fromEntries(typed.map(header));
    const options: JoinOptions = inGrid
      ? grid(context, endpoint, headers)
      : { endpoint: endpoint === undefined ? found(context) : joinEndpoint(endpoint), headers, grid: null, headed: context.headed };
    const port = loopbackPort(options.endpoint);
    const owner = port === null ? null : context.pool.ownerOf(port);
    if (owner?.ours === false && !yes)
      fail('browser-foreign', { endpoint: oneLine(withoutSecrets(options.endpoint)), owner: `user ${oneLine(owner.name)}` });
    const row = await context.pool.join(options, context.bound);
    context.sessions.choose(row.port);
    return { ...row, owner: owner?.name ?? null, ours: owner?.ours ?? null };
  },
  text: ({ name, port, endpoint, owner, ours }) =>
    `Joined ${name} at ${endpoint} as browser ${port}; this session uses it from now on${ours === false ? `; it is run by user ${oneLine(owner ?? '')}` : ''}`,
});

const disconnect = command({
  name: 'disconnect',
  family: 'session',
  summary: 'leave a browser that was joined: it goes on, with its tabs',
  effect: 'write',
  scope: 'daemon',
  operands: { port: { label: 'PORT', type: 'integer', optional: true, summary: "default: this session's browser" } },
  flags: {},
  examples: ['browse disconnect', 'browse disconnect 9222'],
  async run(context, { port }) {
    const own = context.sessions.place();
    const left =
      port ?? own ?? fail('usage', { problem: 'this session is in the default browser, which is not left', hint: 'browse pool list' });
    await context.pool.leave(left);
    if (own === left) context.sessions.choose(null);
    return { left };
  },
  text: ({ left }) => `Left browser ${left}`,
});

export const connectCommands = [connect, disconnect];
