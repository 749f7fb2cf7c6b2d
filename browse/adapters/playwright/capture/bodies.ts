/**
 * Bodies of answers, taken when their page is calm: to hand one out is work of the page's own thread, which is busy loading. What
 * a page holds is gone with its next navigation, so one that begins to leave is asked at once. Must not know rows.
 */
import { BODY_LIMIT } from '../../../domain/traffic/entry.ts';
import type { ServerResponse } from '../internals/network.ts';

export type Body = { readonly text: string | null; readonly bytes: number | null; readonly note: string | null };

/** Milliseconds without a new request that make a page calm, and the longest that a body waits for that. */
const CALM = 30;
const LONGEST = 2_000;
/** Bodies of one page that wait at most. */
const MANY = 400;
/** Bodies that are being asked for: a page that outruns its own answers loses bodies, not memory. */
const MOST = 2_000;

/** Those of one context's pages. */
export class Bodies {
  readonly #gates = new WeakMap<object, Gate>();
  readonly #nobody = {};
  #taken = 0;

  /** A page asks for something; `leaving` when it is another document. */
  stir(page: object | null, leaving: boolean): void {
    this.#gates.get(page ?? this.#nobody)?.stir(leaving);
  }

  /** Null when there are too many already. Never rejects. */
  take(page: object | null, response: ServerResponse): Promise<Body> | null {
    if (this.#taken >= MOST) return null;
    this.#taken += 1;
    const key = page ?? this.#nobody;
    let gate = this.#gates.get(key);
    if (gate === undefined) this.#gates.set(key, (gate = new Gate()));
    return gate
      .pass()
      .then(() => bodyOf(response))
      .finally(() => (this.#taken -= 1));
  }
}

class Gate {
  readonly #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | null = null;
  #since = 0;

  stir(leaving: boolean): void {
    if (this.#timer === null) return;
    if (leaving || performance.now() - this.#since > LONGEST) this.#open();
    else this.#timer.refresh();
  }

  pass(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length >= MANY) return this.#open();
      if (this.#timer !== null) return;
      this.#since = performance.now();
      this.#timer = setTimeout(() => this.#open(), CALM);
    });
  }

  #open(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

async function bodyOf(response: ServerResponse): Promise<Body> {
  try {
    const data = await response.internalBody();
    if (data.length > BODY_LIMIT) return { text: null, bytes: data.length, note: `it is larger than ${BODY_LIMIT} bytes (${data.length})` };
    return { text: Buffer.from(data).toString('utf8'), bytes: data.length, note: null };
  } catch {
    return { text: null, bytes: null, note: 'body no longer available' };
  }
}
