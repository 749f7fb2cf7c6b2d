/** What came to the main frame of a page last: another document or another place in the same one, and whether a POST brought it. */
import type { ServerFrame } from '../internals/server-side.ts';

type Arrival = { readonly document: boolean; readonly posted: boolean };

const NOTHING: Arrival = { document: false, posted: false };

export class Arrivals {
  #last = NOTHING;

  watch(frame: ServerFrame): void {
    frame.on('internalnavigation', ({ error, newDocument }) => {
      if (!error && newDocument) this.#last = { document: true, posted: newDocument.request?.method() === 'POST' };
    });
  }

  /** What has arrived since this was asked last. */
  take(): Arrival {
    const last = this.#last;
    this.#last = NOTHING;
    return last;
  }
}
