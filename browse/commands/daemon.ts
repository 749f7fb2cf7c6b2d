/** The daemon's own life. Starting and stopping is the client's work: declared here for help, completion and the parser. */
import { megabytes } from '../base/size.ts';
import { counted, span } from '../base/span.ts';
import { fail } from '../protocol/errors.ts';
import { SERVICES, runningText } from '../protocol/status.ts';
import type { SavedFacts, ServiceFacts, ServiceName, Status } from '../protocol/status.ts';
import { command, reseatedLine } from './context.ts';

type Seen = Status & { readonly now: number };

function statusText(seen: Seen): string {
  const { refreshedAt, browsers, running } = seen;
  const [browser] = browsers;
  return [
    `Status: ${seen.status}`,
    `pid: ${seen.pid}`,
    `uptime: ${span(seen.uptime)}`,
    `build: ${seen.build} (protocol ${seen.protocol})`,
    `refreshedAt: ${refreshedAt === null ? 'never' : `${refreshedAt} (${span((seen.now - Date.parse(refreshedAt)) / 1000)} ago)`}`,
    `session: ${seen.session}`,
    `browsers: ${browsers.length === 0 ? 'none yet' : browsers.map(({ name, version, pid, headless, port, cdp_endpoint: cdp }) => `${name} ${version} (${[pid === 0 ? 'not ours' : `pid ${pid}`, ...(port === null ? (cdp === null ? [] : [cdp]) : [`port ${port}`]), ...(headless ? ['headless'] : [])].join(', ')})`).join(', ')}`,
    `tabs: ${seen.tabs}`,
    ...(seen.saved.length === 0 ? [] : [`saved: ${seen.saved.map((each) => savedText(each, seen.now)).join(', ')}`]),
    `running: ${running.length === 0 ? 'nothing' : running.map((each) => `${runningText(each)} (${each.ms} ms)`).join(', ')}`,
    `memory: ${megabytes(seen.memory)}`,
    `log: ${megabytes(seen.logBytes)}`,
    ...seen.services.filter(({ name }) => name !== 'browser').map((service) => serviceText(service, seen.now)),
    `sandbox: ${browser === undefined ? 'no browser yet' : browser.sandbox.on ? 'on' : `off (${browser.sandbox.reason ?? 'unknown reason'})`}`,
    `folder: ${seen.folder}`,
    ...seen.warnings.map((warning) => `warning: ${warning}`),
  ].join('\n');
}

/** `shop-1a2b3c (2 tabs, cookies and storage, 5m ago)`: comes back with its next use. */
function savedText({ session, tabs, storage, savedAt }: SavedFacts, now: number): string {
  const parts = [counted(tabs, 'tab'), ...(storage ? ['cookies and storage'] : []), `${span((now - Date.parse(savedAt)) / 1000)} ago`];
  return `${session} (${parts.join(', ')})`;
}

/** `logs: idle, kept; no port for applications`, and when it was refreshed. */
function serviceText({ name, state, pids, detail, refreshedAt }: ServiceFacts, now: number): string {
  const told = [state, ...(pids.length === 0 ? [] : [`pid ${pids.join(', ')}`]), detail];
  const refreshed = refreshedAt === null ? '' : `; last refreshed ${span((now - Date.parse(refreshedAt)) / 1000)} ago`;
  return `${name}: ${told.join(', ')}${refreshed}`;
}

const SERVICE = { label: 'NAME', optional: true, choices: SERVICES, summary: `one service only: ${SERVICES.join(', ')}` } as const;

const serviceOf = ({ services }: Status, name: ServiceName): ServiceFacts =>
  services.find((each) => each.name === name) ?? fail('usage', { problem: `There is no service ${name}`, hint: 'browse status' });

const status = command({
  name: 'status',
  aliases: ['daemon status'],
  family: 'daemon',
  summary: 'tell whether the daemon is well, and what runs in it (also: check)',
  effect: 'read',
  scope: 'daemon',
  operands: { service: SERVICE },
  flags: {},
  examples: ['browse status', 'browse status logs', 'browse status --json'],
  run: async (context, { service }) => ({ seen: context.status(), now: context.clock.now(), only: service ?? null }),
  text: ({ seen, now, only }) => (only === null ? statusText({ ...seen, now }) : serviceText(serviceOf(seen, only), now)),
  json: ({ seen, only }) => (only === null ? seen : serviceOf(seen, only)),
});

const refresh = command({
  name: 'refresh',
  aliases: ['daemon refresh'],
  family: 'daemon',
  summary: 'read settings and files again, in place: same process, browser and tabs',
  effect: 'write',
  scope: 'daemon',
  operands: { service: SERVICE },
  flags: { hard: { type: 'boolean', summary: 'restart in its place' } },
  examples: ['browse refresh', 'browse refresh logs', 'browse refresh --hard'],
  async run(context, { service, hard }) {
    if (hard) return clientOnly('refresh --hard');
    return { ok: true, ...(await context.refresh(service)) };
  },
  text: ({ pid, changed, contextReseated, notes }) =>
    [`Refreshed in place (pid ${pid})`, ...changed, ...contextReseated.map(reseatedLine), ...notes].join('\n'),
});

function clientOnly(name: string): never {
  return fail('usage', { problem: `${name} is carried out by the browse program itself, not by the daemon`, hint: 'browse help' });
}

/** A command that the client carries out: here only its facts. */
function client<const F extends Parameters<typeof command>[0]['flags']>(
  name: string,
  summary: string,
  flags: F,
  examples: readonly string[],
  family: 'daemon' | 'meta' = 'daemon',
  notes: readonly string[] = [],
) {
  return command({
    name,
    ...(family === 'daemon' ? { aliases: [`daemon ${name}`] } : {}),
    family,
    summary,
    effect: 'write',
    scope: 'client',
    operands: {},
    flags,
    examples,
    ...(notes.length === 0 ? {} : { notes }),
    run: async (): Promise<never> => clientOnly(name),
    text: () => '',
  });
}

const start = client(
  'start',
  'start the daemon; says so when it runs already',
  {
    foreground: { type: 'boolean', summary: 'stay attached; Ctrl-C stops it' },
    idle: { type: 'string', value: 'MINUTES', summary: 'end by itself after so long without a command (default 30; 90s; 0 never)' },
    listen: { type: 'string', value: 'ADDRESS', summary: 'answer on a loopback port in place of a socket (127.0.0.1:0)' },
  },
  ['browse start', 'browse start --foreground', 'browse start --idle 0'],
);
const stop = client(
  'stop',
  'stop the daemon and its browser',
  { force: { type: 'boolean', summary: 'kill it when it does not end by itself' } },
  ['browse stop', 'browse stop --force'],
);
const restart = client(
  'restart',
  'stop the daemon and start it again',
  { restore: { type: 'boolean', summary: 'open the tabs again, with cookies and storage' } },
  ['browse restart', 'browse restart --restore'],
);
const up = client(
  'up',
  'show the daemon as it lives, in a panel: services, commands, log, keys to refresh, restart, stop',
  {},
  ['browse up', 'browse up --json', 'browse up --no-autostart'],
  'daemon',
  [
    'Keys: r refresh all, 1 to 9 refresh one service, R restart (tabs are opened again), s stop or start, / filter (text or /re/),',
    'Esc no filter, l one source of the log after the other, b a browser window, q quit. The daemon runs on.',
    "It starts a daemon when none runs, and never again by itself. With --session NAME only that session's rows are shown.",
    'While it watches, the daemon does not end for want of use.',
    'Without a terminal it prints a line for each change; with --json an object: kind is daemon, services, running or row.',
  ],
);
const doctor = client('doctor', 'tell what this machine has and lacks, and what to do about it', {}, ['browse doctor'], 'meta');
const install = client('install', 'fetch a browser', {}, ['browse install'], 'meta');
const version = client('version', 'print the version', {}, ['browse version'], 'meta');

export const daemonCommands = [status, up, start, stop, restart, refresh];
export const clientCommands = [doctor, install, version];
