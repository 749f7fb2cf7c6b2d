/** The error table: every hint is a command line that parses, every sentence one line, every code somebody's test. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../browse/commands/index.ts';
import { parses, reader } from '../../browse/derive/program.ts';
import { BrowseError, ERRORS, errorLine } from '../../browse/protocol/errors.ts';
import type { ErrorCode, ErrorData } from '../../browse/protocol/errors.ts';
import { sources } from '../support/sources.ts';

const read = reader(COMMANDS);
const CODES = Object.keys(ERRORS) as ErrorCode[];

/** What a sentence could be about; a number where one is meant. */
const SAMPLE: Readonly<Record<string, unknown>> = new Proxy(
  {
    tab: 2,
    ms: 500,
    pid: 123,
    count: 7,
    typed: 1,
    total: 2,
    limit: 5,
    hint: undefined,
    example: 'browse cookie a=b --origin https://example.com',
    outcome: 'may have run',
    first: ['@e1 [button] "A"'],
    allowed: ['/a', '/b'],
    searched: ['/x'],
    options: ['"A"'],
    url: 'https://example.com/?a=b c&d',
  } as Record<string, unknown>,
  { get: (target, name) => (name in target ? target[String(name)] : `some ${String(name)}`) },
);

test.each(CODES)('%s is one line, ends in no period, and its hint parses', (code) => {
  const error = new BrowseError(code, SAMPLE as ErrorData<typeof code>);
  expect(error.message).toMatch(/^[^\n]*[^\n.]$/);
  expect(errorLine(error.body()).split('\n')).toHaveLength(1);
  if (error.hint !== null) expect(parses(read, error.hint), error.hint).toBe(true);
  expect([1, 2, 3, 4, 5, 70, 130]).toContain(error.exit);
});

test('every hint that is written where it is thrown parses too', () => {
  const hints = sources('browse').flatMap(({ path }) => {
    const text = readFileSync(join(fileURLToPath(new URL('../../', import.meta.url)), path), 'utf8');
    return [...text.matchAll(/hint: (?:'([^'\n]+)'|`([^`\n]+)`)/g)].map((match) => ({
      path,
      hint: match[1] ?? (match[2] ?? '').replace(/\$\{ms[^}]*\}/g, '500').replace(/\$\{[^}]+\}/g, 'url'),
    }));
  });
  expect(hints.length).toBeGreaterThan(20);
  expect(hints.filter(({ hint }) => !parses(read, hint))).toEqual([]);
});

/** The parts of a sentence that are the same whatever it is about. */
function fixedParts(code: ErrorCode): readonly string[] {
  const named = new Proxy(
    {},
    {
      get: (_, name) =>
        name === 'first' || name === 'allowed' || name === 'searched' || name === 'options' ? ['\uE000'] : name === 'count' ? 1 : '\uE000',
    },
  );
  return new BrowseError(code, named as ErrorData<typeof code>).message
    .split(/"?\uE000"?/)
    .map((part) => part.trim())
    .filter((part) => part.length > 5);
}

test('every code is produced by some test: it is named there, or its sentence is', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const tests = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.test.ts') && !name.endsWith('contract/errors.test.ts'),
  );
  expect(tests.length).toBeGreaterThan(10);
  const text = tests.map((name) => readFileSync(join(root, name), 'utf8').replaceAll('\\', '')).join('\n');
  const produced = (code: ErrorCode): boolean => text.includes(`'${code}'`) || fixedParts(code).some((part) => text.includes(part));
  expect(CODES.filter((code) => !produced(code))).toEqual([]);
});
