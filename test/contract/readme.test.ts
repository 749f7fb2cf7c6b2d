/** README and CONTRIBUTING as data: what they name exists, and what must be in their tables is there. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ERRORS } from '../../browse/protocol/errors.ts';
import { SMOKE } from '../smoke.ts';
import { packageOf, ROOT } from '../support/sources.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const readme = read('README.md');
const contributing = read('CONTRIBUTING.md');

type Packages = Readonly<Record<string, string>>;
type Manifest = Readonly<Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Packages>> & {
  readonly scripts: Packages;
};
const manifest = JSON.parse(read('package.json')) as Manifest;
const libraries = (JSON.parse(read('test/libraries/package.json')) as Pick<Manifest, 'dependencies'>).dependencies;

/** The rows of the table below a heading, each as its cells. */
function rows(page: string, heading: string): readonly (readonly string[])[] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
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

test.each([
  ['each dependency', { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }],
  ['each package of test/libraries', libraries],
])('%s has a reason, pinned to one version, and no reason is left over', (of, packages) => {
  const named = rows(contributing, `Why ${of}`).flatMap(([names = '', reason = '']) => {
    expect(reason, names).not.toBe('');
    return names.split(', ');
  });
  expect([...named].sort()).toEqual(Object.keys(packages).sort());
  expect(Object.entries(packages).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test('every package of test/libraries is used by one of its pages', () => {
  const folder = 'test/libraries/pages';
  const pages = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
  const imports = pages.flatMap((name) => [...read(join(folder, name)).matchAll(/^import (?:.* from )?'([^'.][^']*)'/gm)]);
  // What @mui/material asks for beside itself.
  const peers = ['@emotion/react', '@emotion/styled'];
  expect([...new Set([...imports.map(([, target = '']) => packageOf(target)), ...peers])].sort()).toEqual(Object.keys(libraries).sort());
});

test('every exit status of an error is in the table, and the two commands exist', () => {
  const documented = rows(readme, 'Exit statuses').flatMap(([status = '']) => status.split(', ').map(Number));
  const used = new Set(Object.values(ERRORS).map((row) => row.exit));
  expect([...used].filter((status) => !documented.includes(status))).toEqual([]);
  expect(documented).toEqual([0, 1, 2, 3, 4, 5, 70, 130, 143]);
  expect(existsSync(join(ROOT, 'setup'))).toBe(true);
});

test('every script that is named exists', () => {
  const named = [
    ...`${readme}\n${contributing}`.matchAll(/npm (?:run )?(test(?::\w+)?|gen|build|check|soak|chaos|bench|field|mutate|libraries)\b/g),
  ];
  expect(named.length).toBeGreaterThan(5);
  for (const [, script = ''] of named) expect(manifest.scripts[script], script).toBeDefined();
});

test('every smoke test exists', () => {
  expect(SMOKE.filter((name) => !existsSync(join(ROOT, `test/e2e/${name}.test.ts`)))).toEqual([]);
});

test.each(['README.md', 'CONTRIBUTING.md', 'docs/decisions.md'])('what %s names and links to is there', (name) => {
  const page = read(name);
  const links = [...page.matchAll(/\]\(([^)#:]+)\)/g)].map(([, target = '']) => join(dirname(name), target));
  // `browse/domain/`, `test/smoke.ts`: paths from the root.
  const paths = [...page.matchAll(/`((?:browse|test|tools|docs)\/[\w./-]+)`/g)].map(([, path = '']) => path);
  expect(links.length + paths.length).toBeGreaterThan(0);
  // `browse/client` is what scripts import; a word in capitals stands for something else.
  const there = (path: string): boolean => existsSync(join(ROOT, path)) || /[A-Z]{3}/.test(path) || path.endsWith('/client');
  expect([...links, ...paths].filter((path) => !there(path))).toEqual([]);
});
