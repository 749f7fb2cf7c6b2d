import { describe, expect, test } from 'vitest';
import { makeRefresh } from '../../browse/daemon/lifecycle/refresh.ts';
import type { RefreshParts } from '../../browse/daemon/lifecycle/refresh.ts';
import type { Service } from '../../browse/daemon/ports.ts';
import { SERVICES } from '../../browse/protocol/status.ts';
import type { ServiceName } from '../../browse/protocol/status.ts';

/** Services that write down what was asked of them; `broken` cannot be refreshed. */
function rig(broken: ServiceName | 'record' | null) {
  const calls: string[] = [];
  const service = (name: ServiceName): Service => ({
    facts: () => ({ name, state: 'idle', pids: [], since: null, detail: '' }),
    refresh: async () => {
      if (broken === name) throw new Error(`${name} is broken`);
      calls.push(`ready ${name}`);
      return {
        changed: [`${name} changed`],
        closedHandles: 1,
        commit: () => void calls.push(`commit ${name}`),
        undo: async () => void calls.push(`undo ${name}`),
      };
    },
  });
  const parts: RefreshParts = {
    settings: { all: () => ({}), reread: () => ({ changed: ['own.key'], sessions: {}, commit: () => void calls.push('commit settings') }) },
    configured: {
      reread: async () => ({ changed: [], keys: [], notes: [], next: {}, commit: () => void calls.push('commit configuration') }),
    },
    apply: async () => {
      calls.push('apply');
      return { reseated: ['a'], failed: ['not b'] };
    },
    keeper: {
      current: () => ({ process: { pid: 7 } }) as ReturnType<RefreshParts['keeper']['current']>,
      update: async () => {
        if (broken === 'record') throw new Error('the disk is full');
        calls.push('record');
      },
    },
    clock: { now: () => 0 },
    services: Object.fromEntries(SERVICES.map((name) => [name, service(name)])) as RefreshParts['services'],
  };
  return { calls, ...makeRefresh(parts) };
}

const ready = SERVICES.map((name) => `ready ${name}`);

describe('a refresh', () => {
  test('counts only when every service is ready and the record is written', async () => {
    const { calls, refresh, facts } = rig(null);
    expect(facts().map(({ refreshedAt }) => refreshedAt)).toEqual(SERVICES.map(() => null));
    expect(await refresh()).toEqual({
      pid: 7,
      refreshedAt: '1970-01-01T00:00:00.000Z',
      changed: ['own.key', ...SERVICES.map((name) => `${name} changed`)],
      configChanged: [],
      contextReseated: ['a'],
      notes: ['not b'],
      closedHandles: SERVICES.length,
    });
    expect(calls).toEqual([
      ...ready,
      'record',
      'commit settings',
      'commit configuration',
      ...SERVICES.map((name) => `commit ${name}`),
      'apply',
    ]);
    expect(facts().map(({ refreshedAt }) => refreshedAt)).toEqual(SERVICES.map(() => '1970-01-01T00:00:00.000Z'));
  });

  test('of one service asks no other, and says when that one was', async () => {
    const { calls, refresh, facts } = rig(null);
    await refresh('logs');
    expect(calls).toEqual(['ready logs', 'record', 'commit configuration', 'commit logs']);
    expect(facts().filter(({ refreshedAt }) => refreshedAt !== null)).toEqual([expect.objectContaining({ name: 'logs' })]);
  });

  test.each(['record', ...SERVICES] as const)('that fails at %s takes everything back, in reverse, and nothing counts', async (broken) => {
    const { calls, refresh, facts } = rig(broken);
    await expect(refresh()).rejects.toMatchObject({ code: 'refresh-failed' });
    const before = broken === 'record' ? [...SERVICES] : SERVICES.slice(0, SERVICES.indexOf(broken));
    expect(calls).toEqual([...before.map((name) => `ready ${name}`), ...before.toReversed().map((name) => `undo ${name}`)]);
    expect(facts().every(({ refreshedAt }) => refreshedAt === null)).toBe(true);
  });

  test('waits for the one before it: six at once count one after another, also behind one that fails', async () => {
    const { calls, refresh } = rig(null);
    const broken = rig('logs');
    await Promise.all(Array.from({ length: 6 }, () => refresh()));
    const one = [...ready, 'record', 'commit settings', 'commit configuration', ...SERVICES.map((name) => `commit ${name}`), 'apply'];
    expect(calls).toEqual(Array.from({ length: 6 }, () => one).flat());
    const ends = await Promise.allSettled([broken.refresh(), broken.refresh('browser'), broken.refresh()]);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected']);
  });
});
