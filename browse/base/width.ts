/**
 * How many columns of a terminal a line takes, and a line cut to fit. Where terminals disagree the wider answer is given: a line
 * may come out short, but never wraps. For lines without control characters; see `escape.ts`.
 */

const WIDE =
  /^[\p{Extended_Pictographic}\p{Regional_Indicator}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Yi}\p{sc=Bopomofo}\u2e80-\u303f\u3200-\u33ff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1aff0}-\u{1b2ff}\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]$/u;
const MARK = /^\p{M}$/u;
/** Marks on one character: more of them pile up over the lines around. */
const MARKS = 2;

/** A plain text is as wide as it is long. */
const plain = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

/** Columns of one character; a mark stands on the one before it. What makes a picture of the one before may widen it. */
function widthOfOne(char: string): number {
  if (char < '\u0300') return 1;
  if (char === '\ufe0f') return 1;
  if (MARK.test(char)) return 0;
  return WIDE.test(char) ? 2 : 1;
}

/** Columns of a line. */
export function widthOf(text: string): number {
  if (plain(text)) return text.length;
  let width = 0;
  for (const char of text) width += widthOfOne(char);
  return width;
}

/** The line, cut to at most `columns`, with `…` where something is missing. */
export function fitted(text: string, columns: number): string {
  if (columns <= 0) return '';
  if (plain(text)) return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;
  let [kept, width, marks] = ['', 0, 0];
  // As much as fits when a mark of what is missing follows.
  let short = '';
  for (const char of text) {
    const own = widthOfOne(char);
    marks = own === 0 ? marks + 1 : 0;
    if (marks > MARKS) continue;
    width += own;
    if (width > columns) return `${short}…`;
    kept += char;
    if (width < columns) short = kept;
  }
  return kept;
}

/** The end of a line, as much of it as has room in `columns`. */
export function lastOf(text: string, columns: number): string {
  const chars = [...text];
  let width = 0;
  let from = chars.length;
  while (from > 0) {
    width += widthOfOne(chars[from - 1] ?? '');
    if (width > columns) break;
    from -= 1;
  }
  return chars.slice(from).join('');
}

/** A sentence on several lines, broken between words; what `most` lines do not hold is cut. */
export function broken(text: string, columns: number, most: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  const words = text.split(' ');
  for (const [at, word] of words.entries()) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= columns) line = longer;
    else if (lines.length === most - 1) return [...lines, fitted(`${line} ${words.slice(at).join(' ')}`.trimStart(), columns)];
    else {
      if (line !== '') lines.push(fitted(line, columns));
      line = word;
    }
  }
  return [...lines, fitted(line, columns)];
}
