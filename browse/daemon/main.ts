/**
 * `browse __daemon`: puts the daemon together. Claims the record, listens, then loads the pipeline and launches the browser
 * side by side; nothing is launched before the record says `starting`.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { listen } from '../adapters/http/server.ts';
import { callerFiles } from '../adapters/node/caller-files.ts';
import { clock } from '../adapters/node/clock.ts';
import { giveBack, resident } from '../adapters/node/memory.ts';
import { files } from '../adapters/node/files.ts';
import { debuggedBrowsers } from '../adapters/node/debugged.ts';
import { portOwner } from '../adapters/node/port-owner.ts';
import { nodeProcesses } from '../adapters/node/processes.ts';
import { randomHex } from '../adapters/node/random.ts';
import { workers } from '../adapters/node/children/workers.ts';
import { nextDaemonState } from '../domain/lifecycle/daemon.ts';
import type { DaemonState } from '../domain/lifecycle/daemon.ts';
import { clientIdentityText } from '../protocol/client-identity.ts';
import type { ClientIdentity, EndReason, LastEnd } from '../protocol/client-identity.ts';
import { BUILD } from '../protocol/build.ts';
import { daemonVariables } from '../protocol/environment.ts';
import { daemonOptions } from '../protocol/launch.ts';
import type { DaemonOptions } from '../protocol/launch.ts';
import { stateHome, statePaths } from '../protocol/paths.ts';
import type { StatePaths } from '../protocol/paths.ts';
import type { DaemonRecord, Endpoint } from '../protocol/record.ts';
import { ChangeFeed } from './server/change-feed.ts';
import { makeBrowsers } from './browsers/browsers.ts';
import { sweepLeftovers } from '../domain/lifecycle/leftovers.ts';
import { createLog } from './lifecycle/daemon-log.ts';
import { watchIdle } from './lifecycle/idle-watch.ts';
import { MemoryRelease } from './lifecycle/memory-release.ts';
import { choiceOf } from './sessions/opening.ts';
import { browserService } from './browsers/browser-service.ts';
import { DaemonConfiguration } from './configuration/configuration.ts';
import { logService } from './ingest/service.ts';
import { LogServer } from './ingest/supervisor.ts';
import { keepOwnedProcesses } from './browsers/owned-processes.ts';
import { OtherBuilds } from './lifecycle/other-builds.ts';
import { claimRecord } from './lifecycle/record.ts';
import { makeRefresh } from './lifecycle/refresh.ts';
import { poolListeners } from './browsers/pool-listeners.ts';
import { eventOf } from './logs/log-rows.ts';
import { createHandler } from './server/server.ts';
import type { Control, Dispatch, Services } from './ports.ts';
import { tellFailedStart } from './lifecycle/failed-start.ts';
import { openKept, tendSessions } from './sessions/kept.ts';
import { openSettings } from './sessions/settings.ts';
import { joined, removeSocket, socketFor } from './browsers/endpoint-sockets.ts';
import { CLOSE_DEADLINE, SAVE_DEADLINE, shutDown, withinMs } from './lifecycle/shutdown.ts';
import { StoredTrafficLog } from './logs/traffic-log.ts';
import { makeRunServices } from './runs/run-services.ts';
import type { HttpServer } from '../adapters/http/handler.ts';

/** Exit status when another daemon holds the record. */
const CLAIMED_BY_ANOTHER = 75;

/** Runs until the daemon ends; then the process ends by itself. */
export async function main(argv: readonly string[]): Promise<void> {
  process.umask(0o077);
  process.chdir('/');
  process.on('SIGHUP', () => {});
  const kept = daemonVariables(process.env);
  for (const name of Object.keys(process.env)) if (!(name in kept)) delete process.env[name];
  const paths = statePaths(stateHome(process.env, process.platform));
  try {
    await live(daemonOptions(argv, process.env, process.platform), paths, kept);
  } catch (error) {
    tellFailedStart(argv, paths.run, error);
    process.exit(1);
  }
}

function endpointFor(options: DaemonOptions, paths: StatePaths, nonce: string, env: Readonly<Record<string, string>>): Endpoint {
  return options.listen ?? { kind: 'unix', path: socketFor(paths, nonce, env) };
}

async function live(options: DaemonOptions, paths: StatePaths, env: Readonly<Record<string, string>>): Promise<void> {
  files.secureFolder(paths.run);
  files.secureFolder(paths.temp);
  const processes = nodeProcesses(clock);
  const nonce = randomBytes(4).toString('hex');
  const startedAt = new Date(clock.now()).toISOString();
  const first: DaemonRecord = {
    process: processes.self(),
    nonce,
    endpoint: endpointFor(options, paths, nonce, env),
    token: randomBytes(24).toString('base64url'),
    build: BUILD,
    startedAt,
    refreshedAt: null,
    state: 'starting',
    startedBy: options.by,
  };
  const claimed = await claimRecord(files, paths, first);
  if (claimed === null) process.exit(CLAIMED_BY_ANOTHER);
  const keeper = claimed;
  let state: DaemonState = { kind: 'starting' };
  let server: HttpServer | null = null;
  let dispatch: Dispatch | null = null;
  let present = 0;
  let lastActivity = clock.elapsed();
  let commands = 0;
  const log = createLog(paths.log, clock);
  const note = (text: string): void => log.write({ kind: 'notice', text });
  const closeDeadline = Number(env['BROWSE_CLOSE_DEADLINE']) > 0 ? Number(env['BROWSE_CLOSE_DEADLINE']) : CLOSE_DEADLINE;
  const tempFolder = `${paths.temp}/${nonce}`;

  try {
    const settings = await openSettings(files, paths.settings, startedAt.replace(/[:.]/g, '-'));
    const configured = new DaemonConfiguration(files, paths, env, options.idle === null ? {} : { idle: options.idle }, tempFolder);
    mkdirSync(tempFolder, { recursive: true, mode: 0o700 });
    const owned = keepOwnedProcesses(files, processes, tempFolder, first.process);
    owned.set('browsers', []);
    const active = (): void => void (lastActivity = clock.elapsed());
    /** Somebody has come to us or to our browsers, or left. */
    const stir = (change: 1 | -1): void => {
      present += change;
      active();
    };
    const warn = (text: string): void => void notices.push(text);
    const cdp = (): boolean => configured.wide()['browser.cdp'] === true;
    const browsers = makeBrowsers({ paths, nonce, tempFolder, env, processes, owned, note, warn, present: stir, cdp });
    const { host, pool } = browsers;
    const work = makeRunServices({ host, pool, paths, tempFolder, workers, owned, clock, note });
    const { tests, runs } = work;
    const others = new OtherBuilds(BUILD, () => browsers.keptBy());
    const kept = openKept({ files, clock, paths, pid: process.pid, values: () => configured.wide(), traffic: () => traffic, note });
    let notices = [settings.warning, configured.user.warning(), ...kept.saved.notices].filter((notice) => notice !== null);
    // The runtime unpacks the database's native module there, which goes with us.
    const storeEnv = { ...env, BUN_TMPDIR: tempFolder };
    const attendants = new ChangeFeed(stir);
    const memory = new MemoryRelease({ clock, resident, giveBack, others: () => host.guests().length > 0 });
    const traffic = new StoredTrafficLog({ path: paths.traffic, clock, env: storeEnv, note, warn, heard: () => attendants.hear() });
    const logServer = new LogServer({
      clock,
      env: storeEnv,
      traffic,
      settings,
      configuration: configured.wide(),
      random: randomHex,
      active,
      note,
      warn,
    });

    const end = (reason: EndReason, keepTabs: boolean, by: ClientIdentity | null = null): void => {
      if (state.kind === 'draining' || state.kind === 'ended') return;
      state = nextDaemonState(state, { kind: 'end', reason, keepTabs });
      note(`ending: ${reason}${by === null ? '' : ` by ${clientIdentityText(by)}`}`);
      attendants.end();
      // On the next turn of the event loop: the answer to whoever asked goes first.
      setTimeout(() => void ending(reason, keepTabs, by), 0);
    };

    const ending = async (reason: EndReason, keepTabs: boolean, by: ClientIdentity | null): Promise<void> => {
      await shutDown({
        clock,
        dispatch: () => dispatch,
        host: browsers,
        server: () => server,
        keeper,
        closeDeadline,
        keep: async () => {
          const limit = { timeout: SAVE_DEADLINE, signal: new AbortController().signal };
          const taken = keepTabs ? ((await dispatch?.save(limit)) ?? { sessions: [], lost: [] }) : null;
          // A folder that was taken from us gets nothing new from us.
          if (reason === 'lost') return;
          const last: LastEnd = { nonce, pid: first.process.pid, at: new Date(clock.now()).toISOString(), reason, by };
          await files.write(paths.ended, JSON.stringify(last)).catch(() => {});
          await kept.end(reason, taken, notices);
        },
        part: () => Promise.all([doors.close(), work.close()]),
        clean: async () => {
          await owned.close().then(() => files.removeTree(tempFolder));
          await browsers.clean();
          if (first.endpoint.kind === 'unix') removeSocket(first.endpoint.path, paths);
        },
        rows: async () => {
          await logServer.close();
          await traffic.close();
        },
        note,
      });
      state = nextDaemonState(state, { kind: 'closed' });
      if (options.once) await files.removeTree(paths.home).catch(() => {});
      process.exit(0);
    };

    const logs = logService(traffic, logServer, configured, () => settings.all(), warn);
    const refreshing = makeRefresh({
      settings,
      configured,
      apply: (root) => loading.promise.then((made) => made.reconfigure(root)),
      keeper,
      clock,
      services: { browser: browserService(host), specs: runs.service(), tests, logs },
    });
    const control: Control = {
      status: () => ({
        status: state.kind === 'draining' ? 'draining' : 'healthy',
        pid: first.process.pid,
        // Not by the clock on the wall, which may jump.
        uptime: Math.round(process.uptime()),
        build: BUILD.id,
        protocol: BUILD.protocol,
        startedAt,
        refreshedAt: keeper.current().refreshedAt,
        memory: resident(),
        logBytes: log.bytes(),
        logServer: logServer.facts(),
        services: refreshing.facts(),
        folder: paths.home,
        warnings: [settings.warning, configured.user.warning(), traffic.trouble(), others.warning()].filter((warning) => warning !== null),
      }),
      refresh: (service, root) => refreshing.refresh(service, root),
    };

    const bug = (error: unknown): string => {
      const id = randomHex(8);
      log.write({ kind: 'internal', id, stack: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      return id;
    };
    // One stray error must not take the browser and everybody's tabs along.
    for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, bug);

    const doors = poolListeners({
      path: () => socketFor(paths, `${nonce}-pool`, env),
      gone: (path) => removeSocket(path, paths),
      token: () => randomBytes(24).toString('base64url'),
      parts: {
        pool,
        env: {},
        shutdown: () => end('asked', false),
        report: bug,
        present: stir,
      },
    });
    const services: Services = {
      host,
      pool,
      door: (port) => doors.open(port),
      debugged: debuggedBrowsers,
      portOwner,
      clock,
      files: callerFiles,
      paths,
      settings,
      saved: kept.saved,
      register: kept.register,
      configured,
      build: BUILD,
      control,
      log: (row) => {
        // What a command was about, and what it did, go where secrets are taken out.
        log.write('about' in row ? { ...row, about: undefined, action: undefined } : row);
        traffic.row(eventOf(row, clock.now()));
      },
      traffic,
      logServer,
      tests,
      runs,
      random: randomHex,
    };
    const loading = Promise.withResolvers<Dispatch>();
    loading.promise.catch(() => {});
    const handler = createHandler({
      record: () => keeper.current(),
      dispatch: loading.promise,
      loaded: () => dispatch,
      control,
      draining: () => {
        if (keeper.isAnothers()) end('lost', false);
        return state.kind === 'draining' || state.kind === 'ended';
      },
      stop: ({ restore, by }) => {
        end('asked', restore === true, by ?? null);
        return { withinMs: withinMs(closeDeadline, restore === true) };
      },
      changes: (request, caller) => attendants.next(request, caller),
      activity: (change) => {
        stir(change);
        memory.stir(change);
        if (change === 1) commands += 1;
        if (options.once && present === 0) end('once', false);
      },
      takeNotices: () => {
        const taken = notices;
        notices = [];
        return taken;
      },
      report: bug,
      met: (build) => others.met(build),
      keptBy: () => browsers.keptBy(),
      afterCommand: () => {
        if (dispatch !== null && state.kind === 'ready') void dispatch.open().then((all) => kept.saved.update(all), bug);
      },
    });
    const open = async (): Promise<HttpServer> => {
      const opened = await listen(first.endpoint, handler);
      // Bound under umask 077 it would be 0700.
      if (opened.endpoint.kind === 'unix') chmodSync(opened.endpoint.path, 0o600);
      return opened;
    };
    server = await open();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => end('signal', !options.once));
    state = nextDaemonState(state, { kind: 'listening' });
    await keeper.update({ state: 'ready', endpoint: server.endpoint });
    const starter = options.by === null ? '' : `, started by ${clientIdentityText(options.by)}`;
    note(`ready: pid ${first.process.pid}, build ${BUILD.version} ${BUILD.id}${starter}`);
    keeper.onLost({
      // Removed by the end itself, or by somebody who wants us to leave.
      lost: () => end('lost', false),
      socketGone: () => {
        if (state.kind !== 'ready') return;
        note('the socket was removed: listening there again');
        const before = server;
        void open().then((again) => (server = before === null ? again : joined(before, again)), bug);
      },
    });

    host.warm({ headed: options.headed ? true : null, env: {}, choice: choiceOf(configured.wide()) });
    const { createDispatch } = await import('./dispatch/pipeline.ts');
    const made = createDispatch(services);
    dispatch = made;
    loading.resolve(made);
    tendSessions(made, options.headed);
    void logServer.begin();
    for (const removed of await sweepLeftovers(files, processes, paths, nonce)) note(`removed what a dead daemon left: ${removed}`);

    watchIdle({
      once: options.once,
      limit: () => configured.wide().idle ?? 0,
      activity: () => {
        // A program at a port of ours is there without a command.
        if (browsers.used()) active();
        return { last: lastActivity, present, headed: host.headed() };
      },
      commands: () => commands,
      end: (reason) => end(reason, reason === 'idle'),
    });
  } catch (error) {
    await server?.close(0);
    await files.removeTree(tempFolder).catch(() => {});
    keeper.remove();
    throw error;
  }
}
