/** A failure that the daemon told of, as scripts get it: like a BrowseError, without the names that its sentence was made of. */
import { ERRORS } from '../protocol/errors.ts';
import type { ErrorBody, ErrorCode } from '../protocol/errors.ts';

/** What is known of it; a code of the table, or of the pool's own door. */
type Told = Pick<ErrorBody, 'message'> & { readonly code: string } & Partial<Omit<ErrorBody, 'code' | 'message'>>;

/** To be thrown. */
export function remoteError({ message, code, hint = null, retryable = false, ran = 'unknown', exit }: Told): Error {
  const status = exit ?? (code in ERRORS ? ERRORS[code as ErrorCode].exit : 4);
  return Object.assign(new Error(message), { name: 'BrowseError', code, hint, retryable, ran, exit: status });
}
