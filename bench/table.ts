/** The report: one row per claim, the same columns for all. */
import type { Comparison } from './pairs.ts';

/** One line of the report. A row without a limit is for the eye. */
export type Row = {
  readonly what: string;
  /** Whom ours is compared with. */
  readonly beside: string;
  readonly unit: 'ms' | 'chars' | 'MB';
  readonly by: 'ratio' | 'difference';
  readonly result: Comparison;
  readonly limit?: number;
};

/** Whether the claim stands: the lower end of the interval is within the limit. */
export function holds(row: Row): boolean {
  return row.limit === undefined || row.result.interval[0] <= row.limit;
}

function figure(value: number, unit: Row['unit']): string {
  return unit === 'chars' ? String(value) : value.toFixed(value < 100 ? 2 : 0);
}

function compared(value: number, by: Row['by']): string {
  if (by === 'difference') return `${value < 0 ? '' : '+'}${value.toFixed(2)}`;
  return value.toFixed(value < 0.1 ? 3 : 2);
}

const HEADER = ['what', 'ours', 'beside', 'other', 'ratio or difference', '95 % interval', 'limit', 'holds'];

/** The rows as aligned columns. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const sign = row.by === 'ratio' ? '×' : row.unit;
    const [low, high] = row.result.interval;
    return [
      row.what,
      `${figure(row.result.ours, row.unit)} ${row.unit}`,
      row.beside,
      `${figure(row.result.other, row.unit)} ${row.unit}`,
      `${compared(row.result.value, row.by)} ${sign}`,
      row.unit === 'chars' ? '' : `${compared(low, row.by)} .. ${compared(high, row.by)}`,
      row.limit === undefined ? '' : `≤ ${Number(row.limit.toFixed(3))} ${sign}`,
      row.limit === undefined ? '' : holds(row) ? 'yes' : 'NO',
    ];
  });
  const widths = HEADER.map((title, at) => Math.max(title.length, ...lines.map((line) => line[at]?.length ?? 0)));
  const left = new Set([0, 2]);
  return [HEADER, ...lines]
    .map((line) =>
      line
        .map((cell, at) => (left.has(at) ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
