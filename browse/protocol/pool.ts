/** Browsers of the pool as they are told to others: on the command line, and over the pool's own door. Shapes only. */

/** The ports of the pool, both inclusive. */
export const FIRST_PORT = 9222;
export const LAST_PORT = 10221;
/** Of the pool's own door, where it is a port. */
export const DOOR_PORT = 19222;

export const BROWSER_KINDS = ['chromium', 'chrome', 'msedge', 'firefox', 'webkit'] as const;
export type BrowserKind = (typeof BROWSER_KINDS)[number];

/** Names every client of the pool may count on. */
export type BrowserInfo = {
  /** Null only for the default browser, which is on a pipe. */
  readonly port: number | null;
  readonly browser: BrowserKind;
  readonly headless: boolean;
  /** Seconds since the epoch. */
  readonly created_at: number;
};

/** A browser as `pool list` shows it. */
export type PoolRow = BrowserInfo & {
  /** `lost`: the connection to one that was joined; it is tried again. */
  readonly state: 'running' | 'crashed' | 'lost';
  /** Who started it: we, or somebody else. */
  readonly source: 'launched' | 'spawned' | 'connected';
  /** 0 for one that was joined. */
  readonly pid: number;
  /** Name and version. */
  readonly name: string;
  /** Absolute path of its own profile; null for a temporary one. */
  readonly profile: string | null;
  /** Where it was joined, without what may be a secret; null for one of ours. */
  readonly endpoint: string | null;
  /** Null where the browser speaks no CDP, or only on a pipe. */
  readonly cdp_endpoint: string | null;
  /** Null until somebody asks for it (`playwright-url`), and for one that has crashed. */
  readonly playwright_endpoint: string | null;
};

/** Where the pool's own door is; over TCP the token goes first. */
export type DoorAddress = { readonly path: string } | { readonly address: string; readonly token: string };
