/** One browser of the pool as the pool keeps it, and as it is told of. Data and one function. */
import type { HeldPort, JoinOptions } from '../../domain/pool.ts';
import type { PoolRow } from '../../protocol/pool.ts';
import type { Browser } from '../../domain/ports/browser.ts';

export type PoolMember = {
  readonly port: number;
  readonly held: HeldPort;
  readonly folder: string;
  readonly profile: string | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Ends its start. */
  readonly ending: AbortController;
  /** How to reach it again, for one that somebody else started. */
  readonly joined: JoinOptions | null;
  state: 'starting' | 'running' | 'crashed' | 'lost' | 'closing';
  browser: Browser | null;
  /** Name of the session that shows its profile, or its tabs where somebody else started it. */
  owner: string | null;
  /** The socket through which others have been let in. */
  shared: string | null;
};

/** Its row in `pool list`. */
export function rowOf({ port, state, createdAt, profile, shared, joined }: PoolMember, browser: Browser): PoolRow {
  const shown = state === 'crashed' || state === 'lost' ? state : 'running';
  const crashed = shown !== 'running';
  return {
    port,
    browser: browser.kind,
    headless: browser.headless,
    created_at: Math.floor(createdAt / 1000),
    state: shown,
    source: joined === null ? 'spawned' : 'connected',
    pid: browser.pid,
    name: `${browser.name} ${browser.version}`,
    profile,
    endpoint: browser.endpoint,
    cdp_endpoint: state === 'crashed' ? null : browser.cdpEndpoint,
    playwright_endpoint: crashed ? null : shared,
  };
}
