/** An answer as JSON that keeps to a number of characters: rows are left out from the oldest on, a long text is cut; it stays JSON. */
import { surrogateSafe } from '../../base/escape.ts';

/** What was printed, and what is said of it on stderr. */
export type JsonAnswer = { readonly text: string; readonly note: string | null };

/** Without a limit it is whole. */
export function jsonWithin(value: unknown, most: number | undefined, from = 0): JsonAnswer {
  const whole = JSON.stringify(value);
  if (most === undefined || (whole.length <= most && from === 0) || typeof value !== 'object' || value === null)
    return { text: whole, note: null };
  if (Array.isArray(value)) {
    const { rows, note } = newest(value, most);
    return { text: JSON.stringify(rows), note };
  }
  const [key, longest] = Object.entries(value).reduce<[string, unknown]>(
    (before, each) => (size(each[1]) > size(before[1]) ? each : before),
    ['', undefined],
  );
  const rest = size({ ...value, [key]: '', cut: { of: key, from: 0, to: 0, total: 0 } });
  if (Array.isArray(longest)) {
    const { rows, note } = newest(longest, most - rest);
    return { text: JSON.stringify({ ...value, [key]: rows }), note };
  }
  if (typeof longest !== 'string') return { text: whole, note: null };
  const begin = surrogateSafe(longest, Math.min(from, longest.length));
  let end = Math.min(longest.length, begin + Math.max(0, most - rest));
  // Escapes are longer than what they stand for.
  while (end > begin && size(longest.slice(begin, end)) > Math.max(2, most - rest)) end = begin + Math.floor((end - begin) * 0.8);
  end = surrogateSafe(longest, end);
  const cut = { of: key, from: begin, to: end, total: longest.length };
  return {
    text: JSON.stringify({ ...value, [key]: longest.slice(begin, end), cut }),
    note: `(characters ${begin}-${end} of ${longest.length} of ${key}; --from ${end} goes on)`,
  };
}

const size = (value: unknown): number => (JSON.stringify(value) ?? '').length;

function newest(rows: readonly unknown[], most: number): { readonly rows: readonly unknown[]; readonly note: string } {
  let left = most - 2;
  let first = rows.length;
  for (; first > 0; first -= 1) {
    left -= size(rows[first - 1]) + 1;
    if (left < 0) break;
  }
  return {
    rows: rows.slice(first),
    note: `(the newest ${rows.length - first} of ${rows.length}; --max-chars N shows more)`,
  };
}
