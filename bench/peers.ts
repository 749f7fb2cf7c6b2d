/** The other tools we measure ourselves beside: fetched from npm into a folder of this run, never a dependency. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One tool, ready to be run. */
export type Tool = {
  readonly name: string;
  readonly version: string;
  /** Program and its first arguments. */
  readonly program: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Arguments per task; `open` starts from nothing. */
  readonly tasks: {
    readonly open: (url: string) => readonly string[];
    readonly url: readonly string[];
    readonly js: readonly string[];
    readonly click: readonly string[];
    readonly snapshot: readonly string[];
    readonly close: readonly string[];
  };
};

/** What every tool of a run has in common. */
export type Ground = { readonly root: string; readonly folder: string; readonly chromium: string; readonly asRoot: boolean };

function environment(folder: string): Record<string, string> {
  for (const name of ['home', 'temp']) mkdirSync(join(folder, name), { recursive: true });
  return { PATH: process.env['PATH'] ?? '', HOME: join(folder, 'home'), TMPDIR: join(folder, 'temp'), LANG: 'C.UTF-8' };
}

function version(manifest: string): string {
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

/** The binary of this checkout. */
export function ours(ground: Ground, binary: string): Tool {
  const folder = join(ground.folder, 'ours');
  const env = { ...environment(folder), BROWSE_HOME: join(folder, 'state'), BROWSE_CHROMIUM: ground.chromium };
  return {
    name: 'browse',
    version: version(join(ground.root, 'package.json')),
    program: [binary],
    env,
    cwd: folder,
    tasks: {
      open: (url) => ['goto', url],
      url: ['url'],
      js: ['js', '1+1'],
      click: ['click', '@e1'],
      snapshot: ['snapshot', '-i'],
      close: ['stop'],
    },
  };
}

/** agent-browser's native executable and @playwright/cli, the newest of each. Throws when npm cannot fetch them. */
export function peers(ground: Ground): readonly Tool[] {
  const store = join(ground.folder, 'peers');
  mkdirSync(store, { recursive: true });
  writeFileSync(join(store, 'package.json'), '{"private": true}\n');
  const npm = Bun.spawnSync(
    ['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', 'agent-browser@latest', '@playwright/cli@latest'],
    {
      cwd: store,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  if (!npm.success) throw new Error('npm could not install agent-browser and @playwright/cli');
  return [
    agentBrowser(ground, join(store, 'node_modules/agent-browser')),
    playwrightCli(ground, join(store, 'node_modules/@playwright/cli')),
  ];
}

function agentBrowser(ground: Ground, home: string): Tool {
  const folder = join(ground.folder, 'agent-browser');
  const native = join(home, `bin/agent-browser-${process.platform}-${process.arch}`);
  if (!existsSync(native)) throw new Error(`agent-browser has no native executable for ${process.platform}-${process.arch}`);
  chmodSync(native, 0o755);
  return {
    name: 'agent-browser',
    version: version(join(home, 'package.json')),
    program: [native],
    env: {
      ...environment(folder),
      AGENT_BROWSER_EXECUTABLE_PATH: ground.chromium,
      ...(ground.asRoot ? { AGENT_BROWSER_ARGS: '--no-sandbox' } : {}),
    },
    cwd: folder,
    tasks: {
      open: (url) => ['open', url],
      url: ['get', 'url'],
      js: ['eval', '1+1'],
      click: ['click', '@e1'],
      snapshot: ['snapshot', '-i'],
      close: ['close'],
    },
  };
}

function playwrightCli(ground: Ground, home: string): Tool {
  const folder = join(ground.folder, 'playwright-cli');
  const env = environment(folder);
  const config = join(folder, 'config.json');
  const launchOptions = { executablePath: ground.chromium, chromiumSandbox: !ground.asRoot, headless: true };
  writeFileSync(config, JSON.stringify({ browser: { browserName: 'chromium', launchOptions } }));
  return {
    name: '@playwright/cli',
    version: version(join(home, 'package.json')),
    program: [join(ground.root, 'node_modules/.bin/node'), join(home, 'playwright-cli.js')],
    env,
    cwd: folder,
    tasks: {
      open: (url) => [`--config=${config}`, 'open', url],
      url: ['eval', 'location.href'],
      js: ['eval', '1+1'],
      click: ['click', 'e2'],
      snapshot: ['snapshot'],
      close: ['close'],
    },
  };
}
