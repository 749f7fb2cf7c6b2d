/** Sessions: isolated contexts of the one browser. */
import { counted } from '../base/span.ts';
import { command } from './context.ts';

const list = command({
  name: 'session list',
  aliases: ['list'],
  family: 'session',
  summary: 'list the sessions',
  effect: 'read',
  scope: 'daemon',
  operands: {},
  flags: {},
  examples: ['browse session list'],
  run: async (context) => ({ sessions: context.sessions.list() }),
  text: ({ sessions }) =>
    sessions.length === 0
      ? '(no sessions)'
      : sessions.map(({ name, mine, tabs }) => `${mine ? '→' : ' '} ${name} (${counted(tabs, 'tab')})`).join('\n'),
});

const status = command({
  name: 'session status',
  family: 'session',
  summary: 'tell which session you are in, and its browser',
  effect: 'read',
  scope: 'daemon',
  operands: {},
  flags: {},
  examples: ['browse session status'],
  run: async (context) => context.sessions.status(),
  text: (facts) =>
    [
      `Session: ${facts.name}`,
      `browser: ${facts.browser === null ? 'none yet' : `${facts.browser} (${facts.browserPid === null ? 'not ours' : `pid ${facts.browserPid}`})`}`,
      `port: ${facts.port ?? 'none (the default browser)'}`,
      `cdp_endpoint: ${facts.cdp_endpoint ?? 'none'}`,
      `source: ${facts.source}`,
      `uptime: ${facts.uptime}s`,
      `tabs: ${facts.tabs}`,
    ].join('\n'),
});

const choose = command({
  name: 'session',
  family: 'session',
  summary: 'tell which session you are in; with --browser, use that browser for it from now on',
  effect: 'write',
  scope: 'daemon',
  operands: {},
  flags: {},
  examples: ['browse session --browser 9222', 'browse session --browser default'],
  async run(context) {
    context.sessions.choose();
    return context.sessions.status();
  },
  text: ({ name, port }) => `Session ${name} is in ${port === null ? 'the default browser' : `the browser on port ${port}`}`,
});

const close = command({
  name: 'session close',
  aliases: ['close'],
  family: 'session',
  summary: 'close a session: its tabs, cookies and storage are gone',
  effect: 'destructive',
  scope: 'daemon',
  recorded: ['.closed'],
  operands: { name: { label: 'NAME', optional: true, summary: 'default: the one you are in' } },
  flags: {},
  examples: ['browse session close work'],
  async run(context, { name }) {
    const closed = name ?? context.sessions.status().name;
    await context.sessions.close(closed);
    return { closed };
  },
  text: ({ closed }) => `Session closed: ${closed}`,
});

export const sessionCommands = [choose, list, status, close];
