/** The second run of a spec with one test, against Playwright's own command on the same file, as `npx playwright test` starts it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { browsersFor, installRunner } from '../../test/support/spec-project.ts';
import { interleave, ratio } from '../pairs.ts';
import type { Scene } from '../scene.ts';
import type { Row } from '../table.ts';

const SPEC = `import { test, expect } from '@playwright/test';
test('one', async ({ page }) => {
  await page.setContent('<button>Go</button>');
  await expect(page.getByRole('button')).toHaveText('Go');
});
`;
/** Milliseconds in which the process for the next run loads, as while somebody edits. */
const PAUSE = 3000;

export async function runs({ ground, ours }: Scene): Promise<readonly Row[]> {
  const user = ground.user('browse');
  const folder = join(user.folder, 'work');
  installRunner(folder);
  const file = join(folder, 'one.spec.ts');
  writeFileSync(file, SPEC);
  const theirs = ground.user('playwright', { PLAYWRIGHT_BROWSERS_PATH: browsersFor(ground.folder) });
  const there = join(theirs.folder, 'work');
  installRunner(there);
  writeFileSync(join(there, 'one.spec.ts'), SPEC);
  const passed = (stdout: string): void => {
    if (!stdout.includes('1 passed')) throw new Error(`the test did not pass:\n${stdout}`);
  };
  passed(ours.run(['run', file]).stdout);
  const pairs = await interleave(
    30,
    async () => {
      await Bun.sleep(PAUSE);
      const { ms, stdout } = ours.run(['run', file]);
      passed(stdout);
      return ms;
    },
    () => {
      const { ms, stdout } = theirs.run(['npx', 'playwright', 'test', 'one.spec.ts']);
      passed(stdout);
      return ms;
    },
  );
  return [{ what: 'run of one test, warm', beside: 'npx playwright test', unit: 'ms', by: 'ratio', result: ratio(pairs), limit: 1 / 4 }];
}
