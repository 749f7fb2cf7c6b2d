/** Runs a spec file with Playwright's own test runner, under Node and in the installed Chromium, in a project folder of its own. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findExecutables } from '../../browse/adapters/playwright/launch/executables.ts';
import { installRunner } from './spec-project.ts';

const require = createRequire(import.meta.url);
const PACKAGE = dirname(require.resolve('@playwright/test/package.json'));

/** What the runner said: of each file, `passed` or what failed in it. */
export type SpecRun = { readonly exit: number | null; readonly files: Readonly<Record<string, string>>; readonly output: string };
type Report = {
  readonly suites?: readonly {
    readonly file: string;
    readonly specs: readonly {
      readonly ok: boolean;
      readonly tests: readonly { readonly results: readonly { readonly error?: { readonly message?: string } }[] }[];
    }[];
  }[];
};

/** Makes `folder` a project whose `@playwright/test` is the one that is installed here. */
export function specProject(folder: string): void {
  installRunner(folder);
  const executablePath = findExecutables(true, process.env).found[0]?.path ?? '';
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  writeFileSync(
    join(folder, 'playwright.config.ts'),
    `export default { testDir: '.', timeout: 60_000, expect: { timeout: 8_000 }, workers: 1, reporter: 'json', use: { actionTimeout: 8_000, launchOptions: ${JSON.stringify({ executablePath, chromiumSandbox: false })} } };\n`,
  );
}

/** Runs all specs of the project. */
export async function runSpecs(folder: string, env: Readonly<Record<string, string>>): Promise<SpecRun> {
  const child = spawn(process.execPath, [join(PACKAGE, 'cli.js'), 'test'], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, TMPDIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const exit = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const { suites = [] } = output.startsWith('{') ? (JSON.parse(output) as Report) : {};
  const files = suites.map(({ file, specs }): [string, string] => {
    const failures = specs.filter(({ ok }) => !ok).flatMap(({ tests }) => tests.flatMap(({ results }) => results));
    return [file, specs.every(({ ok }) => ok) && specs.length > 0 ? 'passed' : failures.map(({ error }) => error?.message ?? '').join()];
  });
  return { exit, files: Object.fromEntries(files), output: output + errors };
}
