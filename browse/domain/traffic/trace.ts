/** W3C trace context: the id that ties a page's request to what servers log of it. Pure. */
import type { HeaderPairs } from './entry.ts';

const NONE = /^0+$/;

/** The trace id in a `traceparent`, or one that stands alone: 32 hex digits, not all zero. Null for anything else. */
export function traceIdOf(text: string): string | null {
  const id = /^\s*(?:[\da-f]{2}-)?([\da-f]{32})(?:-[\da-f]{16}-[\da-f]{2}(?:-.*)?)?\s*$/i.exec(text)?.[1]?.toLowerCase();
  return id === undefined || NONE.test(id) ? null : id;
}

/** The trace id that a request was sent with. */
export function traceIn(headers: HeaderPairs): string | null {
  const value = headers.find(([name]) => name.toLowerCase() === 'traceparent')?.[1];
  return value === undefined ? null : traceIdOf(value);
}
