/** What stays of runs in the daemon, which lives for days: nothing. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import { FULL, rounds } from '../support/rounds.ts';
import { installRunner, write } from '../support/spec-project.ts';

const SPEC = `import { test, expect } from '@playwright/test';
test('one', async ({ page }) => { await page.setContent('<p>a</p>'); await expect(page.locator('p')).toHaveText('a'); });
`;
/** Runs after which all that a run needs is loaded, and how much more may be held after all of them. */
const WARM = rounds(10, 4);
const MORE = FULL ? 1.1 : 1.4;

test('after many runs the daemon has no more memory than after the first ones', { timeout: 3_600_000 }, async () => {
  await using shell = cli();
  installRunner(shell.cwd);
  write(shell.cwd, { 'a.spec.ts': SPEC });
  const resident: number[] = [];
  for (let round = 1; round <= rounds(300, 8); round += 1) {
    expect(await shell.ok('run', 'a.spec.ts'), `run ${round}`).toContain('1 passed');
    const pid = shell.record()?.process.pid ?? 0;
    resident.push(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]));
  }
  // The lowest of the last few: between two collections of garbage there is more.
  const [early, late] = [Math.max(...resident.slice(WARM - 3, WARM)), Math.min(...resident.slice(-3))];
  expect(late, `resident KB by run: ${resident.join(' ')}`).toBeLessThan(early * MORE);
});
