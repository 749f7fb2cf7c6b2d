/** The owner of the warm browser, with browsers that exist only here. */
import { expect, test } from 'vitest';
import { deferred } from '../../browse/base/deferred.ts';
import { createBrowserHost } from '../../browse/daemon/browsers/browser-host.ts';
import type { WarmBrowser } from '../../browse/daemon/browsers/browser-host.ts';
import { fakeClock } from '../support/machine.ts';
import type { Browser, BrowserOptions, BrowserSession, Engine } from '../../browse/domain/ports/browser.ts';

const bound = { timeout: 1000, signal: new AbortController().signal };
const plain = { userAgent: null, viewport: null, headers: [] };
const start = { headed: null, env: {} };

type Made = { readonly options: BrowserOptions; readonly pid: number; crash(): void; closed: boolean; sessions: number };

function rig(fails: number = 0): { host: WarmBrowser; made: Made[]; dead: Set<number>; asked: () => number } {
  const dead = new Set<number>();
  const made: Made[] = [];
  let asked = 0;
  const engine: Engine = {
    async launch(options: BrowserOptions) {
      asked += 1;
      if (asked <= fails) throw new Error('no browser');
      let crashed = (): void => {};
      const one: Made = { options, pid: 100 + asked, closed: false, sessions: 0, crash: () => crashed() };
      made.push(one);
      return {
        pid: one.pid,
        kind: 'chromium',
        single: false,
        endpoint: null,
        cdpEndpoint: null,
        name: 'Fake',
        version: '1',
        headless: options.headless,
        sandbox: { on: true, reason: null },
        async newSession() {
          one.sessions += 1;
          return { of: one.pid } as unknown as BrowserSession;
        },
        async close() {
          one.closed = true;
        },
        share: async () => {},
        guests: () => [],
        onGuestLeft: () => {},
        guestPage: () => null,
        onCrash: (listener) => (crashed = listener),
      } as Browser;
    },
  } as unknown as Engine;
  const host = createBrowserHost({
    engine: async () => engine,
    clock: fakeClock(),
    tempFolder: '/tmp/x',
    env: { HOME: '/h' },
    alive: (pid) => !dead.has(pid),
    onLaunch: () => {},
    place: () => ({ path: '/p', folder: '/f', present: () => {}, refused: () => {} }),
    cdpPort: async () => null,
  });
  return { host, made, dead, asked: () => asked };
}

test('a warm browser is launched once, ahead of need, whoever asks meanwhile', async () => {
  const { host, made } = rig();
  host.warm(start);
  host.warm(start);
  await Promise.all(['a', 'b', 'c'].map((name) => host.session(name, plain, start, bound)));
  expect(made).toHaveLength(1);
  expect(made[0]?.sessions).toBe(3);
  expect(host.facts()).toMatchObject({ pid: 101, headless: true });
});

test('a launch that failed ahead of need is tried again by the command that needs it', async () => {
  const { host, made, asked } = rig(1);
  host.warm(start);
  await expect.poll(asked).toBe(1);
  await expect.poll(() => host.facts()).toBeNull();
  await host.session('a', plain, start, bound);
  expect(made).toHaveLength(1);
});

test('a browser that died is said once to each listener and launched again by the next session', async () => {
  const { host, made } = rig();
  const reasons: string[] = [];
  host.onLost((reason) => reasons.push(reason));
  await host.session('a', plain, start, bound);
  made[0]?.crash();
  made[0]?.crash();
  expect(reasons).toEqual(['the browser (pid 101) ended unexpectedly']);
  expect(host.facts()).toBeNull();
  expect(await host.session('a', plain, start, bound)).toEqual({ of: 102 });
});

test('a look notices a browser whose process has ended before it says so itself, and says it once', async () => {
  const { host, made, dead } = rig();
  const reasons: string[] = [];
  host.onLost((reason) => reasons.push(reason));
  await host.session('a', plain, start, bound);
  host.look();
  expect(reasons).toEqual([]);
  dead.add(101);
  host.look();
  host.look();
  made[0]?.crash();
  expect(reasons).toEqual(['the browser (pid 101) ended unexpectedly']);
  expect(await host.session('a', plain, start, bound)).toEqual({ of: 102 });
});

test('a window replaces a warm browser that nobody has used, and is refused beside one in use', async () => {
  const { host, made } = rig();
  host.warm(start);
  await host.session('a', plain, { headed: true, env: { DISPLAY: ':1' } }, bound);
  expect(made.map(({ options, closed }) => [options.headless, closed])).toEqual([
    [true, true],
    [false, false],
  ]);
  expect(made[1]?.options.env).toEqual({ HOME: '/h', DISPLAY: ':1' });
  expect(host.headed()).toBe(true);
  // A command without a wish takes what runs.
  await host.session('b', plain, start, bound);
  const other = rig();
  await other.host.session('a', plain, start, bound);
  await expect(other.host.session('b', plain, { headed: true, env: {} }, bound)).rejects.toMatchObject({ code: 'usage' });
});

test('closing waits for a launch under way, closes it, and launches nothing any more', async () => {
  const { host, made } = rig();
  host.warm(start);
  await host.close(bound);
  expect(made.map(({ closed }) => closed)).toEqual([true]);
  host.warm(start);
  await expect(host.session('a', plain, start, bound)).rejects.toMatchObject({ code: 'draining' });
  expect(made).toHaveLength(1);
});

test('a browser that never opens a session is given up at the bound, and what it opens later is closed', async () => {
  const clock = fakeClock();
  const opened = deferred<BrowserSession>();
  let closed = 0;
  const browser = {
    pid: 1,
    headless: true,
    newSession: () => opened.promise,
    onCrash: () => {},
    onGuestLeft: () => {},
  } as unknown as Browser;
  const host = createBrowserHost({
    engine: async () => ({ launch: async () => browser }) as unknown as Engine,
    clock,
    tempFolder: '/tmp/x',
    env: {},
    alive: () => true,
    onLaunch: () => {},
    place: () => ({ path: '/p', folder: '/f', present: () => {}, refused: () => {} }),
    cdpPort: async () => null,
  });
  const asked = host.session('a', plain, start, bound);
  asked.catch(() => {});
  await clock.advance(999);
  await clock.advance(1);
  await expect(asked).rejects.toMatchObject({ code: 'timeout' });
  opened.resolve({ close: async () => void closed++ } as unknown as BrowserSession);
  await expect.poll(() => closed).toBe(1);
});
