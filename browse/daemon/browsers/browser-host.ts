/**
 * Owns the one warm browser: launches it ahead of the first command, notices its death, launches it again, closes it for good.
 * Knows sessions only by number; tabs are the registry's.
 */
import { isAsChosen, mayGiveWay, NO_CHOICE } from '../../domain/lifecycle/browser.ts';
import type { BrowserState } from '../../domain/lifecycle/browser.ts';
import type { BrowserChoice, SharePlace } from '../../domain/pool.ts';
import { fail } from '../../protocol/errors.ts';
import type { BrowserFacts } from '../../protocol/status.ts';
import { atMost, inTime } from '../../domain/timeouts.ts';
import type { DefaultHost, Start } from '../ports.ts';
import type { TimeLimit, Clock } from '../../domain/ports/machine.ts';
import type { Browser, BrowserSession, Engine } from '../../domain/ports/browser.ts';

export type WarmBrowser = DefaultHost & {
  /** Launches ahead of need. A failure is kept for the command that needs the browser, which tries again. */
  warm(start: Start): void;
  /** For good: closes within the bound, then kills. */
  close(bound: TimeLimit): Promise<void>;
  /** Whether a window is open. */
  headed(): boolean;
};

export type HostParts = {
  readonly engine: () => Promise<Engine>;
  readonly clock: Clock;
  readonly tempFolder: string;
  /** Variables of the daemon itself; the caller's come on top. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether a process of that pid runs, by the machine's own word. Asked before every command: costs microseconds. */
  readonly alive: (pid: number) => boolean;
  readonly onLaunch: (browser: Browser) => void;
  /** Where other clients join it for a session. */
  readonly place: (session: string) => SharePlace;
  /** Asked before every launch: its port for CDP, free now; null: on the pipe only. Fails with `ports-exhausted`. */
  readonly cdpPort: () => Promise<number | null>;
};

/** How long a launch may take, in milliseconds. */
const LAUNCH_DEADLINE = 30_000;

/** What is told of a browser. `port` null: the default one. */
export function factsOf(browser: Browser, port: number | null, startedAt: string): BrowserFacts {
  const { pid, kind, name, version, headless, sandbox, cdpEndpoint } = browser;
  return { pid, kind, port, cdp_endpoint: cdpEndpoint, name, version, headless, sandbox, startedAt };
}

/** Which browser a shell names, or that it names none; what started the daemon is not asked then. */
function namedBrowser(shell: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return shell['HOME'] === undefined ? {} : { BROWSE_CHROMIUM: shell['BROWSE_CHROMIUM'] ?? '' };
}

/** No browser runs until `warm` or the first session. */
export function createBrowserHost(parts: HostParts): WarmBrowser {
  let state: BrowserState = { kind: 'none' };
  /** Sessions that are being opened. */
  let opening = 0;
  /** A launch under way is given up when the host is closed. */
  const closing = new AbortController();
  const listeners: ((reason: string) => void)[] = [];
  const guestListeners: ((guest: number) => void)[] = [];

  const lose = (browser: Browser): void => {
    if (state.kind !== 'up' || state.browser !== browser) return;
    state = { kind: 'none' };
    for (const listener of listeners) listener(`the browser (pid ${browser.pid}) ended unexpectedly`);
  };

  const look = (): void => {
    if (state.kind === 'up' && !parts.alive(state.browser.pid)) lose(state.browser);
  };

  const launch = ({ headed, env, choice = NO_CHOICE }: Start): Promise<Browser> => {
    const headless = !(headed ?? choice.headed ?? false);
    const started = (async (): Promise<Browser> => {
      const engine = await parts.engine();
      const browser = await engine.launch(
        {
          headless,
          choice,
          tempFolder: parts.tempFolder,
          env: { ...parts.env, ...namedBrowser(env), ...env },
          cdpPort: await parts.cdpPort(),
        },
        { timeout: LAUNCH_DEADLINE, signal: closing.signal },
      );
      browser.onCrash(() => lose(browser));
      browser.onGuestLeft((guest) => {
        for (const listener of guestListeners) listener(guest);
      });
      parts.onLaunch(browser);
      return browser;
    })();
    const launching: BrowserState = { kind: 'launching', headless, browser: started };
    state = launching;
    started.then(
      (browser) => {
        if (state === launching) state = { kind: 'up', browser, startedAt: new Date(parts.clock.now()).toISOString(), sessions: 0, choice };
      },
      () => {
        if (state === launching) state = { kind: 'none' };
      },
    );
    return started;
  };

  const suits = (choice: BrowserChoice): boolean => state.kind !== 'up' || isAsChosen(state.choice, choice);
  /** Who says nothing of it (another program that joins) takes it as it is. */
  const fits = ({ choice }: Start): boolean => choice === undefined || suits(choice);

  const running = async (start: Start, bound: TimeLimit): Promise<Browser> => {
    switch (state.kind) {
      case 'closed':
        return fail('draining', {});
      case 'none':
        return launch(start);
      case 'launching': {
        const browser = await state.browser;
        return (start.headed === true && browser.headless) || (!fits(start) && opening <= 1) ? running(start, bound) : browser;
      }
      case 'up': {
        const { browser } = state;
        // Whoever else is about to open a session in it means this one.
        if (!fits(start) && mayGiveWay(state) && opening <= 1) {
          state = { kind: 'none' };
          await browser.close(bound);
          return running(start, bound);
        }
        if (start.headed !== true || !browser.headless) return browser;
        if (!mayGiveWay(state))
          return fail('usage', {
            problem: '--headed counts only when the browser starts, and one without a window runs',
            hint: 'browse restart --headed --restore',
          });
        state = { kind: 'none' };
        await browser.close(bound);
        return running(start, bound);
      }
    }
  };

  return {
    warm(start) {
      if (state.kind === 'none') launch(start).catch(() => {});
    },
    async session(_name, options, start, bound) {
      opening += 1;
      const opened = (async (): Promise<BrowserSession> => {
        const browser = await running(start, bound);
        if (state.kind === 'up') state = { ...state, sessions: state.sessions + 1 };
        return browser.newSession(options);
      })().finally(() => {
        opening -= 1;
      });
      // A browser that answers at last must not keep a context that nobody waits for.
      return inTime(parts.clock, bound, 'Opening a session in the browser', opened, (late) => late.close());
    },
    async share(start, bound, { name, browser: session }) {
      const place = parts.place(name);
      await (await running(start, bound)).share(place, session);
      return place.path;
    },
    async cdp(start, bound) {
      look();
      return (await running(start, bound)).cdpEndpoint;
    },
    guests: () => (state.kind === 'up' ? state.browser.guests() : []),
    guestPage: (name) => (state.kind === 'up' ? state.browser.guestPage(name) : null),
    onGuestLeft: (listener) => void guestListeners.push(listener),
    closeSession: (session) => session.close(),
    onLost(listener) {
      listeners.push(listener);
    },
    look,
    suits,
    facts(): BrowserFacts | null {
      if (state.kind !== 'up') return null;
      return factsOf(state.browser, null, state.startedAt);
    },
    headed: () => state.kind === 'up' && !state.browser.headless,
    async close(bound) {
      const last = state;
      state = { kind: 'closed' };
      closing.abort();
      if (last.kind === 'up') await last.browser.close(bound);
      if (last.kind !== 'launching') return;
      const closed = last.browser.then((browser) => browser.close(bound)).catch(() => {});
      await atMost(parts.clock, bound.timeout, closed);
    },
  };
}
