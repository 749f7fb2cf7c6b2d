/**
 * `browse/client`: the rule of who owns a browser, for a user's own script under Node or Bun. Who connects owns nothing, and his end
 * ends nothing; who launches owns what he launched, and nothing else. A script never replaces a daemon: the executable does that.
 */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clock } from '../adapters/node/clock.ts';
import { nodeProcesses } from '../adapters/node/processes.ts';
import { program } from '../adapters/node/program.ts';
import { deferred } from '../base/deferred.ts';
import { BUILD } from '../protocol/build.ts';
import { fail } from '../protocol/errors.ts';
import type { ErrorBody } from '../protocol/errors.ts';
import { stateHome, statePaths } from '../protocol/paths.ts';
import type { StatePaths } from '../protocol/paths.ts';
import type { DoorAddress } from '../protocol/pool.ts';
import type { DaemonRecord } from '../protocol/record.ts';
import type { ArgvReply } from '../protocol/wire.ts';
import { attempt, PATIENCE as SILENCE, recordOf, timeoutOf } from './call.ts';
import type { Connect, ConnectOptions, Connection, ContextOf, Joins, Launch } from './api.ts';
import { own } from './ownership.ts';
import { requestFor } from './request.ts';
import { remoteError } from './remote-error.ts';

/** Where the executable is, seen from the file that the build makes of this one. Replaced by its `define`. */
declare const __BROWSE_PROGRAM__: string | undefined;

/** Milliseconds that a daemon may be about to start, or to end, before we say so. */
const PATIENCE = 10_000;
const BEAT = 20;

/** What a daemon and a script have in common. */
type Desk = { readonly paths: StatePaths; readonly env: Readonly<Record<string, string | undefined>> };

export const connect: Connect = async <B>({ session, browser, playwright, home }: ConnectOptions<B> = {}): Promise<Connection<B>> =>
  join(deskAt(home), [...flag('--session', session), ...flag('--browser', browser)], playwright, null);

export const launch: Launch = async ({ kind = 'chromium', headed = false, port, program: executable, session, playwright, home } = {}) => {
  const desk = deskAt(home);
  await begin(executable, desk);
  const door = JSON.parse(await run(desk, ['pool', 'socket', '--json'])) as DoorAddress;
  if (!('path' in door)) return fail('daemon-failed', { reason: 'the pool has no socket' });
  const owned = await own(door.path, desk.paths.home, {
    type: 'spawn_browser',
    browser: kind,
    headless: !headed,
    ...(port === undefined ? {} : { port }),
  });
  try {
    return await join(desk, [...flag('--session', session), '--browser', String(owned.port)], playwright, owned.end);
  } catch (error) {
    await owned.end();
    throw error;
  }
};

const flag = (name: string, value: string | number | undefined): readonly string[] => (value === undefined ? [] : [name, String(value)]);

function deskAt(home: string | undefined): Desk {
  // A folder that a script names is a path of that script's; one that a variable names means the same everywhere.
  const folder = home === undefined ? stateHome(process.env, process.platform) : resolve(home);
  return { paths: statePaths(folder), env: { ...process.env, BROWSE_HOME: folder } };
}

/** Makes sure that a daemon runs, as the first command of a shell does. Fails with the daemon's and the machine's codes. */
async function begin(executable: string | undefined, { env }: Desk): Promise<void> {
  const beside = typeof __BROWSE_PROGRAM__ === 'undefined' ? null : fileURLToPath(new URL(__BROWSE_PROGRAM__, import.meta.url));
  const { file, args } = executable === undefined && beside === null ? program() : { file: executable ?? beside ?? '', args: [] };
  const { promise, resolve: done, reject } = deferred<void>();
  execFile(file, [...args, 'start', '--json'], { env }, (error, stdout) => {
    if (error === null) return done();
    const body = bodyIn(stdout);
    reject(body === null ? new Error(`${file} could not be run: ${error.message}`) : remoteError(body));
  });
  return promise;
}

function bodyIn(stdout: string): ErrorBody | null {
  try {
    return (JSON.parse(stdout) as { error?: ErrorBody }).error ?? null;
  } catch {
    return null;
  }
}

/** The daemon that runs. Fails with `daemon-down`, `daemon-newer`, `usage`. */
async function daemonOf({ paths }: Desk, until: number): Promise<DaemonRecord> {
  const processes = nodeProcesses(clock);
  for (;;) {
    const record = recordOf(paths);
    // Nobody else's socket or port is spoken to, and nobody's token sent there.
    if (record === null || processes.state(record.process) === 'gone') return fail('daemon-down', { folder: paths.home });
    const { build } = record;
    if (build.protocol < BUILD.protocol)
      return fail('usage', { problem: `The daemon (${said(build)}) is older than this client (${said(BUILD)})`, hint: 'browse restart' });
    if (build.protocol > BUILD.protocol) return fail('daemon-newer', { own: said(BUILD), theirs: said(build), pid: record.process.pid });
    if (record.state === 'ready' || clock.elapsed() >= until) return record;
    await clock.sleep(BEAT);
  }
}

const said = ({ version, protocol }: DaemonRecord['build']): string => `${version}, protocol ${protocol}`;

/** One command, and what it printed. Fails as it does on the command line. */
async function run(desk: Desk, argv: readonly string[]): Promise<string> {
  const until = clock.elapsed() + PATIENCE;
  for (;;) {
    const record = await daemonOf(desk, until);
    const asked = requestFor(argv, crypto.randomUUID(), desk.env, false);
    // Never where it stands: a script has other things to do.
    const ending = await attempt(record, asked, timeoutOf(argv) ?? SILENCE, new AbortController().signal, null, () => null);
    if (ending === 'not accepted') {
      if (clock.elapsed() >= until) return fail('daemon-down', { folder: desk.paths.home });
      await clock.sleep(BEAT);
      continue;
    }
    return 'interrupted' in ending ? fail('interrupted', { command: argv.join(' '), outcome: ending.interrupted }) : printed(ending);
  }
}

function printed({ exit, stdout, stderr, error }: ArgvReply): string {
  if (exit === 0 && error === undefined) return stdout.replace(/\n$/, '');
  throw remoteError(error ?? { code: 'internal', message: stderr.trim() || stdout.trim() });
}

/** `end` null: it is not ours. */
async function join<B>(
  desk: Desk,
  place: readonly string[],
  playwright: Joins<B> | undefined,
  end: (() => Promise<void>) | null,
): Promise<Connection<B>> {
  const { endpoint, session } = JSON.parse(await run(desk, ['playwright-url', '--json', ...place])) as {
    endpoint: string;
    session: string;
  };
  const there = ['--session', session];
  const facts = JSON.parse(await run(desk, ['session', 'status', '--json', ...there])) as {
    port: number | null;
    cdp_endpoint: string | null;
  };
  const browser = (await playwright?.connect(endpoint)) as B;
  // The endpoint shows this one session, and nothing was made by the script yet.
  const [context] = (browser as { contexts?(): readonly unknown[] } | undefined)?.contexts?.() ?? [];
  let closed: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    const guest = browser as { close?(): Promise<unknown> } | undefined;
    // It may have left already, or have lost its browser.
    await guest?.close?.().catch(() => {});
    await end?.();
  };
  const leave = (): Promise<void> => (closed ??= close());
  return {
    endpoint,
    session,
    port: facts.port,
    cdpEndpoint: facts.cdp_endpoint,
    owns: end !== null,
    browser,
    context: context as ContextOf<B>,
    command: (...argv) => run(desk, [...there, ...argv]),
    close: leave,
    [Symbol.asyncDispose]: leave,
  };
}
