/** Failures of going to a page. */
import { row } from './exit-status.ts';

/** Reasons that lie in the address that was given; the log tells no more of them. */
const ADDRESS =
  /certificate|TLS|no such file|may not be read|that port|no URL|kind of URL|cannot be opened in a session|there is no page to show/;

/** Exit status 1. */
export const NAVIGATION_FAILURES = {
  'navigation-failed': row<{ url: string; reason: string }>({
    exit: 1,
    http: 422,
    retryable: true,
    message: ({ url, reason }) => `Cannot open ${url}: ${reason}`,
    hint: ({ reason }) => (ADDRESS.test(reason) ? 'browse help goto' : 'browse network --since 1m'),
  }),
  'download-not-page': row<{ url: string }>({
    exit: 1,
    http: 422,
    retryable: false,
    ran: 'yes',
    message: ({ url }) => `Did not open ${url}: it is a download, which began. The next answer says where its file is`,
    hint: () => 'browse url',
  }),
  'no-history': row<{ direction: string }>({
    exit: 1,
    http: 409,
    retryable: false,
    message: ({ direction }) => `There is no page to go ${direction} to`,
    hint: () => 'browse url',
  }),
  // The browser lets nobody ask a page whose next document has been asked for and has not come.
  'page-leaving': row<{ url: string; to: string; ms: number }>({
    exit: 1,
    http: 504,
    retryable: true,
    message: ({ url, to, ms }) => `The page ${url} is on its way to ${to}, which has not answered for ${ms} ms`,
    hint: () => 'browse tabs',
  }),
  'page-moved': row<{ what: string; url: string }>({
    exit: 1,
    http: 409,
    retryable: true,
    message: ({ what, url }) => `The page navigated under the ${what}, again and again; it is at ${url} now`,
    hint: () => 'browse wait --load',
  }),
} as const;
