/**
 * The `Engine` and `Browser` ports: starts Chromium on a pipe, with its sandbox unless that cannot be, and ends it for certain.
 * Must not know sessions by name, the daemon or its record.
 */
import { Deadline, DeadlinePassed } from '../../base/deadline.ts';
import { oneLine } from '../../base/escape.ts';
import { BrowseError, fail } from '../../protocol/errors.ts';
import { VIEWPORT, openContext, sessionIn } from './contexts/contexts.ts';
import { translate } from './errors.ts';
import { findExecutables, findKind, kindOf, unwrap } from './launch/executables.ts';
import type { Executable } from './launch/executables.ts';
import { guestPage } from './connect/guest-pages.ts';
import { browserProcess } from './internals/server-side.ts';
import { join } from './connect/joining.ts';
import { failureReason, killedBy, killGroup, sandboxReason, start } from './launch/launching.ts';
import type { Started } from './launch/launching.ts';
import { holderOf, storageAnswers } from './launch/profile.ts';
import { playwrightEndpoint } from './connect/playwright-endpoint.ts';
import { contextOf, makeSession } from './contexts/session.ts';
import { registerEngine } from './page/selectors.ts';
import type { TimeLimit } from '../../domain/ports/machine.ts';
import type { Browser, BrowserOptions, BrowserSession, Engine, SessionOptions } from '../../domain/ports/browser.ts';

/** The engine of this adapter. */
export const engine: Engine = { launch, join };

/** The best program for what is asked. Fails with `browser-missing`, `engine-missing`. */
function choose({ headless, env, spawn, choice }: BrowserOptions): Executable {
  const all = { ...process.env, ...env };
  if (spawn === undefined) {
    if (choice && choice.executable !== null && !all['BROWSE_CHROMIUM']) return named(choice.executable);
    const { found, searched } = findExecutables(headless, all);
    return found[0] ?? fail('browser-missing', { searched: searched.map(oneLine) });
  }
  const { kind, executable, profile } = spawn;
  // What the user names is tried as it is: that it cannot be started is told with its name.
  if (executable !== null) return named(executable);
  const full = !headless || profile !== null;
  const { found, searched } = kind === null ? findExecutables(!full, all) : findKind(kind, full, all);
  return found[0] ?? fail('engine-missing', { browser: kind ?? 'chromium', searched: searched.map(oneLine) });
}

function named(executable: string): Executable {
  const path = unwrap(executable);
  return { path, name: path.slice(path.lastIndexOf('/') + 1), shell: /headless[-_]shell/.test(path), from: 'environment' };
}

async function launch(options: BrowserOptions, bound: TimeLimit): Promise<Browser> {
  const executable = choose(options);
  const profile = options.spawn?.profile ?? null;
  const holder = profile === null ? null : holderOf(profile);
  if (profile !== null && holder !== null) return fail('profile-busy', { profile: oneLine(profile), holder: oneLine(holder) });
  const deadline = new Deadline(bound);
  const refusal = process.platform === 'linux' && process.getuid?.() === 0 ? 'the user is root' : null;
  await registerEngine();
  try {
    if (refusal !== null) return await persist(executable, options, refusal, deadline);
    try {
      return await persist(executable, options, null, deadline);
    } catch (error) {
      const reason = sandboxReason(error);
      if (reason === null) throw error;
      return await persist(executable, options, reason, deadline);
    }
  } catch (error) {
    if (error instanceof BrowseError) throw error;
    if (error instanceof DeadlinePassed && error.why === 'left')
      translate(error, { what: 'starting the browser', url: '', ms: bound.timeout, page: false });
    return fail('browser-failed', { executable: oneLine(executable.path), reason: failureReason(error, bound.timeout) });
  }
}

/** How often a browser is started that is killed before it is ready. */
const ATTEMPTS = 3;

/** A browser that is killed while it starts, by the machine's want of memory or a stranger, says nothing of the next one. */
async function persist(executable: Executable, options: BrowserOptions, unsandboxed: string | null, deadline: Deadline): Promise<Browser> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await begin(executable, options, unsandboxed, deadline);
    } catch (error) {
      if (attempt === ATTEMPTS || deadline.passed || killedBy(error) === null) throw error;
    }
  }
}

async function begin(executable: Executable, options: BrowserOptions, unsandboxed: string | null, deadline: Deadline): Promise<Browser> {
  return makeBrowser(await start(executable, options, unsandboxed, VIEWPORT, deadline), executable, options, unsandboxed);
}

function makeBrowser(
  { client, own, release }: Started,
  executable: Executable,
  options: BrowserOptions,
  unsandboxed: string | null,
): Browser {
  const { pid } = browserProcess(client);
  const { own: ownContext, close: unshare, share, guests, onGuestLeft } = playwrightEndpoint(client);
  const crashListeners: (() => void)[] = [];
  let closing = false;
  let gone = false;
  client.on('disconnected', () => {
    gone = true;
    unshare();
    if (closing) return;
    release();
    // A browser that dropped the pipe may leave children behind.
    killGroup(pid);
    for (const listener of crashListeners) listener();
  });
  const shell = executable.shell;
  const { spawn, cdpPort } = options;
  const kind = spawn?.kind ?? kindOf(executable);
  const port = kind === 'firefox' || kind === 'webkit' ? null : (spawn?.port ?? cdpPort ?? null);
  return {
    pid,
    kind,
    name: executable.name,
    version: client.version(),
    headless: options.headless,
    single: own !== null,
    endpoint: null,
    cdpEndpoint: port === null ? null : `http://127.0.0.1:${port}`,
    sandbox: { on: unsandboxed === null, reason: unsandboxed },
    newSession: (session: SessionOptions): Promise<BrowserSession> =>
      sessionIn(
        () => (gone ? 'its process ended' : null),
        async () => {
          if (own !== null)
            return makeSession(own, { starves: !shell, far: false, ready: own.pages(), others: null, hidden: options.headless }, session);
          return openContext(client, ownContext, { starves: !shell, far: false, hidden: options.headless }, session);
        },
      ),
    share: (place, session) => share(place, session ? contextOf(session) : session),
    guests,
    onGuestLeft,
    guestPage: (name) => guestPage(client, name),
    close: async (bound) => {
      closing = true;
      unshare();
      const deadline = new Deadline(bound);
      // Half of the time at most: a browser that does not answer has to be closed all the same.
      if (own !== null && !gone) await deadline.race(storageAnswers(own), bound.timeout / 2).catch(() => {});
      const closed = gone ? Promise.resolve() : client.close();
      const orderly = await deadline.race(closed).then(
        () => true,
        () => false,
      );
      killGroup(pid);
      // Playwright removes its folders once the process is gone, which it is soon.
      if (!orderly)
        await Deadline.within(2000)
          .race(closed)
          .catch(() => {});
      release();
    },
    onCrash: (listener) => void crashListeners.push(listener),
  };
}
