/** The machine's ports in memory, for tests that want time, files and processes in their own hands. Held to the real ones by test/ports. */
import type { HeldLock, Lock, LockHolder } from '../../browse/domain/lifecycle/start-lock.ts';
import { fail } from '../../browse/protocol/errors.ts';
import type { ProcessIdentity } from '../../browse/protocol/record.ts';
import type { Clock, Files, Processes } from '../../browse/domain/ports/machine.ts';

export type FakeClock = Clock & {
  /** Lets time pass; whoever sleeps until then wakes. */
  advance(ms: number): Promise<void>;
};

/** Time that only `advance` moves. */
export function fakeClock(): FakeClock {
  let at = 0;
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  return {
    now: () => 1_800_000_000_000 + at,
    elapsed: () => at,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const sleeper = {
          until: at + ms,
          wake: () => {
            sleepers.delete(sleeper);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', sleeper.wake, { once: true });
      }),
    async advance(ms) {
      at += ms;
      for (const sleeper of [...sleepers].sort((a, b) => a.until - b.until)) if (sleeper.until <= at) sleeper.wake();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

/** Files in a map. A folder is `ours`, a stranger's, a link, or open to others. */
export function fakeFiles(folders: Map<string, 'ours' | 'foreign' | 'link' | 'open'> = new Map()): Files {
  const texts = new Map<string, string>();
  const check = (path: string): boolean => {
    const kind = folders.get(path);
    if (kind === undefined) return false;
    return kind === 'ours' || fail('state-unusable', { path, reason: kind });
  };
  return {
    read: (path) => texts.get(path) ?? null,
    write: async (path, text) => void texts.set(path, text),
    writeNow: (path, text) => void texts.set(path, text),
    async claim(path, text) {
      if (texts.has(path)) return false;
      texts.set(path, text);
      return true;
    },
    remove: (path) => void texts.delete(path),
    async removeTree(path) {
      for (const each of texts.keys()) if (each === path || each.startsWith(`${path}/`)) texts.delete(each);
    },
    list: (path) => [
      ...new Set(
        [...texts.keys()].filter((each) => each.startsWith(`${path}/`)).map((each) => each.slice(path.length + 1).split('/')[0] ?? ''),
      ),
    ],
    secureFolder(path) {
      if (!check(path)) folders.set(path, 'ours');
    },
    checkPlace: () => {},
    checkFolder: check,
  };
}

export type FakeProcesses = Processes & {
  /** A process begins. */
  begin(pid: number, namespace?: string): ProcessIdentity;
  end(identity: ProcessIdentity): void;
  readonly signals: readonly { readonly pid: number; readonly signal: string }[];
};

/** A table of processes; births count up, so a pid that is used again is another process. */
export function fakeProcesses(clock: Clock): FakeProcesses {
  const table = new Map<number, ProcessIdentity>();
  const signals: { pid: number; signal: string }[] = [];
  let births = 0;
  const begin = (pid: number, namespace = 'here'): ProcessIdentity => {
    const identity = { pid, birth: String(++births), boot: 'boot', namespace };
    if (namespace === 'here') table.set(pid, identity);
    return identity;
  };
  const self = begin(1);
  const state: Processes['state'] = (identity) => {
    if (identity.boot !== 'boot') return 'gone';
    if (identity.namespace !== 'here') return 'foreign-namespace';
    return table.get(identity.pid)?.birth === identity.birth ? 'alive' : 'gone';
  };
  const end = (identity: ProcessIdentity): void => {
    if (state(identity) === 'alive') table.delete(identity.pid);
  };
  return {
    begin,
    end,
    signals,
    state,
    self: () => self,
    identify: (pid) => table.get(pid) ?? null,
    signal(identity, signal) {
      if (state(identity) !== 'alive') return false;
      signals.push({ pid: identity.pid, signal });
      end(identity);
      return true;
    },
    async waitGone(identity, { timeout, signal }) {
      const until = clock.elapsed() + timeout;
      while (state(identity) !== 'gone') {
        if (signal.aborted || clock.elapsed() >= until) return false;
        await clock.sleep(Math.min(10, until - clock.elapsed()), signal);
      }
      return true;
    },
  };
}

/** A lock in memory, taken in the name of `self`. */
export function fakeLock(self: () => ProcessIdentity): Lock {
  let holder: { said: LockHolder | null } | null = null;
  return {
    look: () => (holder === null ? { kind: 'free' } : { kind: 'held', holder: holder.said }),
    async take() {
      if (holder !== null) return null;
      const mine = { said: { holder: self(), daemon: null } as LockHolder | null };
      holder = mine;
      const held: HeldLock = {
        name: async (daemon) => void (mine.said = { holder: self(), daemon }),
        release: async () => {
          if (holder === mine) holder = null;
        },
      };
      return held;
    },
    async breakDead(_seen, stillDead) {
      if (holder === null || !stillDead(holder.said)) return false;
      holder = null;
      return true;
    },
  };
}
