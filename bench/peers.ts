/** The tools we are measured beside: fetched from npm into a cache once, never a dependency; started on the same Chromium. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ground, ROOT } from './ground.ts';
import { makeTool, type Tool } from './tool.ts';

/** What was measured last; `BENCH_PEERS=latest` takes the newest instead. */
const VERSIONS: Readonly<Record<string, string>> = { 'agent-browser': '0.41.2', '@playwright/cli': '0.1.22' };

function versionIn(folder: string): string | null {
  const manifest = join(folder, 'package.json');
  return existsSync(manifest) ? (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version : null;
}

/** Installs a package unless the cache has it; gives its folder. */
function install(name: string): string {
  const wanted = process.env['BENCH_PEERS'] === 'latest' ? 'latest' : (VERSIONS[name] ?? 'latest');
  const cache = join(ROOT, 'node_modules/.cache/bench', `${name.replaceAll(/\W/g, '-')}@${wanted}`);
  const folder = join(cache, 'node_modules', name);
  if (wanted !== 'latest' && versionIn(folder) === wanted) return folder;
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, 'package.json'), '{"private": true}\n');
  console.error(`fetching ${name}@${wanted} from npm ...`);
  const npm = Bun.spawnSync(
    ['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--loglevel=error', `${name}@${wanted}`],
    { cwd: cache, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (!npm.success) throw new Error(`npm could not fetch ${name}@${wanted}`);
  return folder;
}

/** agent-browser by its native executable: its npm entry is a wrapper that costs a Node start. */
export function agentBrowser(ground: Ground): Tool {
  const folder = install('agent-browser');
  const native = join(folder, `bin/agent-browser-${process.platform}-${process.arch}`);
  if (!existsSync(native)) throw new Error(`agent-browser has no executable for ${process.platform}-${process.arch}`);
  chmodSync(native, 0o755);
  const user = ground.user('agent-browser', {
    AGENT_BROWSER_EXECUTABLE_PATH: ground.chromium,
    ...(ground.sandbox ? {} : { AGENT_BROWSER_ARGS: '--no-sandbox' }),
  });
  return makeTool(`agent-browser ${versionIn(folder)}`, user, [native], {
    open: (url) => ['open', url],
    url: ['get', 'url'],
    js: ['eval', '1+1'],
    snapshot: ['snapshot', '-i'],
    click: (ref) => ['click', `@${ref}`],
    clicks: ['eval', 'document.querySelector("output").textContent'],
    stop: ['close'],
  });
}

/** @playwright/cli, by the Node on PATH. Its snapshot has no interactive-only form. */
export function playwrightCli(ground: Ground): Tool {
  const folder = install('@playwright/cli');
  const config = join(ground.folder, 'playwright-cli.json');
  const launchOptions = { executablePath: ground.chromium, chromiumSandbox: ground.sandbox, headless: true };
  writeFileSync(config, JSON.stringify({ browser: { browserName: 'chromium', launchOptions } }));
  // Without this variable it would ask the registry for a newer one.
  const user = ground.user('playwright-cli', { PLAYWRIGHT_MCP_CONFIG: config, NO_UPDATE_NOTIFIER: '1' });
  return makeTool(`@playwright/cli ${versionIn(folder)}`, user, ['node', join(folder, 'playwright-cli.js')], {
    open: (url) => ['open', url],
    url: ['--raw', 'eval', 'location.href'],
    js: ['--raw', 'eval', '1+1'],
    snapshot: ['snapshot'],
    click: (ref) => ['click', ref],
    clicks: ['--raw', 'eval', 'document.querySelector("output").textContent'],
    stop: ['close'],
  });
}
