/** The browser's own page about a navigation that failed. Must not know why anybody navigates. */
import type { Frame } from 'playwright';
import type { Deadline } from '../../../base/deadline.ts';
import type { PageHandle } from '../handle/page-handle.ts';

/** What ends at such a page: not what was cut off, nor a file. */
const NET_ERROR = /net::ERR_(?!ABORTED)/;
/** How long the browser may take to show it after the news of the failure, in milliseconds. */
const PATIENCE = 1000;

const isErrorPage = (url: string): boolean => url.startsWith('chrome-error:');

/** Listens until `stop`: the page comes after the news, and would cut off the next navigation. */
export function watchErrorPage(surface: PageHandle): {
  /** Waits for what a failure ends at; whether it is the page that is shown then. */
  readonly after: (failure: unknown, deadline: Deadline) => Promise<boolean>;
  readonly stop: () => void;
} {
  const { client } = surface;
  const { promise, resolve } = Promise.withResolvers<void>();
  const listen = (frame: Frame): void => {
    if (frame === client.mainFrame() && isErrorPage(frame.url())) resolve();
  };
  client.on('framenavigated', listen);
  return {
    after: async (failure, deadline) => {
      if (!(failure instanceof Error) || !NET_ERROR.test(failure.message)) return false;
      await deadline.race(promise, PATIENCE).catch(() => {});
      return isErrorPage(client.url());
    },
    stop: () => client.off('framenavigated', listen),
  };
}
