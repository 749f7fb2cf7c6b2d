/**
 * The `Engine` and `Browser` ports: starts Chromium on a pipe, with its sandbox unless that cannot be, and ends it for certain.
 * Must not know sessions by name, the daemon or its record.
 */
import type { Browser as ClientBrowser } from 'playwright';
import { Deadline, DeadlinePassed } from '../../base/deadline.ts';
import { oneLine } from '../../base/escape.ts';
import type { Bound, Browser, BrowserOptions, BrowserSession, Engine, SessionOptions } from '../../domain/ports.ts';
import { BrowseError, fail } from '../../protocol/errors.ts';
import { translate } from './errors.ts';
import { findExecutables } from './executables.ts';
import type { Executable } from './executables.ts';
import { browserProcess } from './internals.ts';
import { failureReason, killGroup, sandboxReason, start } from './launching.ts';
import { makeSession } from './session.ts';
import { registerEngine } from './selectors.ts';

/** Size of a tab's viewport unless the session sets one. */
const VIEWPORT = { width: 1280, height: 720 };

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
    if (refusal !== null) return await begin(executable, options, refusal, deadline);
    try {
      return await begin(executable, options, null, deadline);
    } catch (error) {
      const reason = sandboxReason(error);
      if (reason === null) throw error;
      return await begin(executable, options, reason, deadline);
    }
  } catch (error) {
    if (error instanceof BrowseError) throw error;
    if (error instanceof DeadlinePassed && error.why === 'left')
      translate(error, { what: 'starting the browser', url: '', ms: bound.timeout, page: false });
    return fail('browser-failed', { executable: oneLine(executable.path), reason: failureReason(error, bound.timeout) });
  }
}

async function begin(executable: Executable, options: BrowserOptions, unsandboxed: string | null, deadline: Deadline): Promise<Browser> {
  const { client, release } = await start(executable, options, unsandboxed, deadline);
  return makeBrowser(client, release, executable, options, unsandboxed);
}

/** `release` frees what the running browser needed of the machine. */
function makeBrowser(
  client: ClientBrowser,
  release: () => void,
  executable: Executable,
  options: BrowserOptions,
  unsandboxed: string | null,
): Browser {
  const { pid } = browserProcess(client);
  const crashListeners: (() => void)[] = [];
  let closing = false;
  let gone = false;
  client.on('disconnected', () => {
    gone = true;
    if (closing) return;
    release();
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
      release();
    },
    onCrash: (listener) => void crashListeners.push(listener),
  };
}
