/** Failures of what was asked: the page said no, the command line is wrong, what it points at is gone. */
import { shellQuote } from '../../base/words.ts';
import { row, snapshotAgain } from './exit-status.ts';
import { TAB_FAILURES } from './tab.ts';
import { FIRST_PORT, LAST_PORT } from '../pool.ts';

/** For how long a command waited for its turn on the tab, and behind which ones. */
export type Waited = { readonly ms: number; readonly behind: string };

/** Exit statuses 1 to 3. */
export const PAGE_FAILURES = {
  // 1: the page said no
  'timeout': row<{ what: string; ms: number; waited?: Waited }>({
    exit: 1,
    http: 504,
    retryable: true,
    message: ({ what, ms, waited }) =>
      `${what} did not end within ${ms} ms${waited === undefined ? '' : `, after it had waited ${waited.ms} ms behind ${waited.behind}`}`,
    hint: () => 'browse snapshot -i',
  }),
  'tab-busy': row<{ tab: number; behind: string; ms: number }>({
    exit: 1,
    http: 503,
    retryable: true,
    message: ({ tab, behind, ms }) => `Did not run: tab ${tab} was busy with ${behind} for ${ms} ms`,
    hint: () => 'browse tabs',
  }),
  'dialog-open': row<{ tab: number; dialog: string }>({
    exit: 1,
    http: 409,
    retryable: true,
    message: ({ tab, dialog }) => `Did not run: tab ${tab} waits for its dialog, ${dialog}`,
    hint: ({ tab }) => `browse dialog-accept --tab ${tab}`,
  }),
  'element-missing': row<{ selector: string }>({
    exit: 1,
    http: 404,
    retryable: true,
    message: ({ selector }) => `No element matches ${JSON.stringify(selector)}`,
    hint: snapshotAgain,
  }),
  'page-hung': row<{ url: string; ms: number; busy?: string }>({
    exit: 1,
    http: 504,
    retryable: true,
    message: ({ url, ms, busy }) =>
      `The page ${url} did not respond within ${ms} ms${busy === undefined ? '' : `: its process is busy with ${busy}, whose tab was closed`}`,
    hint: () => 'browse closetab',
  }),
  'page-crashed': row<{ url: string }>({
    exit: 1,
    http: 422,
    retryable: true,
    message: ({ url }) => `The page ${url} crashed`,
    hint: () => 'browse reload',
  }),
  'not-actionable': row<{ act: string; target: string; reason: string; ms: number }>({
    exit: 1,
    http: 422,
    retryable: true,
    message: ({ act, target, reason, ms }) => `Cannot ${act} ${target}: ${reason} (waited ${ms} ms); nothing was touched`,
    hint: snapshotAgain,
  }),
  'act-broken': row<{ act: string; target: string; reason: string }>({
    exit: 1,
    http: 422,
    retryable: false,
    ran: 'partly',
    message: ({ act, target, reason }) => `The ${act} on ${target} was stopped halfway: ${reason}`,
    hint: snapshotAgain,
  }),
  'unsuited': row<{ act: string; target: string; reason: string }>({
    exit: 1,
    http: 422,
    retryable: false,
    message: ({ act, target, reason }) => `Cannot ${act} ${target}: ${reason}`,
    hint: snapshotAgain,
  }),
  'no-option': row<{ wanted: string; options: readonly string[] }>({
    exit: 1,
    http: 422,
    retryable: false,
    message: ({ wanted, options }) =>
      `No option ${JSON.stringify(wanted)}: ${options.length === 0 ? 'there are none' : `there are ${options.join(', ')}`}`,
    hint: snapshotAgain,
  }),
  'value-refused': row<{ target: string; reason: string }>({
    exit: 1,
    http: 422,
    retryable: false,
    message: ({ target, reason }) => `${target} did not take the value: ${reason}`,
    hint: snapshotAgain,
  }),
  'focus-moved': row<{ typed: number; total: number; now: string }>({
    exit: 1,
    http: 422,
    retryable: false,
    ran: ({ typed }) => (typed === 0 ? 'no' : 'partly'),
    message: ({ typed, total, now }) =>
      `Typed ${typed} of ${total} characters, then the page moved the focus to ${now}; the rest was held back`,
    hint: snapshotAgain,
  }),
  'script-failed': row<{ message: string }>({
    exit: 1,
    http: 422,
    retryable: false,
    ran: 'partly',
    message: ({ message }) => message,
    hint: () => null,
  }),
  'query-late': row<{ ms: number }>({
    exit: 1,
    http: 504,
    retryable: false,
    message: ({ ms }) => `The query of the log did not end within ${ms} ms and was stopped`,
    hint: () => 'browse help logs',
  }),
  // 2: usage
  'query-refused': row<{ reason: string }>({
    exit: 2,
    http: 400,
    retryable: false,
    message: ({ reason }) => `The log does not answer this: ${reason}`,
    hint: () => 'browse help logs',
  }),
  'usage': row<{ problem: string; hint?: string }>({
    exit: 2,
    http: 400,
    retryable: false,
    message: ({ problem }) => problem,
    hint: ({ hint }) => hint ?? 'browse help',
  }),
  'selector-ambiguous': row<{ selector: string; count: number; first: readonly string[] }>({
    exit: 2,
    http: 400,
    retryable: false,
    message: ({ selector, count, first }) =>
      `${count} elements match ${JSON.stringify(selector)}: ${first.join(', ')}${count > first.length ? ', ...' : ''}; give a ref, --first or --nth N`,
    hint: snapshotAgain,
  }),
  'file-refused': row<{ path: string; allowed: readonly string[] }>({
    exit: 2,
    http: 400,
    retryable: false,
    message: ({ path, allowed }) => `${path} is outside ${allowed.join(' and ')}, where file:// pages may be`,
    hint: () => 'browse help goto',
  }),
  'file-missing': row<{ path: string }>({
    exit: 2,
    http: 400,
    retryable: false,
    message: ({ path }) => `There is no file ${path}`,
    hint: () => 'browse help',
  }),
  'origin-needed': row<{ what: string; example: string }>({
    exit: 2,
    http: 400,
    retryable: false,
    message: ({ what }) => `${what} needs --origin URL: the tab shows a page without an origin`,
    hint: ({ example }) => example,
  }),
  'selector-invalid': row<{ selector: string; reason: string }>({
    exit: 2,
    http: 400,
    retryable: false,
    message: ({ selector, reason }) => `Not a selector: ${selector} (${reason})`,
    hint: snapshotAgain,
  }),
  'malformed': row<{ problem: string }>({
    exit: 2,
    http: 400,
    retryable: false,
    message: ({ problem }) => `Malformed request: ${problem}`,
    hint: () => null,
  }),
  'too-large': row<{ limit: number }>({
    exit: 2,
    http: 413,
    retryable: false,
    message: ({ limit }) => `The request is larger than ${limit} bytes`,
    hint: () => null,
  }),
  'body-late': row<{ ms: number }>({
    exit: 2,
    http: 408,
    retryable: true,
    message: ({ ms }) => `The body did not come within ${ms} ms`,
    hint: () => null,
  }),
  'body-unreadable': row<{ what: string }>({
    exit: 2,
    http: 415,
    retryable: false,
    message: ({ what }) => `A body in ${what} is not read here: JSON lines or OTLP as http/json, not compressed`,
    hint: () => null,
  }),
  'too-fast': row<{ seconds: number }>({
    exit: 2,
    http: 429,
    retryable: true,
    message: ({ seconds }) => `This client posts more than the log takes from one: again in ${seconds} s`,
    hint: () => null,
  }),
  'no-route': row<{ path: string }>({
    exit: 2,
    http: 404,
    retryable: false,
    message: ({ path }) => `Nothing answers at ${path}`,
    hint: () => 'browse help',
  }),
  'port-outside': row<{ port: number }>({
    exit: 2,
    http: 400,
    retryable: false,
    message: ({ port }) => `Port ${port} is outside of the pool's range, ${FIRST_PORT}-${LAST_PORT}`,
    hint: () => 'browse pool spawn',
  }),
  'profile-taken': row<{ port: number; session: string }>({
    exit: 2,
    http: 409,
    retryable: false,
    message: ({ port, session }) => `The browser on port ${port} shows one profile, and session ${session} has it`,
    hint: () => 'browse session list',
  }),
  'pipe-only': row<Record<never, never>>({
    exit: 2,
    http: 409,
    retryable: false,
    message: () =>
      'This browser has no CDP endpoint, it is on a pipe of ours; one of the pool has, on a port that every local user can open',
    hint: () => 'browse pool spawn',
  }),
  'undriven': row<{ port: number; browser: string }>({
    exit: 2,
    http: 400,
    retryable: false,
    message: ({ port, browser }) =>
      `Commands drive Chromium's family only: the ${browser} on port ${port} is for clients of its Playwright endpoint`,
    hint: ({ port }) => `browse pool get ${port}`,
  }),
  // 3: what you point at is gone
  ...TAB_FAILURES,
  'frame-gone': row<{ frame: string }>({
    exit: 3,
    http: 404,
    retryable: false,
    message: ({ frame }) => `The frame ${frame}, which commands were to work in, has left the page`,
    hint: () => 'browse frame main',
  }),
  'page-closed': row<{ url: string }>({
    exit: 3,
    http: 404,
    retryable: false,
    message: ({ url }) => `The tab of ${url} was closed`,
    hint: () => 'browse tabs',
  }),
  'tab-gone': row<{ tab: number; reason: string }>({
    exit: 3,
    http: 404,
    retryable: false,
    message: ({ tab, reason }) => `No tab ${tab}: ${reason}`,
    hint: () => 'browse tabs',
  }),
  'session-unknown': row<{ session: string; known?: string }>({
    exit: 3,
    http: 404,
    retryable: false,
    message: ({ session, known = '' }) => `No session ${JSON.stringify(session)}${known === '' ? '' : `; there is ${known}`}`,
    hint: () => 'browse session list',
  }),
  'request-unknown': row<{ id: number; session: string }>({
    exit: 3,
    http: 404,
    retryable: false,
    message: ({ id, session }) => `No request #${id} in session ${JSON.stringify(session)}`,
    hint: () => 'browse network',
  }),
  'secrets-gone': row<{ id: number }>({
    exit: 3,
    http: 410,
    retryable: false,
    message: ({ id }) => `The secrets of request #${id} are no longer in memory: they are kept for the last requests only, and in no file`,
    hint: ({ id }) => `browse request ${shellQuote(String(id))} --curl`,
  }),
  'no-dialog': row<Record<never, never>>({
    exit: 3,
    http: 404,
    retryable: false,
    message: () => 'No dialog is open in this tab',
    hint: () => 'browse dialog',
  }),
  'ref-stale': row<{ ref: string; role: string; name: string; reason: string }>({
    exit: 3,
    http: 409,
    retryable: false,
    message: ({ ref, role, name, reason }) =>
      `${ref === '' ? 'The element' : `Ref ${ref}`}${role === '' ? '' : ` (${role} ${JSON.stringify(name)})`} is stale: ${reason}`,
    hint: snapshotAgain,
  }),
  'ref-unknown': row<{ ref: string; known: string }>({
    exit: 3,
    http: 404,
    retryable: false,
    message: ({ ref, known }) => `Ref ${ref} not found: ${known}`,
    hint: snapshotAgain,
  }),
} as const;
