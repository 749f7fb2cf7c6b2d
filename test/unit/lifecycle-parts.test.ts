/** The small pieces of a daemon's life: states, idleness, ids, what is left for the next one, what is read from disk. */
import { describe, expect, test } from 'vitest';
import { Received } from '../../browse/adapters/http/bun-client.ts';
import { refusal } from '../../browse/adapters/http/request-gate.ts';
import { createCommandLedger } from '../../browse/daemon/server/idempotency.ts';
import { claimRecord } from '../../browse/daemon/lifecycle/record.ts';
import { openSettings, parseSettings } from '../../browse/daemon/sessions/settings.ts';
import { mayGiveWay, NO_CHOICE } from '../../browse/domain/lifecycle/browser.ts';
import { nextDaemonState } from '../../browse/domain/lifecycle/daemon.ts';
import type { DaemonState } from '../../browse/domain/lifecycle/daemon.ts';
import { idleLeft } from '../../browse/domain/lifecycle/idle.ts';
import { sweepLeftovers, writeOwner } from '../../browse/domain/lifecycle/leftovers.ts';
import { commandVariables, daemonVariables } from '../../browse/protocol/environment.ts';
import { daemonOptions, idleFrom, listenFrom } from '../../browse/protocol/launch.ts';
import { socketPath, stateHome, statePaths } from '../../browse/protocol/paths.ts';
import { parseRecord } from '../../browse/protocol/record.ts';
import type { DaemonRecord } from '../../browse/protocol/record.ts';
import type { ArgvReply } from '../../browse/protocol/wire.ts';
import { fakeClock, fakeFiles, fakeProcesses } from '../support/machine.ts';
import type { Browser } from '../../browse/domain/ports/browser.ts';

const record: DaemonRecord = {
  process: { pid: 7, birth: '1', boot: 'boot', namespace: 'here' },
  nonce: 'aa',
  endpoint: { kind: 'unix', path: '/run/aa.sock' },
  token: 'secret',
  build: { version: '1', id: 'id', stamp: 1, protocol: 1 },
  startedAt: '2026-01-01T00:00:00.000Z',
  refreshedAt: null,
  state: 'ready',
};

describe('the daemon', () => {
  test('starts, is ready, drains and ends; a second stop joins the first', () => {
    let state: DaemonState = { kind: 'starting' };
    state = nextDaemonState(state, { kind: 'listening' });
    expect(state).toEqual({ kind: 'ready' });
    state = nextDaemonState(state, { kind: 'end', reason: 'asked', keepTabs: true });
    state = nextDaemonState(state, { kind: 'end', reason: 'signal', keepTabs: false });
    expect(state).toEqual({ kind: 'draining', reason: 'asked', keepTabs: true });
    state = nextDaemonState(state, { kind: 'closed' });
    expect(nextDaemonState(state, { kind: 'listening' })).toEqual({ kind: 'ended' });
  });

  test('ends while it starts, and when its start fails', () => {
    expect(nextDaemonState({ kind: 'starting' }, { kind: 'end', reason: 'signal', keepTabs: false }).kind).toBe('draining');
    expect(nextDaemonState({ kind: 'starting' }, { kind: 'closed' }).kind).toBe('ended');
  });

  test('is idle only after its time with nobody there, and never with a window or a limit of 0', () => {
    const quiet = { last: 100, present: 0, headed: false };
    expect(idleLeft(quiet, 1000, 600)).toBe(500);
    expect(idleLeft(quiet, 1000, 5000)).toBe(0);
    expect(idleLeft({ ...quiet, present: 1 }, 1000, 5000)).toBe(1000);
    expect(idleLeft({ ...quiet, headed: true }, 1000, 5000)).toBeNull();
    expect(idleLeft(quiet, 0, 5000)).toBeNull();
  });

  test('gives a browser without a window up only while nobody uses it', () => {
    const up = { kind: 'up', browser: {} as Browser, startedAt: '', sessions: 0, choice: NO_CHOICE } as const;
    expect(mayGiveWay(up)).toBe(true);
    expect(mayGiveWay({ ...up, sessions: 1 })).toBe(false);
    expect(mayGiveWay({ kind: 'none' })).toBe(false);
  });
});

describe('an id', () => {
  const reply = (id: string): ArgvReply => ({ id, exit: 0, stdout: 'out', stderr: '' });

  test('runs once, whoever brings it again, and its answer can be asked for', async () => {
    const once = createCommandLedger();
    let runs = 0;
    const work = async (): Promise<ArgvReply> => {
      runs += 1;
      return reply('a');
    };
    const first = once.run('a', work);
    expect(once.fate('a')).toEqual({ state: 'running' });
    expect(once.run('a', work)).toBe('repeated');
    await first;
    expect(once.run('a', work)).toBe('repeated');
    expect(runs).toBe(1);
    expect(once.fate('a')).toEqual({ state: 'done', reply: reply('a') });
  });

  test('that was asked about before it came never runs', () => {
    const once = createCommandLedger();
    expect(once.fate('late')).toEqual({ state: 'unknown' });
    expect(once.run('late', async () => reply('late'))).toBe('repeated');
  });

  test('whose work failed is over, without an answer', async () => {
    const once = createCommandLedger();
    await expect(once.run('b', () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(once.fate('b')).toEqual({ state: 'done', reply: null });
  });

  test('of long ago keeps its place but not its answer', async () => {
    const once = createCommandLedger();
    for (let at = 0; at < 100; at++) await once.run(`id-${at}`, async () => reply(`id-${at}`));
    expect(once.fate('id-0')).toEqual({ state: 'done', reply: null });
    expect(once.fate('id-99')).toMatchObject({ state: 'done', reply: { id: 'id-99' } });
    expect(once.run('id-0', async () => reply('id-0'))).toBe('repeated');
  });
});

describe('what one daemon leaves to the next', () => {
  test('dead instances are swept, a living one is not, and a browser that outlived its daemon is ended', async () => {
    const clock = fakeClock();
    const [files, processes, paths] = [fakeFiles(), fakeProcesses(clock), statePaths('/home')];
    const [dead, orphan, living] = [processes.begin(10), processes.begin(11), processes.begin(12)];
    files.secureFolder(paths.temp);
    await writeOwner(files, `${paths.temp}/dead0000`, { daemon: dead, browsers: [orphan], workers: [] });
    await writeOwner(files, `${paths.temp}/1117e000`, { daemon: living, browsers: [], workers: [] });
    await writeOwner(files, `${paths.temp}/e15e0000`, { daemon: processes.begin(13, 'there'), browsers: [], workers: [] });
    await files.write(`${paths.run}/dead.sock`, '');
    await files.write(`${paths.run}/aa.sock`, '');
    await files.write(paths.record, 'kept');
    // Not ours to remove.
    await files.write(`${paths.temp}/notes/a`, '');
    processes.end(dead);
    const swept = sweepLeftovers(files, processes, paths, 'aa');
    for (let turn = 0; turn < 80; turn++) await clock.advance(20);
    expect(await swept).toEqual([`${paths.temp}/dead0000`, 'dead.sock']);
    expect(processes.signals).toEqual([{ pid: 11, signal: 'SIGKILL' }]);
    expect([...files.list(paths.temp)].sort()).toEqual(['1117e000', 'e15e0000', 'notes']);
    expect([...files.list(paths.run)].sort()).toEqual(['aa.sock', 'daemon.json']);
  });

  // Found by chaos, with the start lock's.
  test.each(['null', '[]', '{"pid": 1}', '{"daemon": {"pid": 1}}', '{"daemon": null, "browsers": 1}', 'x'])(
    'an instance whose owner is said by %s is swept like one that says none',
    async (text) => {
      const [files, processes, paths] = [fakeFiles(), fakeProcesses(fakeClock()), statePaths('/home')];
      files.secureFolder(paths.temp);
      await files.write(`${paths.temp}/dead0000/owner.json`, text);
      expect(await sweepLeftovers(files, processes, paths, 'aa')).toEqual([`${paths.temp}/dead0000`]);
      expect(processes.signals).toEqual([]);
    },
  );
});

describe('the record', () => {
  test('is claimed once, changed by its owner, and removed by nobody else', async () => {
    const files = fakeFiles();
    const paths = statePaths('/home');
    const keeper = await claimRecord(files, paths, record);
    expect(await claimRecord(files, paths, { ...record, nonce: 'bb' })).toBeNull();
    await keeper?.update({ state: 'draining' });
    expect(parseRecord(files.read(paths.record) ?? '')).toMatchObject({ nonce: 'aa', state: 'draining' });
    await files.write(paths.record, JSON.stringify({ ...record, nonce: 'bb' }));
    await keeper?.update({ state: 'ready' });
    keeper?.remove();
    expect(parseRecord(files.read(paths.record) ?? '')?.nonce).toBe('bb');
  });

  test.each([
    ['empty', ''],
    ['cut off', JSON.stringify(record).slice(0, -5)],
    ['an array', '[]'],
    ['null', 'null'],
    ['with a pid of 0', JSON.stringify({ ...record, process: { ...record.process, pid: 0 } })],
    ['with a negative pid', JSON.stringify({ ...record, process: { ...record.process, pid: -1 } })],
    ['with a relative socket', JSON.stringify({ ...record, endpoint: { kind: 'unix', path: 'x.sock' } })],
    ['with a foreign host', JSON.stringify({ ...record, endpoint: { kind: 'tcp', host: 'example.com', port: 1 } })],
    ['without a token', JSON.stringify({ ...record, token: undefined })],
  ])('%s is none', (_name, text) => {
    expect(parseRecord(text)).toBeNull();
  });

  test('whole is read as it was written', () => {
    expect(parseRecord(JSON.stringify(record))).toEqual(record);
  });
});

describe('settings', () => {
  const text = JSON.stringify({ version: 1, sessions: { a: { userAgent: 'X' } } });

  test('are read, changed, and differ by value', async () => {
    const files = fakeFiles();
    await files.write('/s', text);
    const settings = await openSettings(files, '/s', 'now');
    expect(settings.session('a')).toEqual({ userAgent: 'X' });
    await settings.setSession('b', { onDialog: 'accept' });
    expect(settings.reread().changed).toEqual([]);
    await files.write('/s', text);
    const { changed, commit } = settings.reread();
    expect(changed).toEqual(['b.onDialog']);
    expect(settings.session('b')).toEqual({ onDialog: 'accept' });
    commit();
    expect(settings.session('b')).toEqual({});
  });

  test('that do not parse are set aside at the start, and fail a refresh that then changes nothing', async () => {
    const files = fakeFiles();
    await files.write('/s', '{');
    const settings = await openSettings(files, '/s', 'now');
    expect(settings.warning).toContain('/s.broken-now');
    expect(files.read('/s.broken-now')).toBe('{');
    await settings.setSession('a', { userAgent: 'X' });
    await files.write('/s', '{"sessions": 1}');
    expect(() => settings.reread()).toThrow(expect.objectContaining({ code: 'refresh-failed' }));
    expect(settings.session('a')).toEqual({ userAgent: 'X' });
  });

  test.each([
    '[]',
    '{"sessions":{"a":1}}',
    '{"sessions":{"a":{"userAgent":1}}}',
    '{"sessions":{"a":{"colour":"red"}}}',
    '{"sessions":{"a":{"viewport":{"width":1}}}}',
  ])('%s is refused', (bad) => {
    expect(parseSettings(bad)).toHaveProperty('problem');
  });
});

describe('the gate', () => {
  const asks = (headers: Record<string, string>) => refusal((name) => headers[name] ?? null, 'secret');
  const good = { host: 'localhost', authorization: 'Bearer secret' };

  test('lets the bearer of the token in, under our own names', () => {
    for (const host of ['localhost', '127.0.0.1:123', '[::1]:9', 'LOCALHOST:1']) expect(asks({ ...good, host })).toBeNull();
  });

  test.each<[string, Record<string, string>, string]>([
    ['a foreign host', { ...good, host: 'evil.example' }, 'forbidden'],
    ['a host that begins like ours', { ...good, host: 'localhost.evil.example' }, 'forbidden'],
    ['no host', { authorization: 'Bearer secret' }, 'forbidden'],
    ['a page', { ...good, origin: 'http://localhost' }, 'forbidden'],
    ['an opaque page', { ...good, origin: 'null' }, 'forbidden'],
    ['a referer', { ...good, referer: 'http://localhost/' }, 'forbidden'],
    ['no token', { host: 'localhost' }, 'unauthorized'],
    ['a wrong token', { ...good, authorization: 'Bearer secreT' }, 'unauthorized'],
    ['the beginning of the token', { ...good, authorization: 'Bearer secre' }, 'unauthorized'],
    ['another scheme', { ...good, authorization: 'Basic secret' }, 'unauthorized'],
  ])('refuses %s', (_name, headers, code) => {
    expect(asks(headers)?.code).toBe(code);
  });
});

describe('variables', () => {
  const env = {
    HOME: '/h',
    PATH: '/bin',
    BUN_OPTIONS: 'x',
    NODE_OPTIONS: 'x',
    LD_PRELOAD: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
    BROWSE_SESSION: 's',
    BROWSE_IDLE: '5',
    MINE: 'pass',
  };

  test('of a daemon are an allow-list', () => {
    expect(daemonVariables(env)).toEqual({ HOME: '/h', PATH: '/bin', BROWSE_IDLE: '5' });
  });

  test('of a command are named ones, ours, and the one that --secret-env names', () => {
    expect(commandVariables(env, ['fill', '@e1'])).toEqual({ HOME: '/h', BROWSE_SESSION: 's', BROWSE_IDLE: '5' });
    expect(commandVariables(env, ['fill', '@e1', '--secret-env', 'MINE'])['MINE']).toBe('pass');
    expect(commandVariables(env, ['fill', '@e1', '--secret-env=MINE'])['MINE']).toBe('pass');
  });
});

describe('the words of a daemon', () => {
  test('are read back as they were written', () => {
    expect(daemonOptions(['--ticket', 'ab12', '--once', '--headed', '--idle', '90s', '--listen=127.0.0.1:0'], {}, 'linux')).toEqual({
      ticket: 'ab12',
      by: null,
      once: true,
      headed: true,
      idle: 90_000,
      listen: { kind: 'tcp', host: '127.0.0.1', port: 0 },
    });
    expect(daemonOptions([], { BROWSE_IDLE: '0' }, 'linux')).toMatchObject({ idle: null, listen: null });
    const by = { pid: 7, tty: 'pts/3', command: 'browse goto' };
    expect(daemonOptions(['--by', JSON.stringify(by)], {}, 'linux').by).toEqual(by);
    // A daemon does not fail for want of a name.
    for (const bad of ['', '{', '7', '{"pid":"x"}']) expect(daemonOptions(['--by', bad], {}, 'linux').by).toBeNull();
    expect(daemonOptions([], {}, 'win32').listen).toEqual({ kind: 'tcp', host: '127.0.0.1', port: 0 });
  });

  test('that are wrong are usage errors', () => {
    for (const bad of [['--idle', 'soon'], ['--listen', '0.0.0.0:80'], ['--listen', '127.0.0.1:70000'], ['--what']]) {
      expect(() => daemonOptions(bad, {}, 'linux')).toThrow(expect.objectContaining({ code: 'usage', exit: 2 }));
    }
    expect(() => daemonOptions([], { BROWSE_IDLE: 'soon' }, 'linux')).toThrow(expect.objectContaining({ code: 'usage' }));
    expect(idleFrom('30')).toBe(30 * 60_000);
    expect(listenFrom('localhost:8080').port).toBe(8080);
  });
});

describe('paths', () => {
  test('follow BROWSE_HOME, then the platform', () => {
    expect(stateHome({ BROWSE_HOME: '/x', HOME: '/h' }, 'linux')).toBe('/x');
    expect(stateHome({ HOME: '/h' }, 'linux')).toBe('/h/.local/state/browse');
    expect(stateHome({ HOME: '/h', XDG_STATE_HOME: '/s' }, 'linux')).toBe('/s/browse');
    expect(stateHome({ HOME: '/h' }, 'darwin')).toBe('/h/Library/Application Support/browse');
    expect(stateHome({ BROWSE_HOME: '~/b', HOME: '/h' }, 'linux')).toBe('/h/b');
    for (const env of [{}, { BROWSE_HOME: 'b', HOME: '/h' }, { BROWSE_HOME: '~b', HOME: '/h' }])
      expect(() => stateHome(env, 'linux')).toThrow(expect.objectContaining({ code: 'state-unusable' }));
  });

  test('a socket too long for a unix socket moves to the short folder', () => {
    expect(socketPath(statePaths('/h'), 'aa', '/short')).toBe('/h/run/aa.sock');
    expect(socketPath(statePaths(`/${'é'.repeat(60)}`), 'aa', '/short')).toBe('/short/aa.sock');
  });
});

describe('an answer over a bare socket', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  test('is read in whatever pieces it arrives', () => {
    const whole = bytes('HTTP/1.1 200 OK\r\nContent-Type: x\r\ncontent-length: 6\r\n\r\nhé…');
    for (let size = 1; size <= whole.length; size++) {
      const received = new Received();
      let answer = null;
      for (let at = 0; at < whole.length; at += size) {
        expect(answer).toBeNull();
        answer = received.add(whole.subarray(at, at + size));
      }
      expect(answer).toEqual({ status: 200, body: 'hé…' });
    }
  });

  test('that is none is said to be none', () => {
    expect(() => new Received().add(bytes('SSH-2.0-x\r\n\r\n'))).toThrow(/not an answer/);
    expect(() => new Received().add(bytes('HTTP/1.1 200 OK\r\n\r\n'))).toThrow(/not an answer/);
  });
});
