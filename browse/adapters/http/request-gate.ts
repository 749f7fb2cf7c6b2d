/** Who may ask at all, before anything is read: no foreign host, no web page, only the bearer of the token. Pure but for the hash. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { ErrorCode } from '../../protocol/errors.ts';

const OWN_HOSTS = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

export type Refusal = { readonly code: Extract<ErrorCode, 'forbidden' | 'unauthorized'>; readonly header: string };

/** Null when the request may pass. A page's request carries an Origin or a Referer; ours never does. */
export function refusal(header: (name: string) => string | null, token: string): Refusal | null {
  if (!isOwnHost(header('host'))) return { code: 'forbidden', header: 'Host' };
  if (header('origin') !== null) return { code: 'forbidden', header: 'Origin' };
  if (header('referer') !== null) return { code: 'forbidden', header: 'Referer' };
  const given = /^Bearer (.+)$/.exec(header('authorization') ?? '')?.[1] ?? '';
  return sameSecret(given, token) ? null : { code: 'unauthorized', header: 'Authorization' };
}

/** Whether a request means this machine by its own name. Another name for it is a page's doing. */
export function isOwnHost(host: string | null): boolean {
  return host !== null && OWN_HOSTS.test(host);
}

/** Equal lengths by hashing, then compared in constant time. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
