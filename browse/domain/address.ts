/** What a typed address means: `example.com` is https, `localhost:3000` http. Pure; reads no file and asks no network. */
import { fail } from '../protocol/errors.ts';

/** A URL to open, or a local file that has to be allowed first. */
export type Address =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'file'; readonly path: string; readonly suffix: string };

const LOCAL = /^(localhost|[\w-]+(\.[\w-]+)*\.localhost|127(\.\d{1,3}){3}|0\.0\.0\.0|\[[\da-f:.]+\])(:\d+)?([/?#]|$)/i;
const HOST_AND_PORT = /^[\w-]+(\.[\w-]+)*:\d+([/?#]|$)/;
const SCHEME = /^([a-z][a-z\d+.-]*):/i;
/** Not view-source: and the like, which open any other address past these rules. */
const OPENABLE = new Set(['http', 'https', 'about', 'data']);

function refuse(text: string, why: string): never {
  return fail('usage', { problem: `${JSON.stringify(text)} ${why}`, hint: 'browse help goto' });
}

function checked(text: string, url: string): Address {
  return URL.canParse(url) ? { kind: 'url', url } : refuse(text, 'is not a URL');
}

/** Whether a typed address means a page of the project, whatever its origin is. */
export function isRelative(typed: string): boolean {
  return /^\/(?!\/)/.test(typed.trim());
}

/** Reads a typed address; `base` is where the project's pages are. Fails with `usage`. */
export function addressOf(typed: string, base: string | null = null): Address {
  const text = typed.trim();
  if (text === '') return refuse(typed, 'is not a URL');
  if (text.startsWith('./') || text.startsWith('../')) return { kind: 'file', path: text, suffix: '' };
  if (text.startsWith('//')) return checked(text, `https:${text}`);
  if (text.startsWith('/')) {
    if (base !== null) return checked(text, URL.canParse(text, base) ? new URL(text, base).href : '');
    return fail('usage', {
      problem: `${JSON.stringify(text)} has no host, and no baseUrl is configured; a file is opened by file://PATH`,
      hint: 'browse config',
    });
  }
  if (LOCAL.test(text)) return checked(text, `http://${text}`);
  if (HOST_AND_PORT.test(text)) return checked(text, `https://${text}`);
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return /\s/.test(text) ? refuse(text, 'is not a URL: it has a space') : checked(text, `https://${text}`);
  if (scheme === 'file') return fileOf(text);
  if (scheme === 'javascript') return refuse(text, 'is code; browse js runs it');
  if (!OPENABLE.has(scheme)) return refuse(text, `has a scheme that cannot be opened (${scheme}:)`);
  return checked(text, text);
}

function fileOf(text: string): Address {
  if (!URL.canParse(text)) return refuse(text, 'is not a URL');
  const url = new URL(text);
  if (url.host !== '' && url.host !== 'localhost') return refuse(text, 'names a file of another machine');
  return { kind: 'file', path: decodeURIComponent(url.pathname), suffix: url.search + url.hash };
}

/** An absolute path → its file URL. */
export function fileUrl(path: string): string {
  return `file://${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** The folder of a file's URL; null for what is none. */
export function folderOf(url: string): string | null {
  if (!url.startsWith('file:///')) return null;
  return decodeURIComponent(new URL('.', url).pathname).replace(/\/$/, '') || null;
}

/** The origin that a page's URL has, or null (about:, data:, file:). */
export function originOf(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { protocol, origin } = new URL(url);
  return protocol === 'http:' || protocol === 'https:' ? origin : null;
}
