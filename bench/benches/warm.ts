/** A warm command against the same binary doing nothing: what the way to the daemon, the browser and back costs. */
import { difference, interleave } from '../pairs.ts';
import type { Scene } from '../scene.ts';
import type { Row } from '../table.ts';

export async function warm({ ours, pages }: Scene): Promise<readonly Row[]> {
  const url = pages.url('counter.html');
  ours.run(ours.tasks.open(url));
  const rows: Row[] = [];
  for (const [what, argv, answer] of [
    ['url', ours.tasks.url, url],
    ['js 1+1', ours.tasks.js, '2'],
  ] as const) {
    const pairs = await interleave(
      100,
      () => {
        const { ms, stdout } = ours.run(argv);
        if (stdout.trim() !== answer) throw new Error(`browse ${argv.join(' ')} printed ${stdout}`);
        return ms;
      },
      () => ours.run(['--version']).ms,
    );
    rows.push({ what, beside: 'the binary doing nothing', unit: 'ms', by: 'difference', result: difference(pairs), limit: 4 });
  }
  await ours.stop();
  return rows;
}
