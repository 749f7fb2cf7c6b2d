/** Rows of two cells as aligned lines, indented; a first cell too long for its column gets a line of its own. */
export function columns(rows: readonly (readonly [string, string])[], indent: number): readonly string[] {
  const most = 34;
  const width = Math.min(most, Math.max(0, ...rows.map(([left]) => left.length)));
  const margin = ' '.repeat(indent);
  return rows.flatMap(([left, right]) => {
    if (left.length <= width) return [`${margin}${left.padEnd(width)}  ${right}`.trimEnd()];
    return [`${margin}${left}`, `${margin}${' '.repeat(width)}  ${right}`];
  });
}
