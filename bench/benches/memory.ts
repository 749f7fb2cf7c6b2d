/** Whether a thousand snapshots leave anything behind: what the daemon and the browser hold after them, against before. */
import { readFileSync } from 'node:fs';
import { processesOf } from '../../test/support/processes.ts';
import { rounds } from '../pairs.ts';
import type { Scene } from '../scene.ts';
import { median } from '../statistics.ts';
import type { Row } from '../table.ts';

/** Snapshots before the first look: what is loaded, compiled and cached once is there by then. */
const WARM = 200;
const SNAPSHOTS = 1_000;
/** Between two looks. */
const EVERY = 25;
const PAGE = 4096;

/** Resident megabytes by who holds them. */
type Held = { readonly daemon: number; readonly browser: number };

function held(folder: string): Held {
  const sum = { daemon: 0, browser: 0 };
  for (const { pid, command } of processesOf(folder)) {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]);
    sum[command.includes('__daemon') ? 'daemon' : 'browser'] += (pages * PAGE) / 1e6;
  }
  return sum;
}

export async function memory({ ground, ours, pages }: Scene): Promise<readonly Row[]> {
  ours.run(ours.tasks.open(pages.url('many.html?n=500')));
  const looks: Held[] = [];
  const total = rounds(SNAPSHOTS);
  for (let taken = 0; taken < WARM + total; taken += 1) {
    ours.run(ours.tasks.snapshot);
    if (taken >= WARM && taken % EVERY === 0) looks.push(held(ground.folder));
  }
  await ours.stop();
  const some = Math.max(1, Math.floor(looks.length / 5));
  return (['daemon', 'browser'] as const).map((who) => {
    const [before, after] = [looks.slice(0, some), looks.slice(-some)].map((part) => median(part.map((each) => each[who])));
    const [first = 0, last = 0] = [before, after];
    const value = last / first;
    const result = { ours: last, other: first, value, interval: [value, value] } as const;
    return { what: `${who} after ${total} snapshots`, beside: `after ${WARM}`, unit: 'MB', by: 'ratio', result, limit: 1.1 };
  });
}
