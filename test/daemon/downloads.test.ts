/** Files that pages send: how many are kept, what gives way, and what is said of it. */
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { clock } from '../../browse/adapters/node/clock.ts';
import { KEPT_FOR, sweepArtifacts } from '../../browse/daemon/sessions/artifact-retention.ts';
import { Downloads } from '../../browse/daemon/sessions/downloads.ts';
import { tell } from '../../browse/daemon/sessions/tab-events.ts';
import type { Notice } from '../../browse/domain/tabs/tab.ts';
import { temporaryFolder } from '../support/folder.ts';

const LIMITS = { session: 1_000, all: 1_500 };

function rig() {
  const folder = temporaryFolder();
  const downloads = new Downloads({ folder: folder.path, clock, limits: LIMITS });
  const dropped: string[] = [];
  return {
    folder,
    downloads,
    dropped,
    kept: () => readdirSync(folder.path).toSorted(),
    /** `coming`: how much there is before its end, which is when `finish` is called. */
    file(name: string, bytes: number, coming = 0) {
      const end = Promise.withResolvers<void>();
      end.promise.catch(() => {});
      let state: 'coming' | 'whole' = 'coming';
      return {
        finish: () => {
          state = 'whole';
          end.resolve();
        },
        event: {
          kind: 'download',
          suggestedName: name,
          url: `http://h/${name}`,
          save: async (path: string) => {
            await end.promise;
            writeFileSync(path, 'x'.repeat(bytes));
          },
          received: () => (state === 'coming' ? coming : bytes),
          drop: async () => {
            dropped.push(name);
            end.reject(new Error('canceled'));
          },
        } as const,
      };
    },
    async save(session: string, name: string, bytes: number) {
      const { event, finish } = this.file(name, bytes);
      const saving = downloads.save(session, event, `${folder.path}/${name}`, false);
      finish();
      return saving;
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

// F2
test('a session keeps its newest files within its limit, another one its own, and what went is said once', async () => {
  using it = rig();
  for (const name of ['a', 'b', 'c']) expect(await it.save('one', name, 400)).toBe('saved');
  expect(it.kept()).toEqual(['b', 'c']);
  expect(await it.save('two', 'd', 400)).toBe('saved');
  expect(it.kept()).toEqual(['b', 'c', 'd']);
  // All together have a limit too: the oldest of whichever session gives way.
  expect(await it.save('two', 'e', 500)).toBe('saved');
  expect(it.kept()).toEqual(['c', 'd', 'e']);
  expect(it.downloads.takeTally('one')).toEqual(['2 older downloads removed (800B): a session keeps 1000B']);
  expect(it.downloads.takeTally('one')).toEqual([]);
  expect(it.downloads.takeTally('two')).toEqual([]);
});

test('a file that is larger than the limit is cut off while it comes, and says so', async () => {
  using it = rig();
  const huge = it.file('huge', 9_999, 2_000);
  const saving = it.downloads.save('one', huge.event, `${it.folder.path}/huge`, false);
  expect(await saving).toEqual({ failed: 'it was cut off: downloads may take 1000B of the disk' });
  expect([it.dropped, it.kept()]).toEqual([['huge'], []]);
  // One that was there before anybody looked is removed as well.
  await it.save('one', 'sudden', 5_000);
  expect(it.kept()).toEqual([]);
});

test('files without end are cut off once twenty are coming, or are not told of, and the others of the session are as they were', async () => {
  using it = rig();
  const coming = Array.from({ length: 20 }, (_, n) => it.file(`f${n}`, 1));
  const saving = coming.map(({ event }, n) => it.downloads.save('one', event, `${it.folder.path}/f${n}`, false));
  for (let n = 0; n < 30; n += 1) expect(it.downloads.takes('one', it.file(`more${n}`, 1).event, 0)).toBe(false);
  expect(it.downloads.takes('two', it.file('other', 1).event, 0)).toBe(true);
  for (const { finish } of coming) finish();
  expect(await Promise.all(saving)).toEqual(Array.from({ length: 20 }, () => 'saved'));
  expect(it.downloads.takes('one', it.file('late', 1).event, 20)).toBe(false);
  expect(it.downloads.takes('one', it.file('next', 1).event, 0)).toBe(true);
  expect(it.dropped).toHaveLength(31);
  expect(it.downloads.takeTally('one')).toEqual(['31 further downloads cut off: 20 are kept between two commands']);
});

test('what is older than a week goes, then the oldest until the rest fits; folders of runs count as a whole, and what is new stays', () => {
  using folder = temporaryFolder();
  const now = Date.now();
  const put = (name: string, bytes: number, age: number): void => {
    mkdirSync(`${folder.path}/${name}`, { recursive: true });
    writeFileSync(`${folder.path}/${name}/trace.zip`, 'x'.repeat(bytes));
    utimesSync(`${folder.path}/${name}`, (now - age) / 1_000, (now - age) / 1_000);
  };
  put('run-ancient', 1, KEPT_FOR + 1_000);
  put('run-old', 600, 3_600_000);
  put('run-newer', 600, 1_800_000);
  put('run-new', 900, 0);
  expect(sweepArtifacts(folder.path, now, 1_600).map((path) => path.replace(/.*\//, ''))).toEqual(['run-ancient', 'run-old']);
  expect(sweepArtifacts(folder.path, now, 100).map((path) => path.replace(/.*\//, ''))).toEqual(['run-newer']);
  expect(readdirSync(folder.path)).toEqual(['run-new']);
  expect(sweepArtifacts(`${folder.path}/none`, now)).toEqual([]);
});

test('of what nobody was told the newest stays, and how much was left out is told first', () => {
  const notices: Notice[] = [];
  for (let n = 1; n <= 500; n += 1) tell(notices, { kind: 'note', text: String(n) });
  expect(notices).toHaveLength(50);
  expect(notices.slice(0, 2)).toEqual([
    { kind: 'omitted', count: 451 },
    { kind: 'note', text: '452' },
  ]);
  expect(notices.at(-1)).toEqual({ kind: 'note', text: '500' });
});
