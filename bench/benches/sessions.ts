/** What a further session costs as a context of the warm browser, and as a browser of its own: time to its first page, and memory. */
import { readFileSync } from 'node:fs';
import { processesOf } from '../../test/support/processes.ts';
import { difference, type Pair, ratio, rounds } from '../pairs.ts';
import type { Scene } from '../scene.ts';
import type { Row } from '../table.ts';

/** Which sessions are looked at: the first, the second and the tenth. */
const LOOKED_AT = [1, 2, 10] as const;

/** What a session cost: milliseconds, and megabytes of all our processes together, each shared page counted once. */
type Cost = { readonly ms: number; readonly megabytes: number };

function held(folder: string): number {
  return processesOf(folder).reduce((sum, { pid }) => {
    try {
      return sum + Number(/^Pss:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1] ?? 0) / 1024;
    } catch {
      // It ended meanwhile.
      return sum;
    }
  }, 0);
}

export async function sessions({ ground, ours, pages }: Scene): Promise<readonly Row[]> {
  const page = pages.url('many.html?n=100');
  /** One after the other in a daemon that is warm; none is closed before the last is there. */
  const grow = async (make: (nth: number) => number): Promise<readonly Cost[]> => {
    // The browser that is there anyhow counts for neither.
    ours.run(['url', '--session', 'warm']);
    ours.run(['session', 'close', 'warm']);
    const costs: Cost[] = [];
    for (let nth = 1; nth <= Math.max(...LOOKED_AT); nth++) {
      const before = held(ground.folder);
      const ms = make(nth);
      costs.push({ ms, megabytes: held(ground.folder) - before });
    }
    await ours.stop();
    return costs;
  };
  const asContext = (nth: number): number => ours.run(['goto', page, '--session', `s${nth}`]).ms;
  const asBrowser = (): number => {
    const spawned = ours.run(['pool', 'spawn', '--json']);
    const { port } = JSON.parse(spawned.stdout) as { port: number };
    return spawned.ms + ours.run(['goto', page, '--browser', String(port)]).ms;
  };
  const pairs = new Map<number, { readonly ms: Pair[]; readonly megabytes: Pair[] }>(
    LOOKED_AT.map((nth) => [nth, { ms: [], megabytes: [] }]),
  );
  for (let round = 0; round < rounds(5); round++) {
    const contexts = await grow(asContext);
    const browsers = await grow(asBrowser);
    for (const [nth, { ms, megabytes }] of pairs) {
      const [context, browser] = [contexts[nth - 1], browsers[nth - 1]];
      if (!context || !browser) throw new Error(`there is no session ${nth}`);
      ms.push([context.ms, browser.ms]);
      megabytes.push([context.megabytes, browser.megabytes]);
    }
  }
  return [...pairs].flatMap(([nth, { ms, megabytes }]): readonly Row[] => [
    { what: `session ${nth}: to its first page`, beside: 'a browser of the pool', unit: 'ms', by: 'ratio', result: ratio(ms), limit: 1 },
    {
      what: `session ${nth}: memory`,
      beside: 'a browser of the pool',
      unit: 'MB',
      by: 'difference',
      result: difference(megabytes),
      limit: 0,
    },
  ]);
}
