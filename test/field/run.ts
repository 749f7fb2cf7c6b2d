/**
 * `npm run field [-- PATTERN ...]`: fetches this folder's packages when its lockfile asks for others, builds the binary
 * and the pages, and runs the tests whose files match. `BROWSE_TEST_BINARY` names another binary. Runs under Bun.
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

const HERE = import.meta.dir;
const ROOT = join(HERE, '../..');
const BIN = join(ROOT, 'node_modules/.bin');

/** Runs one step; its failure is ours. */
function step(command: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): void {
  const { exitCode } = Bun.spawnSync([...command], {
    cwd,
    env: { ...process.env, PATH: `${BIN}:${process.env['PATH'] ?? ''}`, ...env },
    stdio: ['inherit', 'inherit', 'inherit'],
  });
  if (exitCode !== 0) process.exit(exitCode ?? 1);
}

const installed = join(HERE, 'node_modules/.package-lock.json');
const stale = !existsSync(installed) || statSync(installed).mtimeMs < statSync(join(HERE, 'package-lock.json')).mtimeMs;
if (stale) step(['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], HERE);

const given = process.env['BROWSE_TEST_BINARY'];
if (given === undefined) step(['npm', 'run', '--silent', 'build'], ROOT);
step(['bun', 'run', 'bundle.ts'], HERE);

const patterns = process.argv.slice(2);
step(['vitest', 'run', '--config', join(HERE, 'vitest.config.ts'), ...patterns], HERE, {
  BROWSE_TEST_BINARY: given ?? join(ROOT, 'dist/browse'),
});
