/**
 * Bodies of answers, taken when their page is calm: to hand one out is work of the page's own thread, which is busy loading. What
 * a page holds is gone with its next navigation, so one that begins to leave is asked at once. Must not know rows.
 */
import { isUtf8 } from 'node:buffer';
import { BODY_LIMIT, RECORDED_BODIES, RECORDED_BODY, textual } from '../../../domain/traffic/entry.ts';
import type { ServerResponse } from '../internals/network.ts';

export type Body = {
  readonly text: string | null;
  readonly encoding: 'base64' | null;
  readonly bytes: number | null;
  readonly note: string | null;
};

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
  readonly #recording: () => number | null;
  /** The recording that bodies are counted for, and their bytes. */
  #recorded = { since: 0, bytes: 0 };

  /** `recording`: since when everything is recorded; null when it is not. */
  constructor(recording: () => number | null) {
    this.#recording = recording;
  }

  /** Whether bodies of every type are kept. */
  get recording(): boolean {
    return this.#recording() !== null;
  }

  /** A page asks for something; `leaving` when it is another document. */
  stir(page: object | null, leaving: boolean): void {
    this.#gates.get(page ?? this.#nobody)?.stir(leaving);
  }

  /** Null when there are too many already. Never rejects. */
  take(page: object | null, response: ServerResponse, mime: string | null): Promise<Body> | null {
    if (this.#taken >= MOST) return null;
    this.#taken += 1;
    const key = page ?? this.#nobody;
    let gate = this.#gates.get(key);
    if (gate === undefined) this.#gates.set(key, (gate = new Gate()));
    return gate
      .pass()
      .then(() => this.#bodyOf(response, mime))
      .finally(() => (this.#taken -= 1));
  }

  async #bodyOf(response: ServerResponse, mime: string | null): Promise<Body> {
    const none = { text: null, encoding: null };
    const since = this.#recording();
    try {
      const data = await response.internalBody();
      const bytes = data.length;
      const limit = since === null ? BODY_LIMIT : RECORDED_BODY;
      if (bytes > limit) return { ...none, bytes, note: `it is larger than ${limit} bytes (${bytes})` };
      if (since === null) return { text: Buffer.from(data).toString('utf8'), encoding: null, bytes, note: null };
      if (this.#recorded.since !== since) this.#recorded = { since, bytes: 0 };
      if (this.#recorded.bytes + bytes > RECORDED_BODIES)
        return { ...none, bytes, note: `a recording keeps ${RECORDED_BODIES} bytes of bodies, and has as many` };
      this.#recorded.bytes += bytes;
      // As text only what is one: a font or a picture would not come out as it went in.
      const encoding = textual(mime) && isUtf8(data) ? null : 'base64';
      return { text: Buffer.from(data).toString(encoding ?? 'utf8'), encoding, bytes, note: null };
    } catch {
      return { ...none, bytes: null, note: 'body no longer available' };
    }
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
