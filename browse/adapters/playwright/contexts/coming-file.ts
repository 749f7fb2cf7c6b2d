/** A download of Playwright's as a file that comes: how much of it is there, where it is kept, and its end. */
import { statSync } from 'node:fs';
import type { Download } from 'playwright';
import { oneLine } from '../../../base/escape.ts';
import type { ComingFile } from '../../../domain/ports/page.ts';
import { translate } from '../errors.ts';
import type { PageHandle } from '../handle/page-handle.ts';
import { downloadPath } from '../internals/server-side.ts';

export function comingFile(download: Download, surface: PageHandle): ComingFile {
  // Asked now: its server side is gone with the copy there.
  const kept = downloadPath(download);
  return {
    async save(path, whole = false) {
      try {
        await download.saveAs(path);
      } catch (error) {
        // It was written where the browser runs.
        if (surface.around.far && error instanceof Error && /ENOENT.*copyfile/.test(error.message))
          throw new Error('its file is on the machine of the browser', { cause: error });
        translate(error, { what: `download ${oneLine(download.url())}`, url: surface.url(), ms: 0, page: false });
      }
      // Playwright keeps its own copy for as long as the session lives.
      if (whole) await download.delete().catch(() => {});
    },
    received() {
      return kept === undefined ? 0 : (statSync(kept, { throwIfNoEntry: false })?.size ?? 0);
    },
    async drop() {
      await download.cancel();
      await download.delete();
    },
  };
}
