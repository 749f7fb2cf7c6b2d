/** Every browser of this daemon, put together: the default one, the pool, where others join them, and who is named as ours on disk. */
import { mkdirSync } from 'node:fs';
import { clock } from '../../adapters/node/clock.ts';
import { files } from '../../adapters/node/files.ts';
import { portAllocator } from '../../adapters/node/port-allocator.ts';
import { counted } from '../../base/span.ts';
import { JOINS_FROM } from '../../domain/pool.ts';
import type { SharePlace } from '../../domain/pool.ts';
import type { StatePaths } from '../../protocol/paths.ts';
import { createBrowserHost } from './browser-host.ts';
import type { WarmBrowser } from './browser-host.ts';
import type { OwnedProcesses } from './owned-processes.ts';
import { Pool } from './pool.ts';
import { PoolPorts } from './pool-ports.ts';
import type { Reserved } from './pool-ports.ts';
import { shareFolder, socketFor } from './endpoint-sockets.ts';
import type { TimeLimit, Processes } from '../../domain/ports/machine.ts';

export type Browsers = {
  readonly host: WarmBrowser;
  readonly pool: Pool;
  /** Whether somebody may be using one of them without a command. */
  used(): boolean;
  /** Who would lose its work with them: programs that have joined, and whose browser of the pool it is. */
  keptBy(): readonly string[];
  /** For good, all at once: within the bound, then killed. */
  close(bound: TimeLimit): Promise<void>;
  /** Removes what sharing them has left on disk. */
  clean(): Promise<void>;
};

type Made = {
  readonly paths: StatePaths;
  readonly nonce: string;
  /** Of this instance; holds the folders of all browsers. */
  readonly tempFolder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly processes: Processes;
  readonly owned: OwnedProcesses;
  readonly note: (text: string) => void;
  /** Another program has come to our browsers (+1), or left them (-1). */
  readonly present: (change: 1 | -1) => void;
  /** For whoever has the next command. */
  readonly warn: (text: string) => void;
  /** Whether the default browser is to have a port for CDP, too. */
  readonly cdp: () => boolean;
};

/** None runs until it is asked for. */
export function makeBrowsers({ paths, nonce, tempFolder, env, processes, owned, note, present, warn, cdp }: Made): Browsers {
  const around = {
    engine: async () => (await import('../../adapters/playwright/engine.ts')).engine,
    clock,
    tempFolder,
    env,
    // Elsewhere than on Linux a look costs a process of its own: there the pipe's end has to do.
    alive: (pid: number) => process.platform !== 'linux' || processes.identify(pid) !== null,
  };
  let launched: number | null = null;
  const own = (anew: readonly number[] = []): void =>
    owned.set(
      'browsers',
      [launched, ...pool.pids()].filter((pid) => pid !== null),
      anew,
    );
  let shared: string | null = null;
  /** Sessions of which somebody asked for a socket, in that order: names are too long for a socket's. */
  const sessions: string[] = [];
  const place = (browser: string, session: string): SharePlace => {
    if (!sessions.includes(session)) sessions.push(session);
    const at = sessions.indexOf(session);
    const name = at === 0 ? browser : `${browser}-${at + 1}`;
    shared = shareFolder(tempFolder, paths, nonce, env);
    // Older ones fail before they get here; all that they print is the path.
    const path = socketFor(paths, `${nonce}-${name}.needs-playwright-${JOINS_FROM}`, env);
    const refused = (reason: string): void => {
      note(reason);
      // One that tries again and again is told of once.
      if (!told.has(reason)) warn(reason);
      told.add(reason);
    };
    return { path, folder: shared, present, refused };
  };
  const told = new Set<string>();
  let reserved: Reserved | null = null;
  const cdpPort = async (): Promise<number | null> => {
    const before = reserved;
    reserved = null;
    before?.held.release();
    if (!cdp()) return null;
    // The same one again, unless somebody else has taken it while there was no browser.
    const held = before === null ? null : await portAllocator.reserve(before.port);
    reserved = before !== null && held !== null ? { port: before.port, held } : await new PoolPorts(portAllocator, new Set()).firstFree();
    return reserved.port;
  };
  const host = createBrowserHost({
    ...around,
    cdpPort,
    place: (session) => place('default', session),
    onLaunch: ({ pid }) => {
      launched = pid;
      own([pid]);
    },
  });
  const pool = new Pool({
    ...around,
    ports: portAllocator,
    place: (port, session) => place(`p${port}`, session),
    makeFolder: (path) => void mkdirSync(path, { recursive: true, mode: 0o700 }),
    removeFolder: (path) => files.removeTree(path),
    onChange: () => own(),
    note,
  });
  host.onLost(note);
  return {
    host,
    pool,
    keptBy() {
      const ports = pool.list().flatMap(({ port, state }) => (port !== null && state === 'running' ? [port] : []));
      const guests = host.guests().length;
      const byCdp = reserved !== null && (portAllocator.connections([reserved.port]) ?? 0) > 0;
      return [
        ...(guests === 0 ? [] : [counted(guests, 'Playwright client')]),
        ...(byCdp ? ['a program at the CDP port'] : []),
        ...ports.map((port) => `the browser on port ${port} of the pool`),
      ];
    },
    used: () => pool.used() || (reserved !== null && (portAllocator.connections([reserved.port]) ?? 1) > 0),
    close: async (bound) => void (await Promise.all([host.close(bound), pool.close(bound)])),
    clean: async () => {
      if (shared !== null) await files.removeTree(shared);
    },
  };
}
