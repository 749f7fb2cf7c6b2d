/** Questions to the reading side of the log: a reader that ended under one is replaced, once. */
import { expect, test } from 'vitest';
import { deferred } from '../../browse/base/deferred.ts';
import { ChildExited } from '../../browse/daemon/logs/child-client.ts';
import type { ChildClient } from '../../browse/daemon/logs/child-client.ts';
import { LogQueries } from '../../browse/daemon/logs/queries.ts';
import type { ReadReply } from '../../browse/domain/messages/store.ts';
import { fakeClock } from '../support/machine.ts';

const NEVER = new AbortController().signal;
const REQUEST = { ask: 'request', session: 'default', id: 1 } as const;
const SQL = { ask: 'sql', text: 'SELECT 1', cap: 10 } as const;

/** What a reader does with a question: it answers, ends under it, or never says anything. */
type Deed = 'answers' | 'ends' | 'is silent' | { readonly refused: 'question' | 'file' | 'damaged' };

/** Readers that are started in this order, each for one question. */
function readers(...deeds: readonly Deed[]): {
  readonly queries: LogQueries;
  readonly started: () => number;
  readonly mended: () => number;
  readonly clock: ReturnType<typeof fakeClock>;
} {
  const clock = fakeClock();
  let [started, mended] = [0, 0];
  const start = (): ChildClient<ReadReply> => {
    const deed = deeds[started];
    if (deed === undefined) throw new Error('one reader too many was started');
    started += 1;
    const reply = deferred<ReadReply>();
    let over = false;
    const end = (): void => {
      over = true;
      reply.reject(new ChildExited('its process ended'));
    };
    reply.promise.catch(() => {});
    return {
      get over() {
        return over;
      },
      ask: () => {
        if (deed === 'answers') reply.resolve({ n: 1, answer: `by reader ${started}` } as unknown as ReadReply);
        else if (deed === 'ends') end();
        else if (deed !== 'is silent') reply.resolve({ n: 1, refused: deed.refused, reason: 'so it is' });
        return reply.promise;
      },
      // The news that a process has ended comes later than the signal that ends it.
      kill: () => void setImmediate(end),
    } as unknown as ChildClient<ReadReply>;
  };
  const mend = async (): Promise<void> => void (mended += 1);
  return { queries: new LogQueries(start, clock, mend), started: () => started, mended: () => mended, clock };
}

test.each([REQUEST, SQL])('a reader that ends under $ask is replaced, and the question is asked again', async (question) => {
  const { queries, started } = readers('ends', 'answers');
  expect(await queries.ask(question, 1000, NEVER)).toBe('by reader 2');
  expect(started()).toBe(2);
});

test.each([REQUEST, SQL])('two readers that end under the same $ask are enough', async (question) => {
  const { queries, started } = readers('ends', 'ends');
  await expect(queries.ask(question, 1000, NEVER)).rejects.toMatchObject({ code: 'log-unavailable' });
  expect(started()).toBe(2);
});

test('a question is not asked again when it was answered, refused or late', async () => {
  for (const [deed, code] of [
    [{ refused: 'question' }, 'query-refused'],
    [{ refused: 'file' }, 'log-unavailable'],
  ] as const) {
    const { queries, started } = readers(deed, 'answers');
    await expect(queries.ask(REQUEST, 1000, NEVER)).rejects.toMatchObject({ code });
    expect(started()).toBe(1);
  }
  const { queries, started, clock } = readers('is silent', 'answers');
  const late = queries.ask(SQL, 1000, NEVER).catch((error: unknown) => error);
  await clock.advance(1000);
  expect(await late).toMatchObject({ code: 'query-late' });
  expect(started()).toBe(1);
});

test('who waits for the warm reader as another question ends it gets the answer of the next one', async () => {
  const { queries, started, clock } = readers('is silent', 'answers');
  const late = queries.ask(REQUEST, 500, NEVER).catch((error: unknown) => error);
  const patient = queries.ask(REQUEST, 5000, NEVER);
  await clock.advance(500);
  expect(await late).toMatchObject({ code: 'query-late' });
  expect(await patient).toBe('by reader 2');
  expect(started()).toBe(2);
  expect(queries.end()).toBe(1);
});

// Found by chaos: a log with a damaged page answered nothing for ever.
test('where a reader finds the file damaged it is mended, and the question is asked again, once', async () => {
  const { queries, started, mended } = readers({ refused: 'damaged' }, 'answers');
  expect(await queries.ask(REQUEST, 1000, NEVER)).toBe('by reader 2');
  expect([started(), mended()]).toEqual([2, 1]);
  const others = readers({ refused: 'damaged' }, { refused: 'damaged' });
  await expect(others.queries.ask(SQL, 1000, NEVER)).rejects.toMatchObject({ code: 'log-unavailable' });
  expect([others.started(), others.mended()]).toEqual([2, 1]);
});
