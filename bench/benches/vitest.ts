/** One file of a project of 200 unit tests, run again: by the worker that is kept warm, and by `npx vitest run`. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ROOT } from '../ground.ts';
import { interleave, ratio } from '../pairs.ts';
import type { Scene } from '../scene.ts';
import type { Row } from '../table.ts';

/** Files, and tests in each. */
const [FILES, TESTS] = [20, 10] as const;

function project(folder: string): void {
  for (const name of ['src', 'test', 'node_modules/.bin']) mkdirSync(join(folder, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules/vitest'), join(folder, 'node_modules/vitest'));
  symlinkSync('../vitest/vitest.mjs', join(folder, 'node_modules/.bin/vitest'));
  writeFileSync(join(folder, 'package.json'), '{"name": "shop", "type": "module"}');
  for (let file = 0; file < FILES; file++) {
    const next = file === 0 ? '' : `import { sum as before } from './part${file - 1}.ts';\n`;
    writeFileSync(
      join(folder, `src/part${file}.ts`),
      `${next}export const sum = (a: number, b: number): number => a + b${next === '' ? '' : ' + before(0, 0)'};\n`,
    );
    const tests = Array.from(
      { length: TESTS },
      (_, at) => `test('adds ${at}', () => { expect(sum(${at}, ${file})).toBe(${at + file}); });`,
    );
    writeFileSync(
      join(folder, `test/part${file}.test.ts`),
      [`import { expect, test } from 'vitest';`, `import { sum } from '../src/part${file}.ts';`, ...tests, ''].join('\n'),
    );
  }
}

export async function vitest({ ground, ours }: Scene): Promise<readonly Row[]> {
  const folder = join(ground.folder, 'browse/work');
  project(folder);
  const other = ground.user('npx');
  project(join(other.folder, 'work'));
  const passed = (stdout: string): void => {
    if (!new RegExp(`\\b${TESTS} passed`).test(stripVTControlCharacters(stdout))) throw new Error(`not all tests passed:\n${stdout}`);
  };
  const file = `test/part${FILES - 1}.test.ts`;
  const pairs = await interleave(
    30,
    () => {
      const { ms, stdout } = ours.run(['test', file]);
      passed(stdout);
      return ms;
    },
    () => {
      const { ms, stdout } = other.run(['npx', 'vitest', 'run', file]);
      passed(stdout);
      return ms;
    },
  );
  return [{ what: 'one test file of 20, again', beside: 'npx vitest run', unit: 'ms', by: 'ratio', result: ratio(pairs), limit: 1 / 3 }];
}
