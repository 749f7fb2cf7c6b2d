/**
 * `npm run mutate [-- --mutants N --seed S --file PART]`: breaks one line of a copy of the sources at a time and runs the tests that
 * import it. A mutation that no test notices survives, and is printed with its line. Not part of CI: a mutant takes seconds.
 * Runs under Bun.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseSync, Visitor } from 'oxc-parser';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** The rooms whose rules must not change unnoticed. */
const ROOMS = /^browse\/(?:domain|daemon\/(?:dispatch|sessions|server))\//;
/** What a test run needs of the tree. */
const COPIED = ['browse', 'test', 'tools', 'docs', 'package.json', 'tsconfig.json', 'vitest.config.ts', 'README.md'];
/** Milliseconds after which a mutant counts as noticed: it hangs. */
const LATE = 120_000;

type Mutation = { readonly path: string; readonly start: number; readonly end: number; readonly text: string; readonly line: number };

const OPPOSITE: Readonly<Record<string, string>> = {
  '===': '!==',
  '!==': '===',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '&&': '||',
  '||': '&&',
  '??': '&&',
  '+': '-',
  '-': '+',
};

/** Every mutation of one file: conditions, operators, literals that are true or false, and calls whose result is not used. */
function mutationsOf(path: string): readonly Mutation[] {
  const source = readFileSync(join(ROOT, path), 'utf8');
  const found: Mutation[] = [];
  const lineAt = (at: number): number => source.slice(0, at).split('\n').length;
  const add = (start: number, end: number, text: string): void => void found.push({ path, start, end, text, line: lineAt(start) });
  const operator = (left: { end: number }, right: { start: number }, sign: string): void => {
    const at = source.indexOf(sign, left.end);
    const other = OPPOSITE[sign];
    if (other !== undefined && at !== -1 && at < right.start) add(at, at + sign.length, other);
  };
  new Visitor({
    IfStatement: ({ test }) => add(test.start, test.end, `!(${source.slice(test.start, test.end)})`),
    ConditionalExpression: ({ test }) => add(test.start, test.end, `!(${source.slice(test.start, test.end)})`),
    BinaryExpression: ({ left, right, operator: sign }) => operator(left, right, sign),
    LogicalExpression: ({ left, right, operator: sign }) => operator(left, right, sign),
    Literal: ({ start, end, value }) => {
      if (typeof value === 'boolean') add(start, end, String(!value));
    },
    ExpressionStatement: ({ start, end, expression }) => {
      if (expression.type === 'CallExpression' || expression.type === 'AwaitExpression') add(start, end, ';');
    },
  }).visit(parseSync(path, source).program);
  return found;
}

/** A small generator of numbers from 0 to 1: the same seed draws the same mutants. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const { values } = parseArgs({
  options: {
    mutants: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    file: { type: 'string', default: '' },
  },
});
const tracked = Bun.spawnSync(['git', 'ls-files', 'browse'], { cwd: ROOT }).stdout.toString().split('\n');
const files = tracked.filter((path) => ROOMS.test(path) && path.endsWith('.ts') && path.includes(values.file));
const all = files.flatMap(mutationsOf);
if (all.length === 0) throw new Error(`no mutation of ${values.file}: looked at ${files.length} files`);
const next = random(Number(values.seed));
const chosen = all
  .map((mutation) => ({ mutation, at: next() }))
  .toSorted((a, b) => a.at - b.at)
  .slice(0, Number(values.mutants))
  .map(({ mutation }) => mutation);

const folder = mkdtempSync(join(tmpdir(), 'browse-mutate-'));
const survivors: Mutation[] = [];
try {
  for (const name of COPIED) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const [count, mutation] of chosen.entries()) {
    const { path, start, end, text, line } = mutation;
    const source = readFileSync(join(ROOT, path), 'utf8');
    writeFileSync(join(folder, path), source.slice(0, start) + text + source.slice(end));
    const run = Bun.spawnSync(
      [
        join(ROOT, 'node_modules/.bin/vitest'),
        'related',
        path,
        '--run',
        '--bail=1',
        '--project=unit',
        '--project=daemon',
        '--passWithNoTests',
      ],
      { cwd: folder, timeout: LATE, stdout: 'ignore', stderr: 'ignore' },
    );
    writeFileSync(join(folder, path), source);
    const survived = run.exitCode === 0;
    if (survived) survivors.push(mutation);
    const was = source.slice(start, end).split('\n')[0];
    if (survived) console.log(`survived ${path}:${line} ${JSON.stringify(was)} → ${JSON.stringify(text.split('\n')[0])}`);
    else if (count % 10 === 9) console.log(`${count + 1} of ${chosen.length}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${chosen.length - survivors.length} of ${chosen.length} mutants were noticed (seed ${values.seed}, ${all.length} possible)`);
