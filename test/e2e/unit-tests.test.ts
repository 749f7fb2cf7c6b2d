import { expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import { reportOf, testFile, testWorkers, unitProject } from '../support/unit-project.ts';
import { sharedDaemon } from '../support/shared-cli.ts';

const freshUser = sharedDaemon();

const CART = {
  'src/cart.ts': `export const total = (prices: readonly number[]): number => prices.reduce((sum, price) => sum + price, 0);\n`,
  'test/cart.test.ts': [
    `import { describe, expect, test } from 'vitest';`,
    `import { total } from '../src/cart.ts';`,
    `describe('cart', () => {`,
    `  test('adds a book', () => {`,
    `    expect(total([1, 2])).toBe(3);`,
    `  });`,
    `  test('pays', () => {`,
    `    console.log('paying\\u001B[2J');`,
    `    expect(total([1, 2])).toBe(4);`,
    `  });`,
    `  test.skip('gives back', () => {});`,
    `});`,
    '',
  ].join('\n'),
  'test/other.test.ts': testFile({ 'is another one': 'expect(1).toBe(1);' }),
};

test("D-14: browse test runs the project's own vitest in a warm worker: a line per test, a failure with its source, exit status 1", async () => {
  await using shell = freshUser();
  unitProject(shell.cwd, CART);
  const first = await shell.run(['test']);
  expect(first.exit, String(first)).toBe(1);
  expect(first.stderr).toBe('');
  const lines = first.stdout.split('\n');
  expect(lines.find((line) => line.startsWith('✓ test/cart.test.ts:4 cart › adds a book ('))).toBeDefined();
  const failed = lines.findIndex((line) => line.startsWith('✗ test/cart.test.ts:7 cart › pays ('));
  expect(lines[failed + 1]).toBe('  AssertionError: expected 3 to be 4 // Object.is equality');
  expect(lines).toContain('  at test/cart.test.ts:9:27');
  expect(lines).toContain('  >  9 |     expect(total([1, 2])).toBe(4);');
  expect(lines).toContain('- test/cart.test.ts:11 cart › gives back (skipped)');
  expect(lines).toContain('stdout | test/cart.test.ts | cart › pays');
  expect(lines).toContain(String.raw`  paying\u001b[2J`);
  expect(lines.at(-2)).toMatch(/^2 passed, 1 failed, 1 skipped \(/);
  const [worker] = await testWorkers(shell);
  const again = await shell.run(['test', '--json']);
  expect(again.exit).toBe(1);
  expect(reportOf(again).results.map(({ title, outcome }) => [title.join(' › '), outcome])).toEqual(
    expect.arrayContaining([
      ['cart › adds a book', 'passed'],
      ['cart › pays', 'failed'],
      ['cart › gives back', 'skipped'],
      ['is another one', 'passed'],
    ]),
  );
  expect(await testWorkers(shell)).toEqual([worker]);
});

test('only what was asked for is run: a file, a part of a name, a folder, a pattern', async () => {
  await using shell = freshUser();
  const project = unitProject(shell.cwd, CART);
  const titles = async (...words: string[]): Promise<readonly string[]> =>
    reportOf(await shell.run(['test', '--json', ...words]))
      .results.map(({ title }) => title.at(-1) ?? '')
      .toSorted();
  expect(await titles('test/other.test.ts')).toEqual(['is another one']);
  expect(await titles('othe')).toEqual(['is another one']);
  expect(await titles('test/')).toEqual(['adds a book', 'gives back', 'is another one', 'pays']);
  expect(await titles('-t', '^cart adds')).toEqual(['adds a book']);
  expect(await titles('cart', '-t', 'a(d+)s')).toEqual(['adds a book']);
  expect(await titles()).toHaveLength(4);
  // A file's path is also a part of another one's name.
  project.write('test/more/test/other.test.ts', testFile({ 'is not meant': '' }));
  expect(await titles('test/other.test.ts')).toEqual(['is another one']);
});

test('no vitest, no node, no match, no test, a bad pattern: each is said, and is no success', async () => {
  await using shell = cli();
  const refused = async (words: readonly string[], env: Readonly<Record<string, string>> = {}, exit = 2): Promise<string> => {
    const run = await shell.run(['test', ...words], { env });
    expect([run.exit, run.stdout], String(run)).toEqual([exit, '']);
    return run.stderr;
  };
  expect(await refused([])).toBe(
    `No project with vitest at or above ${shell.cwd}: neither a package.json nor a vitest config from which vitest is found (npm install --save-dev vitest). Run: browse help test\n`,
  );
  const project = unitProject(shell.cwd, CART);
  expect(await refused([], { PATH: shell.home }, 5)).toBe(`No node to run vitest with in PATH (${shell.home}). Run: browse help test\n`);
  expect(await refused(['nowhere', 'cat'])).toContain(`No test was run in ${shell.cwd}: no test file matches nowhere, cat.`);
  expect(await refused(['-t', 'flies'])).toContain('no test in 2 files matches -t "flies"');
  expect(await refused(['-t', '('])).toContain('-t takes a regular expression, not "("');
  project.remove('test');
  expect(await refused([])).toContain("its config's patterns match no file");
});
