/** The error table: every hint is a command line that parses, every sentence one line, every code somebody's test. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../browse/commands/index.ts';
import { hintBeside } from '../../browse/daemon/dispatch/hints.ts';
import { shellWords } from '../../browse/base/words.ts';
import { parses, reader } from '../../browse/derive/program.ts';
import { CONFIG_FAILURES } from '../../browse/protocol/failures/config.ts';
import { NAVIGATION_FAILURES } from '../../browse/protocol/failures/navigation.ts';
import { PAGE_FAILURES } from '../../browse/protocol/failures/page.ts';
import { PROGRAM_FAILURES } from '../../browse/protocol/failures/program.ts';
import { RUN_FAILURES } from '../../browse/protocol/failures/run.ts';
import { TEST_FAILURES } from '../../browse/protocol/failures/test.ts';
import { BrowseError, ERRORS, errorLine } from '../../browse/protocol/errors.ts';
import type { ErrorCode, ErrorData } from '../../browse/protocol/errors.ts';
import { sources } from '../support/sources.ts';

const read = reader(COMMANDS);
const CODES = Object.keys(ERRORS) as ErrorCode[];

/** What a sentence could be about; a number where one is meant. */
const SAMPLE: Readonly<Record<string, unknown>> = new Proxy(
  {
    tab: 2,
    port: 9222,
    ms: 500,
    pid: 123,
    count: 7,
    typed: 1,
    total: 2,
    limit: 5,
    hint: undefined,
    look: 'browse snapshot -i',
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
  expect(error.hint === null || parses(read, error.hint), String(error.hint)).toBe(true);
  expect([1, 2, 3, 4, 5, 70, 130]).toContain(error.exit);
});

/** Every command line that could have failed: the examples of all commands, and every hint. */
const LINES: readonly string[] = [
  ...COMMANDS.flatMap(({ examples }) => examples),
  ...CODES.flatMap((code) => new BrowseError(code, SAMPLE as ErrorData<typeof code>).hint ?? []),
];

// B13
test('whatever failed, the hint is another command, and still one that parses', () => {
  expect(LINES.length).toBeGreaterThan(150);
  for (const code of CODES) {
    const { hint } = new BrowseError(code, SAMPLE as ErrorData<typeof code>);
    for (const line of LINES) {
      const told = hintBeside((argv) => read.parse(argv), hint, shellWords(line)?.slice(1) ?? []);
      if (told === null) continue;
      expect(told, `${code} of ${line}`).not.toBe(line);
      expect(parses(read, told), told).toBe(true);
    }
  }
});

test.each([
  ['the same by another name', 'browse closetab', ['tab', 'close'], 'browse tabs'],
  ['the same with global flags', 'browse tabs', ['tabs', '--json', '--session', 'a'], 'browse status'],
  ['another flag of it', 'browse stop --force', ['stop'], 'browse stop --force'],
  ['another operand of it', 'browse goto https://b.test', ['goto', 'https://a.test'], 'browse goto https://b.test'],
])('a hint that is %s', (_, hint, failed, told) => {
  expect(hintBeside((argv) => read.parse(argv), hint, failed)).toBe(told);
});

test('no code is in two tables, of which one would count', () => {
  const tables = [NAVIGATION_FAILURES, PAGE_FAILURES, CONFIG_FAILURES, PROGRAM_FAILURES, RUN_FAILURES, TEST_FAILURES].flatMap((table) =>
    Object.keys(table),
  );
  expect(tables.toSorted()).toEqual(CODES.toSorted());
});

test('every hint that is written where it is thrown parses too', () => {
  const hints = sources('browse').flatMap(({ path }) => {
    const text = readFileSync(join(fileURLToPath(new URL('../../', import.meta.url)), path), 'utf8');
    return [...text.matchAll(/hint: (?:'([^'\n]+)'|`([^`\n]+)`)/g)].map((match) => ({
      path,
      hint:
        match[1] ??
        (match[2] ?? '')
          .replace(/\$\{ms[^}]*\}/g, '500')
          .replaceAll('${port}', '9222')
          .replace(/\$\{[^}]+\}/g, 'url'),
    }));
  });
  expect(hints.length).toBeGreaterThan(20);
  expect(hints.filter(({ hint }) => !parses(read, hint))).toEqual([]);
});

/** Three words in a row that a sentence has whatever it is about. */
function phrases(code: ErrorCode): readonly string[] {
  const lists = new Set<string | symbol>(['first', 'allowed', 'searched', 'options']);
  const named = new Proxy({}, { get: (_, name) => (lists.has(name) ? ['\uE000'] : name === 'count' ? 1 : '\uE000') });
  const parts = new BrowseError(code, named as ErrorData<typeof code>).message.split(/"?\uE000"?/).map((part) => part.trim().split(/\s+/));
  const rows = parts.flatMap((words) => (words.length < 3 ? [words] : words.slice(2).map((_, at) => words.slice(at, at + 3))));
  return rows.map((words) => words.join(' ')).filter((phrase) => phrase.length > 5);
}

test('every code is produced by some test: it is named there, or words that only its sentence has', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const tests = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.test.ts') && !name.endsWith('contract/errors.test.ts') && !name.startsWith('field'),
  );
  expect(tests.length).toBeGreaterThan(10);
  const text = tests.map((name) => readFileSync(join(root, name), 'utf8').replaceAll('\\', '')).join('\n');
  const all = CODES.flatMap(phrases);
  const alone = (phrase: string): boolean => all.indexOf(phrase) === all.lastIndexOf(phrase);
  const produced = (code: ErrorCode): boolean =>
    text.includes(`'${code}'`) || phrases(code).some((phrase) => alone(phrase) && text.includes(phrase));
  expect(CODES.filter((code) => !produced(code))).toEqual([]);
});
