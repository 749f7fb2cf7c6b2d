/** The memory of this process. */

/** Bytes that it holds. */
export const resident = (): number => process.memoryUsage.rss();

/**
 * Drops garbage and compiled code once nothing runs, and returns their memory to the machine; compiled code comes again where it is
 * used. Only the compiled program can: elsewhere nothing happens.
 */
export function giveBack(): void {
  // oxlint-disable-next-line no-deprecated -- nothing has come in its place: a collection alone keeps what was compiled
  if (typeof Bun !== 'undefined') Bun.shrink();
}
