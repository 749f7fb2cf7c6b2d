/** Before any test: the generated code is what the sources say. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs `npm run gen`; a failure shows its output and stops the run. */
export default function setup(): void {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  execFileSync(`${root}/node_modules/.bin/bun`, ['run', 'tools/generate.ts', '--bundle'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}
