/** What came of typed text: whether the page took it, and whether anything on the page listens to keys at all. Must not know the guard. */
import { protocolOf } from '../internals/server-side.ts';
import { oneLine } from '../../../base/escape.ts';
import type { Deadline } from '../../../base/deadline.ts';
import { fail } from '../../../protocol/errors.ts';
import type { TakenText } from '../../injected/acts/taken.ts';
import type { IsolatedWorld } from '../handle/isolated-world.ts';

/** Characters of so many that the page took. Fails with `value-refused` when it is none. */
export async function judgeTaken(
  world: IsolatedWorld,
  took: TakenText | null,
  total: number,
  target: string | null,
  deadline: Deadline,
): Promise<number> {
  if (took === null || total === 0) return total;
  // What the page's own first listener kept from us was taken by it.
  const unseen = Math.max(0, total - took.seen);
  const taken = Math.min(total, took.taken + unseen);
  if (taken > 0) return taken;
  if (took.reason !== null) return fail('value-refused', { target: target ?? 'the focused field', reason: oneLine(took.reason) });
  if (await listensToKeys(world, deadline)) return total;
  return fail('value-refused', {
    target: target ?? 'the page',
    reason: 'nothing that takes text has the focus, and nothing listens to keys',
  });
}

const WHERE = ['window', 'document', 'document.documentElement', 'document.body', 'document.activeElement'];

/** Whether the page listens to keys where they arrive; what its listeners do nobody knows. */
async function listensToKeys({ frame }: IsolatedWorld, deadline: Deadline): Promise<boolean> {
  const main = frame.existingContext('main');
  if (main === null) return true;
  const { client, id } = protocolOf(main);
  const objectGroup = 'browse-keys';
  const ask = async (expression: string): Promise<boolean> => {
    const found = await client.send('Runtime.evaluate', { expression, contextId: id, objectGroup });
    const { objectId } = found['result'] as { readonly objectId?: string };
    if (objectId === undefined) return false;
    const { listeners } = (await client.send('DOMDebugger.getEventListeners', { objectId })) as unknown as {
      readonly listeners: readonly { readonly type: string }[];
    };
    return listeners.some(({ type }) => /^key(down|press|up)$/.test(type));
  };
  try {
    return (await deadline.race(Promise.all(WHERE.map(ask)))).includes(true);
  } catch {
    // Where that cannot be told, it may.
    return true;
  } finally {
    client.send('Runtime.releaseObjectGroup', { objectGroup }).catch(() => {});
  }
}
