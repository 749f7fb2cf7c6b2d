/** How long rows are kept, and how much of the disk they may take. Pure. */

/** A week. */
export const KEPT_FOR = 7 * 24 * 3_600_000;
/** Bytes of the database, its free pages not counted. */
export const KEPT_BYTES = 256 * 1024 * 1024;
/** Where a cleaning by size ends, so that it is not due again with the next row. */
const AFTERWARDS = 0.8;

/** Milliseconds, and bytes of the database. */
export type RetentionLimits = { readonly age: number; readonly bytes: number };

/** What is kept, as it is configured. */
export function limitsOf({ days, megabytes }: { readonly days?: number; readonly megabytes?: number } = {}): RetentionLimits {
  return {
    age: days === undefined ? KEPT_FOR : days * 24 * 3_600_000,
    bytes: megabytes === undefined ? KEPT_BYTES : megabytes * 1024 * 1024,
  };
}

export type Extent = { readonly pageSize: number; readonly pages: number; readonly freePages: number };

/** What is to go: rows before `before`, and then the oldest share of those left. */
export type StoreCleaning = { readonly before: number; readonly share: number };

/** By age always; by size as soon as there is too much. */
export function cleaningDue(extent: Extent, now: number, limits: RetentionLimits = limitsOf()): StoreCleaning {
  const used = (extent.pages - extent.freePages) * extent.pageSize;
  const share = used <= limits.bytes ? 0 : 1 - (limits.bytes * AFTERWARDS) / used;
  return { before: now - limits.age, share };
}
