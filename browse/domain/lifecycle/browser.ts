/**
 * The warm browser's life as a union. Pure; `daemon/browsers/browser-host.ts` acts on it.
 *
 *     none ──launch──► launching ──up──► up ──crash──► none (says why, once)
 *       ▲                  └──failed──► none │
 *       └───────────────────── close ◄───────┘ ──► closed (for good)
 */
import type { BrowserChoice } from '../pool.ts';
import type { Browser } from '../ports/browser.ts';

export type BrowserState =
  | { readonly kind: 'none' }
  | { readonly kind: 'launching'; readonly headless: boolean; readonly browser: Promise<Browser> }
  | {
      readonly kind: 'up';
      readonly browser: Browser;
      readonly startedAt: string;
      readonly sessions: number;
      readonly choice: BrowserChoice;
    }
  | { readonly kind: 'closed' };

/** As it is when nothing is configured. */
export const NO_CHOICE: BrowserChoice = { executable: null, args: [], proxy: null, headed: null };

/** Whether a browser that was started with `has` is the one that `wants` would have started. */
export function isAsChosen(has: BrowserChoice, wants: BrowserChoice): boolean {
  return (
    JSON.stringify([has.executable, has.args, has.proxy, has.headed]) ===
    JSON.stringify([wants.executable, wants.args, wants.proxy, wants.headed])
  );
}

/** Whether a browser that runs may give way to another one: nobody has used it yet. */
export function mayGiveWay(state: BrowserState): boolean {
  return state.kind === 'up' && state.sessions === 0;
}
