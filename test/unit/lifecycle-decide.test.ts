import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UNSAID_LIMIT, decide, lockIsDead } from '../../browse/domain/lifecycle/decide.ts';
import type { Action } from '../../browse/domain/lifecycle/decide.ts';
import type { AnswerObservation, RecordObservation, Seen, StartLockObservation } from '../../browse/domain/lifecycle/seen.ts';
import type { BuildInfo, DaemonRecord, ProcessIdentity } from '../../browse/protocol/record.ts';
import { SEED, rounds } from '../support/rounds.ts';

const identity = (pid: number, birth = 'b'): ProcessIdentity => ({ pid, birth, boot: 'boot', namespace: 'ns' });
const own: BuildInfo = { version: '2', id: 'own', stamp: 200, protocol: 2 };

function record(change: Partial<DaemonRecord> = {}): DaemonRecord {
  return {
    process: identity(10),
    nonce: 'n',
    endpoint: { kind: 'unix', path: '/s' },
    token: 't',
    build: own,
    startedAt: '2026-01-01T00:00:00.000Z',
    refreshedAt: null,
    state: 'ready',
    ...change,
  };
}

const answers: fc.Arbitrary<AnswerObservation> = fc.oneof(
  fc.constantFrom<AnswerObservation>(
    { kind: 'unasked' },
    { kind: 'draining' },
    { kind: 'refused' },
    { kind: 'silent' },
    { kind: 'stranger' },
  ),
  fc.nat(2).map((running): AnswerObservation => ({ kind: 'ready', running })),
);
const builds: fc.Arbitrary<BuildInfo> = fc.record({
  version: fc.constant('x'),
  id: fc.constantFrom('own', 'other'),
  stamp: fc.constantFrom(0, 100, 200, 300),
  protocol: fc.constantFrom(1, 2, 3),
});
const records: fc.Arbitrary<RecordObservation> = fc.oneof(
  fc.constantFrom<RecordObservation>({ kind: 'none' }, { kind: 'garbled' }),
  fc.record({
    kind: fc.constant('names' as const),
    record: fc
      .record({
        build: builds,
        state: fc.constantFrom('starting' as const, 'ready' as const, 'draining' as const),
        pid: fc.constantFrom(10, 11),
      })
      .map(({ pid, ...rest }) => record({ ...rest, process: identity(pid) })),
    process: fc.constantFrom('alive' as const, 'gone' as const, 'foreign-namespace' as const),
    answer: answers,
  }),
);
const locks: fc.Arbitrary<StartLockObservation> = fc.oneof(
  fc.constantFrom<StartLockObservation>({ kind: 'free' }, { kind: 'mine' }),
  fc.nat(2 * UNSAID_LIMIT).map((ms): StartLockObservation => ({ kind: 'unsaid', ms })),
  fc.record({
    kind: fc.constant('held' as const),
    pid: fc.constant(20),
    holder: fc.constantFrom('alive' as const, 'gone' as const),
    daemon: fc.constantFrom('none' as const, 'alive' as const, 'gone' as const),
  }),
);
const sights: fc.Arbitrary<Seen> = fc.record({
  want: fc.constantFrom('use' as const, 'stop' as const, 'lock' as const),
  autostart: fc.boolean(),
  own: fc.constant(own),
  record: records,
  lock: locks,
  asked: fc.option(fc.constantFrom(identity(10), identity(11))),
  leaving: fc.option(fc.constant(10)),
  late: fc.boolean(),
});

function always(check: (seen: Seen, action: Action) => void): void {
  fc.assert(
    fc.property(sights, (seen) => {
      check(seen, decide(seen));
    }),
    { seed: SEED, numRuns: rounds(100_000, 5_000) },
  );
}

const alive = (seen: Seen): boolean => seen.record.kind === 'names' && seen.record.process !== 'gone';

describe('whatever a client sees', () => {
  test('it spawns only with the lock, and never beside a daemon that lives, starts or may live elsewhere', () => {
    always((seen, action) => {
      if (action.do !== 'spawn') return;
      expect(seen.lock.kind).toBe('mine');
      expect(seen.record.kind).toBe('none');
      expect(seen.leaving).toBeNull();
      expect(seen.autostart && seen.want === 'use').toBe(true);
    });
  });

  test('it asks only a daemon that answers as ours to stop, and asks a process once', () => {
    always((seen, action) => {
      if (action.do !== 'drain' && action.do !== 'replace') return;
      if (seen.record.kind !== 'names') throw new Error(`it would ${action.do} what no record names`);
      expect(seen.record.process).not.toBe('gone');
      expect(seen.record.answer.kind).toBe('ready');
      expect(seen.asked?.pid).not.toBe(action.record.process.pid);
    });
  });

  test('it removes a record only with the lock, and only one that names nobody alive', () => {
    always((seen, action) => {
      if (action.do !== 'sweep-record') return;
      expect(seen.lock.kind).toBe('mine');
      expect(alive(seen)).toBe(false);
    });
  });

  test('it breaks no lock whose holder lives, nor one whose daemon is still starting', () => {
    always((seen, action) => {
      if (action.do !== 'sweep-lock') return;
      const { lock, record } = seen;
      const started = record.kind === 'names' && record.process === 'alive' && record.record.state !== 'starting';
      const dead = lock.kind === 'held' && lock.holder === 'gone' && (lock.daemon !== 'alive' || started);
      expect(dead || (lock.kind === 'unsaid' && lock.ms > UNSAID_LIMIT)).toBe(true);
    });
  });

  test('it replaces only an older build that runs nothing, with the lock', () => {
    always((seen, action) => {
      if (action.do !== 'replace') return;
      expect(seen.lock.kind).toBe('mine');
      expect(action.record.build.stamp).toBeLessThan(seen.own.stamp);
      expect(seen.record.kind === 'names' && seen.record.answer).toEqual({ kind: 'ready', running: 0 });
    });
  });

  test('it uses only a daemon that answers and speaks its protocol', () => {
    always((seen, action) => {
      if (action.do !== 'use') return;
      expect(seen.record.kind === 'names' && seen.record.answer.kind).toBe('ready');
      expect(action.record.build.id === seen.own.id || action.record.build.protocol === seen.own.protocol).toBe(true);
    });
  });

  test('past its deadline it waits for nothing and nobody', () => {
    always((seen, action) => {
      if (!seen.late) return;
      expect(['wait', 'take-lock', 'sweep-lock']).not.toContain(action.do);
    });
  });

  test('without permission to start, a missing daemon is said at once', () => {
    always((seen, action) => {
      if (seen.want !== 'use' || seen.autostart || seen.record.kind !== 'none' || seen.lock.kind !== 'free') return;
      if (seen.leaving !== null && !seen.late) return;
      expect(action).toMatchObject({ do: 'fail', why: seen.leaving === null ? 'down' : 'late' });
    });
  });
});

const seen = (change: Partial<Seen>): Seen => ({
  want: 'use',
  autostart: true,
  own,
  record: { kind: 'none' },
  lock: { kind: 'free' },
  asked: null,
  leaving: null,
  late: false,
  ...change,
});
const names = (change: Partial<Extract<RecordObservation, { kind: 'names' }>>): RecordObservation => ({
  kind: 'names',
  record: record(),
  process: 'alive',
  answer: { kind: 'ready', running: 0 },
  ...change,
});

describe('one look, one action', () => {
  test.each<[string, Partial<Seen>, Partial<Action>]>([
    ['nothing there: the lock first', {}, { do: 'take-lock' }],
    ['nothing there, the lock is mine: spawn', { lock: { kind: 'mine' } }, { do: 'spawn' }],
    ['a live daemon of the same build', { record: names({}) }, { do: 'use' }],
    [
      'one that starts',
      { record: names({ record: record({ state: 'starting' }), answer: { kind: 'unasked' } }) },
      { do: 'wait', for: 'start' },
    ],
    ['one that drains', { record: names({ answer: { kind: 'draining' } }) }, { do: 'wait', for: 'drain' }],
    ['one that is frozen', { record: names({ answer: { kind: 'silent' } }) }, { do: 'wait', for: 'answer' }],
    ['one that is frozen, too late', { record: names({ answer: { kind: 'silent' } }), late: true }, { do: 'fail', why: 'frozen' }],
    [
      'a newer daemon of another protocol',
      { record: names({ record: record({ build: { ...own, id: 'x', stamp: 300, protocol: 3 } }) }) },
      { do: 'fail', why: 'newer' },
    ],
    [
      'a newer daemon of the same protocol',
      { record: names({ record: record({ build: { ...own, id: 'x', stamp: 300 } }) }) },
      { do: 'use' },
    ],
    [
      'an older daemon that is busy, same protocol',
      { record: names({ record: record({ build: { ...own, id: 'x', stamp: 1 } }), answer: { kind: 'ready', running: 1 } }) },
      { do: 'use' },
    ],
    [
      'an older daemon in which a script works, same protocol',
      { record: names({ record: record({ build: { ...own, id: 'x', stamp: 1 } }), answer: { kind: 'ready', running: 0, kept: ['1'] } }) },
      { do: 'use' },
    ],
    [
      'an older daemon in which a script works, another protocol',
      {
        record: names({
          record: record({ build: { ...own, id: 'x', stamp: 1, protocol: 1 } }),
          answer: { kind: 'ready', running: 0, kept: ['1'] },
        }),
      },
      { do: 'wait', for: 'idle' },
    ],
    [
      'an older daemon that is busy, another protocol',
      { record: names({ record: record({ build: { ...own, id: 'x', stamp: 1, protocol: 1 } }), answer: { kind: 'ready', running: 1 } }) },
      { do: 'wait', for: 'idle' },
    ],
    ['stop: nothing there', { want: 'stop' }, { do: 'done' }],
    [
      'stop: a start is under way',
      { want: 'stop', lock: { kind: 'held', pid: 1, holder: 'alive', daemon: 'none' } },
      { do: 'wait', for: 'lock' },
    ],
    ['stop: it crashed', { want: 'stop', record: names({ process: 'gone' }), lock: { kind: 'mine' } }, { do: 'sweep-record' }],
    // Found by chaos: it stayed for the next start.
    [
      'stop: the one asked is gone, and somebody holds the lock without a name',
      { want: 'stop', asked: identity(9), lock: { kind: 'unsaid', ms: 1 } },
      { do: 'wait', for: 'lock', pid: null },
    ],
    [
      'stop: the same, for so long that nobody can',
      { want: 'stop', asked: identity(9), lock: { kind: 'unsaid', ms: 501 } },
      { do: 'sweep-lock' },
    ],
    [
      'stop: the same, and the time is up: the daemon is gone all the same',
      { want: 'stop', asked: identity(9), lock: { kind: 'unsaid', ms: 1 }, late: true },
      { do: 'done' },
    ],
    ['stop: the one asked is gone, another took over', { want: 'stop', asked: identity(9), record: names({}) }, { do: 'done' }],
    [
      'elsewhere and silent',
      { record: names({ process: 'foreign-namespace', answer: { kind: 'refused' } }) },
      { do: 'fail', why: 'elsewhere' },
    ],
  ])('%s', (_name, change, action) => {
    expect(decide(seen(change))).toMatchObject(action);
  });
});

// ---- many clients at once, in every order --------------------------------------------------------------------------

type Daemon = { identity: ProcessIdentity; claimed: boolean; state: 'starting' | 'ready' | 'draining'; alive: boolean; build: BuildInfo };
type Client = {
  pid: number;
  build: BuildInfo;
  want: 'use' | 'stop';
  hasLock: boolean;
  asked: ProcessIdentity | null;
  /** Whom the record named when it last looked. */
  named: Daemon | null;
  done: boolean;
  dead: boolean;
};

/** A machine in memory: clients take one step each, in the order that the numbers say; some are killed on the way. */
class Machine {
  daemons: Daemon[] = [];
  record: Daemon | null = null;
  lock: { client: Client; daemon: Daemon | null } | null = null;
  pids = 100;

  look(client: Client): Seen {
    const { record: named, lock } = this;
    const sight: RecordObservation =
      named === null
        ? { kind: 'none' }
        : {
            kind: 'names',
            record: record({ process: named.identity, state: named.state, build: named.build }),
            process: named.alive ? 'alive' : 'gone',
            answer: !named.alive
              ? { kind: 'refused' }
              : named.state === 'starting'
                ? { kind: 'unasked' }
                : named.state === 'draining'
                  ? { kind: 'draining' }
                  : { kind: 'ready', running: 0 },
          };
    const lockSight: StartLockObservation =
      lock === null
        ? { kind: 'free' }
        : lock.client === client
          ? { kind: 'mine' }
          : {
              kind: 'held',
              pid: lock.client.pid,
              holder: lock.client.dead ? 'gone' : 'alive',
              daemon: lock.daemon === null ? 'none' : lock.daemon.alive ? 'alive' : 'gone',
            };
    client.named = named ?? client.named;
    const leaving = named === null && client.named?.alive === true ? client.named.identity.pid : null;
    return {
      want: client.want,
      autostart: true,
      own: client.build,
      record: sight,
      lock: lockSight,
      asked: client.asked,
      leaving,
      late: false,
    };
  }

  step(client: Client): void {
    const sight = this.look(client);
    const action = decide(sight);
    switch (action.do) {
      case 'take-lock':
        if (this.lock === null) this.lock = { client, daemon: null };
        break;
      case 'sweep-lock':
        // Under the second lock, after looking again.
        if (lockIsDead(this.look(client).lock, this.look(client).record)) this.lock = null;
        break;
      case 'sweep-record':
        this.record = null;
        break;
      case 'spawn': {
        if (client.named?.alive === true) throw new Error('it spawns beside a daemon that it has seen, and that has not ended');
        const daemon: Daemon = { identity: identity(++this.pids), claimed: false, state: 'starting', alive: true, build: client.build };
        this.daemons.push(daemon);
        if (this.lock?.client === client) this.lock.daemon = daemon;
        break;
      }
      case 'drain':
      case 'replace': {
        const target = this.daemons.find((each) => each.identity.pid === action.record.process.pid);
        if (target !== undefined) target.state = 'draining';
        if (action.do === 'drain') client.asked = action.record.process;
        break;
      }
      case 'use':
      case 'done':
      case 'fail':
        client.done = true;
        if (this.lock?.client === client) this.lock = null;
        break;
      case 'wait':
        break;
    }
  }

  /** Daemons go on by themselves: claim, become ready, end. */
  live(daemon: Daemon): void {
    if (!daemon.alive) return;
    if (!daemon.claimed) {
      if (this.record !== null) {
        daemon.alive = false;
        return;
      }
      daemon.claimed = true;
      this.record = daemon;
      return;
    }
    if (daemon.state === 'starting') daemon.state = 'ready';
    // Its record goes a moment before it does.
    else if (daemon.state === 'draining' && this.record === daemon) this.record = null;
    else if (daemon.state === 'draining') daemon.alive = false;
  }
}

test('twenty clients in any order, some killed, of two builds: never two daemons that serve, and everybody is served', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1_000_000), { minLength: 400, maxLength: 400 }), fc.nat(1), (order, upgrade) => {
      const machine = new Machine();
      const older: BuildInfo = { ...own, id: 'old', stamp: 100 };
      if (upgrade === 1) {
        const old: Daemon = { identity: identity(99), claimed: true, state: 'ready', alive: true, build: older };
        machine.daemons.push(old);
        machine.record = old;
      }
      const clients = Array.from({ length: 20 }, (_, at): Client => ({
        pid: at,
        build: own,
        want: at === 7 ? 'stop' : 'use',
        hasLock: false,
        asked: null,
        named: null,
        done: false,
        dead: false,
      }));
      // One whose record is gone has closed its browser and its socket, and ends.
      const ends = (each: Daemon): boolean => each.state === 'draining' && machine.record !== each;
      const check = (): void =>
        expect(machine.daemons.filter((each) => each.alive && each.claimed && !ends(each)).length).toBeLessThanOrEqual(1);
      const move = (number: number): void => {
        const live = clients.filter((each) => !each.done && !each.dead);
        const actors = [
          ...live.map((each) => () => machine.step(each)),
          ...machine.daemons.filter((each) => each.alive).map((each) => () => machine.live(each)),
        ];
        actors[number % Math.max(1, actors.length)]?.();
        check();
      };
      for (const number of order) {
        const victim = clients[number % 97];
        if (victim !== undefined && number % 31 === 0) victim.dead = true;
        move(number);
      }
      // Then everybody gets turns until all are served.
      for (let turn = 0; turn < 4000 && clients.some((each) => !each.done && !each.dead); turn++) move(turn);
      expect(clients.filter((each) => !each.done && !each.dead)).toEqual([]);
    }),
    { seed: SEED, numRuns: rounds(2_000, 60) },
  );
});
