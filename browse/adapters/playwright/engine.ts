/**
 * The `Engine` and `Browser` ports: starts Chromium on a pipe, with its sandbox unless that cannot be, and ends it for certain.
 * Must not know sessions by name, the daemon or its record.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser as ClientBrowser } from 'playwright-core';
import { Deadline, DeadlinePassed } from '../../base/deadline.ts';
import { oneLine } from '../../base/escape.ts';
import type { Bound, Browser, BrowserOptions, BrowserSession, Engine, SessionOptions } from '../../domain/ports.ts';
import { BrowseError, fail } from '../../protocol/errors.ts';
import { translate } from './errors.ts';
import { findExecutables } from './executables.ts';
import type { Executable } from './executables.ts';
import { browserProcess } from './internals.ts';
import { makeSession } from './session.ts';
import { registerEngine } from './selectors.ts';

/** Size of a tab's viewport unless the session sets one. */
const VIEWPORT = { width: 1280, height: 720 };

/** Names of the daemon's own variables that a browser may see; the rest comes with the caller. */
const INHERITED = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'XDG_RUNTIME_DIR',
  'XDG_CONFIG_HOME',
  'XDG_CACHE_HOME',
  'FONTCONFIG_FILE',
  'FONTCONFIG_PATH',
  'SYSTEMROOT',
  'PROGRAMFILES',
  'LOCALAPPDATA',
  'APPDATA',
  'USERPROFILE',
  'LD_LIBRARY_PATH',
];

/** The engine of this adapter. */
export const engine: Engine = { launch };

async function launch(options: BrowserOptions, bound: Bound): Promise<Browser> {
  const { found, searched } = findExecutables(options.headless, { ...process.env, ...options.env });
  const [executable] = found;
  if (!executable) return fail('browser-missing', { searched: searched.map(oneLine) });
  const deadline = new Deadline(bound);
  const refusal = process.platform === 'linux' && process.getuid?.() === 0 ? 'the user is root' : null;
  await registerEngine();
  try {
    if (refusal !== null) return await start(executable, options, refusal, deadline);
    try {
      return await start(executable, options, null, deadline);
    } catch (error) {
      const reason = sandboxReason(error);
      if (reason === null) throw error;
      return await start(executable, options, reason, deadline);
    }
  } catch (error) {
    if (error instanceof BrowseError) throw error;
    if (error instanceof DeadlinePassed && error.why === 'left')
      translate(error, { what: 'starting the browser', url: '', ms: bound.timeout, page: false });
    return fail('browser-failed', { executable: oneLine(executable.path), reason: failureReason(error, bound.timeout) });
  }
}

/** `unsandboxed`: why the sandbox has to be off; null turns it on. */
async function start(executable: Executable, options: BrowserOptions, unsandboxed: string | null, deadline: Deadline): Promise<Browser> {
  const inherited = INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
  let before: readonly number[] = [];
  const launching = inFolder(options.tempFolder, () => {
    before = startedIn(options.tempFolder);
    return chromium.launch({
      executablePath: executable.path,
      headless: options.headless,
      chromiumSandbox: unsandboxed === null,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      // Playwright's own timer too: it ends the process that never got ready, and removes its folders.
      timeout: Math.max(1, Math.ceil(deadline.left())),
      args: argumentsFor(executable, options),
      env: {
        ...Object.fromEntries(inherited),
        ...options.env,
        TMPDIR: options.tempFolder,
        TMP: options.tempFolder,
        TEMP: options.tempFolder,
      },
    });
  });
  try {
    return makeBrowser(await deadline.race(launching), executable, options, unsandboxed);
  } catch (error) {
    // Whoever gave up must not leave a browser that comes up later, nor wait for one that never does.
    launching.then((late) => late.close()).catch(() => {});
    for (const pid of startedIn(options.tempFolder)) if (!before.includes(pid)) killGroup(pid);
    throw error;
  }
}

/** What we add to Playwright's own arguments. */
function argumentsFor({ shell }: Executable, { headless }: BrowserOptions): string[] {
  return [
    '--hide-crash-restore-bubble',
    ...(headless ? ['--disable-gpu'] : []),
    // Every desktop browser keeps sites in processes of their own; the shell must be told to.
    ...(shell ? ['--site-per-process'] : []),
  ];
}

/** Browsers that this process started on a profile in that folder (Linux; elsewhere Playwright ends them itself, half a minute later). */
function startedIn(folder: string): readonly number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((name) => {
    try {
      if (!/^\d+$/.test(name)) return [];
      const parent = Number(/^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]);
      return parent === process.pid && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(`--user-data-dir=${folder}/`)
        ? [Number(name)]
        : [];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
}

let folders: Promise<unknown> = Promise.resolve();

/** Playwright makes the profile in the platform's temp folder as it finds it at that moment: ours, while it launches. One at a time. */
function inFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const names = process.platform === 'win32' ? ['TEMP', 'TMP'] : ['TMPDIR'];
  const turn = folders.then(async () => {
    const before = names.map((name) => [name, process.env[name]] as const);
    for (const name of names) process.env[name] = folder;
    try {
      return await work();
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });
  folders = turn.catch(() => {});
  return turn;
}

/** Why the sandbox could not be set up, as the browser's own last words tell it; null when it failed for another reason. */
function sandboxReason(error: unknown): string | null {
  const message = error instanceof Error ? error.message : '';
  if (/No usable sandbox|setuid sandbox|SUID sandbox/i.test(message)) return 'the kernel allows no unprivileged user namespaces';
  if (/Running as root without --no-sandbox/i.test(message)) return 'the user is root';
  if (
    /sandbox.*(Operation not permitted|Permission denied|EPERM)|Failed to move to new namespace|credentials\.cc|zygote_host_impl/i.test(
      message,
    )
  ) {
    return 'the kernel refuses the namespaces that the sandbox needs';
  }
  return null;
}

function failureReason(error: unknown, timeout: number): string {
  if (error instanceof DeadlinePassed || (error instanceof Error && error.name === 'TimeoutError'))
    return `it was not ready within ${timeout} ms`;
  const message = error instanceof Error ? error.message : String(error);
  if (/Looks like you launched a headed browser/i.test(message) || /Missing X server|cannot open display/i.test(message))
    return 'there is no display to open a window on (DISPLAY)';
  const library = /error while loading shared libraries: (\S+):/.exec(message)?.[1];
  if (library) return `the system library ${library} is missing`;
  if (/EACCES/.test(message)) return 'permission denied';
  if (/ENOSPC|No space left/.test(message)) return 'the disk is full';
  const said = [...message.matchAll(/\[(?:err|out)\]\s*(.+)/g)]
    .map((match) => match[1] ?? '')
    .filter((line) => /ERROR|FATAL|error|cannot|failed/i.test(line));
  return oneLine(said.at(-1) ?? message.split('\n')[0] ?? message);
}

function makeBrowser(client: ClientBrowser, executable: Executable, options: BrowserOptions, unsandboxed: string | null): Browser {
  const { pid } = browserProcess(client);
  const crashListeners: (() => void)[] = [];
  let closing = false;
  let gone = false;
  client.on('disconnected', () => {
    gone = true;
    if (closing) return;
    // A browser that dropped the pipe may leave children behind.
    killGroup(pid);
    for (const listener of crashListeners) listener();
  });
  const shell = executable.shell;
  return {
    pid,
    name: executable.name,
    version: client.version(),
    headless: options.headless,
    sandbox: { on: unsandboxed === null, reason: unsandboxed },
    newSession: async (session: SessionOptions): Promise<BrowserSession> => {
      if (gone) return fail('browser-gone', { reason: 'its process ended' });
      try {
        const { viewport, userAgent } = session;
        const context = await client.newContext({
          viewport: viewport ? { width: viewport.width, height: viewport.height } : VIEWPORT,
          ...(viewport ? { deviceScaleFactor: viewport.scale } : {}),
          ...(userAgent === null ? {} : { userAgent }),
        });
        const made = makeSession(context, { starves: !shell }, session);
        if (session.headers.length > 0) await made.setHeaders(session.headers);
        return made;
      } catch (error) {
        if (gone) return fail('browser-gone', { reason: 'its process ended' });
        return translate(error, { what: 'open a session', url: 'the session', ms: 0, page: false });
      }
    },
    close: async (bound) => {
      closing = true;
      const deadline = new Deadline(bound);
      const closed = gone ? Promise.resolve() : client.close();
      const orderly = await deadline.race(closed).then(
        () => true,
        () => false,
      );
      killGroup(pid);
      // Playwright removes its folders once the process is gone, which it is soon.
      if (!orderly) await new Deadline({ timeout: 2000, signal: new AbortController().signal }).race(closed).catch(() => {});
    },
    onCrash: (listener) => void crashListeners.push(listener),
  };
}

/** Ends whatever is left of the browser's process group. The group is ours: Playwright made its leader and nobody else joins it. */
function killGroup(pid: number): void {
  if (pid <= 0 || process.platform === 'win32') return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing is left of it.
  }
}
