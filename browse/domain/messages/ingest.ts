/** What the daemon and the process that listens for logs say to each other. Plain data; `n` pairs a reply with its request. */
import type { AppRow } from '../ingest/record.ts';

/** Who may post: whoever has the key, and of web pages those of the origins. */
export type ServedProject = { readonly key: string; readonly session: string; readonly origins: readonly string[] };

/** Where to listen: at the first of these ports that is free. */
export type Serving = { readonly ports: readonly number[]; readonly projects: readonly ServedProject[] };

export type ToListener =
  /** From now on so, whatever was before. What cannot be leaves all as it was. */
  | { readonly do: 'serve'; readonly n: number; readonly serving: Serving }
  /** Of the rows that were told under that number: the daemon has them, or why it cannot take them. */
  | { readonly do: 'took'; readonly rows: number; readonly refused: string | null };

export type FromListener =
  | { readonly n: number; readonly port?: number; readonly trouble?: string }
  /** To be answered by `took`. */
  | { readonly rows: number; readonly session: string; readonly put: readonly AppRow[] }
  /** Requests that were refused so far. */
  | { readonly refused: number };
