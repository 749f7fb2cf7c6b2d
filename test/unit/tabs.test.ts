/** The tabs of a session: numbers, the current one, the queue, dialogs. */
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { deferred } from '../../browse/base/deferred.ts';
import { TabDialogs, DIALOG_PATIENCE } from '../../browse/domain/tabs/dialog.ts';
import { GRACE, TabQueue } from '../../browse/domain/tabs/queue.ts';
import { Tabs } from '../../browse/domain/tabs/registry.ts';
import { BrowseError, fail } from '../../browse/protocol/errors.ts';
import { handClock } from '../support/hand-clock.ts';
import type { TimeLimit } from '../../browse/domain/ports/machine.ts';
import type { Dialog } from '../../browse/domain/ports/page.ts';

const bound = (timeout: number, signal: AbortSignal = new AbortController().signal): TimeLimit => ({ timeout, signal });
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof BrowseError ? `${error.code}: ${error.message}` : String(error)),
  );

test('whatever is opened, closed and selected: numbers are never used again and the current tab is one that is open', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('open' as const), current: fc.boolean() }),
    fc.record({ kind: fc.constant('close' as const), at: fc.nat(10) }),
    fc.record({ kind: fc.constant('select' as const), at: fc.nat(10) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const tabs = new Tabs<number>();
      const ever: number[] = [];
      for (const each of steps) {
        const open = tabs.list();
        let current = tabs.current;
        const [before, size] = [current, tabs.size];
        if (each.kind === 'open') {
          const id = tabs.add((made) => made, each.current);
          ever.push(id);
          // A popup never becomes current by itself.
          current = each.current || before === null ? id : before;
        } else if (open.length > 0) {
          const id = open[each.at % open.length] as number;
          if (each.kind === 'select') current = tabs.select(id);
          else current = tabs.remove(id) && before !== id ? before : tabs.current;
        }
        expect(new Set(ever).size).toBe(ever.length);
        expect(tabs.current).toBe(current);
        expect(tabs.size).toBe(size + (each.kind === 'open' ? 1 : each.kind === 'close' && open.length > 0 ? -1 : 0));
        expect(tabs.current === null ? tabs.size : tabs.list().includes(tabs.current)).toBe(tabs.size === 0 ? 0 : true);
      }
    }),
  );
});

test('a tab that was closed and one that never was are told apart', () => {
  const tabs = new Tabs<string>();
  tabs.add((id) => `tab ${id}`, true);
  tabs.add((id) => `tab ${id}`, true);
  tabs.remove(1);
  expect(() => tabs.get(1)).toThrow('No tab 1: it was closed');
  expect(() => tabs.select(9)).toThrow('No tab 9: there is no such tab');
});

test('the tab that was current before takes the place of one that goes', () => {
  const tabs = new Tabs<number>();
  for (let at = 0; at < 3; at++) tabs.add((id) => id, true);
  tabs.select(1);
  tabs.remove(1);
  expect(tabs.current).toBe(3);
});

test('commands on one tab take turns in the order in which they came', async () => {
  const clock = handClock();
  const queue = new TabQueue(1, clock);
  const order: string[] = [];
  const first = deferred<void>();
  const all = [
    queue.run('one', bound(1000), async () => (await first.promise, order.push('one'))),
    queue.run('two', bound(1000), async () => order.push('two')),
    queue.run('three', bound(1000), async () => order.push('three')),
  ];
  expect(queue.running).toBe('one');
  first.resolve();
  await Promise.all(all);
  expect(order).toEqual(['one', 'two', 'three']);
  expect(queue.running).toBeNull();
});

test('never two at a time: a newcomer cannot slip in while the tab is handed over', async () => {
  const queue = new TabQueue(1, handClock());
  let [now, most] = [0, 0];
  const work = async (): Promise<void> => {
    most = Math.max(most, ++now);
    await Promise.resolve();
    now -= 1;
  };
  const first = queue.run('first', bound(1000), work);
  const second = queue.run('second', bound(1000), work);
  const newcomers: Promise<void>[] = [];
  // Arrives in every turn around the handover.
  for (let turn = 0; turn < 20; turn++) {
    await Promise.resolve();
    newcomers.push(queue.run(`newcomer ${turn}`, bound(1000), work));
  }
  await Promise.all([first, second, ...newcomers]);
  expect(most).toBe(1);
});

test('who waits past the deadline is told what was before it, and never runs', async () => {
  const clock = handClock();
  const queue = new TabQueue(7, clock);
  const work = vi.fn(async () => {});
  void codeOf(queue.run('slow', bound(60_000), () => new Promise(() => {})));
  const waited = codeOf(queue.run('click', bound(300), work));
  await clock.advance(300);
  expect(await waited).toBe('tab-busy: Did not run: tab 7 was busy with slow for 300 ms');
  expect(work).not.toHaveBeenCalled();
});

test('a time-out after a wait names it: how long, and behind what', async () => {
  const clock = handClock();
  const queue = new TabQueue(7, clock);
  const endless = (): Promise<void> => new Promise(() => {});
  const hold = deferred<void>();
  const all = [
    queue.run('goto', bound(60_000), () => hold.promise).then(() => 'done'),
    codeOf(queue.run('click', bound(900), endless)),
    codeOf(queue.run('fill', bound(5000), () => fail('timeout', { what: 'fill', ms: 5 }))),
    codeOf(queue.run('text', bound(5000), () => fail('element-missing', { selector: 'b' }))),
  ];
  await clock.advance(480);
  hold.resolve();
  await clock.advance(0);
  await clock.advance(420);
  await clock.advance(GRACE);
  expect(await Promise.all(all)).toEqual([
    'done',
    'timeout: click did not end within 420 ms, after it had waited 480 ms behind goto',
    `timeout: fill did not end within 5 ms, after it had waited ${900 + GRACE} ms behind goto and 1 more`,
    'element-missing: No element matches "b"',
  ]);
});

test('who leaves while waiting did not run; who leaves while running frees the tab within a second', async () => {
  const clock = handClock();
  const queue = new TabQueue(1, clock);
  const [runner, waiter] = [new AbortController(), new AbortController()];
  const running = codeOf(queue.run('click', bound(60_000, runner.signal), () => new Promise(() => {})));
  const waiting = codeOf(queue.run('fill', bound(60_000, waiter.signal), async () => {}));
  const next = codeOf(queue.run('text', bound(60_000), async () => {}));
  waiter.abort();
  expect(await waiting).toBe('interrupted: Interrupted: fill did not run');
  runner.abort();
  await clock.advance(GRACE);
  expect(await running).toBe('interrupted: Interrupted: click may have run');
  expect(await next).toBe('done');
  expect(GRACE).toBeLessThan(1000);
});

test('who left already when its turn comes does not run', async () => {
  const clock = handClock();
  const queue = new TabQueue(1, clock);
  const left = new AbortController();
  left.abort();
  const work = vi.fn(async () => {});
  expect(await codeOf(queue.run('click', bound(1000, left.signal), work))).toBe('interrupted: Interrupted: click did not run');
  expect(work).not.toHaveBeenCalled();
  expect(queue.running).toBeNull();
});

test('an act that ends by itself after its caller left has run, and says so by its answer', async () => {
  const clock = handClock();
  const queue = new TabQueue(1, clock);
  const left = new AbortController();
  const act = deferred<string>();
  const answer = queue.run('click', bound(1000, left.signal), () => act.promise);
  left.abort();
  await clock.advance(GRACE / 2);
  act.resolve('clicked');
  expect(await answer).toBe('clicked');
});

test('work that ignores its deadline is left behind, and what is left of it is what it was given', async () => {
  const clock = handClock();
  const queue = new TabQueue(1, clock);
  const given: number[] = [];
  const first = codeOf(queue.run('one', bound(200), () => new Promise(() => {})));
  const second = codeOf(
    queue.run('two', bound(5_000), async ({ timeout }) => {
      given.push(timeout);
    }),
  );
  await clock.advance(200 + GRACE);
  expect(await first).toBe('timeout: one did not end within 200 ms');
  expect(await second).toBe('done');
  expect(given).toEqual([5_000 - 200 - GRACE]);
});

test('everyone who waits can be refused at once', async () => {
  const queue = new TabQueue(1, handClock());
  const hold = deferred<void>();
  const running = codeOf(queue.run('one', bound(1000), () => hold.promise));
  const waiting = ['two', 'three'].map((label) => codeOf(queue.run(label, bound(1000), async () => {})));
  queue.refuse(new BrowseError('tab-gone', { tab: 1, reason: 'it was closed' }));
  expect(await Promise.all(waiting)).toEqual(Array(2).fill('tab-gone: No tab 1: it was closed'));
  hold.resolve();
  expect(await running).toBe('done');
});

function fakeDialog(): Dialog & { readonly answers: (string | boolean)[] } {
  const answers: (string | boolean)[] = [];
  return {
    kind: 'prompt',
    message: 'Who?',
    defaultValue: 'nobody',
    answers,
    accept: async (text) => void answers.push(text ?? true),
    dismiss: async () => void answers.push(false),
  };
}

test('a dialog waits for its answer for a minute, and is dismissed then', async () => {
  const clock = handClock();
  const desk = new TabDialogs(clock);
  const [answered, forgotten] = [fakeDialog(), fakeDialog()];
  desk.meet(answered, 'ask');
  expect(desk.open).toMatchObject({ kind: 'prompt', message: 'Who?', outcome: 'open' });
  await desk.answer('accept', 'Ada');
  expect(answered.answers).toEqual(['Ada']);
  desk.meet(forgotten, 'ask');
  await clock.advance(DIALOG_PATIENCE - 1);
  expect(forgotten.answers).toEqual([]);
  await clock.advance(1);
  expect(forgotten.answers).toEqual([false]);
  expect(desk.open).toBeNull();
  expect(desk.history().map(({ outcome }) => outcome)).toEqual(['accepted', 'expired']);
  // The minute of the first one does not end the second.
  expect(answered.answers).toEqual(['Ada']);
});

test('a session’s policy answers at once and is told; without a dialog there is nothing to answer', async () => {
  const desk = new TabDialogs(handClock());
  const told: string[] = [];
  const stop = desk.listen(({ outcome }) => told.push(outcome));
  const [yes, no] = [fakeDialog(), fakeDialog()];
  desk.meet(yes, 'accept');
  desk.meet(no, 'dismiss');
  stop();
  expect([yes.answers, no.answers, told]).toEqual([['nobody'], [false], ['accepted', 'dismissed']]);
  expect(await codeOf(desk.answer('accept'))).toBe('no-dialog: No dialog is open in this tab');
});
