/**
 * Keeps pages from local files within the folders that were opened: a page of a checked-out folder may frame, load or lead to
 * any file of the machine, and what it shows reaches whoever reads it. Requests are held up only once a session opens a file.
 * Must not know which folders those are.
 */
import { realpath } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Route } from 'playwright';

/** The folders of one context; each is an absolute path without links. */
export class LocalFiles {
  readonly #context: BrowserContext;
  readonly #folders = new Set<string>();

  constructor(context: BrowserContext) {
    this.#context = context;
  }

  /** From now on files below these folders may be loaded, and no others. */
  async allow(folders: readonly string[]): Promise<void> {
    const first = this.#folders.size === 0;
    for (const folder of folders) this.#folders.add(folder);
    if (first && folders.length > 0)
      await this.#context.route(
        (url) => url.protocol === 'file:',
        (route) => this.#judge(route),
      );
  }

  async #judge(route: Route): Promise<void> {
    const path = await realpath(fileURLToPath(new URL(route.request().url()))).catch(() => null);
    // A file that is not there is nobody's secret; the browser says so itself.
    if (path === null || [...this.#folders].some((folder) => path === folder || path.startsWith(`${folder}/`))) return route.fallback();
    return route.abort('accessdenied');
  }
}
