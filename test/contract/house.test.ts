/** The developer's pages: every path and symbol they name exists, and every invariant names a test that does. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, sources } from '../support/sources.ts';

const page = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const house = page('browse/README.md');

/** The text below a heading of the second order. */
const section = (text: string, heading: string): string => text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';

/** Cells of the rows of a table, without its head. */
const rows = (text: string): readonly (readonly string[])[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) => line.split('|').slice(1, -1));

test('the life of a click is ten steps, each with a verb, a link and a symbol that is in the file', () => {
  const steps = section(house, 'The life of a click')
    .split(/\n(?=\d+\. )/)
    .slice(1);
  expect(steps).toHaveLength(10);
  for (const step of steps) {
    expect(step).toMatch(/^\d+\. \*\*[A-Z][a-z]+\*\*/);
    const links = [...step.matchAll(/\[`(\w+)`\]\(([^)]+)\)/g)];
    expect(links.length, step).toBeGreaterThan(0);
    for (const [, symbol = '', path = ''] of links)
      expect(page(join('browse', path)), `${symbol} in ${path}`).toMatch(new RegExp(`\\b${symbol}\\b`));
  }
});

test.each(['browse/README.md', 'browse/INVARIANTS.md'])('every path that %s names exists', (name) => {
  const text = page(name);
  const paths = [...text.matchAll(/`((?:[a-z-]+\/)+(?:[\w.-]+\.(?:ts|c|md))?)`/g)].map(([, path = '']) => path);
  const links = [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, path = '']) => join(dirname(name), path));
  expect(paths.length + links.length).toBeGreaterThan(20);
  const there = (path: string): boolean =>
    [
      '',
      'browse',
      ...['protocol', 'domain', 'adapters', 'daemon', 'adapters/playwright', 'adapters/injected'].map((each) => `browse/${each}`),
    ].some((folder) => existsSync(join(ROOT, folder, path)));
  expect([...paths, ...links].filter((path) => !there(path))).toEqual([]);
});

test('every invariant names tests that exist', () => {
  const invariants = page('browse/INVARIANTS.md')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2);
  expect(invariants.length).toBeGreaterThan(50);
  for (const line of invariants) {
    const tests = [...line.matchAll(/`(test\/[^`]+)`/g)].map(([, path = '']) => path);
    expect(tests.length, line).toBeGreaterThan(0);
    expect(
      tests.filter((path) => !existsSync(join(ROOT, path))),
      line,
    ).toEqual([]);
  }
});

test('every question of "Where is ...?" has an answer', () => {
  expect(rows(section(house, 'Where is ...?'))).toHaveLength(10);
});

test('the glossary has ten words at most', () => {
  const words = rows(section(house, 'Glossary')).map(([word = '']) => word.trim());
  expect(words.length).toBeLessThanOrEqual(10);
  expect(new Set(words).size).toBe(words.length);
});

/** Of the page's side and the adapter's, each for its own side of the border. */
const TWINS = ['Around'];

test('no two files export a type or a class of the same name', () => {
  const exported = sources('browse').flatMap(({ path, text }) =>
    [...text.matchAll(/^export (?:abstract )?(?:type|interface|class) (\w+)/gm)].map(([, name = '']) => ({ name, path })),
  );
  expect(exported.length).toBeGreaterThan(300);
  const names = exported.map(({ name }) => name);
  expect(exported.filter(({ name }, at) => names.indexOf(name) !== at && !TWINS.includes(name))).toEqual([]);
});
