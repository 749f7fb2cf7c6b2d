/** Waiting for something of a page. Must not know commands. */
import type { Deadline } from '../../../base/deadline.ts';
import { oneLine } from '../../../base/escape.ts';
import { shownUrl } from '../../../domain/traffic/printable-url.ts';
import { fail } from '../../../protocol/errors.ts';
import { watchErrorPage } from './error-page.ts';
import { firstLine, navigationReason } from '../errors.ts';
import { badSelector } from './selectors.ts';
import type { PageHandle } from '../handle/page-handle.ts';
import type { TimeLimit } from '../../../domain/ports/machine.ts';
import type { LoadState } from '../../../domain/ports/page.ts';

/** Runs one of Playwright's own waits within the deadline. A page that hangs is a wait that does not end. */
function waiting<T>(
  surface: PageHandle,
  what: string,
  bound: TimeLimit,
  wait: (deadline: Deadline, options: { timeout: number; signal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const work = (deadline: Deadline): Promise<T> => {
    const signal = AbortSignal.any([deadline.signal, AbortSignal.timeout(Math.ceil(deadline.left()) + 1)]);
    return deadline.race(wait(deadline, { timeout: 0, signal }));
  };
  return surface.run(what, bound, work, { page: false });
}

/** Until the page has come as far in loading. */
export function waitForLoad(surface: PageHandle, state: LoadState, bound: TimeLimit): Promise<void> {
  if (state === 'commit') return Promise.resolve();
  return waiting(surface, `wait for ${state}`, bound, (_, options) => surface.client.waitForLoadState(state, options));
}

/** Until the address matches; returns it. A navigation that fails ends the wait where the browser's page about it is what stays. */
export async function waitForUrl(surface: PageHandle, glob: string, bound: TimeLimit): Promise<string> {
  await waiting(surface, `wait for the address ${oneLine(glob)}`, bound, async (deadline, options) => {
    const { client } = surface;
    for (;;) {
      const failed = watchErrorPage(surface);
      try {
        return await client.waitForURL(glob, { waitUntil: 'commit', ...options });
      } catch (error) {
        // Playwright's wait ends with any navigation that comes to nothing, one that the next has cut off too.
        const reason = error instanceof Error ? navigationReason(error.message) : null;
        if (reason === null) throw error;
        if (!(await failed.after(error, deadline))) continue;
        // It may be what was waited for.
        return await client.waitForURL(glob, { waitUntil: 'commit', timeout: 1 }).catch(() => {
          fail('navigation-failed', { url: shownUrl(surface.files.failed ?? surface.url()), reason });
        });
      } finally {
        failed.stop();
      }
    }
  });
  return surface.url();
}

/** Until a text shows. */
export function waitForText(surface: PageHandle, text: string, bound: TimeLimit): Promise<void> {
  return waiting(surface, `wait for the text ${JSON.stringify(oneLine(text))}`, bound, (_, options) => {
    const shown = surface.chosen.in(surface.client).getByText(text).filter({ visible: true }).first();
    return shown.waitFor({ state: 'visible', ...options });
  });
}

/** Until a script of the page's own world says yes. */
export function waitForFunction(surface: PageHandle, source: string, bound: TimeLimit): Promise<void> {
  return waiting(surface, `wait for ${oneLine(source)}`, bound, async (_, options) => {
    try {
      const handle = await surface.chosen.in(surface.client).waitForFunction(source, undefined, options);
      handle.dispose().catch(() => {});
    } catch (error) {
      if (error instanceof Error && /^((?:page|frame)\.waitForFunction: )?(\w*Error): /.test(error.message) && error.name === 'Error') {
        return fail('script-failed', { message: firstLine(error) });
      }
      throw error;
    }
  });
}

/** Until what a selector means shows, or none of it does. */
export function waitForSelector(surface: PageHandle, selector: string, state: 'visible' | 'hidden', bound: TimeLimit): Promise<void> {
  return waiting(surface, `wait for ${oneLine(selector)}${state === 'hidden' ? ' to go' : ''}`, bound, async (_, options) => {
    try {
      await surface.chosen
        .in(surface.client)
        .locator(selector)
        .filter({ visible: true })
        .first()
        .waitFor({ state, ...options });
    } catch (error) {
      return badSelector(selector, error);
    }
  });
}
