/** What stands for a page that is not loaded: it knows the address and the title, has nothing to say, and can be closed. */
import { BrowseError } from '../../protocol/errors.ts';
import type { Page } from '../../domain/ports/page.ts';

/** Nothing else of a page is asked of it: whatever acts on a tab has it loaded before. */
export function standInFor(url: string, title: string): Page {
  const known: Pick<Page, 'url' | 'title' | 'responds' | 'onEvent' | 'frame' | 'framePath' | 'setViewport' | 'bringToFront' | 'close'> = {
    url: () => url,
    title: async () => title,
    responds: async () => true,
    onEvent: () => {},
    frame: () => null,
    framePath: async () => [],
    setViewport: async () => {},
    bringToFront: async () => {},
    close: async () => {},
  };
  return new Proxy(known as Page, {
    get(page, name, itself) {
      if (Object.hasOwn(page, name)) return Reflect.get(page, name, itself) as unknown;
      // A promise is none.
      if (name === 'then') return undefined;
      return () => Promise.reject(new BrowseError('page-closed', { url }));
    },
  });
}
