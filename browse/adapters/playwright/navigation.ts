/** Going to an address, back, forward and again. Must not know tabs or commands. */
import type { Response } from 'playwright';
import type { Deadline } from '../../base/deadline.ts';
import { oneLine } from '../../base/escape.ts';
import type { Bound, LoadState } from '../../domain/ports.ts';
import { fail } from '../../protocol/errors.ts';
import { watchErrorPage } from './error-page.ts';
import { isDownload, navigationReason } from './errors.ts';
import { FILE_PATIENCE, filesBegin } from './settle.ts';
import type { Surface } from './surface.ts';

/** Whether another navigation took the place of ours; an abort after an answer is that of a 204 or a file. */
function cutOff(message: string, status: number | null): boolean {
  return /interrupted by another navigation/.test(message) || (status === null && /ERR_ABORTED/.test(message));
}

/** Where the page is now. `status` is null where no server answered. */
export type Arrived = { readonly url: string; readonly status: number | null };

/** Opens an address and waits for it as far as asked. */
export function goto(surface: Surface, url: string, wait: LoadState, bound: Bound): Promise<Arrived> {
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
export function reload(surface: Surface, options: { readonly hard: boolean }, wait: LoadState, bound: Bound): Promise<Arrived> {
  const address = surface.url();
  const shown = oneLine(address);
  const { crashed } = surface;
  const again = (deadline: Deadline): Promise<Response | null> => {
    const how = { waitUntil: wait, timeout: 0, signal: ending(deadline) };
    return crashed ? surface.client.goto(address, how) : surface.client.reload(how);
  };
  return going(surface, 'reload', shown, bound, again, options.hard);
}

/** Milliseconds that the browser may take to stop a navigation that was given up. */
const STOPPING = 300;

/** One step in the tab's history; null when there is none. */
export function history(surface: Surface, direction: 'back' | 'forward', wait: LoadState, bound: Bound): Promise<{ url: string } | null> {
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
      const gone = direction === 'back' ? surface.client.goBack(options) : surface.client.goForward(options);
      const done = await surface.uninterrupted(deadline.race(navigated(surface, gone, oneLine(entry.url), deadline)));
      if ('interrupted' in done && done.interrupted !== 'dialog') return surface.lost();
      return { url: surface.url() };
    },
    { page: false },
  );
}

function going(
  surface: Surface,
  what: string,
  url: string,
  bound: Bound,
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
      const status = watchStatus(surface);
      // A navigation that the page itself begins meanwhile (after a click, by a timer) cuts ours off: then it is ours that counts.
      const again = async (): Promise<Response | null> => {
        try {
          return await go(deadline);
        } catch (error) {
          if (deadline.passed || !(error instanceof Error) || !cutOff(error.message, status.last())) throw error;
          return go(deadline);
        }
      };
      try {
        const done = await surface.uninterrupted(deadline.race(navigated(surface, again(), url, deadline, status.last)));
        if ('interrupted' in done && done.interrupted !== 'dialog') return surface.lost();
        const response = 'value' in done ? done.value : null;
        return { url: surface.url(), status: response && /^https?:/.test(response.url()) ? response.status() : null };
      } finally {
        status.stop();
        // Given up: it must not arrive under the next command.
        if (deadline.passed && surface.page.mainFrame().pendingDocument()) {
          await deadline
            .putOff(STOPPING)
            .race(surface.session.send('Page.stopLoading'))
            .catch(() => {});
        }
        if (fresh) surface.session.send('Network.setCacheDisabled', { cacheDisabled: false }).catch(() => {});
      }
    },
    { page: false, acted: true },
  );
}

/** A navigation's failure in words; anything else passes through. `status` is the last one that the server gave. */
async function navigated<T>(
  surface: Surface,
  going: Promise<T>,
  url: string,
  deadline: Deadline,
  status: () => number | null = () => null,
): Promise<T> {
  const { came } = surface.files;
  try {
    return await going;
  } catch (error) {
    if (error instanceof Error && isDownload(error.message)) {
      await filesBegin(surface, came + 1, FILE_PATIENCE, deadline);
      return fail('download-not-page', { url });
    }
    const reason = error instanceof Error ? navigationReason(error.message) : null;
    if (reason === null) throw error;
    const code = status();
    return fail('navigation-failed', {
      url,
      reason: code === 204 || code === 205 ? `the server answered ${code}: there is no page to show` : reason,
    });
  }
}

/** The last status that a document of the main frame was answered with, until `stop`. */
function watchStatus(surface: Surface): { readonly last: () => number | null; readonly stop: () => void } {
  let last: number | null = null;
  const listen = (response: Response): void => {
    const request = response.request();
    if (request.isNavigationRequest() && request.frame() === surface.client.mainFrame()) last = response.status();
  };
  surface.client.on('response', listen);
  return { last: () => last, stop: () => surface.client.off('response', listen) };
}

/** Ends Playwright's own waiting with ours: what nobody waits for must not go on. */
function ending(deadline: Deadline): AbortSignal {
  return AbortSignal.any([deadline.signal, AbortSignal.timeout(Math.ceil(deadline.left()) + 1)]);
}
