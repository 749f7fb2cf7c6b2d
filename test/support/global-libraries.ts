/** Before the browser tests: the component libraries are there, if a test of this run needs them. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ROOT } from './sources.ts';

/** What was asked for on the command line; vitest keeps it to itself in its types. */
type Filters = { readonly filenamePattern?: readonly string[] };

/** Fetches them where they are missing, which is said in one line; a failure stops the run. */
export default async function setup(project: TestProject): Promise<void> {
  const { filenamePattern = [] } = project.vitest as unknown as Filters;
  const { testFiles } = await project.globTestFiles([...filenamePattern]);
  if (!testFiles.some((path) => path.endsWith('/library-agreement.test.ts'))) return;
  execFileSync(join(ROOT, 'node_modules/.bin/bun'), ['run', 'tools/libraries.ts'], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
}
