/** Browsers that somebody else started: joined with their own tabs and logins, left as they are. */
import { joinEndpoint } from '../domain/pool.ts';
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

const connect = command({
  name: 'connect',
  family: 'session',
  summary: 'join a browser that somebody else started, by CDP, and use it in this session',
  effect: 'write',
  scope: 'daemon',
  operands: { endpoint: { label: 'ENDPOINT', optional: true, summary: 'http://HOST:PORT, ws://..., wss://... or a port of this machine' } },
  flags: {
    auto: { type: 'boolean', summary: 'the one of yours that was started with --remote-debugging-port' },
    header: { type: 'string', value: 'NAME:VALUE', repeatable: true, summary: 'send this header when joining' },
  },
  examples: ['browse connect http://127.0.0.1:9222', 'browse connect --auto'],
  notes: [
    'Its tabs are listed; commands begin in a new one. Nothing of it is ended by disconnect or stop.',
    'Pages that were open before are guarded from now on only: what they listened to earlier sees an event that we hold back.',
    'A Playwright server (run-server) is joined by a Playwright client, not here.',
  ],
  async run(context, { endpoint, auto, header: headers }) {
    if ((endpoint === undefined) !== auto) fail('usage', { problem: 'connect takes an ENDPOINT or --auto', hint: 'browse help connect' });
    const at = endpoint === undefined ? found(context) : joinEndpoint(endpoint);
    const row = await context.pool.join({ endpoint: at, headers: Object.fromEntries(headers.map(header)) }, context.bound);
    context.sessions.choose(row.port);
    return row;
  },
  text: ({ name, port, cdp_endpoint: cdp }) => `Joined ${name} at ${cdp} as browser ${port}; this session uses it from now on`,
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
