/** Playwright's errors become failures of the table, here and nowhere else. Reads messages; decides nothing about what to do next. */
import { DeadlinePassed } from '../../base/deadline.ts';
import { oneLine } from '../../base/escape.ts';
import { shownUrl } from '../../domain/traffic/printable-url.ts';
import { BrowseError, fail } from '../../protocol/errors.ts';

/** What was being done, for the sentence of a failure. */
export type Doing = {
  /** As a person would say it: `goto https://...`, `click`. */
  readonly what: string;
  readonly url: string;
  /** Milliseconds the caller gave. */
  readonly ms: number;
  /** Whether it is the page that has to answer. */
  readonly page: boolean;
  /** The page of a closed tab that still keeps its process busy; null when there is none. */
  readonly busy?: string | null;
  /** Where the page was on its way to; null when it was not. */
  readonly leaving?: string | null;
  /** Whether it may have had an effect when it is cut off. */
  readonly acted?: boolean;
};

const NET: readonly (readonly [RegExp, string])[] = [
  [/ERR_NAME_NOT_RESOLVED|ERR_NAME_RESOLUTION_FAILED/, 'no such host (DNS)'],
  [/ERR_CONNECTION_REFUSED/, 'the connection was refused: nothing listens there'],
  [/ERR_CONNECTION_RESET|ERR_CONNECTION_CLOSED|ERR_SOCKET_NOT_CONNECTED/, 'the server closed the connection'],
  [/ERR_EMPTY_RESPONSE/, 'the server answered nothing'],
  [/ERR_CONNECTION_TIMED_OUT|ERR_TIMED_OUT/, 'the server did not answer in time'],
  [/ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|ERR_ADDRESS_UNREACHABLE/, 'the network cannot reach it'],
  [/ERR_CERT_DATE_INVALID/, 'its TLS certificate has expired'],
  [/ERR_CERT_COMMON_NAME_INVALID/, 'its TLS certificate is for another host'],
  [/ERR_CERT_AUTHORITY_INVALID/, 'its TLS certificate is signed by nobody we trust'],
  [/ERR_CERT_/, 'its TLS certificate is not valid'],
  [/ERR_SSL_/, 'TLS failed: perhaps it speaks plain http'],
  [/ERR_TOO_MANY_REDIRECTS/, 'it redirects in a circle'],
  [/ERR_FILE_NOT_FOUND/, 'there is no such file'],
  [/ERR_ACCESS_DENIED/, 'it may not be read'],
  [/ERR_UNSAFE_PORT/, 'browsers do not open that port'],
  [/ERR_INVALID_URL|invalid URL/i, 'it is no URL that the browser can open'],
  [/ERR_UNKNOWN_URL_SCHEME|ERR_DISALLOWED_URL_SCHEME/, 'no browser page can show that kind of URL'],
  [/ERR_PROXY_|ERR_TUNNEL_/, 'the proxy did not connect'],
  [/ERR_INVALID_RESPONSE|ERR_INVALID_HTTP_RESPONSE/, 'the answer is not HTTP'],
  [/ERR_BLOCKED_BY_/, 'the browser blocked it'],
  [/ERR_HTTP_RESPONSE_CODE_FAILURE/, 'the server answered an error without a page'],
  [/is not available in an isolated browser context/, 'this page of the browser itself cannot be opened in a session'],
];

/** Whether a navigation came to nothing because the address is a file to be saved. */
export function isDownload(message: string): boolean {
  return /Download is starting/.test(message);
}

/** Why a navigation failed, in words; null when the message tells of none. */
export function navigationReason(message: string): string | null {
  for (const [pattern, words] of NET) if (pattern.test(message)) return words;
  if (isDownload(message)) return 'it is a download, not a page';
  if (/interrupted by another navigation/.test(message)) return 'another navigation began meanwhile';
  if (/ERR_ABORTED/.test(message)) return 'the load was cut off';
  const code = /net::(ERR_\w+)/.exec(message)?.[1];
  return code ? `the browser reports ${code}` : null;
}

/** The first line of a message without Playwright's call log and prefix. */
export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [line = ''] = message.split('\n');
  return oneLine(line.replace(/^\w+\.\w+: /, '').replace(/^(Protocol error|Error) ?(\([^)]*\))?:? ?/, ''));
}

/** Whether an error says that the page or the browser went away under a call. */
export function goneKind(error: unknown): 'closed' | 'crashed' | null {
  if (!(error instanceof Error)) return null;
  const type = (error as { type?: unknown }).type;
  if (type === 'crashed' || /Page crashed|Target crashed/.test(error.message)) return 'crashed';
  if (type === 'closed' || /Target (page, context or browser|closed)|has been closed|Browser closed|session closed/.test(error.message))
    return 'closed';
  // What a browser says that is about to close and opens no more tabs.
  if (/\(Target\.createTarget\): Not supported/.test(error.message)) return 'closed';
  return null;
}

/** Whether a renderer gave no answer before Playwright's own timer ended. */
function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error.name === 'TimeoutError' || /Timeout \d+ms exceeded/.test(error.message));
}

/** Throws the failure of the table that an error means; one that means none is thrown as it is, and ends as `internal`. */
export function translate(error: unknown, doing: Doing): never {
  if (error instanceof BrowseError) throw error;
  const { what, ms } = doing;
  const url = shownUrl(doing.url);
  if (error instanceof DeadlinePassed && error.why === 'left') {
    fail('interrupted', { command: what, outcome: doing.acted ? 'may have run' : 'did not run' });
  }
  if (error instanceof DeadlinePassed || isTimeout(error)) {
    if (doing.page && doing.leaving) fail('page-leaving', { url, to: shownUrl(doing.leaving), ms });
    if (doing.page) fail('page-hung', { url, ms, ...(doing.busy ? { busy: shownUrl(doing.busy) } : {}) });
    fail('timeout', { what, ms });
  }
  // The document that was given up has not let go of the tab: its page hangs.
  if (error instanceof Error && /Not attached to an active page/.test(error.message)) fail('page-hung', { url, ms });
  if (error instanceof Error && error.name === 'AbortError') {
    fail('interrupted', { command: what, outcome: doing.acted ? 'may have run' : 'did not run' });
  }
  const gone = goneKind(error);
  if (gone === 'crashed') fail('page-crashed', { url });
  if (gone === 'closed') fail('page-closed', { url });
  throw error;
}
