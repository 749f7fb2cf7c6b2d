/** A project with specs in a user's folder: Playwright's own runner is found from it, as after `npm install`. */
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findExecutables } from '../../browse/adapters/playwright/launch/executables.ts';
import { chromium } from 'playwright';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The specs in `test/specs`, which both runners are held to. */
export function copySpecs(folder: string): void {
  cpSync(join(ROOT, 'test/specs'), folder, { recursive: true });
  installRunner(folder);
}

/** `node_modules` with the runner of this repository in it. */
export function installRunner(folder: string): void {
  for (const name of ['@playwright/test', 'playwright', 'playwright-core']) {
    const target = join(folder, 'node_modules', name);
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), target);
  }
  // For npx.
  mkdirSync(join(folder, 'node_modules/.bin'));
  symlinkSync('../@playwright/test/cli.js', join(folder, 'node_modules/.bin/playwright'));
}

/** Files of a project, by their names. */
export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** One test as both runners tell of it. */
export type Told = { readonly file: string; readonly title: string; readonly outcome: string; readonly retries: number };

type Suite = {
  readonly file: string;
  readonly title: string;
  readonly suites?: readonly Suite[];
  readonly specs: readonly {
    readonly title: string;
    readonly tests: readonly {
      readonly status: string;
      readonly results: readonly { readonly status: string; readonly retry: number }[];
    }[];
  }[];
};

/** A folder in which Playwright finds the browser of this machine as if it had fetched it. */
export function browsersFor(folder: string): string {
  const browsers = join(folder, 'ms-playwright');
  const full = chromium.executablePath();
  const [, build = '', rest = ''] = /chromium-(\d+)[/\\](.*)$/.exec(full) ?? [];
  const shell = join(
    `chromium_headless_shell-${build}`,
    rest.replace(/^chrome-(\w+)[/\\].*$/, 'chrome-headless-shell-$1/chrome-headless-shell'),
  );
  const [found] = findExecutables(true, process.env).found;
  if (!found) throw new Error('no Chromium on this machine');
  if (existsSync(browsers)) return browsers;
  mkdirSync(dirname(join(browsers, shell)), { recursive: true });
  symlinkSync(found.path, join(browsers, shell));
  return browsers;
}

/** What `playwright test FILE` says, by its own JSON reporter. */
export function byPlaywright(folder: string, files: readonly string[], env: Readonly<Record<string, string>>): readonly Told[] {
  const cli = join(dirname(createRequire(join(folder, 'x.js')).resolve('@playwright/test/package.json')), 'cli.js');
  const ran = spawnSync('node', [cli, 'test', ...files, '--reporter=json'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...env, PLAYWRIGHT_BROWSERS_PATH: browsersFor(folder) },
    maxBuffer: 64 * 1024 * 1024,
  });
  const { suites } = JSON.parse(ran.stdout) as { suites: readonly Suite[] };
  const told = (suite: Suite, titles: readonly string[]): readonly Told[] => [
    ...(suite.suites ?? []).flatMap((each) => told(each, [...titles, each.title])),
    ...suite.specs.flatMap(({ title, tests }) =>
      tests.map(({ status, results }) => ({
        file: suite.file,
        title: [...titles, title].join(' > '),
        outcome: outcomeOf(status, results.at(-1)?.status),
        retries: results.at(-1)?.retry ?? 0,
      })),
    ),
  ];
  return sorted(suites.flatMap((suite) => told(suite, [])));
}

function outcomeOf(status: string, last: string | undefined): string {
  if (status === 'expected') return 'passed';
  if (status !== 'unexpected') return status;
  return last === 'timedOut' ? 'timed-out' : last === 'interrupted' ? 'interrupted' : 'failed';
}

/** By file and title, so that the order of workers does not count. */
export function sorted(told: readonly Told[]): readonly Told[] {
  return told.toSorted((a, b) => `${a.file} ${a.title}`.localeCompare(`${b.file} ${b.title}`));
}
