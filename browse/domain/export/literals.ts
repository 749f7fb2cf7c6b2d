/**
 * Text as TypeScript: a literal that means exactly that text and cannot end before its end, whatever a page put into it. Lines stay
 * one line; control, direction and invisible characters are written as escapes. Knows nothing of specs.
 */
import { wholeLine } from '../../base/escape.ts';
import { HIDDEN } from '../traffic/printable-url.ts';

/** Half of a pair by itself cannot be written to a file. */
const LONE = /\p{Cs}/gu;

function escaped(text: string): string {
  return wholeLine(text).replace(LONE, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** In single quotes. */
export function literal(text: string): string {
  return `'${escaped(text.replace(/['\\]/g, String.raw`\$&`))}'`;
}

/** A text for a comment: one line, and cut. */
export function remark(text: string): string {
  return escaped(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}

const inPattern = (text: string): string => escaped(text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`));
const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** An expression for all of a text, however the page breaks it into parts. */
export function wholePattern(text: string): string {
  return String.raw`/^\s*${words(text)
    .map(inPattern)
    .join(String.raw`\s*`)}\s*$/${capitals(text) ? 'i' : ''}`;
}

/** An expression for a text that has these words in this order; a number is whole: `Order 1` is not found in `Order 10`. */
export function loosePattern(text: string): string {
  const whole = (word: string): string =>
    `${/^\d/.test(word) ? String.raw`(?<!\d)` : ''}${inPattern(word)}${/\d$/.test(word) ? String.raw`(?!\d)` : ''}`;
  return `/${words(text)
    .map(whole)
    .join(String.raw`[\s\S]*?`)}/${capitals(text) ? 'i' : ''}`;
}

/** Whether a text may be another one in the document, which a style shows in capitals: a test looks at the document. */
export function capitals(text: string): boolean {
  return text === text.toUpperCase() && text !== text.toLowerCase();
}

/** A text, or an expression where a part of it was hidden. */
export function matcher(text: string): string {
  if (!text.includes(HIDDEN)) return literal(text);
  return `/^${text.split(HIDDEN).map(inPattern).join('.*')}$/`;
}

/** A text whose hidden parts `given` supplies, by the word before each. */
export function filled(text: string, given: (before: string) => string): string {
  const parts = text.split(HIDDEN);
  const pieces = parts.flatMap((part, at) => [
    ...(part === '' && parts.length > 1 ? [] : [literal(part)]),
    ...(at < parts.length - 1 ? [given(part)] : []),
  ]);
  return pieces.join(' + ');
}
