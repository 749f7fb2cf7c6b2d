/** Modules of the caller's Playwright that are loaded before they are asked for. */

/** One that this version does not have is none to wait for: who needs it will say so. */
export function loadAll(folder: string, files: readonly string[]): void {
  for (const file of files) {
    try {
      require(`${folder}${file}`);
    } catch {
      // See above.
    }
  }
}
