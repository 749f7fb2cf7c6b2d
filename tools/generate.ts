/**
 * `npm run gen`: writes what is derived from the sources. With `--check` it writes nothing and fails on a difference
 * in what is committed; with `--bundle` only the scripts for pages and workers are made, for tests. Runs under Bun.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.ts';

const INJECTED = join(ROOT, 'browse/adapters/injected');
const RUNNER = join(ROOT, 'browse/adapters/runner');
const VITEST = join(ROOT, 'browse/adapters/vitest');
const check = process.argv.includes('--check');

/** One script: for the page an expression without module syntax, so that it can be evaluated as it is; for Node a module of either kind. */
async function bundle(entry: string, target: 'browser' | 'node' = 'browser', format: 'iife' | 'esm' | 'cjs' = 'iife'): Promise<string> {
  const result = await Bun.build({ entrypoints: [entry], target, format, minify: target === 'browser' });
  const [script] = result.outputs;
  if (!result.success || script === undefined)
    throw new Error(`cannot bundle ${entry}: ${result.logs.map((log) => log.message).join('\n')}`);
  return script.text();
}

/** Replaces a file in one step, so that a test run beside us never reads half of it; leaves an equal one alone. */
function write(path: string, text: string): boolean {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return false;
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, text);
  renameSync(fresh, path);
  return true;
}

const guard = await bundle(join(INJECTED, 'guard/guard-entry.ts'));
const world = await bundle(join(INJECTED, 'world-entry.ts'));
write(
  join(INJECTED, 'bundle.gen.ts'),
  [
    '/** Made by `npm run gen` from the entries beside it; not committed. */',
    '/** Runs at document start, before any script of the page. */',
    `export const GUARD: string = ${JSON.stringify(guard)};`,
    '/** Evaluated once per document, before its first use; installs `globalThis.__browse`. */',
    `export const WALK: string = ${JSON.stringify(world)};`,
    '',
  ].join('\n'),
);
write(
  join(VITEST, 'bundle.gen.ts'),
  [
    '/** Made by `npm run gen` from the entry beside it; not committed. */',
    "/** Run by a project's own Node in the project's root folder. */",
    `export const TEST_WORKER: string = ${JSON.stringify(await bundle(join(VITEST, 'worker-entry.ts'), 'node', 'esm'))};`,
    '',
  ].join('\n'),
);

write(
  join(RUNNER, 'bundle.gen.ts'),
  [
    '/** Made by `npm run gen` from the entry beside it; not committed. */',
    "/** Runs under the caller's Node, beside his Playwright. */",
    `export const RUNNER: string = ${JSON.stringify(await bundle(join(RUNNER, 'runner-entry.ts'), 'node', 'cjs'))};`,
    '/** Playwright knows a reporter by its file. */',
    `export const REPORTER: string = "module.exports = globalThis[Symbol.for('browse.reporter')];";`,
    '',
  ].join('\n'),
);

const commands = async () => (await import('../browse/commands/index.ts')).COMMANDS;
const documents: readonly { path: string; text: () => Promise<string> }[] = [
  { path: 'docs/commands.md', text: async () => (await import('../browse/derive/markdown.ts')).commandsMarkdown(await commands()) },
  { path: 'docs/errors.md', text: async () => (await import('../browse/derive/markdown.ts')).errorsMarkdown() },
  { path: 'docs/log.md', text: async () => (await import('./log-schema.ts')).logMarkdown() },
];
let different = 0;
for (const document of process.argv.includes('--bundle') ? [] : documents) {
  const path = join(ROOT, document.path);
  const text = await document.text();
  if (!check) {
    if (write(path, text)) console.log(`wrote ${document.path}`);
  } else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
    console.error(`${document.path} is not what the sources say. Run: npm run gen`);
    different += 1;
  }
}
if (check) console.log(`checked ${documents.length + 1} files`);
if (different > 0) process.exit(1);
