/** Who waits for news of the daemon. */
import { expect, test } from 'vitest';
import { ChangeFeed } from '../../browse/daemon/server/change-feed.ts';

const NEVER = new AbortController().signal;
/** Longer than any of these may take. */
const LONG = 60_000;

function rig(): { readonly attendants: ChangeFeed; present(): number } {
  let present = 0;
  return { attendants: new ChangeFeed((change) => void (present += change)), present: () => present };
}

test('news wakes who waits; who comes late for it is answered at once', async () => {
  const { attendants, present } = rig();
  const { heard } = await attendants.next({ heard: -1, withinMs: LONG }, NEVER);
  const waiting = [attendants.next({ heard, withinMs: LONG }, NEVER), attendants.next({ heard, withinMs: LONG }, NEVER)];
  expect(present()).toBe(2);
  attendants.hear();
  expect(await Promise.all(waiting)).toEqual([{ heard: heard + 1 }, { heard: heard + 1 }]);
  expect(present()).toBe(0);
  expect(await attendants.next({ heard, withinMs: LONG }, NEVER)).toEqual({ heard: heard + 1 });
});

test('without news he is answered when his time is over, and is there no longer when he leaves', async () => {
  const { attendants, present } = rig();
  expect(await attendants.next({ heard: 0, withinMs: 1 }, NEVER)).toEqual({ heard: 0 });
  const caller = new AbortController();
  const waiting = attendants.next({ heard: 0, withinMs: LONG }, caller.signal);
  expect(present()).toBe(1);
  caller.abort();
  await waiting;
  expect(present()).toBe(0);
});

test('the end of the daemon wakes everybody, and nobody waits after it', async () => {
  const { attendants } = rig();
  const waiting = attendants.next({ heard: 0, withinMs: LONG }, NEVER);
  attendants.end();
  expect(await waiting).toEqual({ heard: 0 });
  expect(await attendants.next({ heard: 0, withinMs: LONG }, NEVER)).toEqual({ heard: 0 });
});
