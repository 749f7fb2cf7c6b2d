/** What changed between two snapshots of a tab with the same flags, as a unified diff of their lines. Pure. */

/** Printed when nothing changed. */
export const NO_CHANGES = '(no changes)';

/** Unchanged lines around a change. */
const CONTEXT = 1;
/** Beyond this many edits the rest is told as removed and added whole: time is bounded, the answer stays right. */
const EDITS = 2_000;

type Edit = { readonly sign: ' ' | '-' | '+'; readonly line: string };

/** Which lines of either side are compared and never told, by their place. */
export type Untold = { readonly before: (at: number) => boolean; readonly after: (at: number) => boolean };
const NONE: Untold = { before: () => false, after: () => false };

/**
 * Unified diff with hunk headers, `-` before `+`; {@link NO_CHANGES} when both are equal. Lines with equal keys are the
 * same line and are printed as they are now; removed ones are printed as their key.
 */
export function unified(
  before: readonly string[],
  after: readonly string[],
  keyOf: (line: string) => string = (line) => line,
  untold: Untold = NONE,
): string {
  const old = before.map(keyOf);
  const fresh = after.map(keyOf);
  let head = 0;
  while (head < old.length && head < fresh.length && old[head] === fresh[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < fresh.length - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail += 1;
  const middle = edits(old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail));
  const same = (line: string): Edit => ({ sign: ' ', line });
  const all = [...fresh.slice(0, head).map(same), ...middle, ...fresh.slice(fresh.length - tail).map(same)];
  let [from, to] = [0, 0];
  const told: Edit[] = [];
  for (const { sign, line } of all) {
    const hidden = (sign === '+' || untold.before(from)) && (sign === '-' || untold.after(to));
    if (!hidden) told.push({ sign, line: sign === '-' ? line : (after[to] as string) });
    if (sign !== '+') from += 1;
    if (sign !== '-') to += 1;
  }
  return told.some(({ sign }) => sign !== ' ') ? hunks(told) : NO_CHANGES;
}

/** A line without its ref: for comparing with a snapshot of another document. */
export function withoutRef(line: string): string {
  return line.replace(/^(\s*)@e\d+ /, '$1');
}

/** Shortest edit script (Myers 1986); removals before additions where they meet. */
function edits(before: readonly string[], after: readonly string[]): Edit[] {
  const whole = (): Edit[] => [...before.map((line): Edit => ({ sign: '-', line })), ...after.map((line): Edit => ({ sign: '+', line }))];
  if (before.length === 0 || after.length === 0) return whole();
  const trace = search(before, after);
  return trace === null ? whole() : backtrack(before, after, trace);
}

type Frontier = ReadonlyMap<number, number>;

function search(before: readonly string[], after: readonly string[]): Frontier[] | null {
  const trace: Frontier[] = [];
  let frontier = new Map<number, number>([[1, 0]]);
  for (let depth = 0; depth <= Math.min(before.length + after.length, EDITS); depth += 1) {
    const next = new Map<number, number>();
    trace.push(frontier);
    for (let diagonal = -depth; diagonal <= depth; diagonal += 2) {
      const down = diagonal === -depth || (diagonal !== depth && (frontier.get(diagonal - 1) ?? -1) < (frontier.get(diagonal + 1) ?? -1));
      let x = down ? (frontier.get(diagonal + 1) ?? 0) : (frontier.get(diagonal - 1) ?? 0) + 1;
      let y = x - diagonal;
      while (x < before.length && y < after.length && before[x] === after[y]) {
        x += 1;
        y += 1;
      }
      next.set(diagonal, x);
      if (x >= before.length && y >= after.length) {
        trace.push(next);
        return trace;
      }
    }
    frontier = next;
  }
  return null;
}

function backtrack(before: readonly string[], after: readonly string[], trace: readonly Frontier[]): Edit[] {
  const reversed: Edit[] = [];
  let x = before.length;
  let y = after.length;
  for (let depth = trace.length - 2; depth >= 0; depth -= 1) {
    const frontier = trace[depth] as Frontier;
    const diagonal = x - y;
    const down = diagonal === -depth || (diagonal !== depth && (frontier.get(diagonal - 1) ?? -1) < (frontier.get(diagonal + 1) ?? -1));
    const from = down ? diagonal + 1 : diagonal - 1;
    const fromX = depth === 0 ? 0 : (frontier.get(from) ?? 0);
    const fromY = depth === 0 ? 0 : fromX - from;
    while (x > fromX && y > fromY) {
      x -= 1;
      y -= 1;
      reversed.push({ sign: ' ', line: before[x] as string });
    }
    if (depth === 0) break;
    if (down) {
      y -= 1;
      reversed.push({ sign: '+', line: after[y] as string });
    } else {
      x -= 1;
      reversed.push({ sign: '-', line: before[x] as string });
    }
  }
  return reversed.reverse();
}

function hunks(all: readonly Edit[]): string {
  const text: string[] = [];
  let old = 1;
  let fresh = 1;
  let at = 0;
  while (at < all.length) {
    if (all[at]?.sign === ' ') {
      old += 1;
      fresh += 1;
      at += 1;
      continue;
    }
    const start = Math.max(0, at - CONTEXT);
    let end = at;
    for (let look = at; look < all.length && look <= end + 2 * CONTEXT; look += 1) if (all[look]?.sign !== ' ') end = look;
    const stop = Math.min(all.length, end + 1 + CONTEXT);
    const hunk = all.slice(start, stop);
    const firstOld = old - (at - start);
    const firstFresh = fresh - (at - start);
    const oldCount = hunk.filter(({ sign }) => sign !== '+').length;
    const freshCount = hunk.filter(({ sign }) => sign !== '-').length;
    text.push(`@@ -${range(firstOld, oldCount)} +${range(firstFresh, freshCount)} @@`);
    for (const { sign, line } of hunk) text.push(`${sign}${line}`);
    old = firstOld + oldCount;
    fresh = firstFresh + freshCount;
    at = stop;
  }
  return text.join('\n');
}

const range = (first: number, count: number): string =>
  count === 0 ? `${first - 1},0` : count === 1 ? String(first) : `${first},${count}`;
