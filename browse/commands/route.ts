/** Shaping traffic: answers of one's own, no network, a slow one. Kept per session in the settings. */
import { oneLine } from '../base/escape.ts';
import { THROTTLES, ruleText } from '../domain/traffic/shaping.ts';
import type { RouteRule } from '../domain/traffic/shaping.ts';
import { fail } from '../protocol/errors.ts';
import { command, fileAt } from './context.ts';
import type { Context } from './context.ts';
import { readable } from './traffic-lines.ts';

/** Characters of a body on the command line; more belongs into a file. */
const BODY = 1_000_000;
const GLOB = { label: 'GLOB', summary: 'addresses: ** anything, * all but a slash, {a,b}; or a part of one' } as const;

const line = (rule: RouteRule): string => `${oneLine(rule.glob)} → ${oneLine(ruleText(rule))}`;

const route = command({
  name: 'route',
  family: 'network',
  summary: 'answer requests yourself, hold them up or stop them; until unroute',
  effect: 'write',
  scope: 'browser',
  opens: true,
  notRecorded: 'a test has no such step',
  operands: { glob: GLOB },
  flags: {
    abort: { type: 'boolean', summary: 'they fail' },
    status: { type: 'integer', least: 100, value: 'N', summary: 'answer with this status' },
    body: { type: 'string', value: 'B', summary: 'answer with this body' },
    contentType: { type: 'string', value: 'TYPE', summary: 'of the body; default: what it looks like' },
    file: { type: 'string', value: 'F', summary: 'answer with this file' },
    har: { type: 'string', value: 'F', summary: 'answer from this HAR file; what is not in it goes to the server' },
    delay: { type: 'milliseconds', value: 'MS', summary: 'wait so long before' },
  },
  examples: [
    "browse route '**/*.png' --abort",
    "browse route '**/api/items' --status 503",
    `browse route '**/api/items' --body '[{"id":1}]' --delay 500`,
    "browse route '**/api/**' --har recorded.har",
  ],
  async run(context, { glob, ...how }) {
    const refuse = (problem: string): never => fail('usage', { problem, hint: 'browse help route' });
    const own = [how.body, how.file, how.har].filter((each) => each !== undefined).length;
    if (own > 1) return refuse('route takes one of --body, --file and --har');
    if (how.abort && (own > 0 || how.status !== undefined)) return refuse('route takes --abort or an answer, not both');
    if (!how.abort && own === 0 && how.status === undefined && how.delay === undefined)
      return refuse('route needs --abort, --status, --body, --file, --har or --delay');
    if (how.har !== undefined && how.status !== undefined) return refuse('route takes --har or --status, not both');
    if (how.status !== undefined && how.status > 599) return refuse(`--status takes 100 to 599, not ${how.status}`);
    if ((how.body?.length ?? 0) > BODY) return refuse('--body is too long for a command line; use --file');
    const rule: RouteRule = {
      glob: readable('url', glob, 'The glob', 'route'),
      abort: how.abort,
      status: how.status ?? null,
      body: how.body ?? null,
      contentType: how.contentType ?? null,
      file: how.file === undefined ? null : (await fileAt(context, how.file)).path,
      har: how.har === undefined ? null : (await fileAt(context, how.har)).path,
      delayMs: how.delay ?? 0,
    };
    const rules = [...(context.session.settings().routes ?? []).filter((each) => each.glob !== glob), rule];
    await context.session.browser.setRoutes(rules);
    await context.session.configure({ routes: rules });
    return rule;
  },
  text: (rule) => `Route set: ${line(rule)}`,
});

const unroute = command({
  name: 'unroute',
  family: 'network',
  summary: 'forget a route, or all of them',
  effect: 'write',
  scope: 'browser',
  notRecorded: 'a test has no such step',
  operands: { glob: { ...GLOB, optional: true } },
  flags: {},
  examples: ["browse unroute '**/*.png'", 'browse unroute'],
  async run(context, { glob }) {
    const before = context.session.settings().routes ?? [];
    const rules = glob === undefined ? [] : before.filter((each) => each.glob !== glob);
    if (glob !== undefined && rules.length === before.length)
      return fail('usage', { problem: `There is no route ${JSON.stringify(glob)}`, hint: 'browse routes' });
    await context.session.browser.setRoutes(rules);
    await context.session.configure({ routes: rules.length === 0 ? null : rules });
    return { removed: before.length - rules.length };
  },
  text: ({ removed }) => `Routes removed: ${removed}`,
});

const routes = command({
  name: 'routes',
  family: 'network',
  summary: "list the session's routes",
  effect: 'read',
  scope: 'browser',
  operands: {},
  flags: {},
  examples: ['browse routes'],
  run: async (context) => ({ routes: context.session.settings().routes ?? [] }),
  text: (result) => (result.routes.length === 0 ? '(no routes)' : result.routes.map(line).join('\n')),
});

async function setNetwork(context: Context, change: { offline?: boolean; throttle?: string | null }): Promise<void> {
  const { offline, throttle } = { ...context.session.settings(), ...change };
  await context.session.browser.setNetwork(offline ?? false, THROTTLES.find(({ name }) => name === throttle) ?? null);
  await context.session.configure({ offline: offline || null, throttle: throttle ?? null });
}

const offline = command({
  name: 'offline',
  family: 'network',
  summary: "cut the session's pages off from the network, or connect them again",
  effect: 'write',
  scope: 'browser',
  opens: true,
  notRecorded: 'a test has no such step',
  operands: { state: { label: 'on|off', choices: ['on', 'off'], summary: 'on: there is no network' } },
  flags: {},
  examples: ['browse offline on', 'browse offline off'],
  async run(context, { state }) {
    await setNetwork(context, { offline: state === 'on' });
    return { offline: state === 'on' };
  },
  text: (result) => (result.offline ? 'Offline' : 'Online'),
});

const PROFILES = ['slow-3g', '3g', '4g', 'off'] as const;

const throttle = command({
  name: 'throttle',
  family: 'network',
  summary: "slow the network of the session's pages down",
  effect: 'write',
  scope: 'browser',
  opens: true,
  notRecorded: 'a test has no such step',
  operands: { profile: { label: 'PROFILE', choices: PROFILES, summary: PROFILES.join(', ') } },
  flags: {},
  examples: ['browse throttle slow-3g', 'browse throttle off'],
  async run(context, { profile }) {
    await setNetwork(context, { throttle: profile === 'off' ? null : profile });
    return THROTTLES.find(({ name }) => name === profile) ?? { name: profile, latency: 0, download: -1, upload: -1 };
  },
  text: ({ name, latency, download }) =>
    name === 'off' ? 'Throttle off' : `Throttle ${name}: ${latency}ms latency, ${Math.round((download * 8) / 1000)} kbit/s down`,
});

export const routeCommands = [route, unroute, routes, offline, throttle];
