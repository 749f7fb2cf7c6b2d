/**
 * The one table of expected failures: code → exit status, HTTP status, retryable, sentence, hint.
 * A failure is data; its sentence is written here and nowhere else. Knows nothing of where it is thrown.
 */

/** 0 done · 1 the page said no · 2 usage · 3 gone, look again · 4 daemon · 5 machine · 70 bug · 130, 143 interrupted. */
export type ExitStatus = 0 | 1 | 2 | 3 | 4 | 5 | 70 | 130 | 143;

type Row<D> = {
  readonly exit: ExitStatus;
  readonly http: number;
  readonly retryable: boolean;
  /** One sentence without a final period, naming the things involved. */
  readonly message: (data: D) => string;
  /** The next command to run, parseable by our own program; null where there is none. */
  readonly hint: (data: D) => string | null;
};

const row = <D>(value: Row<D>): Row<D> => value;
const snapshotAgain = (): string => 'browse snapshot -i';

export const ERRORS = {
  // 1: the page said no
  'navigation-failed': row<{ url: string; reason: string }>({
    exit: 1,
    http: 422,
    retryable: true,
    message: ({ url, reason }) => `Cannot open ${url}: ${reason}`,
    hint: ({ url }) => `browse goto ${url} --wait commit`,
  }),
  'timeout': row<{ what: string; ms: number }>({
    exit: 1,
    http: 504,
    retryable: true,
    message: ({ what, ms }) => `${what} did not end within ${ms} ms`,
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
  'no-history': row<{ direction: string }>({
    exit: 1,
    http: 409,
    retryable: false,
    message: ({ direction }) => `There is no page to go ${direction} to`,
    hint: () => 'browse url',
  }),
  'page-hung': row<{ url: string; ms: number }>({
    exit: 1,
    http: 504,
    retryable: true,
    message: ({ url, ms }) => `The page ${url} did not respond within ${ms} ms`,
    hint: () => 'browse tabs',
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
    message: ({ typed, total, now }) => `Typed ${typed} of ${total} characters, then the page moved the focus to ${now}; the rest was held back`,
    hint: snapshotAgain,
  }),
  'script-failed': row<{ message: string }>({
    exit: 1,
    http: 422,
    retryable: false,
    message: ({ message }) => message,
    hint: () => null,
  }),
  // 2: usage
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
  // 3: gone, look again
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
  'session-unknown': row<{ session: string }>({
    exit: 3,
    http: 404,
    retryable: false,
    message: ({ session }) => `No session ${JSON.stringify(session)}`,
    hint: () => 'browse session list',
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
    message: ({ ref, role, name, reason }) => `${ref === '' ? 'The element' : `Ref ${ref}`} (${role} ${JSON.stringify(name)}) is stale: ${reason}`,
    hint: snapshotAgain,
  }),
  'ref-unknown': row<{ ref: string; known: string }>({
    exit: 3,
    http: 404,
    retryable: false,
    message: ({ ref, known }) => `Ref ${ref} not found: ${known}`,
    hint: snapshotAgain,
  }),
  // 4: the daemon
  'daemon-down': row<{ folder: string }>({
    exit: 4,
    http: 503,
    retryable: true,
    message: ({ folder }) => `No daemon is running (state folder ${folder})`,
    hint: () => 'browse start',
  }),
  'daemon-failed': row<{ reason: string }>({
    exit: 4,
    http: 503,
    retryable: true,
    message: ({ reason }) => `The daemon could not start: ${reason}`,
    hint: () => 'browse doctor',
  }),
  'daemon-late': row<{ waitedFor: string; ms: number }>({
    exit: 4,
    http: 503,
    retryable: true,
    message: ({ waitedFor, ms }) => `Gave up after ${ms} ms of waiting for ${waitedFor}; nothing was run`,
    hint: () => 'browse status',
  }),
  'daemon-frozen': row<{ pid: number; ms: number }>({
    exit: 4,
    http: 503,
    retryable: false,
    message: ({ pid, ms }) => `The daemon (pid ${pid}) is alive but has not answered for ${ms} ms; nothing was run`,
    hint: () => 'browse stop --force',
  }),
  'daemon-newer': row<{ own: string; theirs: string; pid: number }>({
    exit: 4,
    http: 409,
    retryable: false,
    message: ({ own, theirs, pid }) => `This browse (${own}) is older than the daemon (${theirs}, pid ${pid}) and does not speak its protocol`,
    hint: () => 'browse stop',
  }),
  'daemon-elsewhere': row<{ pid: number }>({
    exit: 4,
    http: 503,
    retryable: true,
    message: ({ pid }) => `The record names a daemon (pid ${pid}) in another pid namespace, which does not answer here`,
    hint: () => 'browse status',
  }),
  'may-have-run': row<{ reason: string }>({
    exit: 4,
    http: 500,
    retryable: false,
    message: ({ reason }) => `The command may have run: ${reason}. Look before you repeat it`,
    hint: () => 'browse status',
  }),
  'stop-late': row<{ pid: number; ms: number }>({
    exit: 4,
    http: 500,
    retryable: true,
    message: ({ pid, ms }) => `The daemon (pid ${pid}) is still running ${ms} ms after it was asked to stop`,
    hint: () => 'browse stop --force',
  }),
  'refresh-failed': row<{ reason: string }>({
    exit: 4,
    http: 500,
    retryable: false,
    message: ({ reason }) => `Nothing was refreshed: ${reason}`,
    hint: () => 'browse status',
  }),
  'repeated': row<{ id: string }>({
    exit: 4,
    http: 409,
    retryable: false,
    message: ({ id }) => `The command ${id} was accepted before and is not run twice`,
    hint: () => 'browse status',
  }),
  'unauthorized': row<Record<never, never>>({
    exit: 4,
    http: 401,
    retryable: false,
    message: () => 'The bearer token is missing or wrong',
    hint: () => null,
  }),
  'forbidden': row<{ header: string }>({
    exit: 4,
    http: 403,
    retryable: false,
    message: ({ header }) => `A request with this ${header} is not answered`,
    hint: () => null,
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
  'no-route': row<{ path: string }>({
    exit: 2,
    http: 404,
    retryable: false,
    message: ({ path }) => `Nothing answers at ${path}`,
    hint: () => 'browse help',
  }),
  'browser-gone': row<{ reason: string }>({
    exit: 4,
    http: 503,
    retryable: true,
    message: ({ reason }) => `The browser is gone: ${reason}`,
    hint: () => 'browse tabs',
  }),
  'cut-short': row<{ command: string }>({
    exit: 4,
    http: 503,
    retryable: true,
    message: ({ command }) => `The daemon was shut down before ${command} was over; it may be given again`,
    hint: () => 'browse status',
  }),
  'draining': row<Record<never, never>>({
    exit: 4,
    http: 503,
    retryable: true,
    message: () => 'The daemon is shutting down',
    hint: () => 'browse status',
  }),
  // 5: the machine
  'state-unusable': row<{ path: string; reason: string }>({
    exit: 5,
    http: 500,
    retryable: false,
    message: ({ path, reason }) => `Cannot use ${path}: ${reason}`,
    hint: () => 'browse doctor',
  }),
  'file-unreadable': row<{ path: string; reason: string }>({
    exit: 5,
    http: 500,
    retryable: false,
    message: ({ path, reason }) => `Cannot read ${path}: ${reason}`,
    hint: () => 'browse doctor',
  }),
  'file-unwritable': row<{ path: string; reason: string }>({
    exit: 5,
    http: 500,
    retryable: false,
    message: ({ path, reason }) => `Cannot write ${path}: ${reason}`,
    hint: () => 'browse doctor',
  }),
  // 130: interrupted
  'interrupted': row<{ command: string; outcome: 'ran' | 'did not run' | 'may have run' }>({
    exit: 130,
    http: 499,
    retryable: false,
    message: ({ command, outcome }) => `Interrupted: ${command} ${outcome}`,
    hint: ({ outcome }) => (outcome === 'did not run' ? null : 'browse snapshot -i'),
  }),
  'browser-missing': row<{ searched: readonly string[] }>({
    exit: 5,
    http: 500,
    retryable: false,
    message: ({ searched }) => `No Chrome, Chromium or Edge found (looked at ${searched.join(', ')})`,
    hint: () => 'browse install',
  }),
  'browser-failed': row<{ executable: string; reason: string }>({
    exit: 5,
    http: 500,
    retryable: false,
    message: ({ executable, reason }) => `Cannot start ${executable}: ${reason}`,
    hint: () => 'browse doctor',
  }),
  // 70: our bug
  'download-failed': row<{ url: string; reason: string }>({
    exit: 5,
    http: 500,
    retryable: true,
    message: ({ url, reason }) => `Cannot fetch a browser from ${url}: ${reason}. An installed one will do (Debian: apt-get install chromium)`,
    hint: () => 'browse doctor',
  }),
  'internal': row<{ id: string }>({
    exit: 70,
    http: 500,
    retryable: false,
    message: ({ id }) => `Something in browse itself failed (id ${id}); the stack is in the daemon's log`,
    hint: () => 'browse status',
  }),
} as const;

export type ErrorCode = keyof typeof ERRORS;
/** The names a sentence of `C` involves. */
export type ErrorData<C extends ErrorCode> = Parameters<(typeof ERRORS)[C]['message']>[0];

/** What a failed command tells every consumer. Field order is the JSON order. */
export type ErrorBody = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | null;
  readonly retryable: boolean;
};

/** An expected failure. `message` is the table's sentence; `data` are the names involved. */
export class BrowseError extends Error {
  override readonly name = 'BrowseError';
  readonly code: ErrorCode;
  readonly data: unknown;
  readonly hint: string | null;
  readonly retryable: boolean;
  readonly exit: ExitStatus;
  readonly http: number;

  constructor(code: ErrorCode, data: unknown) {
    const entry = ERRORS[code] as Row<unknown>;
    super(entry.message(data));
    this.code = code;
    this.data = data;
    this.hint = entry.hint(data);
    this.retryable = entry.retryable;
    this.exit = entry.exit;
    this.http = entry.http;
  }

  body(): ErrorBody {
    return { code: this.code, message: this.message, hint: this.hint, retryable: this.retryable };
  }
}

/** Throws the table's failure `code` with the names its sentence needs. */
export function fail<C extends ErrorCode>(code: C, data: ErrorData<C>): never {
  throw new BrowseError(code, data);
}

/** The one line a person reads: the sentence, then the next command. */
export function errorLine(body: Pick<ErrorBody, 'message' | 'hint'>): string {
  return body.hint === null ? body.message : `${body.message}. Run: ${body.hint}`;
}
