/**
 * The warm browser's life as a union. Pure; `daemon/browser-host.ts` acts on it.
 *
 *     none ──launch──► launching ──up──► up ──crash──► none (says why, once)
 *       ▲                  └──failed──► none │
 *       └───────────────────── close ◄───────┘ ──► closed (for good)
 */
import type { Browser } from '../ports.ts';

export type BrowserState =
  | { readonly kind: 'none' }
  | { readonly kind: 'launching'; readonly headless: boolean; readonly browser: Promise<Browser> }
  | { readonly kind: 'up'; readonly browser: Browser; readonly startedAt: string; readonly sessions: number }
  | { readonly kind: 'closed' };

/** Whether a browser that runs may give way to one with a window: nobody has used it yet. */
export function mayGiveWay(state: BrowserState): boolean {
  return state.kind === 'up' && state.sessions === 0;
}
