/** The parts of chaos: the same seed makes the same plan, and each invariant finds what breaks it. */
import { describe, expect, test } from 'vitest';
import { emptyHistory, type Blow, type History, type Ran, type Record } from '../chaos/history.ts';
import { INVARIANTS, violations } from '../chaos/invariants/index.ts';
import { KINDS } from '../chaos/demon/demon.ts';
import { planOf } from '../chaos/plan.ts';
import { report, reproduction } from '../chaos/report.ts';

const ALL = Object.keys(KINDS);

test('the same seed makes the same plan, and another seed another one', () => {
  expect(planOf(7, 3, ALL)).toEqual(planOf(7, 3, ALL));
  expect(planOf(7, 3, ALL).bursts).not.toEqual(planOf(8, 3, ALL).bursts);
  expect(planOf(7, 3, ALL).users[0]?.work).not.toEqual(planOf(7, 3, ALL).users[1]?.work);
});

test('a further user changes neither the work of the others nor the blows', () => {
  const [few, many] = [planOf(7, 2, ALL), planOf(7, 5, ALL)];
  expect(many.bursts).toEqual(few.bursts);
  expect(many.users.slice(0, 2)).toEqual(few.users);
});

test('every kind of blow falls before any falls again', () => {
  const { bursts } = planOf(3, 1, ALL);
  const first = bursts.flatMap(({ blows }) => blows.map(({ kind }) => kind)).slice(0, ALL.length);
  expect(first.toSorted()).toEqual(ALL.toSorted());
});

/** A command that went well. */
function ran(change: Partial<Ran> = {}): Ran {
  const run = { argv: ['/x/browse', 'click', '#click-1-0'], exit: 0, signal: null, stdout: '{}', stderr: '', ms: 50 };
  const plain = {
    session: 'user-0',
    from: 1_000,
    until: 1_050,
    act: 'click',
    marker: 'user-0/click-1-0',
    told: true,
    timeout: 3_000,
  } as const;
  return { ...plain, run, fate: null, crowd: 1, ...change };
}

const failed = (ran: string, exit: number, retryable = false): Ran['run'] => ({
  argv: ['/x/browse', 'click', '#click-1-0'],
  exit,
  signal: null,
  stdout: JSON.stringify({ error: { code: 'timeout', message: 'late', hint: null, retryable, ran, exit } }),
  stderr: '',
  ms: 50,
});

const blow = (change: Partial<Blow> = {}): Blow => ({
  kind: 'kill daemon',
  what: 'daemon 1',
  from: 1_000,
  until: 1_010,
  machine: false,
  rows: 'kept',
  ...change,
});

/** A run in which everything is as it must be. */
function good(): Record {
  const history = emptyHistory();
  history.ran.push(ran());
  history.ledger.set('user-0/click-1-0', 1);
  history.blows.push(blow({ from: 20_000, until: 20_100 }));
  history.recoveries.push({ at: 20_100, after: ['kill daemon'], ms: 400, crowd: 1 });
  history.looks.push({ at: 100, daemons: [{ pid: 1, frozen: false }] });
  history.rests.push({ at: 9_000, rows: ['user-0/click-1-0'], left: [] });
  return history;
}

const broken = (change: (history: Record) => void): readonly string[] => {
  const history = good();
  change(history);
  return violations(history).map(({ kind }) => kind);
};

test('a run in which everything is as it must be breaks nothing', () => {
  expect(violations(good())).toEqual([]);
});

describe('what is broken by hand is found', () => {
  const alter = (change: Partial<Ran>) => (history: Record) => void (history.ran[0] = ran(change));
  test.each<readonly [string, (history: Record) => void]>([
    ['answer true to the ledger', ({ ledger }) => void ledger.set('user-0/click-1-0', 0)],
    ['answer true to the ledger', alter({ run: failed('no', 1, true) })],
    ['answer true to the ledger', alter({ run: failed('unknown', 1) })],
    ['answer true to the ledger', alter({ run: failed('partly', 1, true) })],
    ['no act twice', ({ ledger }) => void ledger.set('user-0/click-1-0', 2)],
    ['sessions apart', ({ strangers }) => void strangers.push({ at: 1, marker: 'user-0/click-1-0', cookie: 'user-1' })],
    ['time limit kept', alter({ run: { ...ran().run, ms: 4_001 } })],
    ['rows kept', ({ rests }) => void rests.push({ at: 10_000, rows: [], left: [] })],
    ['nothing left', ({ rests }) => void rests.push({ at: 10_000, rows: null, left: ['1 browse __daemon'] })],
    ['recovered in time', ({ recoveries }) => void recoveries.push({ at: 1, after: [], ms: null, crowd: 1 })],
    ['recovered in time', ({ recoveries }) => void recoveries.push({ at: 1, after: [], ms: 10_001, crowd: 1 })],
    ['ended as documented', alter({ run: failed('unknown', 70), act: null })],
    ['ended as documented', alter({ run: { ...ran().run, exit: null, signal: 'SIGABRT' } })],
    ['ended as documented', alter({ run: { ...ran().run, exit: 134 } })],
    ['ended as documented', alter({ run: { ...ran().run, stderr: 'oh no: Bun has crashed' } })],
    ['ended as documented', alter({ run: { ...ran().run, stderr: '    at live (/$bunfs/root/browse:3:10)' } })],
    ['ended as documented', alter({ run: failed('no', 5), act: null })],
    ['ended as documented', alter({ run: failed('no', 4), act: null })],
    ['one daemon', ({ looks }) => void looks.push(...[200, 1_900, 3_600].map((at) => ({ at, daemons: two() })))],
    ['one daemon', ({ thawed }) => void thawed.push({ at: 1, pid: 1, ms: null, crowd: 1 })],
    ['one daemon', ({ thawed }) => void thawed.push({ at: 1, pid: 1, ms: 6_000, crowd: 1 })],
  ])('%s', (kind, change) => {
    expect(broken(change)).toContain(kind);
  });

  const two = (): History['looks'][number]['daemons'] => [1, 2].map((pid) => ({ pid, frozen: false }));
});

describe('what a blow excuses is not held against the program', () => {
  test.each<readonly [string, (history: Record) => void]>([
    [
      'a row that the death of the store took along',
      ({ rests, blows }) => {
        blows.push(blow({ from: 2_000, until: 2_000, rows: 'newest' }));
        rests.push({ at: 10_000, rows: [], left: [] });
      },
    ],
    [
      'rc 5 while the disk is full',
      ({ ran: all, blows }) => {
        all.push(ran({ run: failed('no', 5), act: null, marker: null }));
        blows.push(blow({ machine: true }));
      },
    ],
    [
      'a client that was killed has said nothing',
      ({ ran: all }) => void all.push(ran({ run: { ...ran().run, exit: null, signal: 'SIGKILL' }, fate: 'killed' })),
    ],
    [
      'two daemons of which one is frozen',
      ({ looks }) => {
        const daemons = [1, 2].map((pid) => ({ pid, frozen: pid === 1 }));
        looks.push(...[200, 1_900, 3_600].map((at) => ({ at, daemons })));
      },
    ],
  ])('%s', (_what, change) => {
    expect(broken(change)).toEqual([]);
  });

  test('but not a row that was written long before', () => {
    expect(
      broken(({ rests, blows }) => {
        blows.push(blow({ from: 8_000, until: 8_000, rows: 'newest' }));
        rests.push({ at: 10_000, rows: [], left: [] });
      }),
    ).toEqual(['rows kept']);
  });
});

test('a run in which nothing was done shows nothing, and is no success', () => {
  expect(violations(emptyHistory()).map(({ kind }) => kind)).toEqual(['nothing was shown']);
  expect(broken(({ ledger }) => ledger.clear())).toContain('nothing was shown');
  expect(broken(({ blows }) => void blows.splice(0))).toContain('nothing was shown');
});

test('every invariant has a case above', () => {
  expect(Object.keys(INVARIANTS)).toHaveLength(9);
});

test('the report counts by kind, and says how each violation is seen again', () => {
  const history = good();
  history.ledger.set('user-0/click-1-0', 2);
  const asked = { seed: 12, seconds: 30, only: ['kill daemon', 'stop'] };
  const text = report(history, violations(history), asked);
  expect(text).toMatch(/VIOLATION no act twice, seed 12, at 1050 ms\nuser-0\/click-1-0 was done 2 times/);
  expect(text).toContain('again: npm run chaos -- --seconds 30 --seed 12 --only "kill daemon","stop"');
  expect(text).toMatch(/commands: 1 \(exit 0: 1\)\nacts: 1, done 1/);
  expect(text).toMatch(/faults: 1\n +1 {2}kill daemon/);
  expect(reproduction({ ...asked, only: [] })).toBe('npm run chaos -- --seconds 30 --seed 12');
});
