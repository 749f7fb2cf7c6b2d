/**
 * Before the end-to-end tests: one binary of exactly these sources, built in a copy of the tree that is deleted before
 * the first test runs it. So every one of them shows that the binary needs neither the sources nor node_modules.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Builds unless `BROWSE_TEST_BINARY` names one to test; the workers inherit the variable. */
export default function setup(): (() => void) | undefined {
  if (process.env['BROWSE_TEST_BINARY']) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'browse-build-'));
  const tree = join(folder, 'tree');
  const binary = join(folder, 'browse');
  for (const name of ['browse', 'tools', 'package.json', 'package-lock.json', 'tsconfig.json', ...dependencies()]) {
    cpSync(join(ROOT, name), join(tree, name), { recursive: true });
  }
  execFileSync(join(ROOT, 'node_modules/.bin/bun'), ['run', 'tools/build.ts', '--outfile', binary], {
    cwd: tree,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  rmSync(tree, { recursive: true });
  process.env['BROWSE_TEST_BINARY'] = binary;
  return () => {
    delete process.env['BROWSE_TEST_BINARY'];
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Folders of the packages that go into the binary, from the lock file. */
function dependencies(): readonly string[] {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; optional?: boolean }>;
  };
  return Object.entries(lock.packages)
    .filter(([path, { dev, optional }]) => path !== '' && !dev && !optional)
    .map(([path]) => path);
}
