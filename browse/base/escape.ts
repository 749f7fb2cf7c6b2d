/** Text of a page on a line of ours: it must stay one line and may not steer the terminal or reorder what is beside it. */

// Controls, format characters (direction, zero width, tags), what no font draws (fillers, variation selectors), separators, the
// empty braille cell.
const UNSEEN = /[\p{Cc}\p{Cf}\p{DI}\p{Zl}\p{Zp}\u2800]/gu;

function escaped(char: string): string {
  if (char === '\n') return String.raw`\n`;
  if (char === '\t') return String.raw`\t`;
  return [...Array(char.length).keys()].map((at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
}

/** Longest piece of page text on a line of ours, in characters. */
export const LINE_LIMIT = 500;

/** One line, whole: control, bidi and invisible characters as `\uXXXX`. */
export function wholeLine(text: string): string {
  return text.replace(UNSEEN, escaped);
}

/** The same for a text of many lines on a terminal: line breaks and tabs stay. */
export function manyLines(text: string): string {
  return text.replace(UNSEEN, (char) => (char === '\n' || char === '\t' ? char : escaped(char)));
}

/** The same, cut at {@link LINE_LIMIT} characters. */
export function oneLine(text: string): string {
  return wholeLine(cut(text, LINE_LIMIT));
}

function cut(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}

/** The same in double quotes, with quotes and backslashes escaped as in JSON. */
export function quoted(text: string): string {
  return wholeLine(JSON.stringify(cut(text, LINE_LIMIT)));
}

/** A URL inside a sentence: a data: URL is a whole document, of which the beginning is enough. */
export function shortUrl(url: string): string {
  return wholeLine(cut(url, url.startsWith('data:') ? 60 : LINE_LIMIT));
}

/** A place in a text that is not inside of a character. */
export function surrogateSafe(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at + 1 : at;
}
