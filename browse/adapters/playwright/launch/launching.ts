/**
 * Starting the process of a browser: its arguments, its environment, its folder, and why it did not start, in words.
 * Must not know sessions or pages.
 */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, firefox, webkit } from 'playwright';
import type { Browser as ClientBrowser, BrowserContext } from 'playwright';
import { Deadline, DeadlinePassed } from '../../../base/deadline.ts';
import { oneLine } from '../../../base/escape.ts';
import type { Executable } from './executables.ts';
import type { BrowserOptions } from '../../../domain/ports/browser.ts';

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

/** A browser that runs. */
export type Started = {
  readonly client: ClientBrowser;
  /** The context of its profile; null where it has none of its own. */
  readonly own: BrowserContext | null;
  /** Frees what the running browser needed of the machine. */
  readonly release: () => void;
};

/** `unsandboxed`: why the sandbox has to be off; null turns it on. `viewport`: of a profile's own tabs. */
export async function start(
  executable: Executable,
  options: BrowserOptions,
  unsandboxed: string | null,
  viewport: { readonly width: number; readonly height: number },
  deadline: Deadline,
): Promise<Started> {
  const kind = options.spawn?.kind;
  const profile = options.spawn?.profile ?? null;
  const proxy = options.spawn?.proxy ?? options.choice?.proxy ?? null;
  const type = kind === 'firefox' ? firefox : kind === 'webkit' ? webkit : chromium;
  const inherited = INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
  // Whoever cleans temp folders may have taken ours.
  mkdirSync(options.tempFolder, { recursive: true, mode: 0o700 });
  const temp = executable.shell ? { path: options.tempFolder, release: () => {} } : reachable(options.tempFolder);
  let before: readonly number[] = [];
  const mark = profile === null ? `--user-data-dir=${options.tempFolder}/playwright_` : `--user-data-dir=${profile}\0`;
  const { launching, outcome } = inFolder(options.tempFolder, deadline, async (): Promise<Omit<Started, 'release'>> => {
    before = startedWith(mark);
    const how = {
      executablePath: executable.path,
      headless: options.headless,
      chromiumSandbox: unsandboxed === null,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      // Playwright's own timer too: it ends the process that never got ready, and removes its folders.
      timeout: Math.max(1, Math.ceil(deadline.left())),
      // Chromium's own guard against pages that hold it up with calls, such as pushState without end.
      ...(type === chromium ? { ignoreDefaultArgs: ['--disable-ipc-flooding-protection'] } : {}),
      args: type === chromium ? argumentsFor(executable, options) : [...(options.spawn?.args ?? [])],
      ...(proxy === null ? {} : { proxy: proxyOf(proxy) }),
      env: {
        ...Object.fromEntries(inherited),
        ...options.env,
        TMPDIR: temp.path,
        TMP: temp.path,
        TEMP: temp.path,
      },
    };
    if (profile === null) return { client: await type.launch(how), own: null };
    const own = await type.launchPersistentContext(profile, { ...how, viewport });
    return { client: own.browser() ?? (await noBrowser(own)), own };
  });
  try {
    // A moment more: the outcome has the same deadline, unless it still waits behind another launch.
    const started = await deadline.putOff(100).race(outcome);
    const port = options.spawn?.port ?? options.cdpPort ?? null;
    if (port !== null && type === chromium) await listening(port, started.client, deadline);
    return { ...started, release: temp.release };
  } catch (error) {
    // Whoever gave up must not leave a browser that comes up later, nor wait for one that never does.
    const over = launching.then((late) => late.client.close()).catch(() => {});
    await endLaunch(over, () => {
      for (const pid of startedWith(mark)) if (!before.includes(pid)) killGroup(pid);
    });
    temp.release();
    throw error;
  }
}

/** How long a launch that was given up may take to be over, in milliseconds. */
const OVER = 1000;

/**
 * Kills what a launch that was given up has started, until the launch is over and its folders are removed: its process may only be
 * about to begin.
 */
async function endLaunch(over: Promise<void>, kill: () => void): Promise<void> {
  const deadline = Deadline.within(OVER);
  for (;;) {
    kill();
    const ended = await deadline.race(over, OVER / 20).then(
      () => true,
      () => false,
    );
    if (ended || deadline.passed) return;
  }
}

/** Milliseconds between two looks at a port that is about to open. */
const BEAT = 10;

/** Resolves when somebody listens there: a browser may be up on its pipe before it is at its port. */
async function listening(port: number, browser: ClientBrowser, deadline: Deadline): Promise<void> {
  for (;;) {
    const answered = new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' }, () => resolve(true));
      socket.once('error', () => resolve(false)).once('connect', () => socket.destroy());
    });
    if (await deadline.race(answered)) return;
    if (!browser.isConnected()) throw new Error('it ended before it listened at its port');
    await deadline.pause(BEAT);
    if (deadline.passed) throw new DeadlinePassed(deadline.signal.aborted ? 'left' : 'late');
  }
}

/** Longest temp folder in which a full browser can still make its socket, in bytes. */
const SOCKET_ROOM = 55;

/** The folder itself, or a short link to it where its path is too long for the socket of the browser's profile. */
function reachable(folder: string): { readonly path: string; readonly release: () => void } {
  if (process.platform === 'win32' || Buffer.byteLength(folder) <= SOCKET_ROOM) return { path: folder, release: () => {} };
  const place = mkdtempSync(join(process.env['XDG_RUNTIME_DIR'] ?? tmpdir(), 'browse-'));
  const path = join(place, 't');
  symlinkSync(folder, path);
  return { path, release: () => rmSync(place, { recursive: true, force: true }) };
}

/** What we add to Playwright's own arguments. */
function argumentsFor({ shell }: Executable, { headless, spawn, cdpPort, choice }: BrowserOptions): string[] {
  const port = spawn?.port ?? cdpPort ?? null;
  return [
    '--hide-crash-restore-bubble',
    ...(headless ? ['--disable-gpu'] : []),
    // Every desktop browser keeps sites in processes of their own; the shell must be told to.
    ...(shell ? ['--site-per-process'] : []),
    ...(choice?.args ?? []),
    // Beside the pipe, which stays ours: Chromium answers on the loopback address only.
    ...(port === null ? [] : [`--remote-debugging-port=${port}`]),
    ...(spawn?.args ?? []),
  ];
}

function proxyOf(proxy: string): { server: string; username?: string; password?: string } {
  const { protocol, host, username, password } = new URL(proxy);
  const server = `${protocol}//${host}`;
  return username === '' ? { server } : { server, username: decodeURIComponent(username), password: decodeURIComponent(password) };
}

async function noBrowser(context: BrowserContext): Promise<never> {
  await context.close();
  throw new Error('Playwright changed: a profile has no browser any more');
}

/** Browsers that this process started with that argument (Linux; elsewhere Playwright ends them itself, half a minute later). */
function startedWith(mark: string): readonly number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((name) => {
    try {
      if (!/^\d+$/.test(name)) return [];
      const parent = Number(/^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]);
      return parent === process.pid && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(mark) ? [Number(name)] : [];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
}

let launches: Promise<unknown> = Promise.resolve();

/**
 * Playwright makes the profile in the platform's temp folder as it finds it at that moment: ours, while it launches. One at a time,
 * and no longer than the deadline: a browser that never gets ready must not keep the next one waiting.
 * `outcome` is `launching` within the deadline; it settles once the environment is as it was.
 */
function inFolder<T>(
  folder: string,
  deadline: Deadline,
  work: () => Promise<T>,
): { readonly launching: Promise<T>; readonly outcome: Promise<T> } {
  const launching = Promise.withResolvers<T>();
  const names = process.platform === 'win32' ? ['TEMP', 'TMP'] : ['TMPDIR'];
  const outcome = alone(Object.fromEntries(names.map((name) => [name, folder])), deadline, () => {
    launching.resolve(Promise.resolve().then(work));
    return launching.promise;
  });
  outcome.catch((error: unknown) => launching.reject(error as Error));
  return { launching: launching.promise, outcome };
}

/** Works with these variables in the process's own environment, and nobody else launches meanwhile. Rejects when the deadline passes. */
export function alone<T>(variables: Readonly<Record<string, string | undefined>>, deadline: Deadline, work: () => Promise<T>): Promise<T> {
  const outcome = launches.then(async () => {
    if (deadline.passed) throw new DeadlinePassed(deadline.signal.aborted ? 'left' : 'late');
    const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
    set(Object.entries(variables));
    try {
      return await deadline.race(work());
    } finally {
      set(before);
    }
  });
  launches = outcome.catch(() => {});
  return outcome;
}

function set(variables: readonly (readonly [string, string | undefined])[]): void {
  for (const [name, value] of variables) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

/** Why the sandbox could not be set up, as the browser's own last words tell it; null when it failed for another reason. */
export function sandboxReason(error: unknown): string | null {
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

/** The signal that ended a browser from outside before it was ready; null when it did not end, or by itself. */
export function killedBy(error: unknown): string | null {
  return /did exit: exitCode=null, signal=(SIGKILL|SIGTERM|SIGINT|SIGHUP)\b/.exec(error instanceof Error ? error.message : '')?.[1] ?? null;
}

export function failureReason(error: unknown, timeout: number): string {
  if (error instanceof DeadlinePassed || (error instanceof Error && error.name === 'TimeoutError'))
    return `it was not ready within ${timeout} ms`;
  const message = error instanceof Error ? error.message : String(error);
  if (/Looks like you launched a headed browser/i.test(message) || /Missing X server|cannot open display/i.test(message))
    return 'there is no display to open a window on (DISPLAY)';
  const signal = killedBy(error);
  if (signal !== null) return `it was ended by ${signal} before it was ready`;
  const library = /error while loading shared libraries: (\S+):/.exec(message)?.[1];
  if (library) return `the system library ${library} is missing`;
  if (/EACCES/.test(message)) return 'permission denied';
  if (/ENOSPC|No space left/.test(message)) return 'the disk is full';
  const said = [...message.matchAll(/\[(?:err|out)\]\s*(.+)/g)]
    // eslint-disable-next-line no-control-regex -- Playwright colours its log
    .map((match) => (match[1] ?? '').replace(/\u001b\[\d+m/g, '').trim())
    .filter((line) => /ERROR|FATAL|error|cannot|failed/i.test(line) && !/crashpad|dbus|gcm|vaapi|gpu_/i.test(line));
  return oneLine(said.find((line) => /FATAL|too long|cannot/i.test(line)) ?? said.at(-1) ?? message.split('\n')[0] ?? message);
}

/** Ends whatever is left of the browser's process group. The group is ours: Playwright made its leader and nobody else joins it. */
export function killGroup(pid: number): void {
  if (pid <= 0 || process.platform === 'win32') return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing is left of it.
  }
}
