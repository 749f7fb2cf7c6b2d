/** Runs a spec file with Playwright's own test runner, under Node and in the installed Chromium, in a project folder of its own. */
import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findExecutables } from '../../browse/adapters/playwright/executables.ts';

const MODULES = fileURLToPath(new URL('../../node_modules/', import.meta.url));

/** What the runner said of its tests. */
export type SpecRun = { readonly exit: number | null; readonly passed: number; readonly failed: number; readonly output: string };

/** Makes `folder` a project whose `@playwright/test` is the one that is installed here. */
export function specProject(folder: string): void {
  mkdirSync(join(folder, 'node_modules/@playwright'), { recursive: true });
  symlinkSync(join(MODULES, '@playwright/test'), join(folder, 'node_modules/@playwright/test'));
  const executablePath = findExecutables(true, process.env).found[0]?.path ?? '';
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  writeFileSync(
    join(folder, 'playwright.config.ts'),
    `export default { testDir: '.', timeout: 60_000, expect: { timeout: 8_000 }, workers: 1, reporter: 'json', use: { actionTimeout: 8_000, launchOptions: ${JSON.stringify({ executablePath, chromiumSandbox: false })} } };\n`,
  );
}

/** Runs one file of the project. */
export async function runSpec(folder: string, file: string, env: Readonly<Record<string, string>> = {}): Promise<SpecRun> {
  const cli = join(MODULES, '@playwright/test/cli.js');
  const child = spawn(process.execPath, [cli, 'test', file], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, TMPDIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const exit = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const said = /"stats":\s*(\{[^}]*\})/.exec(output)?.[1];
  const { expected = 0, unexpected = 0 } = said === undefined ? {} : (JSON.parse(said) as { expected?: number; unexpected?: number });
  return { exit, passed: expected, failed: unexpected, output };
}
