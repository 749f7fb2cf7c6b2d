/**
 * Whether a session has its context in the browser. Types only.
 *
 *   away (fresh) ──first use──► opening ──► open ──browser died──► away ──next use──► opening (tabs again under their numbers, refs gone)
 *                                  └── failed ──► as before
 */
import type { BrowserSession } from '../../domain/ports/browser.ts';
import type { Viewport } from '../../domain/ports/page.ts';

/** `viewport`: the one that it was made with. */
export type SessionContext = { readonly browser: BrowserSession; readonly viewport: Viewport | null };
/** `fresh`: nothing of the session was ever there, and what is kept of it on disk still counts. `reason`: of its browser's death. */
export type Away = { readonly at: 'away'; readonly fresh: boolean; readonly reason: string | null };
export type Opening = {
  readonly at: 'opening';
  readonly from: Away;
  /** What every caller waits for. */
  readonly made: Promise<BrowserSession>;
  /** Set as soon as there is a session in it to be lost. */
  context: SessionContext | null;
  /** Why the browser ended meanwhile. */
  died: string | null;
};
export type SessionState = Away | Opening | { readonly at: 'open'; readonly context: SessionContext };
