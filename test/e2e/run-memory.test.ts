/** What stays of runs in the daemon, which lives for days: nothing. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cli, type Cli } from '../support/cli.ts';
import { recordOf } from '../support/daemons.ts';
import { eventually } from '../support/processes.ts';
import { FULL, rounds } from '../support/rounds.ts';
import { installRunner, write } from '../support/spec-project.ts';

const SPEC = `import { test, expect } from '@playwright/test';
test('one', async ({ page }) => { await page.setContent('<p>a</p>'); await expect(page.locator('p')).toHaveText('a'); });
`;
/** Runs after which all that a run needs is loaded, how many there are, and how much more may be held after all of them. */
const WARM = rounds(10, 4);
const RUNS = rounds(300, 8);
const MORE = FULL ? 1.1 : 1.4;

/** Bytes, the least of three seconds in which nobody asks for anything: what a daemon at rest holds. */
async function atRest(shell: Cli): Promise<number> {
  const { pid } = recordOf(shell).process;
  let least = Infinity;
  const until = performance.now() + 3_000;
  await eventually('three seconds to pass', () => {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    least = Math.min(least, Number(kilobytes) * 1024);
    return performance.now() > until;
  });
  return least;
}

test('after many runs the daemon has no more memory than after the first ones', { timeout: 3_600_000 }, async () => {
  await using shell = cli();
  installRunner(shell.cwd);
  write(shell.cwd, { 'a.spec.ts': SPEC });
  let early = 0;
  for (let round = 1; round <= RUNS; round += 1) {
    expect(await shell.ok('run', 'a.spec.ts'), `run ${round}`).toContain('1 passed');
    if (round === WARM) early = await atRest(shell);
  }
  const late = await atRest(shell);
  console.log(`bytes at rest after ${WARM} runs ${early}, after ${RUNS} ${late}: ${(late / early).toFixed(3)}`);
  expect(late / early).toBeLessThan(MORE);
});
