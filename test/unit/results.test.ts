import { expect, test } from 'vitest';
import { reportText } from '../../browse/commands/results.ts';
import { succeeded } from '../../browse/protocol/results.ts';
import { testWord } from '../../browse/domain/unit-tests.ts';
import type { RunReport, TestResult } from '../../browse/protocol/results.ts';

const passed: TestResult = {
  file: '/home/ada/shop/cart.spec.ts',
  line: 3,
  title: ['cart', 'adds a book'],
  project: null,
  outcome: 'passed',
  durationMs: 12.4,
  retries: 0,
  errors: [],
  attachments: [],
};
const report = (...results: readonly TestResult[]): RunReport => ({ results, errors: [], durationMs: 1234, notes: [] });

test('a run prints a line per test, what failed with its place and source, and the count', () => {
  const failed: TestResult = {
    ...passed,
    line: 9,
    title: ['pays'],
    project: 'chromium',
    outcome: 'failed',
    retries: 2,
    errors: [{ message: 'Expected: 1\nReceived: 2', at: { file: '/home/ada/shop/pay.ts', line: 4, column: 7 }, source: '> 4 | expect(1)' }],
    attachments: [{ name: 'trace', path: '/tmp/a/trace.zip' }],
  };
  const text = reportText(report(passed, failed, { ...passed, outcome: 'skipped' }), '/home/ada/shop');
  expect(text.split('\n')).toEqual([
    '✓ cart.spec.ts:3 cart › adds a book (12ms)',
    '✗ cart.spec.ts:9 [chromium] pays (2 retries, 12ms)',
    '  Expected: 1',
    '  Received: 2',
    '  at pay.ts:4:7',
    '  > 4 | expect(1)',
    '  [trace: /tmp/a/trace.zip]',
    '- cart.spec.ts:3 cart › adds a book (skipped)',
    '1 passed, 1 failed, 1 skipped (1.2s)',
  ]);
});

test('neither a name nor a message of a test can forge a line or steer the terminal', () => {
  const hostile = {
    ...passed,
    title: ['x\n✓ forged\u001B[2J'],
    errors: [{ message: '\u001B]0;title\u0007 a\nb', at: null, source: null }],
  };
  const lines = reportText(report(hostile), '/').split('\n');
  expect(lines[0]).toContain(String.raw`x\n✓ forged\u001b[2J`);
  expect(lines.slice(1, 3)).toEqual([String.raw`  \u001b]0;title\u0007 a`, '  b']);
});

test('a run succeeds when nothing failed; an error outside of tests is a failure', () => {
  expect(succeeded(report(passed, { ...passed, outcome: 'flaky' }, { ...passed, outcome: 'skipped' }))).toBe(true);
  for (const outcome of ['failed', 'timed-out', 'interrupted'] as const)
    expect(succeeded(report(passed, { ...passed, outcome }))).toBe(false);
  const broken = { ...report(passed), errors: [{ message: 'no', at: null, source: null }] };
  expect(succeeded(broken)).toBe(false);
  expect(reportText(broken, '/')).toContain('✗ outside of any test\n  no\n1 passed, 1 error outside of tests (1.2s)');
});

test('of a hundred tests and more, a file of which all passed is one line; nothing else is left out', () => {
  const many = Array.from({ length: 99 }, (_, at) => ({ ...passed, title: [`t${at}`], durationMs: 1 }));
  const beside = { ...passed, file: '/home/ada/shop/pay.spec.ts' };
  const text = (...more: readonly TestResult[]): readonly string[] => reportText(report(...many, ...more), '/home/ada/shop').split('\n');
  expect(text()).toHaveLength(100);
  expect(text(beside, { ...beside, outcome: 'skipped' })).toEqual([
    '✓ cart.spec.ts 99 passed (99ms)',
    '✓ pay.spec.ts:3 cart › adds a book (12ms)',
    '- pay.spec.ts:3 cart › adds a book (skipped)',
    '100 passed, 1 skipped (1.2s)',
  ]);
  expect(text({ ...beside, project: 'b' }).slice(0, 2)).toEqual(['✓ cart.spec.ts 99 passed (99ms)', '✓ pay.spec.ts [b] 1 passed (12ms)']);
});

test('what tests printed is under a line that says who, and can neither forge a line nor steer the terminal', () => {
  const output = (text: string, title: readonly string[] = ['cart', 'adds']) => ({
    file: passed.file,
    title,
    stream: 'stdout' as const,
    text,
  });
  const lines = reportText(
    { ...report(passed), output: [output('one\n'), output('✓ forged\u001B[2J\n'), output('x', [])] },
    '/home/ada/shop',
  );
  expect(lines.split('\n').slice(1, -1)).toEqual([
    'stdout | cart.spec.ts | cart › adds',
    '  one',
    String.raw`  ✓ forged\u001b[2J`,
    'stdout | cart.spec.ts',
    '  x',
  ]);
});

test('what a process that runs tests says counts only as far as it is what it must be', () => {
  const error = { message: 'no', at: { file: '/a', line: 1, column: 2 }, source: null };
  const whole: RunReport = { ...report({ ...passed, errors: [error] }), errors: [error], notes: ['one'], output: [] };
  const words = [
    { kind: 'ready', version: '5.1.1' },
    { kind: 'refused', refusal: { why: 'too-old', version: '1', least: '2' } },
    { kind: 'refused', refusal: { why: 'config', message: 'no', at: { file: '/a', line: null, column: null } } },
    { kind: 'stale', reason: 'x' },
    { kind: 'none', of: 'files', files: 0 },
    { kind: 'report', report: whole, spent: null },
  ];
  expect(words.map(testWord)).toEqual(words);
  const wrong = [
    null,
    'ready',
    { kind: 'ready' },
    { kind: 'refused', refusal: { why: 'config', message: 'no', at: 'here' } },
    { kind: 'none', of: 'all', files: 0 },
    { kind: 'report', report: null, spent: null },
    { kind: 'report', report: { ...whole, results: [{ ...passed, outcome: 'won' }] }, spent: null },
    { kind: 'report', report: { ...whole, errors: [{ message: 1 }] }, spent: null },
    { kind: 'report', report: { ...whole, output: [{ file: null, title: [], stream: 'stdin', text: '' }] }, spent: null },
  ];
  expect(wrong.map(testWord)).toEqual(wrong.map(() => null));
});
