/** What is decided of runs without a process: which file is a spec, who may join, which environments are alike, what is believed. */
import { describe, expect, test } from 'vitest';
import { isSpec } from '../../browse/domain/spec-kind.ts';
import { joins } from '../../browse/daemon/runs/spec-install.ts';
import { SpecReport } from '../../browse/daemon/runs/spec-report.ts';
import { alike } from '../../browse/daemon/runs/spec-workers.ts';
import { succeeded } from '../../browse/protocol/results.ts';
import type { TestOutput } from '../../browse/protocol/results.ts';
import { specWord } from '../../browse/domain/messages/specs.ts';

test.each([
  ['a.spec.ts', '', true],
  ['a.test.mjs', '', true],
  ['a.ts', `import { test } from '@playwright/test';`, true],
  ['a.ts', `import { expect, test as base } from "playwright/test";`, true],
  ['a.cjs', `const { test } = require('@playwright/test');`, true],
  ['a.ts', `import { expect, test } from './fixtures';`, true],
  ['a.ts', `import type { Page } from '@playwright/test';\nexport default async () => 1;`, false],
  ['a.ts', `// import { test } from '@playwright/test'\nexport default 1;`, false],
  ['specs.ts', `console.log('test')`, false],
])('%s with %j: a spec is %s', (path, text, expected) => {
  expect(isSpec(path, text)).toBe(expected);
});

test.each([
  ['1.60.0', false],
  ['1.61.0', true],
  ['1.65.1', true],
  ['1.66.0', false],
  ['2.1.0', false],
  ['', false],
])('Playwright %s joins the warm browser: %s', (version, expected) => {
  expect(joins(version)).toBe(expected);
});

test('environments are alike when what counts while modules load is the same', () => {
  const env = { HOME: '/h', NODE_OPTIONS: '--import x', TOKEN: 'a' };
  expect(alike(env, { ...env, TOKEN: 'b', MORE: 'c' })).toBe(true);
  expect(alike(env, { ...env, NODE_OPTIONS: '' })).toBe(false);
  expect(alike(env, { ...env, DEBUG: 'pw:api' })).toBe(false);
  expect(alike({ ...env, PWDEBUG: '1' }, env)).toBe(false);
});

const RESULT = {
  file: '/a',
  line: 1,
  title: ['t'],
  project: null,
  outcome: 'passed',
  durationMs: 1,
  retries: 0,
  errors: [],
  attachments: [],
};

test.each([
  [null],
  ['warm'],
  [{ kind: 'unheard of' }],
  [{ kind: 'begin', tests: '3' }],
  [{ kind: 'test', id: 'x', result: { ...RESULT, outcome: 'splendid' } }],
  [{ kind: 'test', id: 'x', result: { ...RESULT, errors: [{ message: 1 }] } }],
  [{ kind: 'test', id: 'x', result: { ...RESULT, attachments: [{ name: 'a' }] } }],
  [{ kind: 'output', file: null, title: 'x', stream: 'stdout', text: '' }],
  [{ kind: 'look', id: 1.5, page: 'p', file: 'f' }],
  [{ kind: 'error', error: { message: 'x', at: { file: 'f' }, source: null } }],
])('%j is no word of a runner', (value) => {
  expect(specWord(value)).toBeNull();
});

describe('a report', () => {
  const piece = (text: string, title = 't'): TestOutput => ({ file: '/a', title: [title], stream: 'stdout', text });

  test('keeps the last word on each test, in the order in which they were first told', () => {
    const report = new SpecReport();
    for (const [id, outcome] of [
      ['a', 'failed'],
      ['b', 'passed'],
      ['a', 'flaky'],
    ] as const)
      report.hear({ kind: 'test', id, result: { ...RESULT, title: [id], outcome } });
    expect(report.report(1).results.map(({ title, outcome }) => [...title, outcome])).toEqual([
      ['a', 'flaky'],
      ['b', 'passed'],
    ]);
  });

  test('joins what one test prints, and loses the oldest of a flood, which it says', () => {
    const report = new SpecReport();
    report.print(piece('a'));
    report.print(piece('b'));
    report.print(piece('c', 'other'));
    expect(report.report(1).output?.map(({ text }) => text)).toEqual(['ab', 'c']);
    for (let n = 0; n < 1000; n += 1) report.print(piece('x'.repeat(1000)));
    const { output = [], notes } = report.report(1);
    const kept = output.reduce((sum, { text }) => sum + text.length, 0);
    expect(kept).toBeLessThanOrEqual(200_000);
    expect(notes).toEqual([`Of what was printed the first ${1_000_003 - kept} characters are left out`]);
  });

  test('is no success while a test has no result', () => {
    const report = new SpecReport();
    report.hear({ kind: 'begin', tests: 2 });
    report.hear({ kind: 'test', id: 'a', result: { ...RESULT, title: ['a'], outcome: 'passed' } });
    report.settle();
    expect(succeeded(report.report(1))).toBe(false);
    expect(report.report(1).errors.map(({ message }) => message)).toEqual(['1 of 2 tests came to no result']);
  });

  test('of a file that does not load tells why, not that there are no tests', () => {
    const report = new SpecReport();
    report.error({ message: 'SyntaxError', at: null, source: null });
    report.error({ message: 'Error: No tests found.', at: null, source: null });
    expect(report.report(1).errors.map(({ message }) => message)).toEqual(['SyntaxError']);
  });
});
