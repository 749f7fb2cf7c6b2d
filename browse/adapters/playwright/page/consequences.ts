/**
 * What an input set off, up to the point where its consequence can be named: the commit of a navigation, the window it opened,
 * the file it fetches. Must not know which act it was.
 */
import { Deadline } from '../../../base/deadline.ts';
import type { NavigationNotice, ServerFrame } from '../internals/server-side.ts';
import type { PageHandle } from '../handle/page-handle.ts';

/** How long an opened window may take to appear among the tabs, in milliseconds. */
const WINDOW_PATIENCE = 800;
/** How long a file that was asked for may take to begin, in milliseconds. */
export const FILE_PATIENCE = 500;
/** The same where a navigation came to nothing, which is what a file looks like at first. */
const MAYBE_FILE_PATIENCE = 300;

/** Resolves at the commit or the failure of the navigation that a frame began. */
async function committed(frame: ServerFrame, deadline: Deadline): Promise<void> {
  let stop: ((notice: NavigationNotice) => void) | undefined;
  const commit = new Promise<void>((resolve) => {
    stop = () => {
      if (!frame.pendingDocument()) resolve();
    };
    frame.on('internalnavigation', stop);
  });
  try {
    await deadline.race(commit);
  } catch {
    // A server that is slower than the caller's patience: the act is done, the address is what it is.
  } finally {
    if (stop) frame.off('internalnavigation', stop);
  }
}

/** What was there before an act, to tell what it set off. */
export type Before = {
  readonly asked: number;
  readonly arrived: number;
  readonly files: Pick<PageHandle['files'], 'asked' | 'came' | 'failures'>;
};

/** To be taken before the act. */
export function before(surface: PageHandle): Before {
  return { asked: surface.windows, arrived: surface.around.arrived(), files: { ...surface.files } };
}

/** Waits, so many milliseconds at most, until so many files of the page have begun to come, ever. */
export function filesBegin(surface: PageHandle, count: number, patience: number, deadline: Deadline): Promise<void> {
  return until(
    () => surface.files.came >= count,
    () => surface.files.next(),
    new Deadline(deadline.bound(patience)),
  );
}

/** Waits for what the page began since. Returns the address after it. */
export async function awaitConsequences(surface: PageHandle, since: Before, frame: ServerFrame, deadline: Deadline): Promise<string> {
  const main = surface.page.mainFrame();
  const navigating = main.pendingDocument() ? main : frame.pendingDocument() ? frame : null;
  // The act is done: what becomes of the page now is for the next command.
  if (navigating) await surface.uninterrupted(committed(navigating, deadline)).catch(() => {});
  const { asked, came, failures } = since.files;
  const wanted = surface.files.asked - asked;
  const patience = wanted > 0 ? FILE_PATIENCE : surface.files.failures > failures ? MAYBE_FILE_PATIENCE : 0;
  if (patience > 0) await filesBegin(surface, came + Math.max(1, wanted), patience, deadline);
  const opened = (): boolean => surface.windows - since.asked <= surface.around.arrived() - since.arrived;
  await until(opened, () => surface.around.arrival(), new Deadline(deadline.bound(WINDOW_PATIENCE)));
  return surface.url();
}

async function until(done: () => boolean, next: () => Promise<void>, deadline: Deadline): Promise<void> {
  while (!done() && !deadline.passed) {
    const came = await deadline.race(next()).then(
      () => true,
      () => false,
    );
    if (!came) return;
  }
}
