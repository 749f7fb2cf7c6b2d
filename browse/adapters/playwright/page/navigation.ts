/** Going to an address, back, forward and again. Must not know tabs or commands. */
import type { Frame, Request, Response } from 'playwright';
import { Deadline } from '../../../base/deadline.ts';
import { oneLine } from '../../../base/escape.ts';
import { shownUrl } from '../../../domain/traffic/printable-url.ts';
import { fail } from '../../../protocol/errors.ts';
import { watchErrorPage } from './error-page.ts';
import { isDownload, navigationReason } from '../errors.ts';
import { FILE_PATIENCE, filesBegin } from './consequences.ts';
import type { PageHandle } from '../handle/page-handle.ts';
import type { TimeLimit } from '../../../domain/ports/machine.ts';
import type { LoadState } from '../../../domain/ports/page.ts';

/** Whether another navigation took the place of ours; an abort after an answer is that of a 204 or a file. */
function cutOff(message: string, status: number | null): boolean {
  return /interrupted by another navigation/.test(message) || (status === null && /ERR_ABORTED/.test(message));
}

/** Where the page is now. `status` is null where no server answered. */
export type Arrived = { readonly url: string; readonly status: number | null };

/** Opens an address and waits for it as far as asked. */
export function goto(surface: PageHandle, url: string, wait: LoadState, bound: TimeLimit): Promise<Arrived> {
  const shown = oneLine(url);
  return going(surface, `goto ${shown}`, shown, bound, async (deadline) => {
    const failed = watchErrorPage(surface);
    try {
      return await surface.client.goto(url, { waitUntil: wait, timeout: 0, signal: ending(deadline) });
    } catch (error) {
      await failed.after(error, deadline);
      throw error;
    } finally {
      failed.stop();
    }
  });
}

/** Loads the page again; `hard` past the caches. A crashed page is opened anew. */
export function reload(surface: PageHandle, options: { readonly hard: boolean }, wait: LoadState, bound: TimeLimit): Promise<Arrived> {
  const address = surface.url();
  const shown = oneLine(address);
  const { crashed } = surface;
  const again = (deadline: Deadline): Promise<Response | null> => {
    const how = { waitUntil: wait, timeout: 0, signal: ending(deadline) };
    return crashed ? surface.client.goto(address, how) : surface.client.reload(how);
  };
  return going(surface, 'reload', shown, bound, again, options.hard);
}

/** Milliseconds that a navigation that was given up may take to be over. */
const STOPPING = 300;

/** One step in the tab's history; null when there is none. */
export function history(
  surface: PageHandle,
  direction: 'back' | 'forward',
  wait: LoadState,
  bound: TimeLimit,
): Promise<{ url: string } | null> {
  return surface.run(
    direction,
    bound,
    async (deadline) => {
      const { currentIndex, entries } = (await deadline.race(surface.session.send('Page.getNavigationHistory'))) as {
        currentIndex: number;
        entries: readonly { readonly url: string }[];
      };
      const entry = entries[currentIndex + (direction === 'back' ? -1 : 1)];
      if (!entry) return null;
      surface.chosen.choose(null);
      const options = { waitUntil: wait, timeout: 0, signal: ending(deadline) };
      await underWay(surface, oneLine(entry.url), deadline, () =>
        direction === 'back' ? surface.client.goBack(options) : surface.client.goForward(options),
      );
      return { url: surface.url() };
    },
    { page: false },
  );
}

function going(
  surface: PageHandle,
  what: string,
  url: string,
  bound: TimeLimit,
  go: (deadline: Deadline) => Promise<Response | null>,
  fresh = false,
): Promise<Arrived> {
  return surface.run(
    what,
    bound,
    async (deadline) => {
      if (surface.crashed) await deadline.race(surface.around.revive(surface));
      // Whoever asks for a page means the whole of it.
      surface.chosen.choose(null);
      if (fresh) await deadline.race(surface.session.send('Network.setCacheDisabled', { cacheDisabled: true }));
      // A navigation that the page itself begins meanwhile (after a click, by a timer) cuts ours off: then it is ours that counts.
      const again = async (way: Way): Promise<Response | null> => {
        try {
          return await go(deadline);
        } catch (error) {
          if (deadline.passed || !(error instanceof Error) || !cutOff(error.message, way.status())) throw error;
          return go(deadline);
        }
      };
      try {
        const response = await underWay(surface, url, deadline, again);
        return { url: surface.url(), status: response && /^https?:/.test(response.url()) ? response.status() : null };
      } finally {
        if (fresh) surface.session.send('Network.setCacheDisabled', { cacheDisabled: false }).catch(() => {});
      }
    },
    { page: false, acted: true },
  );
}

/** Begins a navigation and waits for it; a dialog that it meets ends the waiting. What it gave up does not go on. */
async function underWay(
  surface: PageHandle,
  url: string,
  deadline: Deadline,
  begin: (way: Way) => Promise<Response | null>,
): Promise<Response | null> {
  const way = watchWay(surface);
  try {
    const done = await surface.uninterrupted(deadline.race(navigated(surface, begin(way), url, deadline, way)));
    if ('interrupted' in done && done.interrupted !== 'dialog') return surface.lost();
    return 'value' in done ? done.value : null;
  } finally {
    await way.stop(deadline);
  }
}

/** A navigation's failure in words; anything else passes through. */
async function navigated<T>(surface: PageHandle, going: Promise<T>, url: string, deadline: Deadline, way: Way): Promise<T> {
  const { came } = surface.files;
  try {
    return await going;
  } catch (error) {
    if (error instanceof Error && isDownload(error.message)) {
      await filesBegin(surface, came + 1, FILE_PATIENCE, deadline);
      return fail('download-not-page', { url: shownUrl(url) });
    }
    const reason = error instanceof Error ? navigationReason(error.message) : null;
    if (reason === null) throw error;
    const code = way.status();
    return fail('navigation-failed', {
      url: shownUrl(url),
      reason: code === 204 || code === 205 ? `the server answered ${code}: there is no page to show` : reason,
    });
  }
}

type Way = {
  /** The last status that a document of the main frame was answered with; null without one. */
  status(): number | null;
  /** Looks no longer. What was given up by then is stopped, or comes to its end: it must not arrive under the next command. */
  stop(deadline: Deadline): Promise<void>;
};

/** What comes of a navigation that is about to begin. */
function watchWay(surface: PageHandle): Way {
  const { client, page, session } = surface;
  const main = client.mainFrame();
  let status: number | null = null;
  let arrived = false;
  const over = Promise.withResolvers<void>();
  // Answers to what was asked before may still come.
  const own = new WeakSet<Request>();
  const ask = (request: Request): void => {
    if (request.isNavigationRequest() && request.frame() === main) own.add(request);
  };
  const answer = (response: Response): void => {
    if (!own.has(response.request())) return;
    status = response.status();
    surface.act.sending('part');
  };
  const end = (request: Request): void => {
    if (own.has(request)) over.resolve();
  };
  const arrive = (frame: Frame): void => {
    if (frame !== main) return;
    arrived = true;
    surface.act.sending('all');
    over.resolve();
  };
  client.on('request', ask).on('response', answer).on('requestfailed', end).on('framenavigated', arrive);
  const halt = async (): Promise<void> => {
    // Playwright may have been asked in this very moment, and asks the browser for the history first: it is to be ahead of us.
    // A page that is about to arrive refuses, and is not stopped any more.
    for (const method of ['Page.getNavigationHistory', 'Page.getNavigationHistory', 'Page.stopLoading'])
      await session.send(method).catch(() => {});
    if (page.mainFrame().pendingDocument()) await over.promise;
  };
  return {
    status: () => status,
    async stop(deadline) {
      // Also when whoever asked has left.
      const patience = Deadline.within(STOPPING);
      if (deadline.passed && (!arrived || page.mainFrame().pendingDocument())) await patience.race(halt()).catch(() => {});
      client.off('request', ask).off('response', answer).off('requestfailed', end).off('framenavigated', arrive);
    },
  };
}

/** Ends Playwright's own waiting with ours: what nobody waits for must not go on. */
function ending(deadline: Deadline): AbortSignal {
  return AbortSignal.any([deadline.signal, AbortSignal.timeout(Math.ceil(deadline.left()) + 1)]);
}
