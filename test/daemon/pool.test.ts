/** The pool with browsers and ports that exist only here: which port, what becomes of a row, and which session is in which browser. */
import { expect, test } from 'vitest';
import { Pool } from '../../browse/daemon/browsers/pool.ts';
import type { PoolLoss } from '../../browse/daemon/ports.ts';
import type { Spawn } from '../../browse/commands/context.ts';
import type { JoinOptions } from '../../browse/domain/pool.ts';
import { fakeEngine } from '../support/fake-engine.ts';
import type { FakeBrowser } from '../support/fake-engine.ts';
import { fakeClock } from '../support/machine.ts';
import { pipeline } from '../support/pipeline.ts';
import { present } from '../support/present.ts';

const bound = { timeout: 1000, signal: new AbortController().signal };
const plain = { userAgent: null, viewport: null, headers: [] };
const start = { headed: null, env: {} };
/** Not asked of a Grid, nor for a window. */
const running = { grid: null, headed: false };
const any: Spawn = { kind: null, port: null, headed: false, profile: null, proxy: null, executable: null, args: [], env: {} };

type Rig = {
  readonly pool: Pool;
  readonly launched: readonly FakeBrowser[];
  readonly held: Set<number>;
  readonly busy: Set<number>;
  readonly folders: Set<string>;
  readonly lost: PoolLoss[];
  readonly notes: readonly string[];
  launches(then: () => Promise<void>): void;
  /** How many programs are connected to its ports. */
  connected: number | null;
};

function rig(clock = fakeClock()): Rig {
  const engine = fakeEngine({});
  const [held, busy, folders, lost] = [new Set<number>(), new Set<number>(), new Set<string>(), [] as PoolLoss[]];
  const notes: string[] = [];
  let before = async (): Promise<void> => {};
  const pool = new Pool({
    engine: async () => ({
      launch: async (options, within) => {
        await before();
        within.signal.throwIfAborted();
        return engine.launch(options, within);
      },
      async join(options, within) {
        await before();
        return engine.join(options, within);
      },
    }),
    clock,
    ports: {
      async reserve(port) {
        if (busy.has(port) || held.has(port)) return null;
        held.add(port);
        return { release: () => void held.delete(port) };
      },
      connections: () => made.connected,
    },
    tempFolder: '/t',
    env: {},
    alive: () => true,
    makeFolder: (path) => void folders.add(path),
    removeFolder: async (path) => void folders.delete(path),
    place: (port) => ({ path: `/p${port}`, folder: '/f', present: () => {}, refused: () => {} }),
    onChange: () => {},
    note: (text) => void notes.push(text),
  });
  pool.onLost((loss) => lost.push(loss));
  const made: Rig = {
    pool,
    launched: engine.launched,
    held,
    busy,
    folders,
    lost,
    notes,
    launches: (then) => (before = then),
    connected: 0,
  };
  return made;
}

test('P-07: the first free port is taken, distinct ones by spawns at once; a busy, a foreign and an outside one are refused', async () => {
  const { pool, busy } = rig();
  busy.add(9222).add(9225);
  const rows = await Promise.all(Array.from({ length: 5 }, () => pool.spawn(any, bound)));
  expect(rows.map(({ port }) => port).toSorted()).toEqual([9223, 9224, 9226, 9227, 9228]);
  await expect(pool.spawn({ ...any, port: 9222 }, bound)).rejects.toMatchObject({ code: 'port-busy', message: /by another program$/ });
  await expect(pool.spawn({ ...any, port: 9223 }, bound)).rejects.toMatchObject({
    code: 'port-busy',
    message: /by a browser of the pool$/,
  });
  for (const port of [9221, 10222])
    await expect(pool.spawn({ ...any, port }, bound)).rejects.toMatchObject({ code: 'port-outside', exit: 2 });
  busy.delete(9222);
  for (const port of [9222, 10221]) expect((await pool.spawn({ ...any, port }, bound)).port).toBe(port);
});

test('P-07: the end of the range is reported', async () => {
  const { pool, busy } = rig();
  for (let port = 9222; port <= 10221; port++) busy.add(port);
  await expect(pool.spawn(any, bound)).rejects.toMatchObject({ code: 'ports-exhausted' });
  busy.delete(10221);
  expect((await pool.spawn(any, bound)).port).toBe(10221);
});

test('P-44: a row has its port, browser, mode and time in seconds; get and kill know it by its port', async () => {
  const { pool, held, folders, launched } = rig();
  const row = await pool.spawn({ ...any, kind: 'msedge', headed: true }, bound);
  expect(row).toMatchObject({ port: 9222, browser: 'msedge', headless: false, created_at: 1_800_000_000, state: 'running' });
  expect(row.cdp_endpoint).toBe('http://127.0.0.1:9222');
  expect(pool.get(9222)).toEqual(row);
  expect(pool.list()).toEqual([row]);
  await pool.kill(9222);
  expect(launched[0]?.closed).toBe(true);
  expect([held.size, folders.size, pool.list().length]).toEqual([0, 0, 0]);
  expect(() => pool.get(9222)).toThrow('The pool has no browser on port 9222');
  await expect(pool.kill(9222)).rejects.toMatchObject({ code: 'port-unknown', exit: 3 });
});

test('a launch that fails leaves no row, no port and no folder', async () => {
  const { pool, held, folders, launches } = rig();
  launches(() => Promise.reject(new Error('no browser')));
  await expect(pool.spawn(any, bound)).rejects.toThrow('no browser');
  expect([held.size, folders.size, pool.list().length]).toEqual([0, 0, 0]);
});

test('one that crashed keeps its row and its port until it is killed, and harms no other', async () => {
  const { pool, held, launched, lost } = rig();
  await pool.spawn(any, bound);
  await pool.spawn(any, bound);
  const session = await pool.host(9223).session('a@9223', plain, start, bound);
  launched[0]?.crash();
  expect(pool.list().map(({ port, state, cdp_endpoint: cdp }) => [port, state, cdp])).toEqual([
    [9222, 'crashed', null],
    [9223, 'running', 'http://127.0.0.1:9223'],
  ]);
  expect(lost).toEqual([{ port: 9222, reason: 'the browser on port 9222 (pid 4242) ended unexpectedly', killed: false }]);
  await expect(pool.host(9222).session('a@9222', plain, start, bound)).rejects.toMatchObject({ code: 'pool-crashed', exit: 4 });
  expect(await session.newPage()).toBeDefined();
  expect((await pool.spawn(any, bound)).port).toBe(9224);
  await pool.kill(9222);
  expect([...held].toSorted()).toEqual([9223, 9224]);
});

test('closing the pool ends what runs and what starts, and nothing is started after it', async () => {
  const { pool, held, folders, launched, launches } = rig();
  await pool.spawn(any, bound);
  const gate = Promise.withResolvers<void>();
  launches(() => gate.promise);
  const late = pool.spawn(any, bound);
  await expect.poll(() => held.size).toBe(2);
  const closing = pool.close(bound);
  gate.resolve();
  await expect(late).rejects.toThrow();
  await closing;
  expect(launched.map(({ closed }) => closed)).toEqual([true]);
  expect([held.size, folders.size]).toEqual([0, 0]);
  await expect(pool.spawn(any, bound)).rejects.toMatchObject({ code: 'draining' });
});

test('a profile is in one browser and in one session at a time, and ends with that session', async () => {
  const { pool, launched, held } = rig();
  const both = await Promise.allSettled([pool.spawn({ ...any, profile: '/p' }, bound), pool.spawn({ ...any, profile: '/p' }, bound)]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(held.size).toBe(1);
  await expect(pool.spawn({ ...any, profile: '/p' }, bound)).rejects.toMatchObject({
    code: 'profile-busy',
    message: 'The profile /p is in use by the browser on port 9222',
  });
  const host = pool.host(9222);
  const session = await host.session('a@9222', plain, start, bound);
  await expect(host.session('b@9222', plain, start, bound)).rejects.toMatchObject({ code: 'profile-taken' });
  await host.closeSession(session);
  expect(launched[0]?.closed).toBe(true);
  expect(pool.list()).toEqual([]);
  expect((await pool.spawn({ ...any, profile: '/p' }, bound)).port).toBe(9222);
});

const SITE = { 'http://site/a': { title: 'A' }, 'http://site/b': { title: 'B' } };

test('P-09: Firefox and WebKit are for clients of their endpoint: a command in one is refused and says so', async () => {
  using pipe = pipeline(SITE);
  await pipe.ok('pool', 'spawn', 'firefox');
  expect(await pipe.no(2, 'url', '--browser', '9222')).toBe(
    "Commands drive Chromium's family only: the firefox on port 9222 is for clients of its Playwright endpoint. Run: browse pool get 9222",
  );
});

test('--browser is a session of its own in another browser; session --browser chooses it from then on', async () => {
  using pipe = pipeline(SITE);
  await pipe.ok('goto', 'http://site/a');
  expect(await pipe.ok('pool', 'spawn', 'chrome')).toBe('Spawned fake 1 on port 9222 (pid 4243)\nhttp://127.0.0.1:9222');
  await pipe.ok('goto', 'http://site/b', '--browser', '9222');
  expect([await pipe.ok('url'), await pipe.ok('url', '--browser=9222')]).toEqual(['http://site/a', 'http://site/b']);
  expect(await pipe.ok('session', 'list')).toBe('→ default (1 tab)\n  default@9222 (1 tab)');
  expect(await pipe.ok('url', '--session', 'default@9222')).toBe('http://site/b');
  expect(await pipe.ok('session', '--browser', '9222')).toBe('Session default@9222 is in the browser on port 9222');
  expect(await pipe.ok('url')).toBe('http://site/b');
  expect(await pipe.ok('url', '--browser', 'default')).toBe('http://site/a');
  expect(JSON.parse(await pipe.ok('session', 'status', '--json'))).toMatchObject({
    name: 'default@9222',
    port: 9222,
    cdp_endpoint: 'http://127.0.0.1:9222',
    source: 'spawned',
  });
  // A choice whose browser is gone is an error, and never the other browser.
  expect(await pipe.ok('pool', 'kill', '9222')).toBe('Killed the browser on port 9222 (pid 4243)');
  expect(await pipe.no(3, 'url')).toBe('The pool has no browser on port 9222. Run: browse pool list');
  expect(await pipe.ok('session', '--browser', 'default')).toBe('Session default is in the default browser');
  expect(await pipe.ok('url')).toBe('http://site/a');
  expect(await pipe.ok('session', 'list')).toBe('→ default (1 tab)');
});

test('the pool is listed with the default browser first; wrong words for it are usage errors', async () => {
  using pipe = pipeline(SITE);
  expect(await pipe.ok('pool', 'list')).toBe('(no browsers)');
  await pipe.ok('url');
  await pipe.ok('pool', 'spawn', '--port', '9300');
  const { browsers } = JSON.parse(await pipe.ok('pool', 'list', '--json')) as {
    browsers: { port: number | null; cdp_endpoint: string | null }[];
  };
  expect(browsers.map(({ port, cdp_endpoint: cdp }) => [port, cdp])).toEqual([
    [null, null],
    [9300, 'http://127.0.0.1:9300'],
  ]);
  for (const [problem, ...argv] of [
    ['takes a port of the pool or "default"', 'url', '--browser', 'firefox'],
    ['Port 80 is outside of the pool', 'url', '--browser', '80'],
    ['is not in browser 9300', 'url', '--session', 'a@9301', '--browser', '9300'],
    ['BROWSER takes chromium, chrome, msedge, firefox, webkit', 'pool', 'spawn', 'opera'],
    ['--user-data-dir is set by browse itself: use --profile', 'pool', 'spawn', '--args', '--lang=de --user-data-dir=/x'],
    ['arguments that begin with -', 'pool', 'spawn', '--args', 'http://site/a'],
    ['--proxy takes http://HOST:PORT', 'pool', 'spawn', '--proxy', 'ftp://secret:word@a'],
  ])
    expect(await pipe.no(2, ...argv)).toContain(problem);
  expect(await pipe.no(2, 'pool', 'spawn', '--proxy', 'ftp://secret:word@a')).not.toContain('secret');
});

test('a session in a browser that crashed fails by its name, and the default browser goes on', async () => {
  using pipe = pipeline(SITE);
  await pipe.ok('goto', 'http://site/a');
  await pipe.ok('pool', 'spawn');
  await pipe.ok('goto', 'http://site/b', '--browser', '9222');
  pipe.browser().crash();
  expect(await pipe.no(4, 'url', '--browser', '9222')).toBe(
    'The browser on port 9222 (pid 4243) has crashed, and its tabs are gone. Run: browse pool kill 9222',
  );
  expect(await pipe.ok('url')).toBe('http://site/a');
});

test('cdp-url tells the endpoint of a browser of the pool, and how to get one; playwright-url that of any browser', async () => {
  using pipe = pipeline(SITE);
  expect(await pipe.no(2, 'cdp-url')).toBe(
    'This browser has no CDP endpoint, it is on a pipe of ours; one of the pool has, on a port that every local user can open. Run: browse pool spawn',
  );
  await pipe.ok('pool', 'spawn');
  expect(await pipe.ok('cdp-url', '--browser', '9222')).toBe('http://127.0.0.1:9222');
  expect(await pipe.ok('playwright-url')).toBe('/p');
  expect(JSON.parse(await pipe.ok('pool', 'get', '9222', '--json'))).toMatchObject({ playwright_endpoint: null });
  expect(await pipe.ok('playwright-url', '--browser', '9222')).toBe('/p9222');
  expect(JSON.parse(await pipe.ok('pool', 'get', '9222', '--json'))).toMatchObject({ playwright_endpoint: '/p9222' });
});

test('P-21: what another client opened is closed when nobody is left who may have opened it, unless it became the current tab', async () => {
  using pipe = pipeline(SITE);
  await pipe.ok('goto', 'http://site/a');
  const browser = pipe.browser();
  const session = present(browser.sessions[0], 'the session');
  browser.joined = [1, 2];
  await session.popup(null, 'http://site/b');
  browser.joined = [2];
  await session.popup(null, 'http://site/b');
  await session.popup(null, 'http://site/b');
  browser.joined = [];
  // A page's own window is nobody's to close.
  await session.popup(pipe.page(), 'http://site/b');
  browser.leave(1);
  expect(await pipe.ok('tabs')).toMatch(/\[1\].*\n.*\[2\].*\n.*\[3\].*\n.*\[4\].*\n.*\[5\]/);
  await pipe.ok('tab', '4');
  browser.leave(2);
  await expect.poll(() => pipe.ok('tabs')).not.toMatch(/\[[23]\]/);
  expect(await pipe.ok('tabs')).toMatch(/\[1\].*\n→ \[4\].*\n.*\[5\]/);
});

test('P-21: a browser that was joined is left and never killed; one of ours is killed and never left', async () => {
  const { pool, launched, held } = rig();
  const theirs = await pool.join({ endpoint: 'http://127.0.0.1:9400', headers: {}, ...running }, bound);
  expect(theirs).toMatchObject({ port: 9400, source: 'connected', state: 'running' });
  const far = await pool.join({ endpoint: 'wss://far.example:443/devtools?token=secret', headers: {}, ...running }, bound);
  expect(far.port).toBe(9222);
  await expect(pool.join({ endpoint: 'http://localhost:9400', headers: {}, ...running }, bound)).rejects.toMatchObject({
    code: 'port-busy',
  });
  await expect(pool.kill(9400)).rejects.toMatchObject({ code: 'usage', hint: 'browse disconnect 9400' });
  await pool.spawn({ ...any, port: 9500 }, bound);
  await expect(pool.leave(9500)).rejects.toMatchObject({ code: 'usage', hint: 'browse pool kill 9500' });
  await pool.leave(9400);
  expect(launched[0]?.closed).toBe(true);
  expect(pool.list().map(({ port }) => port)).toEqual([9222, 9500]);
  expect([...held].toSorted()).toEqual([9222, 9500]);
  expect(pool.used()).toBe(false);
});

test('a connection that was lost is said, tried again with longer pauses, and joined as a new session', async () => {
  const clock = fakeClock();
  const { pool, launched, lost, launches } = rig(clock);
  await pool.join({ endpoint: 'http://127.0.0.1:9400', headers: {}, ...running }, bound);
  const host = pool.host(9400);
  await host.session('a@9400', plain, start, bound);
  let tries = 0;
  launches(async () => {
    tries += 1;
    if (tries < 3) throw new Error('nobody there');
  });
  launched[0]?.crash();
  expect(lost).toEqual([{ port: 9400, reason: 'the connection to the browser 9400 was lost', killed: true }]);
  expect(pool.get(9400)).toMatchObject({ state: 'lost' });
  await expect(host.session('a@9400', plain, start, bound)).rejects.toMatchObject({ code: 'join-lost', exit: 4, retryable: true });
  for (const [ms, expected] of [
    [499, 0],
    [1, 1],
    [999, 1],
    [1, 2],
    [1999, 2],
    [1, 3],
  ] as const) {
    await clock.advance(ms);
    await expect.poll(() => tries).toBe(expected);
  }
  await expect.poll(() => pool.get(9400).state).toBe('running');
  expect(await pool.host(9400).session('b@9400', plain, start, bound)).toBeDefined();
  // One that is left while it is lost is not tried any more.
  launched[1]?.crash();
  await pool.leave(9400);
  await clock.advance(60_000);
  expect([tries, pool.list()]).toEqual([3, []]);
});

test('in a browser that a server started for us every session is one of its own', async () => {
  const { pool, launched } = rig();
  const { endpoint } = await pool.join({ endpoint: 'ws://127.0.0.1:9400/pw?token=secret', headers: {}, ...running }, bound);
  expect(endpoint).toBe('ws://127.0.0.1:9400/pw');
  await pool.host(9400).session('a@9400', plain, start, bound);
  await pool.host(9400).session('b@9400', plain, start, bound);
  expect(launched[0]?.sessions).toHaveLength(2);
  await pool.join({ endpoint: 'http://127.0.0.1:9500', headers: {}, ...running }, bound);
  await pool.host(9500).session('a@9500', plain, start, bound);
  await expect(pool.host(9500).session('b@9500', plain, start, bound)).rejects.toMatchObject({ code: 'profile-taken' });
});

test('why a browser is not joined again is noted, once for each reason', async () => {
  const clock = fakeClock();
  const { pool, launched, launches, notes } = rig(clock);
  await pool.join({ endpoint: 'ws://127.0.0.1:9400/pw', headers: {}, ...running }, bound);
  const reasons = ['nothing there', 'nothing there', 'another version'];
  launches(async () => {
    const reason = reasons.shift();
    if (reason !== undefined) throw new Error(reason);
  });
  launched[0]?.crash();
  await expect.poll(() => clock.advance(500).then(() => pool.get(9400).state), { timeout: 20_000 }).toBe('running');
  expect(notes).toEqual([
    'the connection to the browser 9400 was lost',
    'the browser 9400 is not joined again yet: nothing there',
    'the browser 9400 is not joined again yet: another version',
    'the browser 9400 is joined again',
  ]);
});

test('connect uses the browser in this session from then on, disconnect gives the default one back', async () => {
  using pipe = pipeline(SITE);
  await pipe.ok('goto', 'http://site/a');
  expect(await pipe.ok('connect', 'http://127.0.0.1:9400')).toBe(
    'Joined fake 1 at http://127.0.0.1:9400 as browser 9400; this session uses it from now on',
  );
  expect(JSON.parse(await pipe.ok('session', 'status', '--json'))).toMatchObject({ name: 'default@9400', source: 'connected' });
  await pipe.ok('goto', 'http://site/b');
  expect(await pipe.ok('disconnect')).toBe('Left browser 9400');
  expect(await pipe.ok('url')).toBe('http://site/a');
  for (const [exit, problem, ...argv] of [
    [2, 'takes an ENDPOINT, --auto or --grid', 'connect'],
    [2, 'takes an ENDPOINT, --auto or --grid', 'connect', '9222', '--auto'],
    [2, 'takes an ENDPOINT, --auto or --grid', 'connect', '--grid', '--auto'],
    [2, '--grid takes a URL, or the variable SELENIUM_REMOTE_URL', 'connect', '--grid'],
    [2, '--grid takes http://HOST:PORT', 'connect', '--grid', 'ws://x'],
    [2, 'connect takes http://HOST:PORT', 'connect', 'ftp://x'],
    [2, '--header takes NAME:VALUE', 'connect', '9222', '--header', 'x'],
    [2, 'is in the default browser', 'disconnect'],
    [3, 'The pool has no browser on port 9222', 'disconnect', '9222'],
    [5, 'No browser of yours was started with --remote-debugging-port', 'connect', '--auto'],
  ] as const)
    expect(await pipe.no(exit, ...argv)).toContain(problem);
});

test('the variables of a Grid go to the Grid that they name, and to no other', async () => {
  using pipe = pipeline(SITE);
  const env = {
    SELENIUM_REMOTE_URL: 'http://grid.test:4444',
    SELENIUM_REMOTE_HEADERS: '{"X-Key":"secret"}',
    SELENIUM_REMOTE_CAPABILITIES: '{"se:name":"me"}',
  };
  const connect = async (...words: string[]): Promise<JoinOptions | null> => {
    expect(await pipe.send(['connect', '--grid', ...words], { env })).toMatchObject({ exit: 0 });
    return pipe.browser().asked;
  };
  const grid = { capabilities: '{"se:name":"me"}' };
  expect(await connect('--header', 'A: b')).toEqual({
    endpoint: 'http://grid.test:4444',
    headers: { 'X-Key': 'secret', A: 'b' },
    grid,
    headed: false,
  });
  expect(await connect('other.test:4444', '--headed')).toEqual({ endpoint: 'http://other.test:4444', headers: {}, grid, headed: true });
  const bad = await pipe.send(['connect', '--grid'], { env: { ...env, SELENIUM_REMOTE_HEADERS: 'secret' } });
  expect(bad).toMatchObject({ exit: 2, stderr: 'SELENIUM_REMOTE_HEADERS is no JSON object. Run: browse help connect\n' });
});

test('a browser of the pool is in use while a program is at its port or it has a window, and one that crashed is not', async () => {
  const made = rig();
  const { pool, launched } = made;
  expect(pool.used()).toBe(false);
  await pool.spawn(any, bound);
  expect(pool.used()).toBe(false);
  made.connected = 1;
  expect(pool.used()).toBe(true);
  // Where that cannot be known it may be in use.
  made.connected = null;
  expect(pool.used()).toBe(true);
  made.connected = 0;
  await pool.spawn({ ...any, headed: true }, bound);
  expect(pool.used()).toBe(true);
  launched[1]?.crash();
  expect(pool.used()).toBe(false);
});

// G9
test('connect --auto joins what another user listens on in the place of ours only with --yes, and says whose it is', async () => {
  const machine = { debugged: ['http://127.0.0.1:9333'], owner: { ours: false, name: 'eve' } };
  using pipe = pipeline(SITE, { machine });
  expect(await pipe.no(2, 'connect', '--auto')).toMatch(/^What listens at http:\/\/127\.0\.0\.1:9333 is run by user eve, .*--yes joins it/);
  expect(await pipe.ok('connect', '--auto', '--yes')).toMatch(/; it is run by user eve$/);
  using own = pipeline(SITE, { machine: { ...machine, owner: { ours: true, name: 'me' } } });
  expect(await own.ok('connect', '--auto')).not.toContain('run by');
});
