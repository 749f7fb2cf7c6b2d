/**
 * Takes secrets out of rows before anything is stored: credentials in headers, named fields in URLs and bodies, tokens in
 * text, and every value that was typed into a password field. Pure. What it cannot read it does not let through.
 */
import { recordedActionFrom } from '../export/recorded-action.ts';
import { cleanRecordedAction } from '../export/secret-heuristics.ts';
import type { EventRow, HeaderPairs, RequestRow } from './entry.ts';
import { HIDDEN, INGEST_KEY, JSON_WEB_TOKEN, decoded, redactUrl } from './printable-url.ts';
import { secretNames } from './secrets.ts';
import type { SecretNames } from './secrets.ts';

/** Typed values that are remembered, newest first, and the length from which one is told apart from ordinary words. */
const LEARNED = 200;
const TELLING = 4;
/** Headers whose outcome is remembered. */
const REMEMBERED = 2_000;

const BEARER = /\b(Bearer|Basic|Digest|Negotiate)(\s+|%20|\+)[\w.~+/=%-]{6,}/gi;
/** A name and what parts it from its value; and a value, looked for right behind it. */
const NAMED = /(["']?)(?<![\w$.[\]-])([\w$][\w$.[\]-]{0,200})\1\s{0,9}[:=]\s{0,9}/g;
const VALUED = /"(?:[^"\\\n]|\\.){0,10000}"|'(?:[^'\\\n]|\\.){0,10000}'|[^\s,;&"'(){}<>[\]]{1,10000}/y;
/** A script in a document. What has no end goes to the end. */
const SCRIPT = /<script\b[^>]{0,2000}>[\s\S]*?(?:<\/script|$)/gi;
const INPUT = /<(?:input|meta|textarea|button)\b[^>]{0,2000}>/gi;
const ATTRIBUTE = (name: string): RegExp => new RegExp(`(\\b${name}\\s*=\\s*)("[^"]*"|'[^']*'|[^\\s>"']+)`, 'gi');
const [VALUE, NAME, TYPE] = [ATTRIBUTE('(?:value|content)'), ATTRIBUTE('(?:name|id|autocomplete)'), ATTRIBUTE('type')];

export type Redactor = {
  /**
   * A value that was typed into a password field: from now on it is hidden wherever it appears. `partly`: it was typed key by
   * key, and the page may have sent it before it was whole.
   */
  learn(value: string, partly: boolean): void;
  request(row: RequestRow): RequestRow;
  event(row: EventRow): EventRow;
  /** A line of a program's own. */
  text(text: string): string;
  /** Without the values that were learned; names are not looked at. */
  known(text: string): string;
};

/** `additions`: names of fields and headers of the user's own. */
export function createRedactor(additions: readonly string[] = []): Redactor {
  const secret = secretNames(additions);
  const learned: string[] = [];
  const typed: RegExp[] = [];

  const known = (text: string): string =>
    typed.reduce(
      (rest, pattern) => rest.replace(pattern, HIDDEN),
      learned.reduce((rest, value) => rest.replaceAll(value, HIDDEN), text),
    );
  const free = (text: string): string => loose(known(text), secret);
  const address = (url: string): string => known(redactUrl(url, secret));
  const body = (text: string | null, mime: string | null): string | null => (text === null ? null : redactBody(known(text), mime, secret));
  const answered = ({ responseBody: text, bodyEncoding, mime, type }: RequestRow): string | null => {
    if (text === null || bodyEncoding !== null) return text;
    // Code is no data: the expression behind `password:` is none, and without it a replay stops at a mistake of syntax.
    return type === 'script' || type === 'stylesheet' ? tokens(known(text)) : body(text, mime);
  };
  const deed = (text: string): string => {
    const found = recordedActionFrom(text);
    return found === null ? free(text) : JSON.stringify(cleanRecordedAction(found, { secret, free, address }));
  };
  // Browsers and servers say the same again and again.
  const seen = new Map<string, string>();
  const header = (name: string, value: string): string => {
    const key = `${name}\n${value}`;
    const before = seen.get(key);
    if (before !== undefined) return before;
    const clean = known(redactHeader(name, value, secret));
    if (seen.size === REMEMBERED) seen.clear();
    if (key.length < 500) seen.set(key, clean);
    return clean;
  };
  const headers = (pairs: HeaderPairs): HeaderPairs => pairs.map(([name, value]) => [name, header(name, value)]);

  return {
    learn(value, partly) {
      if (value.length < TELLING) return;
      seen.clear();
      if (partly) typed.unshift(beginningsOf(value));
      typed.splice(LEARNED);
      const inJson = JSON.stringify(value).slice(1, -1);
      const inUrl = encodeURIComponent(value);
      for (const form of new Set([value, inJson, inUrl, inUrl.replaceAll('%20', '+'), htmlEscaped(value)]))
        if (!learned.includes(form)) learned.unshift(form);
      // The longest first: one may be a part of another.
      learned.splice(LEARNED * 3);
      learned.sort((one, other) => other.length - one.length);
    },
    request: (row) => ({
      ...row,
      url: address(row.url),
      frame: row.frame === null ? null : address(row.frame),
      initiator: row.initiator === null ? null : { ...row.initiator, url: row.initiator.url === null ? null : address(row.initiator.url) },
      statusText: known(row.statusText),
      requestHeaders: headers(row.requestHeaders),
      responseHeaders: headers(row.responseHeaders),
      requestBody: body(row.requestBody, headerOf(row.requestHeaders, 'content-type')),
      responseBody: answered(row),
    }),
    text: free,
    known,
    event: (row) => ({
      ...row,
      text: free(row.text),
      url: row.url === null ? null : address(row.url),
      detail: row.kind === 'command' ? row.detail.map(deed) : row.detail.map(free),
    }),
  };
}

/** As much of the value as there is, from {@link TELLING} characters on. */
function beginningsOf(value: string): RegExp {
  const [first, rest] = [value.slice(0, TELLING), value.slice(TELLING, 200).split('')];
  const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  return new RegExp(rest.reduceRight((behind, char) => `(?:${escape(char)}${behind})?`, '').replace(/^/, escape(first)), 'g');
}

function headerOf(headers: HeaderPairs, wanted: string): string | null {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? null;
}

function htmlEscaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** The scheme of an authorization and the names of cookies stay. */
export function redactHeader(name: string, value: string, secret: SecretNames): string {
  const word = name.toLowerCase();
  if (word === 'cookie') return value.replace(/([^=;\s]+)=[^;]*/g, `$1=${HIDDEN}`).replace(/^[^=;]+$/, HIDDEN);
  if (word === 'set-cookie') return value.replace(/^([^=;\r\n]*)=[^;\r\n]*/gm, `$1=${HIDDEN}`);
  if (word === 'authorization' || word === 'proxy-authorization') return value.replace(/^(\S+\s+)?[\s\S]*$/, `$1${HIDDEN}`);
  if (word === 'location' || word === 'referer' || word === 'content-location' || word === ':path' || word === 'link')
    return redactUrl(value, secret);
  if (secret(name) && !word.startsWith('access-control-')) return HIDDEN;
  return tokens(value);
}

function tokens(text: string): string {
  return text.replace(BEARER, `$1$2${HIDDEN}`).replace(JSON_WEB_TOKEN, HIDDEN).replace(INGEST_KEY, `$1${HIDDEN}`);
}

/** Named fields in JSON, forms, multipart and HTML. Text that is none of these is looked through for `name: value`. */
export function redactBody(text: string, mime: string | null, secret: SecretNames): string {
  const kind = mime?.toLowerCase() ?? '';
  try {
    if (/multipart\//.test(kind) || /^--[^\r\n]+\r?\n.*content-disposition/is.test(text.slice(0, 500)))
      return tokens(inParts(text, secret));
    const trimmed = text.trimStart();
    if (/json/.test(kind) || trimmed.startsWith('{') || trimmed.startsWith('[')) {
      const parsed = parse(text);
      if (parsed !== undefined) return tokens(inJson(parsed.value, text, secret));
    }
    if (/x-www-form-urlencoded/.test(kind) || /^[^\s=&<>{}"]+=[^\s<>{}]*$/.test(text))
      return tokens(
        text.replace(/(^|&)([^=&]{1,200})=([^&]*)/g, (whole, before: string, name: string) =>
          secret(decoded(name)) ? `${before}${name}=${HIDDEN}` : whole,
        ),
      );
    if (/html|xml/.test(kind) || trimmed.startsWith('<')) return inDocument(text, secret);
    return loose(text, secret);
  } catch (error) {
    return `(left out: it could not be looked through for secrets: ${error instanceof RangeError ? 'it is nested too deeply' : 'an error'})`;
  }
}

/** Each part between two boundaries: its name stands above an empty line, its value below. */
function inParts(text: string, secret: SecretNames): string {
  const [boundary = ''] = /^--[^\r\n]{1,200}/.exec(text) ?? [];
  if (boundary === '') return loose(text, secret);
  return text
    .split(boundary)
    .map((part) => {
      const [gap = ''] = /\r?\n\r?\n/.exec(part.slice(0, 4_000)) ?? [];
      const head = gap === '' ? part : part.slice(0, part.indexOf(gap));
      const name = /name="([^"\r\n]{1,200})"/i.exec(head.slice(0, 4_000))?.[1];
      if (gap === '' || name === undefined) return loose(part, secret);
      return secret(name) || secret(lastPart(name)) ? `${head}${gap}${HIDDEN}\r\n` : head + loose(part.slice(head.length), secret);
    })
    .join(boundary);
}

function lastPart(name: string): string {
  return name.replace(/^.*[.[]/, '');
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return undefined;
  }
}

/** The text as it was unless there is a secret in it. */
function inJson(value: unknown, text: string, secret: SecretNames): string {
  let changed = false;
  const walk = (each: unknown, hide: boolean): unknown => {
    if (Array.isArray(each)) return each.map((item) => walk(item, hide));
    if (typeof each === 'object' && each !== null) {
      // A field described by two others: {"name": "password", "value": "..."}.
      const named = Object.entries(each).some(
        ([key, name]) => /^(name|key|field|id)$/i.test(key) && typeof name === 'string' && secret(name),
      );
      return Object.fromEntries(
        Object.entries(each).map(([key, inner]) => [key, walk(inner, hide || secret(key) || (named && key.toLowerCase() === 'value'))]),
      );
    }
    if (typeof each === 'string' && !hide) {
      const cleaned = loose(each, secret);
      if (cleaned !== each) changed = true;
      return cleaned;
    }
    if (!hide || each === null || typeof each === 'boolean') return each;
    changed = true;
    return HIDDEN;
  };
  const walked = walk(value, false);
  return changed ? JSON.stringify(walked) : text;
}

/** Of a script in a document only what stands in quotes, or is a number: it goes on as a script. */
function inDocument(text: string, secret: SecretNames): string {
  let [clean, from] = ['', 0];
  for (const found of text.matchAll(SCRIPT)) {
    clean += loose(inTags(text.slice(from, found.index), secret), secret);
    clean += pairs(tokens(found[0]), secret, true);
    from = found.index + found[0].length;
  }
  return clean + loose(inTags(text.slice(from), secret), secret);
}

function inTags(text: string, secret: SecretNames): string {
  return text.replace(INPUT, (tag) => {
    const attribute = (pattern: RegExp): string[] =>
      [...tag.matchAll(pattern)].map((match) => (match[2] ?? '').replace(/^["']|["']$/g, ''));
    const hide = attribute(TYPE).some((type) => type.toLowerCase() === 'password') || attribute(NAME).some((name) => secret(name));
    return hide ? tag.replace(VALUE, `$1"${HIDDEN}"`) : tag;
  });
}

/** Text without a form: tokens, fields of HTML in it, and `name: value` or `name=value` of secret names. */
function loose(text: string, secret: SecretNames): string {
  const tagged = text.includes('<') ? inTags(text, secret) : text;
  return pairs(tokens(tagged), secret).replace(/\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^/?#@\s"']{1,500}@/gi, `$1${HIDDEN}@`);
}

/** What is not the value of a secret name may hold one itself: a URL behind `see:`, JSON behind `data=`. */
function pairs(text: string, secret: SecretNames, code = false): string {
  let [clean, from] = ['', 0];
  NAMED.lastIndex = 0;
  for (let found = NAMED.exec(text); found !== null; found = NAMED.exec(text)) {
    const name = found[2] ?? '';
    if (!secret(name) && !secret(lastPart(name))) continue;
    VALUED.lastIndex = NAMED.lastIndex;
    const [value] = VALUED.exec(text) ?? [];
    if (value === undefined) continue;
    const quote = /^["']/.exec(value)?.[0] ?? '';
    if (code && quote === '' && !/^\d/.test(value)) continue;
    const mark = code ? quote || '"' : quote;
    clean += `${text.slice(from, NAMED.lastIndex)}${mark}${HIDDEN}${mark}`;
    from = VALUED.lastIndex;
    NAMED.lastIndex = from;
  }
  return clean + text.slice(from);
}
