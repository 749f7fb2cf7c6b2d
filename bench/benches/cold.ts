/** From nothing running to the first snapshot, against a ten-line script that does only that on the same Chromium. */
import { fileURLToPath } from 'node:url';
import { interleave, ratio } from '../pairs.ts';
import type { Scene } from '../scene.ts';
import type { Row } from '../table.ts';
import type { Tool } from '../tool.ts';

/** Milliseconds of both commands together; what runs is stopped again, unmeasured. */
export async function coldStart(tool: Tool, url: string): Promise<number> {
  const opened = tool.run(tool.tasks.open(url));
  const seen = tool.run(tool.tasks.snapshot);
  if (!seen.stdout.includes('"Count"')) throw new Error(`${tool.name} did not see the page:\n${seen.stdout}`);
  await tool.stop();
  return opened.ms + seen.ms;
}

export async function cold({ ground, ours, pages }: Scene): Promise<readonly Row[]> {
  const url = pages.url('counter.html');
  const script = fileURLToPath(new URL('../ten-lines.ts', import.meta.url));
  const user = ground.user('script');
  const program = [process.execPath, script, ground.chromium, ground.sandbox ? 'sandbox' : 'none', url];
  const pairs = await interleave(
    30,
    () => coldStart(ours, url),
    () => {
      const started = performance.timeOrigin + performance.now();
      const { at, snapshot }: { at: number; snapshot: string } = JSON.parse(user.run(program).stdout);
      if (!snapshot.includes('"Count"')) throw new Error(`the script did not see the page:\n${snapshot}`);
      return at - started;
    },
  );
  return [{ what: 'cold start: goto, snapshot -i', beside: 'ten-line script', unit: 'ms', by: 'ratio', result: ratio(pairs), limit: 1.3 }];
}
