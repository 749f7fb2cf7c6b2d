/** URLs as they may be printed and kept: without credentials, and without what is named like a secret. Pure. */
import { shortUrl } from '../../base/escape.ts';
import { secretNames } from './secrets.ts';
import type { SecretNames } from './secrets.ts';

/** Stands for a secret. */
export const HIDDEN = '****';

/** A token that says by its looks what it is. */
export const JSON_WEB_TOKEN = /\beyJ[\w-]{8,4000}\.[\w-]{8,8000}\.[\w-]*/g;
/** The key of a project that posts its logs to us. */
export const INGEST_KEY = /(\/ingest\/)[\w-]{16,100}/g;

/** Credentials and named parameters of a URL; nothing else of it changes. */
export function redactUrl(url: string, secret: SecretNames): string {
  return url
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#@]*@/i, `$1${HIDDEN}@`)
    .replace(/([?&#;])([^=&#;?]{1,200})=([^&#;]*)/g, (whole, before: string, name: string) =>
      secret(decoded(name)) ? `${before}${name}=${HIDDEN}` : whole,
    )
    .replace(JSON_WEB_TOKEN, HIDDEN)
    .replace(INGEST_KEY, `$1${HIDDEN}`);
}

const USUAL = secretNames([]);

/** A URL for a line of ours: without credentials and what is named like a secret. */
export function printableUrl(url: string): string {
  return redactUrl(url, USUAL);
}

/** The same, short and on one line. */
export function shownUrl(url: string): string {
  return shortUrl(printableUrl(url));
}

/** A part of a URL as it was meant; what cannot be read stays as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
