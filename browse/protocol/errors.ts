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
  // 2: usage
  'usage': row<{ problem: string; hint?: string }>({
    exit: 2,
    http: 400,
    retryable: false,
    message: ({ problem }) => problem,
    hint: ({ hint }) => hint ?? 'browse help',
  }),
  // 3: gone, look again
  'ref-stale': row<{ ref: string; role: string; name: string; reason: string }>({
    exit: 3,
    http: 409,
    retryable: false,
    message: ({ ref, role, name, reason }) => `Ref ${ref} (${role} ${JSON.stringify(name)}) is stale: ${reason}`,
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
  'draining': row<Record<never, never>>({
    exit: 4,
    http: 503,
    retryable: true,
    message: () => 'The daemon is shutting down',
    hint: () => 'browse status',
  }),
  // 70: our bug
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
