/**
 * Which browser to start: the one the user names, an installed one, Playwright's own download. Looks at files only; starts nothing.
 */
import { accessSync, closeSync, constants, openSync, readSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { chromium, firefox, webkit } from 'playwright';
import type { BrowserKind } from '../../../protocol/pool.ts';

/** A browser that can be started. */
export type Executable = {
  readonly path: string;
  readonly name: string;
  /** Headless only: it has no windows, starts faster, and paints background tabs at full rate. */
  readonly shell: boolean;
  readonly from: 'environment' | 'installed' | 'download';
};

type Candidate = { readonly path: string; readonly name: string; readonly shell?: true };

/** Where the platform's packages put browsers, the preferred ones first. */
function candidates(platform: string, env: Readonly<Record<string, string | undefined>>): readonly Candidate[] {
  if (platform === 'darwin') {
    return ['/Applications', join(homedir(), 'Applications')].flatMap((folder) => [
      { path: `${folder}/Google Chrome.app/Contents/MacOS/Google Chrome`, name: 'Google Chrome' },
      { path: `${folder}/Chromium.app/Contents/MacOS/Chromium`, name: 'Chromium' },
      { path: `${folder}/Microsoft Edge.app/Contents/MacOS/Microsoft Edge`, name: 'Microsoft Edge' },
    ]);
  }
  if (platform === 'win32') {
    const folders = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']].filter((folder) => folder !== undefined);
    return folders.flatMap((folder) => [
      { path: `${folder}\\Google\\Chrome\\Application\\chrome.exe`, name: 'Google Chrome' },
      { path: `${folder}\\Chromium\\Application\\chrome.exe`, name: 'Chromium' },
      { path: `${folder}\\Microsoft\\Edge\\Application\\msedge.exe`, name: 'Microsoft Edge' },
    ]);
  }
  const onPath = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder.startsWith('/'));
  const named = (names: readonly string[], name: string, shell?: true): readonly Candidate[] =>
    onPath.flatMap((folder) => names.map((file) => ({ path: `${folder}/${file}`, name, ...(shell ? { shell } : {}) })));
  return [
    { path: '/usr/lib/chromium/chromium-headless-shell', name: 'Chromium headless shell', shell: true },
    ...named(['chromium-headless-shell', 'chrome-headless-shell', 'headless_shell'], 'Chromium headless shell', true),
    { path: '/opt/google/chrome/chrome', name: 'Google Chrome' },
    { path: '/usr/lib/chromium/chromium', name: 'Chromium' },
    { path: '/usr/lib64/chromium-browser/chromium-browser', name: 'Chromium' },
    { path: '/opt/microsoft/msedge/msedge', name: 'Microsoft Edge' },
    ...named(['google-chrome', 'google-chrome-stable'], 'Google Chrome'),
    ...named(['chromium', 'chromium-browser'], 'Chromium'),
    ...named(['microsoft-edge', 'microsoft-edge-stable'], 'Microsoft Edge'),
  ];
}

/** Whether a path can be executed. */
function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The first 8 KiB of a file, byte by byte; browsers are hundreds of megabytes. */
function head(path: string): string {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(8192);
    return buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, 0));
  } finally {
    closeSync(file);
  }
}

/**
 * The program behind a distribution's shell wrapper: wrappers add flags of their own, and killing one leaves the browser.
 * A path that is no wrapper, or one we cannot see through, is returned as it is.
 */
export function unwrap(path: string): string {
  try {
    const real = realpathSync(path);
    const script = head(real);
    if (!script.startsWith('#!')) return real;
    const name = real.slice(real.lastIndexOf('/') + 1);
    const folder = /^\s*LIBDIR=["']?([^"'\s]+)/m.exec(script)?.[1];
    const named = [...script.matchAll(/(?:^|["'\s=])(\/(?:usr|opt|snap)\/[^"'\s$;]+)/gm)].map((match) => match[1] ?? '');
    // A distribution's own, that is: a script of the user's that happens to have such a name is what he means.
    const usual = real.startsWith('/usr/') ? ['/usr/lib/chromium', '/usr/lib/chromium-browser'] : [];
    const beside = [folder ?? '', ...usual, dirname(real)].filter(Boolean);
    const found = [...beside.map((place) => `${place}/${name}`), ...named].find(
      (target) => target !== real && executable(target) && isProgram(target),
    );
    return found ?? real;
  } catch {
    return path;
  }
}

/** Whether a file is no script. */
function isProgram(path: string): boolean {
  try {
    return !head(path).startsWith('#!');
  } catch {
    return false;
  }
}

/** What {@link findExecutables} saw. */
export type Search = { readonly found: readonly Executable[]; readonly searched: readonly string[] };

/** Every browser that could be started for this mode, the best first. `env` is the user's own. */
export function findExecutables(
  headless: boolean,
  env: Readonly<Record<string, string | undefined>>,
  platform: string = process.platform,
): Search {
  const named = env['BROWSE_CHROMIUM'];
  const path = named ? unwrap(named) : '';
  const shell = /headless[-_]shell/.test(path);
  // The shell has no windows: for one, another browser must be found.
  if (named && (headless || !shell)) {
    return { found: executable(path) ? [{ path, name: path, shell, from: 'environment' }] : [], searched: [`BROWSE_CHROMIUM=${named}`] };
  }
  const all = candidates(platform, env);
  const found: Executable[] = [];
  for (const { path, name, shell = false } of all) {
    if (shell && !headless) continue;
    if (!executable(path)) continue;
    const real = unwrap(path);
    if (!found.some((other) => other.path === real)) found.push({ path: real, name, shell, from: 'installed' });
  }
  const download = downloaded(headless);
  if (download && executable(download))
    found.push({ path: download, name: 'Chromium (downloaded)', shell: /headless[-_]shell/.test(download), from: 'download' });
  return { found, searched: [...new Set(all.map(({ path }) => path)), ...(download ? [download] : [])] };
}

const NAMES: Readonly<Partial<Record<BrowserKind, RegExp>>> = {
  chromium: /Chromium/,
  chrome: /^Google Chrome$/,
  msedge: /^Microsoft Edge$/,
};

/** Every browser of one kind. `full`: it needs windows or a profile, which the shell has not. Firefox and WebKit: Playwright's own builds only. */
export function findKind(kind: BrowserKind, full: boolean, env: Readonly<Record<string, string | undefined>>): Search {
  if (kind === 'firefox' || kind === 'webkit') {
    const path = playwrightBuild(kind);
    const found = path !== '' && executable(path) ? [{ path, name: kind, shell: false, from: 'download' } as const] : [];
    return { found, searched: [path === '' ? 'Playwright has no build for this platform' : path] };
  }
  const own = kind === 'chromium' ? env : { ...env, BROWSE_CHROMIUM: undefined };
  const { found } = findExecutables(!full, own);
  const onPath = new Set((env['PATH'] ?? '').split(delimiter));
  const searched = candidates(process.platform, env)
    .filter(({ name, shell }) => NAMES[kind]?.test(name) && !(full && shell))
    .map(({ path }) => (onPath.has(dirname(path)) ? `${basename(path)} on the PATH` : path));
  return { found: found.filter(({ name, from }) => from === 'environment' || NAMES[kind]?.test(name)), searched: [...new Set(searched)] };
}

/** Of which kind a browser of Chromium's family is, by its name and its path. */
export function kindOf({ name, path }: Pick<Executable, 'name' | 'path'>): BrowserKind {
  if (NAMES.chrome?.test(name) || /google-chrome|\/google\/chrome|Google Chrome/.test(path)) return 'chrome';
  return NAMES.msedge?.test(name) || /ms-?edge|microsoft-edge/i.test(path) ? 'msedge' : 'chromium';
}

function playwrightBuild(kind: 'firefox' | 'webkit'): string {
  try {
    return (kind === 'firefox' ? firefox : webkit).executablePath();
  } catch {
    return '';
  }
}

/** Where Playwright's own download would be; null where it has none for this platform. */
function downloaded(headless: boolean): string | null {
  try {
    const full = chromium.executablePath();
    if (!headless) return full || null;
    const shell = full
      .replace(/chromium-(\d+)/, 'chromium_headless_shell-$1')
      .replace(/chrome-(linux|mac|win)([^/\\]*)[/\\].*$/, (_, os: string, arch: string) => {
        const folder = `chrome-headless-shell-${os}${arch}`;
        return join(folder, os === 'win' ? 'chrome-headless-shell.exe' : 'chrome-headless-shell');
      });
    return executable(shell) ? shell : full || null;
  } catch {
    return null;
  }
}
