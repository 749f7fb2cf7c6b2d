/** The daemon's HTTP face over the pipeline, without a port: who may ask, what the routes take and answer. */
import { expect, test } from 'vitest';
import { createHandler } from '../../browse/daemon/server/server.ts';
import type { DaemonRecord } from '../../browse/protocol/record.ts';
import { pipeline, type Pipeline } from '../support/pipeline.ts';
import { REFRESHED } from '../support/process-facts.ts';
import { SITE } from '../support/sample-site.ts';
import type { Outgoing } from '../../browse/adapters/http/handler.ts';

const RECORD = {
  process: { pid: 1, birth: '1', boot: 'b', namespace: 'n' },
  nonce: 'n',
  token: 'right',
  refreshedAt: null,
  state: 'ready',
} as unknown as DaemonRecord;

type Asked = { readonly method?: string; readonly body?: string; readonly headers?: Readonly<Record<string, string>> };

/** The door of a pipeline, and what went through it. */
function door(
  pipe: Pipeline,
  draining = false,
): { ask(target: string, asked?: Asked): Promise<Outgoing & { readonly json: unknown }>; readonly present: number[] } {
  const present: number[] = [];
  const handle = createHandler({
    record: () => RECORD,
    dispatch: Promise.resolve(pipe.dispatch),
    loaded: () => pipe.dispatch,
    control: {
      status: () => ({}) as never,
      refresh: async () => REFRESHED,
    },
    draining: () => draining,
    stop: () => ({ withinMs: 1 }),
    changes: async ({ heard }) => ({ heard }),
    activity: (change) => present.push(change),
    takeNotices: () => [],
    report: () => 'reported',
    met: () => {},
    keptBy: () => [],
    afterCommand: () => {},
  });
  return {
    present,
    async ask(target, { method = 'POST', body = '', headers = {} } = {}) {
      const all: Record<string, string> = { host: 'localhost', authorization: 'Bearer right', ...headers };
      const answer = await handle({
        method,
        target,
        header: (name) => all[name] ?? null,
        body: async (limit) => (body.length > limit ? null : body),
        caller: new AbortController().signal,
      });
      return { ...answer, json: JSON.parse(answer.body) };
    },
  };
}

test('a command by name is a route: its input is JSON, its answer is the value', async () => {
  using pipe = pipeline(SITE);
  const { ask } = door(pipe);
  expect(await ask('/v1/goto', { body: '{"url": "https://shop.test/", "session": "work"}' })).toMatchObject({
    status: 200,
    json: { url: 'https://shop.test/', status: 200, session: 'work', tab: 1 },
  });
  expect((await ask('/v1/session-list', { body: '{}' })).json).toEqual({ sessions: [{ name: 'work', mine: false, tabs: 1 }] });
});

test('what is wrong with a request is told by code and status', async () => {
  using pipe = pipeline(SITE);
  const { ask } = door(pipe);
  const told = async (target: string, asked?: Asked): Promise<unknown[]> => {
    const { status, json } = await ask(target, asked);
    return [status, (json as { error: { code: string } }).error.code];
  };
  expect(await told('/v1/goto', { body: '{nope' })).toEqual([400, 'malformed']);
  expect(await told('/v1/goto', { body: '[]' })).toEqual([400, 'malformed']);
  expect(await told('/v1/argv', { body: '{"argv": "url"}' })).toEqual([400, 'malformed']);
  expect(await told('/v1/goto', { body: ' '.repeat(17 * 1024 * 1024) })).toEqual([413, 'too-large']);
  expect(await told('/v2/goto')).toEqual([404, 'no-route']);
  expect(await told('/v1/goto', { method: 'GET' })).toEqual([404, 'no-route']);
  expect(await told('/v1/click', { body: '{"selector": "@e1"}' })).toEqual([404, 'ref-unknown']);
  expect(await told('/v1/goto', { body: '{"url": "https://nowhere.test/"}' })).toEqual([422, 'navigation-failed']);
  expect(await told('/v1/stop', { headers: { authorization: 'Bearer wrong' } })).toEqual([401, 'unauthorized']);
  expect(await told('/v1/stop', { headers: { host: 'evil.test' } })).toEqual([403, 'forbidden']);
});

test('a draining daemon answers 503 with the time to come back', async () => {
  using pipe = pipeline(SITE);
  const { ask, present } = door(pipe, true);
  const answer = await ask('/v1/goto', { body: '{"url": "https://shop.test/"}' });
  expect(answer).toMatchObject({
    status: 503,
    json: { ok: false, error: { code: 'draining' }, retryable: true },
    headers: { 'retry-after': '1' },
  });
  expect(present).toEqual([]);
});
