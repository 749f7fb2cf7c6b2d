/** Failures of what a tab shows: not the page that the caller knows, or means. Nothing was done. */
import { row, snapshotAgain } from './exit-status.ts';

/** Exit status 3. */
export const TAB_FAILURES = {
  'page-lost': row<{ tab: number; reason: string; hint?: string }>({
    exit: 3,
    http: 409,
    retryable: false,
    message: ({ tab, reason }) => `Did not run: tab ${tab} ${reason}`,
    hint: ({ hint }) => hint ?? snapshotAgain(),
  }),
  'page-unseen': row<{ tab: number; url: string; by: string }>({
    exit: 3,
    http: 409,
    retryable: false,
    message: ({ tab, url, by }) => `Did not run: ${by} has opened ${url} in tab ${tab}, which you have not looked at`,
    hint: snapshotAgain,
  }),
  'page-differs': row<{ tab: number; url: string; wanted: string }>({
    exit: 3,
    http: 409,
    retryable: false,
    message: ({ tab, url, wanted }) => `Did not run: tab ${tab} is at ${url}, not at ${wanted}`,
    hint: () => 'browse tabs',
  }),
} as const;
