/** The layout of the state folder. Pure: joins names, touches nothing. */
import { fail } from './errors.ts';

export type StatePaths = {
  /** `$BROWSE_HOME`, else the platform's state folder. */
  readonly home: string;
  /** 0700; sockets, locks and secrets. */
  readonly run: string;
  readonly record: string;
  /** What outlives a restart; next to the record. */
  readonly settings: string;
  /** The user's own configuration, which nobody else writes. */
  readonly config: string;
  /** Projects whose configuration the user trusts. */
  readonly trust: string;
  readonly startLock: string;
  /** Flags and environment of the daemon that runs, for a restart. */
  readonly launch: string;
  /** Open tabs as builds before 0.2 kept them: all sessions in one file. */
  readonly open: string;
  /** A file per session: its tabs while it is open, and what it is restored from. */
  readonly sessions: string;
  /** Which numbers tabs have had. */
  readonly register: string;
  /** The last word of the daemon that ended last. */
  readonly ended: string;
  readonly log: string;
  /** Requests, console, commands: SQLite, in its own process. */
  readonly traffic: string;
  readonly artifacts: string;
  /** Temp folders of browsers, one per daemon instance, named by its nonce. */
  readonly temp: string;
};

/** Longest unix socket path that every platform takes, with room for the terminator. */
export const SOCKET_PATH_LIMIT = 100;

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The state folder: `BROWSE_HOME`, else XDG on Linux, else Library or LOCALAPPDATA. Fails with `state-unusable` without any home, and
 * for a relative path, which would mean another daemon in each folder. A `~` that no shell has expanded is the home.
 */
export function stateHome(env: Variables, platform: string): string {
  const given = env['BROWSE_HOME'];
  if (!given) return platformHome(env, platform) ?? fail('state-unusable', { path: '~', reason: 'neither BROWSE_HOME nor HOME is set' });
  const named = /^~(?=\/|$)/.test(given) && env['HOME'] ? env['HOME'] + given.slice(1) : given;
  const absolute = named.startsWith('/') || (platform === 'win32' && /^([a-z]:)?[\\/]/i.test(named));
  return absolute ? named : fail('state-unusable', { path: given, reason: 'BROWSE_HOME is a relative path; it takes an absolute one' });
}

function platformHome(env: Variables, platform: string): string | null {
  if (platform === 'win32') return env['LOCALAPPDATA'] ? `${env['LOCALAPPDATA']}\\browse` : null;
  const home = env['HOME'];
  if (platform === 'darwin') return home ? `${home}/Library/Application Support/browse` : null;
  if (env['XDG_STATE_HOME']?.startsWith('/')) return `${env['XDG_STATE_HOME']}/browse`;
  return home ? `${home}/.local/state/browse` : null;
}

/** Every path below one state folder. `home` must be absolute. */
export function statePaths(home: string): StatePaths {
  const run = `${home}/run`;
  return {
    home,
    run,
    record: `${run}/daemon.json`,
    settings: `${run}/settings.json`,
    config: `${home}/config.json`,
    trust: `${run}/trust.json`,
    startLock: `${run}/start.lock`,
    launch: `${run}/launch.json`,
    open: `${run}/open.json`,
    sessions: `${run}/sessions`,
    register: `${run}/register.json`,
    ended: `${run}/ended.json`,
    log: `${home}/daemon.log`,
    traffic: `${home}/log.db`,
    artifacts: `${home}/artifacts`,
    temp: `${home}/tmp`,
  };
}

/** The socket of one daemon instance: in `run`, or in `short` (a private folder with a short name) where that path is too long. */
export function socketPath(paths: StatePaths, nonce: string, short: string): string {
  const path = `${paths.run}/${nonce}.sock`;
  return new TextEncoder().encode(path).length <= SOCKET_PATH_LIMIT ? path : `${short}/${nonce}.sock`;
}
