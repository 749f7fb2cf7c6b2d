/** Sources in words. */

/** Lines that are shown on either side of the one that is meant. */
const AROUND = 2;

/** The lines around one (from 1), numbered, it marked with `>`; null when there is no such line. */
export function linesAround(lines: readonly string[], line: number): string | null {
  if (line < 1 || line > lines.length) return null;
  const from = Math.max(1, line - AROUND);
  const to = Math.min(lines.length, line + AROUND);
  return Array.from({ length: to - from + 1 }, (_, at) => from + at)
    .map((at) => `${at === line ? '>' : ' '} ${String(at).padStart(String(to).length)} | ${lines[at - 1]}`)
    .join('\n');
}
