/** D-10, D-12: what was edited is what runs, with no refresh; and the daemon does not grow by it. */
import { expect, test } from 'vitest';
import type { RunReport } from '../../browse/protocol/results.ts';
import { cli } from '../support/cli.ts';
import type { Cli } from '../support/cli.ts';
import { memoryAtRest } from '../support/daemons.ts';
import { rounds } from '../support/rounds.ts';
import { installRunner, write } from '../support/spec-project.ts';

/** A spec that says what each of its sources says: itself, a page model, a fixture three imports deep, a helper it imports late. */
const project = (mark: (name: string) => string): Readonly<Record<string, string>> => ({
  'a.spec.ts': `import { test, expect } from './fixtures/index';
import { count } from './model/counted';
import { text } from '@model/page-model';
test('tells', async ({ page, deep }) => {
  const { late } = await import('./late');
  await page.setContent('<p>' + text + '</p>');
  expect(count()).toBe(1);
  console.log(JSON.stringify(['${mark('spec')}', await page.locator('p').textContent(), deep, late, text]));
});
`,
  'model/counted.ts': `let loaded = 0;\nloaded += 1;\nexport const count = (): number => loaded;\n`,
  'one/page-model.ts': `export const text: string = '${mark('model')}';\n`,
  'two/page-model.ts': `export const text: string = 'two ${mark('model')}';\n`,
  'fixtures/index.ts': `export { test, expect } from './middle';\n`,
  'fixtures/middle.ts': `import { test as base } from '@playwright/test';
import { value } from './deep';
export const test = base.extend<{ deep: string }>({ deep: async ({}, use) => use(value) });
export { expect } from '@playwright/test';
`,
  'fixtures/deep.ts': `export const value: string = '${mark('fixture')}';\n`,
  'late.ts': `export const late: string = '${mark('late')}';\n`,
  'tsconfig.json': JSON.stringify({ compilerOptions: { baseUrl: '.', paths: { '@model/*': [`./${mark('folder')}/*`] } } }),
});

async function told(shell: Cli): Promise<readonly string[]> {
  const run = await shell.run(['run', 'a.spec.ts', '--json']);
  expect(run.exit, String(run)).toBe(0);
  const { output = [], results } = JSON.parse(run.stdout) as RunReport;
  expect(results.map(({ outcome }) => outcome)).toEqual(['passed']);
  return JSON.parse(output.map(({ text }) => text).join('')) as readonly string[];
}

test('D-10: the same spec twice passes twice, and what was edited between is what runs', async () => {
  await using shell = cli();
  installRunner(shell.cwd);
  const first = (name: string): string => (name === 'folder' ? 'one' : `${name} 1`);
  write(shell.cwd, project(first));
  const expected = ['spec 1', 'model 1', 'fixture 1', 'late 1', 'model 1'];
  expect(await told(shell)).toEqual(expected);
  expect(await told(shell)).toEqual(expected);
  write(shell.cwd, { 'a.spec.ts': project((name) => (name === 'spec' ? 'edited' : first(name)))['a.spec.ts'] ?? '' });
  expect(await told(shell)).toEqual(['edited', ...expected.slice(1)]);
});

test('D-12: cycles of edit and run, over every kind of source and the tsconfig', { timeout: 400_000 }, async () => {
  await using shell = cli();
  installRunner(shell.cwd);
  const marks: Record<string, string> = { spec: 's', model: 'm', fixture: 'f', late: 'l', folder: 'one' };
  const kinds = ['spec', 'model', 'fixture', 'late', 'folder'];
  const total = rounds(30, 6);
  let settled = 0;
  for (let round = 0; round < total; round += 1) {
    const kind = kinds[round % kinds.length] ?? 'spec';
    marks[kind] = kind === 'folder' ? (marks['folder'] === 'one' ? 'two' : 'one') : `${kind} ${round}`;
    write(
      shell.cwd,
      project((name) => marks[name] ?? ''),
    );
    const text = marks['folder'] === 'one' ? marks['model'] : `two ${marks['model']}`;
    expect(await told(shell), `round ${round}, after an edit of the ${kind}`).toEqual([
      marks['spec'],
      text,
      marks['fixture'],
      marks['late'],
      text,
    ]);
    // The first runs load what a run needs; from then on nothing stays of one.
    if (round === Math.min(9, Math.floor(total / 2))) settled = await memoryAtRest(shell);
  }
  expect(await memoryAtRest(shell)).toBeLessThan(settled * 1.2);
});
