/** Specs, unit tests and exported specs in a project whose configuration says where they are and what they begin with. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunReport } from '../../browse/protocol/results.ts';
import { project, state } from '../support/projects.ts';
import { serve } from '../support/site.ts';
import { installRunner } from '../support/spec-project.ts';
import { reportOf, testFile, unitProject } from '../support/unit-project.ts';

const PAGE =
  '<title>page</title><label>Name <input></label><button onclick="document.title = document.querySelector(\'input\').value">Go</button>';

test("specs begin with the project's storage state and base URL, once it is trusted, and are found where it says", async () => {
  await using site = await serve({ '/': PAGE });
  await using user = project();
  installRunner(user.cwd);
  user.put('browse.config.json', { baseUrl: site.origin, storageState: 'auth.json', tests: { specs: 'e2e' } });
  user.put('auth.json', state(site.origin, 'yes', 'kept'));
  user.put(
    'e2e/a.spec.ts',
    `import { test, expect } from '@playwright/test';
test('begins with it', async ({ page }) => {
  await page.goto('/');
  expect(await page.evaluate(() => [document.cookie, localStorage.kept].join())).toBe('login=yes,kept');
});
test.describe('another one', () => {
  test.use({ storageState: { cookies: [], origins: [] }, baseURL: '${site.origin}/own/' });
  test('goes first', async ({ page, baseURL }) => {
    expect(baseURL).toBe('${site.origin}/own/');
    await page.goto('/');
    expect(await page.evaluate(() => document.cookie)).toBe('');
  });
});
`,
  );
  const untrusted = await user.run(['run', '--json']);
  expect((JSON.parse(untrusted.stdout) as RunReport).results.map(({ outcome }) => outcome)).toEqual(['failed', 'passed']);
  await user.ok('trust');
  const run = await user.run(['run']);
  expect([run.exit, run.stdout], String(run)).toEqual([0, expect.stringMatching(/^✓ e2e\/a\.spec\.ts:2 begins with it .*\n.*\n2 passed/)]);
  expect((await user.run(['run', 'e2e'])).stdout).toContain('2 passed');
  user.put('browse.config.json', {});
  await user.ok('refresh');
  expect(await user.run(['run'])).toMatchObject({ exit: 2, stderr: expect.stringContaining('run needs FILE') });
});

test("unit tests are those of the configured folder when asked for in the project's root", async () => {
  await using user = project();
  unitProject(join(user.cwd, 'packages/app'), {
    'own.config.ts': `export default { test: { include: ['**/*.check.ts'] } };`,
    'a.check.ts': testFile({ 'is checked': 'expect(1).toBe(1);' }),
  });
  user.put('browse.config.json', { tests: { root: 'packages/app', config: 'packages/app/own.config.ts' } });
  const run = await user.run(['test', '--json']);
  expect(run.exit, String(run)).toBe(0);
  expect(reportOf(run).results.map(({ title }) => title)).toEqual([['is checked']]);
});

test('a session that was exported as a spec passes by browse run on the same page', async () => {
  await using site = await serve({ '/': PAGE });
  await using user = project();
  installRunner(user.cwd);
  await user.ok('goto', site.origin);
  await user.ok('snapshot', '-i');
  await user.ok('fill', '@e1', 'Ada');
  await user.ok('click', '@e2');
  await user.ok('wait', '--fn', 'document.title === "Ada"');
  await user.ok('export', 'spec', '-o', 'ada.spec.ts');
  const run = await user.run(['run', 'ada.spec.ts']);
  expect([run.exit, run.stdout], String(run)).toEqual([0, expect.stringContaining('1 passed')]);
  const spec = readFileSync(join(user.cwd, 'ada.spec.ts'), 'utf8');
  user.put('ada.spec.ts', spec.replace('title === "Ada"', 'title === "Eve"').replaceAll("'Go'", "'Stop'"));
  expect((await user.run(['run', 'ada.spec.ts', '--timeout', '6s'])).exit).toBe(1);
});
