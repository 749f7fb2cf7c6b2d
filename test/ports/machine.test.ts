/** One suite per port of the machine, on the fake and on the real one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, lstatSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { clock as realClock } from '../../browse/adapters/node/clock.ts';
import { files as realFiles } from '../../browse/adapters/node/files.ts';
import { nodeLock } from '../../browse/adapters/node/start-lock.ts';
import { nodeProcesses } from '../../browse/adapters/node/processes.ts';
import type { Lock, LockHolder } from '../../browse/domain/lifecycle/start-lock.ts';
import type { ProcessIdentity } from '../../browse/protocol/record.ts';
import { fakeClock, fakeFiles, fakeLock, fakeProcesses } from '../support/machine.ts';
import { temporaryFolder } from '../support/folder.ts';
import type { Clock, Files, Processes } from '../../browse/domain/ports/machine.ts';

const NEVER = new AbortController().signal;

// ---- Clock ---------------------------------------------------------------------------------------------------------

type ClockRig = { readonly clock: Clock; pass(ms: number): Promise<void> };
const clocks: readonly [string, () => ClockRig][] = [
  [
    'fake',
    () => {
      const clock = fakeClock();
      return { clock, pass: (ms) => clock.advance(ms) };
    },
  ],
  ['real', () => ({ clock: realClock, pass: async () => {} })],
];

describe.each(clocks)('the %s clock', (_name, make) => {
  test('sleeps at least as long as asked, on monotonic time', async () => {
    const { clock, pass } = make();
    const before = clock.elapsed();
    const slept = clock.sleep(20);
    await pass(20);
    await slept;
    expect(clock.elapsed() - before).toBeGreaterThanOrEqual(19);
  });

  test('wakes at once when its signal aborts, before or during the sleep', async () => {
    const { clock } = make();
    const before = clock.elapsed();
    const abort = new AbortController();
    const slept = clock.sleep(60_000, abort.signal);
    abort.abort();
    await slept;
    await clock.sleep(60_000, abort.signal);
    expect(clock.elapsed() - before).toBeLessThan(60_000);
  });

  test('tells wall time in milliseconds since the epoch', () => {
    expect(make().clock.now()).toBeGreaterThan(Date.parse('2025-01-01'));
  });
});

// ---- Files ---------------------------------------------------------------------------------------------------------

type FilesRig = Disposable & { readonly files: Files; readonly root: string; spoil(path: string, how: 'foreign' | 'link' | 'open'): void };

function realFilesRig(): FilesRig {
  const folder = temporaryFolder();
  const spoil: FilesRig['spoil'] = (path, how) => {
    if (how === 'link') return symlinkSync(folder.path, path);
    mkdirSync(path, { mode: 0o700 });
    if (how === 'open') chmodSync(path, 0o755);
    else chownSync(path, 12_345, 12_345);
  };
  return { files: realFiles, root: folder.path, spoil, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}
function fakeFilesRig(): FilesRig {
  const folders = new Map<string, 'ours' | 'foreign' | 'link' | 'open'>();
  return { files: fakeFiles(folders), root: '/fake', spoil: (path, how) => void folders.set(path, how), [Symbol.dispose]: () => {} };
}
const root = process.getuid?.() === 0;
const spoils = (name: string): readonly ('foreign' | 'link' | 'open')[] =>
  name === 'fake' || root ? ['foreign', 'link', 'open'] : ['link', 'open'];

describe.each([
  ['fake', fakeFilesRig],
  ['real', realFilesRig],
] as const)('the %s files', (name, make) => {
  test('read what was written, and null where nothing is', async () => {
    using rig = make();
    expect(rig.files.read(join(rig.root, 'a'))).toBeNull();
    await rig.files.write(join(rig.root, 'a'), 'one');
    await rig.files.write(join(rig.root, 'a'), 'two');
    expect(rig.files.read(join(rig.root, 'a'))).toBe('two');
    expect(rig.files.list(rig.root)).toEqual(['a']);
  });

  test('claim a file exactly once, whoever else tries at the same time', async () => {
    using rig = make();
    const path = join(rig.root, 'claimed');
    const won = await Promise.all(Array.from({ length: 20 }, (_, at) => rig.files.claim(path, String(at))));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(rig.files.read(path)).toBe(String(won.indexOf(true)));
    expect(rig.files.list(rig.root)).toEqual(['claimed']);
  });

  test('remove one file or a tree, and mind nothing that is missing', async () => {
    using rig = make();
    rig.files.remove(join(rig.root, 'missing'));
    await rig.files.removeTree(join(rig.root, 'missing'));
    expect(rig.files.list(join(rig.root, 'missing'))).toEqual([]);
    await rig.files.write(join(rig.root, 'a'), 'x');
    rig.files.remove(join(rig.root, 'a'));
    expect(rig.files.list(rig.root)).toEqual([]);
  });

  test('make a private folder once, and check it without making it', () => {
    using rig = make();
    const path = join(rig.root, 'run');
    expect(rig.files.checkFolder(path)).toBe(false);
    rig.files.secureFolder(path);
    rig.files.secureFolder(path);
    expect(rig.files.checkFolder(path)).toBe(true);
  });

  test.each(spoils(name))('refuse a folder that is %s, for making and for using', (how) => {
    using rig = make();
    const path = join(rig.root, 'run');
    rig.spoil(path, how);
    expect(() => rig.files.secureFolder(path)).toThrow(expect.objectContaining({ code: 'state-unusable', exit: 5 }));
    expect(() => rig.files.checkFolder(path)).toThrow(expect.objectContaining({ code: 'state-unusable' }));
  });
});

describe('real files', () => {
  test('are 0600, their folder 0700, and a folder that was there keeps its mode', async () => {
    using rig = realFilesRig();
    const own = join(rig.root, 'made/run');
    rig.files.secureFolder(own);
    expect(statSync(own).mode & 0o777).toBe(0o700);
    await rig.files.write(join(own, 'a'), 'x');
    await rig.files.claim(join(own, 'b'), 'x');
    expect(['a', 'b'].map((file) => statSync(join(own, file)).mode & 0o777)).toEqual([0o600, 0o600]);
    rig.spoil(join(rig.root, 'theirs'), 'open');
    expect(() => rig.files.secureFolder(join(rig.root, 'theirs'))).toThrow(/others may enter/);
    expect(statSync(join(rig.root, 'theirs')).mode & 0o777).toBe(0o755);
  });

  test('say in words why a path cannot be used', async () => {
    using rig = realFilesRig();
    writeFileSync(join(rig.root, 'file'), '');
    expect(() => rig.files.secureFolder(join(rig.root, 'file'))).toThrow(/it is not a folder/);
    expect(() => rig.files.secureFolder(join(rig.root, 'file/run'))).toThrow(/not a folder|something else is there/);
    await expect(rig.files.write(join(rig.root, 'missing/deep'), 'x')).rejects.toMatchObject({ code: 'state-unusable' });
    expect(lstatSync(join(rig.root, 'file')).isFile()).toBe(true);
  });

  test('leave no draft behind a lost claim', async () => {
    using rig = realFilesRig();
    await rig.files.claim(join(rig.root, 'a'), '1');
    await rig.files.claim(join(rig.root, 'a'), '2');
    expect(readdirSync(rig.root)).toEqual(['a']);
  });
});

// ---- Processes -----------------------------------------------------------------------------------------------------

type ProcessesRig = AsyncDisposable & {
  readonly processes: Processes;
  begin(): Promise<ProcessIdentity>;
  end(identity: ProcessIdentity): Promise<void>;
  tick(): Promise<void>;
};

function fakeProcessesRig(): ProcessesRig {
  const clock = fakeClock();
  const processes = fakeProcesses(clock);
  let pid = 500;
  return {
    processes,
    begin: async () => processes.begin(++pid),
    end: async (identity) => processes.end(identity),
    tick: () => clock.advance(50),
    [Symbol.asyncDispose]: async () => {},
  };
}
function realProcessesRig(): ProcessesRig {
  const processes = nodeProcesses(realClock);
  const children = new Map<number, ReturnType<typeof spawn>>();
  return {
    processes,
    async begin() {
      const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
      await once(child, 'spawn');
      children.set(child.pid as number, child);
      return processes.identify(child.pid as number) as ProcessIdentity;
    },
    async end(identity) {
      const child = children.get(identity.pid);
      const gone = once(child as NonNullable<typeof child>, 'exit');
      child?.stdin?.end();
      await gone;
    },
    tick: async () => {},
    [Symbol.asyncDispose]: async () => {
      for (const child of children.values()) if (child.exitCode === null) child.kill('SIGKILL');
    },
  };
}

describe.each([
  ['fake', fakeProcessesRig],
  ['real', realProcessesRig],
] as const)('the %s processes', (_name, make) => {
  test('know this one and a child, and see the child end', async () => {
    await using rig = make();
    expect(rig.processes.state(rig.processes.self())).toBe('alive');
    const child = await rig.begin();
    expect(rig.processes.state(child)).toBe('alive');
    await rig.end(child);
    expect(rig.processes.state(child)).toBe('gone');
    expect(rig.processes.identify(child.pid)).toBeNull();
  });

  test('take a pid with another birth time, or of another boot, for gone, and never signal it', async () => {
    await using rig = make();
    const child = await rig.begin();
    for (const stranger of [
      { ...child, birth: `${child.birth}0` },
      { ...child, boot: 'another' },
    ]) {
      expect(rig.processes.state(stranger)).toBe('gone');
      expect(rig.processes.signal(stranger, 'SIGKILL')).toBe(false);
    }
    expect(rig.processes.state(child)).toBe('alive');
  });

  test('prove nothing in another pid namespace, and signal nobody there', async () => {
    await using rig = make();
    const child = await rig.begin();
    const elsewhere = { ...child, namespace: 'pid:[1]' };
    expect(rig.processes.state(elsewhere)).toBe('foreign-namespace');
    expect(rig.processes.signal(elsewhere, 'SIGKILL')).toBe(false);
    expect(rig.processes.state(child)).toBe('alive');
  });

  test('signal exactly the process that is meant, and see it go', async () => {
    await using rig = make();
    const child = await rig.begin();
    expect(rig.processes.signal(child, 'SIGKILL')).toBe(true);
    expect(await rig.processes.waitGone(child, { timeout: 5000, signal: NEVER })).toBe(true);
  });

  test('wait no longer than asked, and not at all once nobody cares', async () => {
    await using rig = make();
    const child = await rig.begin();
    const waited = rig.processes.waitGone(child, { timeout: 30, signal: NEVER });
    for (let turn = 0; turn < 5; turn++) await rig.tick();
    expect(await waited).toBe(false);
    expect(await rig.processes.waitGone(child, { timeout: 60_000, signal: AbortSignal.abort() })).toBe(false);
  });
});

test('a process whose first thread has ended is not gone while another thread runs: it still has its port', async () => {
  const processes = nodeProcesses(realClock);
  const bun = fileURLToPath(new URL('../../node_modules/.bin/bun', import.meta.url));
  const child = spawn(bun, [fileURLToPath(new URL('../support/leaderless-probe.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const [pid, port] = line.toString().split(' ').map(Number) as [number, number];
    await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'latin1')).toMatch(/\) Z /);
    const identity = processes.identify(pid);
    if (identity === null) throw new Error('it still runs');
    expect(processes.state(identity)).toBe('alive');
    const other = createServer().listen(port, '127.0.0.1');
    expect(await once(other, 'error')).toMatchObject([{ code: 'EADDRINUSE' }]);
    expect(processes.signal(identity, 'SIGKILL')).toBe(true);
    expect(await processes.waitGone(identity, { timeout: 5000, signal: NEVER })).toBe(true);
    other.listen(port, '127.0.0.1');
    await once(other, 'listening');
    other.close();
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
});

test('a zombie is gone, though its pid still answers', async () => {
  const processes = nodeProcesses(realClock);
  // The shell becomes a program that never waits for the child it inherits.
  const parent = spawn('sh', ['-c', 'exec 3<&0; cat <&3 & echo $!; exec tail -f /dev/null 3<&-'], { stdio: ['pipe', 'pipe', 'ignore'] });
  try {
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    const identity = processes.identify(pid) as ProcessIdentity;
    await expect.poll(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8')).toBe('tail\n');
    parent.stdin.end();
    expect(await processes.waitGone(identity, { timeout: 5000, signal: NEVER })).toBe(true);
    expect(() => process.kill(pid, 0)).not.toThrow();
    expect(processes.identify(pid)).toBeNull();
  } finally {
    parent.kill('SIGKILL');
  }
});

// ---- Lock ----------------------------------------------------------------------------------------------------------

type LockRig = AsyncDisposable & { readonly lock: Lock; readonly self: ProcessIdentity };
function fakeLockRig(): LockRig {
  const processes = fakeProcesses(fakeClock());
  return { lock: fakeLock(() => processes.self()), self: processes.self(), [Symbol.asyncDispose]: async () => {} };
}
function realLockRig(): LockRig {
  const folder = temporaryFolder();
  const processes = nodeProcesses(realClock);
  return {
    lock: nodeLock(join(folder.path, 'start.lock'), processes, realClock),
    self: processes.self(),
    [Symbol.asyncDispose]: async () => folder[Symbol.dispose](),
  };
}
const unlost = (): void => expect.unreachable('the lock was lost');

describe.each([
  ['fake', fakeLockRig],
  ['real', realLockRig],
] as const)('the %s lock', (_name, make) => {
  test('is taken by one at a time, says by whom, and can be taken again once released', async () => {
    await using rig = make();
    expect(rig.lock.look()).toEqual({ kind: 'free' });
    const taken = await Promise.all(Array.from({ length: 10 }, () => rig.lock.take(unlost)));
    const held = taken.filter((each) => each !== null);
    expect(held).toHaveLength(1);
    expect(rig.lock.look()).toEqual({ kind: 'held', holder: { holder: rig.self, daemon: null } });
    await held[0]?.release();
    expect(rig.lock.look()).toEqual({ kind: 'free' });
    const again = await rig.lock.take(unlost);
    expect(again).not.toBeNull();
    await again?.release();
  });

  test('names the daemon that was spawned under it', async () => {
    await using rig = make();
    const held = await rig.lock.take(unlost);
    const daemon = { ...rig.self, pid: 4711 };
    await held?.name(daemon);
    expect(rig.lock.look()).toEqual({ kind: 'held', holder: { holder: rig.self, daemon } });
    await held?.release();
  });

  test('is broken only while the second look still calls it dead', async () => {
    await using rig = make();
    const never = (): boolean => expect.unreachable('nobody holds it');
    expect(await rig.lock.breakDead(null, never)).toBe(false);
    const held = await rig.lock.take(unlost);
    const looks: (LockHolder | null)[] = [];
    const say =
      (dead: boolean) =>
      (now: LockHolder | null): boolean => {
        looks.push(now);
        return dead;
      };
    expect(await rig.lock.breakDead(null, say(false))).toBe(false);
    expect(rig.lock.look().kind).toBe('held');
    expect(await rig.lock.breakDead(null, say(true))).toBe(true);
    expect(looks.map((look) => look?.holder.pid)).toEqual([rig.self.pid, rig.self.pid]);
    expect(rig.lock.look()).toEqual({ kind: 'free' });
    await held?.release();
  });

  test('a holder that was broken does not release the lock of the next one', async () => {
    await using rig = make();
    const first = await rig.lock.take(() => {});
    await rig.lock.breakDead(null, () => true);
    const second = await rig.lock.take(() => {});
    expect(second).not.toBeNull();
    await first?.release();
    expect(rig.lock.look().kind).toBe('held');
    await second?.release();
  });
});

// Found by chaos: every command ended with 70 as long as the file was there.
test.each(['null', '[]', '{"pid": 1}', '{"holder": {"pid": 1}, "daemon": null}', '{"holder": 1', ''])(
  'the real lock whose holder is said by %s is held by one who has not said his name, and is broken as such',
  async (text) => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'start.lock');
    mkdirSync(path);
    writeFileSync(`${path}.holder`, text);
    const lock = nodeLock(path, nodeProcesses(realClock), realClock);
    expect(lock.look()).toEqual({ kind: 'held', holder: null });
    expect(await lock.take(unlost)).toBeNull();
    expect(await lock.breakDead(null, (now) => now === null)).toBe(true);
    const held = await lock.take(unlost);
    expect(held).not.toBeNull();
    await held?.release();
  },
);
