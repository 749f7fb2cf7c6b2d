/** The daemon's pipeline over the fake engine: command lines in, answers out; no port, no process, no browser. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { files } from '../../browse/adapters/node/files.ts';
import { DaemonConfiguration } from '../../browse/daemon/configuration/configuration.ts';
import { createBrowserHost } from '../../browse/daemon/browsers/browser-host.ts';
import { createDispatch } from '../../browse/daemon/dispatch/pipeline.ts';
import type { Dispatch, LogRow } from '../../browse/daemon/ports.ts';
import type { Runs } from '../../browse/domain/runs.ts';
import type { UnitTests } from '../../browse/domain/unit-tests.ts';
import type { SessionSettings } from '../../browse/domain/session.ts';
import { clock as realClock } from '../../browse/adapters/node/clock.ts';
import { callerFiles } from '../../browse/adapters/node/caller-files.ts';
import { statePaths } from '../../browse/protocol/paths.ts';
import type { ArgvReply } from '../../browse/protocol/wire.ts';
import { fakeTraffic } from './fake-traffic.ts';
import { fakePool } from './fake-pool.ts';
import { fakeFiles } from './machine.ts';
import { fakeEngine, type FakeBrowser, type FakePage, type FakeSite } from './fake-engine.ts';
import { temporaryFolder } from './folder.ts';
import { REFRESHED, WELL } from './process-facts.ts';
import { openKept } from '../../browse/daemon/sessions/kept.ts';
import type { KeptRecord } from '../../browse/daemon/sessions/kept.ts';
import type { PortOwner } from '../../browse/domain/pool.ts';
import type { Clock, Files } from '../../browse/domain/ports/machine.ts';

/** How one command line is sent; everything has a default. */
export type Sent = {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly tty?: boolean;
  /** The controlling terminal. */
  readonly terminal?: string;
  readonly signal?: AbortSignal;
};

export type Pipeline = Disposable & {
  readonly dispatch: Dispatch;
  /** The folder that commands run in. */
  readonly folder: string;
  readonly log: readonly LogRow[];
  readonly traffic: ReturnType<typeof fakeTraffic>;
  readonly kept: KeptRecord;
  readonly settings: ReadonlyMap<string, SessionSettings>;
  send(argv: readonly string[], sent?: Sent): Promise<ArgvReply>;
  /** stdout of a command that must end well, without its last line break. */
  ok(...argv: string[]): Promise<string>;
  /** stderr of a command that must fail with that status, without its last line break. */
  no(exit: number, ...argv: string[]): Promise<string>;
  browser(): FakeBrowser;
  /** The page of a tab of the first session, by the order of their making. */
  page(at?: number): FakePage;
};

/** A fresh pipeline; `using pipe = pipeline(SITE)` removes its folder. */
export function pipeline(
  site: FakeSite,
  options: {
    readonly clock?: Clock;
    readonly runs?: Partial<Runs>;
    readonly tests?: UnitTests;
    readonly kept?: Files;
    readonly deaths?: number;
    /** The user's own configuration, in the state folder. */
    readonly configuration?: Readonly<Record<string, unknown>>;
    /** Browsers of this user's that answer, and whose a port is. */
    readonly machine?: { readonly debugged: readonly string[]; readonly owner: PortOwner };
  } = {},
): Pipeline {
  const temporary = temporaryFolder();
  const folder = temporary.path;
  const engine = fakeEngine(site, options.deaths);
  const paths = statePaths(`${folder}/state`);
  if (options.configuration !== undefined) {
    mkdirSync(paths.home);
    writeFileSync(paths.config, JSON.stringify(options.configuration));
  }
  const clock = options.clock ?? realClock;
  const log: LogRow[] = [];
  const settings = new Map<string, SessionSettings>();
  const traffic = fakeTraffic();
  const kept = openKept({
    files: options.kept ?? fakeFiles(),
    clock,
    paths: statePaths('/state'),
    pid: 7,
    values: () => ({}),
    traffic: () => traffic,
    note: () => {},
  });
  let ids = 0;
  const dispatch = createDispatch({
    host: createBrowserHost({
      engine: async () => engine,
      clock,
      tempFolder: folder,
      env: {},
      alive: () => true,
      onLaunch: () => {},
      place: () => ({ path: '/p', folder: '/f', present: () => {}, refused: () => {} }),
      cdpPort: async () => null,
    }),
    pool: fakePool(engine, clock, folder),
    debugged: () => options.machine?.debugged ?? [],
    portOwner: () => options.machine?.owner ?? null,
    door: async () => ({ path: `${folder}/pool.sock` }),
    clock,
    files: { ...callerFiles, temp: folder },
    paths,
    settings: {
      session: (name) => settings.get(name) ?? {},
      async setSession(name, value) {
        settings.set(name, value);
      },
    },
    saved: kept.saved,
    register: kept.register,
    configured: new DaemonConfiguration(files, paths, {}, {}, paths.temp),
    build: { version: '9.9.9', id: 'test', stamp: 0, protocol: 1 },
    control: {
      status: () => ({ ...WELL, folder }),
      refresh: async () => REFRESHED,
    },
    log: (row) => log.push(row),
    traffic,
    logServer: {
      serve: async (session, origins) => ({ session, address: 'http://127.0.0.1:1', url: 'http://127.0.0.1:1/ingest/key', origins }),
      stop: async () => false,
    },
    tests: options.tests ?? { run: async () => ({ results: [], errors: [], durationMs: 0, notes: [] }) },
    runs: {
      specs: async () => {
        throw new Error('no runs here');
      },
      script: async () => {
        throw new Error('no runs here');
      },
      cancel: async () => [],
      ...options.runs,
    },
    random: (length) => 'f'.repeat(length),
  });
  const browser = (): FakeBrowser => engine.launched.at(-1) as FakeBrowser;
  const send = (argv: readonly string[], sent: Sent = {}): Promise<ArgvReply> =>
    dispatch.argv(
      {
        id: `command-${++ids}`,
        argv,
        cwd: sent.cwd ?? folder,
        umask: 0o022,
        env: sent.env ?? {},
        ...(sent.stdin === undefined ? {} : { stdin: sent.stdin }),
        tty: sent.tty ?? false,
        ...(sent.terminal === undefined ? {} : { terminal: sent.terminal }),
        build: { version: '9.9.9', id: 'test', stamp: 0, protocol: 1 },
      },
      sent.signal ?? new AbortController().signal,
    );
  const expecting = async (exit: number, argv: readonly string[]): Promise<ArgvReply> => {
    const reply = await send(argv);
    if (reply.exit !== exit)
      throw new Error(`browse ${argv.join(' ')}\nexit ${reply.exit}, not ${exit}\n--- stdout\n${reply.stdout}--- stderr\n${reply.stderr}`);
    return reply;
  };
  return {
    dispatch,
    folder,
    kept,
    log,
    traffic,
    settings,
    send,
    ok: async (...argv) => (await expecting(0, argv)).stdout.replace(/\n$/, ''),
    no: async (exit, ...argv) => (await expecting(exit, argv)).stderr.replace(/\n$/, ''),
    browser,
    page: (at = 0) => browser().sessions[0]?.pages[at] as FakePage,
    [Symbol.dispose]: () => temporary[Symbol.dispose](),
  };
}
