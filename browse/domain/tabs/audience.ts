/**
 * Who knows the page that a tab shows. A caller knows it that has looked at it or has opened it. One that does not acts on what it
 * believes is there: that is refused, and nothing is done. Pure.
 *
 *   blank ──a document──► opened by A ──B looks──► known to A and B ──A's click navigates──► opened by A
 *                            └── its browser or daemon ends ──► loaded again: known to nobody
 */
import { callerText } from '../callers.ts';
import type { CallerKey } from '../callers.ts';

/** How an act says what it is for. `nothing`: whatever is there gets it. */
export type AudienceAim = 'nothing' | 'selector' | 'ref';

export type Objection =
  /** It has shown nothing but the blank page that it began with. */
  | { readonly why: 'blank' }
  /** It was loaded again, after that. */
  | { readonly why: 'reloaded'; readonly after: string }
  | { readonly why: 'unseen'; readonly by: string };

/** More callers than this are not told apart: the oldest has to look again. */
const REMEMBERED = 50;

export class Audience {
  #blank = true;
  /** What ended before the page was loaded again; null while it is as its callers left it. */
  #after: string | null = null;
  /** Who acted here last: what happens next is its doing. */
  #actor: CallerKey;
  /** Whether anybody has, since the page was loaded again. */
  #acted: boolean;
  #openedBy: CallerKey = null;
  readonly #knows = new Set<CallerKey>();
  /** Those that have ever looked at a page of this tab: they may have refs of an older one. */
  readonly #looked = new Set<CallerKey>();

  /** `opener`: the caller whose tab it is; undefined when it is nobody's doing. */
  constructor(opener?: CallerKey) {
    this.#actor = opener ?? null;
    this.#acted = opener !== undefined;
  }

  /** For a tab that it opens. */
  get actor(): CallerKey {
    return this.#actor;
  }

  /** A caller is about to change something here. */
  acts(caller: CallerKey): void {
    this.#actor = caller;
    this.#acted = true;
  }

  /** A new document is there. */
  arrived(blank: boolean): void {
    if (!blank) this.#blank = false;
    this.#knows.clear();
    // A page that is loaded again may go on to another one by itself.
    if (!this.#acted) return;
    this.#after = null;
    this.#openedBy = this.#actor;
    this.#knows.add(this.#actor);
  }

  /** The same page is about to be there once more, but what was done in it is gone. */
  reloading(after: string): void {
    this.#blank = false;
    this.#after = after;
    this.#actor = null;
    this.#acted = false;
    this.#openedBy = null;
    this.#knows.clear();
  }

  /** A page made it, which may have written in it without a navigation. */
  popup(): void {
    this.#blank = false;
  }

  /** A caller was shown the page, or asked for it. */
  looked(caller: CallerKey): void {
    remember(this.#knows, caller);
    remember(this.#looked, caller);
  }

  /** What speaks against an act of that caller; null for nothing. */
  objection(caller: CallerKey, aim: AudienceAim): Objection | null {
    if (this.#knows.has(caller)) return null;
    if (aim === 'nothing' && this.#after !== null) return { why: 'reloaded', after: this.#after };
    if (aim === 'nothing' && this.#blank) return { why: 'blank' };
    const by = this.#openedBy;
    // Whoever cannot be told apart is not called another.
    if (caller === null || by === null || by === caller) return null;
    // A ref of a page that it has never seen was told to it by somebody who has.
    if (aim === 'ref' && !this.#looked.has(caller)) return null;
    return { why: 'unseen', by: callerText(by) };
  }
}

function remember(callers: Set<CallerKey>, caller: CallerKey): void {
  callers.delete(caller);
  callers.add(caller);
  if (callers.size <= REMEMBERED) return;
  const [oldest] = callers;
  if (oldest !== undefined) callers.delete(oldest);
}
