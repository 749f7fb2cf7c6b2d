/**
 * What an input set off, up to the point where its consequence can be named: the commit of a navigation, the window it opened.
 * Must not know which act it was.
 */
import { Deadline } from '../../base/deadline.ts';
import type { NavigationNotice, ServerFrame } from './internals.ts';
import type { Surface } from './surface.ts';

/** How long an opened window may take to appear among the tabs, in milliseconds. */
const WINDOW_PATIENCE = 2000;

/** How long a download that a navigation became may take to be announced, in milliseconds. */
const DOWNLOAD_PATIENCE = 1000;

/** Resolves at the commit or the failure of the navigation that a frame began; at once when it began none. True: it became a download. */
async function committed(frame: ServerFrame, deadline: Deadline): Promise<boolean> {
  if (!frame.pendingDocument()) return false;
  let stop: ((notice: NavigationNotice) => void) | undefined;
  const commit = new Promise<boolean>((resolve) => {
    stop = ({ error }) => {
      if (!frame.pendingDocument()) resolve(/Download is starting/.test(error?.message ?? ''));
    };
    frame.on('internalnavigation', stop);
  });
  try {
    return await deadline.race(commit);
  } catch {
    // A server that is slower than the caller's patience: the act is done, the address is what it is.
    return false;
  } finally {
    if (stop) frame.off('internalnavigation', stop);
  }
}

/** Resolves when a download is announced, so that the act that set it off can tell it. */
async function announced(surface: Surface, deadline: Deadline): Promise<void> {
  const download = new Promise<void>((resolve) => {
    surface.onEvent((event) => {
      if (event.kind === 'download') resolve();
    });
  });
  await deadline.race(download, DOWNLOAD_PATIENCE).catch(() => {});
}

/** What was there before an act, to tell what it set off. */
export type Before = { readonly asked: number; readonly arrived: number };

/** To be taken before the act. */
export function before(surface: Surface): Before {
  return { asked: surface.windows, arrived: surface.around.arrived() };
}

/** Waits for what the page began since. Returns the address after it. */
export async function settle(surface: Surface, since: Before, frame: ServerFrame, deadline: Deadline): Promise<string> {
  const main = surface.page.mainFrame();
  const began = main.pendingDocument() ? main : frame.pendingDocument() ? frame : null;
  const done = began === null ? null : await surface.uninterrupted(committed(began, deadline));
  if (done !== null && 'value' in done && done.value) await announced(surface, deadline);
  const windows = new Deadline(deadline.bound(WINDOW_PATIENCE));
  while (surface.windows - since.asked > surface.around.arrived() - since.arrived && !windows.passed) {
    const arrived = await windows.race(surface.around.arrival()).then(
      () => true,
      () => false,
    );
    if (!arrived) break;
  }
  return surface.url();
}
