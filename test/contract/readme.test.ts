import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ERRORS } from '../../browse/protocol/errors.ts';
import { ROOT } from '../support/sources.ts';

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
type Manifest = Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Record<string, string>> & {
  scripts: Record<string, string>;
};
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

/** The rows of the table below a heading, each as its cells. */
function rows(heading: string): readonly (readonly string[])[] {
  const section = readme.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

test('every dependency has a reason, pinned to one version, and no reason is left over', () => {
  const named = rows('Dependencies').flatMap(([names = '', reason = '']) => {
    expect(reason, names).not.toBe('');
    return names.split(', ');
  });
  const packages = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
  expect([...named].sort()).toEqual(Object.keys(packages).sort());
  expect(Object.entries(packages).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test('every exit status of an error is in the table, and the two commands exist', () => {
  const documented = rows('Exit statuses').flatMap(([status = '']) => status.split(', ').map(Number));
  const used = new Set(Object.values(ERRORS).map((row) => row.exit));
  expect([...used].filter((status) => !documented.includes(status))).toEqual([]);
  expect(documented).toEqual([0, 1, 2, 3, 4, 5, 70, 130, 143]);
  expect(existsSync(join(ROOT, 'setup'))).toBe(true);
  for (const [, script = ''] of readme.matchAll(/npm (?:run )?(test|gen|build|check|soak|bench)\b/g))
    expect(manifest.scripts[script], script).toBeDefined();
});

test('what the README links to is there', () => {
  const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, target = '']) => target);
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter((target) => !existsSync(join(ROOT, target)))).toEqual([]);
});
