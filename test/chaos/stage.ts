/**
 * Where chaos happens: an ordinary user's files on a small disk of their own, two builds of the program, a clock that can be moved, and
 * the ledger's server. Knows neither the users' work nor the demon's blows.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { cli, type Cli, type Running } from '../support/cli.ts';
import type { Site } from '../support/site.ts';
import { ordinaryUser } from '../support/user.ts';
import { emptyHistory, type ClientFate, type Record } from './history.ts';
import { serveLedger } from './work/ledger.ts';

/** Megabytes of the disk on which the state folder lies: a browser's own files and a log fit, and it can be filled in a moment. */
const DISK = 192;

export type Builds = { readonly current: string; readonly older: string };

/** How one command is begun otherwise than by typing it. */
export type Start = { readonly older?: boolean; readonly limits?: string };

export type Stage = AsyncDisposable & {
  readonly shell: Cli;
  readonly site: Site;
  readonly history: Record;
  readonly cwd: string;
  /** Null where the state folder has no disk of its own. */
  readonly disk: string | null;
  /** The number of the user who types. */
  readonly uid: number;
  /** Clients on their way, by pid. */
  readonly clients: ReadonlyMap<number, Running>;
  /** What was done to clients. */
  readonly fates: Map<number, ClientFate>;
  /** Milliseconds since the beginning. */
  now(): number;
  over(): boolean;
  /** Nothing more is begun. */
  end(): void;
  /** Resolves as soon as commands may be begun. */
  turn(): Promise<void>;
  /** From its beginning until it is released no user begins a command; resolves when none is on its way. */
  rest(): Promise<Disposable>;
  /** Types a command line as the user. */
  start(argv: readonly string[], how?: Start): Running;
  /** Runs another program as the user; gives its exit status. */
  execute(file: string, args: readonly string[]): Promise<number>;
  /** Moves the wall clock of every process by so many milliseconds from the true time. */
  moveClock(ms: number): void;
};

/** Sets it up. As root, in a mount namespace of its own, which `main.ts` has entered. */
export async function openStage(builds: Builds): Promise<Stage> {
  const history = emptyHistory();
  const began = performance.now();
  const now = (): number => Math.round(performance.now() - began);
  const shell = cli({ binary: builds.current, env: { BROWSE_TEST_CLOCK: 'set below' } });
  const clock = join(shell.root, 'clock');
  Object.assign(shell.env, { BROWSE_TEST_CLOCK: clock });
  writeFileSync(clock, '0');
  const older = join(shell.root, 'browse-older');
  try {
    linkSync(builds.older, older);
  } catch {
    copyFileSync(builds.older, older);
  }
  chmodSync(older, 0o755);
  mkdirSync(shell.home, { mode: 0o700 });
  const disk = process.getuid?.() === 0 ? shell.home : null;
  if (disk !== null) execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}m,mode=700`, 'chaos', disk]);
  const user = ordinaryUser(shell);
  if (disk !== null) chownSync(disk, user.uid, user.uid);
  const site = await serveLedger(history, now);

  const clients = new Map<number, Running>();
  const fates = new Map<number, ClientFate>();
  const gates = new Set<PromiseWithResolvers<void>>();
  let over = false;

  const start = (argv: readonly string[], how: Start = {}): Running => {
    const running = user.start(argv, {
      ...(how.older === true ? { binary: older } : {}),
      ...(how.limits === undefined ? {} : { limits: how.limits }),
    });
    clients.set(running.pid, running);
    if (how.limits !== undefined) fates.set(running.pid, 'starved');
    void running.done.finally(() => clients.delete(running.pid)).catch(() => {});
    return running;
  };

  return {
    shell,
    site,
    history,
    cwd: shell.cwd,
    disk,
    uid: user.uid,
    clients,
    fates,
    now,
    over: () => over,
    end: () => void (over = true),
    turn: async () => {
      while (gates.size > 0) await Promise.all([...gates].map(({ promise }) => promise));
    },
    rest: async () => {
      const gate = Promise.withResolvers<void>();
      gates.add(gate);
      // One that had its turn in this very moment is among them a moment later.
      do {
        await Promise.all([...clients.values()].map(({ done }) => done));
        await setImmediate();
      } while (clients.size > 0);
      return {
        [Symbol.dispose]: () => {
          gates.delete(gate);
          gate.resolve();
        },
      };
    },
    start,
    execute: (file, args) => user.execute(file, args),
    moveClock: (ms) => writeFileSync(clock, String(ms)),
    async [Symbol.asyncDispose]() {
      over = true;
      const problems: string[] = [];
      for (const running of clients.values()) running.child.kill('SIGKILL');
      try {
        if (disk !== null) execFileSync('umount', ['--lazy', disk]);
      } catch (error) {
        problems.push(String(error));
      }
      try {
        await shell[Symbol.asyncDispose]();
      } catch (error) {
        problems.push(String(error));
      }
      await site[Symbol.asyncDispose]();
      if (problems.length > 0) throw new Error(problems.join('\n'));
    },
  };
}
