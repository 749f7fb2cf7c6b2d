/** What stays of runs in the daemon, which lives for days: nothing. */
import { expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import { memoryAtRest } from '../support/daemons.ts';
import { FULL, rounds } from '../support/rounds.ts';
import { installRunner, write } from '../support/spec-project.ts';

const SPEC = `import { test, expect } from '@playwright/test';
test('one', async ({ page }) => { await page.setContent('<p>a</p>'); await expect(page.locator('p')).toHaveText('a'); });
`;
/** Runs after which all that a run needs is loaded, how many there are, and how much more may be held after all of them. */
const WARM = rounds(10, 4);
const RUNS = rounds(300, 8);
const MORE = FULL ? 1.1 : 1.4;

test('after many runs the daemon has no more memory than after the first ones', { timeout: 3_600_000 }, async () => {
  await using shell = cli();
  installRunner(shell.cwd);
  write(shell.cwd, { 'a.spec.ts': SPEC });
  let early = 0;
  for (let round = 1; round <= RUNS; round += 1) {
    expect(await shell.ok('run', 'a.spec.ts'), `run ${round}`).toContain('1 passed');
    if (round === WARM) early = await memoryAtRest(shell);
  }
  const late = await memoryAtRest(shell);
  console.log(`bytes at rest after ${WARM} runs ${early}, after ${RUNS} ${late}: ${(late / early).toFixed(3)}`);
  expect(late / early).toBeLessThan(MORE);
});
