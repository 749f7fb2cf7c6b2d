/** Failures around a command: the daemon, the machine, an interruption, a bug of ours. */
import { row } from './exit-status.ts';
import type { HowMuchRan } from './exit-status.ts';
import { FIRST_PORT, LAST_PORT } from '../pool.ts';

/** Where to look what became of a command that may have run, unless it is the page. */
const AFTER_INTERRUPTION: Readonly<Record<string, string>> = { 'run': 'browse status specs', 'test': 'browse status tests' };

/** What an interrupted command says became of it. */
export type InterruptedOutcome = 'ran' | 'did not run' | 'ran, and was cut off' | 'may have run';
const RAN: Readonly<Record<InterruptedOutcome, HowMuchRan>> = {
  'ran': 'yes',
  'did not run': 'no',
  'ran, and was cut off': 'partly',
  'may have run': 'unknown',
};

/** Exit statuses from 4 on. */
export const PROGRAM_FAILURES = {
  // 4: the daemon
  'daemon-down': row<{ folder: string }>({
    exit: 4,
    http: 503,
    retryable: true,
    message: ({ folder }) => `No daemon is running (state folder ${folder})`,
    hint: () => 'browse start',
  }),
  'daemon-failed': row<{ reason: string }>({
    exit: 4,
    http: 503,
    retryable: true,
    message: ({ reason }) => `The daemon could not start: ${reason}`,
    hint: () => 'browse doctor',
  }),
  'daemon-late': row<{ waitedFor: string; ms: number }>({
    exit: 4,
    http: 503,
    retryable: true,
    message: ({ waitedFor, ms }) => `Gave up after ${ms} ms of waiting for ${waitedFor}; nothing was run`,
    hint: () => 'browse status',
  }),
  'daemon-frozen': row<{ pid: number; ms: number }>({
    exit: 4,
    http: 503,
    retryable: false,
    message: ({ pid, ms }) => `The daemon (pid ${pid}) is alive but has not answered for ${ms} ms; nothing was run`,
    hint: () => 'browse stop --force',
  }),
  'daemon-newer': row<{ own: string; theirs: string; pid: number }>({
    exit: 4,
    http: 409,
    retryable: false,
    message: ({ own, theirs, pid }) =>
      `This browse (${own}) is older than the daemon (${theirs}, pid ${pid}) and does not speak its protocol`,
    hint: () => 'browse stop',
  }),
  'daemon-older': row<{ own: string; theirs: string; pid: number; kept: string }>({
    exit: 4,
    http: 409,
    retryable: false,
    message: ({ own, theirs, pid, kept }) =>
      `Did not run: this browse (${own}) knows this, and the daemon (${theirs}, pid ${pid}) does not${kept === '' ? '' : `; it is kept by ${kept}`}`,
    hint: () => 'browse restart --restore',
  }),
  'daemon-elsewhere': row<{ pid: number }>({
    exit: 4,
    http: 503,
    retryable: true,
    message: ({ pid }) => `The record names a daemon (pid ${pid}) in another pid namespace, which does not answer here`,
    hint: () => 'browse status',
  }),
  'may-have-run': row<{ reason: string; look?: string }>({
    exit: 4,
    http: 500,
    retryable: false,
    ran: 'unknown',
    message: ({ reason }) => `The command may have run: ${reason}. Look before you repeat it`,
    hint: ({ look }) => look ?? 'browse status',
  }),
  'stop-late': row<{ pid: number; ms: number }>({
    exit: 4,
    http: 500,
    retryable: false,
    ran: 'partly',
    message: ({ pid, ms }) => `The daemon (pid ${pid}) is still running ${ms} ms after it was asked to stop`,
    hint: () => 'browse stop --force',
  }),
  'refresh-failed': row<{ reason: string }>({
    exit: 4,
    http: 500,
    retryable: false,
    message: ({ reason }) => `Nothing was refreshed: ${reason}`,
    hint: () => 'browse status',
  }),
  'repeated': row<{ id: string }>({
    exit: 4,
    http: 409,
    retryable: false,
    ran: 'unknown',
    message: ({ id }) => `The command ${id} was accepted before and is not run twice`,
    hint: () => 'browse status',
  }),
  'unauthorized': row<Record<never, never>>({
    exit: 4,
    http: 401,
    retryable: false,
    message: () => 'The bearer token is missing or wrong',
    hint: () => null,
  }),
  'forbidden': row<{ header: string }>({
    exit: 4,
    http: 403,
    retryable: false,
    message: ({ header }) => `A request with this ${header} is not answered`,
    hint: () => null,
  }),
  'browser-gone': row<{ reason: string }>({
    exit: 4,
    http: 503,
    retryable: true,
    message: ({ reason }) => `The browser is gone: ${reason}`,
    hint: () => 'browse tabs',
  }),
  'cut-short': row<{ command: string }>({
    exit: 4,
    http: 503,
    retryable: true,
    message: ({ command }) => `The daemon was shut down before ${command} was over; it may be given again`,
    hint: () => 'browse status',
  }),
  'pool-crashed': row<{ port: number; pid: number }>({
    exit: 4,
    http: 503,
    retryable: false,
    message: ({ port, pid }) => `The browser on port ${port} (pid ${pid}) has crashed, and its tabs are gone`,
    hint: ({ port }) => `browse pool kill ${port}`,
  }),
  'join-failed': row<{ endpoint: string; reason: string }>({
    exit: 5,
    http: 502,
    retryable: true,
    message: ({ endpoint, reason }) => `Cannot join the browser at ${endpoint}: ${reason}`,
    hint: () => 'browse help connect',
  }),
  'browser-foreign': row<{ endpoint: string; owner: string }>({
    exit: 2,
    http: 403,
    retryable: false,
    message: ({ endpoint, owner }) =>
      `What listens at ${endpoint} is run by ${owner}, who would see all that is done in it; --yes joins it all the same`,
    hint: () => 'browse help connect',
  }),
  'join-none': row<Record<never, never>>({
    exit: 5,
    http: 404,
    retryable: true,
    message: () => 'No browser of yours was started with --remote-debugging-port, or it cannot be found here',
    hint: () => 'browse help connect',
  }),
  'join-lost': row<{ port: number; endpoint: string }>({
    exit: 4,
    http: 503,
    retryable: true,
    message: ({ port, endpoint }) => `The connection to the browser ${port} at ${endpoint} was lost and is being joined again`,
    hint: () => 'browse pool list',
  }),
  'draining': row<Record<never, never>>({
    exit: 4,
    http: 503,
    retryable: true,
    message: () => 'The daemon is shutting down',
    hint: () => 'browse status',
  }),
  // 5: the machine
  'log-unavailable': row<{ reason: string }>({
    exit: 5,
    http: 500,
    retryable: true,
    message: ({ reason }) => `The log database cannot be used: ${reason}`,
    hint: () => 'browse status',
  }),
  'port-unusable': row<{ address: string; reason: string }>({
    exit: 5,
    http: 500,
    retryable: true,
    message: ({ address, reason }) => `Cannot listen on ${address}: ${reason}`,
    hint: () => 'browse help logs serve',
  }),
  // Also written into the fast client, which says it where the runtime could not begin.
  'processes-exhausted': row<object>({
    exit: 5,
    http: 503,
    retryable: true,
    message: () => 'No more processes or threads can be started: a limit of this user (ulimit -u) or of the container is reached',
    hint: () => null,
  }),
  'folder-gone': row<object>({
    exit: 5,
    http: 500,
    retryable: false,
    message: () => 'The folder in which this was typed is no more',
    hint: () => 'browse status',
  }),
  'state-unusable': row<{ path: string; reason: string }>({
    exit: 5,
    http: 500,
    retryable: false,
    message: ({ path, reason }) => `Cannot use ${path}: ${reason}`,
    hint: () => 'browse doctor',
  }),
  'file-unreadable': row<{ path: string; reason: string }>({
    exit: 5,
    http: 500,
    retryable: false,
    message: ({ path, reason }) => `Cannot read ${path}: ${reason}`,
    hint: () => 'browse doctor',
  }),
  'file-unwritable': row<{ path: string; reason: string }>({
    exit: 5,
    http: 500,
    retryable: false,
    message: ({ path, reason }) => `Cannot write ${path}: ${reason}`,
    hint: () => 'browse doctor',
  }),
  'browser-missing': row<{ searched: readonly string[] }>({
    exit: 5,
    http: 500,
    retryable: false,
    message: ({ searched }) => `No Chrome, Chromium or Edge found (looked at ${searched.join(', ')})`,
    hint: () => 'browse install',
  }),
  'engine-missing': row<{ browser: string; searched: readonly string[] }>({
    exit: 5,
    http: 500,
    retryable: false,
    message: ({ browser, searched }) =>
      `No ${browser} found (looked at ${searched.join(', ')})${
        browser === 'firefox' || browser === 'webkit' ? `; Playwright's build of it is needed: npx playwright install ${browser}` : ''
      }`,
    hint: ({ browser }) => (browser === 'chromium' ? 'browse install' : 'browse help pool spawn'),
  }),
  'port-busy': row<{ port: number; by: string }>({
    exit: 5,
    http: 409,
    retryable: true,
    message: ({ port, by }) => `Port ${port} is taken by ${by}`,
    hint: () => 'browse pool spawn',
  }),
  'ports-exhausted': row<Record<never, never>>({
    exit: 5,
    http: 503,
    retryable: true,
    message: () => `Every port of the pool's range ${FIRST_PORT}-${LAST_PORT} is taken`,
    hint: () => 'browse pool list',
  }),
  'profile-busy': row<{ profile: string; holder: string }>({
    exit: 5,
    http: 409,
    retryable: true,
    message: ({ profile, holder }) => `The profile ${profile} is in use by ${holder}`,
    hint: () => 'browse pool list',
  }),
  'browser-failed': row<{ executable: string; reason: string }>({
    exit: 5,
    http: 500,
    retryable: false,
    message: ({ executable, reason }) => `Cannot start ${executable}: ${reason}`,
    hint: () => 'browse doctor',
  }),
  'browser-late': row<{ ms: number; running: boolean }>({
    exit: 5,
    http: 504,
    retryable: true,
    message: ({ ms, running }) => `The browser ${running ? 'has not answered for' : 'was not ready within'} ${ms} ms; nothing was done`,
    hint: ({ running }) => (running ? 'browse restart --restore' : 'browse doctor'),
  }),
  'download-failed': row<{ url: string; reason: string }>({
    exit: 5,
    http: 500,
    retryable: true,
    message: ({ url, reason }) =>
      `Cannot fetch a browser from ${url}: ${reason}. An installed one will do (Debian: apt-get install chromium)`,
    hint: () => 'browse doctor',
  }),
  // 130: interrupted
  'interrupted': row<{ command: string; outcome: InterruptedOutcome }>({
    exit: 130,
    http: 499,
    retryable: false,
    ran: ({ outcome }) => RAN[outcome],
    message: ({ command, outcome }) => `Interrupted: ${command} ${outcome}`,
    hint: ({ command, outcome }) =>
      outcome === 'did not run' || outcome === 'ran, and was cut off' ? null : (AFTER_INTERRUPTION[command] ?? 'browse snapshot -i'),
  }),
  // 70: our bug
  'internal': row<{ id: string }>({
    exit: 70,
    http: 500,
    retryable: false,
    ran: 'unknown',
    message: ({ id }) => `Something in browse itself failed (id ${id}); the stack is in the daemon's log`,
    hint: () => 'browse status',
  }),
  'port-unknown': row<{ port: number }>({
    exit: 3,
    http: 404,
    retryable: false,
    message: ({ port }) => `The pool has no browser on port ${port}`,
    hint: () => 'browse pool list',
  }),
} as const;
