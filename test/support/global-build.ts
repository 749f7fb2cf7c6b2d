/** Before the end-to-end tests: one binary of exactly these sources, in a folder of this run. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Builds unless `BROWSE_TEST_BINARY` names one to test; the workers inherit the variable. */
export default function setup(): (() => void) | undefined {
  if (process.env['BROWSE_TEST_BINARY']) return undefined;
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'browse-build-'));
  const binary = join(folder, 'browse');
  execFileSync(`${root}/node_modules/.bin/bun`, ['run', 'build.ts', '--outfile', binary], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  process.env['BROWSE_TEST_BINARY'] = binary;
  return () => {
    delete process.env['BROWSE_TEST_BINARY'];
    rmSync(folder, { recursive: true, force: true });
  };
}
