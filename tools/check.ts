/**
 * `npm run check`: generated files, types, lint, format, unused code, floors, tests; the one door before a change goes in.
 * With `--no-tests` without the last. A checker that looked at nothing has not passed: each step also says what it saw, and
 * fails below a least number. The exit status is the number of steps that failed. Runs under Bun.
 */
import { join } from 'node:path';
import { ROOT } from './root.ts';

type Step = {
  readonly name: string;
  readonly command: readonly string[];
  /** How many things it looked at, from its output; the step fails below `least`. */
  readonly saw: (output: string) => number;
  readonly least: number;
};

const firstNumber =
  (pattern: RegExp) =>
  (output: string): number =>
    Number(pattern.exec(output)?.[1] ?? 0);
const testsPassed = firstNumber(/Tests\s+(?:\S+ failed \| )?(\d+) passed/);
const ownLines = (output: string): number =>
  output.split('\n').filter((line) => line.startsWith(ROOT) && !line.includes('/node_modules/')).length;

const steps: readonly Step[] = [
  { name: 'generated', command: ['bun', 'run', 'tools/generate.ts', '--check'], saw: firstNumber(/^checked (\d+)/m), least: 1 },
  { name: 'types', command: ['tsc', '--listFiles'], saw: ownLines, least: 60 },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'], saw: firstNumber(/on (\d+) files/), least: 60 },
  { name: 'format', command: ['oxfmt', '--check', '.'], saw: firstNumber(/on (\d+) files/), least: 60 },
  {
    name: 'unused',
    command: ['knip', '--no-progress', '--treat-config-hints-as-errors', '--performance'],
    saw: firstNumber(/getImportsAndExports\s+(\d+)/),
    least: 60,
  },
  { name: 'floors', command: ['vitest', 'run', '--project', 'contract', 'floors', 'closure'], saw: testsPassed, least: 20 },
  { name: 'tests', command: ['vitest', 'run'], saw: testsPassed, least: 100 },
];

const wanted = process.argv.includes('--no-tests') ? steps.filter(({ name }) => name !== 'tests') : steps;
let failed = 0;
for (const step of wanted) {
  const started = performance.now();
  const [program, ...rest] = step.command;
  const run = Bun.spawnSync([join(ROOT, 'node_modules/.bin', program ?? ''), ...rest], {
    cwd: ROOT,
    env: { ...process.env, NO_COLOR: '1' },
  });
  const output = `${run.stdout.toString()}${run.stderr.toString()}`;
  const saw = step.saw(output);
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  if (run.success && saw >= step.least) {
    console.log(`ok    ${step.name.padEnd(10)} ${saw} checked, ${seconds} s`);
    continue;
  }
  failed += 1;
  console.log(`FAIL  ${step.name.padEnd(10)} ${run.success ? `looked at ${saw}, expected at least ${step.least}` : ''}\n${output}`);
}
process.exit(failed);
