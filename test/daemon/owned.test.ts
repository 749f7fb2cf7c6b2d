import { expect, test } from 'vitest';
import { keepOwnedProcesses } from '../../browse/daemon/browsers/owned-processes.ts';
import type { ProcessIdentity } from '../../browse/protocol/record.ts';
import type { Files } from '../../browse/domain/ports/machine.ts';

const identify = (pid: number): ProcessIdentity => ({ pid, birth: String(pid), boot: 'boot' }) as unknown as ProcessIdentity;

test('once the list of our processes is closed nothing writes it any more, and what was being written is there', async () => {
  const written: string[] = [];
  const started = Promise.withResolvers<void>();
  const slow = {
    write: async (_: string, text: string) => {
      await started.promise;
      written.push(text);
    },
  } as unknown as Files;
  const owned = keepOwnedProcesses(slow, { identify }, '/nowhere', identify(1));
  owned.set('browsers', [2]);
  owned.set('workers', [3], [3]);
  const closed = owned.close();
  owned.set('workers', []);
  expect(written).toEqual([]);
  started.resolve();
  await closed;
  expect(written).toHaveLength(2);
  expect(JSON.parse(written[1] ?? '')).toMatchObject({ browsers: [{ pid: 2 }], workers: [{ pid: 3 }] });
});
