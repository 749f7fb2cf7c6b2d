/** Runs that do not end by themselves, or end otherwise than they should: they are ended, all of them, and what is told is true. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunReport } from '../../browse/protocol/results.ts';
import { cli } from '../support/cli.ts';
import type { Cli, Running } from '../support/cli.ts';
import { eventually } from '../support/processes.ts';
import { installRunner, write } from '../support/spec-project.ts';

/** It tells by a file that it has begun, and never ends. */
const ENDLESS = (name: string): string => `import { test } from '@playwright/test';
import { writeFileSync } from 'node:fs';
test('passes before', () => {});
test('never ends', async ({ page }) => {
  test.setTimeout(0);
  await page.setContent('<p>endless</p>');
  writeFileSync('${name}.begun', String(process.pid));
  for (;;);
});
`;

async function begin(shell: Cli, name: string, ...more: readonly string[]): Promise<Running> {
  installRunner(shell.cwd);
  write(shell.cwd, { [`${name}.spec.ts`]: ENDLESS(name) });
  const running = shell.start(['run', `${name}.spec.ts`, ...more], { limit: 100_000 });
  await eventually('the endless test to begin', () => existsSync(join(shell.cwd, `${name}.begun`)), 60_000);
  return running;
}

const runners = (shell: Cli): readonly unknown[] => shell.processes().filter(({ command }) => command.includes('runner.cjs'));

describe('a spec that never ends', () => {
  test('is ended by run --cancel, and what it came to before is told', async () => {
    await using shell = cli();
    const running = await begin(shell, 'a', '--json');
    expect(await shell.ok('status', 'specs')).toMatch(/specs: running, .*r1 a\.spec\.ts in session/);
    expect(await shell.ok('run', '--cancel')).toMatch(/^Cancelled r1: a\.spec\.ts \(after [\d.]+s\)$/);
    const run = await running.done;
    expect(run.exit, String(run)).toBe(130);
    const report = JSON.parse(run.stdout) as RunReport & { stopped: { code: string } };
    expect(report.stopped.code).toBe('run-cancelled');
    expect(report.results.map(({ title, outcome }) => [...title, outcome])).toEqual([['passes before', 'passed']]);
    expect(run.stderr).toContain('');
    await eventually('the page of the test to be closed', async () => (await shell.ok('status', '--json')).includes('"running":[]'), 5_000);
  });

  test('is ended by its --timeout', async () => {
    await using shell = cli();
    installRunner(shell.cwd);
    write(shell.cwd, { 'a.spec.ts': ENDLESS('a') });
    const run = await shell.run(['run', 'a.spec.ts', '--timeout', '12s']);
    expect([run.exit, run.stderr], String(run)).toEqual([
      1,
      expect.stringMatching(/The run was ended after 1[0-2]\d{3} ms, before it was over/),
    ]);
  });

  test('is ended by Ctrl-C', async () => {
    await using shell = cli();
    const running = await begin(shell, 'a');
    running.child.kill('SIGINT');
    const run = await running.done;
    expect(run.exit ?? run.signal, String(run)).toBe(130);
    await eventually('the run to be gone', async () => (await shell.ok('status', 'specs')).includes('specs: idle'), 20_000);
    expect(await shell.ok('url')).toBe('about:blank');
  });

  test('D-47: holds up no refresh, which begins the waiting process anew and leaves the run alone', async () => {
    await using shell = cli();
    const running = await begin(shell, 'a');
    const before = Date.now();
    expect(await shell.ok('refresh')).toContain('Refreshed in place');
    expect(Date.now() - before).toBeLessThan(20_000);
    expect(await shell.ok('status', 'specs')).toContain('specs: running');
    await shell.ok('run', '--cancel', 'r1');
    expect((await running.done).exit).toBe(130);
  });

  test('in one session leaves another session its runs', async () => {
    await using shell = cli();
    const running = await begin(shell, 'a');
    write(shell.cwd, {
      'b.spec.ts': `import { test } from '@playwright/test';\ntest('quick', async ({ page }) => { await page.setContent('b'); });\n`,
    });
    expect(await shell.ok('run', 'b.spec.ts', '--session', 'other')).toMatch(/^✓ b\.spec\.ts:2 quick/);
    const other = await shell.run(['run', '--cancel', '--session', 'other']);
    expect(other.exit).toBe(3);
    await shell.ok('run', '--cancel');
    await running.done;
  });

  test('ends with the daemon, and after the kill of one nothing is left by the next command', async () => {
    await using shell = cli();
    const running = await begin(shell, 'a');
    process.kill(shell.record()?.process.pid ?? 0, 'SIGKILL');
    expect((await running.done).exit).not.toBe(0);
    await shell.ok('status', 'specs').catch(() => '');
    await shell.ok('start');
    await eventually('the processes of the run to be gone', () => runners(shell).length === 0, 10_000);
  });
});

test('D-47: a run goes on to its end through a refresh', async () => {
  await using shell = cli();
  installRunner(shell.cwd);
  write(shell.cwd, {
    'a.spec.ts': `import { test } from '@playwright/test';
import { existsSync, writeFileSync } from 'node:fs';
test('waits to be told', async ({ page }) => {
  writeFileSync('begun', '');
  while (!existsSync('go')) await page.waitForTimeout(50);
});
`,
  });
  const running = shell.start(['run', 'a.spec.ts']);
  await eventually('the test to begin', () => existsSync(join(shell.cwd, 'begun')), 60_000);
  await shell.ok('refresh', 'specs');
  write(shell.cwd, { go: '' });
  const run = await running.done;
  expect(run.exit, String(run)).toBe(0);
});

test('hostile specs: forged lines, escapes, words on the channel, an exit, errors of hooks, a flood', { timeout: 240_000 }, async () => {
  await using shell = cli();
  installRunner(shell.cwd);
  const spec = (body: string): string => `import { test, expect } from '@playwright/test';\n${body}`;
  write(shell.cwd, {
    'forged.spec.ts': spec(`test('forges', () => {
  console.log('\\u001b[2J\\u001b[31m1 passed (1ms)\\u202e\\n✓ b.spec.ts:1 forged');
  process.send?.({ browse: { kind: 'end' } });
  process.send?.({ browse: { kind: 'test', id: 'x', result: { outcome: 'passed' } } });
  process.send?.({ browse: { kind: 'look', id: 1, page: 'page@1', file: '${shell.root}/outside.txt' } });
  expect(1).toBe(2);
});`),
    'exits.spec.ts': spec(`test('exits', () => process.exit(0));\ntest('after it', () => {});`),
    'hooks.spec.ts': spec(
      `test.afterAll(() => { throw new Error('in afterAll'); });\ntest('passes', () => {});\ntest('rejects', async () => { void Promise.reject(new Error('nobody waits')); await new Promise((done) => setTimeout(done, 200)); });`,
    ),
    'flood.spec.ts': spec(`test('floods', () => { for (let n = 0; n < 3000; n += 1) console.log(String(n).padEnd(1000, 'x')); });`),
    'playwright.config.ts': 'export default {};',
  });
  const forged = await shell.run(['run', 'forged.spec.ts']);
  expect(forged.exit, String(forged)).toBe(1);
  expect(forged.stdout).not.toMatch(/\u001B|\u202E|^✓|^1 passed/m);
  expect(forged.stdout.trimEnd()).toMatch(/\n1 failed \([^\n]*\)$/);
  expect(existsSync(join(shell.root, 'outside.txt'))).toBe(false);
  const exits = JSON.parse((await shell.run(['run', 'exits.spec.ts', '--json'])).stdout) as RunReport;
  expect(exits.results.map(({ outcome }) => outcome)).toEqual(['failed', 'passed']);
  const hooks = await shell.run(['run', 'hooks.spec.ts', '--json']);
  expect(hooks.exit).toBe(1);
  expect(JSON.stringify(JSON.parse(hooks.stdout))).toMatch(/in afterAll.*nobody waits|nobody waits.*in afterAll/);
  const flood = await shell.run(['run', 'flood.spec.ts']);
  expect(flood.exit, flood.stderr).toBe(0);
  expect(flood.stdout.length).toBeLessThan(30_000);
  expect(flood.stdout).toContain('2999xxx');
  expect(flood.stdout).toMatch(/characters/);
});
