/** What the process that evaluates a configuration answers. Plain data. */

/** What it says: the default export with the files it was made of, or what went wrong and where. */
export type Exported =
  | { readonly value: unknown; readonly loaded: readonly string[] }
  | { readonly problem: string; readonly file: string | null; readonly line: number | null; readonly column: number | null };
