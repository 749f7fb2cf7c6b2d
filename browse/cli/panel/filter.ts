/** What of the log a panel shows: one source or all, and a text or a /pattern/. Pure. */
import type { LogLine } from '../../commands/logs.ts';

/** In the order in which the key goes through them. */
export const SOURCES = ['all', 'network', 'console', 'command', 'app', 'daemon'] as const satisfies readonly ('all' | LogLine['source'])[];
export type RowSource = (typeof SOURCES)[number];

/** A row as it is printed, with where it comes from. */
export type PanelRow = { readonly source: LogLine['source']; readonly text: string };

/** Decides on a row; `problem` says why a pattern cannot be read. */
export type RowFilter = { readonly typed: string; readonly test: (text: string) => boolean; readonly problem: string | null };

export const NO_FILTER: RowFilter = { typed: '', test: () => true, problem: null };

/** `/re/` is a pattern, anything else a text; neither minds the case. */
export function filterOf(typed: string): RowFilter {
  if (typed === '') return NO_FILTER;
  const pattern = /^\/(.+)\/$/.exec(typed)?.[1];
  if (pattern === undefined) {
    const wanted = typed.toLowerCase();
    return { typed, test: (text) => text.toLowerCase().includes(wanted), problem: null };
  }
  try {
    const compiled = new RegExp(pattern, 'iu');
    return { typed, test: (text) => compiled.test(text), problem: null };
  } catch (error) {
    return { typed, test: () => true, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Those that are shown. */
export function chosen(rows: readonly PanelRow[], source: RowSource, filter: RowFilter): readonly PanelRow[] {
  return rows.filter((row) => (source === 'all' || row.source === source) && filter.test(row.text));
}
