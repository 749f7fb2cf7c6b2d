/**
 * The one table of expected failures: code → exit status, HTTP status, retryable, sentence, hint.
 * A failure is data; its sentence is written in the table and nowhere else. Knows nothing of where it is thrown.
 */
import type { ExitStatus, HowMuchRan, Row } from './failures/exit-status.ts';
import { CONFIG_FAILURES } from './failures/config.ts';
import { NAVIGATION_FAILURES } from './failures/navigation.ts';
import { PAGE_FAILURES } from './failures/page.ts';
import { PROGRAM_FAILURES } from './failures/program.ts';
import { RUN_FAILURES } from './failures/run.ts';
import { TAB_FAILURES } from './failures/tab.ts';
import { TEST_FAILURES } from './failures/test.ts';

export type { ExitStatus, HowMuchRan } from './failures/exit-status.ts';

/** One code per situation that a consumer could tell apart. */
export const ERRORS = {
  ...NAVIGATION_FAILURES,
  ...PAGE_FAILURES,
  ...TAB_FAILURES,
  ...CONFIG_FAILURES,
  ...PROGRAM_FAILURES,
  ...RUN_FAILURES,
  ...TEST_FAILURES,
} as const;

export type ErrorCode = keyof typeof ERRORS;
/** The names a sentence of `C` involves. */
export type ErrorData<C extends ErrorCode> = Parameters<(typeof ERRORS)[C]['message']>[0];

/** What a failed command tells every consumer. Field order is the JSON order. */
export type ErrorBody = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | null;
  /** True only where nothing ran. */
  readonly retryable: boolean;
  readonly ran: HowMuchRan;
  readonly exit: ExitStatus;
};

/** What is known of a failure beside its own words. */
export type Told = {
  /** How much ran; as the table says unless given. */
  readonly ran?: HowMuchRan;
  /** Follows the sentence after a semicolon. */
  readonly besides?: string;
};

/** An expected failure. `message` is the table's sentence; `data` are the names involved. */
export class BrowseError extends Error {
  override readonly name = 'BrowseError';
  readonly code: ErrorCode;
  readonly data: unknown;
  readonly hint: string | null;
  readonly retryable: boolean;
  readonly ran: HowMuchRan;
  readonly exit: ExitStatus;
  readonly http: number;

  constructor(code: ErrorCode, data: unknown, { ran, besides }: Told = {}) {
    const entry = ERRORS[code] as Row<unknown>;
    const sentence = entry.message(data);
    super(besides === undefined ? sentence : `${sentence}; ${besides}`);
    this.code = code;
    this.data = data;
    this.hint = entry.hint(data);
    this.ran = ran ?? (typeof entry.ran === 'function' ? entry.ran(data) : (entry.ran ?? 'no'));
    this.retryable = entry.retryable && this.ran === 'no';
    this.exit = entry.exit;
    this.http = entry.http;
  }

  body(): ErrorBody {
    const { code, message, hint, retryable, ran, exit } = this;
    return { code, message, hint, retryable, ran, exit };
  }
}

/** Throws the table's failure `code` with the names its sentence needs. */
export function fail<C extends ErrorCode>(code: C, data: ErrorData<C>): never {
  throw new BrowseError(code, data);
}

/** The one line a person reads: the sentence, then the next command. */
export function errorLine(body: Pick<ErrorBody, 'message' | 'hint'>): string {
  if (body.hint === null) return body.message;
  return `${body.message}${body.message.endsWith('?') ? '' : '.'} Run: ${body.hint}`;
}
