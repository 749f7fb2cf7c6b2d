/** The panel without a terminal: what is seen → what is known → which lines stand there. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitted, widthOf } from '../../browse/base/width.ts';
import type { NamedClient, Observation } from '../../browse/client/observe.ts';
import { changeLine, changesBetween } from '../../browse/cli/panel/changes.ts';
import { chosen, filterOf } from '../../browse/cli/panel/filter.ts';
import { press } from '../../browse/cli/panel/keys.ts';
import type { PressedKey } from '../../browse/cli/panel/keys.ts';
import { screen } from '../../browse/cli/panel/screen.ts';
import { begin, end, hear, newPanel, sight } from '../../browse/cli/panel/state.ts';
import type { PanelState } from '../../browse/cli/panel/state.ts';
import { clientIdentityFrom, commandOfClient, parseLastEnd } from '../../browse/protocol/client-identity.ts';
import type { LastEnd } from '../../browse/protocol/client-identity.ts';
import type { Running } from '../../browse/protocol/status.ts';

const NOW = Date.parse('2026-01-31T12:00:00.000Z');
const at = (secondsAgo: number): string => new Date(NOW - secondsAgo * 1000).toISOString();
const OWN = 999;

const named = (pid: number, by: NamedClient['startedBy'] = { pid: 4242, tty: 'pts/3', command: 'browse goto' }): NamedClient => ({
  pid,
  nonce: `n${pid}`,
  build: { version: '0.1.0', id: '0123456789abcdef', stamp: 1, protocol: 1 },
  startedAt: at(185),
  startedBy: by,
});

function there(
  who: NamedClient,
  more: { running?: readonly Running[]; status?: 'healthy' | 'draining'; end?: LastEnd | null } = {},
): Observation {
  return {
    kind: 'there',
    named: who,
    end: more.end ?? null,
    status: {
      status: more.status ?? 'healthy',
      pid: who.pid,
      uptime: 185,
      build: who.build.id,
      protocol: 1,
      startedAt: who.startedAt,
      refreshedAt: at(12),
      memory: 123.4 * 1024 ** 2,
      logBytes: 1000,
      logServer: { state: 'off', address: null, pid: null, since: null, sessions: [], rows: 0, refused: 0, reason: null },
      services: [
        { name: 'browser', state: 'running', pids: [4711], since: at(100), refreshedAt: at(12), detail: 'Chromium 156.0, headless' },
        { name: 'logs', state: 'idle', pids: [], since: null, refreshedAt: null, detail: 'kept; no port for applications' },
      ],
      folder: '/home/ada/.local/state/browse',
      warnings: [],
      browsers: [
        {
          pid: 4711,
          kind: 'chromium',
          port: null,
          cdp_endpoint: null,
          name: 'Chromium',
          version: '156.0',
          headless: true,
          sandbox: { on: true, reason: null },
          startedAt: at(100),
        },
      ],
      saved: [],
      sessions: ['default', 'shop'],
      tabs: 3,
      running: more.running ?? [],
    },
  };
}

const GOTO: Running = { id: 'id-1', command: 'goto', session: 'default', tab: 1, ms: 523 };
const none = (last: LastEnd | null = null): Observation => ({ kind: 'none', end: last });
const ended = (pid: number, reason: LastEnd['reason'], by: LastEnd['by'] = null): LastEnd => ({
  nonce: `n${pid}`,
  pid,
  at: at(0),
  reason,
  by,
});
const seen = (...sightings: readonly Observation[]): PanelState =>
  sightings.reduce((state, observation) => sight(state, observation, NOW), newPanel(OWN, false));

const ROWS = [
  { source: 'network', text: '[2026-01-31T11:59:58.000Z] [network] #12 GET https://shop.example/api/items?page=2 → 200 (12ms, 34B)' },
  { source: 'console', text: '[2026-01-31T11:59:59.000Z] [console] [error] boom (tab 1)' },
  { source: 'command', text: '[2026-01-31T11:59:59.500Z] [command] [info] click @e3 → done (5ms) (tab 1)' },
] as const;
const full = (): PanelState => hear(seen(there(named(4240), { running: [GOTO] })), ROWS);

const textOf = (state: PanelState, columns: number, rows: number, now = NOW): readonly string[] =>
  screen(state, { columns, rows }, now).map((line) => line.map(({ text }) => text).join(''));

describe('the screen', () => {
  test.each([
    [40, 10],
    [40, 24],
    [80, 24],
    [200, 30],
  ])('of %i columns and %i rows is as it was', async (columns, rows) => {
    await expect(`${textOf(full(), columns, rows).join('\n')}\n`).toMatchFileSnapshot(`../golden/panel-${columns}x${rows}.txt`);
  });

  test('of a daemon that died says so, and which key starts one', async () => {
    const state = hear(seen(there(named(4240)), none()), ROWS);
    await expect(`${textOf(state, 80, 12).join('\n')}\n`).toMatchFileSnapshot('../golden/panel-dead-80x12.txt');
  });

  test('counts seconds between two looks', () => {
    const state = seen(there(named(1)));
    expect(textOf(state, 80, 24).join('\n')).toMatch(/up 3m 5s[\s\S]*browser running last refreshed 12s ago/);
    expect(textOf(state, 80, 24, NOW + 4000).join('\n')).toMatch(/up 3m 9s[\s\S]*browser running last refreshed 16s ago/);
  });

  test('shows every service that status lists, whatever it is called', () => {
    const observation = there(named(1));
    if (observation.kind !== 'there') throw new Error('it is there');
    const services = [
      ...observation.status.services,
      { ...observation.status.services[0], name: 'specs', state: 'failed', detail: 'boom' },
    ];
    const state = seen({ ...observation, status: { ...observation.status, services } as typeof observation.status });
    expect(textOf(state, 120, 24).join('\n')).toMatch(/^3 specs {3}failed {2}last refreshed 12s ago {2}pid 4711 {2}boom$/m);
  });

  test('fits whatever a page wrote and however small the terminal is, and holds nothing that steers it', () => {
    const nasty = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(nasty, nasty, fc.integer({ min: 1, max: 220 }), fc.integer({ min: 1, max: 40 }), (text, typed, columns, rows) => {
        let state = hear(seen(there(named(1), { running: [{ ...GOTO, command: text }] })), [{ source: 'console', text }]);
        state = { ...state, typing: typed };
        const lines = textOf(state, columns, rows);
        expect(lines.length).toBeLessThanOrEqual(rows);
        expect(lines.filter((line) => widthOf(line) > columns || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line))).toEqual([]);
      }),
    );
  });

  test('keeps a row of a page on the row of its own, so that none is taken for the panel', () => {
    const forged = 'x\nbrowse · not running · pid 1\r\u001b[2J\u202eetisoppo';
    const state = hear(seen(there(named(1))), [{ source: 'console', text: forged }]);
    const lines = textOf(state, 200, 24);
    expect(lines.filter((line) => line.startsWith('browse'))).toHaveLength(1);
    expect(lines.join('\n')).toContain(String.raw`x\nbrowse · not running · pid 1\u000d\u001b[2J\u202eetisoppo`);
  });
});

test('a line is cut by the columns that it takes', () => {
  expect(widthOf('日本語')).toBe(6);
  expect(widthOf('e\u0301')).toBe(1);
  expect(fitted('日本語', 5)).toBe('日本…');
  expect(fitted('日本語', 6)).toBe('日本語');
  expect(fitted('plain text', 6)).toBe('plain…');
  expect(fitted(`a${'\u0301'.repeat(50)}b`, 9)).toBe('a\u0301\u0301b');
  expect(fitted('anything', 0)).toBe('');
});

describe('what became of the daemon', () => {
  const RESTART = { pid: 777, tty: 'pts/3', command: 'browse restart' };
  test.each([
    ['who started the one that was there', [there(named(1))], 'Attached to pid 1, started by pid 4242 on pts/3: browse goto'],
    ['one of an older build', [there(named(1, null))], 'Attached to pid 1'],
    ['our own', [there(named(1, { pid: OWN, tty: null, command: 'browse up' }))], 'Started a daemon (pid 1)'],
    [
      'a restart, seen step by step',
      [there(named(1)), none(ended(1, 'asked', RESTART)), there(named(2, RESTART), { end: ended(1, 'asked', RESTART) })],
      'Restarted by pid 777 on pts/3: browse restart (pid 1 → 2)',
    ],
    [
      'a restart, seen when it was over',
      [there(named(1)), there(named(2, RESTART), { end: ended(1, 'asked', RESTART) })],
      'Restarted by pid 777 on pts/3: browse restart (pid 1 → 2)',
    ],
    ['a start after a death', [there(named(1)), none(), there(named(2))], 'Started by pid 4242 on pts/3: browse goto (pid 1 → 2)'],
    ['a replacement by an older build', [there(named(1)), there(named(2, null))], 'Replaced (pid 1 → 2); who did it has not said so'],
    [
      'one that is going',
      [there(named(1)), there(named(1), { status: 'draining', end: ended(1, 'asked', RESTART) })],
      'pid 1 is being stopped by pid 777 on pts/3: browse restart',
    ],
    [
      'a stop',
      [there(named(1)), none(ended(1, 'asked', { ...RESTART, command: 'browse stop' }))],
      'pid 1 was stopped by pid 777 on pts/3: browse stop',
    ],
    ['a death', [there(named(1)), none()], 'pid 1 died without a word: it was killed, or it crashed'],
    [
      'a death after another one had ended well',
      [there(named(2)), none(ended(1, 'asked'))],
      'pid 2 died without a word: it was killed, or it crashed',
    ],
    ['an end for want of use', [there(named(1)), none(ended(1, 'idle'))], 'pid 1 ended by itself: nobody used it'],
    ['a signal', [there(named(1)), none(ended(1, 'signal'))], 'pid 1 was stopped by a signal (kill, or browse stop --force)'],
  ])('is told: %s', (_name, sightings, news) => {
    expect(seen(...sightings).news?.text).toBe(news);
  });

  test('is told once, and stays until the next', () => {
    const state = seen(there(named(1)), none(), none(), none(ended(1, 'idle')));
    expect(state.news?.text).toContain('died without a word');
  });
});

describe('keys', () => {
  const key = (text: string): PressedKey => ({ text, name: null });
  const name = (which: NonNullable<PressedKey['name']>): PressedKey => ({ text: '', name: which });

  test('refresh all, or the service of that number', () => {
    const state = seen(there(named(1)));
    expect(press(state, key('r')).act).toEqual({ do: 'refresh', service: null });
    expect(press(state, key('2')).act).toEqual({ do: 'refresh', service: 'logs' });
    expect(press(state, key('3'))).toMatchObject({ act: null, state: { said: { text: 'There is no service 3' } } });
    expect(press(seen(none()), key('r')).state.said?.text).toBe('No daemon runs: press s to start one');
  });

  test('restart asks only when commands run; stop always asks; nothing but y is a yes', () => {
    expect(press(seen(there(named(1))), key('R')).act).toEqual({ do: 'restart' });
    const busy = press(seen(there(named(1), { running: [GOTO] })), key('R'));
    expect(busy).toMatchObject({ act: null, state: { asking: { question: 'Restart? 1 command runs and will be cut short.' } } });
    expect(press(busy.state, key('y')).act).toEqual({ do: 'restart' });
    expect(press(busy.state, key('x'))).toEqual({ state: busy.state, act: null });
    for (const no of [key('n'), name('escape'), key('q')])
      expect(press(busy.state, no)).toMatchObject({ act: null, state: { asking: null, said: { text: 'Nothing was done' } } });
    const stop = press(seen(there(named(1))), key('s'));
    expect(stop.act).toBeNull();
    expect(press(stop.state, key('y')).act).toEqual({ do: 'stop' });
  });

  test('s starts a daemon when none runs, at once', () => {
    expect(press(seen(there(named(1)), none()), key('s')).act).toEqual({ do: 'start' });
  });

  test('the window: asks to restart where there is a display, and says why not elsewhere', () => {
    const state = seen(there(named(1)));
    expect(press(state, key('b')).state.said?.text).toMatch(/^No window can be shown/);
    const asked = press({ ...state, display: true }, key('b'));
    expect(asked.state.asking?.question).toMatch(/^A headless browser gets no window/);
    expect(press(asked.state, key('y')).act).toEqual({ do: 'window' });
  });

  test('only one thing is done at a time, and what a key did is one line', () => {
    const state = begin(seen(there(named(1))), 'Restarting');
    expect(press(state, key('r'))).toMatchObject({ act: null, state: { said: { text: 'Wait: Restarting is not over' } } });
    expect(textOf(state, 80, 24)).toContain('Restarting ...');
    expect(textOf(end(state, { text: 'Restarted (pid 1 → 2)', tone: 'good' }), 80, 24)).toContain('Restarted (pid 1 → 2)');
  });

  test('/ types a filter, Enter applies it, Escape takes it away; q is a letter meanwhile', () => {
    let state = full();
    for (const each of [key('/'), ...'/GET.*q?/'.split('').map(key), name('enter')]) state = press(state, each).state;
    expect(state.typing).toBeNull();
    expect(chosen(state.rows, state.source, state.filter)).toEqual([ROWS[0]]);
    expect(textOf(state, 80, 24).join('\n')).toContain('── log: all · filter /GET.*q?/ · 1 of 3 rows ');
    expect(press(state, name('escape')).state.filter.typed).toBe('');
    const typing = press(press(state, key('/')).state, key('q'));
    expect(typing).toMatchObject({ act: null, state: { typing: 'q' } });
    expect(press(typing.state, name('ctrl-c')).act).toEqual({ do: 'quit' });
  });

  test('a pattern that cannot be read is said, and the filter before it stays', () => {
    let state = full();
    for (const each of [key('/'), ...'/(/'.split('').map(key), name('enter')]) state = press(state, each).state;
    expect(state.said?.text).toMatch(/^This pattern cannot be read: /);
    expect(state.filter.typed).toBe('');
    expect(filterOf('BOOM').test(ROWS[1].text)).toBe(true);
  });

  test('l goes through the sources and comes back to all', () => {
    let state = full();
    const went = [0, 1, 2, 3, 4, 5].map(() => (state = press(state, key('l')).state).source);
    expect(went).toEqual(['network', 'console', 'command', 'app', 'daemon', 'all']);
  });
});

describe('lines for who has no terminal', () => {
  test('there is one for each change, and none for time that goes by', () => {
    const first = changesBetween(newPanel(OWN, false), full(), false);
    expect(first.map(({ kind }) => kind)).toEqual(['daemon', 'services', 'running']);
    expect(first[0]).toMatchObject({
      state: 'healthy',
      pid: 4240,
      startedBy: { pid: 4242, tty: 'pts/3', command: 'browse goto' },
      tabs: 3,
    });
    const later = sight(full(), there(named(4240), { running: [{ ...GOTO, ms: 900 }] }), NOW + 1000);
    expect(changesBetween(full(), later, false)).toEqual([]);
    expect(changesBetween(full(), later, true).map(({ kind }) => kind)).toEqual(['daemon']);
    const idle = sight(full(), there(named(4240)), NOW + 1000);
    expect(changesBetween(full(), idle, false)).toEqual([{ kind: 'running', running: [] }]);
  });

  test('each is one line', () => {
    const lines = changesBetween(newPanel(OWN, false), full(), false).map((change) => changeLine(change, NOW));
    expect(lines).toEqual([
      '[2026-01-31T12:00:00.000Z] daemon: healthy, pid 4240, up 185 s, 2 sessions, 3 tabs; Attached to pid 4240, started by pid 4242 on pts/3: browse goto',
      `[2026-01-31T12:00:00.000Z] services: browser running (refreshed ${at(12)}), logs idle`,
      '[2026-01-31T12:00:00.000Z] running: goto in tab 1',
    ]);
  });
});

describe('who asked', () => {
  test.each([
    [['goto', 'https://shop.example/?token=hunter2'], 'browse goto'],
    [['--session', 'x', 'fill', '@e3', '-hunter2', '--hunter2'], 'browse fill'],
    [['restart', '--restore'], 'browse restart --restore'],
    [['daemon', 'restart'], 'browse daemon restart'],
    [['start', '--idle=hunter2', '--listen', 'hunter2'], 'browse start --idle --listen'],
    [['hunter2!'], 'browse'],
    [[], 'browse'],
  ])('%j is told as %s', (argv, command) => {
    expect(commandOfClient(argv)).toBe(command);
  });

  test('is believed only where it is plain', () => {
    const good = { pid: 1, tty: 'pts/3', command: 'browse stop' };
    expect(clientIdentityFrom({ ...good, more: 1 })).toEqual(good);
    expect(clientIdentityFrom({ ...good, tty: null })).toEqual({ ...good, tty: null });
    for (const bad of [
      null,
      1,
      [],
      { ...good, pid: 'x' },
      { ...good, tty: 'a\u001b[2J' },
      { ...good, command: 'browse\nstop' },
      { pid: 1 },
    ])
      expect(clientIdentityFrom(bad)).toBeNull();
  });

  test('a last word that is damaged is none', () => {
    const last = ended(1, 'asked', { pid: 1, tty: null, command: 'browse stop' });
    expect(parseLastEnd(JSON.stringify(last))).toEqual(last);
    for (const bad of ['', '{', '{}', JSON.stringify({ ...last, reason: 'because' }), JSON.stringify({ ...last, at: 'never' })])
      expect(parseLastEnd(bad)).toBeNull();
  });
});
